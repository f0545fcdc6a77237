"""The first walk, as an admin of a new home takes it: on a desk and on a phone, by keyboard, in both languages, to the first hello."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bot.domain.ids import ThreadId
from bot.domain.talk import Origin, Utterance
from tests.browser.conftest import House, Look
from tests.browser.reviewed_home import LI, Pile, done
from tests.scenarios.household import household

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOOKS = [Look(1280, "light", "zh"), Look(390, "dark", "zh"), Look(390, "light", "en"), Look(1280, "dark", "en")]
"""Every two of width, scheme and language meet."""
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
ADMIN = "he.jing@example.com"
CONFIG = f'[server]\nport = 0\n[schedule]\njobs = []\n[[users]]\nname = "何静"\nemail = "{ADMIN}"\nrole = "admin"\nteam = "office"\n'


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pile]:
    """A home with one admin and nothing."""
    home = household(tmp_path_factory.mktemp("fresh"))
    (home.folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    stores = Pile(home)
    yield stores
    stores.database.close()


@pytest.fixture(scope="module")
def house(browser: Browser, stores: Pile) -> Iterator[House]:
    """A server over it."""
    with stores.home.served() as served:
        yield House(stores.home, served, browser)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_an_empty_home_leads_to_the_first_walk(house: House, look: Look, tmp_path: Path) -> None:
    """The admins' pages begin with it; every step unfolds, nothing is cut off, nothing complains."""
    with house.inside(ADMIN, look) as room:
        page = room.page
        page.goto(f"{house.served.url}/admin")
        for summary in page.locator("details > summary").all():
            summary.click()
        room.check_access("start")
        where, manifest = page.url, page.locator("pre.long").inner_text()
        sideways = page.evaluate(SIDEWAYS)
        page.screenshot(path=Path(os.environ.get("SHOTS", tmp_path)) / f"start-{look}.png", full_page=True)

    assert (True, True, False, []) == (where.endswith("/admin/start"), '"socket_mode_enabled": true' in manifest, sideways, room.troubles)


def test_token_and_key_are_shown_once(house: House) -> None:
    """Made by a press, as WeCom asks for them, into the lines to paste; gone when the page is seen again."""
    with house.inside(ADMIN) as room:
        page = room.page
        page.goto(f"{house.served.url}/admin/start")
        page.locator("summary", has_text="self-built").click()
        page.get_by_role("button", name="Make a token and a key").click()
        told = page.locator("section[aria-labelledby=chat]").inner_text()
        page.goto(f"{house.served.url}/admin/start")
        after = page.content()
    key, token = re.search(r"WECOM_AES_KEY=([A-Za-z0-9]{43})\n", told), re.search(r"WECOM_TOKEN=([0-9a-f]{24})\n", told)
    assert key is not None
    assert token is not None

    assert (2, False, []) == (told.count(key[1]), key[1] in after, room.troubles)


def test_person_is_added_by_keyboard_and_a_bad_one_is_told(house: House) -> None:
    """What was typed stays where it was refused; who was added can be let in."""
    with house.inside(ADMIN) as room:
        page = room.page
        page.goto(f"{house.served.url}/admin/start")
        page.get_by_label("Name", exact=True).fill("<b>Li</b> Wei")
        page.get_by_label("E-mail").fill(ADMIN)
        page.keyboard.press("Enter")
        page.wait_for_selector("#person-problem")
        kept = page.get_by_label("Name", exact=True).input_value()
        page.get_by_label("E-mail").fill(LI.email)
        page.keyboard.press("Enter")
        page.wait_for_selector("section[aria-labelledby=people] li:nth-child(2)")
        listed = page.locator("section[aria-labelledby=people] li").all_inner_texts()
    link = house.home.data("link", "--as", LI.email)

    assert ("<b>Li</b> Wei", True, True) == (kept, any("<b>Li</b> Wei" in one for one in listed), "code=" in link["path"])
    assert [one for one in room.troubles if "409" not in one] == []


def test_hello_turns_it_green_without_a_press(house: House, stores: Pile) -> None:
    """The page waits, and says who was heard once something came in."""
    with house.inside(ADMIN) as room:
        page = room.page
        page.goto(f"{house.served.url}/admin/start")
        before = page.locator("#heard .state").count()
        said = Utterance(Origin("wecom", "ww1", "LiWei", ThreadId("wecom:LiWei")), "hello-1", "你好", stores.clock.now())
        done(stores.inbox.keep(said, backlog=100))
        page.wait_for_selector("#heard .state.done", timeout=20_000)
        room.check_access("heard")
        told = page.locator("#heard").inner_text()

    assert (0, True, []) == (before, "self-built app" in told, room.troubles)


def test_nobody_else_takes_the_walk(house: House, stores: Pile) -> None:
    """A rep is told whose pages these are, by every route; a form without its token makes nothing."""
    url = f"{house.served.url}/admin/start"
    done(stores.users.seed([LI]))
    with house.inside(LI.email) as room:
        get, post = room.page.request.get, room.page.request.post
        seen = [get(url).status, get(f"{url}/heard", headers={"hx-request": "true"}).status]
        own = [post(f"{url}/{one}", form={"name": "x"}).status for one in ("people", "keys")]
        token = room.page.locator("input[name=token]").first.input_value()
        meant = [post(f"{url}/{one}", form={"token": token, "name": "x"}).status for one in ("people", "keys")]

    assert ([403, 403], [403, 403], [403, 403]) == (seen, own, meant)

"""Saved cases, as an admin uses them: made of a decision by a press, wished of, run beside the text in use, told before a publish."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from bot.domain.ids import UserId
from bot.domain.people import Role, User
from tests.browser.conftest import House, Look, Room
from tests.browser.letter_model import TONE, answering
from tests.browser.reviewed_home import LI, ZONE, Pile, done, pile
from tests.fakes.chat_endpoint import ChatEndpoint

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOOKS = [Look(1280, "light", "zh"), Look(390, "dark", "zh"), Look(390, "light", "en"), Look(1280, "dark", "en")]
"""Every two of width, scheme and language meet."""
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
HE = User(UserId("he"), "何静", "he.jing@example.com", Role.ADMIN, "office", ZONE)
LETTER, CHOOSE, HELLO, MATERIAL = "exec_outreach/letter", "choose/intent", "house/hello", "house/material"
ASKS = "给海蓝的李董写封破冰信"


@pytest.fixture(scope="module")
def model() -> Iterator[ChatEndpoint]:
    """What words letters."""
    with answering() as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory, model: ChatEndpoint) -> Iterator[Pile]:
    """A home with an admin and a model."""
    with pile(tmp_path_factory.mktemp("cases")) as stores:
        done(stores.users.seed([HE]))
        config = stores.home.folder / "config.toml"
        chat = f'[models.chat]\nbase_url = "{model.url}"\nmodel = "m"\n'
        config.write_text(chat + config.read_text(encoding="utf-8"), encoding="utf-8")
        yield stores


@pytest.fixture(scope="module")
def house(browser: Browser, stores: Pile) -> Iterator[House]:
    """A server over it, where a rep has asked for a letter."""
    with stores.home.served() as served:
        house = House(stores.home, served, browser)
        with house.inside(LI.email) as rep:
            rep.ask(ASKS)
        yield house


def at(house: House, room: Room, prompt: str) -> Page:
    """The page of a prompt."""
    room.page.goto(f"{house.served.url}/admin/prompts/{prompt}")
    return room.page


def write(page: Page, said: str, must: str = "", must_not: str = "") -> None:
    """A case by hand."""
    page.locator("#cases > details > summary").click()
    page.fill("#said-new", said)
    page.fill("#must-new", must)
    page.fill("#must-not-new", must_not)
    with page.expect_response(re.compile("prompts-cases")):
        page.locator("#cases > details .wishes > button").click()
    page.wait_for_selector("#cases")


def add(page: Page, line: str) -> None:
    """Add a line to the text."""
    page.fill("#prompt-text", page.input_value("#prompt-text") + "\n" + line)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_a_decision_is_saved_run_and_removed(house: House, look: Look) -> None:
    """From its story to a run of it on a new text; nothing is cut off, nothing complains, and a removed one can be put back."""
    with house.inside(HE.email, look) as room:
        page = room.page
        page.goto(f"{house.served.url}/admin/decisions?skill=exec_outreach")
        page.locator(".found th a").first.click()
        room.check_access("decision")
        page.locator(".case button").click()
        page.wait_for_selector("#cases details[open] .wishes")
        opened = page.locator("#cases details[open] textarea").first.input_value()
        page.locator("#cases details[open] textarea").nth(1).fill("您好")
        page.locator("#cases details[open] textarea").nth(2).fill("Dear\n便宜")
        page.locator("#cases details[open] .wishes > button").click()
        page.wait_for_selector("#cases .checks")
        wishes = page.locator("#cases .checks li").count()
        add(page, TONE)
        page.locator("button[hx-post='/admin/prompts-run']").click()
        page.wait_for_selector("#run [role=status]")
        met = page.locator("#run td.met").count()
        room.check_access("run")
        sideways = page.evaluate(SIDEWAYS)
        page.locator("#cases .away button").click()
        page.wait_for_selector("#cases .done button")
        room.check_access("removed")
        left = page.locator(".saved > li").count()
        page.locator("#cases .done button").click()
        page.wait_for_selector(".saved > li")
        page.locator("#cases .away button").click()
        page.wait_for_selector("#cases .done button")
        kept = page.input_value("#prompt-text").endswith(TONE)

    assert (ASKS, 3, 6, False, 0, True, []) == (opened, wishes, met, sideways, left, kept, room.troubles)

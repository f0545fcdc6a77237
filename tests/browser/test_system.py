"""The admins' page of the system, as a person sees and uses it: on a desk and on a phone, by keyboard, in both languages."""

import os
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from bot.domain.ids import MessageId, ThreadId, UserId
from bot.domain.outcome import Answer, Draft
from bot.domain.people import Role, User
from bot.domain.talk import Lang, Origin
from bot.store.outbox import SqliteOutbox
from bot.store.spending import SqliteSpending
from tests.browser.conftest import House, Look
from tests.browser.reviewed_home import LI, MADE, ZHANG, ZONE, Pile, done, pile

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOOKS = [Look(1280, "light", "zh"), Look(390, "dark", "zh"), Look(390, "light", "en"), Look(1280, "dark", "en")]
"""Every two of width, scheme and language meet."""
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
ADMIN = User(UserId("root"), "何静", "he.jing@example.com", Role.ADMIN, "office", ZONE)


async def troubled(stores: Pile) -> None:
    """An admin, tokens of two people, messages that may have arrived or did not, one with markup in its reason, a model that was late."""
    await stores.users.seed([ADMIN])
    spending, outbox = SqliteSpending(stores.database), SqliteOutbox(stores.database, stores.clock, stores.ids)
    today: date = stores.clock.now().date()
    await spending.spend(LI.id, "writing", today, 12_345)
    await spending.spend(ZHANG.id, "choosing", today, 678)
    for number, to in enumerate(("wecom", "slack", "slack")):
        await outbox.say(Origin(to, "acme", f"who-{number}", ThreadId(f"t{number}")), Answer("好"), key=str(number), lang=Lang.ZH)
    for message in await outbox.claim(10):
        unsure = message.origin.channel == "wecom"
        await (outbox.unsure if unsure else outbox.dead)(MessageId(message.id), "late" if unsure else "<img src=x onerror=alert(1)>")
    await stores.drafted(Draft("给李董写封信", "task", {"name": "x"}), replace(MADE, fell_back="m: late"))


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pile]:
    """A home with troubles."""
    with pile(tmp_path_factory.mktemp("system")) as stores:
        done(troubled(stores))
        yield stores


@pytest.fixture(scope="module")
def house(browser: Browser, stores: Pile) -> Iterator[House]:
    """A server over it."""
    with stores.home.served() as served:
        yield House(stores.home, served, browser)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_admin_sees_how_all_stands(house: House, look: Look, tmp_path: Path) -> None:
    """What is off and why comes by itself; queues, what is stuck, costs drawn and in figures; nothing is cut off or run as code."""
    with house.inside(ADMIN.email, look) as room:
        page = room.page
        page.goto(f"{house.served.url}/admin")
        page.locator(".rooms a[href='/admin/system']").click()
        _checked(page)
        room.check_access("system")
        stuck, bars = page.locator(".stuck li").count(), page.locator(".days rect").count()
        figures = page.locator("section[aria-labelledby=costs]").inner_text()
        off = page.locator("#checked .state.off").count()
        sideways = page.evaluate(SIDEWAYS)
        page.screenshot(path=Path(os.environ.get("SHOTS", tmp_path)) / f"system-{look}.png", full_page=True)

    assert (3, 1, True, True, False, []) == (stuck, bars, "12,345" in figures and LI.name in figures, off > 0, sideways, room.troubles)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_hall_tells_what_waits_and_leads_there(house: House, look: Look, tmp_path: Path) -> None:
    """Each thing that waits is a link to where it is seen to; nothing is cut off, nothing complains."""
    with house.inside(ADMIN.email, look) as room:
        page = room.page
        page.goto(f"{house.served.url}/admin")
        room.check_access("hall")
        notices = page.locator(".notices a").all_inner_texts()
        sideways = page.evaluate(SIDEWAYS)
        page.screenshot(path=Path(os.environ.get("SHOTS", tmp_path)) / f"hall-{look}.png", full_page=True)
        page.locator(".notices a").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/admin/system")

    assert (1, False, []) == (sum(":3 条" in one or one.endswith(": 3") for one in notices), sideways, room.troubles)


def test_costs_and_refusals_lead_to_the_decisions_behind_them(house: House) -> None:
    """By who spent, by what asks, by day, and by what a model did not answer: each link finds the one decision there is."""
    with house.inside(ADMIN.email) as room:
        page, found = room.page, list[int]()
        for way in (LI.name, "exec_outreach", "All of these decisions"):
            page.goto(f"{house.served.url}/admin/system")
            page.get_by_role("link", name=way).click()
            page.wait_for_url("**/admin/decisions?**")
            found.append(page.locator(".found tbody tr").count())
        page.goto(f"{house.served.url}/admin/system")
        page.get_by_text("Day by day").click()
        room.check_access("by day")
        page.locator("#by-day a").first.click()
        page.wait_for_url("**until=**")
        found.append(page.locator(".found tbody tr").count())
        page.goto(f"{house.served.url}/admin/system")
        page.locator(".findings a[href^='/admin/decisions/']").click()
        told = page.locator("main").inner_text()

    assert ([1, 1, 1, 1], True, []) == (found, "m: late" in told, room.troubles)


def test_stuck_message_is_given_up_and_another_sent_again_by_keyboard(house: House) -> None:
    """Each button says whose message it is; what was given up stays to be sent again, what is sent again leaves the list."""
    with house.inside(ADMIN.email) as room:
        page = room.page
        page.goto(f"{house.served.url}/admin/system")
        page.get_by_role("button", name="Give up, to who-0").focus()
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Give up, to who-0").wait_for(state="detached")
        left = page.locator(".stuck .state.dead").count()
        gone = page.request.post(
            f"{house.served.url}/admin/system",
            form={"token": page.locator("input[name=token]").first.input_value(), "action": "drop", "message": "none"},
        )

    assert (3, 409, []) == (left, gone.status, room.troubles)


def test_backup_and_audit_are_a_press_each(house: House) -> None:
    """The backup lies in the home, whole; the audit says that all is well."""
    folder = house.home.folder / "home" / "backups"
    with house.inside(ADMIN.email, Look(390, "light", "zh")) as room:
        page = room.page
        page.goto(f"{house.served.url}/admin/system")
        page.locator("button[value=backup]").click()
        _until(room.page, "section[aria-labelledby=backup]", "tandem-")
        page.locator("button[value=verify]").click()
        told = _until(room.page, "section[aria-labelledby=verify]", "没问题")
    [archive] = folder.iterdir()

    assert (None, 0o600, True, []) == (
        zipfile.ZipFile(archive).testzip(), archive.stat().st_mode & 0o777, "链头" in told, room.troubles,
    )  # fmt: skip


def test_nobody_else_finds_the_page_or_presses(house: House) -> None:
    """A manager is told whose page it is, by every route; a form without its token changes nothing."""
    url = f"{house.served.url}/admin/system"
    with house.inside(ZHANG.email) as room:
        seen = [room.page.request.get(one).status for one in (url, f"{url}/checks")]
        own = room.page.request.post(url, form={"action": "backup"}).status
    with house.inside(ADMIN.email) as room:
        forged = room.page.request.post(url, form={"action": "backup"}).status

    assert ([403, 403], 403, 403) == (seen, own, forged)


def _checked(page: Page) -> None:
    """Return when the checks stand there; a machine that is busy says that they are late, and a person presses again."""
    for _ in range(6):
        page.wait_for_selector("#checked .findings", state="attached", timeout=30_000)
        if page.locator("#checked .findings li").count():
            return
        with page.expect_response("**/admin/system/checks", timeout=30_000):
            page.locator("#checked a", has_text="再查一次" if page.locator("html[lang^=zh]").count() else "Check again").click()


def _until(page: Page, where: str, told: str) -> str:
    """The text of a part once it tells something; the page is loaded anew until it does, as a person would."""
    text = ""
    for _ in range(40):
        text = page.locator(where).inner_text()
        if told in text:
            return text
        page.wait_for_timeout(500)
        page.reload()
    return text

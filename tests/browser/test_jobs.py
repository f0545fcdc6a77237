"""The admins' page of what is done by the clock, as a person sees and uses it: on a desk and on a phone, by keyboard, in both languages."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser

from bot.domain.firing import Days, OwnSchedule
from bot.domain.ids import UserId
from bot.domain.people import Role, User
from bot.senses import SystemClock
from bot.store.firings import SqliteFirings
from bot.store.own_schedules import RecordedSchedules
from tests.browser.conftest import House, Look
from tests.browser.reviewed_home import LI, ZONE, Pile, done, pile

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOOKS = [Look(1280, "light", "zh"), Look(390, "dark", "zh"), Look(390, "light", "en"), Look(1280, "dark", "en")]
"""Every two of width, scheme and language meet."""
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
ADMIN = User(UserId("root"), "何静", "he.jing@example.com", Role.ADMIN, "office", ZONE)
KINDS = ("churn.score", "digest.daily", "digest.weekly", "coach.tip")
ROWS = "\n".join(f'[[schedule.jobs]]\nname = "{kind}"\ncron = "30 8 * * 1"' for kind in KINDS)
MISSED = datetime(2026, 7, 14, 0, 30, tzinfo=UTC)


async def scheduled(stores: Pile) -> None:
    """An admin, a schedule of Li's own, and a digest that could not be made."""
    await stores.people()
    await stores.users.seed([ADMIN])
    wish = OwnSchedule("", LI.id, "digest.daily", "30 8 * * *", ZONE, stores.clock.now(), on=Days.WORKDAYS)
    await RecordedSchedules(stores.records, stores.users, stores.clock).add(wish)
    firings = SqliteFirings(stores.database, SystemClock())
    await firings.begin("digest.weekly@east", MISSED)
    await firings.fail("digest.weekly@east", MISSED, "Upstream store", None)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pile]:
    """A home with people."""
    with pile(tmp_path_factory.mktemp("clocked")) as stores:
        done(scheduled(stores))
        config = stores.home.folder / "config.toml"
        config.write_text(config.read_text(encoding="utf-8").replace("[schedule]\njobs = []", ROWS), encoding="utf-8")
        yield stores


@pytest.fixture(scope="module")
def house(browser: Browser, stores: Pile) -> Iterator[House]:
    """A server over it."""
    with stores.home.served() as served:
        yield House(stores.home, served, browser)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_admin_sees_what_comes_and_what_became_of_the_last(house: House, look: Look) -> None:
    """Each kind with its teams, what people want, trouble in words; nothing is cut off, nothing complains."""
    with house.inside(ADMIN.email, look) as room:
        page = room.page
        page.goto(f"{house.served.url}/admin")
        page.locator(".rooms a[href='/admin/jobs']").click()
        page.wait_for_selector(".jobs")
        room.check_access("jobs")
        kinds = page.locator("section.plate .about code").all_inner_texts()
        row = page.locator("tr", has=page.locator("input[value='digest.weekly@east']")).inner_text()
        own = page.locator("section[aria-labelledby=own] tbody tr").inner_text()
        sideways = page.evaluate(SIDEWAYS)

    assert list(KINDS) == kinds
    assert (True, True, False, []) == ("Upstream store" in row, LI.name in own, sideways, room.troubles)


def test_job_rests_and_goes_on_by_keyboard(house: House) -> None:
    """The button says which job it is for; what it did is seen at once and after a reload."""
    with house.inside(ADMIN.email, Look(1280, "light", "en")) as room:
        page = room.page
        page.goto(f"{house.served.url}/admin/jobs")
        row = page.locator("tr", has=page.locator("input[value='coach.tip@east']"))
        seen = []
        for name, other in (("Pause", "Resume"), ("Resume", "Pause")):
            row.get_by_role("button", name=f"{name} Coach's morning tips · east").focus()
            page.keyboard.press("Enter")
            row.get_by_role("button", name=f"{other} Coach's morning tips · east").wait_for()
            seen.append("paused" in row.inner_text())

    assert ([True, False], []) == (seen, room.troubles)


def test_job_is_done_now(house: House) -> None:
    """And its outcome stands where the last one stood."""
    with house.inside(ADMIN.email, Look(390, "light", "zh")) as room:
        page = room.page
        page.goto(f"{house.served.url}/admin/jobs")
        row = page.locator("tr", has=page.locator("input[value='coach.tip@west']"))
        before = row.locator(".state").count()
        row.locator("button[value=run]").click()
        row.locator(".state").wait_for()

    assert (0, []) == (before, room.troubles)


def test_nobody_else_finds_the_page_or_presses(house: House) -> None:
    """A rep is told whose page it is; a form without its token changes nothing."""
    with house.inside(LI.email) as room:
        page = room.page
        seen = page.request.get(f"{house.served.url}/admin/jobs").status
        forged = page.request.post(f"{house.served.url}/admin/jobs", form={"job": "coach.tip@east", "action": "pause"}).status

    assert (403, 403) == (seen, forged)

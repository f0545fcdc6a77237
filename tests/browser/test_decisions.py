"""The admins' pages of decisions, as a person sees and uses them: on a desk and on a phone, by keyboard, in both languages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bot.domain.ids import UserId
from bot.domain.people import Role, User
from tests.browser.conftest import House, Look
from tests.browser.reviewed_home import LI, ZONE, Pile, done, pile
from tests.browser.test_jobs import LOOKS, SIDEWAYS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ADMIN = User(UserId("root"), "何静", "he.jing@example.com", Role.ADMIN, "office", ZONE)
TITLE = "给李董写封信"


async def filled(stores: Pile) -> None:
    """People, and a letter of Li's that waits."""
    await stores.people()
    await stores.users.seed([ADMIN])
    await stores.letter()
    await stores.quote()


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pile]:
    """A home with people."""
    with pile(tmp_path_factory.mktemp("decided")) as stores:
        done(filled(stores))
        yield stores


@pytest.fixture(scope="module")
def house(browser: Browser, stores: Pile) -> Iterator[House]:
    """A server over it."""
    with stores.home.served() as served:
        yield House(stores.home, served, browser)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_admin_finds_a_decision_and_makes_it_again(house: House, look: Look, tmp_path: Path) -> None:
    """Search, story, replay; nothing is cut off, nothing complains."""
    with house.inside(ADMIN.email, look) as room:
        page = room.page
        page.goto(f"{house.served.url}/admin/decisions")
        page.fill("input[name=person]", LI.email)
        page.keyboard.press("Enter")
        page.wait_for_url("**person=**")
        room.check_access("search")
        page.screenshot(path=tmp_path / "search.png", full_page=True)
        sideways = [page.evaluate(SIDEWAYS)]
        page.get_by_role("link", name=TITLE).click()
        page.wait_for_selector("#again")
        room.check_access("story")
        page.screenshot(path=tmp_path / "story.png", full_page=True)
        sideways.append(page.evaluate(SIDEWAYS))
        page.locator("#again button").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(".sides")
        room.check_access("again")
        page.screenshot(path=tmp_path / "again.png", full_page=True)
        sideways.append(page.evaluate(SIDEWAYS))
        told = page.locator(".sides").inner_text()

    assert (True, [False] * 3, []) == (TITLE in told, sideways, room.troubles)


def test_search_is_refused_beside_what_was_typed(house: House) -> None:
    """The sentence has the focus, and the words stay."""
    with house.inside(ADMIN.email, Look(390, "light", "en")) as room:
        page = room.page
        page.goto(f"{house.served.url}/admin/decisions?account=Nobody+Ltd")
        seen = (page.locator("input[name=account]").input_value(), page.evaluate("document.activeElement.id"))

    assert ("Nobody Ltd", "problem") == seen


def test_search_goes_out_as_a_file(house: House) -> None:
    """Named as what it is."""
    with house.inside(ADMIN.email) as room:
        page = room.page
        page.goto(f"{house.served.url}/admin/decisions")
        with page.expect_download() as coming:
            page.get_by_role("link", name="Download as CSV").click()

    assert "decisions.csv" == coming.value.suggested_filename

"""The admins' pages of rules, as two admins use them: a change is looked at, refused where it does not fit, agreed to, taken back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from bot.domain.ids import UserId
from bot.domain.people import Role, User
from tests.browser.conftest import House, Look, Room
from tests.browser.reviewed_home import LI, ZONE, Pile, done, pile

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOOKS = [Look(1280, "light", "zh"), Look(390, "dark", "zh"), Look(390, "light", "en"), Look(1280, "dark", "en")]
"""Every two of width, scheme and language meet."""
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
HE = User(UserId("he"), "何静", "he.jing@example.com", Role.ADMIN, "office", ZONE)
GU = User(UserId("gu"), "Gu Ran", "gu.ran@example.com", Role.ADMIN, "office", ZONE)
OWN = ("skills", "rules", "rules/skills", "rules/permissions", "rules/review")


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pile]:
    """A home with two admins."""
    with pile(tmp_path_factory.mktemp("ruled")) as stores:
        done(stores.users.seed([HE, GU]))
        yield stores


@pytest.fixture(scope="module")
def house(browser: Browser, stores: Pile) -> Iterator[House]:
    """A server over it."""
    with stores.home.served() as served:
        yield House(stores.home, served, browser)


def at(house: House, room: Room, path: str) -> Page:
    """A page of the admins'."""
    room.page.goto(f"{house.served.url}/admin/{path}")
    return room.page


def looked(page: Page) -> str:
    """What would change, as the page says it after a press."""
    page.locator("#rules-form > button.outline").click()
    page.wait_for_selector("#checked > *")
    return page.locator("#checked").inner_text()


def put(page: Page, note: str = "Tried") -> None:
    """Hand in the form as it stands."""
    page.fill("#rules-note", note)
    page.locator("#rules-form > button[value=publish]").click()
    page.wait_for_load_state()


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_admin_looks_at_every_form(house: House, look: Look) -> None:
    """From the list on; a role is opened; nothing is cut off, nothing complains."""
    sideways = []
    with house.inside(HE.email, look) as room:
        at(house, room, "prompts").locator(".rooms a[href='/admin/rules']").click()
        for path in OWN:
            page = at(house, room, path)
            if path == "rules/permissions":
                page.locator("details.role").first.locator("summary").click()
            room.check_access(path)
            sideways.append(page.evaluate(SIDEWAYS))

    assert ([False] * len(OWN), []) == (sideways, room.troubles)


def test_a_skill_is_switched_off_for_a_team_and_given_back(house: House) -> None:
    """What would change is shown first; the page of skills tells of it; one press goes back."""
    with house.inside(HE.email) as room:
        page = at(house, room, "rules/skills")
        team = page.locator("thead input[value=east]").get_attribute("name") or ""
        page.locator(f"input[name='on.{team.removeprefix('team.')}.digest']").uncheck()
        seen = looked(page)
        put(page, "East has its own")
        done_line, listed = page.locator(".done").inner_text(), at(house, room, "skills").locator(".state.waiting").all_inner_texts()
        page = at(house, room, "rules/skills")
        page.locator("#history ~ .versions form button").last.click()
        page.wait_for_load_state()
        after = at(house, room, "skills").locator(".state.waiting").count()

    assert ('east = ["digest"]' in seen, "Published" in done_line, ["Off for east"], 0) == (True, True, listed, after)
    assert [] == room.troubles


def test_permissions_wait_for_the_other_admin(house: House) -> None:
    """Each cell that would change is named; the other admin sees the difference and agrees; their author cannot."""
    with house.inside(HE.email) as room:
        page = at(house, room, "rules/permissions")
        page.locator("details.role").first.locator("summary").click()
        page.select_option("select[name='permissions.rep.reads.invoice']", "own")
        seen = looked(page)
        put(page)
        own = page.get_by_role("button", name="Agree").count()
    with house.inside(GU.email) as other:
        page = at(house, other, "rules/permissions")
        difference = page.locator("#waits ~ .difference .line-new").all_inner_texts()
        page.get_by_role("button", name="Agree").click()
        page.wait_for_load_state()
        state = page.locator("#edit .state").inner_text()

    assert ("Rep · Invoice: sees team → own" in seen, 0, 1, True) == (True, own, len(difference), "何静" in state)
    assert ([], []) == (room.troubles, other.troubles)


def test_what_does_not_fit_stands_beside_its_input_with_what_was_typed(house: House) -> None:
    """A row is added without losing anything; a figure that is none is named at its place, and nothing is published."""
    with house.inside(HE.email) as room:
        page = at(house, room, "rules/review")
        rows = page.locator(".quote-row").count()
        page.fill("[name='review.due_min']", "soon")
        page.get_by_role("button", name="Add a row").click()
        page.wait_for_load_state()
        page.fill(f"[name='review.quotes.{rows + 1}.discount_above']", "40")
        put(page, "Sooner")
        problem, fault = page.locator(".problem").inner_text(), page.locator("[id='w-review.due_min']").inner_text()
        kept = [page.input_value(f"[name='{name}']") for name in ("review.due_min", f"review.quotes.{rows + 1}.discount_above", "note")]
        history = page.locator(".versions li").count()

    assert ("does not fit" in problem, fault == "“soon” does not fit; wanted: a whole number") == (True, True)
    assert (["soon", "40", "Sooner"], 1) == (kept, history)
    assert ["error: Failed to load resource: the server responded with a status of 400 (Bad Request)"] == room.troubles


def test_nobody_else_finds_the_pages_or_presses(house: House) -> None:
    """A rep is refused the pages and their form alike."""
    with house.inside(LI.email) as room:
        codes = [room.page.request.get(f"{house.served.url}/admin/{path}").status for path in OWN]
        post = room.page.request.post(f"{house.served.url}/admin/rules/skills", form={"action": "publish", "token": "x"}).status

    assert ([403] * len(OWN), 403) == (codes, post)

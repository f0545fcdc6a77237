"""The admins' page of prompts, as two admins use it: an edit is checked as it is typed, published, agreed to, overtaken, taken back."""

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
LETTER, ANSWER, POINTS, BRIEF = "exec_outreach/letter", "answer_knowledge/answer", "talking_points/points", "account_brief/points"


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pile]:
    """A home with two admins."""
    with pile(tmp_path_factory.mktemp("prompted")) as stores:
        done(stores.users.seed([HE, GU]))
        yield stores


@pytest.fixture(scope="module")
def house(browser: Browser, stores: Pile) -> Iterator[House]:
    """A server over it."""
    with stores.home.served() as served:
        yield House(stores.home, served, browser)


def at(house: House, room: Room, prompt: str) -> Page:
    """The page of a prompt."""
    room.page.goto(f"{house.served.url}/admin/prompts/{prompt}")
    return room.page


def put(page: Page, text: str, note: str = "Warmer") -> None:
    """Add a line to the text and hand it in."""
    page.fill("#prompt-text", page.input_value("#prompt-text") + "\n" + text)
    page.fill("#prompt-note", note)
    page.locator("#editor > button").click()
    page.wait_for_load_state()


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_admin_finds_a_prompt_and_sees_what_an_edit_would_change(house: House, look: Look) -> None:
    """From the hall, by its name; a wrong variable is named with its line while it is typed; nothing is cut off, nothing complains."""
    with house.inside(HE.email, look) as room:
        page = room.page
        page.goto(f"{house.served.url}/admin")
        page.locator(".rooms a[href='/admin/prompts']").click()
        page.wait_for_selector(".prompts")
        room.check_access("prompts")
        listed = page.locator(".prompts h2 a").count()
        page.locator(f".prompts a[href='/admin/prompts/{LETTER}']").click()
        page.wait_for_selector("#prompt-text")
        page.fill("#prompt-text", page.input_value("#prompt-text").replace("{{grounds}}", "{{ground}}"))
        page.dispatch_event("#prompt-text", "input")
        page.wait_for_selector(".faults")
        faults = page.locator(".faults li").all_inner_texts()
        changed = page.locator("#checked .difference .line-new").count()
        room.check_access("prompt")
        sideways = page.evaluate(SIDEWAYS)

    assert (10, 2, 1, False, []) == (listed, len(faults), changed, sideways, room.troubles)
    assert (True, True) == ("{{ground}}" in faults[0], "{{grounds}}" in faults[1])


def test_one_admin_publishes_and_goes_back(house: House) -> None:
    """What no customer reads takes one admin; the text that was given back is the shipped one."""
    with house.inside(HE.email) as room:
        page = at(house, room, BRIEF)
        shipped = page.input_value("#prompt-text")
        put(page, "8. Begin with their name.")
        published = (page.locator(".done").inner_text(), page.input_value("#prompt-text"))
        page.get_by_role("button", name="Go back to the default").click()
        page.wait_for_load_state()
        back = page.input_value("#prompt-text")
        notes = page.locator(".versions li").count()
        room.check_access("published")

    assert ("Published. The next draft follows it.", f"{shipped}\n8. Begin with their name.") == published
    assert (shipped, 3, []) == (back, notes, room.troubles)


def test_text_with_a_fault_is_refused_and_kept(house: House) -> None:
    """Whoever pressed all the same finds their words where they were."""
    with house.inside(HE.email) as room:
        page = at(house, room, ANSWER)
        put(page, "And {{weather}}.", "Weather")
        told = page.locator(".problem").inner_text()
        kept = (page.input_value("#prompt-text").endswith("And {{weather}}."), page.input_value("#prompt-note"))
        faults = page.locator(".faults li").count()

    assert ("This text cannot be used yet; what is wrong is marked below.", (True, "Weather"), 1) == (told, kept, faults)


def test_what_reaches_customers_waits_for_the_other_admin(house: House) -> None:
    """Its author is offered no way to agree; the other sees what changes, agrees, and it holds."""
    with house.inside(HE.email) as mine, house.inside(GU.email) as theirs:
        page = at(house, mine, LETTER)
        before = page.input_value("#prompt-text")
        put(page, "9. Warm, as to a neighbour.")
        waits = (page.locator(".done").inner_text(), page.input_value("#prompt-text") == before)
        alone = page.get_by_role("button", name="Agree and publish").count()
        mine.check_access("waiting, mine")
        other = at(house, theirs, LETTER)
        changes = other.locator("section[aria-labelledby=waits] .line-new .words").all_inner_texts()
        theirs.check_access("waiting, theirs")
        other.get_by_role("button", name="Agree and publish").click()
        other.wait_for_load_state()
        holds = other.input_value("#prompt-text")
        other.get_by_role("button", name="Go back to the default").click()
        other.wait_for_load_state()
        back = other.input_value("#prompt-text")

    assert ("Put in. It waits for another admin to agree.", True) == waits
    assert (0, ["9. Warm, as to a neighbour."], f"{before}\n9. Warm, as to a neighbour.") == (alone, changes, holds)
    assert (before, [], []) == (back, mine.troubles, theirs.troubles)


def test_second_of_two_is_told_and_loses_nothing(house: House) -> None:
    """They see who was first, their own text is where it was with what it would change of the first one's, and then it can be published."""
    with house.inside(HE.email) as first, house.inside(GU.email) as second:
        slow = at(house, second, POINTS)
        put(at(house, first, POINTS), "8. Of the first.")
        put(slow, "8. Of the second.", "Mine")
        told = slow.locator(".problem").inner_text()
        kept = (slow.input_value("#prompt-text").splitlines()[-1], slow.input_value("#prompt-note"))
        gone = slow.locator("#checked .line-gone .words").all_inner_texts()
        second.check_access("overtaken")
        slow.locator("#editor > button").click()
        slow.wait_for_load_state()
        holds = slow.input_value("#prompt-text").splitlines()[-1]

    assert (True, ("8. Of the second.", "Mine"), ["8. Of the first."]) == (HE.name in told, kept, gone)
    assert "8. Of the second." == holds


def test_nobody_else_finds_the_page_or_presses(house: House) -> None:
    """A rep is told whose page it is, and nothing of it is in what they get; a form without its token changes nothing."""
    with house.inside(LI.email) as room:
        request, url = room.page.request, house.served.url
        seen = [request.get(f"{url}/admin/prompts"), request.get(f"{url}/admin/prompts/{LETTER}")]
        forged = request.post(f"{url}/admin/prompts/{LETTER}", form={"action": "publish", "text": "x"}).status
        checked = request.post(f"{url}/admin/prompts-check", form={"prompt": LETTER, "text": "x"}).status
        leaked = [one for one in seen if "{{grounds}}" in one.text()]

    assert ([403, 403], 403, 403, []) == ([one.status for one in seen], forged, checked, leaked)

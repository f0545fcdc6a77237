"""What an admin does, by keyboard alone: in each room one real deed, from the hall to its end."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page

from bot.web.admin import ROOMS
from tests.browser.conftest import Look, Room
from tests.browser.furnished_home import furnish
from tests.browser.reviewed_home import SUN
from tests.browser.test_tour import greek, seen
from tests.scenarios.neighbours import ADMIN, Neighbours, neighbours

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FAR = 400
"""More presses of Tab than any page asks for."""
GAPS = ".tabs a[href='/admin/knowledge/unanswered']"
SHOWN = """
(one) => {
  const [style, box] = [getComputedStyle(one), one.getBoundingClientRect()];
  const marked = style.outlineStyle !== "none" || style.boxShadow !== "none";
  return one.matches(":focus-visible") && box.bottom > 0 && box.top < innerHeight && marked;
}
"""
"""Whether somebody who looks sees where they are."""


@dataclass
class Hands:
    """Somebody without a mouse. unseen: where they could not see what has the focus."""

    room: Room
    unseen: list[str]

    @property
    def page(self) -> Page:
        """What is before them."""
        return self.room.page

    def at(self, selector: str) -> Locator:
        """The first that fits."""
        return self.page.locator(selector).first

    def reach(self, selector: str) -> None:
        """Press Tab until it has the focus."""
        self.at(selector).wait_for()
        for _ in range(FAR):
            if self.at(selector).evaluate("(one) => one === document.activeElement"):
                break
            self.page.keyboard.press("Tab")
        else:
            pytest.fail(f"Tab does not lead to {selector}")
        if not self.at(selector).evaluate(SHOWN):
            self.unseen.append(selector)

    def press(self, selector: str, key: str = "Enter") -> None:
        """Go there and press."""
        self.reach(selector)
        self.page.keyboard.press(key)

    def write(self, selector: str, text: str) -> None:
        """Go there and type over what stands there."""
        self.reach(selector)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def told(self, selector: str, timeout_ms: int = 60_000) -> str:
        """What stands there once it does."""
        self.at(selector).wait_for(timeout=timeout_ms)
        return self.at(selector).inner_text()


def rule_is_published_and_undone(hands: Hands) -> bool:
    """The house is as it was, and the history has both."""
    hands.press("a[href='/admin/rules/choosing']")
    was = hands.at("#rules-form .entry input").input_value()
    hands.write("#rules-form .entry input", "0.6")
    hands.write("#rules-note", "surer")
    hands.press("button[value=publish]")
    hands.told("p.done")
    now = hands.at("#rules-form .entry input").input_value()
    hands.press("#history ~ .versions form button")
    hands.told(".versions li:nth-child(3)")
    return now == "0.6" != was and hands.at("#rules-form .entry input").input_value() == was


def sentence_is_taught(hands: Hands) -> bool:
    """Its effect is shown before, and it is kept."""
    hands.press("a[href='/admin/skills/digest']")
    hands.write("#f-text", "give me the morning paper")
    hands.page.keyboard.press("Enter")
    hands.press("#weighed button[value=keep]")
    hands.told("p.done")
    return "morning paper" in hands.told(".sayings")


def skill_is_switched_off_for_a_team(hands: Hands) -> bool:
    """Its box stays empty."""
    hands.press("a[href='/admin/rules/skills']")
    box = "[name='on.1.digest']"
    hands.press(box, "Space")
    hands.write("#rules-note", "not yet")
    hands.press("button[value=publish]")
    hands.told("p.done")
    return not hands.at(box).is_checked()


def missing_page_is_written(hands: Hands) -> bool:
    """The question is gone from those without an answer."""
    hands.press(GAPS)
    hands.page.wait_for_url("**/unanswered")
    before = hands.page.locator(".asked > li").count()
    hands.press(".asked form[action='/admin/knowledge/draft'] button")
    hands.write("textarea[name=text]", "Thirty days by sea.")
    hands.press("form.page > button")
    hands.page.wait_for_url("**/documents/**")
    hands.press(".rooms a[href='/admin/knowledge']")
    hands.press(GAPS)
    hands.page.wait_for_url("**/unanswered")
    return hands.page.locator(".asked > li").count() == before - 1


def contradiction_is_settled(hands: Hands) -> bool:
    """It stands among those that are."""
    hands.press(".tabs a[href='/admin/knowledge/contradictions']")
    hands.press("button[name=holds][value=left]")
    return bool(hands.told("#settled"))


def session_is_ended(hands: Hands) -> bool:
    """Who was signed in is not any more."""
    hands.press(f".people a[href$='/{SUN.id}']")
    hands.press(".visits button[value=end]")
    hands.at(".visits").wait_for(state="detached")
    return not hands.page.locator("button[value=end_all]").count()


def case_is_saved_and_run(hands: Hands) -> bool:
    """The run says how many hold."""
    hands.press("a[href='/admin/prompts/choose/intent']")
    hands.press("#cases > details > summary")
    hands.write("#said-new", "which invoices are unpaid")
    hands.write("#must-new", "query_crm")
    hands.press("#cases > details .wishes > button")
    hands.told(".saved > li")
    hands.press("button[hx-post='/admin/prompts-run']")
    return "1" in hands.told("#run [role=status]")


def decision_is_made_again(hands: Hands) -> bool:
    """Then and now stand side by side."""
    hands.press(".found tr:has-text('Documents') th a")
    hands.press("#again form button")
    return bool(hands.told("#again .sides"))


def job_is_paused(hands: Hands) -> bool:
    """It rests, and its button now wakes it."""
    hands.press("button[value=pause]")
    return bool(hands.told("button[value=resume]"))


def backup_is_made(hands: Hands) -> bool:
    """It is told with its name."""
    with hands.page.expect_navigation():
        hands.press("button[value=backup]")
    for _ in range(60):
        hands.page.wait_for_timeout(500)
        hands.page.reload()
        if "tandem-" in hands.told("section[aria-labelledby=backup]"):
            return True
    return False


def colleague_is_added(hands: Hands) -> bool:
    """By Enter in the last field."""
    hands.write(".newcomer [name=name]", "Gu Ran")
    hands.write(".newcomer [name=email]", "gu.ran@example.com")
    hands.page.keyboard.press("Enter")
    hands.page.get_by_text("gu.ran@example.com").wait_for()
    return True


DEEDS: dict[str, tuple[Callable[[Hands], bool], ...]] = {
    "/admin/prompts": (case_is_saved_and_run,),
    "/admin/skills": (sentence_is_taught,),
    "/admin/rules": (rule_is_published_and_undone, skill_is_switched_off_for_a_team),
    "/admin/decisions": (decision_is_made_again,),
    "/admin/knowledge": (missing_page_is_written, contradiction_is_settled),
    "/admin/people": (session_is_ended,),
    "/admin/jobs": (job_is_paused,),
    "/admin/system": (backup_is_made,),
    "/admin/start": (colleague_is_added,),
}
"""By room."""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighbours]:
    """A home where there is something to do in each room."""
    with neighbours(tmp_path_factory.mktemp("hands"), greek) as here:
        furnish(here, greek)
        here.enter(SUN.email).close()
        yield here


def test_every_room_has_a_deed() -> None:
    """Whoever adds a room says what is done in it."""
    assert {room.path for room in ROOMS} == set(DEEDS)


EACH = [pytest.param(place, deed, id=deed.__name__) for place, deeds in DEEDS.items() for deed in deeds]


@pytest.mark.parametrize("place, deed", EACH)
def test_deed_is_done_by_keyboard_alone(browser: Browser, here: Neighbours, place: str, deed: Callable[[Hands], bool]) -> None:
    """By Tab, Enter, Space and typing, with the focus in sight all the way."""
    with seen(browser, here, ADMIN, Look(1280, "light", "en")) as room:
        hands = Hands(room, [])
        room.page.goto(f"{room.url}/admin")
        hands.press(f".rooms a[href='{place}']")
        room.page.wait_for_url(f"**{place}")
        done = deed(hands)

    assert (True, [], []) == (done, hands.unseen, room.troubles)

"""Saved cases, as an admin uses them: made of a decision by a press, wished of, run beside the text in use, told before a publish."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from bot.domain.ids import UserId
from bot.domain.people import Role, User
from tests.browser.conftest import House, Look, Room
from tests.browser.letter_model import TONE, WARMER, answering
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
    if not page.locator("#said-new").is_visible():
        page.locator("#cases > details > summary").click()
    page.fill("#said-new", said)
    page.fill("#must-new", must)
    page.fill("#must-not-new", must_not)
    with page.expect_response(re.compile("prompts-cases")):
        page.locator("#cases > details .wishes > button").click()


def run(page: Page) -> str:
    """Run all cases, and what is said at the end."""
    page.get_by_role("button", name="Run the saved cases").click()
    page.wait_for_selector("#run [role=status]")
    return page.locator("#run [role=status]").inner_text()


def publish(page: Page, button: str) -> None:
    """Hand the text in."""
    page.fill("#prompt-note", "Warmer")
    page.get_by_role("button", name=button).click()
    page.wait_for_load_state()


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


def test_what_the_cases_say_is_told_before_a_publish_and_kept_with_it(house: House) -> None:
    """Not run, it is asked once; run and worse, it is said with what is worse; published all the same, the history has the figures."""
    with house.inside(HE.email) as room:
        page = at(house, room, LETTER)
        write(page, " ")
        refused = page.locator("#cases .problem").inner_text()
        write(page, ASKS, must="您好", must_not=WARMER)
        page.wait_for_selector("#cases .checks")
        add(page, TONE)
        publish(page, "Put to another admin")
        untried = page.locator(".problem").inner_text()
        kept = page.input_value("#prompt-text").endswith(TONE)
        told, unmet = run(page), page.locator("#run td.unmet").count()
        gone = page.locator("#run ins").all_inner_texts()
        publish(page, "Put to another admin")
        worse = page.locator(".problem").first.inner_text()
        room.check_access("worse")
        publish(page, "Publish all the same")
        history = page.locator(".versions small").first.inner_text()
        room.check_access("published all the same")
        page.get_by_role("button", name="Take back").click()

    assert ("Write what is said to it", True) == (refused[:24], kept)
    assert "This text has not been run on the 1 saved cases yet. Run them first, or publish all the same." == untried
    assert ("Of 1, 0 hold with yours and 1 with the one in use. 1 that hold today would fail. m", 1) == (told, unmet)
    assert ("It fails 1 of the cases", True) == (worse[:23], any(WARMER.strip("。") in one for one in gone))
    assert ("Of 1 saved cases 0 hold;", []) == (history[:24], [one for one in room.troubles if "409" not in one])


def test_a_run_shows_how_far_it_is_and_can_be_stopped(house: House, model: ChatEndpoint) -> None:
    """By the keyboard: the button keeps the focus while the page asks how far it is."""
    with house.inside(HE.email) as room:
        page = at(house, room, LETTER)
        if not page.locator(".saved > li").count():
            write(page, ASKS)
            page.wait_for_selector(".saved > li")
        model.mood = "hang"
        page.get_by_role("button", name="Run the saved cases").click()
        page.locator("#run-stop").focus()
        far = page.locator("#run label").inner_text()
        page.wait_for_timeout(1500)
        focused = page.evaluate("document.activeElement.id")
        page.keyboard.press("Enter")
        page.wait_for_selector("#run [role=status]")
        model.mood = "ok"
        said = page.locator("#run [role=status]").inner_text()
        room.check_access("stopped")

    assert ("0 of 1 done", "run-stop", "Stopped after 0 of 1.", []) == (far, focused, said.split(" m")[0].strip()[:21], room.troubles)


def test_chooser_and_the_houses_own_prompts_say_how_they_can_be_tried(house: House) -> None:
    """The chooser by intents; what stands beside every prompt on anything that was worded; what asks an endpoint on nothing."""
    with house.inside(HE.email) as room:
        page = at(house, room, CHOOSE)
        write(page, ASKS, must="exec_outreach")
        page.wait_for_selector(".saved > li")
        chosen = run(page)
        page.get_by_role("button", name="Try", exact=True).click()
        page.wait_for_selector("#tried section")
        tried = page.locator("#tried .words").all_inner_texts()
        room.check_access("chooser")
        material = at(house, room, MATERIAL).locator("section[aria-labelledby=fared] .muted").inner_text()
        tries = page.locator("#prompt-try option").count()
        hello = at(house, room, HELLO).get_by_role("button", name="Run the saved cases").count()

    assert ("Of 1, 1 hold with yours and 1 with the one in use.", ["exec_outreach"] * 2) == (chosen.replace(" builtin", "").strip(), tried)
    assert (True, True, 0, []) == ("beside every prompt" in material, tries > 0, hello, room.troubles)

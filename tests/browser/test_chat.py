"""The chat page as people use it: on a desk and on a phone, light and dark, in both languages, by keyboard, with files."""

from itertools import product

import pytest

from tests.browser.conftest import House, Look

pytestmark = [pytest.mark.browser, pytest.mark.slow]

REP, ADMIN = "li.wei@example.com", "root@example.com"
LOOKS = [Look(*each) for each in product((1280, 390), ("light", "dark"), ("zh", "en"))]
QUESTION = {"zh": "续约最多几折?", "en": "How long is the warranty of the S3 sensor?"}
QUOTE = {"zh": "续约总折扣不超过10%。", "en": "The S3 sensor carries a warranty of 36 months from delivery."}
NOTED = {"zh": "记下了。", "en": "Noted."}


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_person_signs_in_asks_looks_behind_the_answer_and_says_what_was_wrong(house: House, look: Look) -> None:
    """The whole visit; at each step no complaint of the browser's, nothing foreign loaded, nothing that axe finds, no sideways scroll."""
    with house.room(REP, look) as room:
        page = room.page
        room.check_access("sign-in")
        page.click("main button")
        page.wait_for_selector("#text")
        room.check_access("empty")
        room.ask(QUESTION[look.lang])
        seen = page.evaluate("window.seen")
        answer = page.locator(".reply > .text").first.inner_text()
        page.locator(".grounds [data-panel]").first.click()
        marked = page.locator("dialog[open] mark").inner_text()
        room.check_access("source")
        page.keyboard.press("Escape")
        page.locator(".tools [data-panel]").first.click()
        page.locator("dialog[open] .story").wait_for()
        room.check_access("why")
        page.keyboard.press("Escape")
        page.locator("button[value=down]").first.click()
        page.locator(".reason .kinds label").nth(1).click()
        room.check_access("reason")
        page.locator(".reason button").click()
        page.locator(".tools small").wait_for()
        noted = page.locator(".tools small").inner_text()
        sideways = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")

    assert [] == room.troubles
    assert answer == "".join(one.removeprefix("piece:") for one in seen if one.startswith("piece:"))
    assert any(one.startswith("state:") for one in seen)
    assert (QUOTE[look.lang], NOTED[look.lang], False) == (marked, noted, sideways)


def test_thread_comes_back_as_it_was_and_the_drawer_leads_to_it(house: House) -> None:
    """A reload shows each answer once; a new chat is empty; on a phone the drawer opens, closes with Escape, and leads back."""
    with house.inside(REP, Look(390, "light", "en")) as room:
        page = room.page
        room.ask("How long is the warranty of the G1 gateway?")
        room.ask("续约最多几折?")
        page.reload()
        texts = page.locator(".said p").all_inner_texts()
        page.click(".menu")
        room.check_access("drawer")
        page.keyboard.press("Escape")
        closed = page.locator("#threads").is_hidden()
        page.click(".menu")
        page.click(".new")
        page.wait_for_selector("#empty")
        page.click(".menu")
        page.locator(".thread", has_text="G1 gateway").first.click()
        page.wait_for_selector(".turn")
        again = page.locator(".said p").all_inner_texts()

    assert ([], True) == (room.troubles, closed)
    assert ["How long is the warranty of the G1 gateway?", "续约最多几折?"] == texts == again


def test_keyboard_alone_is_enough(house: House) -> None:
    """Slash and Ctrl+K lead to the words, Shift+Enter breaks the line, Enter sends once, Enter that ends a Chinese word does not."""
    with house.inside(REP) as room:
        page = room.page
        page.locator(".brand").focus()
        page.keyboard.press("/")
        slash = page.evaluate("document.activeElement.id")
        page.locator(".brand").focus()
        page.keyboard.press("Control+k")
        page.keyboard.type("first")
        page.keyboard.press("Shift+Enter")
        page.keyboard.type("second")
        page.locator("#text").dispatch_event("keydown", {"key": "Enter", "isComposing": True})
        before = (page.input_value("#text"), page.locator(".turn").count())
        page.keyboard.press("Enter")
        page.locator(".turn .tools").wait_for()
        after = (page.input_value("#text"), page.locator(".turn").count(), page.evaluate("document.activeElement.id"))

    assert ("text", ("first\nsecond", 0), ("", 1, "text")) == (slash, before, after)


def test_first_message_is_one_press(house: House) -> None:
    """The empty page offers up to three; pressing one asks it."""
    with house.inside(REP) as room:
        page = room.page
        offered = page.locator(".opening").count()
        page.locator(".opening").first.click()
        page.locator(".turn .tools").wait_for()
        empty = page.locator("#empty").is_visible()

    assert (True, False, []) == (1 <= offered <= 3, empty, room.troubles)


def test_answer_is_copied_and_thumbs_stay(house: House) -> None:
    """The words are in the clipboard; a thumb is still up after a reload."""
    with house.inside(REP) as room:
        page = room.page
        room.ask(QUESTION["en"])
        page.click("[data-copy]")
        page.locator("#toasts p").wait_for()
        copied, answer = page.evaluate("navigator.clipboard.readText()"), page.locator(".reply > .text").inner_text()
        page.click("button[value=up]")
        page.locator("button[value=up][aria-pressed=true]").wait_for()
        page.reload()
        up = page.locator("button[value=up]").get_attribute("aria-pressed")

    assert (answer, "true", []) == (copied, up, room.troubles)


def test_dropped_file_can_be_asked_about_and_a_wrong_one_says_why(house: House) -> None:
    """An admin drops two: each has its own card; what was taken in is quoted a moment later."""
    note = "# Parking\n\nVisitors park on deck seven, entrance from the north.\n"
    with house.inside(ADMIN) as room:
        page = room.page
        page.evaluate(DROP, [["parking.md", note], ["tool.exe", "MZ\u0000\u0001"]])
        page.locator(".file .add").first.click()
        page.locator(".file.added").wait_for(timeout=30_000)
        page.locator(".file .add").first.click()
        page.locator(".file.refused").wait_for(timeout=30_000)
        room.check_access("files")
        said = [page.locator(f".file.{state} .how").inner_text() for state in ("added", "refused")]
        for _ in said:
            page.locator(".file .away").first.click()
        room.ask("Where do visitors park?")
        answer = page.locator(".reply > .text").inner_text()

    assert (True, True, True) == ("Added" in said[0], "tool.exe" in said[1], "deck seven" in answer)
    assert [] == room.troubles


def test_rep_sends_a_file_with_a_word(house: House) -> None:
    """Dropped, it waits above the words with a way to take it away; sent with Enter, both are said, and it is read for its sender alone."""
    with house.inside(REP) as room:
        page = room.page
        page.evaluate(DROP, [["mine.md", "# Ladder\n\nThe ladder of hall nine has eleven rungs.\n"], ["wrong.md", "# Wrong\n"]])
        room.check_access("waiting")
        shelf = page.locator("#files .add").count()
        page.locator("#files .away").nth(1).click()
        page.fill("#text", "How many rungs has the ladder of hall nine?")
        page.keyboard.press("Enter")
        page.locator(".turn .tools").wait_for(timeout=30_000)
        said, told = page.locator(".said p").all_inner_texts(), page.locator(".reply > .text").inner_text()
        left = page.locator("#files .file").count()
        page.reload()
        again = page.locator(".said p").all_inner_texts()
        room.check_access("sent")

    said, again = ([one.strip() for one in words] for words in (said, again))
    assert (["mine.md", "How many rungs has the ladder of hall nine?"], True, 0, 0) == (said, "eleven" in told, shelf, left)
    assert (said, []) == (again, room.troubles)


def test_a_file_that_is_refused_can_be_taken_away(house: House) -> None:
    """The other one and the words stay."""
    with house.inside(REP) as room:
        page = room.page
        page.evaluate(DROP, [["empty.md", ""], ["note.md", "# Note\n"]])
        page.fill("#text", "keep this")
        page.click("#send")
        page.locator(".file.refused").wait_for()
        said, words, turns = page.locator(".file.refused .how").inner_text(), page.input_value("#text"), page.locator(".turn").count()
        page.locator(".file.refused .away").click()
        page.click("#send")
        page.locator(".turn .tools").wait_for(timeout=30_000)

    assert ("empty" in said, words, turns) == (True, "keep this", 0)


def test_language_and_theme_switch_and_are_remembered(house: House) -> None:
    """Each is one press, and the next page knows."""
    with house.inside(REP) as room:
        page = room.page
        page.click("button[name=lang]")
        page.wait_for_selector("html[lang=zh-CN]")
        page.click("button[name=theme]")
        page.wait_for_selector("html[data-theme=dark]")
        page.reload()
        kept = page.evaluate("[document.documentElement.lang, document.documentElement.dataset.theme]")
        room.check_access("switched")

    assert (["zh-CN", "dark"], []) == (kept, room.troubles)


def test_signing_out_closes_every_way_back(house: House) -> None:
    """The page, and the way back in the browser's history, lead to the door."""
    with house.inside(REP) as room:
        page = room.page
        room.ask(QUESTION["en"])
        page.click("details.person summary")
        page.click("details.person button")
        page.wait_for_url("**/sign-in")
        page.go_back()
        page.wait_for_url("**/sign-in?next=*")
        shown = page.locator("body").inner_text()

    assert "S3" not in shown


DROP = """
(files) => {
  const carried = new DataTransfer();
  files.forEach(([name, text]) => carried.items.add(new File([text], name)));
  for (const type of ["dragenter", "dragover", "drop"])
    document.body.dispatchEvent(new DragEvent(type, { dataTransfer: carried, bubbles: true, cancelable: true }));
}
"""

"""The page of reviews as author, reviewer, stand-in and stranger; on a desk and on a phone, light and dark, in both languages."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from bot.domain.people import User
from bot.domain.review import HeldReview, ReviewState
from tests.browser.conftest import House, Look, Room
from tests.browser.reviewed_home import BODY, CHEN, LI, SUN, TITLE, WANG, ZHANG, Pile, done, pile

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOOKS = [Look(1280, "light", "zh"), Look(390, "dark", "zh"), Look(390, "light", "en"), Look(1280, "dark", "en")]
"""Every two of width, scheme and language meet."""
CHANGED = BODY.replace("去贵司看看", "登门请教")
PAIN_QUOTE = "漏检太多"
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pile]:
    """A home with people, before anybody wrote anything."""
    with pile(tmp_path_factory.mktemp("reviewed")) as stores:
        yield stores


@pytest.fixture(scope="module")
def house(browser: Browser, stores: Pile) -> Iterator[House]:
    """A server over it."""
    with stores.home.served() as served:
        yield House(stores.home, served, browser)


def at(house: House, review: HeldReview, tab: str = "waiting") -> str:
    """The address of a review."""
    return f"{house.served.url}/reviews/{review.id}?tab={tab}"


def state(stores: Pile, review: HeldReview) -> ReviewState:
    """Where it stands."""
    return done(stores.now(review))[0].state


def visit(room: Room, url: str) -> Page:
    """Go there."""
    room.page.goto(url)
    room.page.wait_for_selector("main")
    return room.page


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_reviewer_changes_and_approves_and_the_author_sees_what_changed(house: House, stores: Pile, look: Look) -> None:
    """The whole way of a letter, at each step no complaint of the browser's, nothing that axe finds, no sideways scroll."""
    review = done(stores.letter(f"{TITLE} {look}"))
    with house.inside(ZHANG.email, look) as room:
        page = visit(room, f"{house.served.url}/reviews")
        room.check_access("list")
        page.click(f"#line-{review.id}")
        page.wait_for_selector("#review")
        shown = page.locator("main").inner_text()
        sideways = [page.evaluate(SIDEWAYS)]
        room.check_access("review")
        page.locator(".acts summary").first.click()
        page.fill("textarea[name=body]", CHANGED)
        room.check_access("edit")
        sideways.append(page.evaluate(SIDEWAYS))
        page.locator("form[action$='/edit'] button").click()
        page.locator("#review .done").wait_for()
        room.check_access("approved")
        told = (page.locator("ins").all_inner_texts(), page.locator("del").all_inner_texts())
        left = page.locator(f"#line-{review.id}").count()
    held, fields = done(stores.now(review))
    with house.inside(LI.email, look) as author:
        page = visit(author, at(house, review, "mine"))
        author.check_access("author")
        theirs = (page.locator("ins").all_inner_texts(), page.locator("del").all_inner_texts())
        sideways.append(page.evaluate(SIDEWAYS))

    assert ([], [], [False] * 3) == (room.troubles, author.troubles, sideways)
    assert all(words in shown for words in (TITLE, "听王经理说", "李国栋", "董事长", "海蓝科技", PAIN_QUOTE, "年报.md"))
    assert "argentum" not in shown
    assert told == theirs
    assert ([True], [True], 0) == ([one.endswith("登门请教") for one in told[0]], [one.endswith("去贵司看看") for one in told[1]], left)
    assert (ReviewState.APPROVED, True, CHANGED) == (held.state, held.edited, fields["body"])


def test_a_question_is_asked_answered_and_the_letter_sent_back(house: House, stores: Pile) -> None:
    """Each sees the other's words; the author hears why it came back."""
    review = done(stores.letter("Question and answer"))
    with house.inside(ZHANG.email) as room, house.inside(LI.email) as author:
        page, theirs = visit(room, at(house, review)), author.page
        page.locator("summary", has_text="Ask").click()
        page.fill("form[action$='/ask'] textarea", "28号李董在吗？")
        page.locator("form[action$='/ask'] button").click()
        page.locator(".stamp.mark-asked").first.wait_for()
        visit(author, at(house, review, "mine"))
        asked = theirs.locator(".talked .words").all_inner_texts()
        author.check_access("asked")
        theirs.fill("form[action$='/reply'] textarea", "在，秘书确认过。")
        theirs.locator("form[action$='/reply'] button").click()
        theirs.locator("#review .done").wait_for()
        visit(room, at(house, review))
        answered = page.locator(".talked .words").all_inner_texts()
        page.locator("summary", has_text="Send back").click()
        page.locator("form[action$='/reject'] .kinds label", has_text="Tone").click()
        page.fill("form[action$='/reject'] textarea", "太随意了")
        page.locator("form[action$='/reject'] button").click()
        page.locator("#review .done").wait_for()
        room.check_access("rejected")
        visit(author, at(house, review, "mine"))
        verdict = theirs.locator(".verdict").inner_text()

    assert ([], []) == (room.troubles, author.troubles)
    assert (["28号李董在吗？"], ["28号李董在吗？", "在，秘书确认过。"]) == (asked, answered)
    assert ("张敏" in verdict, "Tone" in verdict, "太随意了" in verdict) == (True, True, True)
    assert ReviewState.REJECTED is state(stores, review)


def test_an_empty_question_and_a_stale_press_are_told_beside_the_review(house: House, stores: Pile) -> None:
    """What was written stays in its form; what holds now is shown."""
    review = done(stores.letter("Moved meanwhile"))
    with house.inside(ZHANG.email) as room, house.inside(LI.email) as author:
        page = visit(room, at(house, review))
        page.locator("summary", has_text="Ask").click()
        page.fill("form[action$='/ask'] textarea", "   ")
        page.locator("form[action$='/ask'] button").click()
        page.locator("#review .problem").wait_for()
        empty = page.locator("#review .problem").inner_text()
        visit(author, at(house, review, "mine"))
        author.page.locator("form[action$='/withdraw'] button").click()
        author.page.locator("#review .done").wait_for()
        page.locator("#review form[action$='/approve'] button").click()
        page.locator("#review .mark-withdrawn").wait_for()
        late, left = page.locator("#review .problem").inner_text(), page.locator(".acts").count()

    assert ("empty" in empty, "decided" in late or "acted" in late, 0) == (True, True, left)
    assert (ReviewState.WITHDRAWN, []) == (state(stores, review), room.troubles)


def test_the_open_page_moves_by_itself(house: House, stores: Pile) -> None:
    """A list and its number follow what others do; the review that is open says that it has moved, and takes no words away."""
    with house.inside(CHEN.email) as other, house.inside(ZHANG.email) as room, house.inside(LI.email) as author:
        first = done(stores.letter("Is there"))
        page = visit(room, f"{house.served.url}/reviews")
        before = page.locator(".line").count()
        page.locator(f"#line-{first.id}").focus()
        review = done(stores.letter("Comes by itself"))
        page.locator(f"#line-{review.id}").wait_for(timeout=20_000)
        focused = page.evaluate("document.activeElement.id")
        count = int(page.locator("#waiting .count").inner_text())
        page.click(f"#line-{review.id}")
        page.locator("summary", has_text="Ask").click()
        page.fill("form[action$='/ask'] textarea", "half a")
        visit(author, at(house, review, "mine"))
        author.page.locator("form[action$='/withdraw'] button").click()
        page.locator("#moved a").wait_for(timeout=20_000)
        kept, gone = page.input_value("form[action$='/ask'] textarea"), page.locator(f"#line-{review.id}").count()
        room.check_access("moved")
        page.click("#moved a")
        page.locator("#review .mark-withdrawn").wait_for()
        visit(other, f"{house.served.url}/")
        none = other.page.locator("#waiting .count").count()

    assert (before + 1, f"line-{first.id}", "half a", 0, 0) == (count, focused, kept, gone, none)
    assert ([], [], []) == (room.troubles, author.troubles, other.troubles)


@pytest.mark.parametrize("stranger", [WANG, SUN, CHEN], ids=["another rep", "another team's manager", "a reviewer not asked"])
def test_a_stranger_finds_nothing_and_moves_nothing(house: House, stores: Pile, stranger: User) -> None:
    """It reads as not there, in words; what a form would do does nothing, with whatever token they have."""
    review = done(stores.letter(f"Not for {stranger.name}"))
    with house.inside(stranger.email) as room:
        page = room.page
        answer = page.goto(at(house, review))
        text = page.locator("main").inner_text()
        room.check_access("stranger")
        token = page.locator("meta[name=form-token]").get_attribute("content") if page.locator("meta[name=form-token]").count() else ""
        visit(room, f"{house.served.url}/reviews")
        token = page.locator("meta[name=form-token]").get_attribute("content") or token
        statuses = {
            action: page.request.post(
                f"{house.served.url}/reviews/{review.id}/{action}",
                form={"token": token or "", "version": "1", "key": f"k-{action}", "text": "x", "reason": "tone", "body": "y"},
            ).status
            for action in ("approve", "edit", "ask", "reject", "withdraw", "nudge", "accept", "reply", "counter")
        }

    assert answer is not None
    assert (404, True, False) == (answer.status, "no such review" in text, "听王经理说" in text)
    assert {404} == set(statuses.values())
    assert (ReviewState.WAITING, 1) == (state(stores, review), done(stores.now(review))[0].version)


def test_an_author_has_no_button_to_approve_and_a_forged_press_is_refused(house: House, stores: Pile) -> None:
    """Nor does an edit in somebody's name get by; the words say so."""
    review = done(stores.letter("My own"))
    with house.inside(LI.email) as room:
        page = visit(room, at(house, review, "mine"))
        buttons = page.locator(".acts button").all_inner_texts()
        token = page.locator("meta[name=form-token]").get_attribute("content") or ""
        forged = [
            page.request.post(
                f"{house.served.url}/reviews/{review.id}/{action}", form={"token": token, "version": "1", "key": f"f-{action}", "body": "z"}
            )
            for action in ("approve", "edit")
        ]
        refused = forged[0].text()
        bare = page.request.post(f"{house.served.url}/reviews/{review.id}/approve", form={"version": "1", "key": "g"})
        huge = page.request.post(
            f"{house.served.url}/reviews/{review.id}/withdraw", form={"token": token, "version": "1" * 5000, "key": "h"}
        )
        statuses = [one.status for one in (*forged, bare, huge)]

    assert ["Nudge", "Withdraw"] == buttons
    assert [409, 409, 403, 409] == statuses
    assert "Nobody approves their own" in refused
    assert (ReviewState.WAITING, 1) == (state(stores, review), done(stores.now(review))[0].revision)


def test_without_a_script_everything_can_be_decided(house: House, stores: Pile) -> None:
    """Forms alone: changed and approved by the reviewer, looked at by the author; sent twice it acts once."""
    review = done(stores.letter("No script"))
    with house.inside(ZHANG.email) as room:
        cookies = room.page.context.cookies()
        bare = house.browser.new_context(java_script_enabled=False, locale="en-US")
        try:
            bare.add_cookies(cookies)  # type: ignore[arg-type]
            page = bare.new_page()
            page.goto(at(house, review))
            page.locator(".acts summary").first.click()
            form = page.locator("form[action$='/edit']")
            fields = {name: form.locator(f"[name={name}]").input_value() for name in ("token", "version", "tab", "key", "subject")}
            page.fill("textarea[name=body]", CHANGED)
            form.locator("button").click()
            page.wait_for_url("**/reviews/*")
            ended, changed = page.locator("#review .stamp").first.inner_text(), page.locator("ins").count()
            again = page.request.post(f"{house.served.url}/reviews/{review.id}/edit", form={**fields, "body": CHANGED}, max_redirects=0)
        finally:
            bare.close()
    held, fields_now = done(stores.now(review))

    assert ("Approved", 1, 303) == (ended, changed, again.status)
    assert (ReviewState.APPROVED, 2, CHANGED) == (held.state, held.revision, fields_now["body"])


def test_keyboard_alone_is_enough(house: House, stores: Pile) -> None:
    """From the list to the decision without a mouse; after it the word about it has the focus."""
    review = done(stores.letter("By keyboard"))
    with house.inside(ZHANG.email) as room:
        page = visit(room, f"{house.served.url}/reviews")
        page.locator(f"#line-{review.id}").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#review")
        page.locator(".acts summary", has_text="Send back").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        page.keyboard.type("figures are old")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.locator("#review .done").wait_for()
        focused = page.evaluate("document.activeElement.className")
    held = done(stores.now(review))[0]

    assert ("done", ReviewState.REJECTED, "facts", "figures are old") == (focused, held.state, held.reason, held.note)


def test_other_terms_are_offered_and_taken(house: House, stores: Pile) -> None:
    """A quote stands as a table; 12 % instead of 14 is offered, the amount follows, and the author takes it."""
    review = done(stores.quote())
    with house.inside(ZHANG.email) as room, house.inside(LI.email) as author:
        page = visit(room, at(house, review))
        terms = page.locator(".terms").inner_text()
        room.check_access("quote")
        page.locator("summary", has_text="Other terms").click()
        page.fill("input[name=discount]", "12")
        page.locator("form[action$='/counter'] button").click()
        page.locator("#review .mark-countered").wait_for()
        theirs = visit(author, at(house, review, "mine"))
        offer = theirs.locator(".offer").inner_text()
        author.check_access("offer")
        theirs.locator("form[action$='/accept'] button").click()
        theirs.locator("#review .mark-approved").wait_for()
    held, fields = done(stores.now(review))

    assert all(words in terms for words in ("14%", "¥103,200", "30 days"))
    assert ("12%" in offer, "¥105,600" in offer) == (True, True)
    assert (ReviewState.APPROVED, 12, 105_600) == (held.state, fields["discount"], fields["amount"])
    assert ([], []) == (room.troubles, author.troubles)


@pytest.mark.parametrize("look", [Look(1280, "dark", "zh"), Look(390, "light", "en")], ids=str)
def test_managers_look_at_numbers_and_a_rep_has_none(house: House, stores: Pile, look: Look) -> None:
    """Bars with words for who cannot see them; the page of a rep neither shows nor gives them."""
    done(stores.letter("Counted"))
    with house.inside(ZHANG.email, look) as room:
        page = visit(room, f"{house.served.url}/reviews?tab=numbers")
        told, bars = page.locator(".numbers").inner_text(), page.locator(".bars rect").count()
        room.check_access("numbers")
        sideways = page.evaluate(SIDEWAYS)
    with house.inside(SUN.email, look) as other:
        none = visit(other, f"{house.served.url}/reviews?tab=numbers").locator(".numbers .muted").count()
    with house.inside(LI.email, look) as rep:
        links = visit(rep, f"{house.served.url}/reviews").locator(".beside").count()
        refused = rep.page.goto(f"{house.served.url}/reviews?tab=numbers")

    assert refused is not None
    assert ([], False, True, True, 1, 0, 403) == (room.troubles, sideways, bars > 5, len(told) > 20, none, links, refused.status)


def test_who_is_away_is_stood_in_for(house: House, stores: Pile) -> None:
    """Nothing for the stand-in before; while the manager is away it is theirs to decide at once, and after they are back it is not."""
    waited, decided = done(stores.letter("Waits for whoever is there")), done(stores.letter("Decided by the stand-in"))
    with house.inside(ZHANG.email) as room, house.inside(CHEN.email) as other:
        early = other.page.goto(at(house, decided))
        page = visit(room, f"{house.served.url}/reviews?tab=away")
        room.check_access("away")
        page.fill("input[name=until_date]", page.input_value("input[name=from_date]"))
        page.select_option("select[name=stand_in]", label="陈思远 · Reviewer")
        page.locator("form[action='/reviews/away'] button").click()
        page.locator(".away-now").wait_for()
        room.check_access("away now")
        theirs = visit(other, at(house, decided))
        theirs.locator("form[action$='/approve'] button").click()
        theirs.locator("#review .mark-approved").wait_for()
        other.check_access("stand-in")
        page.locator("form[action='/reviews/back'] button").click()
        page.locator(".away-now").wait_for(state="detached")

    assert early is not None
    assert (404, ReviewState.APPROVED, CHEN.id) == (early.status, state(stores, decided), done(stores.now(decided))[0].decided_by)
    assert (ReviewState.WAITING, []) == (state(stores, waited), room.troubles)

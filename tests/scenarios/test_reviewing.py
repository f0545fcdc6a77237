"""What a person does at the page of reviews, told over the verbs of the house; and that nobody does what is somebody else's to do."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.outcome import Draft
from bot.domain.people import User, speaker_of
from bot.domain.review import ReviewState
from bot.domain.talk import Lang
from bot.errors import NotAllowed, Stale, TellUser, Unclear
from bot.turns.review import Reviewing as Road
from tests.scenarios.reading_room import ACME, ANN, BO, BODY, CY, DEE, EVE, ROOT, reading_room

OTHERS = (CY, DEE, EVE, ROOT)
ACTIONS = ("approve", "edit", "ask", "reject", "withdraw", "nudge", "accept", "reply", "counter")
FORM = {"text": "x", "reason": "tone", "body": "other words", "discount": "1"}


async def test_reviewer_is_told_everything_and_the_author_what_was_changed(tmp_path: Path) -> None:
    """Text, whom it goes to with their title, why, grounds each once; after the edit both see the same difference."""
    async with reading_room(tmp_path) as room:
        bo, ann, review = await room.enter(BO), await room.enter(ANN), await room.letter()
        listed = await room.do("reviews", bo)
        seen = await room.do("review", bo, review=review.id)
        changed = BODY.replace("May we visit", "May we call")
        after = await room.press(bo, review.id, "edit", form={"subject": "The new line", "body": changed})
        theirs = await room.do("review", ann, review=review.id)
        done = await room.do("reviews", bo, tab="decided")

    assert ([review.id], 1, True) == ([one["id"] for one in listed["lines"]], listed["reviews_waiting"], listed["counts"])
    assert (BODY, "Ada Lee", "CEO", "Acme") == (seen["text"], seen["to"]["name"], seen["to"]["title"], seen["to"]["account"])
    assert ([{"reason": "exec_message", "words": ["CEO"]}], ["too many misses", "argentum"]) == (
        seen["why"], [one["quote"] for one in seen["evidence"]],
    )  # fmt: skip
    assert (None, ["approve", "edit", "ask", "reject"]) == (seen["changes"], list(seen["may"]))
    pieces = [(one["kind"], one["text"]) for one in after["changes"]["texts"][0]["pieces"] if one["kind"] != "kept"]
    assert ([("removed", "visit"), ("added", "call")], after["changes"]) == (pieces, theirs["changes"])
    assert ("approved", changed, True, "Bo") == (theirs["state"], theirs["text"], theirs["edited"], theirs["by"])
    assert [review.id] == [one["id"] for one in done["lines"]]


async def test_a_ground_that_a_person_may_not_see_is_not_told(tmp_path: Path) -> None:
    """Not even to the author in whose draft it stands."""
    async with reading_room(tmp_path) as room:
        ann, review = await room.enter(ANN), await room.letter()
        told = await room.do("review", ann, review=review.id)

    assert ["too many misses"] == [one["quote"] for one in told["evidence"]]
    assert "argentum" not in str(told)


@pytest.mark.parametrize("stranger", OTHERS, ids=[one.name for one in OTHERS])
async def test_a_stranger_finds_nothing_and_moves_nothing(tmp_path: Path, stranger: User) -> None:
    """Each verb reads as if there were no such review: a rep of another team, a manager of one, a reviewer not asked, an admin."""
    async with reading_room(tmp_path) as room:
        other, review = await room.enter(stranger), await room.letter()
        listed = await room.do("reviews", other, tab="waiting", opened=review.id)
        refused = []
        for action in ACTIONS:
            with pytest.raises(NotAllowed) as stop:
                await room.press(other, review.id, action, form=FORM)
            refused.append(stop.value.key)
        with pytest.raises(NotAllowed) as unseen:
            await room.do("review", other, review=review.id)
        with pytest.raises(NotAllowed) as nowhere:
            await room.do("review", other, review="no-such")
        held = await room.reviews.review(review.id)

    assert ([], 0, None) == (listed["lines"], listed["reviews_waiting"], listed["open"])
    assert {"no_such_review"} == {*refused, unseen.value.key, nowhere.value.key}
    assert review == held


async def test_an_author_approves_nothing_of_their_own(tmp_path: Path) -> None:
    """Whatever the form says; nor does a manager what they wrote themselves."""
    async with reading_room(tmp_path) as room:
        ann, review = await room.enter(ANN), await room.letter()
        told = await room.do("review", ann, review=review.id)
        refused = []
        for action in ("approve", "edit", "ask", "reject"):
            with pytest.raises(NotAllowed) as stop:
                await room.press(ann, review.id, action, form=FORM)
            refused.append(stop.value.key)
        held = await room.reviews.review(review.id)

    assert (["nudge", "withdraw"], ReviewState.WAITING) == (list(told["may"]), held.state if held else None)
    assert {"not_your_own_review"} == set(refused)


async def test_a_form_sent_twice_acts_once(tmp_path: Path) -> None:
    """With its key it is the same press; with another it is too late, and says so."""
    async with reading_room(tmp_path) as room:
        bo, review = await room.enter(BO), await room.letter()
        first = await room.press(bo, review.id, "ask", form={"key": "k", "text": "Is she in?"})
        again = await room.press(bo, review.id, "ask", form={"key": "k", "text": "Is she in?"})
        with pytest.raises(Stale) as late:
            await room.press(bo, review.id, "ask", form={"key": "other", "text": "Is she in?"})

    assert (["Is she in?"], first) == ([one["text"] for one in again["talk"]], again)
    assert "review_moved" == late.value.key


async def test_question_answer_rejection_are_told_to_both(tmp_path: Path) -> None:
    """Whose turn it is, what was said, and why it came back."""
    async with reading_room(tmp_path) as room:
        bo, ann, review = await room.enter(BO), await room.enter(ANN), await room.letter()
        await room.press(bo, review.id, "ask", form={"text": " Is she in?\r\n"})
        asked = (await room.do("reviews", ann, tab="mine"))["lines"][0]
        answered = await room.press(ann, review.id, "reply", seen=2, form={"text": "She is."})
        await room.press(bo, review.id, "reject", seen=answered["version"], form={"reason": "tone", "text": "too casual"})
        told = await room.do("review", ann, review=review.id)

    assert ("asked", True, "waiting") == (asked["state"], asked["my_turn"], answered["state"])
    assert [("Bo", "Is she in?"), ("Ann", "She is.")] == [(one["by"], one["text"]) for one in told["talk"]]
    assert ("rejected", "tone", "too casual", "Bo", ()) == (told["state"], told["reason"], told["note"], told["by"], told["may"])


@pytest.mark.parametrize(
    "action, form, key",
    [
        ("ask", {"text": " \n "}, "review_says_nothing"), ("edit", {"subject": "x", "body": "  "}, "review_says_nothing"),
        ("reject", {"reason": "because"}, "review_no_reason"), ("ask", {"text": "x" * 2001}, "review_too_long"),
        ("counter", {"discount": "14"}, "review_same_terms"), ("counter", {"discount": "a lot"}, "field_value"),
        ("sign", {}, "unknown_button"), ("show", {}, "unknown_button"), ("revise", {}, "unknown_button"),
    ],
)  # fmt: skip
async def test_what_says_nothing_is_asked_for_again(tmp_path: Path, action: str, form: dict[str, str], key: str) -> None:
    """And nothing moves."""
    async with reading_room(tmp_path) as room:
        bo = await room.enter(BO)
        review = await (room.quote() if action == "counter" else room.letter())
        with pytest.raises(Unclear) as stop:
            await room.press(bo, review.id, action, form=form)
        held = await room.reviews.review(review.id)

    assert (key, review) == (stop.value.key, held)


async def test_an_edit_that_changes_nothing_approves_as_it_was(tmp_path: Path) -> None:
    """A browser's line ends are no change, and a reviewer changes subject and text alone, whatever the form carries."""
    async with reading_room(tmp_path) as room:
        bo, review = await room.enter(BO), await room.letter()
        form = {"subject": "The new line", "body": BODY + "\r\n", "addressee": "somebody", "address": "x@y.example"}
        told = await room.press(bo, review.id, "edit", form=form)
        draft = await room.drafts.draft(review.draft_id)

    assert draft is not None
    assert ("approved", False, 1, "Ms Lee") == (told["state"], told["edited"], draft.revision, draft.fields["addressee"])


async def test_other_terms_bring_their_amount_and_are_the_authors_to_take(tmp_path: Path) -> None:
    """A quote is a table in the order of its fields; what a rating says is told beside it."""
    async with reading_room(tmp_path) as room:
        bo, ann, review = await room.enter(BO), await room.enter(ANN), await room.quote()
        seen = await room.do("review", bo, review=review.id)
        await room.press(bo, review.id, "counter", form={"discount": "12", "payment_days": "30"})
        offered = await room.do("review", ann, review=review.id)
        taken = await room.press(ann, review.id, "accept", seen=offered["version"])

    names = [one["name"] for one in seen["rows"]]
    assert ["Number", "Account", "Product", "Amount at list price", "Discount", "Amount", "Payment term"] == names
    assert ([{"name": "Credit rating", "value": "B", "proven": False}], "30 days") == (seen["account_rows"], seen["rows"][-1]["value"])
    counter = {(one["name"], one["before"], one["after"]) for one in offered["counter"]}
    assert {("Discount", "14%", "12%"), ("Amount", "€86,000", "€88,000")} == counter
    assert (["accept", "reply", "withdraw"], "approved") == (list(offered["may"]), taken["state"])


async def test_a_margin_is_told_to_whom_margins_are_shown(tmp_path: Path) -> None:
    """46 % at list price leave 37.2 % after 14 % off: the manager sees it beside the lowest that is allowed, the rep never."""
    async with reading_room(tmp_path) as room:
        bo, ann, review = await room.enter(BO), await room.enter(ANN), await room.quote()
        seen, theirs = await room.do("review", bo, review=review.id), await room.do("review", ann, review=review.id)

    assert ({"before": 46, "after": 37.2, "floor": 35, "short": False}, None) == (seen["margin"], theirs["margin"])


async def test_a_reviewers_card_tells_the_margin_and_figures_in_words(tmp_path: Path) -> None:
    """The card of a manager, as a chat shows it: terms with units, no keys, no state that is not yet; its author gets no margin."""
    async with reading_room(tmp_path) as room:
        review = await room.quote()
        road = room.verbs.road
        assert isinstance(road, Road)
        card = await road.told_now(review.id, speaker_of(BO), Lang.ZH)
        own = await road.told_now(review.id, speaker_of(ANN), Lang.ZH)

    assert "毛利46%→37.2%,底线35%" in card.text
    assert "为什么要审:折扣 14%" in card.text
    assert "毛利" not in own.text
    assert [] == [word for word in ("状态", "负责人", "discount", "payment_days") if word in card.text]


async def test_an_author_is_told_who_decides_after_whom(tmp_path: Path) -> None:
    """60 days of payment for an account of rating B: two at the same time, then legal; by name, or by post where nobody holds it."""
    async with reading_room(tmp_path) as room:
        road, terms = room.verbs.road, {"account": ACME, "discount": 14, "payment_days": 60}
        assert isinstance(road, Road)
        gate = await room.reviews.foreseen("quote", terms)
        zh, en = [await road.gating.line(gate, Draft("", "quote", terms), speaker_of(ANN), lang) for lang in Lang]

    assert "超权限的报价先给Bo和Cy、再给法务过目。" == zh
    assert "Quotes beyond your limits go past Bo and Cy first, then legal." == en


async def test_a_list_that_has_not_moved_is_told_in_a_word(tmp_path: Path) -> None:
    """Whatever moves in it, or how many wait, changes its stamp; the version of what is open is told each time."""
    async with reading_room(tmp_path) as room:
        bo, review = await room.enter(BO), await room.letter()
        first = await room.do("reviews", bo, opened=review.id)
        same = await room.do("reviews", bo, opened=review.id, seen=first["seen"])
        await room.press(bo, review.id, "ask", form={"text": "Is she in?"})
        asked = await room.do("reviews", bo, opened=review.id, seen=first["seen"])
        room.clock.move(timedelta(days=1))
        late = await room.do("reviews", bo, opened=review.id, seen=asked["seen"])

    assert {"seen": first["seen"], "open": 1} == same
    assert (2, [True]) == (asked["open"], [one["late"] for one in late["lines"]])
    assert 3 == len({one["seen"] for one in (first, asked, late)})


async def test_a_nudge_is_there_once_an_hour(tmp_path: Path) -> None:
    """The button goes, and comes back."""
    async with reading_room(tmp_path) as room:
        ann, review = await room.enter(ANN), await room.letter()
        nudged = await room.press(ann, review.id, "nudge")
        room.clock.move(timedelta(minutes=61))
        later = await room.do("review", ann, review=review.id)

    assert (["withdraw"], ["nudge", "withdraw"]) == (list(nudged["may"]), list(later["may"]))


async def test_stand_ins_see_it_in_their_time_and_nobody_new_after_the_end(tmp_path: Path) -> None:
    """Before it waits too long it is no business of theirs; what was decided before their time never is."""
    async with reading_room(tmp_path) as room:
        bo, cy = await room.enter(BO), await room.enter(CY)
        waits, decided = await room.letter("waits"), await room.letter("decided")
        early = (await room.do("reviews", cy))["reviews_waiting"]
        await room.press(bo, decided.id, "approve")
        room.clock.move(timedelta(hours=1))
        later = await room.do("reviews", cy)
        with pytest.raises(NotAllowed) as stop:
            await room.do("review", cy, review=decided.id)
        told = await room.press(cy, waits.id, "approve")

    assert (0, [waits.id], "no_such_review") == (early, [one["id"] for one in later["lines"]], stop.value.key)
    assert ("approved", "Cy") == (told["state"], told["by"])


async def test_who_is_away_names_who_stands_in(tmp_path: Path) -> None:
    """They may decide at once; an absence that fits no calendar, or names somebody who decides nothing, is refused."""
    async with reading_room(tmp_path) as room:
        bo, cy, review = await room.enter(BO), await room.enter(CY), await room.letter()
        refused = []
        for first, last, who in (
            ("2026-07-14", "2026-07-13", ""), ("2026-07-01", "2026-07-02", ""), ("x", "2026-07-20", ""), ("2026-07-14", "2028-07-20", ""),
            ("9999-12-01", "9999-12-31", ""), ("2026-07-14", "2026-07-20", ANN.id), ("2026-07-14", "2026-07-20", BO.id),
        ):  # fmt: skip
            with pytest.raises(TellUser) as stop:
                await room.do("away", bo, from_date=first, until_date=last, stand_in=who)
            refused.append(stop.value.key)
        kept = await room.do("away", bo, from_date="2026-07-14", until_date="2026-07-20", stand_in=CY.id)
        theirs = await room.do("absence", cy)
        waiting = await room.do("reviews", cy)
        back = await room.do("back", bo)

    assert ["bad_absence"] * 5 + ["no_such_stand_in"] * 2 == refused
    assert [{"who": "Bo", "from": "2026-07-14", "until": "2026-07-20", "stand_in": "Cy"}] == kept["mine"] == theirs["for_others"]
    assert ([review.id], []) == ([one["id"] for one in waiting["lines"]], back["mine"])


async def test_numbers_are_of_ones_team_and_for_managers(tmp_path: Path) -> None:
    """A manager of another team counts none of these, an admin all; others are refused."""
    async with reading_room(tmp_path) as room:
        bo, review = await room.enter(BO), await room.letter()
        await room.quote()
        await room.press(bo, review.id, "reject", form={"reason": "facts"})
        counted = {who.name: await room.do("review_numbers", await room.enter(who), days=7) for who in (BO, EVE, ROOT)}
        refused = []
        for who in (ANN, CY):
            with pytest.raises(NotAllowed) as stop:
                await room.do("review_numbers", await room.enter(who))
            refused.append(stop.value.key)

    assert {"Bo": 2, "Eve": 0, "Root": 2} == {who: told["opened"] for who, told in counted.items()}
    assert (1, {"exec_message", "pricing_outside_policy"}) == (counted["Bo"]["rejected"]["facts"], set(counted["Bo"]["by_reason"]))
    assert ["only_managers_count"] * 2 == refused


async def test_signed_out_person_gets_nothing(tmp_path: Path) -> None:
    """Not a single verb."""
    async with reading_room(tmp_path) as room:
        review = await room.letter()
        args: dict[str, dict[str, object]] = {
            "review": {"review": review.id}, "review_press": {"review": review.id, "version": 1, "action": "approve", "form": {"key": "k"}},
            "away": {"from_date": "2026-07-14", "until_date": "2026-07-14"},
        }
        refused = set()
        for verb in room.verbs.verbs():
            with pytest.raises(NotAllowed) as stop:
                await room.do(verb, "", **args.get(verb, {}))
            refused.add(stop.value.key)

    assert {"signed_out"} == refused

"""The port `Reviews`: who may agree to what, once, to the very text that lies there; and that nothing is saved past it."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.ids import RecordId, ReviewId, UserId
from bot.domain.outcome import Draft
from bot.domain.people import Role
from bot.domain.records import DraftState
from bot.domain.review import HeldReview, Post, RejectReason, ReviewRef, ReviewState, SeatPlan
from bot.errors import NotAllowed, Stale, Unclear
from bot.store.rows import change
from tests.contracts.house import HEARD, LIN, MAYA, Stores
from tests.contracts.reviewed import (
    GU,
    LETTER,
    LIANG,
    STAFF,
    SYSTEM,
    WU,
    ZHAO,
    ZHOU,
    approved,
    asked,
    events,
    house,
    letter,
    quote,
    submitted,
    written,
)


async def test_a_letter_to_an_executive_is_saved_by_its_review_and_by_nothing_else(stores: Stores) -> None:
    """Its author cannot; the manager's approval does, at once, as released, and is told as an event."""
    await house(stores)
    held = await letter(stores)

    with pytest.raises(NotAllowed, match="needs_review"):
        await stores.drafts.save(held.id, 1, LIN, turn_id=stores.turn())
    review = await submitted(stores, held)
    ended = await approved(stores, review, MAYA)

    saved = await stores.held(held.id)
    assert [(Post.MANAGER, 1, (MAYA,))] == asked(review)
    assert (ReviewState.APPROVED, MAYA, DraftState.SAVED) == (ended.state, ended.decided_by, saved.state)
    assert {**LETTER, "owner": LIN, "status": "approved"} == await written(stores, held.id)
    assert [{"draft_id": held.id, "revision": 1, "record_id": saved.record_id, "entity": "letter", "author": LIN}] == (
        await events(stores, "draft.saved")
    )
    assert ["opened", "approved"] == [one["what"] for one in await events(stores, "review.changed")]
    [body] = [one for one in await stores.records.history(RecordId(str(saved.record_id))) if one.field == "body"]
    assert (LIN, held.decision_id, HEARD) == (body.actor, body.decision_id, body.evidence)


async def test_what_a_reviewer_changed_is_what_is_saved(stores: Stores) -> None:
    """The next revision; what the author had submitted can be shown beside it, and a changed text has no evidence of ours."""
    await house(stores)
    held = await stores.drafted(
        Draft("…", "letter", {**LETTER, "owner": LIN}, {"body": HEARD, "body.1": HEARD, "subject": replace(HEARD, quote="Hello")})
    )
    review = await submitted(stores, held)

    ended = await approved(stores, review, MAYA, body="Shorter.", subject="Hello")

    now = await stores.held(held.id)
    assert (2, 1, True) == (ended.revision, ended.first_revision, ended.edited)
    assert "Shorter." == (await written(stores, held.id))["body"]
    assert {"subject"} == set(now.evidence)
    before = await stores.drafts.revision(held.id, ended.first_revision)
    assert before
    assert LETTER["body"] == before.fields["body"]


async def test_an_edit_by_the_author_ends_the_review(stores: Stores) -> None:
    """A card that lies about approves nothing any more."""
    await house(stores)
    review = await submitted(stores, await letter(stores))

    edited = await stores.drafts.edit(review.draft_id, 1, LIN, {"body": "Something else."}, turn_id=stores.turn())
    with pytest.raises(Stale, match="review_settled") as told:
        await approved(stores, review, MAYA)

    assert {"state": "withdrawn"} == told.value.facts
    assert (DraftState.OPEN, 2) == (edited.state, edited.revision)
    again = await submitted(stores, edited)
    assert ReviewState.APPROVED is (await approved(stores, again, MAYA)).state


@pytest.mark.parametrize("way", ["discard", "save"])
async def test_a_draft_that_is_decided_otherwise_ends_its_review(stores: Stores, way: str) -> None:
    """Put away; or saved by its author, who had asked without having to."""
    await house(stores)
    held = await letter(stores, contact="engineer")
    review = await submitted(stores, held, (SeatPlan(Post.MANAGER),))

    await getattr(stores.drafts, way)(held.id, 1, LIN, turn_id=stores.turn())

    ended = await stores.reviews.review(review.id)
    assert ended
    assert ReviewState.WITHDRAWN is ended.state


async def test_a_text_that_was_changed_behind_the_house_is_not_saved(stores: Stores) -> None:
    """The digest of the bytes that lie there is not that of the bytes that were approved."""
    await house(stores)
    review = await submitted(stores, await letter(stores))
    await stores.database.write(
        lambda database: change(
            database, "UPDATE content SET body = replace(body, 'new', 'old') WHERE id IN (SELECT fields_id FROM draft_revisions)", {}
        )
    )

    with pytest.raises(Stale, match="draft_changed"):
        await approved(stores, review, MAYA)

    assert DraftState.OPEN is (await stores.held(review.draft_id)).state


async def test_nobody_approves_what_is_theirs_or_none_of_theirs(stores: Stores) -> None:
    """The author, a colleague, a manager of elsewhere too early; what does not exist is refused in the same words."""
    await house(stores)
    review = await submitted(stores, await letter(stores))
    nowhere = ReviewRef(ReviewId("x"), 1)

    told = []
    for seen, by in ((review.ref, LIN), (review.ref, WU), (review.ref, ZHAO), (nowhere, MAYA), (review.ref, UserId("nobody"))):
        with pytest.raises(NotAllowed) as refused:
            await stores.reviews.approve(seen, by, turn_id=stores.turn())
        told.append(refused.value.key)

    assert ["not_your_own_review", *["not_your_review"] * 4] == told


async def test_the_verbs_of_an_author_are_theirs_alone(stores: Stores) -> None:
    """A reviewer takes nothing back and nudges nobody; a colleague does not submit."""
    await house(stores)
    held = await letter(stores)
    with pytest.raises(NotAllowed, match="not_your_draft"):
        await stores.reviews.submit(held.id, 1, MAYA, (), turn_id=stores.turn())
    review = await submitted(stores, held)

    for verb, rest in (("withdraw", ()), ("nudge", ()), ("reply", ("So.",)), ("accept", ())):
        with pytest.raises(NotAllowed, match="not_your_review"):
            await getattr(stores.reviews, verb)(review.ref, MAYA, *rest, turn_id=stores.turn())


async def test_a_press_repeated_in_its_turn_answers_the_same(stores: Stores) -> None:
    """A step that is run again after a crash moves nothing, whatever has happened since."""
    await house(stores)
    held, turns = await letter(stores), [stores.turn() for _ in range(4)]
    seen: list[ReviewRef] = []

    async def story() -> list[HeldReview]:
        opened = await stores.reviews.submit(held.id, 1, LIN, (), turn_id=turns[0])
        asked_back = await stores.reviews.ask(opened.ref, MAYA, "Why now?", turn_id=turns[1])
        seen.append(asked_back.ref)
        answered = await stores.reviews.reply(seen[0], LIN, "They have a fair.", turn_id=turns[2])
        return [opened, asked_back, answered, await stores.reviews.approve(answered.ref, MAYA, turn_id=turns[3])]

    first, last = await story(), await stores.events.last_seq()
    stores.move(days=1)

    assert first == await story()
    assert last == await stores.events.last_seq()
    with pytest.raises(NotAllowed, match="not_your_review"):
        await stores.reviews.approve(first[2].ref, ZHAO, turn_id=turns[3])


async def test_pressed_at_once_by_all_it_is_approved_once(stores: Stores) -> None:
    """Two managers and the same one five times: one record."""
    await house(stores, (*STAFF, (UserId("ming"), Role.MANAGER, "east")))
    review = await submitted(stores, await letter(stores))

    results = await asyncio.gather(
        *(approved(stores, review, by) for by in (*[MAYA] * 5, UserId("ming"))), return_exceptions=True
    )

    assert 5 == len([one for one in results if isinstance(one, Stale) and one.key == "review_settled"])
    assert 1 == len((await stores.records.page("letter")).items)


async def test_a_large_discount_takes_two_people_and_a_long_term_a_third(stores: Stores) -> None:
    """Side by side, then legal; nobody sits twice; an approval beside another leaves the other's card as it is."""
    await house(stores)
    review = await submitted(stores, await quote(stores, discount=20, payment_days=90))
    assert [(Post.MANAGER, 1, (MAYA,)), (Post.REVIEWER, 1, (LIANG,)), (Post.LEGAL, 2, (ZHOU,))] == asked(review)

    with pytest.raises(NotAllowed):
        await approved(stores, review, ZHOU)
    first = await approved(stores, review, MAYA)
    with pytest.raises(Stale, match="review_moved"):
        await approved(stores, first, MAYA)
    second = await approved(stores, review, LIANG)
    third = await approved(stores, second, ZHOU)

    assert [(ReviewState.WAITING, 1), (ReviewState.WAITING, 2), (ReviewState.APPROVED, 2)] == [
        (one.state, one.stage) for one in (first, second, third)
    ]
    assert 20 == (await written(stores, review.draft_id))["discount"]


async def test_two_seats_are_two_people_where_one_might_take_both(stores: Stores) -> None:
    """A reviewer and an admin, each asked for either: whoever sits, sits once."""
    await house(stores, ((LIN, Role.REP, "east"), (LIANG, Role.REVIEWER, "global"), (GU, Role.ADMIN, "global")))
    review = await submitted(stores, await quote(stores, discount=20))
    assert {LIANG, GU} == {one for seat in review.seats for one in seat.eligible}

    first = await approved(stores, review, LIANG)
    with pytest.raises(Stale, match="review_moved"):
        await approved(stores, first, LIANG)
    ended = await approved(stores, first, GU)

    assert (ReviewState.APPROVED, {LIANG, GU}) == (ended.state, {seat.approved_by for seat in ended.seats})


async def test_an_edit_by_the_second_person_asks_the_first_anew(stores: Stores) -> None:
    """What the manager agreed to is not what lies there any more."""
    await house(stores)
    review = await submitted(stores, await quote(stores, discount=20))
    await approved(stores, review, MAYA)

    changed = await approved(stores, review, LIANG, discount=18)
    ended = await approved(stores, changed, MAYA)

    assert [(Post.MANAGER, None), (Post.REVIEWER, LIANG)] == [(seat.post, seat.approved_by) for seat in changed.seats]
    assert (ReviewState.APPROVED, 18) == (ended.state, (await written(stores, review.draft_id))["discount"])


async def test_an_edit_beyond_a_reviewers_own_authority_needs_more_people(stores: Stores) -> None:
    """A manager who makes 12 % into 20 asks for a second one; into 90 days, for legal."""
    await house(stores)
    review = await submitted(stores, await quote(stores))

    changed = await approved(stores, review, MAYA, discount=20, payment_days=90)

    assert ReviewState.WAITING is changed.state
    assert {Post.MANAGER: MAYA, Post.REVIEWER: None, Post.LEGAL: None} == {seat.post: seat.approved_by for seat in changed.seats}
    assert all(seat.due_at for seat in changed.open_seats)


async def test_a_customer_who_pays_badly_is_seen_by_more_people(stores: Stores) -> None:
    """An invoice that has been due for 61 days, a rating of C: by the records at the moment, and again before the save."""
    await house(stores)
    held = await quote(stores, discount=5)
    await stores.drafts.edit(held.id, 1, LIN, {"quantity": 3}, turn_id=stores.turn())
    await stores.records.put("account", {"credit_rating": "C"}, cause=SYSTEM, record_id=RecordId("acme"))

    with pytest.raises(NotAllowed, match="needs_review"):
        await stores.drafts.save(held.id, 2, LIN, turn_id=stores.turn())
    review = await submitted(stores, await stores.held(held.id))
    invoice = {"account": "acme", "due_date": "2026-05-13", "number": "I-1", "paid_date": None}
    await stores.records.put("invoice", invoice, cause=SYSTEM)
    going_on = await approved(stores, review, LIANG)

    assert [Post.REVIEWER] == [seat.post for seat in review.seats]
    assert [(Post.REVIEWER, LIANG), (Post.LEGAL, None)] == [(seat.post, seat.approved_by) for seat in going_on.seats]


async def test_offered_terms_are_approved_when_the_author_takes_them(stores: Stores) -> None:
    """"12 is fine, 15 is not": the next revision, with the seat of whoever offered it filled."""
    await house(stores)
    review = await submitted(stores, await quote(stores, discount=15))

    offered = await stores.reviews.counter(review.ref, MAYA, {"discount": 12}, turn_id=stores.turn())
    with pytest.raises(Stale, match="review_moved"):
        await approved(stores, offered, MAYA)
    taken = await stores.reviews.accept(offered.ref, LIN, turn_id=stores.turn())

    assert (ReviewState.COUNTERED, {"discount": 12}) == (offered.state, offered.counter)
    assert (ReviewState.APPROVED, MAYA, 12) == (taken.state, taken.decided_by, (await written(stores, review.draft_id))["discount"])


async def test_offered_terms_can_be_answered_instead(stores: Stores) -> None:
    """Then the offer is off the table, and the first terms wait again."""
    await house(stores)
    review = await submitted(stores, await quote(stores, discount=15))
    offered = await stores.reviews.counter(review.ref, MAYA, {"discount": 12}, turn_id=stores.turn())

    waiting = await stores.reviews.reply(offered.ref, LIN, "They have an offer at 14.", turn_id=stores.turn())

    assert (ReviewState.WAITING, {}, ["They have an offer at 14."]) == (waiting.state, waiting.counter, [one.text for one in waiting.talk])
    assert 15 == (await stores.held(review.draft_id)).fields["discount"]
    with pytest.raises(Unclear, match="no_other_terms"):
        await stores.reviews.counter(waiting.ref, MAYA, {"discount": 15}, turn_id=stores.turn())


async def test_a_question_is_answered_and_the_reviewers_are_asked_again(stores: Stores) -> None:
    """While it is open, a reviewer may decide all the same."""
    await house(stores)
    review = await submitted(stores, await letter(stores))

    open_question = await stores.reviews.ask(review.ref, MAYA, "Who introduced us?", turn_id=stores.turn())
    answered = await stores.reviews.reply(open_question.ref, LIN, "Sam did.", turn_id=stores.turn())

    assert (ReviewState.ASKED, True) == (open_question.state, open_question.may_decide(MAYA, stores.clock.now()))
    assert [(MAYA, "Who introduced us?"), (LIN, "Sam did.")] == [(one.by, one.text) for one in answered.talk]
    assert ReviewState.WAITING is answered.state


async def test_what_was_sent_back_is_not_asked_again_unchanged(stores: Stores) -> None:
    """With its reason; the draft is open to its author, and after an edit there is a new review."""
    await house(stores)
    review = await submitted(stores, await letter(stores))

    ended = await stores.reviews.reject(review.ref, MAYA, RejectReason.TONE, "Too casual.", turn_id=stores.turn())
    with pytest.raises(Stale, match="review_settled"):
        await submitted(stores, await stores.held(review.draft_id))
    edited = await stores.drafts.edit(review.draft_id, 1, LIN, {"body": "Dear Ms Lee."}, turn_id=stores.turn())

    assert (ReviewState.REJECTED, RejectReason.TONE, "Too casual.", MAYA) == (ended.state, ended.reason, ended.note, ended.decided_by)
    assert ReviewState.WAITING is (await submitted(stores, edited)).state


async def test_what_was_taken_back_can_be_submitted_again(stores: Stores) -> None:
    """Until then it waits for nobody."""
    await house(stores)
    review = await submitted(stores, await letter(stores))

    ended = await stores.reviews.withdraw(review.ref, LIN, turn_id=stores.turn())

    assert (ReviewState.WITHDRAWN, []) == (ended.state, list(await stores.reviews.waiting_for(MAYA)))
    assert review.id != (await submitted(stores, await stores.held(review.draft_id))).id


async def test_an_impatient_author_opens_one_review(stores: Stores) -> None:
    """And nudges once an hour, which leaves the cards that lie about as good as they were."""
    await house(stores)
    held = await letter(stores)
    review = await submitted(stores, held)
    assert review == await submitted(stores, held)

    nudged = await stores.reviews.nudge(review.ref, LIN, turn_id=stores.turn())
    stores.move(minutes=59)
    with pytest.raises(Stale, match="nudged_already") as told:
        await stores.reviews.nudge(nudged.ref, LIN, turn_id=stores.turn())
    stores.move(minutes=1)
    await stores.reviews.nudge(nudged.ref, LIN, turn_id=stores.turn())

    assert (review.ref, "2026-07-14T03:00:00.000000+00:00") == (nudged.ref, told.value.facts["at"])
    assert ReviewState.APPROVED is (await approved(stores, review, MAYA)).state

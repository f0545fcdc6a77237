"""The port `Reviews`: who may agree to what, once, to the very text that lies there; and that nothing is saved past it."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.approval import ReviewRules
from bot.domain.entities import SCHEMA
from bot.domain.ids import DraftId, RecordId, ReviewId, UserId
from bot.domain.outcome import Draft
from bot.domain.people import Role, User
from bot.domain.policy import Reason
from bot.domain.records import Cause, DraftState, HeldDraft
from bot.domain.review import Absence, HeldReview, Post, RejectReason, ReviewRef, ReviewState, SeatPlan
from bot.domain.scope import EVERY, Reach, Scope
from bot.errors import NotAllowed, Stale, TellUser, Unclear
from bot.store.asked import fit
from bot.store.gate import PolicyGate
from bot.store.records import SqliteRecords
from bot.store.reviews import SqliteReviews
from bot.store.rows import change
from tests.contracts.house import HEARD, LIN, MAYA, Stores

ZONE = "Asia/Shanghai"
ZHAO, LIANG, ZHOU, GU, WU = UserId("zhao"), UserId("liang"), UserId("zhou"), UserId("gu"), UserId("wu")
STAFF = (
    (LIN, Role.REP, "east"), (WU, Role.REP, "east"), (MAYA, Role.MANAGER, "east"), (ZHAO, Role.MANAGER, "north"),
    (LIANG, Role.REVIEWER, "global"), (ZHOU, Role.LEGAL, "east"), (GU, Role.ADMIN, "global"),
)  # fmt: skip
TUESDAY = datetime.fromisoformat("2026-07-14T10:00:00+08:00")
LETTER = {"subject": "Hello", "body": "I would like to show you our new line.", "contact": "boss", "account": "acme", "channel": "forward"}
QUOTE = {"number": "Q-1", "account": "acme", "discount": 12, "payment_days": 30, "amount": 100, "currency": "CNY"}
SYSTEM = Cause("system")


async def house(stores: Stores, staff: tuple[tuple[UserId, Role, str], ...] = STAFF) -> None:
    """Our people, and a customer with a boss and an engineer, on a Tuesday at ten."""
    stores.clock.at = TUESDAY
    await stores.users.seed([User(name, name, f"{name}@ours.example", role, team, ZONE) for name, role, team in staff])
    await stores.records.put("account", {"name": "Acme", "owner": LIN}, cause=SYSTEM, record_id=RecordId("acme"))
    boss = {"name": "Ann Lee", "title": "CEO", "executive": True, "account": "acme", "email": "ann@acme.example"}
    engineer = {"name": "Tom Roe", "title": "Engineer", "executive": False, "account": "acme", "email": "tom@acme.example"}
    await stores.records.put("contact", boss, cause=SYSTEM, record_id=RecordId("boss"))
    await stores.records.put("contact", engineer, cause=SYSTEM, record_id=RecordId("engineer"))


async def letter(stores: Stores, **fields: object) -> HeldDraft:
    """A letter to the boss, or as said, that Lin drafted."""
    return await stores.drafted(Draft("…", "letter", {**LETTER, "owner": LIN, **fields}, {"body": HEARD}))


async def quote(stores: Stores, **fields: object) -> HeldDraft:
    """A quote that Lin drafted."""
    return await stores.drafted(Draft("…", "quote", {**QUOTE, "owner": LIN, **fields}))


async def submitted(stores: Stores, held: HeldDraft, plan: tuple[SeatPlan, ...] = ()) -> HeldReview:
    """A review of it."""
    return await stores.reviews.submit(held.id, held.revision, LIN, plan, turn_id=stores.turn())


async def approved(stores: Stores, review: HeldReview, by: UserId, **fields: object) -> HeldReview:
    """Approved by somebody, changed where fields are given."""
    return await stores.reviews.approve(review.ref, by, turn_id=stores.turn(), fields=fields or None)


async def written(stores: Stores, draft_id: DraftId) -> Mapping[str, object]:
    """What was saved of a draft."""
    return await stores.fields_of((await stores.held(draft_id)).record_id)


async def events(stores: Stores, of: str) -> list[Mapping[str, object]]:
    """What was told under one name."""
    return [one.payload for one in await stores.events.since(0) if one.type == of]


def asked(review: HeldReview) -> list[tuple[Post, int, tuple[str, ...]]]:
    """Who may sit where."""
    return [(seat.post, seat.stage, seat.eligible) for seat in review.seats]


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


async def test_gaps_go_nowhere(stores: Stores) -> None:
    """Neither to a reviewer nor into the records, in either language; and a reviewer puts none in."""
    await house(stores)
    told = []
    for body in ("来看看新线吧,[待补:参观日]?", "Come on [gap: visit date]."):
        for contact in ("boss", "engineer"):
            held = await letter(stores, body=body, contact=contact)
            with pytest.raises(TellUser, match="letter_has_gaps") as refused:
                await submitted(stores, held)
            with pytest.raises(TellUser, match="letter_has_gaps"):
                await stores.drafts.save(held.id, 1, LIN, turn_id=stores.turn())
            told.append(refused.value.facts["gaps"])
    with pytest.raises(TellUser, match="letter_has_gaps"):
        await approved(stores, await submitted(stores, await letter(stores)), MAYA, body="On [gap: day].")

    assert ["参观日", "参观日", "visit date", "visit date"] == told


@pytest.mark.parametrize(
    "fields, reasons",
    [
        ({}, {Reason.EXEC_MESSAGE}),
        ({"contact": "engineer"}, {Reason.SEND_NONEXEC}),
        ({"contact": "engineer", "address": "tom@acme.example"}, {Reason.SEND_NONEXEC}),
        ({"contact": "engineer", "address": "Ann@Acme.example"}, {Reason.SEND_NONEXEC, Reason.EXEC_MESSAGE}),
        ({"contact": "engineer", "address": "tom@acme.example; x@elsewhere.example"}, {Reason.SEND_NONEXEC, Reason.UNKNOWN_ADDRESSEE}),
        ({"contact": "engineer", "addressee": "Ann Lee"}, {Reason.SEND_NONEXEC, Reason.EXEC_MESSAGE}),
        ({"contact": None, "addressee": "Tom Roe"}, {Reason.SEND_NONEXEC}),
        ({"contact": None, "addressee": "Some Body"}, {Reason.UNKNOWN_ADDRESSEE}),
        ({"contact": "nowhere"}, {Reason.UNKNOWN_ADDRESSEE}),
        ({"contact": None}, {Reason.UNKNOWN_ADDRESSEE}),
    ],
)
async def test_a_letter_is_gated_by_all_whom_it_may_reach(stores: Stores, fields: dict[str, object], reasons: set[Reason]) -> None:
    """By its contact, each address, and the name that it was written to; whoever is in no record counts as an executive."""
    await house(stores)

    gate = await stores.reviews.gate((await letter(stores, **fields)).id)

    known = reasons & {one.reason for one in gate.grounds}
    assert known == reasons
    assert gate.must_review == bool(reasons & {Reason.EXEC_MESSAGE, Reason.UNKNOWN_ADDRESSEE})


async def test_a_contact_who_rises_meanwhile_is_written_to_like_an_executive(stores: Stores) -> None:
    """The records count as they are when it is saved; and what was found once is not taken away when they fall again."""
    await house(stores)
    held = await letter(stores, contact="engineer")
    await stores.records.put("contact", {"title": "CEO", "executive": True}, cause=SYSTEM, record_id=RecordId("engineer"))

    with pytest.raises(NotAllowed, match="needs_review"):
        await stores.drafts.save(held.id, 1, LIN, turn_id=stores.turn())
    edited = await stores.drafts.edit(held.id, 1, LIN, {"subject": "Hi"}, turn_id=stores.turn())
    await stores.records.put("contact", {"title": "Engineer", "executive": False}, cause=SYSTEM, record_id=RecordId("engineer"))

    with pytest.raises(NotAllowed, match="needs_review"):
        await stores.drafts.save(held.id, edited.revision, LIN, turn_id=stores.turn())


async def test_what_becomes_of_a_letter_is_not_the_authors_to_say(stores: Stores) -> None:
    """A draft that calls itself sent is not; a letter that was released is changed by no draft, and by no program."""
    await house(stores)
    held = await letter(stores, contact="engineer", status="sent", sent_at="2026-07-14T00:00:00+00:00")
    saved = await stores.drafts.save(held.id, 1, LIN, turn_id=stores.turn())
    anew = await stores.drafted(Draft("…", "letter", {"body": "Other words."}, record_id=saved.record_id))
    fit(stores.database, SCHEMA)
    own = SqliteRecords(stores.database, stores.clock, stores.ids, PolicyGate(), rules=ReviewRules())
    mine = Scope(LIN, "east", ZONE, writes={EVERY: Reach.ALL})

    with pytest.raises(Stale, match="record_changed"):
        await stores.drafts.save(anew.id, 1, LIN, turn_id=stores.turn())
    for entity, fields, record_id in (
        ("letter", {"body": "x"}, saved.record_id), ("letter", {"owner": LIN, "body": "x"}, None),
        ("quote", {**QUOTE, "owner": LIN, "discount": 30}, None),
    ):
        with pytest.raises(NotAllowed, match="needs_review"):
            await own.put(entity, fields, cause=Cause(LIN), record_id=record_id, scope=mine)

    assert ("approved", None) == ((await written(stores, held.id))["status"], (await written(stores, held.id)).get("sent_at"))


async def test_it_goes_a_step_up_and_ends_undecided(stores: Stores) -> None:
    """A reviewer joins after eight working hours, an admin after eight more, and after five working days it is over; each told once."""
    await house(stores)
    review = await submitted(stores, await letter(stores))
    told = []
    for at in ("2026-07-14T17:59", "2026-07-15T09:01", "2026-07-15T09:02", "2026-07-15T17:30", "2026-07-21T09:59", "2026-07-21T10:01"):
        stores.clock.at = datetime.fromisoformat(f"{at}:00+08:00")
        told += [(at[8:], one.state, one.seats[0].eligible) for one in await stores.reviews.tick(stores.clock.at)]

    waiting = ReviewState.WAITING
    assert [
        ("15T09:01", waiting, (MAYA, LIANG)), ("15T17:30", waiting, (MAYA, LIANG, GU)),
        ("21T10:01", ReviewState.EXPIRED, (MAYA, LIANG, GU)),
    ] == told
    with pytest.raises(Stale, match="review_expired"):
        await approved(stores, review, MAYA)


async def test_what_is_over_is_over_before_the_tick_comes_by(stores: Stores) -> None:
    """And its draft is there for its author for two more days."""
    await house(stores)
    review = await submitted(stores, await letter(stores))
    stores.clock.at = review.expires_at

    with pytest.raises(Stale, match="review_expired"):
        await approved(stores, review, MAYA)
    await stores.reviews.tick(stores.clock.at)
    await stores.drafts.expire()

    again = await submitted(stores, await stores.held(review.draft_id))
    assert (ReviewState.WAITING, []) == (again.state, list(await stores.reviews.waiting_for(ZHOU)))


async def test_others_decide_after_half_an_hour_of_work(stores: Stores) -> None:
    """A manager of another team, the reviewer; a lunch-time of the night does not count."""
    await house(stores)
    stores.clock.at = datetime.fromisoformat("2026-07-14T17:50:00+08:00")
    review = await submitted(stores, await letter(stores))

    waits = []
    for at in ("2026-07-14T23:00", "2026-07-15T09:19", "2026-07-15T09:20"):
        stores.clock.at = datetime.fromisoformat(f"{at}:00+08:00")
        waits.append(len(await stores.reviews.waiting_for(ZHAO)))

    assert [0, 0, 1] == waits
    assert (ReviewState.APPROVED, ZHAO) == ((ended := await approved(stores, review, ZHAO)).state, ended.decided_by)


async def test_a_named_stand_in_decides_at_once_and_for_the_leave_alone(stores: Stores) -> None:
    """Be it somebody who otherwise decides nothing; never the author; what waits already is given to them, too."""
    await house(stores)
    before = await submitted(stores, await letter(stores))
    await stores.reviews.away(Absence(MAYA, "2026-07-14", "2026-07-15", WU))

    after = await submitted(stores, await letter(stores))

    assert ([before.id, after.id], (WU,)) == ([one.id for one in await stores.reviews.waiting_for(WU)], after.seats[0].eligible)
    assert "joined" == (await events(stores, "review.changed"))[1]["what"]
    assert ReviewState.APPROVED is (await approved(stores, after, WU)).state
    await stores.reviews.back(MAYA)
    assert [] == list(await stores.reviews.waiting_for(WU))
    with pytest.raises(NotAllowed, match="not_your_review"):
        await approved(stores, before, WU)
    await stores.reviews.away(Absence(MAYA, "2026-07-14", "2026-07-15", LIN))
    assert [(Post.MANAGER, 1, (ZHAO,))] == asked(await submitted(stores, await letter(stores)))


async def test_absences_take_each_others_place(stores: Stores) -> None:
    """The same person's that overlap; those of the past are told no more."""
    await house(stores)
    for first, last in (("07-01", "07-02"), ("07-20", "07-24"), ("07-23", "07-30"), ("08-10", "08-11")):
        await stores.reviews.away(Absence(MAYA, f"2026-{first}", f"2026-{last}"))

    await stores.reviews.back(MAYA)

    assert [Absence(MAYA, "2026-07-23", "2026-07-30"), Absence(MAYA, "2026-08-10", "2026-08-11")] == list(await stores.reviews.absences())


async def test_whoever_may_not_see_the_account_is_not_asked(stores: Stores) -> None:
    """By the policy as it ships: a manager of another team sees none of its accounts, a reviewer sees all."""
    await house(stores, tuple(one for one in STAFF if one[0] != MAYA))
    fit(stores.database, SCHEMA)
    reviews = SqliteReviews(stores.database, stores.clock, stores.ids, PolicyGate())
    held = await letter(stores)

    review = await reviews.submit(held.id, 1, LIN, (), turn_id=stores.turn())

    assert [(Post.MANAGER, 1, (ZHOU,))] == asked(review)
    assert (LIANG,) == review.seats[0].stand_ins


async def test_whoever_lost_the_role_decides_no_more(stores: Stores) -> None:
    """Asked yesterday as a manager, today a rep; somebody else is found."""
    await house(stores)
    review = await submitted(stores, await letter(stores))
    await stores.database.write(lambda database: change(database, "UPDATE users SET role = 'rep' WHERE id = :id", {"id": MAYA}))

    with pytest.raises(NotAllowed, match="not_your_review"):
        await approved(stores, review, MAYA)
    [changed] = await stores.reviews.tick(stores.clock.now())

    assert [(Post.MANAGER, 1, (ZHAO,))] == asked(changed)


async def test_a_house_with_nobody_else_says_so(stores: Stores) -> None:
    """One person, or two where two others have to agree; nothing is opened."""
    await house(stores, ((LIN, Role.REP, "east"), (MAYA, Role.MANAGER, "east")))
    held = await quote(stores, discount=20)

    with pytest.raises(Unclear, match="no_reviewer"):
        await submitted(stores, held)

    assert None is await stores.reviews.of_draft(held.id)
    assert ReviewState.WAITING is (await submitted(stores, await letter(stores))).state


async def test_what_managers_are_told(stores: Stores) -> None:
    """How many, how they ended, for which reasons, and how long people waited while at work."""
    await house(stores)
    for minutes, end in ((10, "approve"), (30, "edit"), (60, "reject"), (0, "wait")):
        review = await submitted(stores, await letter(stores))
        stores.move(minutes=minutes)
        if end == "reject":
            await stores.reviews.reject(review.ref, MAYA, RejectReason.FACTS, "", turn_id=stores.turn())
        elif end != "wait":
            await approved(stores, review, MAYA, **({"subject": "Better"} if end == "edit" else {}))

    numbers = await stores.reviews.numbers(TUESDAY)

    assert (4, 2, 1, {RejectReason.FACTS: 1}, 0, 30.0) == (
        numbers.opened, numbers.approved, numbers.edited, numbers.rejected, numbers.expired, numbers.median_wait_min
    )
    assert 4 == numbers.by_reason["exec_message"]
    assert (30.0, 30.0, None) == (
        await stores.reviews.expected_wait_min((await letter(stores)).id), await stores.reviews.usual_wait_min([Post.MANAGER, Post.LEGAL]),
        await stores.reviews.usual_wait_min([Post.LEGAL]),
    )
    assert 0 == (await stores.reviews.numbers(stores.clock.now() + timedelta(hours=1))).opened


async def test_lists_are_ones_own(stores: Stores) -> None:
    """What waits for somebody, what is theirs, and what they decided."""
    await house(stores)
    first, second = await submitted(stores, await letter(stores)), await submitted(stores, await quote(stores, discount=20))
    await approved(stores, first, MAYA)
    await approved(stores, second, MAYA)

    lists = [
        [one.id for one in found] for found in (
            await stores.reviews.waiting_for(LIANG), await stores.reviews.waiting_for(MAYA), await stores.reviews.of_author(LIN),
            await stores.reviews.of_author(WU), await stores.reviews.decided_by(MAYA), await stores.reviews.decided_by(LIN),
        )
    ]  # fmt: skip

    assert [[second.id], [], [second.id, first.id], [], [first.id, second.id], []] == [*lists[:4], sorted(lists[4]), lists[5]]


async def test_a_record_that_is_erased_takes_its_review_with_it(stores: Stores) -> None:
    """The words of the grounds, of the talk and of a note; the reasons stay, for they are nobody's."""
    await house(stores)
    held = await letter(stores, addressee="Ann Lee")
    review = await submitted(stores, held)
    talked = await stores.reviews.ask(review.ref, MAYA, "Is Zanzibar meant?", turn_id=stores.turn())
    await approved(stores, talked, MAYA)
    record_id = (await stores.held(held.id)).record_id
    assert record_id

    await stores.records.erase(record_id, cause=SYSTEM)

    erased = await stores.reviews.review(review.id)
    assert erased
    assert [None] == [one.text for one in erased.talk]
    assert {Reason.EXEC_MESSAGE} <= {one.reason for one in erased.gate.grounds}
    assert {""} == {one.words for one in erased.gate.grounds}
    assert b"Zanzibar" not in stores.on_disk()

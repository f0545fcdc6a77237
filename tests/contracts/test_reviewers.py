"""Who is asked to review: steps up, stand-ins, those who may not or are gone; and what lists and numbers show to whom."""

from datetime import datetime, timedelta

import pytest

from bot.domain.entities import SCHEMA
from bot.domain.people import Role
from bot.domain.policy import Reason
from bot.domain.review import Absence, Post, RejectReason, ReviewState
from bot.errors import NotAllowed, Stale, Unclear
from bot.store.asked import fit
from bot.store.gate import PolicyGate
from bot.store.reviews import SqliteReviews
from bot.store.rows import change
from tests.contracts.house import LIN, MAYA, Stores
from tests.contracts.reviewed import (
    GU,
    LIANG,
    STAFF,
    SYSTEM,
    TUESDAY,
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
)


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

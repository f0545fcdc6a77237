"""What a store tells of a team's practice: several together or nobody, and an example only of who agreed."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.decision import Verdict
from bot.domain.ids import UserId
from bot.domain.people import Role, Speaker
from bot.domain.review import RejectReason
from bot.store.practice import SqliteExamples, SqliteTeamPractice
from bot.store.threads import SqliteThreads
from tests.contracts.house import LIN, MAYA, Stores
from tests.contracts.reviewed import STAFF, WU, ZONE, approved, house, letter, submitted

MORE = ((UserId("p1"), Role.REP, "east"), (UserId("p2"), Role.COACH, "east"))
COACH = Speaker(UserId("p2"), "Coach", Role.COACH, "east", ZONE)
"""With these the team has six people."""


async def test_counts_are_told_of_teams_of_five_and_more_to_who_leads_them(stores: Stores) -> None:
    """Nobody reads from them what one person did; those of another team are not in them."""
    await house(stores, (*STAFF, *MORE))
    threads = SqliteThreads(stores.database, stores.clock, stores.ids)
    for user, verdict in ((LIN, Verdict.UP), (WU, Verdict.DOWN), (UserId("zhao"), Verdict.DOWN)):
        settlement = replace(stores.settlement(await stores.kept(user), said="how much"), user_id=user)
        await stores.ledger.settle(settlement)
        await threads.judge(settlement.decision_id, user, verdict, "")
    review = await submitted(stores, await letter(stores))
    await stores.reviews.reject(review.ref, MAYA, RejectReason.TONE, "", turn_id=stores.turn())
    today = stores.clock.now().date()
    practices = [SqliteTeamPractice(stores.database, stores.users, one) for one in (COACH, replace(COACH, role=Role.REP))]
    told, overheard = [await one.between(today, today) for one in practices]
    before = await practices[0].between(today - timedelta(days=7), today - timedelta(days=1))

    assert ({RejectReason.TONE: 1}, [(1, 1)]) == (told.rejected, [(one.used, one.ignored) for one in told.skills.values()])
    assert [({}, {})] * 2 == [(one.skills, one.rejected) for one in (overheard, before)]


async def test_a_small_team_is_not_counted(stores: Stores) -> None:
    """Of four people each would be known."""
    await house(stores)
    await stores.settled(said="how much")
    today = stores.clock.now().date()

    told = await SqliteTeamPractice(stores.database, stores.users, COACH).between(today, today)

    assert ({}, {}) == (told.skills, told.rejected)


async def test_a_letter_is_an_example_once_its_author_agreed(stores: Stores) -> None:
    """Let through as it was written; asked about once; decided by nobody else, and taken back at any time."""
    await house(stores)
    held = await letter(stores)
    await approved(stores, await submitted(stores, held), MAYA)
    changed = await letter(stores)
    await approved(stores, await submitted(stores, changed), MAYA, body="Another text altogether.")
    examples, today = SqliteExamples(stores.database, stores.clock), stores.clock.now().date()
    practice = SqliteTeamPractice(stores.database, stores.users, replace(COACH, role=Role.REP))
    [found] = await examples.unasked([LIN, WU], today, today)
    await examples.ask(found.record_id, LIN)
    asked = await examples.unasked([LIN, WU], today, today)
    shown = []
    for who, given in ((WU, True), (LIN, True), (LIN, False)):
        kept = await examples.decide(found.record_id, who, given=given)
        shown.append((kept, (await practice.between(today, today)).example is not None))

    assert (LIN, "I would like to show you our new line.", []) == (found.author_id, found.text, asked)
    assert [(False, False), (True, True), (True, False)] == shown

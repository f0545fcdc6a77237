"""The port `OwnSchedules`: what people want at times of their own."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.firing import Days, OwnSchedule
from bot.domain.ids import DecisionId, UserId
from bot.errors import TellUser
from bot.senses import TimeIds
from bot.store.database import Database
from bot.store.migrations import migrate
from bot.store.schedules import MOST, SqliteSchedules
from tests.fakes.senses import NOON, SetClock

MAYA, LIN = UserId("maya"), UserId("lin")
WEEKLY = OwnSchedule("", MAYA, "digest.weekly", "30 8 * * 1", "Asia/Shanghai", NOON, {"team": "east"}, Days.WORKDAYS)


@pytest.fixture
def clock() -> SetClock:
    """Set to noon."""
    return SetClock()


@pytest.fixture
def store(tmp_path: Path, clock: SetClock) -> SqliteSchedules:
    """An empty one."""
    database = Database(tmp_path / "tandem.db")
    migrate(database)
    return SqliteSchedules(database, clock, TimeIds())


async def test_schedule_is_kept_as_it_was_asked_for(store: SqliteSchedules) -> None:
    """With an id, from which its job is named; it counts from when it was made."""
    kept = await store.add(replace(WEEKLY, decision_id=DecisionId("d1")))

    assert replace(WEEKLY, id=kept.id, decision_id=DecisionId("d1"), since=NOON) == kept
    assert ([kept], [kept], []) == (await store.of(MAYA), await store.all(), await store.of(LIN))
    assert f"own:{kept.id}" == kept.job


async def test_same_wish_twice_is_one(store: SqliteSchedules) -> None:
    """Whoever presses again, or says it again; a colleague's is another."""
    first, again, other = [await store.add(one) for one in (WEEKLY, WEEKLY, replace(WEEKLY, owner=LIN))]

    assert (first, True) == (again, first.id != other.id)


async def test_rest_and_going_on_forget_what_was_between(store: SqliteSchedules, clock: SetClock) -> None:
    """It counts from when it goes on."""
    kept = await store.add(WEEKLY)
    rests = await store.pause(kept.id, MAYA)
    clock.move(timedelta(days=7))
    goes_on = await store.pause(kept.id, MAYA, paused=False)

    assert rests
    assert goes_on
    assert (True, False, clock.at) == (rests.paused, goes_on.paused, goes_on.since)


async def test_nobody_touches_what_is_anothers(store: SqliteSchedules) -> None:
    """To a colleague it does not exist."""
    kept = await store.add(WEEKLY)

    assert (None, None, [kept]) == (await store.pause(kept.id, LIN), await store.delete(kept.id, LIN), await store.of(MAYA))


async def test_deleted_is_gone_and_told_once(store: SqliteSchedules) -> None:
    """What it was is said back."""
    kept = await store.add(WEEKLY)

    assert (kept, None, []) == (await store.delete(kept.id, MAYA), await store.delete(kept.id, MAYA), await store.all())


async def test_one_person_has_so_many_and_no_more(store: SqliteSchedules) -> None:
    """They are told how many; others are free."""
    for hour in range(MOST):
        await store.add(replace(WEEKLY, cron=f"0 {hour} * * *"))

    with pytest.raises(TellUser, match="schedules_full"):
        await store.add(WEEKLY)
    assert LIN == (await store.add(replace(WEEKLY, owner=LIN))).owner


async def test_person_can_be_forgotten(store: SqliteSchedules) -> None:
    """Nothing of theirs stays, all of the others' does."""
    await store.add(WEEKLY)
    other = await store.add(replace(WEEKLY, owner=LIN))
    await store.forget(MAYA)

    assert [other] == await store.all()

"""The port `OwnSchedules`: what people want at times of their own, held in memory and kept as records."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.entities import SCHEMA
from bot.domain.firing import Days, OwnSchedule
from bot.domain.ids import UserId
from bot.domain.people import Role, User
from bot.errors import TellUser
from bot.ports import OwnSchedules
from bot.senses import TimeIds
from bot.store.database import Database
from bot.store.migrations import migrate
from bot.store.own_schedules import MOST, RecordedSchedules
from bot.store.queries import SqliteQueries
from bot.store.records import SqliteRecords
from bot.store.users import SqliteUsers
from tests.fakes.gates import OpenGate
from tests.fakes.schedules import HeldSchedules
from tests.fakes.senses import NOON, SetClock

ZONE = "Asia/Shanghai"
MAYA, LIN = (User(UserId(name), name, f"{name}@example.com", Role.MANAGER, "east", ZONE) for name in ("maya", "lin"))
WEEKLY = OwnSchedule("", MAYA.id, "digest.weekly", "30 8 * * 1", ZONE, NOON, {"by": "chat"}, Days.ALL)


@pytest.fixture
def clock() -> SetClock:
    """Set to noon."""
    return SetClock()


@pytest.fixture(params=["held", "recorded"])
async def store(request: pytest.FixtureRequest, tmp_path: Path, clock: SetClock) -> OwnSchedules:
    """An empty one of either kind."""
    if request.param == "held":
        return HeldSchedules(clock)
    database = Database(tmp_path / "tandem.db")
    migrate(database)
    SqliteQueries(database, SCHEMA)
    users = SqliteUsers(database, clock, TimeIds())
    await users.seed([MAYA, LIN])
    return RecordedSchedules(SqliteRecords(database, clock, TimeIds(), OpenGate()), users, clock)


async def test_schedule_is_kept_as_it_was_asked_for(store: OwnSchedules) -> None:
    """With an id, from which its job is named; it counts from when it was made."""
    kept = await store.add(WEEKLY)

    assert replace(WEEKLY, id=kept.id, since=NOON) == kept
    assert ([kept], [kept], []) == (await store.of(MAYA.id), await store.all(), await store.of(LIN.id))
    assert f"own:{kept.id}" == kept.job


async def test_same_wish_twice_is_one(store: OwnSchedules) -> None:
    """Whoever presses again, or says it again; a colleague's is another."""
    first, again, other = [await store.add(one) for one in (WEEKLY, WEEKLY, replace(WEEKLY, owner=LIN.id))]

    assert (first, True) == (again, first.id != other.id)


async def test_rest_and_going_on_forget_what_was_between(store: OwnSchedules, clock: SetClock) -> None:
    """It counts from when it goes on."""
    kept = await store.add(WEEKLY)
    rests = await store.pause(kept.id, MAYA.id)
    clock.move(timedelta(days=7))
    goes_on = await store.pause(kept.id, MAYA.id, paused=False)

    assert rests
    assert goes_on
    assert (True, False, clock.at) == (rests.paused, goes_on.paused, goes_on.since)


async def test_nobody_touches_what_is_anothers(store: OwnSchedules) -> None:
    """To a colleague it does not exist."""
    kept = await store.add(WEEKLY)
    touched = await store.pause(kept.id, LIN.id), await store.delete(kept.id, LIN.id)

    assert ((None, None), [kept]) == (touched, await store.of(MAYA.id))


async def test_deleted_is_gone_and_told_once(store: OwnSchedules) -> None:
    """What it was is said back."""
    kept = await store.add(WEEKLY)

    assert (kept, None, []) == (await store.delete(kept.id, MAYA.id), await store.delete(kept.id, MAYA.id), await store.all())


async def test_one_person_has_so_many_and_no_more(store: OwnSchedules) -> None:
    """They are told how many; others are free."""
    for number in range(MOST):
        await store.add(replace(WEEKLY, cron=f"{number} 9 * * *"))

    with pytest.raises(TellUser, match="schedules_full"):
        await store.add(WEEKLY)
    assert LIN.id == (await store.add(replace(WEEKLY, owner=LIN.id))).owner

"""The port `OwnSchedules` over records: what somebody subscribed to by chat is what the clock does."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.entities import SCHEMA
from bot.domain.firing import Days, OwnSchedule
from bot.domain.ids import RecordId, UserId
from bot.domain.people import Role, User
from bot.domain.records import Cause
from bot.errors import TellUser
from bot.senses import TimeIds
from bot.store.database import Database
from bot.store.migrations import migrate
from bot.store.own_schedules import MOST, RecordedSchedules
from bot.store.queries import SqliteQueries
from bot.store.records import SqliteRecords
from bot.store.users import SqliteUsers
from tests.fakes.senses import NOON, SetClock

LIN = User(UserId("lin"), "林晓", "lin@example.com", Role.REP, "east", "Asia/Shanghai")
MAYA = User(UserId("maya"), "Maya", "maya@example.com", Role.MANAGER, "intl", "Europe/Berlin")
WEEKLY = OwnSchedule("", MAYA.id, "digest.weekly", "30 8 * * 1", MAYA.zone, NOON, {"by": "mail"})
BY_CHAT = {"name": "日报", "kind": "digest.daily", "time": "工作日 09:00", "state": "active", "owner": LIN.id, "owner_name": LIN.name}


@pytest.fixture
def clock() -> SetClock:
    """Set to noon."""
    return SetClock()


@pytest.fixture
async def records(tmp_path: Path, clock: SetClock) -> SqliteRecords:
    """Of a house with two people."""
    database = Database(tmp_path / "tandem.db")
    migrate(database)
    SqliteQueries(database, SCHEMA)
    await SqliteUsers(database, clock, TimeIds()).seed([LIN, MAYA])
    return SqliteRecords(database, clock, TimeIds())


@pytest.fixture
def store(tmp_path: Path, records: SqliteRecords, clock: SetClock) -> RecordedSchedules:
    """Over those records."""
    return RecordedSchedules(records, SqliteUsers(Database(tmp_path / "tandem.db"), clock, TimeIds()), clock)


async def test_a_record_is_a_schedule_in_its_owners_zone(store: RecordedSchedules, records: SqliteRecords) -> None:
    """Its time is read as it was said."""
    made = await records.put("schedule", BY_CHAT, cause=Cause(LIN.id))

    assert [
        OwnSchedule(made.id, LIN.id, "digest.daily", "0 9 * * *", LIN.zone, NOON, {"by": "chat"}, Days.WORKDAYS, since=NOON)
    ] == list(await store.all())


async def test_a_form_that_says_another_time_is_another_time_from_then_on(
    store: RecordedSchedules, records: SqliteRecords, clock: SetClock
) -> None:
    """What was between is none of it; words that are no time let it be nobody's."""
    made = await records.put("schedule", BY_CHAT, cause=Cause(LIN.id))
    clock.move(timedelta(hours=2))
    await records.put("schedule", {"time": "Fridays at 16:00"}, cause=Cause(LIN.id), record_id=made.id)
    moved = (await store.all())[0]
    await records.put("schedule", {"time": "回头再说"}, cause=Cause(LIN.id), record_id=made.id)

    assert (("0 16 * * 5", clock.now()), []) == ((moved.cron, moved.since), list(await store.all()))


async def test_it_rests_to_a_day_and_goes_on_by_itself(store: RecordedSchedules, records: SqliteRecords, clock: SetClock) -> None:
    """To that day, in the owner's zone; an ended one rests for good and is still told, for it says "none"."""
    until = (clock.now().date() + timedelta(days=3)).isoformat()
    resting = await records.put("schedule", {**BY_CHAT, "state": "paused", "until_date": until}, cause=Cause(LIN.id))
    ended = await records.put("schedule", {**BY_CHAT, "state": "ended"}, cause=Cause(LIN.id))
    before = {one.id: one.paused for one in await store.all()}
    clock.move(timedelta(days=4))
    after = {one.id: one.paused for one in await store.all()}

    assert ({resting.id: True, ended.id: True}, {resting.id: False, ended.id: True}) == (before, after)


async def test_what_is_added_pauses_goes_on_and_is_deleted(store: RecordedSchedules) -> None:
    """By its owner alone; the same wish twice is one."""
    kept = await store.add(WEEKLY)
    again = await store.add(WEEKLY)
    not_mine = await store.pause(kept.id, LIN.id)
    rests = await store.pause(kept.id, MAYA.id)
    goes_on = await store.pause(kept.id, MAYA.id, paused=False)
    gone = await store.delete(kept.id, MAYA.id)

    assert (replace(WEEKLY, id=kept.id, since=NOON), kept.id) == (kept, again.id)
    assert (None, True, False) == (not_mine, rests and rests.paused, goes_on and goes_on.paused)
    assert (kept.id, []) == (gone and gone.id, list(await store.all()))


async def test_nobody_has_more_than_they_can_read(store: RecordedSchedules) -> None:
    """One more is refused with how many there may be."""
    for minute in range(MOST):
        await store.add(replace(WEEKLY, cron=f"{minute} 9 * * 1"))

    with pytest.raises(TellUser, match="schedules_full"):
        await store.add(replace(WEEKLY, cron="0 10 * * 2"))


async def test_forgetting_a_person_erases_what_they_asked(store: RecordedSchedules, records: SqliteRecords) -> None:
    """The words of a saved question are content of theirs."""
    kept = await store.add(replace(WEEKLY, kind="question", args={"text": "本季度赢了多少单"}))
    await store.forget(MAYA.id)
    erased = await records.record(RecordId(kept.id))

    assert {"by": "chat", "text": "本季度赢了多少单"} == kept.args
    assert erased
    assert {} == erased.fields

"""The port `Interruptions`: how much people are told unasked, and when they may be told more."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.firing import ScheduleRules
from bot.domain.ids import UserId
from bot.domain.people import Role, User
from bot.store.database import Database
from bot.store.interruptions import SqliteInterruptions
from bot.store.migrations import migrate
from tests.fakes.senses import NOON, SetClock

LIN = User(UserId("lin"), "Lin", "lin@example.com", Role.REP, "east", "Asia/Shanghai")
ANNA = User(UserId("anna"), "Anna", "anna@example.com", Role.REP, "berlin", "Europe/Berlin")
MORNING = datetime(2026, 7, 14, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
OFF = {("berlin", date(2026, 7, 14))}


def opened(folder: Path, most: int = 2) -> SqliteInterruptions:
    """A house over the store of that folder."""
    database = Database(folder / "tandem.db")
    migrate(database)
    return SqliteInterruptions(database, SetClock(), lambda: ScheduleRules(most_a_day=most), lambda team, day: (team, day) not in OFF)


@pytest.fixture
def store(tmp_path: Path) -> SqliteInterruptions:
    """An empty one."""
    return opened(tmp_path)


async def test_so_many_a_day_and_then_tomorrow(store: SqliteInterruptions) -> None:
    """The next morning counts anew."""
    tomorrow = MORNING.replace(hour=8) + timedelta(days=1)
    told = [await store.claim(LIN, key, MORNING) for key in ("a", "b", "c")]

    assert ([None, None, tomorrow], None) == (told, await store.claim(LIN, "c", tomorrow))


async def test_same_message_is_counted_once(store: SqliteInterruptions) -> None:
    """Who tries again after a crash may, on a full day too."""
    assert [None] * 4 == [await store.claim(LIN, key, MORNING) for key in ("a", "a", "b", "a")]
    assert {LIN.id: 2} == await store.counts(MORNING.date(), MORNING.date())


async def test_asking_counts_nothing(store: SqliteInterruptions) -> None:
    """Only a message does."""
    assert [None] * 3 == [await store.may_speak(LIN, MORNING) for _ in range(3)]
    assert {} == await store.counts(MORNING.date(), MORNING.date())


async def test_two_houses_share_the_bound(tmp_path: Path) -> None:
    """Of ten that ask at the same time two may speak."""
    houses = [opened(tmp_path) for _ in range(2)]
    told = await asyncio.gather(*(houses[number % 2].claim(LIN, f"m{number}", MORNING) for number in range(10)))

    assert 2 == told.count(None)


async def test_each_is_spoken_to_by_the_clock_and_the_days_of_their_own(store: SqliteInterruptions) -> None:
    """While Lin is at work it is night in Berlin, and a day off."""
    wednesday = datetime(2026, 7, 15, 8, tzinfo=ZoneInfo("Europe/Berlin"))

    assert (None, wednesday) == (await store.may_speak(LIN, MORNING), await store.may_speak(ANNA, MORNING))


async def test_own_hours_hold_instead_of_the_houses(store: SqliteInterruptions) -> None:
    """Until they are taken back; none at all is a wish, too."""
    late = MORNING.replace(hour=21)
    answers = []
    for hours in ("22:00-07:00", "", None):
        await store.set_quiet(LIN.id, hours)
        answers.append((await store.quiet(LIN.id), await store.may_speak(LIN, late)))

    assert [("22:00-07:00", None), ("", None), (None, MORNING.replace(hour=8) + timedelta(days=1))] == answers


async def test_what_are_no_hours_is_refused(store: SqliteInterruptions) -> None:
    """And changes nothing."""
    with pytest.raises(ValueError, match="never"):
        await store.set_quiet(LIN.id, "never")
    assert await store.quiet(LIN.id) is None


async def test_day_is_counted_where_the_person_is(store: SqliteInterruptions) -> None:
    """Half past midnight in Shanghai is another day there, and the same one in London."""
    await store.set_quiet(LIN.id, "")
    for at in (datetime(2026, 7, 14, 15, 30, tzinfo=UTC), datetime(2026, 7, 14, 16, 30, tzinfo=UTC)):
        await store.claim(LIN, at.isoformat(), at)

    assert [{LIN.id: 1}, {LIN.id: 1}] == [await store.counts(day, day) for day in (date(2026, 7, 14), date(2026, 7, 15))]


async def test_person_can_be_forgotten(store: SqliteInterruptions) -> None:
    """What they were told and what they wished."""
    await store.claim(LIN, "a", MORNING)
    await store.set_quiet(LIN.id, "12:00-13:00")
    await store.forget(LIN.id)

    assert ({}, None) == (await store.counts(NOON.date(), NOON.date()), await store.quiet(LIN.id))

"""Two workers over one store, a clock that runs through the hard weeks of a year, and deaths at any point: each moment exactly once."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from bot.domain.firing import Firing
from bot.engine.schedule import Schedule
from bot.ports import Firings
from tests.fakes.senses import SetClock
from tests.scenarios.year import Office, expected, fired

SPANS = {
    "spring festival, made up on two Saturdays": ("2026-02-11T00:05", "2026-03-03T00:05"),
    "clocks put forward in New York and Berlin, Easter": ("2026-03-06T00:05", "2026-04-09T00:05"),
    "national day, made up on a Sunday and a Saturday": ("2026-09-17T00:05", "2026-10-13T00:05"),
    "clocks put back in Berlin and New York": ("2026-10-22T00:05", "2026-11-04T00:05"),
    "the leap day of 2028": ("2028-02-26T00:05", "2028-03-03T00:05"),
}
DIES = 0.012
"""How likely a worker dies before or after something that it asks of the store, or in its work."""


class Killed(BaseException):
    """As by the system: nobody catches it."""


@dataclass
class Fate:
    """Decides who dies when. hit: moments in which somebody died."""

    dice: random.Random
    likely: float = DIES
    deaths: int = 0

    def strike(self) -> None:
        """The end, perhaps."""
        if self.dice.random() < self.likely:
            self.deaths += 1
            raise Killed


@dataclass
class Mortal:
    """A port whose caller may die before each call and after it."""

    port: object
    fate: Fate

    def __getattr__(self, name: str) -> Callable[..., Awaitable[object]]:
        """The same method, more dangerous."""

        async def called(*args: object) -> object:
            self.fate.strike()
            told = await getattr(self.port, name)(*args)
            self.fate.strike()
            return told

        return called


@dataclass
class Worker:
    """Somebody at work, who may die and comes back after a while. tries: how often each moment was begun, by anybody."""

    path: Path
    since: datetime
    clock: SetClock
    fate: Fate
    tries: Counter[str]
    schedule: Schedule | None = None
    office: Office = field(init=False)

    async def look(self, *, dying: bool = True) -> None:
        """Come back, if need be and luck will, and see to what is due."""
        if self.schedule is None:
            if dying and self.fate.dice.random() < 0.3:
                return
            self.office = Office.over(self.path, self.clock, self.since)
            self.schedule = self.office.schedule(lambda port: cast("Firings", Mortal(port, self.fate)), self.work)
        try:
            await self.schedule.due(self.clock.now())
        except BaseExceptionGroup:
            self.leave()
        except Killed:
            self.leave()

    async def work(self, firing: Firing) -> int:
        """Something of some length, deadly at each step."""
        self.tries[firing.key] += 1
        for _ in range(self.fate.dice.randrange(3)):
            await asyncio.sleep(0)
            self.fate.strike()
        return 1

    def leave(self) -> None:
        """Dead."""
        self.schedule = None
        self.office.database.close()


@pytest.mark.parametrize("span", SPANS)
async def test_each_moment_is_done_exactly_once_over_deaths_and_restarts(span: str, tmp_path: Path) -> None:
    """Per team in its zone, working days and clocks minded: what was done is what a calendar says, nothing more, nothing less."""
    begins, ends = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in SPANS[span])
    clock, fate, tries = SetClock(begins), Fate(random.Random(span)), Counter[str]()
    office = Office.over(tmp_path / "tandem.db", clock, begins)
    await office.moved_in()
    await office.schedule().due(begins)  # from here on all jobs are known
    workers = [Worker(tmp_path / "tandem.db", begins, clock, fate, tries) for _ in range(2)]
    while clock.at < ends:
        clock.at = min(ends, clock.at + timedelta(minutes=fate.dice.randrange(120, 480)))
        await asyncio.gather(*(worker.look() for worker in workers))
    fate.likely = 0
    for _ in range(2):
        clock.move(timedelta(minutes=2))
        await asyncio.gather(*(worker.look(dying=False) for worker in workers))
    done = await office.effects()

    assert (set(), set()) == (expected(begins, ends) - done, done - expected(begins, ends))
    assert {"done"} == await office.states()
    assert fate.deaths >= sum(tries.values()) - len(tries) >= 0
    assert fate.deaths > 0


async def test_nobody_dies_and_no_work_is_done_twice(tmp_path: Path) -> None:
    """Two live workers that look at the same moment begin each moment once between them."""
    begins = datetime(2026, 7, 13, 0, 5, tzinfo=UTC)
    clock, fate, tries = SetClock(begins), Fate(random.Random(1), 0), Counter[str]()
    office = Office.over(tmp_path / "tandem.db", clock, begins)
    await office.moved_in()
    await office.schedule().due(begins)
    workers = [Worker(tmp_path / "tandem.db", begins, clock, fate, tries) for _ in range(2)]
    for _ in range(24):
        clock.move(timedelta(hours=3))
        await asyncio.gather(*(worker.look(dying=False) for worker in workers))

    assert dict.fromkeys(expected(begins, clock.at), 1) == tries


@pytest.mark.parametrize("begins, ends", [("2026-01-01T00:05", "2027-01-01T00:05"), ("2028-01-01T00:05", "2028-04-15T00:05")])
def test_moments_of_a_whole_year_are_those_of_the_calendar(begins: str, ends: str) -> None:
    """Each of more than two thousand, in three zones and three countries."""
    first, last = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (begins, ends))

    assert expected(first, last) == fired(first, last)


def test_days_reckoned_here_are_those_that_were_published() -> None:
    """A slip in this calendar would be one in what is expected."""
    begins, ends = (datetime(year, 1, 1, tzinfo=UTC) - timedelta(hours=8) for year in (2026, 2027))
    keys = expected(begins, ends)

    assert 248 == sum(key.startswith("churn.score@east:") for key in keys)
    assert {"digest.daily@berlin:20260329T010000Z", "digest.daily@berlin:20261025T003000Z"} <= keys
    assert {"digest.weekly@berlin:20260407T063000Z", "digest.weekly@east:20260224T003000Z"} <= keys
    assert ["02", "09", "24"] == sorted(key[25:27] for key in keys if key.startswith("digest.weekly@east:202602"))

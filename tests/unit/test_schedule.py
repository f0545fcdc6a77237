"""What is done by the clock: each moment once, what was missed made up for, failures tried again, a death followed by another."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.firing import Firing, Run, RunState
from bot.domain.ids import UserId
from bot.engine.schedule import WAITS, Job, Schedule
from bot.errors import Stale, Upstream
from bot.ports.working import JobKind
from bot.store.database import Database
from bot.store.firings import HELD, SqliteFirings
from bot.store.migrations import migrate
from tests.fakes.senses import NOON, SetClock
from tests.fakes.waiting import until

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EACH_MINUTE, NINE = "* * * * *", "0 9 * * *"


@dataclass
class Work:
    """Notes what it was asked to do; fails while `fails`, waits while `gate` is shut, says that `makes` came of it."""

    done: list[Firing] = field(default_factory=list)
    fails: bool = False
    makes: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        """The gate stands open."""
        self.gate.set()

    async def do(self, firing: Firing) -> int:
        """Once more."""
        self.done.append(firing)
        await self.gate.wait()
        if self.fails:
            raise Upstream("mail")
        return self.makes

    @property
    def times(self) -> list[datetime]:
        """The moments that were meant."""
        return [one.fire_time for one in self.done]


@dataclass
class Town:
    """One store, a clock, and houses over them."""

    folder: Path
    clock: SetClock = field(default_factory=SetClock)
    woken: list[bool] = field(default_factory=list)

    def firings(self) -> SqliteFirings:
        """Somebody over the store."""
        database = Database(self.folder / "tandem.db")
        migrate(database)
        return SqliteFirings(database, self.clock)

    def house(self, *jobs: Job, hold_each_s: float = 20.0) -> Schedule:
        """One more house with these jobs."""

        async def kept() -> tuple[Job, ...]:
            return jobs

        return Schedule(kept, self.firings(), self.clock, lambda: self.woken.append(True), hold_each_s=hold_each_s)

    async def due(self, *jobs: Job) -> None:
        """A house looks once."""
        await self.house(*jobs).due(self.clock.now())

    async def last(self, job: str) -> Run:
        """What became of the last moment."""
        run = await self.firings().last(job)
        assert run
        return run


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """An empty one."""
    return Town(tmp_path)


def job(work: Work, cron: str = EACH_MINUTE, *, each: bool = False, since: datetime | None = None) -> Job:
    """Something done by the clock."""
    return Job(JobKind("job", work.do, each=each), cron, since=since)


async def test_job_that_was_never_done_is_done_at_the_start(town: Town) -> None:
    """For the latest moment that there was."""
    work = Work()
    await town.due(job(work, NINE))

    assert [NOON - 3 * HOUR] == work.times


async def test_job_that_counts_from_a_moment_makes_up_for_nothing_before(town: Town) -> None:
    """A row added at noon does not send this morning's digest."""
    work = Work()
    await town.due(job(work, NINE, since=NOON - HOUR))
    town.clock.move(22 * HOUR)
    await town.due(job(work, NINE, since=NOON - HOUR))

    assert [NOON + 21 * HOUR] == work.times


async def test_second_look_and_second_house_do_nothing_again(town: Town) -> None:
    """One row settles it."""
    work = Work()
    one, other = town.house(job(work)), town.house(job(work))
    for house in (one, one, other):
        await house.due(NOON)

    assert [NOON] == work.times


async def test_of_missed_moments_the_latest_is_made_up_for(town: Town) -> None:
    """However many there were while nobody was there."""
    work = Work()
    await town.due(job(work))
    town.clock.move(timedelta(hours=7, seconds=30))
    await town.due(job(work))

    assert [NOON, NOON + 7 * HOUR] == work.times


async def test_where_each_counts_all_missed_ones_are(town: Town) -> None:
    """In order, and those only that nobody began."""
    work = Work()
    hourly = job(work, "0 * * * *", each=True, since=NOON - MINUTE)
    await town.due(hourly)
    town.clock.move(timedelta(hours=4))
    await town.due(hourly)

    assert [NOON + number * HOUR for number in range(5)] == work.times


async def test_what_was_missed_long_ago_stays_missed(town: Town) -> None:
    """Yesterday's digest is nobody's breakfast."""
    work = Work()
    await town.due(job(work, "0 23 * * *", since=NOON - DAY))

    assert [] == work.times


async def test_failure_is_tried_again_with_growing_waits_and_given_up(town: Town) -> None:
    """The same moment each time; an admin is told what was down."""
    work = Work(fails=True)
    daily = job(work, "0 12 * * *")
    for wait in (timedelta(), *WAITS, HOUR):
        town.clock.move(wait)
        await town.due(daily)
    last = await town.last("job")

    assert [NOON] * (len(WAITS) + 1) == work.times
    assert (RunState.GIVEN_UP, "Upstream mail") == (last.state, last.trouble)


async def test_failure_that_passes_is_done(town: Town) -> None:
    """And not before its time."""
    work = Work(fails=True)
    daily = job(work, "0 12 * * *")
    await town.due(daily)
    work.fails = False
    await town.due(daily)
    town.clock.move(MINUTE)
    await town.due(daily)
    last = await town.last("job")

    assert (2, RunState.DONE, 2) == (len(work.done), last.state, last.tries)


async def test_one_failure_costs_no_other_job(town: Town) -> None:
    """They are seen to side by side."""
    failing, fine = Work(fails=True), Work()
    await town.due(job(failing), Job(JobKind("other", fine.do)))

    assert (1, 1) == (len(failing.done), len(fine.done))


async def test_moment_that_a_house_died_in_is_begun_by_another(town: Town) -> None:
    """When its row is held no more; with the same key, so that what it queues twice is said once."""
    work = Work()
    work.gate.clear()
    daily = job(work, "0 12 * * *")
    dying = asyncio.create_task(town.due(daily))
    await until(lambda: len(work.done) == 1)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    work.gate.set()
    await town.due(daily)
    town.clock.move(HELD)
    await town.due(daily)

    assert 2 == len(work.done)
    assert 1 == len({firing.key for firing in work.done})
    assert RunState.DONE == (await town.last("job")).state


async def test_long_work_holds_its_row(town: Town) -> None:
    """Nobody else begins what somebody is at, however long it takes."""
    work = Work()
    work.gate.clear()
    daily = job(work, "0 12 * * *")
    at_work = asyncio.create_task(town.house(daily, hold_each_s=0.01).due(NOON))
    await until(lambda: len(work.done) == 1)
    for _ in range(3):
        town.clock.move(HELD - timedelta(seconds=1))
        unheld = (await town.firings().unfinished(NOON)) != []
        await until(lambda: _is_held(town))
        await town.due(daily)
        assert unheld is False
    work.gate.set()
    await at_work

    assert 1 == len(work.done)


async def _is_held(town: Town) -> bool:
    """Whether the row is held for longer than a moment from now."""
    later = SetClock(town.clock.at + HELD - timedelta(seconds=1))
    return [] == await SqliteFirings(Database(town.folder / "tandem.db"), later).unfinished(NOON)


async def test_older_moment_that_was_left_is_not_begun_after_a_later_one(town: Town) -> None:
    """The later one has done what there was to do."""
    work = Work(fails=True)
    await town.due(job(work))
    work.fails = False
    town.clock.move(MINUTE)
    for _ in range(2):
        await town.due(job(work))

    assert [NOON, NOON + MINUTE] == work.times
    assert [] == await town.firings().unfinished(NOON - HOUR)


async def test_what_came_of_a_job_wakes_the_delivery_and_is_counted(town: Town) -> None:
    """Nothing to do wakes nobody."""
    busy, idle = Work(makes=7), Work()
    await town.due(Job(JobKind("busy", busy.do)), Job(JobKind("idle", idle.do)))

    assert ([True], 7, 0) == (town.woken, (await town.last("busy")).made, (await town.last("idle")).made)


async def test_asked_for_now_is_a_moment_of_its_own(town: Town) -> None:
    """Whatever its line says; the next one comes all the same."""
    work = Work()
    daily = job(work, "0 13 * * *", since=NOON)
    run = await town.house(daily).run(daily)
    town.clock.move(HOUR)
    await town.due(daily)

    assert (RunState.DONE, NOON, True) == (run.state, run.fire_time, work.done[0].asked)
    assert [NOON, NOON + HOUR] == work.times


async def test_what_is_under_way_is_not_begun_beside_itself(town: Town) -> None:
    """Whoever asks for it is told so."""
    work = Work()
    work.gate.clear()
    minutely = job(work)
    house = town.house(minutely)
    at_work = asyncio.create_task(house.due(NOON))
    await until(lambda: len(work.done) == 1)
    town.clock.move(MINUTE)
    await house.due(town.clock.now())
    with pytest.raises(Stale, match="job_busy"):
        await house.run(minutely)
    work.gate.set()
    await at_work
    await house.due(town.clock.now())

    assert [NOON, NOON + MINUTE] == work.times


async def test_house_that_ends_lets_go_of_what_it_did_not_end(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next start begins it at once."""
    monkeypatch.setattr("bot.engine.schedule.GRACE_S", 0.01)
    work = Work()
    work.gate.clear()
    house = town.house(job(work, "0 12 * * *"))
    await house.start()
    await until(lambda: len(work.done) == 1)
    await house.close()
    work.gate.set()
    await town.due(job(work, "0 12 * * *"))

    assert [NOON, NOON] == work.times


async def test_house_is_woken_each_minute(town: Town) -> None:
    """By the library's own timer, on this loop; the moment is the one that it was meant for."""
    work = Work()
    house = town.house(job(work))
    await house.start()
    await until(lambda: len(work.done) == 1)
    town.clock.move(timedelta(seconds=65))

    def woken() -> bool:
        for waker in house._scheduler.get_jobs():  # noqa: SLF001 - nobody waits a minute for a test; a wake that meets another is dropped
            waker.modify(next_run_time=datetime.now(UTC))
        return len(work.done) == 2

    await until(woken)
    await house.close()

    assert [NOON, NOON + MINUTE] == work.times


def test_key_is_that_of_job_team_and_moment() -> None:
    """A person's own has no team, which may change between two tries."""
    house = Firing("digest.weekly", "digest.weekly", "east", NOON, "UTC")
    own = Job(JobKind("digest.weekly", Work().do), name="own:7", team="east", owner=UserId("maya"))

    assert ("digest.weekly@east:20260714T120000Z", "own:7:20260714T120000Z") == (house.key, own.firing(NOON).key)

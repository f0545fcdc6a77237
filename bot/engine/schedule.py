"""What the house does by the clock: each moment of each job once, over workers and crashes. Knows times; knows nothing of what is done.

What is due is asked of any clock (`due`); the library only wakes us each minute. Whether a moment is ours is settled by a row, which
whoever is at work holds and keeps holding; a worker that dies lets go of it, and another begins the same moment again. So the work may be
done more than once for a moment, and must be harmless then; see `JobKind`.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from bot.domain.firing import Firing, Run
from bot.domain.ids import UserId
from bot.engine.moments import Moments
from bot.errors import Stale, Upstream
from bot.ports import Clock, Firings, JobKind

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

EACH_MINUTE = "* * * * *"
CATCH_UP = timedelta(hours=12)
HOLD_EACH_S = 20.0
"""Well within the time for which a row is held."""
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60))
"""After so long a job that failed is tried again; after the last one it is given up."""
SIDE_BY_SIDE = 8
GRACE_S = 5.0
"""So long the house waits at its end for what is under way; what is not done then is begun again at the next start."""
SUPERSEDED = "a later moment came"


@dataclass(frozen=True)
class Job:
    """Something done by the clock.

    cron: see `Cron`. zone: IANA, in which it is meant. name: of its rows, the kind's where it is empty. is_workday: which days count, None
    for all. since: moments up to it are none of it; None for a job whose latest moment is due at its first start.
    """

    kind: JobKind
    cron: str = EACH_MINUTE
    zone: str = "UTC"
    name: str = ""
    team: str = ""
    is_workday: Callable[[date], bool] | None = None
    since: datetime | None = None
    owner: UserId | None = None
    args: Mapping[str, object] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """What its rows are called."""
        return self.name if self.owner else job_id(self.name or self.kind.name, self.team)

    @property
    def clock(self) -> tuple[object, ...]:
        """What its moments are made of; jobs that share it share them."""
        return (self.cron, self.zone, self.is_workday)

    @property
    def line(self) -> tuple[object, ...]:
        """When it fires, to see whether that changed."""
        return (*self.clock, self.since)

    @cached_property
    def moments(self) -> Moments:
        """When it fires."""
        return Moments(self.cron, self.zone, self.is_workday)

    def firing(self, fire_time: datetime, *, asked: bool = False) -> Firing:
        """One moment of it."""
        name = self.name or self.kind.name
        return Firing(name, self.kind.name, self.team, fire_time, self.zone, self.owner, self.args, asked)


def job_id(name: str, team: str) -> str:
    """What the rows of a job are called."""
    return f"{name}@{team}" if team else name


class Schedule:
    """The jobs of a house.

    jobs: asked each minute. wake: told when something came of one. catch_up: how late a moment is made up for, asked each time.
    """

    def __init__(
        self, jobs: Callable[[], Awaitable[Sequence[Job]]], firings: Firings, clock: Clock, wake: Callable[[], None] = lambda: None,
        catch_up: Callable[[], timedelta] = lambda: CATCH_UP, hold_each_s: float = HOLD_EACH_S,
    ) -> None:
        self._jobs = jobs
        self._firings = firings
        self._clock = clock
        self._wake = wake
        self._catch_up = catch_up
        self._hold_each_s = hold_each_s
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._next: dict[str, tuple[tuple[object, ...], datetime | None]] = {}
        self._hands = _Hands()
        self._busy: set[str] = set()
        self._under_way: set[asyncio.Task[None]] = set()
        self._side_by_side = asyncio.Semaphore(SIDE_BY_SIDE)

    async def start(self) -> None:
        """Make up for what was missed, beside all else; then look each minute."""
        logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it tells of every minute
        each_minute = CronTrigger.from_crontab(EACH_MINUTE, timezone=UTC)
        self._scheduler.add_job(self._look, each_minute, coalesce=True, max_instances=1, misfire_grace_time=None)
        self._scheduler.start()
        await self._look()

    async def close(self) -> None:
        """Begin nothing more; what is under way has a little time to end."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=GRACE_S)
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await self._firings.release()

    async def due(self, now: datetime) -> None:
        """See to its end whatever is due, and nobody is at: moments that came, were missed, or were left by whoever died or failed."""
        jobs = {job.id: job for job in await self._jobs()}
        left: dict[str, list[datetime]] = {}
        for run in await self._firings.unfinished(now - self._catch_up()):
            if run.job in jobs and await self._is_worth(jobs[run.job], run):
                left.setdefault(run.job, []).append(run.fire_time)
        async with asyncio.TaskGroup() as works:
            for job in jobs.values():
                if job.id not in self._busy and (job.id in left or self._may_be_due(job, now)):
                    works.create_task(self._see_to(job, left.get(job.id, []), now))

    async def run(self, job: Job) -> Run:
        """Do it now, because somebody asked; what became of it.  Raises: Stale("job_busy") while it is under way."""
        if job.id in self._busy:
            raise Stale("job_busy", name=job.id)
        self._busy.add(job.id)
        try:
            await self._fire(job, self._clock.now().astimezone(UTC).replace(microsecond=0), asked=True)
        finally:
            self._busy.discard(job.id)
        last = await self._firings.last(job.id)
        if last is None:
            raise Stale("job_busy", name=job.id)
        return last

    async def _look(self) -> None:
        task = asyncio.create_task(self._due_now())
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _due_now(self) -> None:
        try:
            await self.due(self._clock.now())
        except Exception:
            log.exception("schedule_failed")  # the store did not answer: the next minute is another try

    def _may_be_due(self, job: Job, now: datetime) -> bool:
        line, at = self._next.get(job.id, (None, None))
        return line != job.line or (at is not None and at <= now)

    async def _see_to(self, job: Job, left: Sequence[datetime], now: datetime) -> None:
        self._busy.add(job.id)
        try:
            moments = sorted({*left, *await self._missed(job, now)})
            for fire_time in moments if job.kind.each else moments[-1:]:
                await self._fire(job, fire_time)
            self._next[job.id] = (job.line, self._hands.next(job, now))
        except Exception:
            log.exception("job_not_begun", job=job.id)
        finally:
            self._busy.discard(job.id)

    async def _missed(self, job: Job, now: datetime) -> Sequence[datetime]:
        """Moments that came and were begun by nobody: the latest one, or all where each counts."""
        after = max(job.since or now - self._catch_up(), now - self._catch_up())
        if not job.kind.each:
            latest = self._hands.latest(job, now - self._catch_up(), now)
            return [latest] if latest and latest > after else []
        begun = await self._firings.begun(job.id, after)
        return [at for at in job.moments.between(after, now) if at not in begun]

    async def _is_worth(self, job: Job, run: Run) -> bool:
        """Whether what was left is to be begun again; else it is given up."""
        last = None if job.kind.each else await self._firings.last(job.id)
        if run.tries <= len(WAITS) and (last is None or last.fire_time <= run.fire_time):
            return True
        why = run.trouble if run.tries > len(WAITS) else SUPERSEDED
        await self._firings.fail(run.job, run.fire_time, why, None)
        return False

    async def _fire(self, job: Job, fire_time: datetime, *, asked: bool = False) -> None:
        async with self._side_by_side:
            which = await self._firings.begin(job.id, fire_time)
            if not which:
                return
            try:
                async with self._held(job.id, fire_time):
                    made = await job.kind.work(job.firing(fire_time, asked=asked))
            except Exception as failure:
                log.exception("job_failed", job=job.id, at=fire_time.isoformat(), which=which)
                await self._failed(job, fire_time, which, failure)
            else:
                await self._firings.end(job.id, fire_time, made)
                if made:
                    self._wake()

    async def _failed(self, job: Job, fire_time: datetime, which: int, failure: Exception) -> None:
        again_at = self._clock.now() + WAITS[which - 1] if which <= len(WAITS) else None
        trouble = f"{type(failure).__name__} {failure.service}" if isinstance(failure, Upstream) else type(failure).__name__
        await self._firings.fail(job.id, fire_time, trouble, again_at)

    @asynccontextmanager
    async def _held(self, job: str, fire_time: datetime) -> AsyncIterator[None]:
        async def hold() -> None:
            while True:
                await asyncio.sleep(self._hold_each_s)
                await self._firings.hold(job, fire_time)

        holding = asyncio.create_task(hold())
        try:
            yield
        finally:
            holding.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await holding


class _Hands:
    """Where the hands of each line stand at one time, for all jobs that share it: a thousand people may want theirs at half past eight."""

    def __init__(self) -> None:
        self._now: datetime | None = None
        self._next: dict[tuple[object, ...], datetime | None] = {}
        self._latest: dict[tuple[object, ...], datetime | None] = {}

    def next(self, job: Job, now: datetime) -> datetime | None:
        """The first moment after `now`."""
        self._look_at(now)
        if job.clock not in self._next:
            self._next[job.clock] = job.moments.next(now)
        return self._next[job.clock]

    def latest(self, job: Job, after: datetime, now: datetime) -> datetime | None:
        """The last moment after the one and up to `now`."""
        self._look_at(now)
        if (job.clock, after) not in self._latest:
            self._latest[job.clock, after] = job.moments.latest(after, now)
        return self._latest[job.clock, after]

    def _look_at(self, now: datetime) -> None:
        if now != self._now:
            self._now, self._next, self._latest = now, {}, {}

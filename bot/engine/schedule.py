"""What the house does by the clock: jobs with a cron line each, every moment once. Knows times; knows nothing of what is done.

The library only wakes us. Whether a moment is ours is settled by a row, so several houses over one store, a clock that jumps and a start
in the middle of a minute do nothing twice; what was missed while nobody was there is made up for at the start, once however often.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from bot.ports import Clock, Firings

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

MISSED_IS_FINE_S = 3600
"""A job that could not be begun in time, as on a machine that slept, is begun within this; later its next moment does."""
FURTHEST_BACK = timedelta(days=2)
"""How far back it is looked for moments that were missed."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something done by the clock. cron: minute hour day month weekday. zone: IANA, in which that is meant."""

    name: str
    cron: str
    work: Callable[[], Awaitable[object]]
    zone: str = "UTC"


class Schedule:
    """The jobs of a house that serves."""

    def __init__(self, jobs: Sequence[Job], firings: Firings, clock: Clock) -> None:
        self._jobs = jobs
        self._firings = firings
        self._clock = clock
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    async def start(self) -> None:
        """Make up for what was missed, then keep the times."""
        logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it tells of every minute
        for job in self._jobs:
            trigger = CronTrigger.from_crontab(job.cron, timezone=ZoneInfo(job.zone))
            if missed := await self._missed(job, trigger):
                await self._fire(job, missed)
            self._scheduler.add_job(
                self._due, trigger, (job, trigger), id=job.name, coalesce=True, max_instances=1, misfire_grace_time=MISSED_IS_FINE_S
            )
        self._scheduler.start()

    async def close(self) -> None:
        """Begin nothing more."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def _due(self, job: Job, trigger: CronTrigger) -> None:
        now = self._clock.now()
        await self._fire(job, _latest(trigger, now - FURTHEST_BACK, now) or now)

    async def _fire(self, job: Job, fire_time: datetime) -> None:
        try:
            if await self._firings.begin(job.name, fire_time):
                await job.work()
        except Exception:
            log.exception("job_failed", job=job.name)

    async def _missed(self, job: Job, trigger: CronTrigger) -> datetime | None:
        """The latest moment that passed since the last one that was done; None where that was done. A job never done is due at once."""
        now = self._clock.now()
        last = await self._firings.last(job.name)
        latest = _latest(trigger, now - FURTHEST_BACK, now)
        return latest if latest and (last is None or last < latest) else None


def _latest(trigger: CronTrigger, since: datetime, now: datetime) -> datetime | None:
    """The latest moment of the trigger up to `now`; looked for in growing steps back, for most are near."""
    back = timedelta(minutes=2)
    while True:
        start = max(since, now - back)
        found, moment = None, trigger.get_next_fire_time(None, start)
        while moment is not None and moment <= now:
            found, moment = moment, trigger.get_next_fire_time(moment, moment + timedelta(seconds=1))
        if found is not None or start == since:
            return found.astimezone(UTC) if found else None
        back *= 8

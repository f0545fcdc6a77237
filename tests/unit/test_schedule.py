"""What is done by the clock: each moment once, what was missed made up for once, a failure costs no other moment."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.engine.schedule import Job, Schedule
from tests.fakes.senses import NOON, SetClock
from tests.fakes.waiting import until


@dataclass
class Begun:
    """The port `Firings` in memory."""

    moments: list[tuple[str, datetime]] = field(default_factory=list)

    async def begin(self, job: str, fire_time: datetime) -> bool:
        """Once."""
        if (job, fire_time) in self.moments:
            return False
        self.moments.append((job, fire_time))
        return True

    async def last(self, job: str) -> datetime | None:
        """The latest."""
        return max((at for name, at in self.moments if name == job), default=None)


@dataclass
class Work:
    """Counts how often it was done; fails while `fails`."""

    done: int = 0
    fails: bool = False

    async def do(self) -> None:
        """Once more."""
        self.done += 1
        if self.fails:
            raise RuntimeError


async def lived(firings: Begun, work: Work, clock: SetClock, cron: str) -> None:
    """A house that begins and ends."""
    schedule = Schedule([Job("job", cron, work.do)], firings, clock)
    await schedule.start()
    await schedule.close()


async def test_job_that_was_never_done_is_done_at_the_start() -> None:
    """For the latest moment that there was."""
    firings, work = Begun(), Work()
    await lived(firings, work, SetClock(NOON), "0 9 * * *")

    assert (1, [("job", NOON.replace(hour=9))]) == (work.done, firings.moments)


async def test_second_start_in_the_same_minute_does_nothing_again() -> None:
    """Nor a second house over the same rows."""
    firings, work, clock = Begun(), Work(), SetClock(NOON)
    for _ in range(3):
        await lived(firings, work, clock, "* * * * *")

    assert 1 == work.done


async def test_missed_moments_are_made_up_for_once() -> None:
    """However many there were while nobody was there."""
    firings, work, clock = Begun(), Work(), SetClock(NOON)
    await lived(firings, work, clock, "* * * * *")
    clock.move(timedelta(hours=7, seconds=30))
    await lived(firings, work, clock, "* * * * *")

    assert (2, NOON + timedelta(hours=7)) == (work.done, firings.moments[-1][1])


async def test_moment_that_is_still_to_come_is_not_made_up_for() -> None:
    """What was done at its time is done."""
    firings, work, clock = Begun([("job", NOON.replace(hour=9))]), Work(), SetClock(NOON)
    await lived(firings, work, clock, "0 9 * * *")

    assert 0 == work.done


async def test_failure_is_logged_and_the_house_starts() -> None:
    """The next moment is another one."""
    firings, work, clock = Begun(), Work(fails=True), SetClock(NOON)
    await lived(firings, work, clock, "* * * * *")
    clock.move(timedelta(minutes=1))
    await lived(firings, work, clock, "* * * * *")

    assert 2 == work.done


async def test_job_is_woken_when_its_time_comes() -> None:
    """By the library's own timer, on this loop; the moment is the one that it was meant for."""
    firings, work, clock = Begun([("job", NOON)]), Work(), SetClock(NOON)
    schedule = Schedule([Job("job", "* * * * *", work.do)], firings, clock)
    await schedule.start()
    clock.move(timedelta(seconds=65))
    for job in schedule._scheduler.get_jobs():  # noqa: SLF001 - nobody waits a minute for a test
        job.modify(next_run_time=datetime.now(UTC))
    await until(lambda: work.done == 1)
    await schedule.close()

    assert [("job", NOON), ("job", NOON + timedelta(minutes=1))] == firings.moments

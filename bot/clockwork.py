"""Builds the schedule: the house's own jobs, the config's rows, what people want. Imported late: only a house that serves keeps times."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.firing import ScheduleRules
from bot.engine.schedule import Schedule
from bot.engine.timetable import Timetable, minutely
from bot.jobs import Ground
from bot.ports import JobKind
from bot.workdays import Calendars, LiveCalendars


@dataclass(frozen=True)
class Clockwork:
    """The jobs, and who keeps their times."""

    timetable: Timetable
    schedule: Schedule

    async def start(self) -> None:
        """Make up for what was missed, then keep the times."""
        await self.schedule.start()

    async def close(self) -> None:
        """Begin nothing more."""
        await self.schedule.close()


def clockwork(
    ground: Ground, rules: Callable[[], ScheduleRules], calendars: Calendars | LiveCalendars, inner: Sequence[JobKind],
    kinds: Sequence[JobKind], wake: Callable[[], None], zone: str,
) -> Clockwork:
    """inner: done each minute. kinds: what config and people may have done by the clock. wake: tells the delivery to look.

    rules: asked each time. zone: of a home without users.
    """
    timetable = Timetable(
        rules, [minutely(kind) for kind in inner], {kind.name: kind for kind in kinds}, ground.users, ground.own, ground.states,
        lambda team: calendars.of(team).is_workday, zone,
    )  # fmt: skip

    def catch_up() -> timedelta:
        return timedelta(hours=rules().catch_up_hours)

    return Clockwork(timetable, Schedule(timetable.jobs, ground.firings, ground.clock, wake, catch_up))

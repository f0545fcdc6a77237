"""The moments that a cron line means on the clock of a wall: the clock put forward and back, days off. Knows no job and no store.

Walls are counted a day at a time, as if there were no zone: a library of times took milliseconds for what takes a day's look at three
sets, and a large house has thousands of lines. What a wall means in time is settled after.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.cron import Cron

DAY, WEEK, MINUTE = timedelta(days=1), timedelta(days=7), timedelta(minutes=1)
LONGEST_TURN = timedelta(hours=3)
"""Clocks are put back by less, so what the wall shows later than this after `until` is meant after it."""
FURTHEST = timedelta(days=5 * 366)
"""So far ahead the next moment is looked for: the next 29 February is nearer, save around a year like 2100."""


class Moments:
    """The moments of one line.

    zone: IANA. is_workday: which days count, None for all. A moment that the clock skips is the first one after the gap; one that comes
    twice is its first time. Something of one weekday alone whose day is off is meant on the next workday of that week, Monday to Sunday.
    """

    def __init__(self, line: str, zone: str, is_workday: Callable[[date], bool] | None = None) -> None:
        self._cron = Cron.parse(line)
        self._zone = ZoneInfo(zone)
        self._is_workday: Callable[[date], bool] | None = is_workday
        self._moves = is_workday is not None and self._cron.weekly is not None
        self._hours = tuple(time(hour, minute) for hour in sorted(self._cron.hours) for minute in sorted(self._cron.minutes))

    def between(self, after: datetime, until: datetime) -> Iterator[datetime]:
        """All after the one and up to the other, in order, each once (aware, UTC)."""
        last = after
        for at in self._about(after, until):
            if at > until:
                return
            if at > last:
                last = at
                yield at

    def next(self, after: datetime) -> datetime | None:
        """The first one after; None where there is none for years."""
        return next(self.between(after, after + FURTHEST), None)

    def latest(self, after: datetime, until: datetime) -> datetime | None:
        """The last one of `between`; looked for in growing steps back, for most are near."""
        back = 2 * MINUTE
        while True:
            start = max(after, until - back)
            if (found := list(self.between(start, until))) or start == after:
                return found[-1] if found else None
            back *= 8

    def _about(self, after: datetime, until: datetime) -> Iterator[datetime]:
        """Moments in order, all of those between and some around; some more than once."""
        start, end = (at.astimezone(self._zone).replace(tzinfo=None) for at in (after, until))
        for wall in self._walls(start - (WEEK if self._moves else timedelta()), end + LONGEST_TURN):
            if (meant := self._meant(wall)) is not None:
                yield _at(meant, self._zone)

    def _walls(self, after: datetime, before: datetime) -> Iterator[datetime]:
        """What the wall shows each time, after the one and before the other."""
        cron, day = self._cron, after.date()
        while day <= before.date():
            if day.isoweekday() in cron.weekdays and day.day in cron.days and day.month in cron.months:
                yield from (wall for hour in self._hours if after < (wall := datetime.combine(day, hour)) < before)
            day += DAY

    def _meant(self, wall: datetime) -> datetime | None:
        if self._is_workday is None or self._is_workday(wall.date()):
            return wall
        if not self._moves:
            return None
        left = (wall + number * DAY for number in range(1, 8 - wall.isoweekday()))
        return next((moved for moved in left if self._is_workday(moved.date())), None)


def _at(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which the clock on the wall shows this for the first time, or the first one after, where it never does."""
    at = wall.replace(tzinfo=zone).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) == wall:
        return at
    before, beyond = wall.replace(tzinfo=zone, fold=1).astimezone(UTC), at  # the clock is put forward somewhere between
    shown = before.astimezone(zone).utcoffset()
    while beyond - before > MINUTE:
        middle = before + (beyond - before) // (2 * MINUTE) * MINUTE
        before, beyond = (middle, beyond) if middle.astimezone(zone).utcoffset() == shown else (before, middle)
    return beyond


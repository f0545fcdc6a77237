"""Working time: when people are at work, and how much of it lies between two moments. Knows hours and days; knows no calendar's source."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
LONGEST_WAY = 3660
"""Days that are looked through before a calendar without a workday is taken for a mistake."""


def _nothing_special(day: date) -> bool | None:  # noqa: ARG001 - as others have it
    return None


@dataclass(frozen=True)
class WorkingTime:
    """The port `WorkCalendar`.

    opens, closes: on the wall's clock. workdays: ISO, 1 is Monday. special: whether a day is worked that is not like others of its week:
    False for a holiday, True for a make-up day, None for all others.
    """

    opens: time = time(9)
    closes: time = time(18)
    workdays: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    special: Callable[[date], bool | None] = _nothing_special

    @property
    def day_min(self) -> float:
        """Minutes of a usual working day."""
        return (datetime.combine(date.min, self.closes) - datetime.combine(date.min, self.opens)) / MINUTE

    def is_workday(self, day: date) -> bool:
        """Whether people work on `day`: holidays are off, and make-up days are not."""
        special = self.special(day)
        return day.isoweekday() in self.workdays if special is None else special

    def after(self, start: datetime, minutes: float, zone: str) -> datetime:
        """The moment at which so many working minutes have passed since `start` (aware), in a zone (IANA); aware, UTC.

        With 0 minutes: `start` itself, where people work then, else the next moment at which they do.
        Raises: ValueError when nobody works for ten years.
        """
        left, day = timedelta(minutes=minutes), start.astimezone(ZoneInfo(zone)).date()
        for _ in range(LONGEST_WAY):
            opens, closes = self._hours(day, zone)
            begins = max(opens, start)
            if self.is_workday(day) and begins < closes:
                if begins + left <= closes:
                    return (begins + left).astimezone(UTC)
                left -= closes - begins
            day += timedelta(days=1)
        message = "no workday in ten years"
        raise ValueError(message)

    def between(self, start: datetime, end: datetime, zone: str) -> float:
        """Working minutes between two moments; 0 when `end` is earlier."""
        day, last = start.astimezone(ZoneInfo(zone)).date(), end.astimezone(ZoneInfo(zone)).date()
        passed = timedelta()
        while day <= last:
            opens, closes = self._hours(day, zone)
            if self.is_workday(day):
                passed += max(timedelta(), min(closes, end) - max(opens, start))
            day += timedelta(days=1)
        return passed / MINUTE

    def _hours(self, day: date, zone: str) -> tuple[datetime, datetime]:
        """In UTC, so that differences are real minutes, on the days too when the wall's clock is set."""
        here = ZoneInfo(zone)
        return tuple(datetime.combine(day, each, here).astimezone(UTC) for each in (self.opens, self.closes))  # type: ignore[return-value] # two


def hours_of(text: str) -> tuple[time, time]:
    """"09:00-18:00" as its two ends.  Raises: ValueError when it is none, or ends before it begins."""
    opens, _, closes = text.partition("-")
    ends = time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip())
    if ends[0] >= ends[1]:
        raise ValueError(text)
    return ends

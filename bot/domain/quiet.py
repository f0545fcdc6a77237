"""When a person may be spoken to unasked: their quiet hours, days off, and how much was said already. Knows hours; knows no store."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
LONGEST_BREAK = 60
"""Days on end without work that are looked through."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the wall's clock in which nobody speaks: `begins` is quiet, `ends` is not. They may reach over midnight."""

    begins: time
    ends: time

    def holds(self, at: time) -> bool:
        """Whether it is quiet at this time of day."""
        if self.begins <= self.ends:
            return self.begins <= at < self.ends
        return at >= self.begins or at < self.ends

    def __str__(self) -> str:
        """As it is written: "20:00-08:00"."""
        return f"{self.begins:%H:%M}-{self.ends:%H:%M}"


def quiet_of(text: str) -> Quiet | None:
    """"20:00-08:00" as hours; None for "".  Raises: ValueError when it is neither, or would leave no minute of the day."""
    if not text.strip():
        return None
    begins, _, ends = text.partition("-")
    hours = Quiet(time.fromisoformat(begins.strip()), time.fromisoformat(ends.strip()))
    if hours.begins == hours.ends:
        raise ValueError(text)
    return hours


def speaking_at(
    now: datetime, zone: str, quiet: Quiet | None, is_workday: Callable[[date], bool], *, full: bool = False
) -> datetime | None:
    """When somebody in `zone` (IANA) may next be spoken to unasked: None for now, else a moment (aware, UTC) after now.

    Not in quiet hours and not on days off. full: enough was said today, so not before tomorrow.
    A calendar without a workday for two months is not believed: then days off count no more.
    """
    here = ZoneInfo(zone)
    wall = now.astimezone(here)
    if not full and is_workday(wall.date()) and not (quiet and quiet.holds(wall.time())):
        return None
    day = wall.date() + DAY if full else wall.date()
    for _ in range(LONGEST_BREAK):
        opens = _opens(day, here, quiet, now)
        if is_workday(day) and opens is not None:
            return opens
        day += DAY
    return _opens(wall.date() + DAY, here, quiet, now)


def _opens(day: date, here: ZoneInfo, quiet: Quiet | None, now: datetime) -> datetime | None:
    """The first moment of `day` after now at which it is not quiet; None where there is none."""
    walls = [now.astimezone(here).time() if now.astimezone(here).date() == day else time(0)]
    walls += [quiet.ends] if quiet else []
    for wall in sorted(walls):
        at = datetime.combine(day, wall, here).astimezone(UTC)
        if at >= now and not (quiet and quiet.holds(wall)):
            return at
    return None

"""A cron line: five fields as crontab has them, read into the values they allow. Knows no zone, no holiday and no moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
BOUNDS = {"minute": (0, 59), "hour": (0, 23), "day": (1, 31), "month": (1, 12), "weekday": (0, 7)}
WANTED = "minute hour day month weekday, such as 30 8 * * 1-5 (0 and 7 are Sunday, 1 is Monday)"
ONE_OF_DAYS = "day or weekday, not both: cron lines differ in what both together mean"
NEVER = "a day that the month has"
LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True)
class Cron:
    """The values that each field allows. weekdays: ISO, 1 is Monday, 7 Sunday; in the line 0 and 7 are Sunday, as in crontab(5)."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    @staticmethod
    def parse(line: str) -> "Cron":
        """Read `30 8 * * 1-5`: numbers, names (mon, jan), lists, ranges, steps.  Raises: ValueError, which says what would fit."""
        said = line.lower().split()
        if len(said) != len(BOUNDS):
            raise ValueError(WANTED)
        fields = zip(said, BOUNDS.items(), strict=True)
        minutes, hours, days, months, weekdays = (_field(text, *bounds, NAMES.get(name, {})) for text, (name, bounds) in fields)
        cron = Cron(minutes, hours, days, months, frozenset((day - 1) % 7 + 1 for day in weekdays))
        if cron.picks_days and cron.picks_weekdays:
            raise ValueError(ONE_OF_DAYS)
        if min(days) > max(LONGEST_MONTHS[month - 1] for month in months):
            raise ValueError(NEVER)
        return cron

    @property
    def picks_days(self) -> bool:
        """Whether only some days of the month count."""
        return len(self.days) < BOUNDS["day"][1]

    @property
    def picks_weekdays(self) -> bool:
        """Whether only some days of the week count."""
        return len(self.weekdays) < len(WEEKDAYS)

    @property
    def weekly(self) -> int | None:
        """The weekday (ISO) of something that is done on one day of the week alone; None for all others."""
        return next(iter(self.weekdays)) if len(self.weekdays) == 1 else None

    def holds(self, wall: datetime) -> bool:
        """Whether the line means this minute of the wall's clock."""
        return (
            wall.minute in self.minutes
            and wall.hour in self.hours
            and wall.day in self.days
            and wall.month in self.months
            and wall.isoweekday() in self.weekdays
        )


NAMES: Mapping[str, Mapping[str, int]] = {
    "month": {name: number for number, name in enumerate(MONTHS, 1)},
    "weekday": {name: number for number, name in enumerate(WEEKDAYS)},
}


def _field(text: str, least: int, most: int, names: Mapping[str, int]) -> frozenset[int]:
    """All values of one field, with 7 for Sunday as 7 or 0, as it was said."""
    values: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        if span == "*":
            begins, ends = least, 6 if names is NAMES.get("weekday") else most
        else:
            begins = _value(first, names)
            ends = _value(last, names) if last else most if step else begins
        every = _value(step, {}) if step else 1
        if not least <= begins <= ends <= most or every < 1 or ("-" in span and not last):
            raise ValueError(WANTED)
        values.update(range(begins, ends + 1, every))
    return frozenset(values)


def _value(text: str, names: Mapping[str, int]) -> int:
    if text in names:
        return names[text]
    if not (text.isascii() and text.isdigit()):
        raise ValueError(WANTED)
    return int(text)

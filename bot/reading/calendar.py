"""Stretches of the calendar: weeks from Monday to Sunday, months, quarters, years, fiscal years, holidays. Knows no sentence."""

import calendar
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

Span = tuple[date, date]
MONTHS_OF = {"month": 1, "quarter": 3, "half": 6, "year": 12, "fiscal quarter": 3, "fiscal year": 12}


@dataclass(frozen=True, slots=True)
class Calendar:
    """The calendar as seen from a day. fiscal: month and day on which the fiscal year starts."""

    today: date
    fiscal: tuple[int, int] = (1, 1)

    def unit(self, grain: str, offset: int = 0, at: date | None = None) -> Span:
        """The day, week, month, quarter, half, year, fiscal quarter or fiscal year that is `offset` away from the one of `at` (today)."""
        day = at or self.today
        if grain == "day":
            return _days(day + timedelta(days=offset), 1)
        if grain == "week":
            return _days(day - timedelta(days=day.weekday()) + timedelta(weeks=offset), 7)
        months = MONTHS_OF[grain]
        first = _months_on(self._start_of(grain, day, months), offset * months)
        return first, _months_on(first, months) - timedelta(days=1)

    def quarter(self, number: int, year: int | None = None, *, fiscal: bool = False) -> Span:
        """A quarter by its number, 1 to 4, of a year (this one)."""
        return self._part(number, 3, year, fiscal=fiscal)

    def half(self, number: int, year: int | None = None, *, fiscal: bool = False) -> Span:
        """The first or second half of a year."""
        return self._part(number, 6, year, fiscal=fiscal)

    def year(self, year: int, *, fiscal: bool = False) -> Span:
        """A year by its number; a fiscal year is named after the year in which it ends."""
        first = self._year_start(year, fiscal=fiscal)
        return first, _months_on(first, 12) - timedelta(days=1)

    def month(self, month: int, year: int | None = None) -> Span:
        """A month by its number."""
        first = date(year or self.today.year, month, 1)
        return first, last_of_month(first)

    def ago(self, count: float, grain: str) -> date:
        """The day so many days, weeks, months or years before today, ahead for a negative count; half a month is fifteen days."""
        if grain in {"day", "week"}:
            return self.today - timedelta(days=int(count * (7 if grain == "week" else 1)))
        months = count * MONTHS_OF[grain]
        if months == int(months):
            return _months_on(self.today, -int(months))
        return self.today - timedelta(days=int(months * 30))

    def holiday(self, rule: "Holiday", year: int | None = None) -> Span | None:
        """A holiday in `year`, else the next one that is not over; None where the table does not reach."""
        years = (year,) if year else (self.today.year, self.today.year + 1)
        for one in years:
            first = rule.first_day(one)
            if first and (year or first + timedelta(days=rule.days - 1) >= self.today):
                return _days(first, rule.days)
        return None

    def _start_of(self, grain: str, day: date, months: int) -> date:
        if not grain.startswith("fiscal"):
            return date(day.year, (day.month - 1) // months * months + 1, 1)
        month, on = self.fiscal
        start = date(day.year, month, on)
        start = start if start <= day else date(day.year - 1, month, on)
        passed = (day.year - start.year) * 12 + day.month - start.month - (day.day < start.day)
        return _months_on(start, passed // months * months)

    def _year_start(self, year: int, *, fiscal: bool) -> date:
        if not fiscal or self.fiscal == (1, 1):
            return date(year, 1, 1)
        return date(year - 1, *self.fiscal)

    def _part(self, number: int, months: int, year: int | None, *, fiscal: bool) -> Span:
        start = self._year_start(year, fiscal=fiscal) if year else self.unit("fiscal year" if fiscal else "year")[0]
        first = _months_on(start, (number - 1) * months)
        return first, _months_on(first, months) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Holiday:
    """A holiday. days: how many people mean by it; fixed: month and day, None where `by_year` tells."""

    words: str
    days: int
    fixed: tuple[int, int] | None
    by_year: Mapping[int, date]

    def first_day(self, year: int) -> date | None:
        """When it begins in a year."""
        return date(year, *self.fixed) if self.fixed else self.by_year.get(year)


@cache
def holidays() -> tuple[Holiday, ...]:
    """The holidays of `holidays.toml`."""
    raw = tomllib.loads(Path(__file__).with_name("holidays.toml").read_text(encoding="utf-8"))
    return tuple(
        Holiday(
            one["words"], one["days"], month_day(one["day"]) if "day" in one else None,
            {day.year: day for day in map(date.fromisoformat, one.get("by_year", ()))},
        )
        for one in raw["holiday"]
    )  # fmt: skip


def month_day(text: str) -> tuple[int, int]:
    """`04-01` as month and day.  Raises: ValueError."""
    day = date.fromisoformat(f"2025-{text}")
    return day.month, day.day


def last_of_month(day: date) -> date:
    """The last day of its month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _days(first: date, count: int) -> Span:
    return first, first + timedelta(days=count - 1)


def _months_on(day: date, months: int) -> date:
    """The same day so many months on; the last day of the month where that month is shorter."""
    number = day.year * 12 + day.month - 1 + months
    year, month = number // 12, number % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))

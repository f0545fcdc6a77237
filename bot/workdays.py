"""Days that are not like others of their week: public holidays, make-up days, those of the house. Knows days; knows no hours."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from bot.domain.approval import ReviewRules
from bot.domain.working import WorkingTime, hours_of

CHINA = "CN"
COUNTRIES = (CHINA,)
"""Those whose days are known; for all others the house names its own."""


@dataclass(frozen=True)
class SpecialDays:
    """Whether a day is worked: see `WorkingTime.special`. country: whose public days count, empty for none. off, on: the house's own.

    China's are published each November for the year to come; a year that is not known yet goes by its weekdays.
    """

    country: str = CHINA
    off: Collection[date] = ()
    on: Collection[date] = ()

    def __call__(self, day: date) -> bool | None:
        """False for a holiday, True for a make-up day, None for a day like others."""
        if day in self.off or day in self.on:
            return day in self.on
        return _in_china(day) if self.country == CHINA else None

    def knows(self, year: int) -> bool:
        """Whether the public days of a year are known; always where no country's count."""
        return self.country != CHINA or _in_china(date(year, 10, 1)) is not None


def calendar_of(rules: ReviewRules) -> WorkingTime:
    """When people work, by the rules of the house."""
    opens, closes = hours_of(rules.hours)
    off, on = ({date.fromisoformat(day) for day in days} for days in (rules.holidays, rules.makeup_days))
    return WorkingTime(opens, closes, frozenset(rules.workdays), SpecialDays(rules.country, off, on))


def _in_china(day: date) -> bool | None:
    """Source: the State Council's notices, as `chinesecalendar` has them."""
    import chinese_calendar  # noqa: PLC0415 - 30 ms that a single command need not spend

    try:
        worked = chinese_calendar.is_workday(day)
    except NotImplementedError:
        return None
    return None if worked == (day.isoweekday() <= 5) else bool(worked)  # noqa: PLR2004 - Monday to Friday

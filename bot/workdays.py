"""Days that are not like others of their week: public holidays, make-up days, those of the house. Knows days; knows no hours."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from bot.domain.approval import ReviewRules
from bot.domain.working import WorkingTime, hours_of
from bot.errors import BadConfig

CHINA = "CN"


@dataclass(frozen=True)
class SpecialDays:
    """Whether a day is worked: see `WorkingTime.special`. country: whose public days count, empty for none. off, on: the house's own.

    country: ISO 3166, with a part of it where that has days of its own ("DE", "DE-BY"). China's days are published each November for the
    year to come; a year that is not known yet goes by its weekdays.
    """

    country: str = CHINA
    off: Collection[date] = ()
    on: Collection[date] = ()

    def __call__(self, day: date) -> bool | None:
        """False for a holiday, True for a make-up day, None for a day like others."""
        if day in self.off or day in self.on:
            return day in self.on
        if not self.country:
            return None
        return _in_china(day) if self.country == CHINA else self._abroad(day)

    def knows(self, year: int) -> bool:
        """Whether the public days of a year are known; always where no country's count, or its days follow rules."""
        return self.country != CHINA or _in_china(date(year, 10, 1)) is not None

    @property
    def is_known(self) -> bool:
        """Whether there is such a country."""
        try:
            return not self.country or self.country == CHINA or self._public is not None
        except NotImplementedError:
            return False

    def _abroad(self, day: date) -> bool | None:
        """Source: the laws of each country, as `holidays` has them; days that are worked in place of others are among them."""
        if day in self._public:
            return False
        return True if day in self._public.weekend_workdays else None

    @cached_property
    def _public(self) -> Any:  # noqa: ANN401 - a class of a library that is imported late
        """Raises: NotImplementedError where there is no such country."""
        from holidays import country_holidays  # noqa: PLC0415 - 0.8 s, which houses in China need not spend

        name, _, part = self.country.partition("-")
        return country_holidays(name, subdiv=part or None)


@dataclass(frozen=True)
class Calendars:
    """When each team works. countries: team -> whose public days count there, where they are others than those of the rules."""

    rules: ReviewRules
    countries: Mapping[str, str] = field(default_factory=dict)

    def of(self, team: str) -> WorkingTime:
        """The calendar of one team; the house's, where nothing is said of it."""
        return self._each.get(team, self._house)

    def is_workday(self, team: str, day: date) -> bool:
        """Whether a team works on a day."""
        return self.of(team).is_workday(day)

    @cached_property
    def _house(self) -> WorkingTime:
        return calendar_of(self.rules)

    @cached_property
    def _each(self) -> Mapping[str, WorkingTime]:
        named = self.countries.items()
        return {team: _checked(replace(self.rules, country=country), f"schedule.countries.{team}") for team, country in named}


class LiveCalendars:
    """`Calendars` of the rules as they are when asked; by itself the port `WorkCalendar` of the house."""

    def __init__(self, rules: Callable[[], ReviewRules], countries: Callable[[], Mapping[str, str]]) -> None:
        self._rules = rules
        self._countries = countries
        self._made = Calendars(rules(), countries())

    def of(self, team: str) -> WorkingTime:
        """The calendar of one team; the house's, where nothing is said of it."""
        rules, countries = self._rules(), self._countries()
        if rules is not self._made.rules or countries is not self._made.countries:
            self._made = Calendars(rules, countries)
        return self._made.of(team)

    def works(self, team: str, day: date) -> bool:
        """Whether a team works on a day."""
        return self.of(team).is_workday(day)

    def is_workday(self, day: date) -> bool:
        """Whether the house works on a day."""
        return self.of("").is_workday(day)

    def after(self, start: datetime, minutes: float, zone: str) -> datetime:
        """See the port."""
        return self.of("").after(start, minutes, zone)

    def between(self, start: datetime, end: datetime, zone: str) -> float:
        """See the port."""
        return self.of("").between(start, end, zone)


def calendar_of(rules: ReviewRules) -> WorkingTime:
    """When people work, by the rules of the house.  Raises: BadConfig when nobody knows the days of its country."""
    return _checked(rules, "review.country")


def _checked(rules: ReviewRules, key: str) -> WorkingTime:
    opens, closes = hours_of(rules.hours)
    off, on = (frozenset(date.fromisoformat(day) for day in days) for days in (rules.holidays, rules.makeup_days))
    special = SpecialDays(rules.country, off, on)
    if not special.is_known:
        wanted = 'ISO 3166, such as CN, DE or DE-BY, or "" with holidays of your own'
        raise BadConfig("config_bad_value", file="config.toml", key=key, value=rules.country, wanted=wanted)
    return WorkingTime(opens, closes, frozenset(rules.workdays), special)


def _in_china(day: date) -> bool | None:
    """Source: the State Council's notices, as `chinesecalendar` has them."""
    import chinese_calendar  # noqa: PLC0415 - 30 ms that a single command need not spend

    try:
        worked = chinese_calendar.is_workday(day)
    except NotImplementedError:
        return None
    return None if worked == (day.isoweekday() <= 5) else bool(worked)  # noqa: PLR2004 - Monday to Friday

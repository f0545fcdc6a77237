"""Working time: minutes that pass while people work, over nights, weekends, holidays, make-up days and changes of the clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.approval import ReviewRules
from bot.domain.working import WorkingTime, hours_of
from bot.workdays import SpecialDays, calendar_of

SHANGHAI, BERLIN = "Asia/Shanghai", "Europe/Berlin"
NATIONAL_DAY = {date(2026, 10, day): False for day in range(1, 8)} | {date(2026, 10, 10): True}
CHINA = WorkingTime(special=NATIONAL_DAY.get)
NIGHT = WorkingTime(time(0), time(6), frozenset(range(1, 8)))
"""Those who work through the hours in which the clock is changed."""


def at(text: str, zone: str = SHANGHAI) -> datetime:
    """A moment on the wall's clock of a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    "start, minutes, end",
    [
        ("2026-07-14T10:00", 30, "2026-07-14T10:30"),
        ("2026-07-14T10:00", 480, "2026-07-14T18:00"),
        ("2026-07-14T10:00", 481, "2026-07-15T09:01"),
        ("2026-07-14T17:50", 30, "2026-07-15T09:20"),
        ("2026-07-14T23:00", 30, "2026-07-15T09:30"),
        ("2026-07-14T03:00", 0, "2026-07-14T09:00"),
        ("2026-07-17T17:00", 120, "2026-07-20T10:00"),
        ("2026-09-30T17:30", 60, "2026-10-08T09:30"),
        ("2026-10-09T17:30", 60, "2026-10-10T09:30"),
        ("2026-10-10T17:30", 60, "2026-10-12T09:30"),
    ],
)
def test_working_minutes_pass_while_people_work(start: str, minutes: int, end: str) -> None:
    """Over a night, a weekend, the week of the national day and its make-up Saturday; and measured, they are as many."""
    ends = CHINA.after(at(start), minutes, SHANGHAI)

    assert (at(end), UTC) == (ends, ends.tzinfo)
    assert minutes == CHINA.between(at(start), at(end), SHANGHAI)


def test_a_day_is_counted_where_people_are() -> None:
    """What comes in at ten in Shanghai waits in Berlin until the morning there."""
    assert at("2026-07-14T09:10", BERLIN) == CHINA.after(at("2026-07-14T10:00"), 10, BERLIN)


@pytest.mark.parametrize(
    "day, minutes", [("2026-03-28", 360), ("2026-03-29", 300), ("2026-10-24", 360), ("2026-10-25", 420)]
)
def test_an_hour_that_is_skipped_is_not_worked_and_one_that_comes_twice_is(day: str, minutes: int) -> None:
    """In Berlin, where the clock is changed at night."""
    midnight = at(f"{day}T00:00", BERLIN)

    assert minutes == NIGHT.between(midnight, at(f"{day}T06:00", BERLIN), BERLIN)
    assert at(f"{day}T06:00", BERLIN) == NIGHT.after(midnight, minutes, BERLIN)


def test_nothing_passes_backwards() -> None:
    """Nor in a year without a workday, which is a mistake and is called one."""
    assert 0 == CHINA.between(at("2026-07-15T12:00"), at("2026-07-14T12:00"), SHANGHAI)
    assert 0 == CHINA.between(at("2026-07-14T12:00"), at("2026-07-14T11:00"), SHANGHAI)
    with pytest.raises(ValueError, match="no workday"):
        WorkingTime(workdays=frozenset()).after(at("2026-07-14T12:00"), 1, SHANGHAI)


@given(
    st.integers(0, 1_000_000).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
    st.integers(1, 6000), st.integers(1, 6000),
    st.sampled_from([SHANGHAI, BERLIN, "America/New_York", "Australia/Lord_Howe"]),
)  # fmt: skip
def test_minutes_add_up(start: datetime, first: int, second: int, zone: str) -> None:
    """In two steps as in one, from any moment, in any zone; what `after` says, `between` measures; and nobody works outside of hours."""
    ends = CHINA.after(start, first + second, zone)
    here = ends.astimezone(ZoneInfo(zone))

    assert ends == CHINA.after(CHINA.after(start, first, zone), second, zone)
    assert abs(CHINA.between(start, ends, zone) - first - second) < 1e-6
    assert CHINA.is_workday(here.date())
    assert time(9) <= here.time() <= time(18)
    assert ends - start >= timedelta(minutes=first + second)


@pytest.mark.parametrize("text", ["", "9-18", "18:00-09:00", "09:00", "09:00-09:00", "09:00-25:00"])
def test_hours_that_are_none_are_refused(text: str) -> None:
    """They end after they begin."""
    with pytest.raises(ValueError):  # noqa: PT011 - whatever the standard library says of it
        hours_of(text)


def test_chinas_days_are_as_they_were_published() -> None:
    """The spring festival of 2026 with its make-up Saturdays; a year that is not known goes by its weekdays."""
    china = SpecialDays()

    worked = [china(date(2026, 2, day)) for day in (13, 14, 16, 17, 21, 23, 24, 28)]

    assert [None, True, False, False, None, False, None, True] == worked
    assert (True, False, None) == (china.knows(2026), china.knows(2099), china(date(2099, 10, 1)))
    assert (None, True) == (SpecialDays("")(date(2026, 10, 1)), SpecialDays("").knows(2099))


def test_the_houses_own_days_come_first() -> None:
    """Off on a Tuesday, at work on the national day, from eight to four."""
    calendar = calendar_of(ReviewRules(hours="08:00-16:00", holidays=("2026-07-14",), makeup_days=("2026-10-01",)))

    assert (False, True, False) == tuple(calendar.is_workday(date(2026, month, day)) for month, day in ((7, 14), (10, 1), (10, 2)))
    assert at("2026-07-15T08:30") == calendar.after(at("2026-07-13T16:00"), 30, SHANGHAI)

"""What a cron line means in time: clocks put forward and back, leap days, days off and make-up days."""

from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.approval import ReviewRules
from bot.domain.cron import Cron
from bot.engine.moments import Moments
from bot.workdays import Calendars

CHINA, GERMANY = (Calendars(ReviewRules(country=country)).of("").is_workday for country in ("CN", "DE"))
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def at(text: str, zone: str) -> datetime:
    """A moment on the wall's clock of a zone, the first one where it comes twice."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def walls(moments: Moments, day: str, zone: str, days: int = 1) -> list[str]:
    """What clocks show at the moments of some days, with the hours that they are ahead of UTC."""
    begins = at(f"{day}T00:00", zone)
    found = moments.between(begins - MINUTE, at(f"{day}T00:00", zone) + days * DAY)
    return [f"{one.astimezone(ZoneInfo(zone)):%d %H:%M %z}" for one in found if one < begins + days * DAY]


@pytest.mark.parametrize(
    "zone, day, line, expected",
    [
        ("Europe/Berlin", "2026-03-29", "30 2 * * *", ["29 03:00 +0200"]),
        ("Europe/Berlin", "2026-10-25", "30 2 * * *", ["25 02:30 +0200"]),
        ("America/New_York", "2026-03-08", "0,30 2 * * *", ["08 03:00 -0400"]),
        ("America/New_York", "2026-11-01", "15 1 * * *", ["01 01:15 -0400"]),
        ("America/New_York", "2026-11-01", "30 8 * * *", ["01 08:30 -0500"]),
        ("Australia/Lord_Howe", "2026-10-04", "15 2 * * *", ["04 02:30 +1100"]),
    ],
)
def test_skipped_time_fires_at_the_next_existing_one_and_double_time_once(zone: str, day: str, line: str, expected: list[str]) -> None:
    """Half past two that does not exist is three o'clock; of two half past twos it is the first."""
    assert expected == walls(Moments(line, zone), day, zone)


def test_leap_day_comes_when_there_is_one() -> None:
    """Each four years; 2100 has none."""
    moments = Moments("0 9 29 2 *", "Asia/Shanghai")
    found = list(islice(moments.between(at("2026-01-01T00:00", "UTC"), at("2040-01-01T00:00", "UTC")), 9))

    assert [2028, 2032, 2036] == [one.year for one in found]
    assert at("2028-02-29T09:00", "Asia/Shanghai") == moments.next(at("2026-01-01T00:00", "UTC"))


def test_workdays_are_those_of_the_country_make_up_days_among_them() -> None:
    """Around the National Day of 2026: a week off, and two weekend days that are worked."""
    moments = Moments("30 8 * * *", "Asia/Shanghai", CHINA)

    assert ["18", "20", "21", "22", "23", "24", "28", "29", "30", "08", "09", "10"] == [
        one[:2] for one in walls(moments, "2026-09-18", "Asia/Shanghai", 23)
    ]


def test_weekly_moves_to_the_next_workday_of_its_week() -> None:
    """Easter Monday comes on Tuesday; a week without a workday after its day has none."""
    mondays = Moments("30 8 * * 1", "Europe/Berlin", GERMANY)
    spring = Moments("0 9 * * 1", "Asia/Shanghai", CHINA)

    assert ["30 08:30 +0200", "07 08:30 +0200", "13 08:30 +0200"] == walls(mondays, "2026-03-30", "Europe/Berlin", 15)
    assert ["09", "24"] == [one[:2] for one in walls(spring, "2026-02-09", "Asia/Shanghai", 20)]


def test_weekly_that_is_due_on_a_day_that_was_moved_to_is_found_from_anywhere() -> None:
    """Asked on the Monday off, on the Tuesday, and after."""
    moments = Moments("30 8 * * 1", "Europe/Berlin", GERMANY)
    tuesday = at("2026-04-07T08:30", "Europe/Berlin")
    asked = [at(text, "Europe/Berlin") for text in ("2026-04-06T12:00", "2026-04-07T08:29", "2026-04-07T08:30")]

    assert [tuesday, tuesday, at("2026-04-13T08:30", "Europe/Berlin")] == [moments.next(one) for one in asked]
    assert tuesday == moments.latest(asked[0], asked[2])


def test_moment_itself_is_not_after_itself() -> None:
    """Up to is meant with it, after without."""
    moments, noon = Moments("* * * * *", "UTC"), datetime(2026, 7, 14, 12, tzinfo=UTC)

    assert (noon + MINUTE, noon, None) == (moments.next(noon), moments.latest(noon - DAY, noon), moments.latest(noon, noon + MINUTE / 2))


@settings(max_examples=20, deadline=None)
@given(
    start=st.datetimes(datetime(2026, 1, 1), datetime(2029, 12, 31)),  # noqa: DTZ001 - of a wall
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe", "Africa/Casablanca"]),
    line=st.sampled_from(["30 2 * * *", "0 */4 * * *", "15 8 * * 1-5", "45 1,2,3 * * 0", "0 9 1 * *"]),
)
def test_moments_are_the_minutes_that_the_line_holds(start: datetime, zone: str, line: str) -> None:
    """Over two days each moment shows a minute that the line means, or the end of a gap; each minute that clocks show is among them."""
    begins, cron = start.replace(second=0, microsecond=0, tzinfo=ZoneInfo(zone)).astimezone(UTC), Cron.parse(line)
    found = list(Moments(line, zone).between(begins, begins + 2 * DAY))
    minutes = [begins + number * MINUTE for number in range(1, 2 * 24 * 60 + 1)]
    shown = [one for one in minutes if (wall := one.astimezone(ZoneInfo(zone))).fold == 0 and cron.holds(wall.replace(tzinfo=None))]
    after_gaps = {
        one for one in minutes if one.astimezone(ZoneInfo(zone)).utcoffset() > (one - MINUTE).astimezone(ZoneInfo(zone)).utcoffset()  # type: ignore[operator] # zones have offsets
    }

    assert sorted(set(found)) == found
    assert set(shown) <= set(found)
    assert set(found) - set(shown) <= after_gaps

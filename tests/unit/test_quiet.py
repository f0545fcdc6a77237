"""When people may be spoken to unasked: quiet hours, days off, and enough for a day."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.quiet import quiet_of, speaking_at

SHANGHAI, BERLIN = "Asia/Shanghai", "Europe/Berlin"
NIGHT, LUNCH = quiet_of("20:00-08:00"), quiet_of("12:00-13:30")


def at(text: str, zone: str = SHANGHAI) -> datetime:
    """A moment on the wall's clock of a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def worked(day: date) -> bool:
    """Monday to Friday."""
    return day.isoweekday() <= 5


@pytest.mark.parametrize(
    "now, when",
    [
        ("2026-07-14T08:00", None),
        ("2026-07-14T19:59", None),
        ("2026-07-14T20:00", "2026-07-15T08:00"),
        ("2026-07-15T03:00", "2026-07-15T08:00"),
        ("2026-07-17T21:00", "2026-07-20T08:00"),
        ("2026-07-18T10:00", "2026-07-20T08:00"),
    ],
)
def test_nobody_is_spoken_to_at_night_or_on_days_off(now: str, when: str | None) -> None:
    """Who is left alone now hears of it on the next working morning."""
    assert (at(when) if when else None) == speaking_at(at(now), SHANGHAI, NIGHT, worked)


@pytest.mark.parametrize("now, when", [("2026-07-14T11:59", None), ("2026-07-14T12:30", "2026-07-14T13:30"), ("2026-07-14T13:30", None)])
def test_quiet_hours_may_lie_within_a_day(now: str, when: str | None) -> None:
    """They end on the same day."""
    assert (at(when) if when else None) == speaking_at(at(now), SHANGHAI, LUNCH, worked)


def test_who_was_told_enough_hears_more_on_the_next_working_day() -> None:
    """When quiet hours end, or at its beginning where there are none."""
    noon = at("2026-07-17T12:00")

    assert at("2026-07-20T08:00") == speaking_at(noon, SHANGHAI, NIGHT, worked, full=True)
    assert at("2026-07-20T00:00") == speaking_at(noon, SHANGHAI, None, worked, full=True)


def test_morning_is_that_of_the_person() -> None:
    """On the day when the clock is put forward, too."""
    assert at("2026-03-29T08:00", BERLIN) == speaking_at(at("2026-03-28T23:00", BERLIN), BERLIN, NIGHT, lambda _: True)


def test_calendar_without_workdays_is_not_believed() -> None:
    """A mistake in the calendar does not silence the house for good."""
    assert at("2026-07-15T08:00") == speaking_at(at("2026-07-14T12:00"), SHANGHAI, NIGHT, lambda _: False)


@pytest.mark.parametrize("text", ["20:00", "8-20", "20:00-20:00", "25:00-08:00", "night"])
def test_what_are_no_hours_is_refused(text: str) -> None:
    """Hours that would be all of the day, too."""
    with pytest.raises(ValueError, match=r".*"):
        quiet_of(text)


def test_no_hours_are_none_and_hours_are_written_as_they_are_read() -> None:
    """An empty text is never quiet."""
    assert (None, "22:00-08:00") == (quiet_of(" "), str(quiet_of("22:00 - 08:00")))


@given(
    now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - zone beside it
    zone=st.sampled_from([SHANGHAI, BERLIN, "America/New_York"]),
    hours=st.sampled_from(["", "20:00-08:00", "22:30-07:15", "12:00-13:30", "00:00-06:00"]),
    full=st.booleans(),
)
def test_moment_that_is_told_is_later_and_one_at_which_people_may_be_spoken_to(now: datetime, zone: str, hours: str, full: bool) -> None:  # noqa: FBT001
    """Whoever waits until then need not wait again."""
    when = speaking_at(now, zone, quiet_of(hours), worked, full=full)

    assert when is None or (when > now and speaking_at(when, zone, quiet_of(hours), worked) is None)
    assert not (full and when is None)

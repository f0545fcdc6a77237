"""Cron lines are read as crontab has them, and what cannot be meant is refused."""

from datetime import datetime

import pytest

from bot.domain.cron import Cron

WORKING_WEEK = {1, 2, 3, 4, 5}


@pytest.mark.parametrize(
    "line, minutes, hours, weekdays",
    [
        ("30 8 * * 1-5", {30}, {8}, WORKING_WEEK),
        ("30 8 * * mon-fri", {30}, {8}, WORKING_WEEK),
        ("0,15 */12 * * 0", {0, 15}, {0, 12}, {7}),
        ("0 8 * * 7", {0}, {8}, {7}),
        ("0 8 * * 5-7", {0}, {8}, {5, 6, 7}),
        ("0 8 * * SUN,Wed", {0}, {8}, {3, 7}),
        ("5/20 9-17/4 * * *", {5, 25, 45}, {9, 13, 17}, {1, 2, 3, 4, 5, 6, 7}),
        ("0 8 * * */3", {0}, {8}, {3, 6, 7}),
    ],
)
def test_fields_allow_what_crontab_allows(line: str, minutes: set[int], hours: set[int], weekdays: set[int]) -> None:
    """Numbers, names, lists, ranges and steps; both 0 and 7 are Sunday."""
    cron = Cron.parse(line)

    assert (minutes, hours, weekdays) == (set(cron.minutes), set(cron.hours), set(cron.weekdays))


@pytest.mark.parametrize(
    "line",
    [
        "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 13 * ", "* * * * 8", "x * * * *",
        "-1 * * * *", "5- * * * *", "9-5 * * * *", "*/0 * * * *", "1.5 * * * *", "1,,2 * * * *", "* * 30 feb *", "0 8 13 * 5", "@daily",
        "² * * * *",
    ],
)
def test_what_cannot_be_meant_is_refused(line: str) -> None:
    """Among it a day that its month never has, and day and weekday together, which cron lines differ in."""
    with pytest.raises(ValueError, match=r"weekday|month"):
        Cron.parse(line)


def test_line_of_one_weekday_is_weekly() -> None:
    """It has a day of the week to be moved from; others have none."""
    assert [1, 7, None, None] == [Cron.parse(f"30 8 {days}").weekly for days in ("* * 1", "* * 0", "* * 1-5", "1 * *")]


def test_minute_of_the_wall_is_held_against_all_fields() -> None:
    """The leap day of 2028 at half past eight, and nothing beside."""
    cron = Cron.parse("30 8 29 2 *")
    walls = [datetime(2028, 2, 29, 8, 30), datetime(2028, 2, 29, 8, 31), datetime(2028, 3, 29, 8, 30), datetime(2028, 2, 28, 8, 30)]  # noqa: DTZ001

    assert [True, False, False, False] == [cron.holds(wall) for wall in walls]

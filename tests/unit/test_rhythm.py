"""Cron lines in words: each kind of line in both languages, and that the plain ones are read again as they are."""

import pytest

from bot.domain.firing import SHIPPED_JOBS, Days
from bot.domain.recurring import recurring_in, recurring_of
from bot.domain.rhythm import in_words
from bot.domain.talk import Lang


@pytest.mark.parametrize(
    "cron, on, zh, en",
    [
        ("30 8 * * *", Days.WORKDAYS, "工作日 08:30", "weekdays at 08:30"),
        ("0 7 * * *", Days.ALL, "每天 07:00", "every day at 07:00"),
        (
            "30 8 * * 1", Days.WORKDAYS, "每周一 08:30(遇休顺延,限当周)",
            "Mondays at 08:30 (later that week if off)",
        ),
        ("30 8 * * 1,5", Days.ALL, "每周一、周五 08:30", "Mondays and Fridays at 08:30"),
        ("0 9 1,15 * *", Days.WORKDAYS, "每月1、15号 09:00(只在工作日)", "on day 1 and 15 of the month at 09:00 (workdays alone)"),
        ("0 9,17 * * *", Days.ALL, "每天 09:00、17:00", "every day at 09:00 and 17:00"),
        ("*/30 9-18 * * *", Days.WORKDAYS, "工作日 9–18点每30分钟一次", "weekdays every 30 minutes, in the hours 9–18"),
        ("5,20 * * * *", Days.ALL, "每天 全天的5、20分", "every day at minute 5 and 20, around the clock"),
        ("0 9 1 3,9 *", Days.ALL, "3、9月里每月1号 09:00", "on day 1 of the month at 09:00, in Mar and Sep"),
        ("0 9 * * 0", Days.ALL, "每周日 09:00", "Sundays at 09:00"),
    ],
)
def test_line_is_said_as_people_say_it(cron: str, on: Days, zh: str, en: str) -> None:
    """Days, times, months, and what becomes of a day off."""
    assert (zh, en) == (in_words(cron, on, Lang.ZH), in_words(cron, on, Lang.EN))


@pytest.mark.parametrize("lang", list(Lang))
def test_what_ships_is_understood_when_it_is_typed_back(lang: Lang) -> None:
    """An admin who writes a time as the page shows it means the same."""
    for job in SHIPPED_JOBS:
        read = recurring_in(in_words(job.cron, job.on, lang))

        assert read is not None
        assert recurring_of(job.cron, job.on).cron == read.cron


def test_what_is_no_line_says_what_would_be_one() -> None:
    """As the reader of the config does."""
    with pytest.raises(ValueError, match="minute hour day month weekday"):
        in_words("half past eight", Days.ALL, Lang.EN)

"""Times that come back, as people say them."""

from datetime import time

import pytest

from bot.domain.cron import Cron
from bot.domain.firing import Days
from bot.domain.recurring import Recurring, changed, is_kept_nowhere, recurring_in, said
from bot.domain.talk import Lang

SAID = (
    ("每周三早上八点半发我区域小结", "每周三 08:30"), ("工作日 7:45", "工作日 07:45"), ("周一到周五九点", "工作日 09:00"),
    ("每月5号下午两点", "每月5号 14:00"), ("每天下午五点半", "每天 17:30"), ("每周二、四 10:15", "每周二、周四 10:15"),
    ("周三十点", "每周三 10:00"), ("每周一四点半", "每周一 16:30"), ("每晚8点", "每天 20:00"), ("每天十二点半", "每天 12:30"),
    ("周末晚上七点", "每周六、周日 19:00"), ("每月底 18:00", "每月28号 18:00"), ("早上八点一刻,每天", "每天 08:15"),
    ("不是八点,每天九点", "每天 09:00"), ("每周五１７：００", "每周五 17:00"), ("每天下班前", "每天 17:30"),
    ("every Monday at 8", "Mondays at 8:00"), ("weekdays 7:30", "weekdays at 7:30"), ("Mon-Fri at 18:00", "weekdays at 18:00"),
    ("Tuesdays and Thursdays at quarter past nine", "Tuesdays and Thursdays at 9:15"), ("daily at 6pm", "every day at 18:00"),
    ("half past eight on Fridays", "Fridays at 8:30"), ("the 15th of every month at noon", "15th of each month at 12:00"),
    ("each workday at 8.15am", "weekdays at 8:15"), ("Fridays at 5", "Fridays at 17:00"), ("12am daily", "every day at 00:00"),
    ("every day at quarter to nine", "every day at 8:45"), ("every Sunday evening at 9", "Sundays at 21:00"),
)  # fmt: skip


@pytest.mark.parametrize("words, meant", SAID)
def test_times_that_come_back_are_read(words: str, meant: str) -> None:
    """Days and hour, in both languages; an hour below seven is one of the afternoon."""
    found = recurring_in(words)

    assert found is not None
    assert meant in {said(found, Lang.ZH), said(found, Lang.EN)}


@pytest.mark.parametrize("words", [
    "给我一份简报", "NPS低于6就提醒", "三天没联系", "下周一跟海蓝开会", "tell me at 20 % less", "next Monday works", "30 days of silence",
])
def test_what_does_not_come_back_is_none(words: str) -> None:
    """Neither a rhythm nor an hour."""
    assert recurring_in(words) is None


@pytest.mark.parametrize("words", ["隔周周一九点", "每两周一次", "每季度初", "every other Friday at 9", "hourly", "every 2 hours"])
def test_rhythms_that_are_not_kept_are_refused(words: str) -> None:
    """They are told apart from what is no rhythm at all, so that the person can be told."""
    assert (None, True) == (recurring_in(words), is_kept_nowhere(words))


def test_a_rhythm_without_an_hour_waits_for_one() -> None:
    """The part of the day suggests what is proposed; without hour there is no cron line."""
    found = recurring_in("every Monday morning")

    assert found is not None
    assert Recurring(None, (1,), part_at=time(8, 30)) == found
    with pytest.raises(ValueError, match="no hour"):
        str(found.cron)


def test_an_hour_alone_changes_the_hour_and_days_alone_the_days() -> None:
    """What is not said stays."""
    before = Recurring(time(8, 30), workdays=True)

    found = [changed(before, words) for words in ("改到九点", "改成周五", "换到每周五下午4点", "换个人")]

    assert ["工作日 09:00", "每周五 08:30", "每周五 16:00", None] == [said(one, Lang.ZH) if one is not None else None for one in found]


@pytest.mark.parametrize("lang", Lang)
def test_what_is_said_back_is_read_as_the_same(lang: Lang) -> None:
    """Every rhythm with every hour of a day, so what a form shows can be typed into it."""
    rhythms = (Recurring(), Recurring(workdays=True), Recurring(month_day=3), Recurring(weekdays=(1,)), Recurring(weekdays=(2, 4, 7)))
    times = [Recurring(time(hour, minute), one.weekdays, one.workdays, one.month_day) for one in rhythms for hour in range(24)
             for minute in (0, 7, 30)]  # fmt: skip

    read = [recurring_in(said(one, lang)) for one in times]

    assert times == [Recurring(one.at, one.weekdays, one.workdays, one.month_day) if one is not None else None for one in read]


def test_cron_lines_mean_what_was_said() -> None:
    """Sunday is cron's 0; workdays are left to the calendar, which knows make-up days."""
    found = [recurring_in(words) for words in ("每周日 20:05", "工作日 9:00", "每月3号 8:00")]

    told = [(one.cron, one.on) for one in found if one is not None]
    assert [("5 20 * * 0", Days.ALL), ("0 9 * * *", Days.WORKDAYS), ("0 8 3 * *", Days.ALL)] == told
    assert {7} == Cron.parse("5 20 * * 0").weekdays

"""Days as people say them beside today: tomorrow, Tuesday, 28 Jul. Knows two languages; knows no calendar of work."""

from datetime import date, timedelta

from bot.domain.schema import Label
from bot.domain.talk import Lang

TODAY, TOMORROW, YESTERDAY = Label("今天", "today"), Label("明天", "tomorrow"), Label("昨天", "yesterday")
WEEKDAYS = (
    Label("周一", "Monday"), Label("周二", "Tuesday"), Label("周三", "Wednesday"), Label("周四", "Thursday"), Label("周五", "Friday"),
    Label("周六", "Saturday"), Label("周日", "Sunday"),
)  # fmt: skip
NEXT = "下"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEK = 7


def day_said(day: date, today: date, lang: Lang) -> str:
    """`day` as it is said on `today`: by its place beside it, by the day of the week where that is near ahead, else by its date."""
    ahead = (day - today).days
    near = {-1: YESTERDAY, 0: TODAY, 1: TOMORROW}.get(ahead)
    if near:
        return _in(near, lang)
    weeks = (day - timedelta(days=day.weekday()) - (today - timedelta(days=today.weekday()))).days // WEEK
    if lang is Lang.EN and 0 < ahead < WEEK:
        return WEEKDAYS[day.weekday()].en
    if lang is Lang.ZH and ahead > 0 and weeks <= 1:
        return ("", NEXT)[weeks] + WEEKDAYS[day.weekday()].zh
    if lang is Lang.ZH:
        return f"{day.month}月{day.day}日" if day.year == today.year else f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {MONTHS[day.month - 1]}" + ("" if day.year == today.year else f" {day.year}")


def _in(label: Label, lang: Lang) -> str:
    return label.zh if lang is Lang.ZH else label.en

"""Which digest is meant: for a day or for longer, and over which days it looks back. Knows words for stretches of time; asks nobody."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.digest import DigestKind
from bot.domain.query import Period
from bot.domain.talk import Turn

SINCE = "created_date"
"""The window is one of days; which field of which record they are held against is said where it is asked."""
DAILY, WEEKLY = "digest_daily", "digest_weekly"
"""Errands."""
LONGER = re.compile(
    r"周|礼拜|星期|月报|月度|[本这上]个?月|季|复盘|week|month|quarter|round-?up|wrap-?up|recap|in review", re.IGNORECASE
)
SHORT = re.compile(r"日报|早报|晨报|今天|今日|昨天|每日|today|daily|morning|my day|yesterday|end-of-day|priority|priorities", re.IGNORECASE)
LAST_WEEK = re.compile(r"上周|上个?(?:礼拜|星期)|last week|previous week", re.IGNORECASE)
THIS_WEEK = re.compile(r"[本这]周|这个?(?:礼拜|星期)|this week|the week|friday", re.IGNORECASE)
LAST_MONTH = re.compile(r"上个?月|last month", re.IGNORECASE)
MONTH = re.compile(r"月|month", re.IGNORECASE)
LAST_QUARTER = re.compile(r"上个?季|last quarter", re.IGNORECASE)
QUARTER = re.compile(r"季|quarter", re.IGNORECASE)
EARLY = 2
"""Until Tuesday a week has brought too little: "the weekly" means the last one."""
HALF = 3
"""What the clock sends until Wednesday, put off by holidays perhaps, is of the last week; a Friday's wrap-up is of this one."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """stretch: what the window is called: today, this_week, last_week, this_month, last_month, this_quarter, last_quarter."""

    kind: DigestKind
    window: Period
    stretch: str


def wanted(turn: Turn, today: date) -> Wanted:
    """What `turn` asks for."""
    if turn.intent == WEEKLY:
        return _over(DigestKind.WEEKLY, "last_week" if today.isoweekday() <= HALF else "this_week", today)
    said = turn.text
    if turn.intent == DAILY or not LONGER.search(said) or (SHORT.search(said) and not re.search(r"周报|周总结|weekly|recap", said)):
        return Wanted(DigestKind.DAILY, Period(SINCE, today, today), "today")
    return _over(DigestKind.WEEKLY, _stretch(said, today), today)


def _stretch(said: str, today: date) -> str:
    for pattern, stretch in (
        (LAST_WEEK, "last_week"), (THIS_WEEK, "this_week"), (LAST_QUARTER, "last_quarter"), (QUARTER, "this_quarter"),
        (LAST_MONTH, "last_month"), (MONTH, "this_month"),
    ):  # fmt: skip
        if pattern.search(said):
            return stretch
    return "last_week" if today.isoweekday() <= EARLY else "this_week"


def _over(kind: DigestKind, stretch: str, today: date) -> Wanted:
    first, last = days_of(stretch, today)
    return Wanted(kind, Period(SINCE, first, last), stretch)


def days_of(stretch: str, today: date) -> tuple[date, date]:
    """The first and the last day of a stretch, whole as the calendar has it."""
    monday = today - (today.isoweekday() - 1) * DAY
    month, quarter = today.replace(day=1), quarter_of(today)[0]
    stretches = {
        "last_week": (monday - 7 * DAY, monday - DAY), "this_week": (monday, monday + 6 * DAY),
        "last_month": ((month - DAY).replace(day=1), month - DAY), "this_month": (month, (month + 31 * DAY).replace(day=1) - DAY),
        "last_quarter": quarter_of(quarter - DAY), "this_quarter": quarter_of(today),
    }  # fmt: skip
    return stretches.get(stretch, (today, today))


def quarter_of(day: date) -> tuple[date, date]:
    """First and last day of the quarter of the calendar that `day` is in."""
    first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return first, (first + 93 * DAY).replace(day=1) - DAY

"""Until when something was promised: days ahead of the meeting. Knows the reader's days; knows no task.

The reader reads days as questions about records mean them, where a Monday may lie behind; a promise looks ahead.
"""

import asyncio
import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.domain.found import Bound, Days
from bot.ports import Reader
from skills.meeting_minutes.meeting import Meeting
from skills.meeting_minutes.signs import plain

ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth", "thirteenth",
    "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth", "twenty first", "twenty second",
    "twenty third", "twenty fourth", "twenty fifth", "twenty sixth", "twenty seventh", "twenty eighth", "twenty ninth", "thirtieth",
    "thirty first",
)  # fmt: skip
ORDINAL = "|".join(sorted(ORDINALS, key=len, reverse=True))
MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
SPOKEN = re.compile(rf"(?:the )?({ORDINAL}|\d{{1,2}}(?:st|nd|rd|th)) (?:of )?({MONTHS})\b")
TURNED = re.compile(rf"\b({MONTHS}) (?:the )?({ORDINAL})\b")
OF_MONTH = re.compile(
    rf"\b(?:by|on|before|until|for) (?:the )?(?:({ORDINAL})"
    r"|(\d{1,2})(?:st|nd|rd|th))\b(?! (?:week|quarter|half|phase|site|time|one|line|floor|of (?!this|the|next)))"
)
FROM_TODAY = re.compile(r"\b((?:an?|\w+) (?:day|week|month)s?) (?:from (?:today|now)|time)\b")
PART = re.compile(rf"\b(early|mid|middle of|late)[ -](?:in )?({MONTHS})\b")
FORTNIGHT = re.compile(r"\b(?:a|in a) fortnight\b|\bfortnights time\b")
TONIGHT = re.compile(
    r"\b(?:tonight|end of (?:the )?day|eod|close of business|cob|by close)\b(?! (?:mon|tue|wed|thu|fri|tom))"
    r"|今晚|(?<![天一二三四五六日号])下班前"
)
YEARS_EVE = re.compile(r"(?<![今明去今每来月\d一二三四五六七八九十半两几])年(?:之?前)")
XUN = re.compile("([一二三四五六七八九十]+|\\d+|这个?|本|下个?)月?([上中下])旬")
HALLOWEEN = re.compile(r"\bhalloween\b")
WEEKEND = re.compile("周末(?:之?前)?|by the weekend")
WEEK = timedelta(days=7)
BARE_WEEKDAY = re.compile(
    r"^(?:(?:by|on|before|until|till) )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|^(?:周|星期|礼拜)[一二三四五六日天]"
)
PAST = re.compile(r"\b(?:last|ago|since|previous|every)\b|去年|上个?(?:月|周|季|半年|年|次)|以来|前天|昨天")


@dataclass(frozen=True, slots=True)
class Due:
    """A day by which. start, end: where it stands in the plain text."""

    day: date
    start: int
    end: int


async def dues(text: str, meeting: Meeting, reader: Reader) -> tuple[Due, ...]:
    """The days ahead that are said in `text`, in order; what lies behind the meeting is left out. Places are those of `plain(text)`."""
    await asyncio.sleep(0)  # a long meeting is read turn by turn; others come in between
    today = meeting.held_at.astimezone(ZoneInfo(meeting.zone)).date()
    said = plain(text)
    own = _own(said, today)
    blanked = said
    for one in own:
        blanked = blanked[: one.start] + "#" * (one.end - one.start) + blanked[one.end :]
    read = await reader.read(blanked, said_at=meeting.held_at, zone=meeting.zone)
    found = [due for one in read.days if (due := _ahead(said, one, today)) is not None]
    return tuple(sorted((*own, *found), key=lambda one: one.start))


def _own(said: str, today: date) -> list[Due]:
    """Ways of saying a day that the reader does not read: in speech, ordinals are words. Of those that overlap the first way counts."""
    found: list[Due] = []
    for pattern, make in WAYS:
        for match in pattern.finditer(said):
            day = make(match, today)
            if day is not None and all(match.end() <= one.start or one.end <= match.start() for one in found):
                found.append(Due(day, match.start(), match.end()))
    return found


NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def _from_today(length: str, today: date) -> date | None:
    count, unit = length.split()
    many = 1 if count in {"a", "an"} else int(count) if count.isdigit() else NUMBERS.index(count) + 1 if count in NUMBERS else 0
    days = {"day": 1, "week": 7, "month": 30}[unit.rstrip("s")] * many
    return today + timedelta(days=days) if days else None


def _number(said: str) -> int:
    digits = re.sub(r"\D", "", said)
    return int(digits) if digits else ORDINALS.index(said) + 1


def _month(said: str) -> int:
    return MONTHS.split("|").index(said) + 1


def _next(today: date, month: int, day: int) -> date | None:
    """That day of that month, the next that is not over."""
    for year in (today.year, today.year + 1):
        last = calendar.monthrange(year, month)[1]
        if (at := date(year, month, min(day, last))) >= today:
            return at
    return None


def _in_month(today: date, day: int) -> date | None:
    """That day of this month, or of the next when it is over."""
    months = ((today.year, today.month), (today.year + today.month // 12, today.month % 12 + 1))
    fits = (date(year, month, day) for year, month in months if day <= calendar.monthrange(year, month)[1])
    return next((at for at in fits if at >= today), None)


def _xun(match: re.Match[str], today: date) -> date | None:
    from_name = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10, "十一": 11, "十二": 12}
    said = match[1]
    month = int(said) if said.isdigit() else from_name.get(said, today.month + (1 if said.startswith("下") else 0))
    return _next(today, (month - 1) % 12 + 1, {"上": 10, "中": 20, "下": 31}[match[2]])


def _ahead(said: str, one: Days, today: date) -> Due | None:
    """The last day meant, moved ahead where the words allow it; None for the past, and for what begins and never ends."""
    start, end = one.words.start, one.words.end
    if PAST.search(one.words.text) or PAST.search(said[max(0, start - 8) : start]) or one.bound in {Bound.AFTER, Bound.FROM}:
        return None
    if one.grain in {"year", "fiscal year"} and one.bound is Bound.WITHIN:
        return None
    day = one.first - timedelta(days=1) if one.bound is Bound.BEFORE and one.grain == "holiday" else one.last
    if one.bound is Bound.BEFORE and one.grain in {"month", "quarter", "year"}:
        day = one.first - timedelta(days=1)
    if day == today and BARE_WEEKDAY.search(one.words.text) and one.grain == "day":
        day += WEEK  # of the day itself one says today
    if day < today:
        moved = _moved(one.words.text, one.grain, day, today)
        if moved is None:
            return None
        day = moved
    return Due(day, start, end)


def _moved(words: str, grain: str, day: date, today: date) -> date | None:
    """A day that was read behind today, as a promise means it: the coming Monday, next year's March."""
    if re.search("周|星期|礼拜|day$|day ", words) and today - day < WEEK:
        return day + WEEK
    if re.search(r"20\d\d|今年|本|这|this", words) or grain in {"year", "fiscal year"}:
        return None
    if "月" in words or re.search(MONTHS, words) or grain in {"quarter", "half"}:
        last = calendar.monthrange(day.year + 1, day.month)[1]
        whole = day.day == calendar.monthrange(day.year, day.month)[1]
        return date(day.year + 1, day.month, last if whole else min(day.day, last))
    return _in_month(today, day.day) if "号" in words or "日" in words else None


WAYS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], date | None]], ...] = (
    (SPOKEN, lambda match, today: _next(today, _month(match[2]), _number(match[1]))),
    (TURNED, lambda match, today: _next(today, _month(match[1]), _number(match[2]))),
    (PART, lambda match, today: _next(today, _month(match[2]), {"early": 10, "late": 31}.get(match[1], 20))),
    (OF_MONTH, lambda match, today: _in_month(today, _number(match[1] or match[2]))),
    (YEARS_EVE, lambda _, today: date(today.year, 12, 31)),
    (XUN, _xun),
    (HALLOWEEN, lambda _, today: _next(today, 10, 31)),
    (WEEKEND, lambda _, today: today + timedelta(days=6 - today.weekday())),
    (TONIGHT, lambda _, today: today),
    (FORTNIGHT, lambda _, today: today + 2 * WEEK),
    (FROM_TODAY, lambda match, today: _from_today(match[1], today)),
)

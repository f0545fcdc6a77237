"""Times that come back, as people say them: read into days and an hour, and said back. Knows two languages; knows no holiday."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import time

from bot.domain.cron import Cron
from bot.domain.day_names import WEEKDAYS
from bot.domain.firing import Days
from bot.domain.numerals import fold
from bot.domain.patterns import Pattern
from bot.domain.talk import Lang

MONDAY, NOON, AFTERNOON_BEFORE, LATEST_HOUR = 1, 12, 7, 24
"""An hour below 7 without more words is one of the afternoon: nobody wants a digest at five in the night."""
LAST_DAY = 28
"""The end of the month: the last day that every month has."""
LONGEST_MONTH = 31
PAUSES = ",,。.;;: \uff1a"
UNKNOWN = Pattern(
    r"隔[一两]?[天日周月个]|每[两三四五六]个?[天日周月]|双周|每个?(?:季度|季|年)|每隔?[\d一二两三四五六七八九十半]*个?(?:小时|分钟|刻钟)"
    r"|\b(?:every (?:other|second|two|three|\d+|hour|minute|quarter|year)|bi-?weekly|fortnight\w*|hourly|quarterly|yearly|annually)\b",
    re.IGNORECASE,
)
"""What comes back in a way that is not kept here."""
PARTS: tuple[tuple[str, time, str], ...] = (
    ("dawn", time(6), r"凌晨|清晨|一大早|\bat dawn\b"),
    ("noon", time(12), r"中午|午间|午饭|\b(?:noon|midday|lunch ?time)\b"),
    (
        "leaving", time(17, 30),
        r"下班(?:前|的?时候?)?|收工前?|\b(?:end of (?:the )?(?:work(?:ing)? ?)?day|eod|close of business|cob|before i (?:leave|go home))\b",
    ),
    ("afternoon", time(15), r"下午|午后|\bafternoons?\b"),
    ("evening", time(18, 30), r"晚上|傍晚|夜里|今晚|每晚|\b(?:evenings?|nights?|nightly)\b"),
    ("morning", time(8, 30), r"早上|早晨|上午|早间|一早|上班(?:时|前|后|就)?|开工|每早|晨会前?|\b(?:mornings?|first thing)\b"),
)  # fmt: skip
"""Parts of the day: name, the hour that is meant where none is said, words."""
_PART_WORDS = tuple(Pattern(words, re.IGNORECASE) for _, _, words in PARTS)
EXACT = frozenset({"noon", "leaving"})
"""Parts of the day that are an hour by themselves."""
LATE = frozenset({"afternoon", "evening", "noon"})
DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_CN = "[零〇一二两三四五六七八九十]{1,3}"
CLOCK = Pattern(
    rf"(?P<h>\d{{1,2}}|{_CN})\s*(?:点钟?|點)\s*(?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<m>\d{{1,2}}|{_CN})\s*分?(?!\s*[号日月天周]))?"
    r"|(?<![\d:.])(?P<h2>\d{1,2})\s*[:.h时](?P<m2>[0-5]\d)(?!\d)\s*(?P<ap2>[ap]\.?m\.?)?"
    r"|(?<![\d:.])(?P<h3>\d{1,2})\s*(?P<ap3>[ap]\.?m\b\.?)"
    r"|\b(?P<way>half past|quarter past|quarter to) (?P<word>\d{1,2}|[a-z]+)"
    r"|\b(?:at|to|by|around|from|after|before) (?:about )?(?P<h4>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b"
    r"(?![:.]\d|\d| ?[ap]\.?m\b| ?(?:%|percent|points?|days?|weeks?|months?|accounts?|deals?))(?: ?o'?clock)?",
    re.IGNORECASE,
)
WORDS = {word: number for number, word in enumerate(
    ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), 1
)}  # fmt: skip
DAY_ZH = "一二三四五六日天"
_DAY_ZH = r"[一二三四五六日天1-7](?![\d点十:.])"
WEEKLY_ZH = Pattern(
    r"(?:每个?)?(?:周|星期|礼拜)(?P<days>[一二三四五六日天]|[1-7](?![\d:.]))"
    rf"(?P<more>(?:[、,和跟与及/]?(?:周|星期|礼拜)?{_DAY_ZH})*)"
)
RANGE_ZH = Pattern(r"(?:周|星期|礼拜)一(?:到|至|-|~|—)(?:周|星期|礼拜)?五|工作日|上班日|每个?班日")
EN_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKLY_EN = Pattern(r"\b(mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:days?)?\b(?!-)", re.IGNORECASE)
RANGE_EN = Pattern(
    r"\bmon(?:day)?s?(?: ?(?:-|–|to|through|till) ?)fri(?:day)?s?\b|\b(?:week|work(?:ing)? ?|business )days?\b", re.IGNORECASE
)
WEEKEND = Pattern(r"(?:每个?)?周末|\bweek-?ends?\b", re.IGNORECASE)
MONTHLY = Pattern(
    rf"每个?月(?:的)?(?P<zh>\d{{1,2}}|{_CN})[号日]|每个?月(?P<first>初|第一天)|每个?月(?P<last>底|末|最后一天)"
    r"|\b(?:the )?(?P<en>\d{1,2})(?:st|nd|rd|th)? (?:day )?(?:of|in) (?:each|every|the|a) month"
    r"|\b(?P<en_first>first|1st) (?:day )?of (?:each|every|the) month"
    r"|\b(?P<en_last>(?:end|last day) of (?:each|every|the) month|month[- ]end)",
    re.IGNORECASE,
)
DAILY = Pattern(
    r"每天|每日|天天|日日|每早|每晚|\b(?:daily|nightly|(?:every|each) (?:day|morning|evening|night|afternoon))\b", re.IGNORECASE
)
WEEKLY = Pattern(r"每个?(?:周|星期|礼拜)(?![一二三四五六日天末\d])|\b(?:weekly|every week|each week)\b", re.IGNORECASE)
EVERY_MONTH = Pattern(r"每个?月|\b(?:monthly|every month|each month)\b", re.IGNORECASE)
ONCE = Pattern(
    r"(?:今天|明天|后天|[这本下上]个?)(?:周|星期|礼拜)[一二三四五六日天]"
    r"|\b(?:this|next|last) (?:mon|tue|wed|thu|fri|sat|sun)\w*", re.IGNORECASE
)
"""A weekday that is one day and no rhythm."""


@dataclass(frozen=True, slots=True)
class Recurring:
    """A time that comes back.

    at: the hour, None where none was said. weekdays: ISO, in order; empty for each day. workdays: days on which people work. month_day: of
    each month, 0 for none. part_at: the hour that the part of the day suggests which was said without one. days_said: whether the days
    were said, or are only what is usual.
    """

    at: time | None = None
    weekdays: tuple[int, ...] = ()
    workdays: bool = False
    month_day: int = 0
    part_at: time | None = None
    days_said: bool = True

    @property
    def cron(self) -> str:
        """As a cron line (`bot.domain.cron`).  Raises: ValueError where no hour was said."""
        if self.at is None:
            message = "no hour"
            raise ValueError(message)
        days = ",".join(str(one % 7) for one in self.weekdays) or "*"
        return f"{self.at.minute} {self.at.hour} {self.month_day or '*'} * {days}"

    @property
    def on(self) -> Days:
        """On which days it counts: something of one weekday alone moves past a day off, as something of each workday leaves it out."""
        return Days.WORKDAYS if self.workdays else Days.ALL


def recurring_in(text: str) -> Recurring | None:
    """The time that comes back in `text`; None where there is neither a rhythm nor an hour, or one that is not kept here."""
    folded = fold(text)
    if UNKNOWN.search(folded):
        return None
    days, part = _days(folded), _part(folded)
    at = _hour(_without_days(folded)) or (part[1] if part and part[0] in EXACT else None)
    if days is None and at is None:
        return None
    return replace(days or Recurring(days_said=False), at=at, part_at=part[1] if part else None)


def changed(before: Recurring, text: str) -> Recurring | None:
    """`before` with what `text` says otherwise: another hour, other days; None where it says neither."""
    said = recurring_in(text)
    if said is None:
        return None
    return replace(before, at=said.at or before.at) if not said.days_said else replace(said, at=said.at or said.part_at or before.at)


def hours_in(text: str) -> tuple[time, ...]:
    """All hours that are said in `text`, in order."""
    folded = _without_days(fold(text))
    return tuple(at for match in CLOCK.finditer(folded) if (at := _clock(match, folded)))


def without_time(text: str) -> str:
    """`text` without the words for days and hours: what is to be done then."""
    folded = fold(text)
    patterns = (UNKNOWN, MONTHLY, RANGE_ZH, RANGE_EN, WEEKEND, WEEKLY_ZH, WEEKLY_EN, DAILY, WEEKLY, EVERY_MONTH, CLOCK, *_PART_WORDS)
    spans = [match.span() for pattern in patterns for match in pattern.finditer(folded) if match[0]]
    kept = [char for place, char in enumerate(text) if not any(start <= place < end for start, end in spans)]
    return " ".join("".join(kept).split()).strip(PAUSES)


def recurring_of(cron: str, on: Days) -> Recurring:
    """What a cron line of ours says.  Raises: ValueError for one that says more than an hour and days."""
    read = Cron.parse(cron)
    if len(read.minutes) != 1 or len(read.hours) != 1 or (read.picks_days and len(read.days) != 1):
        raise ValueError(cron)
    at = time(next(iter(read.hours)), next(iter(read.minutes)))
    weekdays = tuple(sorted(read.weekdays)) if read.picks_weekdays else ()
    return Recurring(at, weekdays, on is Days.WORKDAYS and not weekdays, next(iter(read.days)) if read.picks_days else 0)


def is_kept_nowhere(text: str) -> bool:
    """Whether `text` wants a rhythm that is none of ours: every other week, each hour."""
    return UNKNOWN.search(fold(text)) is not None


def said(when: Recurring, lang: Lang) -> str:
    """The time in words, which `recurring_in` reads again as it is."""
    return _said_zh(when) if lang is Lang.ZH else _said_en(when)


def _said_zh(when: Recurring) -> str:
    days = "工作日" if when.workdays else f"每月{when.month_day}号" if when.month_day else "每天"
    if when.weekdays:
        days = "每" + "、".join(WEEKDAYS[one - 1].zh for one in when.weekdays)
    return f"{days} {when.at:%H:%M}" if when.at else days


def _said_en(when: Recurring) -> str:
    days = "weekdays" if when.workdays else f"{_th(when.month_day)} of each month" if when.month_day else "every day"
    if when.weekdays:
        *others, last = [f"{WEEKDAYS[one - 1].en}s" for one in when.weekdays]
        days = f"{', '.join(others)} and {last}" if others else last
    if when.at is None:
        return days
    hour = f"{when.at:%H}" if when.at.hour < AFTERNOON_BEFORE else str(when.at.hour)  # "at 03:00" is read as it is, "at 3" as 15:00
    return f"{days} at {hour}:{when.at:%M}"


def _th(number: int) -> str:
    ending = "th" if number in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _days(folded: str) -> Recurring | None:
    if RANGE_ZH.search(folded) or RANGE_EN.search(folded):
        return Recurring(workdays=True)
    if found := MONTHLY.search(folded):
        day = _month_day(found)
        return Recurring(month_day=day) if 1 <= day <= LONGEST_MONTH else None
    weekdays = (6, 7) if WEEKEND.search(folded) else tuple(sorted(set(_weekdays(folded))))
    if weekdays or DAILY.search(folded):
        return Recurring(weekdays=weekdays)
    if WEEKLY.search(folded):
        return Recurring(weekdays=(MONDAY,), days_said=False)
    return Recurring(month_day=1, days_said=False) if EVERY_MONTH.search(folded) else None


def _weekdays(folded: str) -> Iterator[int]:
    bare = ONCE.sub(" ", folded)
    for found in WEEKLY_ZH.finditer(bare):
        told = found["days"] + found["more"]
        yield from (min(DAY_ZH.index(one), 6) + 1 if one in DAY_ZH else int(one) for one in told if one in DAY_ZH or one.isdigit())
    for found in WEEKLY_EN.finditer(bare):
        yield EN_DAYS.index(found[1][:3].lower()) + 1


def _without_days(folded: str) -> str:
    """The text with blanks for its days, so that no figure of theirs is taken for an hour; as long as it was."""
    for pattern in (MONTHLY, WEEKLY_ZH):
        folded = pattern.sub(lambda found: " " * len(found[0]), folded)
    return folded


def _month_day(found: re.Match[str]) -> int:
    if found["first"] or found["en_first"]:
        return 1
    if found["last"] or found["en_last"]:
        return LAST_DAY
    return _number(found["zh"] or found["en"])


def _part(folded: str) -> tuple[str, time] | None:
    return next(((name, at) for name, at, words in PARTS if re.search(words, folded, re.IGNORECASE)), None)


def _hour(folded: str) -> time | None:
    """The hour that is said: the last one, for "not at eight, at nine" means nine."""
    found = [(match, at) for match in CLOCK.finditer(folded) if (at := _clock(match, folded))]
    return found[-1][1] if found else None


def _clock(found: re.Match[str], folded: str) -> time | None:
    words = found.groupdict()
    told = words["h"] or words["h2"] or words["h3"] or words["word"] or words["h4"] or ""
    hour = WORDS.get(told.lower()) or (_number(told) if not told.isascii() or told.isdigit() else None)
    if hour is None:
        return None
    minute = 30 if words["half"] or words["way"] == "half past" else 15 * _number(words["quarter"]) if words["quarter"] else 0
    minute = _number(words["m"] or words["m2"]) if words["m"] or words["m2"] else 15 if words["way"] == "quarter past" else minute
    hour, minute = (hour - 1, 45) if words["way"] == "quarter to" else (hour, minute)
    half = (words["ap2"] or words["ap3"] or "")[:1].lower()
    written = bool(words["m2"]) and (len(words["h2"] or "") > 1 or hour >= AFTERNOON_BEFORE)
    return _of_day(hour, minute, half, _near(found, folded), is_exact=written)


def _of_day(hour: int, minute: int, half: str, part: str, *, is_exact: bool) -> time | None:
    if hour > LATEST_HOUR or minute >= 60:  # noqa: PLR2004 - minutes
        return None
    late = half == "p" or (not half and part in LATE) or (not half and not part and not is_exact and 1 <= hour < AFTERNOON_BEFORE)
    if late and hour < NOON and not (part == "noon" and hour > 10):  # noqa: PLR2004 - eleven at noon is before it
        hour += NOON
    if half == "a" and hour == NOON:
        hour = 0
    return time(hour % LATEST_HOUR, minute)


def _near(found: re.Match[str], folded: str) -> str:
    """The part of the day beside an hour: right before it in Chinese, around it in English."""
    before, behind = folded[max(0, found.start() - 12): found.start()], folded[found.end(): found.end() + 18]
    near = [(match.end(), name) for name, _, words in PARTS for match in re.finditer(words, before, re.IGNORECASE)]
    if near:
        return max(near)[1]
    return next((name for name, _, words in PARTS if re.match(rf"\s*(?:in the |at |on )?(?:{words})", behind, re.IGNORECASE)), "")


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (DIGITS.get(tens, 1) * 10 if ten else 0) + (DIGITS.get(ones[-1:], 0) if ones else 0)

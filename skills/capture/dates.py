"""Which day a deal signs and which the next step is due; what is over, or about deliveries, is neither. Knows days only."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.found import Bound, Days
from skills.capture.cues import cue
from skills.capture.heard import Clause, Heard

WEEKDAY = re.compile(r"(?:周|星期|礼拜)[一二三四五六日天]|(?:mon|tues|wednes|thurs|fri|satur|sun)day")
FRIDAY, FEBRUARY = 4, 2
MONTH_SAID = re.compile(r"月|[a-z]{3,} \d|\d(?:st|nd|rd|th)? [a-z]{3,}")
MID = 15
LONG_PAST = timedelta(days=120)
YEAR_SAID = re.compile(r"20\d\d|年(?!底|前|末|中)|year")
DAY_ALONE = re.compile(r"^\s*(?:[\d一二三四五六七八九十]{1,3}[号日]|by the|on the|the |\d)")
FAR = frozenset({"year", "half", "quarter", "fiscal year"})
"""Stretches too long to be a day on which something is due."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A day that lies ahead, and the words for it. clause: where it was said."""

    day: date
    words: Days
    clause: Clause


def signing(heard: Heard) -> Dated | None:
    """The day on which the customer is to sign; the last one said after a correction."""
    found = [one for one in ahead(heard) if _kind(heard, one) == "close"]
    return found[-1] if found else None


def late_signing(heard: Heard) -> date | None:
    """The day of signing that was said and is over; None where one lies ahead, or the words are about the past."""
    if signing(heard):
        return None
    for one in heard.reading.days:
        clause = heard.clauses[heard.clause_of(one.words.start)] if heard.clauses else Clause(0, 0)
        over = one.grain in {"day", "month"} and one.last < heard.today and not cue("close", "past").search(one.words.text.lower())
        if over and _nearest(heard, Dated(one.last, one, clause), clause) == "close" and MONTH_SAID.search(one.words.text):
            return one.last
    return None


def steps(heard: Heard) -> tuple[Dated, ...]:
    """The days on which something is to be done next."""
    return tuple(one for one in ahead(heard) if one.words.grain not in FAR and _kind(heard, one) == "step")


def best_step(heard: Heard) -> Dated | None:
    """The day of the next step: where somebody says that they will do it, else where it is a limit, else the first."""
    found = steps(heard)

    def rank(one: Dated) -> tuple[bool, bool]:
        said = heard.folded[one.clause.start : one.clause.end]
        return cue("close", "strong_step").search(said) is None, one.words.grain == "month"

    return min(found, key=rank, default=None)


def ahead(heard: Heard) -> Iterator[Dated]:
    """The days of a note that are not over."""
    taken: list[Days] = list(heard.reading.days)
    for at, words in enumerate(taken):
        later = taken[at + 1] if at + 1 < len(taken) else None
        if later and _corrects(heard, words, later):
            continue
        day = meant(words, heard.today)
        if day is not None and day >= heard.today and not _is_today(words, heard.today):
            yield Dated(day, words, heard.clauses[heard.clause_of(words.words.start)])


def meant(said: Days, today: date) -> date | None:
    """The one day that `said` comes to; None for what is over."""
    text = said.words.text.lower()
    if cue("close", "past").search(text):
        return None
    if said.grain == "holiday":
        return _about_holiday(said)
    if said.grain == "week":
        return said.first + timedelta(days=FRIDAY)
    if said.grain == "part":
        return _forward(_in_the_part(said, text), text, today)
    return _forward(said.last, text, today)


def _about_holiday(said: Days) -> date:
    """The day before it starts, the day after it ends, or its first."""
    if said.bound is Bound.BEFORE:
        return said.first - timedelta(days=1)
    return said.last + timedelta(days=1) if said.bound is Bound.AFTER else said.first


def _in_the_part(said: Days, text: str) -> date:
    middle = ("中" in text or "mid" in text) and "旬" not in text
    return said.first.replace(day=MID) if middle else said.last


def _forward(day: date, text: str, today: date) -> date:
    if day >= today:
        return day
    if WEEKDAY.search(text) and not re.search(r"上|last", text):
        return day + timedelta(days=7)
    this_month = (day.year, day.month) == (today.year, today.month)
    if this_month and DAY_ALONE.search(text) and not MONTH_SAID.search(text):
        first = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        return first + timedelta(days=day.day - 1)
    if today - day > LONG_PAST and not YEAR_SAID.search(text) and day.year == today.year:
        return day.replace(year=day.year + 1, day=min(day.day, 28) if day.month == FEBRUARY else day.day)
    return day


def _is_today(said: Days, today: date) -> bool:
    return said.first == said.last == today and said.bound is Bound.WITHIN


def _corrects(heard: Heard, one: Days, other: Days) -> bool:
    between = heard.folded[one.words.end : other.words.start]
    return len(between) <= (10 if heard.chinese else 26) and cue("fix").search(between) is not None


def _kind(heard: Heard, one: Dated) -> str:
    """`close`, `step` or `other`, by the nearest word that tells, in its clause first and then about it."""
    at = heard.clauses.index(one.clause)
    near = _nearest(heard, one, one.clause)
    if near:
        return near
    left = heard.folded[one.clause.start : one.words.words.start] + heard.folded[one.words.words.end : one.clause.end]
    if len(left.strip()) >= (5 if heard.chinese else 16):
        return "step"
    for step in (1, -1):
        if 0 <= at + step < len(heard.clauses):
            other = heard.clauses[at + step]
            if any(other.start <= days.words.start < other.end for days in heard.reading.days):
                continue
            near = _nearest(heard, one, other)
            if near and not (step < 0 and near == "other"):
                return near
    return "step"


def _nearest(heard: Heard, one: Dated, clause: Clause) -> str | None:
    """The telling word nearest to the day; a word behind a Chinese day and before an English one counts as nearer."""
    best: tuple[float, str] | None = None
    start, end = one.words.words.start, one.words.words.end
    others = [days.words for days in heard.reading.days if days is not one.words and clause.start <= days.words.start < clause.end]
    for kind in ("close", "step", "other"):
        for match in cue("close", kind).finditer(heard.folded, clause.start, clause.end):
            if start <= match.start() < end or any(min(start, match.start()) < other.start < max(start, match.start()) for other in others):
                continue
            behind = match.start() >= end
            gap = float(match.start() - end if behind else start - match.end())
            gap += 0 if behind is heard.chinese else 4
            gap -= 3 if kind == "close" else 0
            if best is None or gap < best[0]:
                best = (gap, kind)
    return best[1] if best else None

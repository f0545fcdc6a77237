"""Days said in a text: expressions joined by 到 and to, and looked at from before, by, since or after. Knows no single stretch."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from bot.domain.found import Bound, Days, Words
from bot.domain.numerals import fold
from bot.reading.atoms import Atom, atoms
from bot.reading.calendar import Calendar

JOINED = re.compile(r"\s*(?:到|至|-|–|~|—|to|through|thru|until|till|and)\s*")
STARTS_A_RANGE = re.compile(r"(?:between|from|从|自)\s*$")
BOTH = re.compile(r"\s*(?:到|至|-|–|~|—|to|through|thru|until|till)\s*")
BEFORE_IT = (
    (re.compile(r"(?:on or before|no later than|not later than|by|until|till|up to|截至|截止到?|不晚于|最晚)\s*(?:the )?$"), Bound.BY),
    (re.compile(r"(?:before|prior to|ahead of|earlier than|早于)\s*(?:the )?$"), Bound.BEFORE),
    (re.compile(r"(?:on or after|since|from|starting(?: from)?|as of|自从|自|从)\s*(?:the )?$"), Bound.FROM),
    (re.compile(r"(?:after|later than|past|晚于)\s*(?:the )?$"), Bound.AFTER),
)
BEHIND_IT = (
    (re.compile(r"\s?(?:之?前|以前)"), Bound.BEFORE),
    (re.compile(r"\s?(?:为止|之内|以内|onwards? back)"), Bound.BY),
    (re.compile(r"\s?(?:以来|至今|起|开始|onwards?)"), Bound.FROM),
    (re.compile(r"\s?(?:以后|之后|过后|后)(?![天年])"), Bound.AFTER),
)


def days(text: str, today: date, fiscal: tuple[int, int] = (1, 1)) -> tuple[Days, ...]:
    """The days said in `text`, in order, as seen from `today`. fiscal: month and day on which the fiscal year starts.

    A year that was not said is this one, for a holiday the next that is not over. "Before the end of" takes the end in.
    """
    folded = fold(text)
    found = atoms(folded, Calendar(today, fiscal))
    return tuple(_bounded(text, folded, one, today) for one in _joined(folded, found))


def _joined(folded: str, found: Sequence[Atom]) -> Iterator[Atom]:
    """Atoms with `X to Y` made one."""
    place = 0
    while place < len(found):
        one = found[place]
        other = found[place + 1] if place + 1 < len(found) else None
        if other is not None and one.first <= other.last and _is_range(folded, one, other):
            yield Atom(one.start, other.end, one.first, other.last, "range")
            place += 2
        else:
            yield one
            place += 1


def _is_range(folded: str, one: Atom, other: Atom) -> bool:
    between = folded[one.end : other.start]
    if BOTH.fullmatch(between):
        return True
    return bool(JOINED.fullmatch(between) and STARTS_A_RANGE.search(folded[: one.start]))


def _bounded(text: str, folded: str, one: Atom, today: date) -> Days:
    start, end, bound = one.start, one.end, Bound.WITHIN
    if one.grain == "range":
        opened = STARTS_A_RANGE.search(folded[:start])
        return _days(text, opened.start() if opened else start, end, one, bound)
    for pattern, meant in BEHIND_IT:
        if match := pattern.match(folded, end):
            end, bound = match.end(), meant
            break
    else:
        for pattern, meant in BEFORE_IT:
            if match := pattern.search(folded[:start]):
                whole = match.group().startswith("from") and one.first != one.last  # deals from Q2 are those in it
                start, bound = match.start(), Bound.WITHIN if whole else meant
                break
    if bound is Bound.FROM and one.last == today and one.first < today:
        bound = Bound.WITHIN  # "since the last 30 days" says no more than the last 30 days
    if bound is Bound.BEFORE and one.ends:
        bound = Bound.BY
    return _days(text, start, end, one, bound)


def _days(text: str, start: int, end: int, one: Atom, bound: Bound) -> Days:
    said = text[start:end]
    words = Words(said.strip(), start + len(said) - len(said.lstrip()), start + len(said.rstrip()))
    return Days(words, one.first, one.last, bound, one.grain)

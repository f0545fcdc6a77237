"""Two stretches of time beside each other: which days are meant by "versus last quarter", how much of each has passed."""

import calendar
import re
from datetime import date, timedelta

from bot.domain.found import Bound, Days, Reading
from bot.domain.query import Period

SAME_YEAR_AGO = re.compile(r"同比|[去上]年同期|\byear over year\b|\byoy\b|\bsame (?:month|quarter|period|time|week) last year\b", re.ASCII)
SAME_OF = re.compile(r"[去上]年同期|\bsame (?:month|quarter|period|time|week) last year\b", re.ASCII)
QUARTER, YEAR = 3, 12
WEEK = 7


def compared_periods(
    low: str, reading: Reading, asked: Period | None, today: date, field: str = ""
) -> tuple[Period | None, Period | None]:
    """The later and the earlier period that `low` (folded text) compares; None where it cannot be told.

    asked: the period of the question so far, which is the later one where only the earlier is said.
    """
    field = asked.field if asked else field
    said = [one for one in reading.days if one.bound in {Bound.WITHIN, Bound.FROM} and one.grain != "holiday"]
    if SAME_OF.search(low):
        said = [one for one in said if one.grain != "year"]
    spans = sorted({_span(one) for one in said})
    year_ago = SAME_YEAR_AGO.search(low) is not None
    match spans:
        case []:
            later = (asked.first, asked.last) if asked else running("quarter", today)
            earlier = _shifted(later, -YEAR) if year_ago else before(later)
        case [only]:
            other = asked is not None and (asked.first, asked.last) != only
            past = only[1] < today and not year_ago and (other or _is_the_base(low, said[0]))
            later = ((asked.first, asked.last) if asked and other else following(only)) if past else only
            earlier = only if past else _shifted(later, -YEAR) if year_ago else before(later)
        case _:
            earlier, later = spans[-2], spans[-1]
            if _length(earlier) > 2 * _length(later) or earlier[1] >= later[0]:
                earlier = _shifted(later, -YEAR)
    if not field or earlier >= later:
        return None, None
    return Period(field, *later), Period(field, *earlier)


def like_stretch(present: Period, earlier: Period, today: date) -> tuple[Period, Period] | None:
    """Both up to as many days as the present one has run; None where it is over, or has not begun."""
    if not present.first <= today < present.last:
        return None
    passed = today - present.first
    whole = earlier.first.day == present.first.day
    until = _moved(today, _months(present.first, earlier.first)) if whole else earlier.first + passed
    return Period(present.field, present.first, today), Period(earlier.field, earlier.first, min(until, earlier.last))


def running(grain: str, today: date) -> tuple[date, date]:
    """The quarter, month or year that runs."""
    if grain == "year":
        return date(today.year, 1, 1), date(today.year, 12, 31)
    month = today.month if grain == "month" else (today.month - 1) // QUARTER * QUARTER + 1
    last = month if grain == "month" else month + QUARTER - 1
    return date(today.year, month, 1), date(today.year, last, calendar.monthrange(today.year, last)[1])


def before(span: tuple[date, date]) -> tuple[date, date]:
    """The stretch of the same kind that ends where this one begins."""
    months = _whole_months(span)
    if months:
        return _shifted(span, -months)
    length = _length(span)
    return span[0] - timedelta(days=length), span[0] - timedelta(days=1)


def following(span: tuple[date, date]) -> tuple[date, date]:
    """The stretch of the same kind that begins where this one ends."""
    months = _whole_months(span)
    if months:
        return _shifted(span, months)
    return span[1] + timedelta(days=1), span[1] + timedelta(days=_length(span))


def _is_the_base(low: str, said: Days) -> bool:
    """比上季度, versus last quarter, 跟去年比: what is compared with, not what is asked."""
    behind, ahead = low[: said.words.start].rstrip(), low[said.words.end :].lstrip()
    if said.words.text.lower().startswith("from"):
        return True
    based = re.search(r"(?:比|比起|较|相比|于|对比|versus|vs\.?|than(?: in)?|to|from|against|with|on)(?: the)?$", behind) is not None
    return based or (re.search(r"[跟和与同]$", behind) is not None and ahead.startswith(("比", "相比", "对比")))


def _span(one: Days) -> tuple[date, date]:
    return one.first, one.last


def _length(span: tuple[date, date]) -> int:
    return (span[1] - span[0]).days + 1


def _whole_months(span: tuple[date, date]) -> int:
    """How many calendar months it is, 0 when it is no number of whole ones."""
    first, last = span
    if first.day != 1 or last.day != calendar.monthrange(last.year, last.month)[1]:
        return 0
    return (last.year - first.year) * YEAR + last.month - first.month + 1


def _shifted(span: tuple[date, date], months: int) -> tuple[date, date]:
    if _whole_months(span):
        first, last = _moved(span[0], months), _moved(span[1].replace(day=1), months)
        return first, last.replace(day=calendar.monthrange(last.year, last.month)[1])
    if _length(span) == WEEK and months == -YEAR:
        return span[0] - timedelta(weeks=52), span[1] - timedelta(weeks=52)
    return _moved(span[0], months), _moved(span[1], months)


def _moved(day: date, months: int) -> date:
    place = day.year * YEAR + day.month - 1 + months
    year, month = divmod(place, YEAR)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _months(present: date, earlier: date) -> int:
    return (earlier.year - present.year) * YEAR + earlier.month - present.month


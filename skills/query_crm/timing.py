"""The days a question is about, on the date field that is meant. Knows no figure."""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.entities import SCHEMA
from bot.domain.found import Bound, Days
from bot.domain.query import Filter, Op, Period
from skills.query_crm.comparing import date_near, is_elapsed
from skills.query_crm.conditions import Condition, foreseen
from skills.query_crm.sentence import Sentence

HAPPENED = frozenset({"happened_at", "opened_at", "closed_at", "shipped_date", "delivered_date", "paid_date", "issued_date", "order_date",
                      "created_date", "answered_date", "quote_date", "signed_date", "stage_date"})  # fmt: skip
"""Dates of what has happened: "within 30 days" looks back from today; on others it looks ahead."""
COMES_AGAIN = "renewal_date"
"""A date that moves on when it has passed: "before June" begins today."""


@dataclass(frozen=True, slots=True)
class Timing:
    """period: both ends known; filters: one end. ahead: the period reaches into the future on a date that is only planned."""

    period: Period | None
    filters: tuple[Condition, ...]
    ahead: bool


def timing(asked: Sentence) -> Timing:
    """The period, or the conditions with one end, that the days said make."""
    period: Period | None = None
    filters: list[Condition] = []
    ahead = False
    for place, token in enumerate(asked.tokens):
        if not isinstance(token.found, Days) or is_elapsed(asked, place):
            continue
        field = _of_tasks(asked) or date_near(asked, place) or _usual(asked)
        if field is None:
            continue
        made = _bounded(field, token.found, asked.today)
        if asked.entity == "task" and field == "due_date" and isinstance(made, Period) and made.first == made.last == asked.today:
            made = Filter(field, Op.LTE, made.last.isoformat())  # what is overdue is to be done today, too
        if isinstance(made, Period) and period is None:
            period = made
        elif isinstance(made, Filter):
            filters.append(Condition(place, made))
        ahead = ahead or (_planned(asked) and _last_day(made) >= asked.today)
    if period is None and not filters and _planned(asked) and _only_planned(asked):
        ahead = True
    return Timing(period, tuple(filters), ahead)


def _of_tasks(asked: Sentence) -> str | None:
    """What is done was done on a day, all others are due on one: 到期 is said of a task, not of its account's renewal."""
    if asked.entity != "task":
        return None
    return "done_date" if any(token.sense("value", "done") for token in asked.tokens) else "due_date"


def _usual(asked: Sentence) -> str | None:
    entity = SCHEMA.entity(asked.entity)
    return (entity.when or None) if entity else None


def _bounded(field: str, found: Days, today: date) -> Period | Filter:
    first, last = found.first, found.last
    if found.bound is Bound.WITHIN:
        back = found.grain == "within" and field in HAPPENED
        return Period(field, today - (last - first), today) if back else Period(field, first, last)
    if found.bound is Bound.FROM and first <= today:
        return Period(field, first, today)
    if field == COMES_AGAIN and found.bound in {Bound.BEFORE, Bound.BY} and first > today:
        return Period(field, today, last if found.bound is Bound.BY else first - timedelta(days=1))
    op, day = {
        Bound.BEFORE: (Op.LT, first), Bound.BY: (Op.LTE, last), Bound.AFTER: (Op.GT, last), Bound.FROM: (Op.GTE, first),
    }[found.bound]  # fmt: skip
    return Filter(field, op, day.isoformat())


def _last_day(made: Period | Filter) -> date:
    if isinstance(made, Period):
        return made.last
    return date.fromisoformat(str(made.value)) if made.op in {Op.LT, Op.LTE} else date.max


def _planned(asked: Sentence) -> bool:
    """要签, closing: what is meant lies ahead."""
    if asked.entity != "opportunity":
        return False
    won = any(token.sense("value", "won") and foreseen(asked, place) for place, token in enumerate(asked.tokens))
    return won or any(sense.ahead and sense.entity == "opportunity" for token in asked.tokens for sense in token.senses)


def _only_planned(asked: Sentence) -> bool:
    """要签的, without a day."""
    return any(token.sense("date", entity="opportunity") and token.text.startswith(("要", "能", "待", "该")) for token in asked.tokens)

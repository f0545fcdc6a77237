"""Conditions out of figures: over 50k, 100万以上, between two amounts, more than 30 days ago. Knows no word but those that compare."""

from collections.abc import Collection, Iterator
from datetime import timedelta
from itertools import pairwise

from bot.domain.found import Days, Money, Number
from bot.domain.query import Filter, Op
from bot.domain.schema import Kind
from skills.query_crm.conditions import Condition, negator
from skills.query_crm.sentence import MONEY_OF, Sentence

DAYS_IN = {
    "天": 1, "日": 1, "day": 1, "days": 1, "周": 7, "week": 7, "weeks": 7, "个月": 30, "月": 30, "month": 30, "months": 30, "年": 365,
    "year": 365, "years": 365,
}  # fmt: skip
AMOUNT_FROM = 1000
"""A bare figure from here on, with nothing said about it, is an amount; a smaller one is a count of something."""
OPPOSITE = {Op.GT: Op.LT, Op.GTE: Op.LTE, Op.LT: Op.GT, Op.LTE: Op.GTE}
ELAPSED = {"invoice": "due_date", "ticket": "opened_at", "order": "promised_date", "opportunity": "created_date", "quote": "quote_date"}
"""The date from which "more than 30 days" counts, where none is said."""
NOT_MORE = {Op.GT: Op.LTE, Op.LT: Op.GTE, Op.GTE: Op.LT, Op.LTE: Op.GT}


def comparisons(asked: Sentence) -> tuple[Condition, ...]:
    """The conditions that figures make."""
    return tuple(_figures(asked))


def unapplied(asked: Sentence, made: Collection[Condition]) -> tuple[str, ...]:
    """What compares an amount or a figure and became none of the conditions `made`, as it was said: nothing here is compared so."""
    used = {one.place for one in made}
    figures = [place for place, token in enumerate(asked.tokens) if isinstance(token.found, Money | Number)]
    return tuple(_said(asked, place) for place in figures if place not in used and compared(asked, place) is not None)


def _said(asked: Sentence, place: int) -> str:
    """The comparison at `place` with the words on either side that it may be about: 账期超过60天, more than 5 sites."""
    first = next((near for near in range(place - 1, max(-1, place - 4), -1) if asked.tokens[near].sense("before")), place)
    about = next(iter(asked.before(first)), first)
    start, end = asked.tokens[about].start, asked.tokens[place].end
    behind = next((unit.end for unit in asked.cut.left if 0 <= unit.start - end <= 1), end)
    sign = next((asked.tokens[near].end for near in asked.after(place) if asked.tokens[near].sense("after")), end)
    return asked.cut.text[start : max(end, behind, sign)]


def compared(asked: Sentence, place: int) -> Op | None:
    """How the figure at `place` is compared, None where it is not."""
    behind = asked.tokens[place + 1] if place + 1 < len(asked.tokens) else None
    if behind is not None and (sign := behind.sense("after")) and sign.value in {"gte", "lte"}:
        return Op(sign.value)
    for before in range(place - 1, max(-1, place - 4), -1):
        token = asked.tokens[before]
        if (sign := token.sense("before")) and sign.value != "between":
            op = Op(sign.value)
            return NOT_MORE.get(op, op) if negator(asked, before) == "not" else op
        if not token.idle and not token.sense("field"):
            return None
    return None


def _figures(asked: Sentence) -> Iterator[Condition]:
    places = [place for place, token in enumerate(asked.tokens) if isinstance(token.found, Money | Number | Days)]
    paired = _between(asked, places)
    for place in places:
        found = asked.tokens[place].found
        op = paired.get(place) or compared(asked, place)
        if isinstance(found, Money):
            yield from _money(asked, place, found, op or Op.EQ)
        elif isinstance(found, Number):
            elapsed = _elapsed(asked, place, found, op)
            yield from elapsed if elapsed is not None else _number(asked, place, found, op)
        elif isinstance(found, Days) and found.first == found.last and op in {Op.GT, Op.GTE} and _ago(found):
            field = date_near(asked, place) or ELAPSED.get(asked.entity)
            if field:
                yield Condition(place, Filter(field, Op.LT, found.first.isoformat()))


def _ago(found: Days) -> bool:
    return found.words.text.lower().endswith(("ago", "前"))


def is_elapsed(asked: Sentence, place: int) -> bool:
    """Whether the days at `place` are the end of a length of time: more than 7 days ago."""
    found = asked.tokens[place].found
    return isinstance(found, Days) and found.first == found.last and _ago(found) and compared(asked, place) in {Op.GT, Op.GTE}


def _between(asked: Sentence, places: list[int]) -> dict[int, Op]:
    """Two amounts or figures of which the first is the lower: between 100k and 300k, 50万到100万之间."""
    figures = [place for place in places if isinstance(asked.tokens[place].found, Money | Number)]
    for one, other in pairwise(figures):
        low, high = asked.tokens[one].found, asked.tokens[other].found
        if not isinstance(low, Money | Number) or not isinstance(high, Money | Number) or low.value >= high.value:
            continue
        linked = asked.cut.text[asked.tokens[one].end : asked.tokens[other].start].strip().lower()
        around = any(token.sense("before", "between") or token.sense("after", "between") for token in asked.tokens)
        if linked in {"到", "至", "-", "~", "–", "to"} or (around and linked in {"and", "和", "与", "跟"}):
            return {one: Op.GTE, other: Op.LTE}
    return {}


def _money(asked: Sentence, place: int, found: Money, op: Op) -> Iterator[Condition]:
    named = [near for near, path in asked.fields(Kind.MONEY) if near != place]
    near = asked.nearest(place, named)
    meant = asked.meant(near, "field") if near is not None else None
    field = meant[1] if meant else MONEY_OF.get(asked.entity)
    if field is None:
        return
    yield Condition(place, Filter(field, op, _plain(found.value)))
    if found.currency and asked.has("currency"):
        yield Condition(place, Filter("currency", Op.EQ, found.currency))


def _number(asked: Sentence, place: int, found: Number, op: Op | None) -> Iterator[Condition]:
    named = [near for near, _ in asked.fields(Kind.NUMBER)]
    near = asked.nearest(place, named)
    if near is not None and (meant := asked.meant(near, "field")):
        beside = asked.tokens[place].start - asked.tokens[near].end
        if op is not None or 0 <= beside <= 3:  # noqa: PLR2004 - "NPS 30", "NPS是30"
            yield Condition(place, Filter(meant[1], op or Op.EQ, _plain(found.value)))
        return
    if op is None:
        return
    if found.unit == "%" and asked.has("probability"):
        yield Condition(place, Filter("probability" if asked.entity == "opportunity" else "discount", op, _plain(found.value)))
    elif asked.entity == "nps" and found.unit in {"", "分", "points", "point"}:
        yield Condition(place, Filter("score", op, _plain(found.value)))
    elif found.value >= AMOUNT_FROM and not found.unit and asked.entity in MONEY_OF:
        yield Condition(place, Filter(MONEY_OF[asked.entity], op, _plain(found.value)))


def _elapsed(asked: Sentence, place: int, found: Number, op: Op | None) -> list[Condition] | None:
    """More than 30 days overdue, older than two weeks: a date so long ago. None when the figure is no such length of time."""
    days = DAYS_IN.get(found.unit)
    if days is None or any(asked.tokens[near].sense("field") for near, path in asked.fields(Kind.NUMBER) if path != "quantity"):
        return None
    behind = any(asked.tokens[near].sense("after", "over") for near in asked.after(place, 2))
    if op is None and not behind:
        return None
    stuck = any(token.sense("state", "stuck") for token in asked.tokens)
    overdue = any(token.sense("state", "overdue") for token in asked.tokens)
    field = "stage_date" if stuck else "close_date" if overdue and asked.entity == "opportunity" else None
    field = field or (date_near(asked, place) if asked.entity != "invoice" else None) or ELAPSED.get(asked.entity)
    if field is None:
        return None
    day = asked.today - timedelta(days=int(found.value * days))
    made = [Condition(place, Filter(field, OPPOSITE.get(op or Op.GT, Op.LT), day.isoformat()))]
    if asked.entity == "invoice":
        made.append(Condition(place, Filter("paid_date", Op.IS_NULL)))
    return made


def date_near(asked: Sentence, place: int) -> str | None:
    """The date field whose word stands nearest to `place`, among those that are not denied."""
    places = []
    for near in range(len(asked.tokens)):
        meant = asked.meant(near, "date") or (asked.meant(near, "field") if _is_date(asked, near) else None)
        if meant and near != place and negator(asked, near) != "no":
            places.append(near)
    near_place = asked.nearest(place, places)
    if near_place is None:
        return None
    found = asked.meant(near_place, "date") or asked.meant(near_place, "field")
    return found[1] if found else None


def _is_date(asked: Sentence, place: int) -> bool:
    meant = asked.meant(place, "field")
    return meant is not None and asked.kind(meant[1]) in {Kind.DATE, Kind.MOMENT}


def _plain(value: float) -> int | float:
    return int(value) if value == int(value) else value

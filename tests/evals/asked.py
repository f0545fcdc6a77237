"""The questions of questions.toml with the queries that they mean, read from their short notation. Knows no grammar."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.domain.query import Aggregate, Dir, Filter, Fn, Op, Period, Query, Sort, Value

OPS = {"=": Op.EQ, "!=": Op.NEQ, ">": Op.GT, ">=": Op.GTE, "<": Op.LT, "<=": Op.LTE, "in": Op.IN, "contains": Op.CONTAINS}
OPEN = Filter("stage", Op.IN, ("qualify", "proposal", "negotiation"))
DAY = r"\d{4}-\d\d-\d\d"
HELD_OUT = 3
"""Every so many lines of a set one is held out."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. meant: the queries that are right; empty when none can be asked. held_out: never looked at while tuning."""

    text: str
    today: date
    meant: tuple[Query, ...]
    held_out: bool


def questions(path: Path) -> Iterator[Asked]:
    """All questions of a file."""
    for one in tomllib.loads(path.read_text(encoding="utf-8"))["set"]:
        today = datetime.fromisoformat(one["now"]).astimezone(ZoneInfo(one["zone"])).date()
        for place, line in enumerate(one["lines"].strip().splitlines()):
            text, meant = line.split(" => ")
            queries = tuple(query_of(part) for part in meant.split("||") if part.strip() != "none")
            yield Asked(text.strip(), today, queries, place % HELD_OUT == HELD_OUT - 1)


def query_of(notation: str) -> Query:
    """A query from its notation: entity; conditions; `by` a group; what is worked out; sort; limit; a period."""
    entity, *parts = (part.strip() for part in notation.split(";"))
    query = Query(entity)
    for part in parts:
        query = _with(query, part)
    return query


def same(one: Query | None, other: Query) -> bool:
    """Whether two queries ask the same: the order of conditions is nothing, before a day is up to the day before."""
    return one is not None and _plain(one) == _plain(other)


def _with(query: Query, part: str) -> Query:
    if match := re.fullmatch(r"(sum|avg|min|max) (\S+)", part):
        return replace(query, aggregate=Aggregate(Fn(match[1]), match[2]))
    if match := re.fullmatch(r"sort (\S+) (asc|desc)", part):
        return replace(query, sort=Sort(match[1], Dir(match[2])))
    if match := re.fullmatch(rf"(\S+) ({DAY})\.\.({DAY})", part):
        return replace(query, period=Period(match[1], date.fromisoformat(match[2]), date.fromisoformat(match[3])))
    if part == "count":
        return replace(query, aggregate=Aggregate(Fn.COUNT))
    if match := re.fullmatch(r"by (\S+)|limit (\d+)", part):
        return replace(query, group_by=match[1]) if match[1] else replace(query, limit=int(match[2]))
    return replace(query, filters=(*query.filters, OPEN if part == "open" else _filter(part)))


def _filter(part: str) -> Filter:
    if match := re.fullmatch(r"(\S+) (is|not) null", part):
        return Filter(match[1], Op.IS_NULL if match[2] == "is" else Op.NOT_NULL)
    match = re.fullmatch(r"(\S+) (=|!=|>=|<=|>|<|in|contains) (.+)", part)
    assert match, part
    value: Value = tuple(match[3].split(",")) if match[2] == "in" else _value(match[3])
    return Filter(match[1], OPS[match[2]], value)


def _value(text: str) -> Value:
    if text in {"true", "false"}:
        return text == "true"
    return int(text) if re.fullmatch(r"-?\d+", text) else text


def _plain(query: Query) -> tuple[object, ...]:
    return replace(query, filters=()), frozenset(map(_condition, query.filters))


def _condition(one: Filter) -> tuple[str, Op, object]:
    value: object = frozenset(one.value) if isinstance(one.value, tuple) else one.value
    if isinstance(one.value, str) and re.fullmatch(DAY, one.value) and one.op in {Op.LT, Op.GT}:
        day = date.fromisoformat(one.value) + timedelta(days=1 if one.op is Op.GT else -1)
        return one.field, Op.GTE if one.op is Op.GT else Op.LTE, day.isoformat()
    return one.field, one.op, value.casefold() if isinstance(value, str) else value

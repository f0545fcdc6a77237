"""The typed question to the records: what is asked, of which records, and in what order. Knows the schema; knows no words and no store."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeAlias

from bot.domain.ids import RecordId
from bot.domain.schema import Field, Kind, Schema

Value: TypeAlias = str | int | float | bool | tuple[str, ...] | None
"""What a field is compared with. A reference is compared with an id or with a name; a date is ISO day text."""

ME = "$me"
"""As the value of a filter on a user: the person who asks."""
MY_TEAM = "$team"
"""As the value of a filter on a team: that of the person who asks."""
COUNT = "count"
"""As the field of a sort over groups that are only counted."""
MOST_ROWS = 1000


class Op(StrEnum):
    """How a field compares with a value. NEQ holds for a field that is empty, the others but IS_NULL do not."""

    EQ = "eq"
    NEQ = "neq"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    IN = "in"
    CONTAINS = "contains"
    IS_NULL = "is_null"
    NOT_NULL = "not_null"


class Fn(StrEnum):
    """What is made of many values."""

    COUNT = "count"
    SUM = "sum"
    AVG = "avg"
    MIN = "min"
    MAX = "max"


class Dir(StrEnum):
    """Which end comes first."""

    ASC = "asc"
    DESC = "desc"


class Grain(StrEnum):
    """A stretch of the calendar that a date field can be grouped by: `close_date.month`."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition. field: a dotted path from the entity, such as `account.region`."""

    field: str
    op: Op
    value: Value = None


@dataclass(frozen=True, slots=True)
class Aggregate:
    """What is worked out over the records found. field: None when they are only counted."""

    fn: Fn
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Sort:
    """By what the result is in order; over groups, the aggregated field (COUNT where records are counted)."""

    field: str
    dir: Dir = Dir.ASC


@dataclass(frozen=True, slots=True)
class Period:
    """Days of the asking person, both ends included."""

    field: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Query:
    """One question to the records. Conditions hold together (and); group_by: a dotted path, or one of a date with a `Grain` after it."""

    entity: str
    filters: tuple[Filter, ...] = ()
    group_by: str | None = None
    aggregate: Aggregate | None = None
    sort: Sort | None = None
    limit: int | None = None
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One record found. fields: those that the asking person may see."""

    id: RecordId
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure worked out. group: the value that its records share, None without groups or where the field is empty.

    currency: of a sum of money, else None: there is one figure for each currency. count: how many records it stands on; those
    without the aggregated field are not among them.
    """

    group: str | None
    currency: str | None
    value: float | str | None
    count: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a query found. total: how many records hold; rows: as many of them as were asked for, in order; figures: worked out over all."""

    query: Query
    total: int
    rows: tuple[Row, ...]
    figures: tuple[Figure, ...] = ()


def to_json(query: Query) -> dict[str, Any]:
    """The query as the outside sees it."""
    return {
        "entity": query.entity,
        "filters": [
            {"field": one.field, "op": str(one.op), "value": list(one.value) if isinstance(one.value, tuple) else one.value}
            for one in query.filters
        ],
        "group_by": query.group_by,
        "aggregate": {"fn": str(query.aggregate.fn), "field": query.aggregate.field} if query.aggregate else None,
        "sort": {"field": query.sort.field, "dir": str(query.sort.dir)} if query.sort else None,
        "limit": query.limit,
        "period": {"field": query.period.field, "from": query.period.first.isoformat(), "to": query.period.last.isoformat()}
        if query.period else None,
    }


def from_json(raw: Mapping[str, Any]) -> Query:
    """The query that `to_json` wrote.  Raises: ValueError when `raw` is none; what it asks is for `faults` to check."""
    try:
        aggregate, sort, period = raw.get("aggregate"), raw.get("sort"), raw.get("period")
        return Query(
            str(raw["entity"]),
            tuple(Filter(str(one["field"]), Op(one["op"]), _value(one.get("value"))) for one in raw.get("filters") or ()),
            raw.get("group_by"),
            Aggregate(Fn(aggregate["fn"]), aggregate.get("field")) if aggregate else None,
            Sort(str(sort["field"]), Dir(sort.get("dir") or "asc")) if sort else None,
            _limit(raw.get("limit")),
            Period(str(period["field"]), date.fromisoformat(period["from"]), date.fromisoformat(period["to"])) if period else None,
        )
    except (KeyError, TypeError, AttributeError) as wrong:
        message = f"not a query: {wrong}"
        raise ValueError(message) from wrong


def grouped(path: str) -> tuple[str, Grain | None]:
    """The path of a group and the grain after it, if there is one."""
    stem, _, last = path.rpartition(".")
    return (stem, Grain(last)) if stem and last in set(Grain) else (path, None)


def terminal(schema: Schema, entity: str, path: str) -> Field | None:
    """The field at the end of a path, or None when it leads nowhere."""
    steps = schema.resolve(entity, path)
    return steps[-1] if steps else None


def faults(query: Query, schema: Schema) -> Sequence[str]:
    """What is wrong with a query, in words for a developer; empty when it can be asked."""
    if schema.entity(query.entity) is None:
        return [f"no entity {query.entity}"]
    return [
        *(fault for one in query.filters for fault in _filter_faults(one, query.entity, schema)),
        *_shape_faults(query, schema),
        *_order_faults(query, schema),
    ]


ORDERED = frozenset({Kind.NUMBER, Kind.MONEY, Kind.DATE, Kind.MOMENT})
FIGURES = frozenset({Kind.NUMBER, Kind.MONEY})
DAYS = frozenset({Kind.DATE, Kind.MOMENT})
WORDS = frozenset({Kind.TEXT, Kind.REFERENCE, Kind.ENUM})


def _filter_faults(one: Filter, entity: str, schema: Schema) -> Iterator[str]:
    found = terminal(schema, entity, one.field)
    if found is None:
        yield f"no field {entity}.{one.field}"
        return
    fits = False
    match one.op:
        case Op.IS_NULL | Op.NOT_NULL:
            fits = one.value is None
        case Op.GT | Op.GTE | Op.LT | Op.LTE:
            fits = found.kind in ORDERED and _fits(found, one.value)
        case Op.IN:
            fits = isinstance(one.value, tuple) and bool(one.value) and all(_fits(found, value) for value in one.value)
        case Op.CONTAINS:
            fits = found.kind in WORDS and isinstance(one.value, str) and one.value != ""
        case Op.EQ | Op.NEQ:
            fits = _fits(found, one.value)
    if not fits:
        yield f"{entity}.{one.field} {one.op} {one.value!r}"


def _fits(field: Field, value: Value) -> bool:
    match field.kind:
        case Kind.NUMBER | Kind.MONEY:
            return isinstance(value, int | float) and not isinstance(value, bool)
        case Kind.FLAG:
            return isinstance(value, bool)
        case Kind.DATE | Kind.MOMENT:
            return isinstance(value, str) and _is_day(value)
        case Kind.ENUM:
            return value in field.value_names
        case Kind.TEXT | Kind.REFERENCE:
            return isinstance(value, str)


def _shape_faults(query: Query, schema: Schema) -> Iterator[str]:
    if query.group_by is not None:
        path, grain = grouped(query.group_by)
        found = terminal(schema, query.entity, path)
        if found is None or (grain is not None and found.kind not in DAYS):
            yield f"cannot group by {query.group_by}"
        if query.aggregate is None:
            yield "groups without an aggregate"
    if query.aggregate is not None:
        yield from _aggregate_faults(query.aggregate, query.entity, schema)
    if query.period is not None:
        found = terminal(schema, query.entity, query.period.field)
        if found is None or found.kind not in DAYS or query.period.first > query.period.last:
            yield f"no period {query.period}"


def _aggregate_faults(aggregate: Aggregate, entity: str, schema: Schema) -> Iterator[str]:
    if aggregate.fn is Fn.COUNT:
        if aggregate.field is not None:
            yield "records are counted, not a field"
        return
    found = terminal(schema, entity, aggregate.field or "")
    wanted = FIGURES if aggregate.fn in {Fn.SUM, Fn.AVG} else ORDERED
    if found is None or found.kind not in wanted:
        yield f"cannot take {aggregate.fn} of {aggregate.field}"


def _order_faults(query: Query, schema: Schema) -> Iterator[str]:
    if query.limit is not None and not 1 <= query.limit <= MOST_ROWS:
        yield f"limit {query.limit!r}"
    if query.sort is None:
        return
    if query.group_by is not None:
        figure = (query.aggregate.field if query.aggregate else None) or COUNT
        if query.sort.field not in {query.group_by, figure}:
            yield f"groups have no {query.sort.field}"
    elif query.aggregate is not None or terminal(schema, query.entity, query.sort.field) is None:
        yield f"cannot sort by {query.sort.field}"


def _limit(raw: object) -> int | None:
    if raw is None or (isinstance(raw, int) and not isinstance(raw, bool)):
        return raw
    message = f"not a limit: {raw!r}"
    raise ValueError(message)


def _value(raw: object) -> Value:
    if isinstance(raw, list):
        return tuple(str(one) for one in raw)
    if raw is None or isinstance(raw, str | int | float):
        return raw
    message = f"not a value: {raw!r}"
    raise ValueError(message)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True

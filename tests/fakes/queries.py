"""The ports `RecordQueries` and `SeenRecords` over records in memory, in the plainest way there is. Knows no SQL and no index."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.entities import SCHEMA
from bot.domain.found import Known, Name, Words
from bot.domain.ids import RecordId
from bot.domain.people import User
from bot.domain.query import COUNT, ME, MY_TEAM, Figure, Filter, Fn, Found, Grain, Op, Query, Row, faults, grouped, terminal
from bot.domain.records import Import
from bot.domain.schema import Kind
from bot.domain.scope import Reach, Scope
from bot.errors import NotAllowed

SHOWN, GROUNDS = 50, 5
NAMED_BY = {"account": ("name", "short_name", "aliases"), "contact": ("name",), "product": ("code", "name", "name_en")}
TYPES: Mapping[Kind, tuple[type, ...]] = {Kind.NUMBER: (int, float), Kind.MONEY: (int, float), Kind.FLAG: (bool,)}


@dataclass
class HeldRecords:
    """The port `RecordQueries` over lists."""

    records: Sequence[Import] = ()
    users: Sequence[User] = ()

    def within(self, scope: Scope) -> "SeenHeldRecords":
        """The records in `scope`."""
        return SeenHeldRecords(self, scope)


@dataclass
class SeenHeldRecords:
    """The port `SeenRecords`: filters, sorts and adds up in Python. asked: every query put to it."""

    held: HeldRecords
    scope: Scope
    asked: list[Query] = field(default_factory=list)

    async def ask(self, query: Query) -> Found:
        """What `query` finds."""
        if wrong := faults(query, SCHEMA):
            raise ValueError("; ".join(wrong))
        self.asked.append(query)
        for path in _paths(query):
            self._refuse_hidden(query.entity, path)
        rows = [one for one in self._all(query.entity) if self._sees(one) and self._holds(one, query)]
        if query.aggregate:
            figures = self._figures(rows, query)
            return Found(query, len(rows), self._shown(rows, query, query.aggregate.field, GROUNDS), figures)
        return Found(query, len(rows), self._shown(rows, query, None, query.limit or SHOWN))

    async def spot(self, text: str) -> Sequence[Name]:
        """Names in `text`, the longest first where they overlap."""
        low, found = _lower(text), dict[tuple[int, int], list[Known]]()
        for one in [*self._all("account"), *self._all("contact"), *self._all("product"), *self._all("user")]:
            title = one.fields.get(getattr(SCHEMA.entity(one.entity), "title", ""))
            for surface in _surfaces(one) if self._sees(one) and isinstance(title, str) else ():
                at = low.find(surface)
                while at >= 0:
                    if not _cuts(low, at) and not _cuts(low, at + len(surface)):
                        known = Known(one.entity, one.id, str(title))
                        meant = found.setdefault((at, at + len(surface)), [])
                        if known not in meant:
                            meant.append(known)
                    at = low.find(surface, at + 1)
        kept: list[tuple[int, int]] = []
        for span in sorted(found, key=lambda one: (one[0] - one[1], one[0])):
            if all(span[1] <= other[0] or other[1] <= span[0] for other in kept):
                kept.append(span)
        return [Name(Words(text[start:end], start, end), tuple(found[start, end])) for start, end in sorted(kept)]

    async def called(self, records: Mapping[str, RecordId]) -> Sequence[Known]:
        """What records are called, where they are in the scope."""
        seen = [(entity, one) for entity, found in records.items() if (one := self._get(entity, found)) and self._sees(one)]
        titles = {entity: getattr(SCHEMA.entity(entity), "title", "") for entity, _ in seen}
        return [
            Known(entity, one.id, str(one.fields[titles[entity]])) for entity, one in seen
            if one.fields.get(titles[entity]) and not self.scope.hides(entity, titles[entity])
        ]

    def _all(self, entity: str) -> list[Import]:
        if entity == "user":
            return [
                Import(RecordId(user.id), "user", {"name": user.name, "email": user.email, "role": str(user.role), "team": user.team})
                for user in self.held.users
            ]
        return [one for one in self.held.records if one.entity == entity]

    def _sees(self, one: Import) -> bool:
        reach = self.scope.of(one.entity)
        if reach is Reach.NONE:
            return False
        named = SCHEMA.entity(one.entity)
        owned, of_account = bool(named and named.field("owner")), bool(named and named.field("account"))
        if reach is Reach.ALL or not (owned or of_account):
            return True
        people = {self.scope.user_id}
        if reach in {Reach.TEAM, Reach.REGION} and self.scope.team:
            people |= {user.id for user in self.held.users if user.team == self.scope.team}
        account = one if one.entity == "account" else self._get("account", one.fields.get("account")) if of_account else None
        here = reach is Reach.REGION and account is not None and account.fields.get("region") in self.scope.regions
        return here or (owned and one.fields.get("owner") in people) or (account is not None and account.fields.get("owner") in people)

    def _get(self, entity: str, record_id: object) -> Import | None:
        return next((one for one in self._all(entity) if one.id == record_id), None)

    def _value(self, one: Import, path: str) -> tuple[Any, Any, Any]:
        """The value at the end of a path, the readable name beside it, and the currency of its record."""
        here: Import | None = one
        *way, last = path.split(".")
        for step in way:
            to = getattr(terminal(SCHEMA, here.entity, step), "to", "") if here else ""
            here = self._get(to, here.fields.get(step)) if here else None
            here = here if here and self._sees(here) else None
        if here is None:
            return None, None, None
        kind = getattr(terminal(SCHEMA, here.entity, last), "kind", Kind.TEXT)
        value = _typed(here.fields.get(last), kind)
        name = here.fields.get(f"{last}_name") if kind is Kind.REFERENCE else value
        return value, _typed(name, Kind.TEXT) if kind is Kind.REFERENCE else name, _typed(here.fields.get("currency"), Kind.TEXT)

    def _holds(self, one: Import, query: Query) -> bool:
        if not all(self._fits(one, query.entity, condition) for condition in query.filters):
            return False
        if query.period is None:
            return True
        value, _, _ = self._value(one, query.period.field)
        day = self._day(value, terminal(SCHEMA, query.entity, query.period.field))
        return day is not None and query.period.first <= day <= query.period.last

    def _fits(self, one: Import, entity: str, condition: Filter) -> bool:
        value, name, _ = self._value(one, condition.field)
        found = terminal(SCHEMA, entity, condition.field)
        match condition.op:
            case Op.IS_NULL | Op.NOT_NULL:
                return (value is None) == (condition.op is Op.IS_NULL)
            case Op.CONTAINS:
                return name is not None and _lower(str(condition.value)) in _lower(str(name))
            case Op.IN:
                wanted = condition.value if isinstance(condition.value, tuple) else ()
                return any(self._equal(value, name, found, each) for each in wanted)
            case Op.EQ:
                return self._equal(value, name, found, condition.value)
            case Op.NEQ:
                return not self._equal(value, name, found, condition.value)
            case _:
                return self._ordered(value, found, condition)

    def _equal(self, value: object, name: object, found: object, wanted: object) -> bool:
        kind = getattr(found, "kind", Kind.TEXT)
        if value is None and name is None:
            return False
        wanted = {ME: self.scope.user_id, MY_TEAM: self.scope.team}.get(str(wanted), wanted)
        if kind is Kind.REFERENCE:
            return value == wanted or (name is not None and _lower(str(name)) == _lower(str(wanted)))
        if kind is Kind.TEXT:
            return _lower(str(value)) == _lower(str(wanted))
        if kind is Kind.MOMENT:
            value = str(self._day(value, found))
        return value == wanted

    def _ordered(self, value: Any, found: object, condition: Filter) -> bool:  # noqa: ANN401 - figures and days alike
        wanted: Any = condition.value
        if getattr(found, "kind", None) is Kind.MOMENT:
            day = self._day(value, found)
            value = day.isoformat() if day else None
        compare: Mapping[Op, Callable[[], bool]] = {
            Op.GT: lambda: value > wanted, Op.GTE: lambda: value >= wanted, Op.LT: lambda: value < wanted, Op.LTE: lambda: value <= wanted,
        }  # fmt: skip
        return value is not None and compare[condition.op]()

    def _day(self, value: object, found: object) -> date | None:
        if not isinstance(value, str):
            return None
        if getattr(found, "kind", None) is Kind.MOMENT:
            return datetime.fromisoformat(value).astimezone(ZoneInfo(self.scope.zone)).date()
        return date.fromisoformat(value)

    def _figures(self, rows: Sequence[Import], query: Query) -> tuple[Figure, ...]:
        aggregate = query.aggregate
        assert aggregate is not None
        money = getattr(terminal(SCHEMA, query.entity, aggregate.field or ""), "kind", None) is Kind.MONEY
        heaps: dict[tuple[Any, Any, Any], list[Any]] = defaultdict(list)
        for one in rows:
            value, _, currency = self._value(one, aggregate.field) if aggregate.field else (1, None, None)
            key, label = self._group(one, query)
            heaps[key, label, currency if money else None].append(value)
        figures = []
        for (_, label, currency), values in _merged(heaps).items():
            there = [value for value in values if value is not None]
            if there:
                figures.append(Figure(label, currency, _made(aggregate.fn, there), len(there)))
        if aggregate.fn is Fn.COUNT and not query.group_by and not figures:
            return (Figure(None, None, 0, 0),)
        return tuple(_ranked(figures, query))

    def _group(self, one: Import, query: Query) -> tuple[Any, str | None]:
        if query.group_by is None:
            return None, None
        path, grain = grouped(query.group_by)
        value, name, _ = self._value(one, path)
        if grain is None:
            label = name if name is not None else value
            label = int(label) if isinstance(label, bool) else label
            return value, None if label is None else str(label)
        day = self._day(value, terminal(SCHEMA, query.entity, path))
        if day is None:
            return None, None
        text = {Grain.MONTH: day.isoformat()[:7], Grain.QUARTER: f"{day.year}-Q{(day.month + 2) // 3}", Grain.YEAR: str(day.year)}[grain]
        return text, text

    def _shown(self, rows: Sequence[Import], query: Query, heavy: str | None, limit: int) -> tuple[Row, ...]:
        named = SCHEMA.entity(query.entity)
        by = heavy or (query.sort.field if query.sort and not query.aggregate else None) or (named.when if named else "")
        down = heavy is not None or query.sort is None or query.aggregate is not None or query.sort.dir == "desc"
        ranked = sorted(rows, key=lambda one: one.id)
        if by:
            ranked.sort(key=lambda one: _sortable(self._value(one, by)[1]), reverse=down)
            ranked.sort(key=lambda one: self._value(one, by)[1] is None)
        known = [field.name for field in named.fields if not self.scope.hides(query.entity, field.name)] if named else []
        return tuple(Row(one.id, {name: one.fields[name] for name in known if name in one.fields}) for one in ranked[:limit])

    def _refuse_hidden(self, entity: str, path: str) -> None:
        here = entity
        for step in path.split("."):
            if self.scope.hides(here, step):
                raise NotAllowed("hidden_field", field=path)
            here = getattr(terminal(SCHEMA, here, step), "to", "")


def _ranked(figures: list[Figure], query: Query) -> list[Figure]:
    """As the store does where nothing is asked of order but the value; no more of a currency than the limit."""
    figures.sort(key=lambda one: (one.group is None, one.group or "", one.currency or ""))
    if query.sort and query.sort.field != query.group_by:
        figures.sort(key=lambda one: one.value or 0, reverse=query.sort.dir == "desc")
    taken: dict[str | None, int] = defaultdict(int)
    kept = []
    for one in figures:
        taken[one.currency] += 1
        if query.limit is None or not query.group_by or taken[one.currency] <= query.limit:
            kept.append(one)
    return kept


def _paths(query: Query) -> list[str]:
    paths = [one.field for one in query.filters]
    paths += [grouped(query.group_by)[0]] if query.group_by else []
    paths += [query.aggregate.field] if query.aggregate and query.aggregate.field else []
    paths += [query.sort.field] if query.sort and query.sort.field != COUNT else []
    return paths + ([query.period.field] if query.period else [])


def _typed(value: object, kind: Kind) -> Any:  # noqa: ANN401 - whatever the field holds, None for what it cannot hold
    if isinstance(value, bool) and kind is not Kind.FLAG:
        return None
    return value if isinstance(value, TYPES.get(kind, (str,))) else None


def _merged(heaps: Mapping[tuple[Any, Any, Any], list[Any]]) -> dict[tuple[Any, Any, Any], list[Any]]:
    """Heaps by key and currency; records that point at one thing by two names are one heap, under the last of the names."""
    merged: dict[tuple[Any, Any], tuple[Any, list[Any]]] = {}
    for (key, label, currency), values in heaps.items():
        seen, before = merged.get((key, currency), (label, []))
        merged[key, currency] = (max((seen, label), key=lambda one: (one is not None, one or "")), before + values)
    return {(key, label, currency): values for (key, currency), (label, values) in merged.items()}


def _made(fn: Fn, values: list[Any]) -> Any:  # noqa: ANN401 - a figure or a day
    match fn:
        case Fn.COUNT:
            return len(values)
        case Fn.SUM:
            return sum(values)
        case Fn.AVG:
            return sum(values) / len(values)
        case Fn.MIN:
            return min(values)
        case Fn.MAX:
            return max(values)


def _sortable(value: object) -> tuple[bool, Any]:
    return (value is not None, value if value is not None else 0)


def _lower(text: str) -> str:
    return "".join(char.lower() if char.isascii() else char for char in text)


def _surfaces(one: Import) -> set[str]:
    surfaces: set[str] = set()
    for name in NAMED_BY.get(one.entity, ("name",)):
        value = one.fields.get(name)
        if isinstance(value, str):
            parts = value
            for separator in "、,，;；" if name == "aliases" else "":
                parts = parts.replace(separator, "|")
            surfaces |= {_lower(part.strip()) for part in (parts.split("|") if name == "aliases" else [parts])}
    return {surface for surface in surfaces if len(surface) > 1}


def _cuts(text: str, at: int) -> bool:
    return 0 < at < len(text) and all(char.isascii() and char.isalnum() for char in text[at - 1 : at + 1])

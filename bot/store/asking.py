"""A typed query as SQL: parameters for every value, names from the schema alone. Knows tables; runs nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.query import ME, MY_TEAM, Filter, Grain, Op, Period, Query, Value, grouped
from bot.domain.schema import Field as SchemaField
from bot.domain.schema import Kind, Schema
from bot.domain.scope import Reach, Scope
from bot.errors import NotAllowed
from bot.store.asked import USERS, table_of

ACCOUNT = "account"
"""The entity that others hang on, and whose region counts."""
SIGNS = {Op.EQ: "=", Op.GT: ">", Op.GTE: ">=", Op.LT: "<", Op.LTE: "<="}
FLAT = "CASE WHEN {} THEN 0 ELSE 1 END = 1"
"""Not, where nothing (NULL) counts as no."""


@dataclass(frozen=True, slots=True)
class Column:
    """A field as SQL. sql: the value; name: of a reference, the readable name beside it; currency: of money, that of its record."""

    field: SchemaField
    sql: str
    name: str
    currency: str


@dataclass
class Asking:
    """Builds the parts of one statement. Values go into `values` by number, so that no word of a person is ever SQL."""

    schema: Schema
    entity: str
    scope: Scope
    values: dict[str, object] = field(default_factory=dict)
    _joins: dict[str, str] = field(default_factory=dict)

    def bind(self, value: object) -> str:
        """A placeholder for `value`."""
        key = f"v{len(self.values)}"
        self.values[key] = value
        return f":{key}"

    def column(self, path: str) -> Column:
        """The column at the end of a dotted path.  Raises: NotAllowed when a step of it is hidden."""
        steps = self.schema.resolve(self.entity, path) or ()
        alias, entity, way = "r", self.entity, ""
        for step in steps[:-1]:
            self._refuse_hidden(entity, step.name)
            way = f"{way}.{step.name}".lstrip(".")
            alias, entity = self._join(way, alias, step), step.to
        last = steps[-1]
        self._refuse_hidden(entity, last.name)
        sql = f'{alias}."{last.name}"'
        name = f'{alias}."{last.name}_name"' if last.kind is Kind.REFERENCE else sql
        return Column(last, sql, name, f'{alias}."currency"')

    def source(self) -> str:
        """FROM, with the joins that the columns asked for so far need."""
        return " ".join([f"FROM {table_of(self.entity)} r", *self._joins.values()])

    def conditions(self, query: Query) -> str:
        """WHERE: the scope, the filters and the period."""
        parts = [self.seen(self.entity, "r"), *(self._condition(one) for one in query.filters)]
        if query.period:
            parts.append(self._within(query.period))
        said = " AND ".join(f"({part})" for part in parts if part)
        return f"WHERE {said}" if said else ""

    def seen(self, entity: str, alias: str, reach: Reach | None = None) -> str:
        """What must hold for a record to be in the scope, or within `reach`; empty when all are."""
        reach = self.scope.of(entity) if reach is None else reach
        if reach is Reach.ALL:
            return ""
        if reach is Reach.NONE:
            return "1 = 0"
        found = self.schema.entity(entity)
        owned = found is not None and found.field("owner") is not None and entity != USERS
        of_account = found is not None and found.field("account") is not None
        ways = [self._theirs(f"{alias}.owner", reach)] if owned else []
        if entity == ACCOUNT:
            ways.extend(self._here(f"{alias}.", reach))
        if of_account:
            theirs = " OR ".join([self._theirs("owner", reach), *self._here("", reach)])
            ways.append(f"{alias}.account IN (SELECT id FROM {table_of(ACCOUNT)} WHERE {theirs})")  # noqa: S608 - no value in it
        return " OR ".join(ways)

    def group(self, path: str, bounds: tuple[str, str] | None) -> tuple[str, str]:
        """What records are grouped by, and its readable label. bounds: earliest and latest moment, where a moment is grouped by a grain."""
        stem, grain = grouped(path)
        column = self.column(stem)
        if grain is None:
            return column.sql, f"MAX(COALESCE({column.name}, {column.sql}))"
        if column.field.kind is Kind.MOMENT:
            cases = " ".join(self._stretches(column.sql, grain, bounds)) if bounds else ""
            sql = f"CASE {cases} END" if cases else "NULL"
            return sql, f"MAX({sql})"
        sql = _of_day(column.sql, grain)
        return sql, f"MAX({sql})"

    def _stretches(self, sql: str, grain: Grain, bounds: tuple[str, str]) -> Iterator[str]:
        zone = ZoneInfo(self.scope.zone)
        first, last = (datetime.fromisoformat(bound).astimezone(zone).date() for bound in bounds)
        day = first.replace(day=1)
        while day <= last:
            following = (day + timedelta(days=31)).replace(day=1)
            label = _label(day, grain)
            yield f"WHEN {sql} >= {self.bind(self._start(day))} AND {sql} < {self.bind(self._start(following))} THEN {self.bind(label)}"
            day = following

    def _theirs(self, owner: str, reach: Reach) -> str:
        mine = f"{owner} = {self.bind(self.scope.user_id)}"
        if reach is Reach.OWN or not self.scope.team:
            return mine
        return f"({mine} OR {owner} IN (SELECT id FROM users WHERE team = {self.bind(self.scope.team)}))"  # noqa: S608 - a bound value

    def _here(self, row: str, reach: Reach) -> Iterator[str]:
        """That an account lies in their regions, where they reach so far. row: what stands before its columns."""
        if reach is Reach.REGION and self.scope.regions:
            yield f"{row}region IN ({', '.join(self.bind(one) for one in self.scope.regions)})"

    def _join(self, way: str, alias: str, step: SchemaField) -> str:
        joined = f"j{list(self._joins).index(way) if way in self._joins else len(self._joins)}"
        if way not in self._joins:
            self._joins[way] = ""  # its place is taken before its scope is worked out
            seen = self.seen(step.to, joined)
            narrowed = f" AND ({seen})" if seen else ""
            self._joins[way] = f'LEFT JOIN {table_of(step.to)} {joined} ON {joined}.id = {alias}."{step.name}"{narrowed}'
        return joined

    def _refuse_hidden(self, entity: str, name: str) -> None:
        if self.scope.hides(entity, name):
            found = self.schema.entity(entity)
            hidden = found.field(name) if found else None
            raise NotAllowed("hidden_field", field=hidden.label.zh if hidden else name, field_en=hidden.label.en if hidden else name)

    def _condition(self, one: Filter) -> str:
        column = self.column(one.field)
        match one.op:
            case Op.IS_NULL | Op.NOT_NULL:
                return f"{column.sql} IS {'NOT ' if one.op is Op.NOT_NULL else ''}NULL"
            case Op.CONTAINS:
                return f"instr(lower({column.name}), {self.bind(_lower(str(one.value)))}) > 0"
            case Op.IN:
                values: Sequence[Value] = one.value if isinstance(one.value, tuple) else ()
                return " OR ".join(self._compared(column, Op.EQ, value) for value in values)
            case Op.NEQ:
                return FLAT.format(self._compared(column, Op.EQ, one.value))
            case _:
                return self._compared(column, one.op, one.value)

    def _compared(self, column: Column, op: Op, value: Value) -> str:
        match column.field.kind:
            case Kind.REFERENCE | Kind.TEXT if value in {ME, MY_TEAM}:  # as they are written, so that an index finds them
                return f"{column.sql} = {self.bind(self.scope.user_id if value == ME else self.scope.team)}"
            case Kind.REFERENCE:
                place = self.bind(value)
                return f"({column.sql} = {place} OR lower({column.name}) = lower({place}))"
            case Kind.TEXT:
                return f"lower({column.sql}) = lower({self.bind(value)})"
            case Kind.MOMENT:
                return self._moment(column.sql, op, date.fromisoformat(str(value)))
            case Kind.FLAG | Kind.ENUM | Kind.NUMBER | Kind.MONEY | Kind.DATE:
                return f"{column.sql} {SIGNS[op]} {self.bind(int(value) if isinstance(value, bool) else value)}"

    def _moment(self, sql: str, op: Op, day: date) -> str:
        """A day of the person's, compared with moments in UTC."""
        start, end = self._start(day), self._start(day + timedelta(days=1))
        if op is Op.EQ:
            return f"({sql} >= {self.bind(start)} AND {sql} < {self.bind(end)})"
        sign, bound = {Op.LT: ("<", start), Op.LTE: ("<", end), Op.GT: (">=", end), Op.GTE: (">=", start)}[op]
        return f"{sql} {sign} {self.bind(bound)}"

    def _within(self, period: Period) -> str:
        column = self.column(period.field)
        if column.field.kind is Kind.MOMENT:
            end = self._start(period.last + timedelta(days=1))
            return f"{column.sql} >= {self.bind(self._start(period.first))} AND {column.sql} < {self.bind(end)}"
        return f"{column.sql} >= {self.bind(period.first.isoformat())} AND {column.sql} <= {self.bind(period.last.isoformat())}"

    def _start(self, day: date) -> str:
        """When a day of the person's begins, as text that compares with moments however precise those are written."""
        begins = datetime.combine(day, time(), ZoneInfo(self.scope.zone)).astimezone(UTC)
        return begins.strftime("%Y-%m-%dT%H:%M:%S")


def _of_day(sql: str, grain: Grain) -> str:
    match grain:
        case Grain.MONTH:
            return f"substr({sql}, 1, 7)"
        case Grain.QUARTER:
            return f"substr({sql}, 1, 4) || '-Q' || ((CAST(substr({sql}, 6, 2) AS INTEGER) + 2) / 3)"
        case Grain.YEAR:
            return f"substr({sql}, 1, 4)"


def _label(day: date, grain: Grain) -> str:
    match grain:
        case Grain.MONTH:
            return day.isoformat()[:7]
        case Grain.QUARTER:
            return f"{day.year}-Q{(day.month + 2) // 3}"
        case Grain.YEAR:
            return str(day.year)


def _lower(words: str) -> str:
    """Only ASCII is without case, as it is for `lower` of SQLite. LIKE is not used: it ends a pattern at a NUL, and finds everything."""
    return "".join(char.lower() if char.isascii() else char for char in words)

"""The ports `RecordQueries` and `SeenRecords`: typed queries over the flat tables, read only. Knows no words but names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlite_utils

from bot.domain.found import Known, Name, Words
from bot.domain.ids import RecordId
from bot.domain.query import Aggregate, Dir, Figure, Fn, Found, Query, Row, faults, grouped, terminal
from bot.domain.schema import Kind, Schema
from bot.domain.scope import Scope
from bot.store.asked import NAMED_BY, NAMES, SHORTEST_NAME, USERS, fit
from bot.store.asking import Asking
from bot.store.codec import dump, load
from bot.store.database import Database
from bot.store.rows import every, one

NAMED = f"""
    SELECT surface, entity, id FROM {NAMES} WHERE surface IN (SELECT value FROM json_each(:surfaces))
    UNION ALL SELECT lower(name), '{USERS}', id FROM users
    WHERE lower(name) IN (SELECT value FROM json_each(:surfaces))"""  # noqa: S608 - constants
SHOWN = 50
"""Rows given where a query names no limit."""
GROUNDS = 5
"""Records shown as the grounds of a figure."""
LONGEST_NAME = 40
MOST_TEXT = 2_000
"""Characters of a text in which names are looked for."""
Meant = tuple[str, str]
"""Entity and id of what a name may mean."""
WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


class SqliteQueries:
    """The port `RecordQueries`."""

    def __init__(self, database: Database, schema: Schema) -> None:
        fit(database, schema)
        self._database = database
        self._schema = schema

    def within(self, scope: Scope) -> "SqliteSeenRecords":
        """The records in `scope`."""
        return SqliteSeenRecords(self._database, self._schema, scope)


@dataclass(frozen=True)
class SqliteSeenRecords:
    """The port `SeenRecords`."""

    _database: Database
    _schema: Schema
    scope: Scope

    async def ask(self, query: Query) -> Found:
        """What `query` finds, in one consistent state.  Raises: NotAllowed; ValueError for what the schema does not know."""
        if wrong := faults(query, self._schema):
            raise ValueError("; ".join(wrong))
        return await self._database.read(lambda database: self._ask(database, query))

    async def spot(self, text: str) -> Sequence[Name]:
        """Names in `text` of records in the scope."""
        return await self._database.read(lambda database: _spotted(database, text, self._schema, self.scope))

    async def called(self, records: Mapping[str, RecordId]) -> Sequence[Known]:
        """What records are called, where they are in the scope."""
        titles = await self._database.read(lambda database: _titles(database, set(records.items()), self._schema, self.scope))
        return [Known(entity, RecordId(found), title) for (entity, found), title in titles.items()]

    def _ask(self, database: sqlite_utils.Database, query: Query) -> Found:
        rows = self._rows(database, query)
        if query.aggregate:
            total, figures = self._figures(database, query, query.aggregate)
            return Found(query, total, rows, figures)
        if len(rows) < (query.limit or SHOWN):
            return Found(query, len(rows), rows)
        asking = Asking(self._schema, query.entity, self.scope)
        holds = asking.conditions(query)
        counted = one(database, f"SELECT COUNT(*) AS total {asking.source()} {holds}", asking.values)
        return Found(query, counted["total"] if counted else 0, rows)

    def _rows(self, database: sqlite_utils.Database, query: Query) -> tuple[Row, ...]:
        asking = Asking(self._schema, query.entity, self.scope)
        holds, order = asking.conditions(query), self._order(asking, query)
        limit = asking.bind(GROUNDS if query.aggregate else query.limit or SHOWN)
        statement = f"SELECT r.id AS id {asking.source()} {holds} ORDER BY {order}r.id LIMIT {limit}"
        ids = [row["id"] for row in every(database, statement, asking.values)]
        entity = self._schema.entity(query.entity)
        if query.entity == USERS:
            return tuple(Row(RecordId(found), {}) for found in ids)
        bodies = {
            row["id"]: load(row["body"])
            for row in every(database, "SELECT id, body FROM records WHERE id IN (SELECT value FROM json_each(:ids))", {"ids": dump(ids)})
        }
        shown = [one.name for one in entity.fields if not self.scope.hides(query.entity, one.name)] if entity else []
        return tuple(
            Row(RecordId(found), {name: bodies[found][name] for name in shown if name in bodies[found]}) for found in ids
        )

    def _order(self, asking: Asking, query: Query) -> str:
        """By what was asked; else the figures that weigh most, else the newest first."""
        if query.sort and not query.aggregate:
            column = asking.column(query.sort.field)
            return f"{column.name} {query.sort.dir} NULLS LAST, "
        entity = self._schema.entity(query.entity)
        heavy = query.aggregate.field if query.aggregate else None
        by = heavy or (entity.when if entity else "")
        if not by or (not heavy and self.scope.hides(query.entity, by)):
            return ""
        return f"{asking.column(by).sql} DESC NULLS LAST, "

    def _figures(self, database: sqlite_utils.Database, query: Query, wanted: Aggregate) -> tuple[int, tuple[Figure, ...]]:
        """How many records hold, and the figures over them."""
        bounds = self._bounds(database, query)
        asking = Asking(self._schema, query.entity, self.scope)
        holds = asking.conditions(query)
        key, label = asking.group(query.group_by, bounds) if query.group_by else ("NULL", "NULL")
        column = asking.column(wanted.field) if wanted.field else None
        money = column.currency if column and column.field.kind is Kind.MONEY else "NULL"
        value = f"{wanted.fn}({column.sql})" if column else "COUNT(*)"
        there = column.sql if column else "*"
        rows = every(
            database,
            f"SELECT {label} AS label, {money} AS currency, {value} AS value, COUNT({there}) AS count, COUNT(*) AS total "
            f"{asking.source()} {holds} GROUP BY {key}, {money}",
            asking.values,
        )
        figures = [Figure(_text(row["label"]), row["currency"], row["value"], row["count"]) for row in rows if row["count"]]
        if wanted.fn is Fn.COUNT and not query.group_by and not figures:
            figures = [Figure(None, None, 0, 0)]
        return sum(row["total"] for row in rows), tuple(_cut(self._ranked(query, figures), query))

    def _bounds(self, database: sqlite_utils.Database, query: Query) -> tuple[str, str] | None:
        """Earliest and latest moment, where months of moments are asked: their days are the person's, which only Python knows."""
        path, grain = grouped(query.group_by) if query.group_by else ("", None)
        found = terminal(self._schema, query.entity, path) if grain else None
        if found is None or found.kind is not Kind.MOMENT:
            return None
        asking = Asking(self._schema, query.entity, self.scope)
        holds, column = asking.conditions(query), asking.column(path)
        row = one(database, f"SELECT MIN({column.sql}) AS first, MAX({column.sql}) AS last {asking.source()} {holds}", asking.values)
        return (row["first"], row["last"]) if row and row["first"] else None

    def _ranked(self, query: Query, figures: Sequence[Figure]) -> list[Figure]:
        """By their value where that was asked, else by their group in the schema's order; equal ones by their label."""
        path, grain = grouped(query.group_by) if query.group_by else ("", None)
        found = terminal(self._schema, query.entity, path) if path and grain is None else None
        order = {name: place for place, name in enumerate(found.value_names)} if found else {}
        down = query.sort is not None and query.sort.dir is Dir.DESC
        by_value = query.sort is not None and query.sort.field != query.group_by

        def place(figure: Figure) -> tuple[int, str, str]:
            return order.get(figure.group or "", len(order)), figure.group or "", figure.currency or ""

        ranked = sorted(figures, key=place, reverse=down and not by_value)
        if by_value:
            ranked.sort(key=_weight, reverse=down)
        return sorted(ranked, key=lambda figure: figure.group is None and not by_value)


def _weight(figure: Figure) -> tuple[float, str]:
    """Days compare as text, figures as figures; one aggregate gives only one of the two."""
    return (figure.value, "") if isinstance(figure.value, int | float) else (0, figure.value or "")


def _cut(figures: Iterable[Figure], query: Query) -> Iterable[Figure]:
    """The first ones of each currency, where groups are limited: amounts in several currencies do not compare."""
    taken: dict[str | None, int] = {}
    for figure in figures:
        taken[figure.currency] = taken.get(figure.currency, 0) + 1
        if query.limit is None or not query.group_by or taken[figure.currency] <= query.limit:
            yield figure


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _spotted(database: sqlite_utils.Database, text: str, schema: Schema, scope: Scope) -> tuple[Name, ...]:
    folded = _folded(text[:MOST_TEXT])
    stretches = _stretches(folded)
    known: dict[str, list[Meant]] = {}
    surfaces = dump(sorted(stretches))
    for row in every(database, NAMED, {"surfaces": surfaces}):
        known.setdefault(row["surface"], []).append((row["entity"], row["id"]))
    titles = _titles(database, {pair for pairs in known.values() for pair in pairs}, schema, scope)
    names: list[Name] = []
    for surface in sorted(known, key=len, reverse=True):
        meant = tuple(Known(pair[0], RecordId(pair[1]), titles[pair]) for pair in known[surface] if pair in titles)
        for start in stretches[surface] if meant else ():
            end = start + len(surface)
            if all(end <= other.words.start or other.words.end <= start for other in names):
                names.append(Name(Words(text[start:end], start, end), meant))
    return tuple(sorted(names, key=lambda name: name.words.start))


def _titles(database: sqlite_utils.Database, wanted: set[Meant], schema: Schema, scope: Scope) -> dict[Meant, str]:
    """What those records that the scope lets through are called."""
    titles: dict[Meant, str] = {}
    for name in sorted({entity for entity, _ in wanted}):
        entity = schema.entity(name)
        if entity is None or any(scope.hides(name, each) for each in NAMED_BY.get(name, (entity.title,))):
            continue
        asking = Asking(schema, name, scope)
        seen = asking.seen(name, "r")
        ids = asking.bind(dump([found for kind, found in wanted if kind == name]))
        listed = f"r.id IN (SELECT value FROM json_each({ids}))"  # noqa: S608 - a bound value
        among = " AND ".join(f"({part})" for part in (listed, seen) if part)
        columns = f'r.id, r."{entity.title}" AS title'
        rows = every(database, f"SELECT {columns} {asking.source()} WHERE {among}", asking.values)
        titles |= {(name, row["id"]): row["title"] for row in rows if row["title"]}
    return titles


def _folded(text: str) -> str:
    """Half-width, ASCII in lower case, as long as it was: as `lower` of SQLite makes the names."""
    return "".join(char.lower() if char.isascii() else char for char in text.translate(WIDTH))


def _stretches(folded: str) -> dict[str, list[int]]:
    """Every stretch of the text that may be a name, and where it begins; no Latin word is cut in two."""
    found: dict[str, list[int]] = {}
    for start in range(len(folded)):
        if folded[start].isspace() or _inside(folded, start):
            continue
        for end in range(start + SHORTEST_NAME, min(len(folded), start + LONGEST_NAME) + 1):
            if not _inside(folded, end) and not folded[end - 1].isspace():
                found.setdefault(folded[start:end], []).append(start)
    return found


def _inside(folded: str, place: int) -> bool:
    """Whether a Latin word goes on over this place."""
    return 0 < place < len(folded) and _latin(folded[place - 1]) and _latin(folded[place])


def _latin(char: str) -> bool:
    return char.isascii() and char.isalnum()

"""Flat tables of the records, one an entity, that questions are put to. Knows the schema; knows no question.

They are derived: triggers on `records` keep them, and `fit` makes them anew when the schema has changed, so no migration concerns them.
Asked by JSON, a question over 40,000 opportunities took 250 to 540 ms; by a flat table it takes 10 to 60.
Archived and erased records are not in them. A value that is not of its field's kind counts as none.
"""

from collections.abc import Iterator

import sqlite_utils

from bot.domain.schema import Entity, Field, Kind, Schema
from bot.store.database import Database
from bot.store.rows import every

PREFIX = "asked_"
NAMES = "asked_names"
USERS = "user"
"""The one entity that is kept elsewhere, in the table `users`."""
JSON_TYPES = {Kind.NUMBER: "'integer', 'real'", Kind.MONEY: "'integer', 'real'", Kind.FLAG: "'true', 'false'"}
NAMED_BY = {"account": ("name", "short_name", "aliases"), "contact": ("name",), "product": ("code", "name", "name_en")}
"""Entities that are called by name, and the fields in which their names stand."""
SEPARATORS = ("、", ",", "，", ";", "；")
SHORTEST_NAME = 2
INDEXED = ("account", "owner", "region", "happened_at")
Parts = dict[str, str]
"""What belongs to one table: name in the file -> the statement that makes it."""


def table_of(entity: str) -> str:
    """The table in which records of `entity` are asked."""
    return "users" if entity == USERS else f"{PREFIX}{entity}"


def fit(database: Database, schema: Schema) -> None:
    """Make the flat tables fit `schema`, and fill those that did not. Done at every start; where all fits it only looks."""
    database.write_now(lambda connection: _fit(connection, schema))


def _fit(database: sqlite_utils.Database, schema: Schema) -> None:
    stands = {
        row["name"]: row["sql"]
        for row in every(database, "SELECT name, sql FROM sqlite_master WHERE name LIKE 'asked@_%' ESCAPE '@' AND sql IS NOT NULL")
    }
    wanted = {entity.name: _parts(entity) for entity in schema.entities if entity.name != USERS}
    known = {name for parts in wanted.values() for name in parts} | {NAMES, f"{NAMES}_by_id"}
    for name in set(stands) - known:
        kind = stands[name].split()[1]
        database.execute(f"DROP {kind} IF EXISTS {name}")
    if NAMES not in stands:
        database.execute(f"CREATE TABLE {NAMES} (surface TEXT, entity TEXT, id TEXT, PRIMARY KEY (surface, entity, id)) WITHOUT ROWID")
        database.execute(f"CREATE INDEX {NAMES}_by_id ON {NAMES} (id)")
    for entity in schema.entities:
        parts = wanted.get(entity.name, {})
        if any(stands.get(name) != statement for name, statement in parts.items()):
            _remake(database, entity, parts)


def _remake(database: sqlite_utils.Database, entity: Entity, parts: Parts) -> None:
    table = table_of(entity.name)
    for name, statement in parts.items():
        if statement.startswith("CREATE TRIGGER"):
            database.execute(f"DROP TRIGGER IF EXISTS {name}")
    database.execute(f"DROP TABLE IF EXISTS {table}")
    for statement in parts.values():
        database.execute(statement)
    alive = "records.entity = :entity AND archived_at IS NULL AND erased_at IS NULL"
    database.execute(_filled(entity, "records", alive), {"entity": entity.name})
    if entity.name in NAMED_BY:
        database.execute(f"DELETE FROM {NAMES} WHERE entity = :entity", {"entity": entity.name})  # noqa: S608 - a constant
        for statement in _named(entity.name, "", table):
            database.execute(statement)


def _parts(entity: Entity) -> Parts:
    table, mine = table_of(entity.name), f"entity = '{entity.name}'"
    columns = ", ".join(f'"{field.name}"' for field in entity.fields)
    gone = f"DELETE FROM {table} WHERE id = OLD.id; {_forget(entity.name)}"  # noqa: S608 - names come from the schema
    new = f"{_filled(entity, '(SELECT 1)', 'NEW.archived_at IS NULL AND NEW.erased_at IS NULL', 'NEW.')}; "
    new += "".join(f"{statement}; " for statement in _named(entity.name, "NEW.", table))
    indexed = [name for name in INDEXED if entity.field(name)]
    return {
        table: f"CREATE TABLE {table} (id TEXT PRIMARY KEY, {columns}) WITHOUT ROWID",
        **{f"{table}_{name}": f'CREATE INDEX {table}_{name} ON {table} ("{name}")' for name in indexed},
        f"{table}_new": f"CREATE TRIGGER {table}_new AFTER INSERT ON records WHEN NEW.{mine} BEGIN {new}END",
        f"{table}_changed": f"CREATE TRIGGER {table}_changed AFTER UPDATE ON records WHEN NEW.{mine} BEGIN {gone}{new}END",
        f"{table}_gone": f"CREATE TRIGGER {table}_gone AFTER DELETE ON records WHEN OLD.{mine} BEGIN {gone}END",
    }


def _filled(entity: Entity, source: str, holds: str, row: str = "") -> str:
    values = ", ".join(_value(field, f"{row}body") for field in entity.fields)
    return f"INSERT INTO {table_of(entity.name)} SELECT {row}id, {values} FROM {source} WHERE {holds}"  # noqa: S608 - names come from the schema


def _value(field: Field, body: str) -> str:
    place = f"{body}, '$.\"{field.name}\"'"
    kinds = JSON_TYPES.get(field.kind, "'text'")
    return f"CASE WHEN json_type({place}) IN ({kinds}) THEN json_extract({place}) END"


def _named(entity: str, row: str, table: str) -> Iterator[str]:
    """Statements that note the names of one record (`row` is NEW.) or of all; a list of aliases is taken apart at its separators."""
    for field in NAMED_BY.get(entity, ()):
        listed = f'json_quote(named."{field}")'
        if field == "aliases":
            for separator in SEPARATORS:
                listed = f"replace({listed}, '{separator}', '|')"
            listed = f"replace({listed}, '|', '\",\"')"
        one = f" AND named.id = {row}id" if row else ""
        yield (
            f"INSERT OR IGNORE INTO {NAMES} SELECT lower(trim(each.value)), '{entity}', named.id "  # noqa: S608 - names come from the code
            f"FROM {table} AS named, json_each('[' || {listed} || ']') AS each "
            f'WHERE named."{field}" IS NOT NULL AND length(trim(each.value)) >= {SHORTEST_NAME}{one}'
        )


def _forget(entity: str) -> str:
    return f"DELETE FROM {NAMES} WHERE id = OLD.id; " if entity in NAMED_BY else ""  # noqa: S608 - a constant

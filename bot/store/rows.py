"""The few statements that every table needs, over sqlite-utils' connection. Knows SQL; knows no table.

Statements are plain SQL that SQLite and PostgreSQL both speak: `Table.insert` of sqlite-utils reads the schema each time
(148 µs a row against 8), so it is used for making tables, not for filling them.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import sqlite_utils

from bot.store.codec import Row

Values: TypeAlias = Sequence[object] | Mapping[str, object]


def insert(database: sqlite_utils.Database, table: str, row: Row, *, or_ignore: str = "") -> bool:
    """Add a row; False when one with the same `or_ignore` columns ("a, b") is there. Names come from code, values are parameters."""
    conflict = f" ON CONFLICT ({or_ignore}) DO NOTHING" if or_ignore else ""
    columns, values = ", ".join(row), ", ".join(f":{name}" for name in row)
    statement = f"INSERT INTO {table} ({columns}) VALUES ({values}){conflict}"  # noqa: S608 - table and columns are named by code
    return database.execute(statement, row).rowcount == 1


def change(database: sqlite_utils.Database, statement: str, values: Values) -> int:
    """Run an UPDATE or DELETE; says how many rows it touched."""
    return database.execute(statement, _bound(values)).rowcount


def every(database: sqlite_utils.Database, statement: str, values: Values = ()) -> list[Row]:
    """All rows of a SELECT."""
    return list(database.query(statement, _bound(values)))


def one(database: sqlite_utils.Database, statement: str, values: Values = ()) -> Row | None:
    """The first row of a SELECT, None when there is none."""
    return next(iter(every(database, statement, values)), None)


def _bound(values: Values) -> list[object] | dict[str, object]:
    return dict(values) if isinstance(values, Mapping) else list(values)

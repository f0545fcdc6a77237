"""A copy of the truth as of one moment, while others write; and what a copy is. Knows SQLite; knows no archive."""

import sqlite3
from contextlib import closing
from pathlib import Path

import sqlite_utils

from bot.errors import BadConfig
from bot.store.audit import edge_in
from bot.store.migrations import applied
from bot.store.verifying import opened


def copied(truth: Path, to: Path) -> None:
    """Copy the truth by SQLite's own way, in one read transaction: one state, and nobody who writes waits for it.

    Source: https://www.sqlite.org/backup.html.  Raises: BadConfig where there is no truth, or no room for another.
    """
    if not truth.exists():
        raise BadConfig("backup_no_home", folder=truth.parent)
    to.touch(0o600)
    try:
        with closing(opened(truth)) as source, closing(sqlite3.connect(to, isolation_level=None)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.DatabaseError as error:
        raise BadConfig("backup_unreadable", path=truth, why=error) from error


def looked_into(truth: Path) -> tuple[tuple[str, ...], dict[str, object]]:
    """The steps that made the tables of a copy, and the head of its audit (size, root).

    Raises: BadConfig("backup_unreadable") where SQLite finds it broken.
    """
    try:
        with closing(sqlite3.connect(truth, isolation_level=None)) as connection:
            if (found := connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
                raise BadConfig("backup_unreadable", path=truth.name, why=found)
            database = sqlite_utils.Database(connection, execute_plugins=False)
            edge = edge_in(database)
            return applied(database), {"size": edge.size, "root": edge.root.hex()}
    except (sqlite3.DatabaseError, ValueError, KeyError) as error:
        raise BadConfig("backup_unreadable", path=truth.name, why=error) from error

"""The shape of the store's file."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlite_utils
from sqlite_utils.migrations import Migrations

from bot.errors import BadConfig
from bot.store.database import Database
from bot.store.meeting import acquaintance
from bot.store.migrations import STEPS, migrate
from bot.store.rows import every, insert

LEFT_THE_HOUSE = [
    "0001_content",
    "0002_inbox",
    "0003_users",
    "0004_events",
    "0005_decisions",
    "0006_outbox",
    "0007_records",
    "0008_drafts",
]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A file without tables."""
    database = Database(tmp_path / "tandem.db")
    yield database
    database.close()


def steps(connection: sqlite_utils.Database) -> list[str]:
    """The steps that were applied, in order."""
    return [row["name"] for row in every(connection, "SELECT name FROM _sqlite_migrations ORDER BY id")]


async def test_steps_are_only_ever_added(database: Database) -> None:
    """Houses out there have applied these, under these names, in this order."""
    migrate(database)

    applied = await database.read(steps)
    assert LEFT_THE_HOUSE == applied[: len(LEFT_THE_HOUSE)]


async def test_a_second_start_changes_nothing(database: Database) -> None:
    """Neither a table nor a step."""
    migrate(database)
    before = (await database.read(steps), await database.read(lambda connection: connection.schema))

    migrate(database)

    assert before == (await database.read(steps), await database.read(lambda connection: connection.schema))


async def test_two_that_start_at_once_make_one_house(database: Database) -> None:
    """The second finds the tables of the first."""
    other = Database(database.path)

    await asyncio.gather(asyncio.to_thread(migrate, database), asyncio.to_thread(migrate, other))

    applied = await other.read(steps)
    other.close()
    assert sorted(set(applied)) == applied


async def test_an_older_tandem_does_not_touch_a_newer_ones_file(database: Database) -> None:
    """The operator is told, and the file is left as it was."""
    migrate(database)
    newer = {"migration_set": "store", "name": "9999_from_the_future", "applied_at": "2030-01-01"}
    await database.write(lambda connection: insert(connection, "_sqlite_migrations", newer))

    with pytest.raises(BadConfig) as refused:
        migrate(database)

    assert ("store_newer", {"path": str(database.path)}) == (refused.value.key, refused.value.facts)


async def test_handles_of_an_older_house_hold_in_its_own_workspace(database: Database) -> None:
    """Whoever was known is known, in the workspace that the house was verified for."""
    await database.write(_as_it_was)

    migrate(database)

    rows = await database.read(lambda connection: every(connection, "SELECT * FROM handles"))
    assert [{"channel": "slack", "workspace": "", "handle_key": "u1", "handle": "U1", "user_id": "lin"}] == rows


def _as_it_was(connection: sqlite_utils.Database) -> None:
    """A house before handles had workspaces, with Lin in it."""
    until = next(number for number, step in enumerate(STEPS) if step is acquaintance)
    before = Migrations("store")
    for number, step in enumerate(STEPS[:until], 1):
        before(name=f"{number:04}_{step.__name__}")(step)
    before.apply(connection)
    told = dict.fromkeys(("id", "name", "name_key", "email", "email_key", "role", "team", "zone", "created_at"), "lin")
    insert(connection, "users", told)
    insert(connection, "handles", {"channel": "slack", "handle_key": "u1", "handle": "U1", "user_id": "lin"})

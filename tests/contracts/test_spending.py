"""What a store of spent tokens promises, and one of contacts' names."""

import asyncio
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.domain.ids import RecordId, UserId
from bot.domain.records import Cause, Import
from bot.ports import Spending
from bot.senses import TimeIds
from bot.store.database import Database
from bot.store.migrations import migrate
from bot.store.names import SqliteNames
from bot.store.records import SqliteRecords
from bot.store.spending import SqliteSpending
from tests.fakes.chats import SpentInMemory
from tests.fakes.senses import SetClock

LIN, MAYA = UserId("lin"), UserId("maya")
TODAY, TOMORROW = date(2026, 7, 14), date(2026, 7, 15)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty store."""
    opened = Database(tmp_path / "tandem.db")
    migrate(opened)
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "memory"])
def spending(request: pytest.FixtureRequest, database: Database) -> Spending:
    """The store, and the one that tests use."""
    return SqliteSpending(database) if request.param == "sqlite" else SpentInMemory()


async def test_tokens_add_up_by_person_role_and_day(spending: Spending) -> None:
    """Side by side too; other people, roles and days have their own."""
    await asyncio.gather(*(spending.spend(LIN, "writing", TODAY, 10) for _ in range(20)))
    await spending.spend(LIN, "reading", TODAY, 1)
    await spending.spend(MAYA, "writing", TODAY, 2)

    asked = [(LIN, "writing", TODAY), (LIN, "reading", TODAY), (MAYA, "writing", TODAY), (LIN, "writing", TOMORROW)]
    assert [200, 1, 2, 0] == [await spending.spent(*key) for key in asked]


async def test_names_are_those_of_contacts_and_their_version_changes_with_them(database: Database) -> None:
    """Archived ones count, erased ones are gone, accounts are none."""
    records, names, system = SqliteRecords(database, SetClock(), TimeIds()), SqliteNames(database), Cause("system")
    versions = [await names.names_version()]
    wanted = (("王强", "contact"), ("Dana Li", "contact"), ("海蓝", "account"))
    await records.put_many([Import(RecordId(name), entity, {"name": name}) for name, entity in wanted], cause=system)
    versions.append(await names.names_version())

    await records.archive(RecordId("王强"), cause=system)
    assert {"王强", "Dana Li"} == set(await names.names())
    await records.erase(RecordId("王强"), cause=system)
    assert ["Dana Li"] == list(await names.names())
    assert versions[0] != versions[1]

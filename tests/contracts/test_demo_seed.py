"""The invented firm, seeded into a real store."""

from datetime import date

import pytest

from bot.demo.book import Company
from bot.demo.company import company
from bot.demo.seed import seed
from tests.contracts.house import Stores
from tests.unit.test_demo_company import TODAY, one


@pytest.fixture(scope="module")
def firm() -> Company:
    """The firm on one day."""
    return company(TODAY)


async def test_everything_arrives(stores: Stores, firm: Company) -> None:
    """All users and records, as they stand today."""
    fresh = await seed(firm, stores.users, stores.records)

    account = one(firm, "account", name="华创医疗")
    assert sum(len(entries) for entries in firm.records.values()) == fresh
    assert 14 == len(await stores.users.everyone())
    assert account.fields == await stores.fields_of(account.id)


async def test_corrections_leave_their_history(stores: Stores, firm: Company) -> None:
    """A customer's own changes are told field by field, by whom."""
    await seed(firm, stores.users, stores.records)

    account = one(firm, "account", name="华创医疗")
    budgets = [found for found in await stores.records.history(account.id) if found.field == "purchasing_budget"]
    buyer = one(firm, "contact", name="宋知夏")
    assert [(800_000, 650_000), (650_000, 720_000), (720_000, 960_000)] == [(found.before, found.after) for found in budgets]
    assert {buyer.id} == {found.actor for found in budgets}


async def test_seeding_again_doubles_nothing_and_winds_nothing_back(stores: Stores, firm: Company) -> None:
    """Not on the same day, and not on another."""
    await seed(firm, stores.users, stores.records)
    account = one(firm, "account", name="华创医疗")
    before = await stores.records.record(account.id)

    fresh = await seed(firm, stores.users, stores.records) + await seed(company(date(2026, 12, 24)), stores.users, stores.records)

    assert 0 == fresh
    assert before == await stores.records.record(account.id)
    assert 14 == len(await stores.users.everyone())

"""The invented firm, seeded into a real store."""

from datetime import timedelta

import pytest

from bot.demo.book import Company
from bot.demo.seed import seed
from bot.domain.records import Cause
from tests.contracts.house import Stores
from tests.unit.test_demo_company import TODAY, one, told_on


@pytest.fixture(scope="module")
def firm() -> Company:
    """The firm on one day."""
    return told_on(TODAY)


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

    fresh = await seed(firm, stores.users, stores.records) + await seed(told_on(TODAY + timedelta(days=14)), stores.users, stores.records)

    assert 0 == fresh
    assert before == await stores.records.record(account.id)
    assert 14 == len(await stores.users.everyone())


async def test_a_seeding_that_was_cut_off_is_taken_up(stores: Stores, firm: Company) -> None:
    """Killed after some kinds of records, it brings the others the next time, and the history that was missing."""
    cut: list[str] = []

    def stop_after_three(entity: str, _count: int) -> None:
        cut.append(entity)
        if len(cut) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await seed(firm, stores.users, stores.records, stop_after_three)

    fresh = await seed(firm, stores.users, stores.records)

    account = one(firm, "account", name="华创医疗")
    assert sum(len(entries) for entries in firm.records.values()) == fresh + sum(len(firm.records[entity]) for entity in cut)
    assert 3 == len([found for found in await stores.records.history(account.id) if found.field == "purchasing_budget"])


async def test_a_firm_that_somebody_changed_stays_changed(stores: Stores, firm: Company) -> None:
    """An erased account is not written again, a renamed one keeps its name."""
    await seed(firm, stores.users, stores.records)
    gone, renamed = one(firm, "account", name="华创医疗"), one(firm, "account", name="镜湖轴承")
    await stores.records.erase(gone.id, cause=Cause("system"))
    await stores.records.put("account", {"name": "镜湖"}, cause=Cause("system"), record_id=renamed.id)

    await seed(firm, stores.users, stores.records)

    assert {} == await stores.fields_of(gone.id)
    assert "镜湖" == (await stores.fields_of(renamed.id))["name"]

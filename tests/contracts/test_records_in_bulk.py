"""The port `Records`: many at once, from elsewhere."""

import pytest

from bot.domain.ids import RecordId
from bot.domain.records import Cause, Import, Page
from tests.contracts.house import Stores

SYSTEM = Cause("system")
FIRMS = [Import(RecordId(f"a{number:03d}"), "account", {"name": f"Firm {number}", "名称": "海"}) for number in range(200)]


async def test_many_come_in_at_once_and_read_back(stores: Stores) -> None:
    """Each has its own id, its fields, revision 1 and no history."""
    fresh = await stores.records.put_many(FIRMS, cause=SYSTEM)

    page = await stores.records.page("account", limit=200)
    assert 200 == fresh
    assert [(firm.id, firm.fields, 1) for firm in FIRMS] == [(record.id, record.fields, record.revision) for record in page.items]
    assert [] == await stores.records.history(FIRMS[0].id)


async def test_what_is_known_is_left_as_it_is(stores: Stores) -> None:
    """Bringing the same in again changes nothing that somebody has changed since."""
    await stores.records.put_many(FIRMS[:2], cause=SYSTEM)
    await stores.records.put("account", {"name": "renamed"}, cause=SYSTEM, record_id=FIRMS[0].id)

    fresh = await stores.records.put_many(FIRMS[:3], cause=SYSTEM)

    assert 1 == fresh
    assert "renamed" == (await stores.fields_of(FIRMS[0].id))["name"]


async def test_one_event_tells_of_all(stores: Stores) -> None:
    """Subscribers hear once how many of what came in; nothing new, nothing heard."""
    await stores.records.put_many([*FIRMS[:3], Import(RecordId("o1"), "order", {})], cause=SYSTEM)
    await stores.records.put_many(FIRMS[:3], cause=SYSTEM)

    told = [event for event in await stores.events.since(0) if event.type == "records.imported"]
    assert [{"account": 3, "order": 1}] == [event.payload["entities"] for event in told]


async def test_all_or_none(stores: Stores) -> None:
    """One that cannot be kept keeps the others out, too."""
    with pytest.raises((TypeError, ValueError)):
        await stores.records.put_many([FIRMS[0], Import(RecordId("bad"), "account", {"name": object()})], cause=SYSTEM)

    assert Page((), None) == await stores.records.page("account")

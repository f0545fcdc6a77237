"""The port `Events`."""

import asyncio

from tests.contracts.house import Stores


async def test_events_come_back_in_order_from_any_place(stores: Stores) -> None:
    """A reader that remembers where it was misses nothing and sees nothing twice."""
    kept = [await stores.events.append("account.signed", 2, {"account_id": str(number), "名": None}) for number in range(5)]

    first = await stores.events.since(0, limit=3)
    rest = await stores.events.since(first[-1].seq)

    assert kept == [*first, *rest]
    assert [] == await stores.events.since(kept[-1].seq)


async def test_many_at_once_have_one_order(stores: Stores) -> None:
    """Numbers have no holes and no doubles."""
    await asyncio.gather(*[stores.events.append("tick", 1, {}) for _ in range(30)])

    assert list(range(1, 31)) == [event.seq for event in await stores.events.since(0)]


async def test_last_seq_is_the_newest_place(stores: Stores) -> None:
    """Zero before anything happened."""
    before = await stores.events.last_seq()
    event = await stores.events.append("tick", 1, {})

    assert (0, event.seq) == (before, await stores.events.last_seq())

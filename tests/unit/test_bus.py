"""The bus: kept events reach every subscriber of this process, in order, each at its own pace."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.domain.events import EventType, EventTypes
from bot.domain.records import Event
from bot.events.bus import TRIES, HouseBus
from tests.contracts.house import Stores
from tests.fakes.waiting import until

TYPES = EventTypes((EventType("a.told"), EventType("b.told"), EventType("c.told", (lambda old: {"number": old["no"]},))))


class Ear:
    """A subscriber that remembers, is slow on request, and fails on request."""

    def __init__(self, *, failures: int = 0) -> None:
        self.heard: list[object] = []
        self.asked = 0
        self.open = asyncio.Event()
        self.open.set()
        self._failures = failures

    async def hear(self, event: Event) -> None:
        """Remember the number."""
        self.asked += 1
        await self.open.wait()
        if self._failures > 0:
            self._failures -= 1
            raise ValueError(event.seq)
        self.heard.append(event.payload["number"])


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    """A store with no events."""
    stores = Stores(tmp_path / "tandem.db")
    yield stores
    stores.close()


@asynccontextmanager
async def running(stores: Stores, **how: Any) -> AsyncIterator[HouseBus]:  # noqa: ANN401 - as the bus takes them
    """A bus for as long as the block lasts."""
    bus = HouseBus(stores.events, types=TYPES, **how)
    await bus.start()
    yield bus
    await bus.close()


async def test_every_subscriber_hears_every_event_once_in_order(stores: Stores) -> None:
    """Twenty subscribers, fifty events."""
    ears = [Ear() for _ in range(20)]
    async with running(stores) as bus:
        for ear in ears:
            bus.subscribe("a.told", ear.hear)
        for number in range(50):
            await bus.publish("a.told", {"number": number})
        await until(lambda: all(len(ear.heard) >= 50 for ear in ears))

    assert [list(range(50))] * 20 == [ear.heard for ear in ears]


async def test_subscriber_hears_its_type_only(stores: Stores) -> None:
    """What else happens does not disturb it."""
    ear, other = Ear(), Ear()
    async with running(stores) as bus:
        bus.subscribe("a.told", ear.hear)
        bus.subscribe("b.told", other.hear)
        await bus.publish("b.told", {"number": 1})
        await bus.publish("a.told", {"number": 2})
        await until(lambda: [ear.heard, other.heard] == [[2], [1]])


async def test_slow_subscriber_holds_up_nobody_and_misses_nothing(stores: Stores) -> None:
    """It hears all, later, though more happened meanwhile than is held in memory."""
    slow, quick = Ear(), Ear()
    slow.open.clear()
    async with running(stores, window=5) as bus:
        bus.subscribe("a.told", slow.hear)
        bus.subscribe("a.told", quick.hear)
        for number in range(30):
            await bus.publish("a.told", {"number": number})
        await until(lambda: len(quick.heard) == 30)

        assert [] == slow.heard

        slow.open.set()
        await until(lambda: len(slow.heard) >= 30)

    assert list(range(30)) == slow.heard


async def test_failing_subscriber_is_tried_again(stores: Stores) -> None:
    """One stumble costs no event and no order."""
    ear = Ear(failures=1)
    async with running(stores) as bus:
        bus.subscribe("a.told", ear.hear)
        await bus.publish("a.told", {"number": 1})
        await bus.publish("a.told", {"number": 2})
        await until(lambda: len(ear.heard) >= 2)

    assert ([1, 2], 3) == (ear.heard, ear.asked)


async def test_event_that_a_subscriber_cannot_bear_is_left_after_some_tries(stores: Stores) -> None:
    """What follows is heard all the same, and others were never held up."""
    ear, other = Ear(failures=TRIES), Ear()
    async with running(stores) as bus:
        bus.subscribe("a.told", ear.hear)
        bus.subscribe("a.told", other.hear)
        await bus.publish("a.told", {"number": 1})
        await until(lambda: other.heard == [1])

        assert [] == ear.heard

        await bus.publish("a.told", {"number": 2})
        await until(lambda: len(ear.heard) >= 1)

    assert ([2], TRIES + 1) == (ear.heard, ear.asked)


async def test_what_happened_before_is_not_told(stores: Stores) -> None:
    """A subscriber hears what is kept from the start on."""
    await stores.events.append("a.told", 1, {"number": 0})
    ear = Ear()
    async with running(stores) as bus:
        bus.subscribe("a.told", ear.hear)
        await bus.publish("a.told", {"number": 1})
        await until(lambda: ear.heard != [])

    assert [1] == ear.heard


async def test_who_left_hears_nothing_more(stores: Stores) -> None:
    """The way out that `subscribe` gives ends it."""
    gone, here = Ear(), Ear()
    async with running(stores) as bus:
        leave = bus.subscribe("a.told", gone.hear)
        bus.subscribe("a.told", here.hear)
        leave()
        await bus.publish("a.told", {"number": 1})
        await until(lambda: here.heard == [1])

    assert [] == gone.heard


async def test_event_kept_in_a_transaction_is_told_when_woken(stores: Stores) -> None:
    """A settlement keeps its own event; the bus only has to hear that there is one."""
    ear = Ear()
    async with running(stores) as bus:
        bus.subscribe("a.told", ear.hear)
        await stores.events.append("a.told", 1, {"number": 1})
        bus.wake()
        await until(lambda: ear.heard == [1])


async def test_event_of_another_process_is_noticed(stores: Stores) -> None:
    """The store's version changes when anybody writes, and nobody has to call."""
    ear, elsewhere = Ear(), Stores(stores.path)
    async with running(stores, changed=stores.database.data_version, look_s=0.005) as bus:
        bus.subscribe("a.told", ear.hear)
        await elsewhere.events.append("a.told", 1, {"number": 1})
        await until(lambda: ear.heard == [1])
    elsewhere.close()


async def test_old_event_is_told_in_its_newest_version(stores: Stores) -> None:
    """Subscribers know today's shape only; what newer code kept is passed over."""
    ear = Ear()
    async with running(stores) as bus:
        bus.subscribe("c.told", ear.hear)
        await stores.events.append("c.told", 1, {"no": 1})
        await stores.events.append("c.told", 3, {"numbers": [2]})
        await bus.publish("c.told", {"number": 3})
        await until(lambda: len(ear.heard) >= 2)

    assert [1, 3] == ear.heard


async def test_unlisted_type_is_refused(stores: Stores) -> None:
    """Neither kept nor waited for."""
    async with running(stores) as bus:
        with pytest.raises(KeyError):
            await bus.publish("d.told", {})
        with pytest.raises(KeyError):
            bus.subscribe("d.told", Ear().hear)

    assert 0 == await stores.events.last_seq()

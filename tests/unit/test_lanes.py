"""Lanes: order inside a thread, threads side by side."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.ids import ThreadId, TurnId
from bot.engine.lanes import LEASE, Lanes
from bot.ports import Inbox
from bot.store.inbox import SqliteInbox
from tests.contracts.house import Stores, origin
from tests.fakes.waiting import until

A, B = ThreadId("a"), ThreadId("b")


class GatedEngine:
    """The port `Engine`: settles a turn when it is let through. Everything is, unless its words are held."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self.held: set[str] = set()
        self.leaves_open: set[str] = set()
        self.fails: list[str] = []
        self.begun: list[str] = []
        self.ended: list[str] = []

    async def take(self, turn_id: TurnId) -> None:
        """Settle it."""
        arrival = await self._stores.inbox.arrival(turn_id)
        text = getattr(arrival, "text", "")
        self.begun.append(text)
        while text in self.held:  # noqa: ASYNC110 - let go of from outside
            await asyncio.sleep(0.002)
        if text in self.fails:
            self.fails.remove(text)
            raise ValueError(text)
        if text not in self.leaves_open:
            await self._stores.ledger.settle(self._stores.settlement(turn_id, where=arrival.origin))
        self.ended.append(text)

    async def close(self) -> None:
        """Nothing is open."""


class WatchedInbox(SqliteInbox):
    """The real one, and how often its lanes were leased."""

    leased = 0

    async def lease(self, thread_id: ThreadId, holder: str, until: datetime) -> bool:
        """Count, and lease."""
        self.leased += 1
        return await super().lease(thread_id, holder, until)


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    """An empty store."""
    stores = Stores(tmp_path / "tandem.db")
    yield stores
    stores.close()


@pytest.fixture
def engine(stores: Stores) -> GatedEngine:
    """An engine that settles at once."""
    return GatedEngine(stores)


@asynccontextmanager
async def running(stores: Stores, engine: GatedEngine, inbox: Inbox | None = None, **how: Any) -> AsyncIterator[Lanes]:  # noqa: ANN401
    """Lanes for as long as the block lasts; they sweep only when asked to."""
    lanes = Lanes(inbox or stores.inbox, engine, stores.clock, **{"holder": "me", "sweep_s": None, **how})
    await lanes.start()
    yield lanes
    await lanes.close(grace_s=0.2)


async def keep(stores: Stores, thread: ThreadId, *texts: str) -> None:
    """Say these in a thread."""
    for text in texts:
        await stores.kept(text, where=origin(thread))


async def is_free(stores: Stores, thread: ThreadId) -> bool:
    """Whether somebody else could have the lane."""
    return await stores.inbox.lease(thread, "somebody else", stores.clock.now() + LEASE)


async def test_turns_of_a_thread_follow_each_other_while_threads_run_side_by_side(stores: Stores, engine: GatedEngine) -> None:
    """A turn that takes long holds up its own thread and no other."""
    await keep(stores, A, "a1", "a2")
    await keep(stores, B, "b1", "b2")
    engine.held.add("a1")
    async with running(stores, engine) as lanes:
        lanes.wake(A)
        lanes.wake(B)
        await until(lambda: engine.ended == ["b1", "b2"])

        assert "a2" not in engine.begun

        engine.held.clear()
        await until(lambda: len(engine.ended) == 4)

    assert ["b1", "b2", "a1", "a2"] == engine.ended


async def test_same_utterance_five_times_at_once_is_one_turn(stores: Stores, engine: GatedEngine) -> None:
    """A platform that sends again and again is heard once."""
    said = stores.said("a1", key="same", where=origin(A))
    async with running(stores, engine) as lanes:

        async def arrive() -> None:
            await stores.inbox.keep(said, backlog=9)
            lanes.wake(A)

        await asyncio.gather(*(arrive() for _ in range(5)))
        await until(lambda: engine.ended != [])
        await keep(stores, A, "a2")
        lanes.wake(A)
        await until(lambda: "a2" in engine.ended)

    assert ["a1", "a2"] == engine.begun


async def test_thread_that_never_falls_silent_starves_no_other(stores: Stores, engine: GatedEngine) -> None:
    """With room for one, the slot goes round."""
    await keep(stores, A, "a1", "a2", "a3", "a4")
    await keep(stores, B, "b1", "b2")
    async with running(stores, engine, side_by_side=1) as lanes:
        lanes.wake(A)
        lanes.wake(B)
        await until(lambda: len(engine.ended) == 6)

    assert ["a1", "b1", "a2", "b2"] == engine.ended[:4]


async def test_no_more_turns_run_side_by_side_than_there_is_room_for(stores: Stores, engine: GatedEngine) -> None:
    """Work waits for a slot."""
    threads = [ThreadId(f"t{number}") for number in range(5)]
    for thread in threads:
        await keep(stores, thread, thread)
    engine.held.update(threads)
    async with running(stores, engine, side_by_side=3) as lanes:
        for thread in threads:
            lanes.wake(thread)
        await until(lambda: len(engine.begun) == 3)
        await asyncio.sleep(0.05)

        assert 3 == len(engine.begun)

        engine.held.clear()
        await until(lambda: len(engine.ended) == 5)


async def test_what_is_said_while_the_lane_ends_is_not_forgotten(stores: Stores, engine: GatedEngine) -> None:
    """A call at any moment leads to one more look."""
    async with running(stores, engine) as lanes:
        for number in range(20):
            await keep(stores, A, f"a{number}")
            lanes.wake(A)
            for _ in range(number):
                await asyncio.sleep(0)
        await until(lambda: len(engine.ended) == 20)

    assert [f"a{number}" for number in range(20)] == engine.ended


async def test_thread_that_nobody_called_for_is_found(stores: Stores, engine: GatedEngine) -> None:
    """What a dead process kept is adopted by the sweep."""
    await keep(stores, A, "a1")
    async with running(stores, engine, sweep_s=0.01):
        await until(lambda: engine.ended == ["a1"])


async def test_start_frees_the_lanes_of_the_dead(stores: Stores, engine: GatedEngine) -> None:
    """Who holds the home knows that nobody else works on it, and waits for no lease."""
    await keep(stores, A, "a1")
    await stores.inbox.lease(A, "the dead", stores.clock.now() + LEASE)
    async with running(stores, engine, sweep_s=0.01):
        await until(lambda: engine.ended == ["a1"])


async def test_lane_of_another_is_left_alone_until_its_time_is_over(stores: Stores, engine: GatedEngine) -> None:
    """Two processes never work on one thread."""
    async with running(stores, engine, sweep_s=0.01) as lanes:
        await stores.inbox.lease(A, "somebody else", stores.clock.now() + LEASE)
        await keep(stores, A, "a1")
        lanes.wake(A)
        await asyncio.sleep(0.05)

        assert [] == engine.begun

        stores.clock.move(LEASE + timedelta(seconds=1))
        await until(lambda: engine.ended == ["a1"])


async def test_lane_is_kept_for_as_long_as_its_turn_takes(stores: Stores, engine: GatedEngine) -> None:
    """The lease is prolonged while work goes on."""
    inbox, lease = WatchedInbox(stores.database, stores.clock, stores.ids), timedelta(seconds=0.03)
    await keep(stores, A, "a1")
    engine.held.add("a1")
    async with running(stores, engine, inbox, lease=lease) as lanes:
        lanes.wake(A)
        await until(lambda: engine.begun == ["a1"])
        stores.clock.move(lease * 0.9)
        seen = inbox.leased
        await until(lambda: inbox.leased > seen + 1)  # the first of them may have begun before the clock moved
        stores.clock.move(lease * 0.9)

        assert not await is_free(stores, A)

        engine.held.clear()
        await until(lambda: engine.ended == ["a1"])


async def test_lane_is_given_back_when_nothing_waits(stores: Stores, engine: GatedEngine) -> None:
    """Another process could go on at once."""
    await keep(stores, A, "a1")
    async with running(stores, engine) as lanes:
        lanes.wake(A)
        await until(lambda: engine.ended == ["a1"])
        await until(lambda: is_free(stores, A))


async def test_close_gives_back_a_lane_whose_turn_did_not_end(stores: Stores, engine: GatedEngine) -> None:
    """The next process need not wait for the lease to run out."""
    await keep(stores, A, "a1")
    engine.held.add("a1")
    async with running(stores, engine) as lanes:
        lanes.wake(A)
        await until(lambda: engine.begun == ["a1"])

    assert await is_free(stores, A)


async def test_turn_that_stays_open_does_not_spin(stores: Stores, engine: GatedEngine) -> None:
    """A turn that was taken and is open still rests, and so does its lane; others go on."""
    await keep(stores, A, "a1")
    await keep(stores, B, "b1")
    engine.leaves_open.add("a1")
    async with running(stores, engine, sweep_s=0.005, rest_s=60.0) as lanes:
        lanes.wake(A)
        lanes.wake(B)
        await until(lambda: set(engine.ended) == {"a1", "b1"})
        await asyncio.sleep(0.05)

    assert ["a1", "b1"] == sorted(engine.begun)


async def test_lane_recovers_from_a_failure(stores: Stores, engine: GatedEngine) -> None:
    """After a rest the sweep finds the thread again."""
    await keep(stores, A, "a1", "a2")
    engine.fails.append("a1")
    async with running(stores, engine, sweep_s=0.01, rest_s=0.01):
        await until(lambda: engine.ended == ["a1", "a2"])

    assert ["a1", "a1", "a2"] == engine.begun

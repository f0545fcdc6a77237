"""Lanes: order inside a thread, threads side by side. Knows the inbox and the engine as ports; knows no turn's content."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from structlog.contextvars import bound_contextvars

from bot.domain.ids import ThreadId, TurnId
from bot.ports import Clock, Engine, Inbox

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

LEASE = timedelta(seconds=30)
SWEEP_S = 1.0
REST_S = 5.0
"""How long a thread is left alone after something unexpected, so that what cannot work does not work all the time."""


class Stuck(RuntimeError):
    """A turn was taken and is open still."""


class Lanes:
    """One lane a thread, leased to this process while it works there; what nobody works on is found by a sweep."""

    def __init__(
        self,
        inbox: Inbox,
        engine: Engine,
        clock: Clock,
        *,
        holder: str,
        side_by_side: int = 64,
        lease: timedelta = LEASE,
        sweep_s: float | None = SWEEP_S,
        rest_s: float = REST_S,
    ) -> None:
        """holder: names this process; no other live one may have it. side_by_side: how many turns are under way at most.

        lease: how long a lane outlives a process that stopped prolonging it. sweep_s: how often threads that wait are looked for;
        None leaves them to others.
        """
        self._inbox = inbox
        self._engine = engine
        self._clock = clock
        self._holder = holder
        self._slots = asyncio.Semaphore(side_by_side)
        self._lease = lease
        self._sweep_s = sweep_s
        self._rest_s = rest_s
        self._lanes: dict[ThreadId, asyncio.Task[None]] = {}
        self._called: set[ThreadId] = set()
        self._held: set[ThreadId] = set()
        self._hurrying: set[asyncio.Task[None]] = set()
        self._rounds: list[asyncio.Task[None]] = []
        self._closing = asyncio.Event()

    async def start(self, *, holds_home: bool = True) -> None:
        """Begin to look for threads that wait. holds_home: nobody else works on this home, so every lane left held is a dead one's."""
        if holds_home:
            await self._inbox.free_lanes()
        self._rounds.append(asyncio.create_task(self._each(self._lease.total_seconds() / 3, self._prolong)))
        if self._sweep_s is not None:
            self._rounds.append(asyncio.create_task(self._each(self._sweep_s, self._sweep)))

    def wake(self, thread_id: ThreadId) -> None:
        """Something was kept in this thread. To be called on the loop."""
        if self._closing.is_set():
            return
        if thread_id in self._lanes:
            self._called.add(thread_id)
            self._hurry(thread_id)
            return
        task = asyncio.create_task(self._run(thread_id))
        self._lanes[thread_id] = task
        task.add_done_callback(lambda _: self._ended(thread_id))

    def _hurry(self, thread_id: ThreadId | None) -> None:
        """Wishes to stop do not wait for the turn that they are to stop."""
        task = asyncio.create_task(self._halt(thread_id))
        self._hurrying.add(task)
        task.add_done_callback(self._hurrying.discard)

    async def _halt(self, thread_id: ThreadId | None) -> None:
        try:
            for thread, turn_id in await self._inbox.stops(thread_id):
                if thread in self._lanes:
                    await self._engine.take(turn_id)
        except Exception:
            log.exception("stop_failed")  # its lane comes to it

    async def close(self, grace_s: float = 5.0) -> None:
        """Begin nothing more; turns under way have `grace_s` to end. Then every lane is given back."""
        self._closing.set()
        for task in self._rounds:
            task.cancel()
        lanes = set(self._lanes.values())
        if lanes:
            await asyncio.wait(lanes, timeout=grace_s)
        for task in (*lanes, *self._hurrying):
            task.cancel()
        await asyncio.gather(*self._rounds, *lanes, *self._hurrying, return_exceptions=True)

    def _ended(self, thread_id: ThreadId) -> None:
        del self._lanes[thread_id]
        if thread_id in self._called:
            self._called.discard(thread_id)
            self.wake(thread_id)

    async def _run(self, thread_id: ThreadId) -> None:
        with bound_contextvars(thread_id=thread_id):
            try:
                await self._work(thread_id)
            except Exception:
                log.exception("lane_stopped", rest_s=self._rest_s)
                await self._release(thread_id)
                await self._rest()
            finally:
                await self._release(thread_id)

    async def _work(self, thread_id: ThreadId) -> None:
        """Turn after turn. The slot goes back after each, so a thread that never falls silent queues behind the others."""
        last: TurnId | None = None
        while not self._closing.is_set():
            async with self._slots:
                if self._closing.is_set() or not await self._hold(thread_id):
                    return
                self._called.discard(thread_id)
                turn_id = await self._inbox.next_in(thread_id)
                if turn_id is None:
                    return
                if turn_id == last:
                    raise Stuck(turn_id)
                await self._engine.take(turn_id)
                last = turn_id

    async def _hold(self, thread_id: ThreadId) -> bool:
        """Have the lane; False when another has it."""
        if thread_id not in self._held and await self._inbox.lease(thread_id, self._holder, self._clock.now() + self._lease):
            self._held.add(thread_id)
        return thread_id in self._held

    async def _release(self, thread_id: ThreadId) -> None:
        if thread_id in self._held:
            self._held.discard(thread_id)
            try:
                await self._inbox.release(thread_id, self._holder)
            except Exception:
                log.exception("lane_not_released")  # its time runs out by itself

    async def _rest(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._rest_s):
                await self._closing.wait()

    async def _sweep(self) -> None:
        for thread_id in await self._inbox.orphans():
            self.wake(thread_id)
        if self._lanes:
            self._hurry(None)

    async def _prolong(self) -> None:
        for thread_id in tuple(self._held):
            if not await self._inbox.lease(thread_id, self._holder, self._clock.now() + self._lease):
                log.warning("lane_lost", thread_id=thread_id)
                self._held.discard(thread_id)
            elif thread_id not in self._held:
                await self._inbox.release(thread_id, self._holder)  # it was given back while we asked

    async def _each(self, every_s: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except Exception:
                log.exception("round_failed", work=getattr(work, "__name__", ""))
            await asyncio.sleep(every_s)

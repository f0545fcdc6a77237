"""Fan-out of kept events in this process: in order, each subscriber at its own pace. Knows no event's meaning and no storage."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence

import structlog

from bot.domain.events import EVENT_TYPES, EventTypes, UnknownVersion
from bot.domain.records import Event
from bot.ports import Events, Subscriber

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

WINDOW = 1000
"""How many of the newest events are held in memory; who is further behind reads them from the store."""

TRIES = 4
FIRST_WAIT_S = 0.1
LOOK_S = 0.03


class HouseBus:
    """The port `Bus`: one reader of the store, and one task for each subscriber."""

    def __init__(
        self,
        events: Events,
        *,
        types: EventTypes = EVENT_TYPES,
        changed: Callable[[], Awaitable[int]] | None = None,
        look_s: float = LOOK_S,
        window: int = WINDOW,
    ) -> None:
        """changed: a number that is another one after any write to the store, by whichever process; asked every `look_s`."""
        self._events = events
        self._types = types
        self._changed = changed
        self._look_s = look_s
        self._seen = 0
        self._recent: deque[Event] = deque(maxlen=window)
        self._calls = asyncio.Event()
        self._lines: dict[_Line, asyncio.Task[None]] = {}
        self._rounds: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """From now on, hand on what is kept."""
        self._seen = await self._events.last_seq()
        for line in self._lines:
            line.seen = self._seen
        self._rounds = [asyncio.create_task(self._read())]
        if self._changed is not None:
            self._rounds.append(asyncio.create_task(self._look(self._changed)))

    def subscribe(self, event_type: str, subscriber: Subscriber) -> Callable[[], None]:
        """Call `subscriber` for each event of this type from now on; returns what ends it.

        Raises: KeyError for a type that nobody listed.
        """
        self._types.newest(event_type)
        line = _Line(event_type, subscriber, self._seen)
        self._lines[line] = asyncio.create_task(self._serve(line))

        def end() -> None:
            if (task := self._lines.pop(line, None)) is not None:
                task.cancel()

        return end

    async def publish(self, event_type: str, payload: Mapping[str, object]) -> None:
        """Keep an event and fan it out.  Raises: KeyError for a type that nobody listed."""
        await self._events.append(event_type, self._types.newest(event_type), payload)
        self.wake()

    def wake(self) -> None:
        """There may be new events in the store. To be called on the loop."""
        self._calls.set()

    async def close(self) -> None:
        """Hand on nothing more."""
        tasks = [*self._rounds, *self._lines.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _read(self) -> None:
        while True:
            await self._calls.wait()
            self._calls.clear()
            try:
                await self._read_new()
            except Exception:
                log.exception("events_not_read")
                await asyncio.sleep(FIRST_WAIT_S)
                self._calls.set()

    async def _read_new(self) -> None:
        while batch := await self._events.since(self._seen):
            self._recent.extend(batch)
            self._seen = batch[-1].seq
            for line in self._lines:
                line.calls.set()

    async def _look(self, changed: Callable[[], Awaitable[int]]) -> None:
        """Notice what other processes keep."""
        before: int | None = None
        while True:
            try:
                now = await changed()
            except Exception:
                log.exception("store_not_looked_at")
            else:
                if now != before:
                    before = now
                    self.wake()
            await asyncio.sleep(self._look_s)

    async def _serve(self, line: "_Line") -> None:
        while True:
            await line.calls.wait()
            line.calls.clear()
            while line.seen < self._seen:
                goal, batch = self._seen, await self._after(line.seen)
                for event in batch:
                    if event.type == line.event_type:
                        await self._hand(line, event)
                    line.seen = event.seq
                if not batch:
                    line.seen = goal  # what stood there was purged

    async def _after(self, seq: int) -> Sequence[Event]:
        """What came after `seq`: from memory, or from the store for who is far behind."""
        if self._recent and self._recent[0].seq <= seq + 1:
            return [event for event in self._recent if event.seq > seq]
        while True:
            with contextlib.suppress(Exception):
                return await self._events.since(seq)
            await asyncio.sleep(FIRST_WAIT_S)

    async def _hand(self, line: "_Line", event: Event) -> None:
        wait_s = FIRST_WAIT_S
        for tried in range(1, TRIES + 1):
            try:
                await line.subscriber(self._types.as_of_today(event))
            except UnknownVersion:
                log.warning("event_from_the_future", event_type=event.type, version=event.version, seq=event.seq)
                return
            except Exception:
                log.exception("subscriber_failed", event_type=event.type, seq=event.seq, tried=tried, gives_up=tried == TRIES)
            else:
                return
            if tried < TRIES:
                await asyncio.sleep(wait_s)
                wait_s *= 2


class _Line:
    """A subscriber and how far it is."""

    def __init__(self, event_type: str, subscriber: Subscriber, seen: int) -> None:
        self.event_type = event_type
        self.subscriber = subscriber
        self.seen = seen
        self.calls = asyncio.Event()

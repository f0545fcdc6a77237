"""What happens and what must come to its end, as the inside asks for it: the bus, kept events, durable work."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.ids import TurnId
from bot.domain.records import Event

Subscriber = Callable[[Event], Awaitable[None]]


class Bus(Protocol):
    """Fan-out of kept events inside this process, in order, each event once for each subscriber and process."""

    def subscribe(self, event_type: str, subscriber: Subscriber) -> Callable[[], None]:
        """Call `subscriber` for each event of this type from now on; returns what ends it. One that fails is logged, and tried again."""
        ...

    async def publish(self, event_type: str, payload: Mapping[str, object]) -> None:
        """Keep an event and fan it out. Those of a settlement or a save are kept in its transaction instead."""
        ...

    def wake(self) -> None:
        """Look for new events in the store."""
        ...


class Events(Protocol):
    """Kept events."""

    async def append(self, event_type: str, version: int, payload: Mapping[str, object]) -> Event:
        """Keep one."""
        ...

    async def since(self, seq: int, limit: int = 500) -> Sequence[Event]:
        """What came after `seq`, in order."""
        ...

    async def last_seq(self) -> int:
        """The newest event's place, 0 when there is none."""
        ...


class Firings(Protocol):
    """Which jobs of a schedule were begun, and for which moment."""

    async def begin(self, job: str, fire_time: datetime) -> bool:
        """Whether it is us who do this job for this moment: True for one asker alone, ever."""
        ...

    async def last(self, job: str) -> datetime | None:
        """The latest moment for which the job was begun."""
        ...


class Engine(Protocol):
    """Durable work: what was begun is ended, over crashes, each step once."""

    async def take(self, turn_id: TurnId) -> None:
        """See the turn to its end, having started it if nobody did; returns when it is settled or given up aloud."""
        ...

    async def close(self) -> None:
        """Stop taking work; what is under way is taken up at the next start."""
        ...

"""Which turns are under way, at which step, and how one is stopped. Knows turns by id; knows nothing that was said in them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any, TypeVar

from bot.domain.ids import TurnId
from bot.domain.steps import Partway
from bot.errors import TellUser

T = TypeVar("T")

SETTLING = "settle"
"""The last step of a turn."""


class UnderWay:
    """The turns of this process. Steps are told to whoever watches a turn; nobody watching costs nothing."""

    def __init__(self) -> None:
        self._watched: dict[TurnId, list[asyncio.Queue[str]]] = {}
        self._working: dict[TurnId, asyncio.Future[Any]] = {}
        self._stopped: set[TurnId] = set()

    def at(self, turn_id: TurnId, step: str) -> None:
        """A turn comes to a step."""
        for steps in self._watched.get(turn_id, ()):
            steps.put_nowait(step)

    def partway(self, turn_id: TurnId, step: str) -> Callable[[float, float], None]:
        """What is told how much of a step is done, of how much in all; it works out what is left by the time it took so far."""
        begun = perf_counter()

        def told(done: float, whole: float) -> None:
            share = min(done / whole, 1.0) if whole > 0 else 0.0
            left_s = (perf_counter() - begun) * (1 - share) / share if share else 0.0
            self.at(turn_id, Partway(step, share, left_s))

        return told

    @contextmanager
    def watching(self, turn_id: TurnId) -> Iterator["asyncio.Queue[str]"]:
        """The steps of a turn from now on, as they come."""
        steps: asyncio.Queue[str] = asyncio.Queue()
        watchers = self._watched.setdefault(turn_id, [])
        watchers.append(steps)
        try:
            yield steps
        finally:
            watchers.remove(steps)
            if not watchers:
                self._watched.pop(turn_id, None)

    async def stoppable(self, turn_id: TurnId, work: Awaitable[T]) -> T:
        """Do the work of a turn.  Raises: TellUser("turn_stopped") when a person stopped it meanwhile."""
        working = asyncio.ensure_future(work)
        self._working[turn_id] = working
        try:
            return await working
        except asyncio.CancelledError:
            if turn_id in self._stopped:
                raise TellUser("turn_stopped") from None
            raise
        finally:
            working.cancel()
            self._working.pop(turn_id, None)
            self._stopped.discard(turn_id)

    def stop(self, turn_id: TurnId) -> bool:
        """End the work of a turn; False when none is being done here."""
        working = self._working.get(turn_id)
        if working is None or working.done():
            return False
        self._stopped.add(turn_id)
        return working.cancel()

"""Turns without a progress file, for a command that runs one and exits. What it leaves undone stays kept, and the next server ends it."""

import asyncio

from bot.domain.ids import TurnId
from bot.engine.attempts import Attempts


class Direct:
    """The port `Engine` at the price of a function call: `dbos` takes longer to import than such a command may take in all."""

    def __init__(self, attempts: Attempts) -> None:
        self._attempts = attempts
        self._under_way: set[asyncio.Task[None]] = set()

    async def take(self, turn_id: TurnId) -> None:
        """See the turn to its end; returns when it is settled or given up aloud."""
        task = asyncio.create_task(self._attempts.see_through(turn_id))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        await task

    async def close(self) -> None:
        """Drop what is under way; it is kept."""
        for task in tuple(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

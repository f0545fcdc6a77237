"""Work that is never through: a little at a time, whenever there is some, until it is closed. Knows no work."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from bot.errors import Upstream

log = logging.getLogger(__name__)

WAIT_S = 5.0
"""Between two looks where nothing was to be done."""


class Background:
    """some: does a little; False when nothing is left. again_s: how long it rests where somebody that it asks does not answer.

    What is half done when it is closed is done again the next time.
    """

    def __init__(self, name: str, some: Callable[[], Awaitable[bool]], *, again_s: float = WAIT_S) -> None:
        self._name = name
        self._some = some
        self._again_s = again_s
        self._work: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Go on from now on."""
        if self._work is None:
            self._work = asyncio.create_task(self._always(), name=self._name)

    async def close(self) -> None:
        """Stop."""
        work, self._work = self._work, None
        if work is not None:
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work

    async def _always(self) -> None:
        while True:
            try:
                if not await self._some():
                    await asyncio.sleep(WAIT_S)
            except Upstream:
                log.warning("%s waits: whom it asks does not answer", self._name)
                await asyncio.sleep(self._again_s)

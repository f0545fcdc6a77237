"""How often a turn is tried, and when it is given up aloud. Knows the two callbacks it is handed; knows no storage and no vendor."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass

import structlog

from bot.domain.ids import TurnId
from bot.errors import Upstream

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

Road = Callable[[TurnId], Awaitable[None]]
"""Takes a kept turn to its settlement. May be walked again from the start: a settled turn is left as it is."""

Sleep = Callable[[float], Awaitable[None]]
Beside = Callable[[TurnId], AbstractAsyncContextManager[None]]
"""Keeps company to a turn for as long as it is fought for."""


def _alone(_: TurnId) -> AbstractAsyncContextManager[None]:
    return nullcontext()


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a turn is fought for.

    tries: the first included. first_wait_s: doubles from try to try. longest_wait_s: nobody is left waiting longer between two tries;
    a service that asks for more is not waited for at all. lives: how many processes may die over one turn before it is given up.
    """

    tries: int = 4
    first_wait_s: float = 0.5
    longest_wait_s: float = 20.0
    lives: int = 3


class Attempts:
    """Walks the road of a turn; tries again when a service outside failed; says so aloud when nothing helps."""

    def __init__(
        self, road: Road, give_up: Road, patience: Patience = Patience(), *, sleep: Sleep = asyncio.sleep, beside: Beside = _alone
    ) -> None:
        self.patience = patience
        self._road = road
        self._give_up = give_up
        self._sleep = sleep
        self._beside = beside

    async def see_through(self, turn_id: TurnId) -> None:
        """Return when the turn was taken, or given up aloud."""
        async with self._beside(turn_id):
            await self._see_through(turn_id)

    async def _see_through(self, turn_id: TurnId) -> None:
        try:
            await self._try(turn_id)
        except Upstream as err:
            log.warning("turn_given_up", turn_id=turn_id, service=err.service, retry_after_s=err.retry_after_s)
        except Exception:
            log.exception("turn_failed", turn_id=turn_id)
        else:
            return
        await self.give_up(turn_id)

    async def give_up(self, turn_id: TurnId) -> None:
        """Have the person told, for as long as telling fails: a turn that nobody ends would close its lane for good."""
        wait_s = 1.0
        while True:
            try:
                await self._give_up(turn_id)
            except Exception:
                log.exception("giving_up_failed", turn_id=turn_id, again_in_s=wait_s)
                await self._sleep(wait_s)
                wait_s = min(wait_s * 2, 60.0)
            else:
                return

    async def _try(self, turn_id: TurnId) -> None:
        tried = 0
        while True:
            try:
                await self._road(turn_id)
            except Upstream as err:
                tried += 1
                if tried >= self.patience.tries or err.retry_after_s > self.patience.longest_wait_s:
                    raise
                wait_s = self._wait_s(tried, err)
                log.info("turn_waits", turn_id=turn_id, service=err.service, tried=tried, wait_s=round(wait_s, 2))
                await self._sleep(wait_s)
            else:
                return

    def _wait_s(self, tried: int, err: Upstream) -> float:
        """Grows from try to try, is never shorter than the service asked for, and is spread so that lanes do not come back all at once."""
        growing_s = min(self.patience.first_wait_s * 2.0 ** (tried - 1), self.patience.longest_wait_s)
        return max(growing_s, err.retry_after_s) * random.uniform(1.0, 1.2)  # noqa: S311 - no secret

"""Keeps a person company while their turn is under way: a sign after three seconds, and after a minute what it is at."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import pairwise

from bot.domain.ids import TurnId
from bot.domain.talk import Arrival, Errand, Lang, language_of, words_in
from bot.ports import Channel, Inbox
from bot.turns.under_way import SETTLING, UnderWay

SIGNS_S = (3.0, 60.0)
PATIENCE_S = 5.0
"""How long showing a sign may take: whoever cannot show it in this time shows none."""

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True)
class Company:
    """Shows that turns are under way, by the channel that they came by, once for each of `SIGNS_S`, and never once they are settled."""

    inbox: Inbox
    channels: Mapping[str, Channel]
    under_way: UnderWay
    sleep: Sleep = asyncio.sleep

    @asynccontextmanager
    async def beside(self, turn_id: TurnId) -> AsyncIterator[None]:
        """Keep company to one turn while the block runs; it is neither slowed nor ended by it."""
        keeping = asyncio.create_task(self._keep(turn_id))
        try:
            yield
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)

    async def _keep(self, turn_id: TurnId) -> None:
        with self.under_way.watching(turn_id) as steps:
            seen = _Seen()
            signs = asyncio.create_task(self._show_signs(turn_id, seen))
            try:
                while (step := await steps.get()) != SETTLING:
                    seen.step = step
            finally:
                signs.cancel()
                await asyncio.gather(signs, return_exceptions=True)

    async def _show_signs(self, turn_id: TurnId, seen: "_Seen") -> None:
        for before_s, after_s in pairwise((0.0, *SIGNS_S)):
            await self.sleep(after_s - before_s)
            arrival = await self.inbox.arrival(turn_id)
            channel = self.channels.get(arrival.origin.channel)
            if channel is None or isinstance(arrival, Errand):
                return
            try:
                async with asyncio.timeout(PATIENCE_S):
                    await channel.working(arrival.origin, _language(arrival), seen.step, after_s)
            except Exception:  # noqa: BLE001, S112 - a sign is worth no failed turn, and the next may be shown
                continue


@dataclass
class _Seen:
    """The step that the turn is at."""

    step: str = ""


def _language(arrival: Arrival) -> Lang:
    said = words_in(arrival)
    return language_of(said) if said else Lang.ZH

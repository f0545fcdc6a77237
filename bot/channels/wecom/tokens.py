"""WeCom's access token: one flight for all who need it, kept until a minute before its end. Knows how to ask again, and when not to."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.channels.wecom.errors import Refusal
from bot.ports import Clock

EARLY = timedelta(seconds=60)
RESTS = timedelta(seconds=10)
"""A token that was asked for because the one before was refused, and is refused too, is not replaced sooner: asking is limited as well."""


class AccessToken:
    """The token of one app. ask: fetches one, with the seconds that it lives."""

    def __init__(self, ask: Callable[[], Awaitable[tuple[str, float]]], clock: Clock) -> None:
        self._ask = ask
        self._clock = clock
        self._token = ""
        self._until = self._replaced_at = datetime.min.replace(tzinfo=clock.now().tzinfo)
        self._asking: asyncio.Task[str] | None = None

    async def get(self, *, refused: str = "") -> str:
        """A token that is good as far as we know. refused: one that WeCom does not take any more, whatever its time says.

        Raises: what asking raises, to all who wait for it; Refusal when a token that has just been replaced is refused as well.
        """
        now = self._clock.now()
        if refused and refused == self._token:
            if now - self._replaced_at < RESTS:
                raise Refusal(40014, "refused again at once")
            self._token, self._replaced_at = "", now
        if self._token and now < self._until - EARLY:
            return self._token
        if self._asking is None:
            self._asking = asyncio.create_task(self._asked())
            self._asking.add_done_callback(self._landed)
        return await asyncio.shield(self._asking)  # who hangs up takes the flight from nobody

    async def close(self) -> None:
        """Nobody waits any more."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    async def _asked(self) -> str:
        token, lives_s = await self._ask()
        self._token, self._until = token, self._clock.now() + timedelta(seconds=lives_s)
        return token

    def _landed(self, flight: asyncio.Task[str]) -> None:
        self._asking = None
        if not flight.cancelled():
            flight.exception()  # it was told to all who waited; when nobody did, it is no news

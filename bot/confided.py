"""What people confide, between its message and its use: in memory, for minutes. Writes nothing down and knows no file."""

import contextlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.ports import Clock
from bot.private_line import ask_house

LASTS = timedelta(minutes=10)
MOST = 200
CONFIDE, CONFIDE_TIMEOUT_S = "confide", 1.5
"""The platform that sent it waits for its acknowledgement meanwhile."""


class MemoryBox:
    """The port `Strongbox`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held: dict[tuple[str, str], tuple[datetime, str]] = {}

    async def put(self, channel: str, key: str, secret: str) -> None:
        """Keep it in memory for some minutes; of very many the oldest goes."""
        now = self._clock.now()
        self._held = {name: held for name, held in self._held.items() if held[0] > now}
        while len(self._held) >= MOST:
            del self._held[next(iter(self._held))]
        self._held[channel, key] = (now + LASTS, secret)

    def look(self, channel: str, key: str) -> str | None:
        """What was confided with this message; None where nothing is (any more)."""
        until, secret = self._held.get((channel, key), (self._clock.now(), ""))
        return secret if until > self._clock.now() else None

    def drop(self, channel: str, key: str) -> None:
        """Forget it."""
        self._held.pop((channel, key), None)

    async def confide(self, channel: str, key: str, secret: str) -> Mapping[str, Any]:
        """The errand of the front process."""
        await self.put(channel, key, secret)
        return {}


class HouseSafe:
    """The port `Safe` of the front process: hands it to the house over the private line."""

    def __init__(self, house: Path) -> None:
        self._house = house

    async def put(self, channel: str, key: str, secret: str) -> None:
        """Hand it over; a house that does not answer loses it, and asks again."""
        request = {"verb": CONFIDE, "args": {"channel": channel, "key": key, "secret": secret}}
        with contextlib.suppress(OSError, TimeoutError, ValueError):
            await ask_house(self._house, request, timeout_s=CONFIDE_TIMEOUT_S)

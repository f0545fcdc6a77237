"""How fast messages may follow each other in one conversation. Knows seconds; knows no message."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

from bot.errors import Upstream

EVERY_S, AT_ONCE, LONGEST_WAIT_S = 1.0, 3, 6.0
"""Slack takes about one message a second in a conversation, and a short burst.
Source: https://docs.slack.dev/apis/web-api/rate-limits"""
MOST_REMEMBERED = 4096


class Pace:
    """Waits until a conversation may take one more. now: seconds that only go up."""

    def __init__(self, now: Callable[[], float] = monotonic, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._now = now
        self._sleep = sleep
        self._free_at: dict[str, float] = {}

    async def turn(self, channel: str) -> None:
        """Return when it is this message's turn.  Raises: Upstream when that is long: others should not wait for it."""
        now = self._now()
        free_at = max(self._free_at.pop(channel, 0.0), now - EVERY_S * (AT_ONCE - 1))
        wait_s = free_at - now
        if wait_s > LONGEST_WAIT_S:
            self._free_at[channel] = free_at
            raise Upstream("slack: pace", wait_s)  # noqa: TRY003 - a service and a word
        self._free_at[channel] = free_at + EVERY_S
        while len(self._free_at) > MOST_REMEMBERED:
            del self._free_at[next(iter(self._free_at))]
        if wait_s > 0:
            await self._sleep(wait_s)

"""Waiting for something to become so. Knows no reason why it should."""

import asyncio
from collections.abc import Awaitable, Callable

TOO_LONG_S = 20.0


async def until(holds: Callable[[], bool | Awaitable[bool]]) -> None:
    """Return as soon as `holds` does.  Raises: TimeoutError when it does not for very long."""
    async with asyncio.timeout(TOO_LONG_S):
        while True:
            so = holds()
            if await so if isinstance(so, Awaitable) else so:
                return
            await asyncio.sleep(0.002)

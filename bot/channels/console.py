"""The terminal as a channel: a private Unix socket that speaks JSON lines, and the pick-up counter for answers."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from bot.channels.desk import Desk, line_of
from bot.domain.decision import Message
from bot.domain.talk import Lang, Origin

LONGEST_REQUEST_BYTES = 1 << 20
REQUEST_TIMEOUT_S = 10


class ConsoleChannel:
    """The way out to the terminal and to the page: an answer is kept for whoever asked, who picks it up over the private line."""

    def __init__(self, name: str = "console") -> None:
        self.name = name

    async def deliver(self, message: Message) -> str:
        """It lies at the counter."""
        return f"{self.name}:{message.id}"

    async def reached(self, _: Message) -> bool | None:
        """What was settled is there to be picked up."""
        return True

    async def working(self, _origin: Origin, _lang: Lang, _step: str, _seconds: float, /) -> None:
        """Whoever waits at the counter watches the turn itself."""


@asynccontextmanager
async def served(desk: Desk, path: Path) -> AsyncIterator[None]:
    """Serve `desk` at the socket `path`, for this operating-system user alone, while the block runs. The home must be held."""
    await asyncio.to_thread(_clear, path)
    before = os.umask(0o177)
    try:
        server = await asyncio.start_unix_server(lambda *ends: _converse(desk, *ends), path, limit=LONGEST_REQUEST_BYTES)
    finally:
        os.umask(before)
    try:
        async with server:
            yield
    finally:
        await asyncio.to_thread(_clear, path)


def _clear(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)


async def _converse(desk: Desk, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One request a connection. A caller that hangs up cancels its request; a turn already kept goes on."""
    try:
        line = await asyncio.wait_for(reader.readline(), REQUEST_TIMEOUT_S)
        answering = asyncio.create_task(_answer(desk, json.loads(line), writer))
        hung_up = asyncio.create_task(reader.read())
        await asyncio.wait({answering, hung_up}, return_when=asyncio.FIRST_COMPLETED)
        for task in (answering, hung_up):
            task.cancel()
        await asyncio.gather(answering, hung_up, return_exceptions=True)
    except (TimeoutError, ValueError, ConnectionError):
        pass
    finally:
        with suppress(ConnectionError):
            writer.close()
            await writer.wait_closed()


async def _answer(desk: Desk, request: dict[str, Any], writer: asyncio.StreamWriter) -> None:
    async for answer in desk.answer(request):
        writer.write(line_of(answer))
        await writer.drain()

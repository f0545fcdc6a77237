"""A mail server that obeys up to a step, and there hangs, hangs up, or says something odd. It takes nothing but whole texts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from tests.fakes.mail.certificates import HERE

HANG, CUT = "hang", "cut"
REPLIES = {
    "GREETING": "220 mail.test here", "EHLO": "250-mail.test\r\n250-AUTH PLAIN\r\n250 STARTTLS", "STARTTLS": "220 go ahead",
    "AUTH": "235 2.7.0 welcome", "MAIL": "250 fine", "RCPT": "250 fine", "DATA": "354 go on", "END": "250 have it", "QUIT": "221 bye",
}  # fmt: skip


@dataclass
class Broken:
    """step: where it breaks: a verb, `GREETING`, `TEXT` (at the first line of it) or `END` (after the dot). how: HANG, CUT, or a reply."""

    step: str
    how: str
    port: int = 0
    heard: list[str] = field(default_factory=list)
    texts: list[bytes] = field(default_factory=list)
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        with suppress(ConnectionError):
            try:
                await self._say(writer, "GREETING")
                while line := await reader.readline():
                    verb = line.split()[0].decode().upper()
                    self.heard.append(line.decode().rstrip())
                    await self._say(writer, verb)
                    if verb == "DATA":
                        self.texts.append(await self._text(reader, writer))
                        await self._say(writer, "END")
            finally:
                writer.close()

    async def _text(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        text = b""
        while (line := await reader.readline()) != b".\r\n":
            if not line:
                raise ConnectionResetError
            if self.step == "TEXT":
                await self._say(writer, "TEXT")
            text += line
        return text

    async def _say(self, writer: asyncio.StreamWriter, step: str) -> None:
        how = self.how if step == self.step else REPLIES.get(step, "500 what?")
        if step == self.step:
            self.reached.set()
        if how == HANG:
            await asyncio.Event().wait()
        if how == CUT:
            writer.transport.abort()
            raise ConnectionResetError
        writer.write(how.encode() + b"\r\n")
        await writer.drain()


@asynccontextmanager
async def breaking(step: str, how: str) -> AsyncIterator[Broken]:
    """Run it on a free port of this machine."""
    broken, tasks = Broken(step, how), set[asyncio.Task[None]]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if task := asyncio.current_task():
            tasks.add(task)
        with suppress(asyncio.CancelledError):
            await broken.serve(reader, writer)

    server = await asyncio.start_server(serve, HERE, 0)
    broken.port = server.sockets[0].getsockname()[1]
    try:
        yield broken
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()

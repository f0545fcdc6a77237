"""The private line: how a command, or the web process, asks the process that serves the home. Standard library only."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import Any

Json = dict[str, Any]

CONNECT_TIMEOUT_S = 2
LONGEST_ANSWER_BYTES = 64 << 20


class NobodyServes(ConnectionError):
    """No process serves this home."""


def call(path: Path, request: Json, *, timeout_s: float | None = None) -> Iterator[Json]:
    """Send one request and yield its lines as they come.

    Raises: NobodyServes before anything was sent; ConnectionError when the serving process went away in the middle.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as near:
        near.settimeout(CONNECT_TIMEOUT_S)
        try:
            near.connect(str(path))
        except OSError as err:
            raise NobodyServes(str(path)) from err
        near.settimeout(timeout_s)
        near.sendall(json.dumps(request).encode() + b"\n")
        with near.makefile("rb") as lines:
            ended = False
            for line in lines:
                answer: Json = json.loads(line)
                ended = "progress" not in answer
                yield answer
            if not ended:
                raise ConnectionError(str(path))


async def ask_house(path: Path, request: Json, *, timeout_s: float) -> Json:
    """Send one request and return its last line.  Raises: OSError, TimeoutError when the house does not answer in time."""
    async with asyncio.timeout(timeout_s):
        reader, writer = await asyncio.open_unix_connection(path, limit=LONGEST_ANSWER_BYTES)
        try:
            writer.write(json.dumps(request).encode() + b"\n")
            await writer.drain()
            last: Json = {}
            while line := await reader.readline():
                last = json.loads(line)
            if not last or "progress" in last:
                raise ConnectionError(str(path))
            return last
        finally:
            writer.close()


async def lines_of_house(path: Path, request: Json, *, timeout_s: float) -> AsyncGenerator[Json, None]:
    """Send one request and yield its lines as they come; closing the iterator hangs up. timeout_s: for the connection alone.

    Raises: OSError, TimeoutError when the house does not answer, or went away in the middle.
    """
    async with asyncio.timeout(timeout_s):
        reader, writer = await asyncio.open_unix_connection(path, limit=LONGEST_ANSWER_BYTES)
    try:
        writer.write(json.dumps(request).encode() + b"\n")
        await writer.drain()
        ended = False
        while line := await reader.readline():
            answer: Json = json.loads(line)
            ended = "progress" not in answer
            yield answer
        if not ended:
            raise ConnectionError(str(path))
    finally:
        writer.close()

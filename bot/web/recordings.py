"""The page of a recording: what was heard, line by line, played from any of them. Keeps no byte; the house hands out some at a time."""

import base64
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bot.web.line import Line
from bot.web.reader import Reader, form_of
from bot.web.shell import Shell

SOUND = "audio/mp4"
RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})", re.ASCII)
HOUR_S = 3600


def recordings(line: Line, shell: Shell) -> APIRouter:
    """The routes."""
    router, desk = APIRouter(), _Recordings(line, shell)
    router.get("/recordings/{turn}")(desk.page)
    router.get("/recordings/{turn}/sound")(desk.sound)
    router.post("/recordings/{turn}/delete")(desk.erase)
    return router


@dataclass(frozen=True)
class _Recordings:
    line: Line
    shell: Shell

    async def page(self, request: Request, turn: str) -> Response:
        """What was heard."""
        reader = self._reader(request)
        told = await self._ask(reader, "recording", turn)
        for one in told["lines"]:
            one["clock"] = clock_of(one["at_s"])
        return self.shell.page("recording.html", reader, recording=told, me=told["me"], length=clock_of(told["length_s"]))

    async def sound(self, request: Request, turn: str) -> Response:
        """Its sound, or the part of it that a browser asks for.  Source: RFC 9110 §14."""
        reader, asked = self._reader(request), request.headers.get("range")
        first = await self._ask(reader, "recording_sound", turn, start=0)
        size = int(first["size"])
        wanted = range_of(asked, size) if asked else (0, size)
        headers = {"Accept-Ranges": "bytes", "Content-Disposition": "inline"}
        if wanted is None:
            return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
        start, end = wanted
        headers["Content-Length"] = str(end - start)
        if asked:
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
        return StreamingResponse(self._bytes(reader, turn, start, end), 206 if asked else 200, headers=headers, media_type=SOUND)

    async def erase(self, request: Request, turn: str) -> Response:
        """Have it erased."""
        reader = self._reader(request)
        await form_of(request, reader)
        told = await self._ask(reader, "recording_erase", turn)
        return self.shell.page("recording.html", reader, recording=None, me=told["me"])

    async def _bytes(self, reader: Reader, turn: str, start: int, end: int) -> AsyncIterator[bytes]:
        while start < end:
            some = base64.b64decode((await self._ask(reader, "recording_sound", turn, start=start))["data"])[: end - start]
            if not some:
                return
            start += len(some)
            yield some

    def _reader(self, request: Request) -> Reader:
        return self.shell.cookies.reader(request)

    async def _ask(self, reader: Reader, verb: str, turn: str, **args: object) -> Any:  # noqa: ANN401 - JSON
        return await self.line.ask(verb, reader.lang, session=reader.session, turn=turn, **args)


def range_of(header: str, size: int) -> tuple[int, int] | None:
    """The bytes that one range asks for, from and to; all of them for what is no single range, None where there are none of these."""
    found = RANGE.fullmatch(header.strip())
    if found is None or not (found[1] or found[2]):
        return 0, size
    if not found[1]:
        start, end = max(0, size - int(found[2])), size
    else:
        start, end = int(found[1]), min(size, int(found[2]) + 1) if found[2] else size
    return (start, end) if start < end else None


def clock_of(seconds: float) -> str:
    """Seconds as a player shows them: 0:07, 1:02:03."""
    whole = int(seconds)
    minutes, rest = divmod(whole % HOUR_S, 60)
    return f"{whole // HOUR_S}:{minutes:02}:{rest:02}" if whole >= HOUR_S else f"{minutes}:{rest:02}"

"""Files on their way from a browser to the house: announced, handed on in parts, then told about as they are taken in. Keeps no byte."""

import base64
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from bot.web.line import HouseAway, HouseSaid, Line
from bot.web.numbers import number_of
from bot.web.reader import Reader, check_token, form_of
from bot.web.shell import Shell

PART_BYTES = 384 << 10
"""Base64 makes four thirds of it; the private line takes requests below 1 MB."""


def files(line: Line, shell: Shell) -> APIRouter:
    """The routes."""
    router = APIRouter()

    @router.post("/files")
    async def announce(request: Request) -> Response:
        """Whether this person may hand over such a file, before a byte of it is sent."""
        reader = shell.cookies.reader(request)
        fields = await form_of(request, reader)
        size = number_of(fields.get("size", ""))
        begun = await line.ask(
            "upload", reader.lang, session=reader.session, name=fields.get("name", ""), size=size, audience=fields.get("audience", ""),
            said=bool(fields.get("said")), replaces=fields.get("replaces", ""),
        )  # fmt: skip
        return JSONResponse(begun)

    @router.post("/files/{upload}")
    async def hand_over(request: Request, upload: str) -> Response:
        """The bytes. Of a file for the library, lines tell what becomes of it, until it is found by its words (`?soon=1`) or by meaning.

        One that is sent in a talk (`?said=1`) waits for that.
        """
        reader = shell.cookies.reader(request)
        check_token(reader, request.headers.get("x-form-token", ""))
        waiting, offset = bytearray(), 0
        async for some in request.stream():
            waiting += some
            while len(waiting) >= PART_BYTES:
                offset = await _part(line, reader, upload, offset, bytes(waiting[:PART_BYTES]))
                del waiting[:PART_BYTES]
        await _part(line, reader, upload, offset, bytes(waiting))
        if request.query_params.get("said"):
            return Response(status_code=204)
        steps = _taken_in(line, shell, reader, upload, soon=bool(request.query_params.get("soon")))
        return StreamingResponse(steps, media_type="application/x-ndjson", headers={"X-Accel-Buffering": "no"})

    @router.post("/files/{upload}/drop")
    async def give_up(request: Request, upload: str) -> Response:
        """A file that was begun and shall not come. Its body is not read: below this path bodies are files, and as long as these."""
        reader = shell.cookies.reader(request)
        check_token(reader, request.headers.get("x-form-token", ""))
        await line.ask("upload_drop", reader.lang, session=reader.session, upload=upload)
        return Response(status_code=204)

    return router


async def _part(line: Line, reader: Reader, upload: str, offset: int, some: bytes) -> int:
    if some:
        data = base64.b64encode(some).decode()
        await line.ask("upload_part", reader.lang, session=reader.session, upload=upload, offset=offset, data=data)
    return offset + len(some)


async def _taken_in(line: Line, shell: Shell, reader: Reader, upload: str, *, soon: bool) -> AsyncIterator[str]:
    """Each step as a line of JSON: `text` for the person, `outcome` once there is one."""
    try:
        async for step in line.follow("take_in", reader.lang, session=reader.session, upload=upload, soon=soon):
            outcome, text = step["outcome"], step["reason"]
            if not text:
                text = shell.words.say(f"file_{outcome or step['stage']}", reader.lang, done=step["done"], total=step["total"])
            yield _line(text=text, outcome="refused" if outcome == "waiting" else outcome, stage=step["stage"])
    except HouseSaid as said:
        yield _line(text=said.text, outcome="refused", stage="done")
    except HouseAway:
        yield _line(text=shell.words.say("house_away", reader.lang), outcome="refused", stage="done")


def _line(**facts: object) -> str:
    return json.dumps(facts, ensure_ascii=False) + "\n"

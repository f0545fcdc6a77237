"""A server on loopback that speaks the OpenAI API for chat completions, streams too, and can fail in every way that servers do.

What it received stays to be looked at. Knows cassettes; knows no client.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

CASSETTES = Path(__file__).parents[1] / "cassettes"
HUGE = 2_100_000
PIECE = 7
SAID_BADLY = {"half json": '{"found": true, "text": "it is', "other schema": '{"answer": 42}', "empty": ""}

Json = dict[str, Any]
Tell = Callable[[Json], str]
"""What a model says to the body of a request."""


def said_to(body: Json) -> str:
    """All that a request says, in one text."""
    return "\n".join(str(message["content"]) for message in body["messages"])


def cassettes(folder: str) -> Tell:
    """A model that says again what was recorded: the reply of the first cassette whose `said` stands in the request.

    A cassette is a text: a line `said: …`, a line `---`, the reply.
    """
    recorded = [path.read_text(encoding="utf-8").split("\n---\n", 1) for path in sorted((CASSETTES / folder).glob("*.txt"))]
    known = {head.splitlines()[-1].removeprefix("said: "): reply.strip() for head, reply in recorded}

    def tell(body: Json) -> str:
        said = said_to(body)
        return next(reply for cue, reply in known.items() if cue in said)

    return tell


@dataclass
class ChatEndpoint:
    """The server. mood: how it answers from now on; moods: how it answers first, one request each.

    Moods: ok, 429, 429 later (Retry-After), 500, 401, hang, cut, half json, other schema, empty, no choice, refusal, huge, gzip, not json,
    without schema (400 for what asks for one), without tools. delay_s: how long it thinks before it answers.
    """

    tell: Tell = lambda _: "{}"
    mood: str = "ok"
    moods: list[str] = field(default_factory=list)
    bodies: list[Json] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    url: str = ""
    delay_s: float = 0.0

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = next(int(line.split(":")[1]) for line in head.splitlines() if line.lower().startswith("content-length:"))
            body = json.loads(await reader.readexactly(length))
            self.heads.append(head)
            self.bodies.append(body)
            if self.delay_s:
                await asyncio.sleep(self.delay_s)
            await self._answer(self.moods.pop(0) if self.moods else self.mood, body, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, mood: str, body: Json, writer: asyncio.StreamWriter) -> None:
        if mood == "hang":
            await asyncio.Event().wait()
        if mood in {"429", "500", "401"}:
            await _send(writer, int(mood), {"error": {"message": "no"}})
        elif mood == "429 later":
            await _send(writer, 429, {"error": {"message": "later"}}, {"Retry-After": "60"})
        elif (mood == "without schema" and "response_format" in body) or (mood in {"without schema", "without tools"} and "tools" in body):
            await _send(writer, 400, {"error": {"message": "unknown field"}})
        elif mood == "huge":
            await _send(writer, 200, _reply("x" * HUGE))
        elif mood == "gzip":
            await _send(writer, 200, {}, {"Content-Encoding": "gzip"})
        elif mood == "not json":
            await _send(writer, 200, "<html>Welcome</html>")
        elif body.get("stream"):
            await self._stream(mood, body, writer)
        elif mood == "cut":
            whole = json.dumps(_reply(self.tell(body))).encode()
            await _raw(writer, 200, whole[: len(whole) // 2], length=len(whole))
        else:
            await _send(writer, 200, self._completion(mood, body))

    def _completion(self, mood: str, body: Json) -> Json:
        if mood == "no choice":
            return {**_reply(""), "choices": []}
        if mood == "refusal":
            return _reply(None, refusal="I cannot help with that.")
        told = SAID_BADLY[mood] if mood in SAID_BADLY else self.tell(body)
        if "tools" in body and told.startswith("call "):
            _, name, arguments = told.split(" ", 2)
            return _reply(None, tool_calls=[{"id": "c1", "type": "function", "function": {"name": name, "arguments": arguments}}])
        return _reply(told)

    async def _stream(self, mood: str, body: Json, writer: asyncio.StreamWriter) -> None:
        told = self.tell(body)
        pieces = [told[at : at + PIECE] for at in range(0, len(told), PIECE)]
        pieces = pieces[: len(pieces) // 2] if mood == "cut" else [] if mood in {"empty", "refusal"} else pieces
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
        for piece in pieces:
            writer.write(_event({"content": piece}, None))
            await writer.drain()
        if mood == "refusal":
            writer.write(_event({"refusal": "No."}, None))
        if mood != "cut":
            writer.write(_event({}, "stop") + b"data: [DONE]\n\n")
        await writer.drain()


@asynccontextmanager
async def chat_endpoint(tell: Tell = lambda _: "{}", mood: str = "ok") -> AsyncIterator[ChatEndpoint]:
    """A server at `url`, gone at the end, hanging requests and all."""
    endpoint = ChatEndpoint(tell, mood)
    serving: set[asyncio.Task[None]] = set()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(endpoint._serve(reader, writer))  # noqa: SLF001 - the same module
        serving.add(task)
        task.add_done_callback(serving.discard)

    server = await asyncio.start_server(begin, "127.0.0.1", 0)
    endpoint.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield endpoint
    finally:
        server.close()
        for task in tuple(serving):
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)
        await server.wait_closed()


def _reply(text: str | None, **more: object) -> Json:
    message = {"role": "assistant", "content": text, **more}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    usage = {"prompt_tokens": 90, "completion_tokens": 10, "total_tokens": 100}
    return {"id": "r1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}


def _event(delta: Json, finish: str | None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    chunk = {"id": "r1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return f"data: {json.dumps(chunk)}\n\n".encode()


async def _send(writer: asyncio.StreamWriter, status: int, body: Json | str, headers: Mapping[str, str] | None = None) -> None:
    raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    await _raw(writer, status, raw, length=len(raw), headers=headers or {})


async def _raw(writer: asyncio.StreamWriter, status: int, body: bytes, *, length: int, headers: Mapping[str, str] | None = None) -> None:
    lines = {"Content-Type": "application/json", "Content-Length": str(length), "Connection": "close", **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    writer.write(f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n{head}\r\n".encode() + body)
    await writer.drain()

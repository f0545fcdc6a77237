"""Hearing by an endpoint: what it is sent, and what is made of its replies, over a server on this machine."""

import asyncio
import json
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bot.brains.dictation import EndpointTranscriber
from bot.domain.hearing import Heard, Segment
from bot.errors import TellUser, Upstream
from bot.ports.hearing import Told

WHOLE = {
    "text": "這個專案,八十萬。", "language": "chinese",
    "segments": [{"start": 0.0, "end": 1.5, "text": "這個專案,八十萬。", "avg_logprob": -0.105}],
}  # fmt: skip


class Packing:
    """The listening process, which packs anything into three bytes."""

    async def last(self, question: Mapping[str, object], told: Told | None = None) -> dict[str, Any]:
        """Write it down."""
        del told
        await asyncio.to_thread(Path(str(question["to"])).write_bytes, b"Ogg")
        return {"length_s": 2.0, "cut": False}

    async def stop(self) -> None:
        """Nothing runs."""


class Server(ThreadingHTTPServer):
    """An endpoint. replies: status and body, one after another, the last for good; asked: the bodies of the requests."""

    replies: list[tuple[int, object]]
    asked: list[bytes]


class Door(BaseHTTPRequestHandler):
    """Takes a recording."""

    server: Server

    def do_POST(self) -> None:
        """Reply."""
        self.server.asked.append(self.rfile.read(int(self.headers["content-length"])))
        status, body = self.server.replies.pop(0) if len(self.server.replies) > 1 else self.server.replies[0]
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    """On this machine."""
    server = Server(("127.0.0.1", 0), Door)
    server.replies, server.asked = [(200, WHOLE)], []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


async def heard(server: Server) -> Heard:
    """What it hears in a recording."""
    ears = EndpointTranscriber(Packing(), f"http://127.0.0.1:{server.server_port}/v1", "hearer", "", 20)
    try:
        return await ears.transcribe(Path("voice.amr"), ["海蓝科技"])
    finally:
        await ears.close()


async def test_segments_come_with_how_sure_each_is(server: Server) -> None:
    """In simplified characters; it is sent the sound as Ogg, and the names to listen for."""
    told = await heard(server)

    assert Heard((Segment(0.0, 1.5, "这个专案，八十万。", 0.9),), "zh", 1.0, 2.0, "hearer") == told
    assert all(part in server.asked[0] for part in (b"voice.ogg", "海蓝科技".encode(), b"verbose_json"))


async def test_a_server_without_segments_is_asked_for_words_alone(server: Server) -> None:
    """Then all of it is to be looked at."""
    server.replies = [(400, {"error": {"message": "no verbose_json"}}), (200, {"text": "Met Acme."})]

    assert (Segment(0.0, 2.0, "Met Acme.", 0.0),) == (await heard(server)).segments


@pytest.mark.parametrize("reply, key", [({"text": " "}, "audio_no_speech"), ({"text": "Bonjour", "language": "french"}, "audio_language")])
async def test_what_it_cannot_make_out_is_said(server: Server, reply: object, key: str) -> None:
    """As with the builtin model."""
    server.replies = [(200, reply)]
    with pytest.raises(TellUser) as stop:
        await heard(server)

    assert key == stop.value.key


@pytest.mark.parametrize("reply", [(401, {}), (200, ["no"]), (200, {"text": "a", "segments": [1]})])
async def test_a_server_that_fails_is_tried_again_later(server: Server, reply: tuple[int, object]) -> None:
    """Whatever it says instead."""
    server.replies = [reply]
    with pytest.raises(Upstream):
        await heard(server)

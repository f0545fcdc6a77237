"""The other side: a real HTTP server in a process of its own, which remembers what reached it and misbehaves on request.

POST /deliver {id, thread, text}: remembered, answered with a receipt, or treated as the mood says. GET /deliveries: all, in order.
GET /has?id=…: how often. GET /quiet: answers when nothing else is under way. POST /mood {mood, times}: for the next deliveries,
`refuse` (500, not remembered), `drop` (remembered, the line is cut), `hang` (remembered, never answered).
"""

import json
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast
from urllib.parse import parse_qs, urlparse

HANG_S = 30.0

Request = socket.socket | tuple[bytes, socket.socket]


class Memory:
    """What reached the receiver, and how it feels about the next."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.deliveries: list[dict[str, str]] = []
        self.mood, self.times = "fine", 0
        self.under_way = 0
        self.ended = threading.Event()

    def receive(self, delivery: dict[str, str]) -> str:
        """Remember a delivery unless it is refused; says in which mood it was met."""
        with self.changed:
            mood = self.mood if self.times > 0 else "fine"
            self.times -= 1
            if mood != "refuse":
                self.deliveries.append(delivery)
            return mood

    def wait_for_quiet(self) -> None:
        """Return when the one who asks is alone."""
        with self.changed:
            self.changed.wait_for(lambda: self.under_way == 1)


class Server(ThreadingHTTPServer):
    """Counts what is under way from the moment it is accepted."""

    daemon_threads = True
    memory = Memory()

    def process_request(self, request: Request, client_address: object) -> None:
        """Count it, then hand it to its thread."""
        with self.memory.changed:
            self.memory.under_way += 1
        super().process_request(request, client_address)

    def shutdown_request(self, request: Request) -> None:
        """It has ended, one way or another."""
        super().shutdown_request(request)
        with self.memory.changed:
            self.memory.under_way -= 1
            self.memory.changed.notify_all()

    def handle_error(self, request: Request, client_address: object) -> None:
        """Say nothing: senders that die in the middle are what this is for."""


class Handler(BaseHTTPRequestHandler):
    """One connection, one request."""

    server: Server

    def do_GET(self) -> None:
        """Answer what is asked about the past."""
        memory, asked = self.server.memory, urlparse(self.path)
        match asked.path:
            case "/deliveries":
                self._answer(memory.deliveries)
            case "/has":
                wanted = parse_qs(asked.query)["id"][0]
                self._answer(sum(each["id"] == wanted for each in memory.deliveries))
            case "/quiet":
                memory.wait_for_quiet()
                self._answer({})

    def do_POST(self) -> None:
        """Take a delivery, or a change of mood."""
        memory, body = self.server.memory, json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/mood":
            memory.mood, memory.times = body["mood"], body["times"]
            return self._answer({})
        match memory.receive(body):
            case "refuse":
                self.send_error(500)
            case "drop":
                self.close_connection = True
            case "hang":
                memory.ended.wait(HANG_S)
            case _:
                self._answer({"receipt": f"receipt-{body['id']}"})
        return None

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name http.server calls
        """Nobody reads it."""

    def _answer(self, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Receiver:
    """How a test talks to the receiver."""

    def __init__(self, port: int) -> None:
        self.port = port

    def deliveries(self) -> list[dict[str, str]]:
        """What arrived, in order."""
        return cast("list[dict[str, str]]", self._ask("/deliveries"))

    def wait_for_quiet(self) -> None:
        """Return when nothing is under way there."""
        self._ask("/quiet")

    def mood(self, mood: str, times: int) -> None:
        """Meet the next `times` deliveries in this mood."""
        self._ask("/mood", {"mood": mood, "times": times})

    def _ask(self, path: str, body: object = None) -> object:
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", data, timeout=30) as answer:
            told: object = json.load(answer)
            return told


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver for as long as the block lasts."""
    with subprocess.Popen([sys.executable, "-m", __name__], stdout=subprocess.PIPE, text=True) as process:
        if process.stdout is None:
            raise AssertionError
        try:
            yield Receiver(int(process.stdout.readline()))
        finally:
            process.kill()


if __name__ == "__main__":
    server = Server(("127.0.0.1", 0), Handler)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()

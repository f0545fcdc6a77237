"""Socket Mode: envelopes over WebSockets that the app opened, one at a time to whichever is next. Knows envelopes; knows no event."""

import asyncio
import json
import secrets
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count

from aiohttp import WSMsgType, web

from tests.fakes.slack.shapes import Json
from tests.fakes.slack.workspace import APP

NO_CONNECTION = "no connection"


@dataclass(slots=True)
class Sockets:
    """What is connected now. opened: how many connections there ever were."""

    opened: int = 0
    connected: list[web.WebSocketResponse] = field(default_factory=list)
    _tickets: set[str] = field(default_factory=set)
    _transports: list[asyncio.Transport] = field(default_factory=list)
    _waiting: dict[str, asyncio.Future[Json]] = field(default_factory=dict)
    _turns: "count[int]" = field(default_factory=count)

    def ticket(self) -> str:
        """Leave to connect once."""
        name = secrets.token_hex(8)
        self._tickets.add(name)
        return name

    async def accept(self, request: web.BaseRequest) -> web.StreamResponse:
        """Greet a connection and take its acknowledgements until it ends."""
        ticket = request.path.rpartition("/")[2]
        if ticket not in self._tickets:
            return web.Response(status=HTTPStatus.NOT_FOUND)
        self._tickets.remove(ticket)
        line = web.WebSocketResponse()
        await line.prepare(request)
        self.opened += 1
        self.connected.append(line)
        if request.transport is not None:
            self._transports.append(request.transport)
        about = {"type": "hello", "num_connections": len(self.connected), "connection_info": {"app_id": APP}}
        await line.send_str(json.dumps({**about, "debug_info": {"host": "fake", "approximate_connection_time": 3600}}))
        try:
            async for told in line:
                if told.type == WSMsgType.TEXT:
                    self._acknowledged(json.loads(told.data))
        finally:
            self.connected.remove(line)
        return line

    async def send(self, kind: str, payload: Json, *, attempt: int, reason: str, patience_s: float) -> Json:
        """Send an envelope and wait until it is acknowledged; what came with the acknowledgement.

        Raises: TimeoutError when it was not; ConnectionError when nobody is connected.
        """
        if not self.connected:
            raise ConnectionError(NO_CONNECTION)
        line = self.connected[next(self._turns) % len(self.connected)]
        name = secrets.token_hex(16)
        envelope = {"envelope_id": name, "type": kind, "payload": payload, "accepts_response_payload": kind != "events_api"}
        again = {"retry_attempt": attempt, "retry_reason": reason} if kind == "events_api" else {}
        waiting = self._waiting[name] = asyncio.get_running_loop().create_future()
        try:
            await line.send_str(json.dumps({**envelope, **again}))
            async with asyncio.timeout(patience_s):
                return await waiting
        finally:
            del self._waiting[name]

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tell every connection that it ends, as Slack does every few hours, and end it."""
        for line in tuple(self.connected):
            await line.send_str(json.dumps({"type": "disconnect", "reason": reason, "debug_info": {"host": "fake"}}))
            await line.close()

    def drop(self) -> None:
        """Cut every line without a word."""
        while self._transports:
            self._transports.pop().abort()

    def _acknowledged(self, told: Json) -> None:
        waiting = self._waiting.get(told.get("envelope_id", ""))
        if waiting is not None and not waiting.done():
            waiting.set_result(told.get("payload") or {})

"""Socket Mode: Slack's events over a line that we open, for houses without a public address. The same door as over HTTP.

An envelope is acknowledged once what it carries is kept; else Slack sends it again. The SDK's own client is left out: where a connection
fails it tries the same address for ever, and an address of Slack's is good for one connection.
"""

import asyncio
import json
from contextlib import suppress
from typing import Any

import aiohttp
import structlog

from bot.channels.slack.api import SlackApi
from bot.channels.slack.door import OK, SlackDoor
from bot.channels.slack.payload import Malformed, parsed
from bot.errors import TandemError

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
HEARTBEAT_S = 15.0
LONGEST_BYTES = 4 << 20
ENDED = frozenset({aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR})


class SocketLine:
    """Keeps one line to Slack open until it is closed; after a failure it waits, each time twice as long."""

    def __init__(self, api: SlackApi, app_token: str, door: SlackDoor, first_wait_s: float = FIRST_WAIT_S) -> None:
        self._api = api
        self._app_token = app_token
        self._door = door
        self._first_wait_s = first_wait_s
        self._running: asyncio.Task[None] | None = None
        self._taking: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begin; returns at once, for Slack may be away."""
        self._running = asyncio.create_task(self._run())

    async def close(self) -> None:
        """End the line. What was not acknowledged comes again."""
        for task in (*filter(None, (self._running,)), *self._taking):
            task.cancel()
        await asyncio.gather(*filter(None, (self._running,)), *self._taking, return_exceptions=True)
        await self._door.close()

    async def _run(self) -> None:
        wait_s = self._first_wait_s
        while True:
            try:
                greeted = await self._hold()
            except (TandemError, aiohttp.ClientError, OSError, TimeoutError) as err:
                log.warning("slack_socket_not_open", why=str(err) or type(err).__name__, again_in_s=wait_s)
                greeted = False
            except Exception:
                log.exception("slack_socket_failed")
                greeted = False
            if greeted:
                wait_s = self._first_wait_s
                continue
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, LONGEST_WAIT_S)

    async def _hold(self) -> bool:
        """One line from its opening to its end; whether Slack had greeted us on it."""
        opened = await self._api.asked("apps.connections.open", app_token=self._app_token)
        greeted = False
        async with aiohttp.ClientSession() as session, session.ws_connect(
            str(opened["url"]), heartbeat=HEARTBEAT_S, max_msg_size=LONGEST_BYTES, proxy=self._api.proxy
        ) as line:
            while True:
                told = await line.receive()
                if told.type in ENDED:
                    return greeted
                envelope = _envelope(told)
                match envelope.get("type"):
                    case "hello":
                        greeted = True
                        log.info("slack_socket_open")
                    case "disconnect":
                        return greeted  # Slack is about to; the next line is opened at once
                    case _:
                        self._begin(line, envelope)

    def _begin(self, line: aiohttp.ClientWebSocketResponse, envelope: dict[str, Any]) -> None:
        task = asyncio.create_task(self._take(line, envelope))
        self._taking.add(task)
        task.add_done_callback(self._taking.discard)

    async def _take(self, line: aiohttp.ClientWebSocketResponse, envelope: dict[str, Any]) -> None:
        name, payload = envelope.get("envelope_id"), envelope.get("payload")
        if not isinstance(name, str) or not isinstance(payload, dict):
            return
        response = await self._door.take(payload)
        if response.status == OK:
            with suppress(ConnectionError, RuntimeError, aiohttp.ClientError):  # cut meanwhile: it comes again, and is known then
                answer = {"payload": json.loads(response.body)} if response.body else {}
                await line.send_str(json.dumps({"envelope_id": name, **answer}))


def _envelope(told: aiohttp.WSMessage) -> dict[str, Any]:
    """What a frame carries; nothing where it is no JSON."""
    if told.type is not aiohttp.WSMsgType.TEXT:
        return {}
    try:
        return dict(parsed("application/json", told.data.encode()))
    except Malformed:
        log.warning("slack_socket_malformed")
        return {}

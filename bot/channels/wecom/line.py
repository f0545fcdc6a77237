"""The long connection of the AI bot: one line, kept alive, called back, and given up to whoever else takes it. Knows frames, no message.

A frame is `{cmd, headers: {req_id}, body}`; the platform acknowledges each of ours by its req_id, and waits for no acknowledgement of its
own. One line a bot: a new one is let in and the old one is told `disconnected_event` and cut off.
Source: developer.work.weixin.qq.com/document/path/101463, and the vendor's npm client 1.0.7 as a second reading.
"""

import asyncio
import json
import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from weakref import WeakValueDictionary

import aiohttp
import structlog

from bot.channels.wecom.errors import SERVICE, Refusal
from bot.errors import Unsure, Upstream

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

URL = "wss://openws.work.weixin.qq.com"
SUBSCRIBE, PING, CALLBACK, EVENT = "aibot_subscribe", "ping", "aibot_msg_callback", "aibot_event_callback"
BAD_SECRET = 853000
LARGEST_FRAME_BYTES = 4 << 20

Json = dict[str, Any]


class LineState(StrEnum):
    """How the line stands. AWAY: another took it, and we wait long; REFUSED: the bot's id or secret is wrong."""

    CONNECTING = "connecting"
    ON = "on"
    AWAY = "away"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How the line is kept, in seconds.

    beat_s: between heartbeats; after `missed` without an answer the line is dead. first_wait_s doubles up to longest_wait_s between tries.
    away_s doubles up to longest_away_s each time that another takes the line within an hour: two houses with one bot do not fight over it.
    refused_s: before another try with a secret that was refused. answer_s: how long an acknowledgement may take.
    """

    beat_s: float = 30.0
    missed: int = 2
    first_wait_s: float = 1.0
    longest_wait_s: float = 30.0
    away_s: float = 120.0
    longest_away_s: float = 21_600.0
    settled_s: float = 3_600.0
    refused_s: float = 300.0
    answer_s: float = 5.0
    connect_s: float = 10.0


class BotLine:
    """Keeps one line to the platform. `heard` gets every callback, in order, and must not wait."""

    def __init__(self, url: str, bot_id: str, secret: str, heard: Callable[[Json], None], rhythm: Rhythm = Rhythm()) -> None:
        self.state = LineState.CONNECTING
        self._url = url
        self._who = {"bot_id": bot_id, "secret": secret}
        self._heard = heard
        self._rhythm = rhythm
        self._http: aiohttp.ClientSession | None = None
        self._line: aiohttp.ClientWebSocketResponse | None = None
        self._up = asyncio.Event()
        self._decided = asyncio.Event()
        self._waiting: dict[str, asyncio.Future[Json]] = {}
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._keeping: asyncio.Task[None] | None = None
        self._tries = 0
        self._kicks = 0

    async def start(self) -> None:
        """Begin to connect; returns at once."""
        self._http = aiohttp.ClientSession(trust_env=False)
        self._keeping = asyncio.create_task(self._keep())

    async def close(self) -> None:
        """Hang up."""
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
        if self._http is not None:
            await self._http.close()

    async def up(self) -> None:
        """Return once the bot is subscribed."""
        await self._up.wait()

    async def decided(self) -> None:
        """Return once the platform has let the bot in, or refused it."""
        await self._decided.wait()

    async def ask(self, command: str, body: Json, *, req_id: str = "") -> Json:
        """Send a command and return the body of its acknowledgement. req_id: of the callback that it answers; those go one by one.

        Raises: Refusal with the platform's errcode; Upstream when nothing was sent; Unsure when it was and nobody said what became of it.
        """
        if self.state is not LineState.ON or self._line is None:
            raise Upstream(SERVICE, 2.0)
        turn = self._turns.setdefault(req_id := req_id or _new_id(command), asyncio.Lock())
        async with turn:
            return await self._ask(self._line, command, body, req_id)

    async def _ask(self, line: aiohttp.ClientWebSocketResponse, command: str, body: Json, req_id: str) -> Json:
        answer = self._waiting[req_id] = asyncio.get_running_loop().create_future()
        frame: Json = {"cmd": command, "headers": {"req_id": req_id}, **({"body": body} if body else {})}
        try:
            await self._send(line, frame)
            async with asyncio.timeout(self._rhythm.answer_s):
                told = await answer
        except TimeoutError as err:
            raise Unsure("not_acknowledged") from err
        finally:
            self._waiting.pop(req_id, None)
        if code := told.get("errcode"):
            raise Refusal(code if isinstance(code, int) else 0, str(told.get("errmsg", "")))
        found = told.get("body")
        return found if isinstance(found, dict) else {}

    async def _send(self, line: aiohttp.ClientWebSocketResponse, frame: Json) -> None:
        if line.closed:
            raise Upstream(SERVICE)
        try:
            await line.send_str(json.dumps(frame, ensure_ascii=False))
        except (ConnectionError, aiohttp.ClientError) as err:  # raised before a byte is written
            raise Upstream(SERVICE) from err

    async def _keep(self) -> None:
        while True:
            try:
                self.state = await self._connected()
            except Exception:
                log.exception("wecom_bot_line_failed")
            if self.state is not LineState.CONNECTING:
                self._decided.set()
            await asyncio.sleep(self._pause_s())

    def _pause_s(self) -> float:
        rhythm = self._rhythm
        match self.state:
            case LineState.AWAY:
                wait_s = min(rhythm.away_s * 2.0 ** (self._kicks - 1), rhythm.longest_away_s)
                log.warning("wecom_bot_line_taken", wait_s=wait_s, why="another program subscribed with this bot's id and secret")
            case LineState.REFUSED:
                wait_s = rhythm.refused_s
            case _:
                wait_s = min(rhythm.first_wait_s * 2.0 ** min(self._tries, 16), rhythm.longest_wait_s)
                self._tries += 1
        return wait_s * random.uniform(1.0, 1.2)  # noqa: S311 - no secret

    async def _connected(self) -> LineState:
        """One life of the line; returns how it ended."""
        assert self._http is not None  # noqa: S101 - started
        self.state = LineState.CONNECTING
        try:
            async with asyncio.timeout(self._rhythm.connect_s):
                line = await self._http.ws_connect(
                    self._url, max_msg_size=LARGEST_FRAME_BYTES, timeout=aiohttp.ClientWSTimeout(ws_close=2.0)
                )
        except (TimeoutError, OSError, aiohttp.ClientError) as err:
            log.info("wecom_bot_not_connected", why=type(err).__name__, tries=self._tries)
            return LineState.CONNECTING
        reading = asyncio.create_task(self._read(line))
        try:
            return await self._lived(line, reading)
        finally:
            self._line, self.state = None, LineState.CONNECTING
            self._up.clear()  # before anybody hears that the line is cut: they wait for the next
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            self._cut_off()
            await line.close()

    async def _lived(self, line: aiohttp.ClientWebSocketResponse, reading: "asyncio.Task[bool]") -> LineState:
        try:
            await self._ask(line, SUBSCRIBE, dict(self._who), _new_id(SUBSCRIBE))
        except Refusal as refusal:
            log.warning("wecom_bot_refused", code=refusal.code)
            return LineState.REFUSED if refusal.code == BAD_SECRET else LineState.CONNECTING
        except (Unsure, Upstream):
            return LineState.CONNECTING
        self._line, self.state, self._tries = line, LineState.ON, 0
        self._up.set()
        self._decided.set()
        log.info("wecom_bot_connected")
        began = asyncio.get_running_loop().time()
        beating = asyncio.create_task(self._beat(line))
        try:
            is_kicked = await reading
        finally:
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)
        if not is_kicked:
            log.warning("wecom_bot_cut_off")
            return LineState.CONNECTING
        self._kicks = 1 if asyncio.get_running_loop().time() - began > self._rhythm.settled_s else self._kicks + 1
        return LineState.AWAY

    async def _read(self, line: aiohttp.ClientWebSocketResponse) -> bool:
        """Hand out what comes until the line ends; True when another took it."""
        async for message in line:
            if message.type is aiohttp.WSMsgType.TEXT and (frame := _frame(message.data)) and self._is_last(frame):
                return True
        return False

    def _is_last(self, frame: Json) -> bool:
        if frame.get("cmd") not in {CALLBACK, EVENT}:
            headers = frame.get("headers")
            answer = self._waiting.get(str(headers.get("req_id", ""))) if isinstance(headers, dict) else None
            if answer is not None and not answer.done():
                answer.set_result(frame)
            return False
        body = frame.get("body")
        event = body.get("event") if isinstance(body, dict) else None
        if isinstance(event, dict) and event.get("eventtype") == "disconnected_event":
            return True
        self._heard(frame)
        return False

    async def _beat(self, line: aiohttp.ClientWebSocketResponse) -> None:
        missed = 0
        while missed < self._rhythm.missed:
            await asyncio.sleep(self._rhythm.beat_s)
            try:
                await self._ask(line, PING, {}, _new_id(PING))
                missed = 0
            except (Unsure, Upstream, Refusal):
                missed += 1
        log.warning("wecom_bot_silent", missed=missed)
        await line.close()

    def _cut_off(self) -> None:
        """Nobody will acknowledge what was sent on a line that is gone."""
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(Unsure("cut_off"))


def _frame(data: str) -> Json | None:
    """What was sent, None for what is no frame. Half characters, which no store could write down, are replaced."""
    try:
        frame = json.loads(data)
        if "\\ud" in data.lower():
            frame = json.loads(json.dumps(frame, ensure_ascii=False).encode(errors="replace"))
    except (ValueError, RecursionError):
        return None
    return frame if isinstance(frame, dict) else None


def _new_id(command: str) -> str:
    """A request's id: the platform, and its own client, tell requests apart by what they begin with."""
    return f"{command}_{secrets.token_hex(8)}"

"""The long connection of the AI bot as a fake: a WebSocket on loopback, one connection a bot, with people who write, press and judge.

What they see stays to be looked at. Rules are those of the vendor's pages and of its own npm client; knows no client of ours.
"""

import asyncio
import itertools
import json
import secrets
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import quote

import aiohttp
from aiohttp import web

from bot.ports import Clock
from tests.fakes.senses import SetClock
from tests.fakes.wecom.chats import GROUP, MESSAGE, Call, Chats, Shown
from tests.fakes.wecom.corp import CORP, Corp, Json, Refusal
from tests.fakes.wecom.lockers import Lockers, No

CALLBACK, EVENT = "aibot_msg_callback", "aibot_event_callback"
BAD_SECRET, NOT_SUBSCRIBED, NO_SUCH_COMMAND = 853000, 846609, 40058


@dataclass
class WecomBot:
    """The platform's side. `url` is what a client connects to.

    moods: how the next commands are answered, one each, then `mood`: ok; deaf (done, never acknowledged); lost (neither); drop (the line
    is cut before); errcode as a number in text. name: how a group mentions the bot. away: callbacks that found no connection.
    """

    clock: Clock = field(default_factory=SetClock)
    corp: Corp = CORP
    name: str = "搭档"
    mood: str = "ok"
    moods: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    subscriptions: int = 0
    kicked: int = 0
    away: list[Json] = field(default_factory=list)
    url: str = ""
    chats: Chats = field(init=False)
    lockers: Lockers = field(init=False)
    _line: web.WebSocketResponse | None = None
    _numbers: Iterable[int] = field(default_factory=itertools.count)
    _there: asyncio.Condition = field(default_factory=asyncio.Condition)

    def __post_init__(self) -> None:
        """The rooms behind the line."""
        self.lockers = Lockers(self.clock)
        self.chats = Chats(self.clock, self.lockers)

    @asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator["WecomBot"]:
        """Serve on loopback while the block runs."""
        app = web.Application()
        app.router.add_get("/", self._talk)
        app.router.add_get("/media/{key}", self._fetched)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await self.hang_up()
            await runner.cleanup()

    @property
    def shown(self) -> list[Shown]:
        """All that people see of the bot, in the order it first appeared."""
        return self.chats.shown

    @property
    def is_connected(self) -> bool:
        """Whether somebody has subscribed and is there."""
        return self._line is not None and not self._line.closed

    async def connected(self, times: int = 1) -> None:
        """Return once the bot was subscribed to for the `times`th time."""
        await self.until(lambda: self.subscriptions >= times)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Return once `holds` does; looked at whenever a command came."""
        async with self._there:
            await self._there.wait_for(holds)

    async def hang_up(self) -> None:
        """The platform cuts the line."""
        line, self._line = self._line, None
        if line is not None:
            await line.close(code=aiohttp.WSCloseCode.GOING_AWAY)

    async def text(self, who: str, content: str, *, chat: str = "", quoted: Json | None = None) -> Call:
        """A text; in a group it mentions the bot. quoted: what it quotes, as the platform writes it."""
        said = f"@{self.name} {content}" if chat else content
        return await self.message(who, {"msgtype": "text", "text": {"content": said}, **({"quote": quoted} if quoted else {})}, chat=chat)

    async def voice(self, who: str, transcript: str) -> Call:
        """A voice message: its transcript, never its audio."""
        return await self.message(who, {"msgtype": "voice", "voice": {"content": transcript}})

    async def image(self, who: str, data: bytes, *, chat: str = "") -> Call:
        """A picture."""
        return await self.message(who, {"msgtype": "image", "image": self._lent(data, "image.png")}, chat=chat)

    async def file(self, who: str, data: bytes, name: str) -> Call:
        """A file."""
        return await self.message(who, {"msgtype": "file", "file": self._lent(data, name)})

    async def mixed(self, who: str, content: str, *pictures: bytes, chat: str = "") -> Call:
        """A text with pictures."""
        items: list[Json] = [{"msgtype": "text", "text": {"content": content}}]
        items += [{"msgtype": "image", "image": self._lent(data, "image.png")} for data in pictures]
        return await self.message(who, {"msgtype": "mixed", "mixed": {"msg_item": items}}, chat=chat)

    async def enter(self, who: str) -> Call:
        """The person opens the chat for the first time today."""
        return await self.event(who, "enter_chat", {})

    async def press(self, seen: Shown, number: int, *, who: str = "", msgid: str = "") -> Call:
        """A button of a card; `msgid` sends an earlier press again."""
        assert seen.card is not None
        told = {
            "card_type": seen.card["card_type"], "event_key": seen.card["button_list"][number]["key"], "task_id": seen.card["task_id"],
        }
        return await self.event(who or seen.chat, "template_card_event", told, chat=seen.chat if seen.group else "", card=seen, msgid=msgid)

    async def judge(self, seen: Shown, kind: int, *, who: str = "", content: str = "") -> Call:
        """A verdict on an answer: 1 right, 2 wrong, 3 taken back."""
        told = {"id": seen.feedback_id, "type": kind, "content": content, "inaccurate_reason_list": [2] if kind == 2 else []}
        return await self.event(who or seen.chat, "feedback_event", told, chat=seen.chat if seen.group else "")

    async def message(self, who: str, told: Json, *, chat: str = "", msgid: str = "") -> Call:
        """Any message; `msgid` sends an earlier one again."""
        self.chats.wrote.add(chat or who.lower())
        return await self._call(CALLBACK, MESSAGE, who, told, chat=chat, msgid=msgid)

    async def event(
        self, who: str, kind: str, told: Json, *, chat: str = "", card: Shown | None = None, msgid: str = ""
    ) -> Call:
        """Any event; its particulars lie under its own name."""
        event = {"eventtype": kind, **({kind: told} if told else {})}
        return await self._call(EVENT, kind, who, {"msgtype": "event", "event": event}, chat=chat, msgid=msgid, card=card)

    async def again(self, call: Call) -> Call:
        """The same message a second time, under a request of its own."""
        return await self._call(CALLBACK, call.kind, call.who, call.told, chat=call.chat if call.group else "", msgid=call.msgid)

    async def _call(
        self, command: str, kind: str, who: str, told: Json, *, chat: str = "", msgid: str = "", card: Shown | None = None
    ) -> Call:
        number = next(iter(self._numbers))
        call = Call(
            f"req{number}", msgid or f"msg{number}", kind, who.lower(), chat or who.lower(), bool(chat), told, self.clock.now(), card=card
        )
        self.chats.calls[call.req_id] = call
        body = {
            "msgid": call.msgid, "aibotid": self.corp.bot_id, "chattype": GROUP if chat else "single", "from": {"userid": call.who},
            "create_time": int(call.at.timestamp()), **({"chatid": chat} if chat else {}), **told,
        }
        await self._push({"cmd": command, "headers": {"req_id": call.req_id}, "body": body})
        return call

    async def send_raw(self, data: str) -> None:
        """Something that need not be a frame."""
        assert self._line is not None
        await self._line.send_str(data)

    async def _push(self, frame: Json) -> None:
        if self._line is None or self._line.closed:
            self.away.append(frame)
        else:
            await self._line.send_str(json.dumps(frame))

    def _lent(self, data: bytes, name: str) -> Json:
        key, aes_key = self.lockers.lend(data, name)
        return {"url": f"{self.url}/media/{key}", "aeskey": aes_key}

    async def _fetched(self, request: web.Request) -> web.Response:
        if (found := self.lockers.lent(request.match_info["key"])) is None:
            return web.Response(status=403, text="Request has expired")
        sealed, name = found
        return web.Response(body=sealed, headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"})

    async def _talk(self, request: web.Request) -> web.WebSocketResponse:
        line = web.WebSocketResponse(max_msg_size=4 << 20)
        await line.prepare(request)
        async for message in line:
            if message.type is aiohttp.WSMsgType.TEXT:
                await self._take(line, json.loads(message.data))
        if self._line is line:
            self._line = None
        async with self._there:
            self._there.notify_all()
        return line

    async def _take(self, line: web.WebSocketResponse, frame: Json) -> None:
        command, req_id = frame.get("cmd", ""), frame["headers"]["req_id"]
        self.commands.append(command)
        mood = self.moods.pop(0) if self.moods else self.mood
        if mood == "drop":
            await line.close(code=aiohttp.WSCloseCode.INTERNAL_ERROR)
        if mood not in {"drop", "lost"}:
            answer = await self._answer(line, command, req_id, frame.get("body") or {}, mood)
            if answer["errcode"]:
                self.refused.append(Refusal(command, answer["errcode"], answer["errmsg"]))
            if mood != "deaf" and not line.closed:
                await line.send_str(json.dumps({"headers": {"req_id": req_id}, **answer}))
        async with self._there:
            self._there.notify_all()

    async def _answer(self, line: web.WebSocketResponse, command: str, req_id: str, body: Json, mood: str) -> Json:
        if mood not in {"ok", "deaf"}:
            return {"errcode": int(mood), "errmsg": "refused by request"}
        if command != "aibot_subscribe" and line is not self._line:
            return {"errcode": NOT_SUBSCRIBED, "errmsg": "aibot websocket not subscribed"}
        try:
            result = await self._subscribe(line, body) if command == "aibot_subscribe" else self._carry_out(command, req_id, body)
        except No as no:
            return {"errcode": no.code, "errmsg": no.why}
        return {"errcode": 0, "errmsg": "ok", **({"body": result} if result else {})}

    async def _subscribe(self, line: web.WebSocketResponse, body: Json) -> Json:
        if (body.get("bot_id"), body.get("secret")) != (self.corp.bot_id, self.corp.bot_secret):
            raise No(BAD_SECRET, "invalid bot_id or secret")
        before, self._line = self._line, line
        self.subscriptions += 1
        if before is not None and before is not line and not before.closed:
            self.kicked += 1
            body = {
                "msgid": secrets.token_hex(8), "aibotid": self.corp.bot_id, "create_time": int(self.clock.now().timestamp()),
                "msgtype": "event", "event": {"eventtype": "disconnected_event"},
            }
            await before.send_str(json.dumps({"cmd": EVENT, "headers": {"req_id": secrets.token_hex(8)}, "body": body}))
            await before.close()
        return {}

    def _carry_out(self, command: str, req_id: str, body: Json) -> Json:
        match command:
            case "ping":
                return {}
            case "aibot_respond_msg":
                return self.chats.respond(req_id, body)
            case "aibot_respond_welcome_msg":
                return self.chats.welcome(req_id, body)
            case "aibot_respond_update_msg":
                return self.chats.update(req_id, body)
            case "aibot_send_msg":
                return self.chats.send(body)
            case _ if command.startswith("aibot_upload_media_"):
                return self.lockers.upload(command.removeprefix("aibot_upload_media_"), body)
            case _:
                raise No(NO_SUCH_COMMAND, "invalid cmd")


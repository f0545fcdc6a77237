"""What WeCom calls back: XML, sealed and signed, posted up to four times until an empty 200 comes within five seconds.

Knows the platform's side alone; what it posts to is an address.
"""

import asyncio
import itertools
import secrets
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from xml.sax.saxutils import escape

import aiohttp

from tests.fakes.wecom.app import WecomApp
from tests.fakes.wecom.corp import Sent
from tests.fakes.wecom.sealing import envelope, signature

PATIENCE_S = 5.0
TRIES = 4
"""Once, and three times more."""
AMR = b"#!AMR\n" + bytes([0x3C]) + bytes(31)
"""The head of an AMR file and one frame of silence."""

Told = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Posted:
    """How a callback was taken. status: 0 where nothing came in time. msg_id: "" for events."""

    status: int
    tries: int
    msg_id: str = ""
    body: bytes = b""

    @property
    def taken(self) -> bool:
        """Whether an empty 200 came."""
        return self.status == HTTPStatus.OK and not self.body


@dataclass
class Caller:
    """Calls `url` back for an app. posts: every status that came, in order. waits_s: before each further try."""

    app: WecomApp
    url: str
    patience_s: float = PATIENCE_S
    waits_s: float = 0.0
    posts: list[int] = field(default_factory=list)
    _numbers: Iterable[int] = field(default_factory=lambda: itertools.count(7_000_000_001))
    _http: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def calling(self) -> AsyncIterator["Caller"]:
        """Hold a pool of lines while the block runs."""
        timeout = aiohttp.ClientTimeout(total=self.patience_s)
        async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=256)) as self._http:
            yield self

    async def verify(self, plain: str = "1616140317555161061") -> tuple[int, bytes]:
        """Ask for the echo, as the admin's page does when the address is saved."""
        encrypted = envelope(plain, self.app.corp.aes_key, self.app.corp.corp_id)
        assert self._http is not None
        async with self._http.get(self.url, params={**self._signed(encrypted), "echostr": encrypted}) as answer:
            return answer.status, await answer.read()

    async def text(self, who: str, content: str, *, msg_id: str = "") -> Posted:
        """A text."""
        return await self.message(who, "text", {"Content": content}, msg_id=msg_id)

    async def voice(self, who: str, audio: bytes = AMR, recognition: str = "") -> Posted:
        """A voice message; its audio lies in the platform's keeping. recognition: where the app has WeCom listen."""
        media_id = self.app.keep("voice", "voice.amr", audio)
        told: dict[str, object] = {"MediaId": media_id, "Format": "amr"}
        return await self.message(who, "voice", told | ({"Recognition": recognition} if recognition else {}))

    async def image(self, who: str, data: bytes) -> Posted:
        """A picture."""
        media_id = self.app.keep("image", "image.jpg", data)
        return await self.message(who, "image", {"PicUrl": f"{self.app.url}/pic/{media_id}", "MediaId": media_id})

    async def location(self, who: str, label: str, x: float = 23.134521, y: float = 113.358803) -> Posted:
        """A place."""
        return await self.message(who, "location", {"Location_X": x, "Location_Y": y, "Scale": 20, "Label": label, "AppType": "wxwork"})

    async def link(self, who: str, title: str, url: str, description: str = "") -> Posted:
        """A link."""
        return await self.message(who, "link", {"Title": title, "Description": description, "Url": url, "PicUrl": ""})

    async def enter(self, who: str) -> Posted:
        """The person opens the app."""
        return await self.event(who, "enter_agent", {"EventKey": ""})

    async def menu(self, who: str, key: str) -> Posted:
        """The person presses an item of the menu."""
        return await self.event(who, "click", {"EventKey": key})

    async def press(self, message: Sent, number: int, *, who: str = "") -> Posted:
        """A button of a card, by the member who has it or by `who`."""
        card = message.card
        told = {
            "EventKey": card["button_list"][number]["key"], "TaskId": card["task_id"], "CardType": card["card_type"],
            "ResponseCode": self.app.response_code(message), "SelectedItems": {},
        }
        return await self.event(who or message.to, "template_card_event", told)

    async def message(self, who: str, kind: str, told: Told, *, msg_id: str = "") -> Posted:
        """Any message; `msg_id` sends an earlier one again."""
        number = msg_id or str(next(iter(self._numbers)))
        return await self.post(self.xml(who, kind, {**told, "MsgId": number}), number)

    async def event(self, who: str, name: str, told: Told) -> Posted:
        """Any event; it has no MsgId."""
        return await self.post(self.xml(who, "event", {"Event": name, **told}))

    def xml(self, who: str, kind: str, told: Told) -> str:
        """The message inside; user ids come in lower case."""
        head = {
            "ToUserName": self.app.corp.corp_id, "FromUserName": who.lower(),
            "CreateTime": int(self.app.clock.now().timestamp()), "MsgType": kind,
        }
        return _element("xml", {**head, **told, "AgentID": self.app.corp.agent_id})

    def sealed(self, xml: str, *, receive_id: str = "") -> tuple[dict[str, str], bytes]:
        """The query and the body of one post."""
        encrypted = envelope(xml, self.app.corp.aes_key, receive_id or self.app.corp.corp_id)
        return self._signed(encrypted), _element("xml", {
            "ToUserName": self.app.corp.corp_id, "Encrypt": encrypted, "AgentID": self.app.corp.agent_id,
        }).encode()

    async def post(self, xml: str, msg_id: str = "") -> Posted:
        """Post, again where no empty 200 comes in time; every try is sealed anew."""
        posted = Posted(0, 0)
        for number in range(1, TRIES + 1):
            query, body = self.sealed(xml)
            status, answer = await self._once(query, body)
            self.posts.append(status)
            posted = Posted(status, number, msg_id, answer)
            if posted.taken:
                break
            await asyncio.sleep(self.waits_s)
        return posted

    async def _once(self, query: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        assert self._http is not None
        try:
            async with self._http.post(self.url, params=query, data=body, headers={"Content-Type": "text/xml"}) as answer:
                return answer.status, await answer.read()
        except (TimeoutError, aiohttp.ClientError):
            return 0, b""

    def _signed(self, encrypted: str) -> dict[str, str]:
        timestamp, nonce = str(int(self.app.clock.now().timestamp())), secrets.token_hex(5)
        return {
            "msg_signature": signature(self.app.corp.token, timestamp, nonce, encrypted), "timestamp": timestamp, "nonce": nonce,
        }


def _element(name: str, value: Any) -> str:  # noqa: ANN401 - a text, a number, or elements by name
    if isinstance(value, Mapping):
        return f"<{name}>{''.join(_element(key, inner) for key, inner in value.items())}</{name}>"
    if isinstance(value, str):
        return f"<{name}><![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]></{name}>"
    return f"<{name}>{escape(str(value))}</{name}>"

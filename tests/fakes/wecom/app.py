"""qyapi as a fake: tokens, messages, cards, media, menu, members, sign-in, over real HTTP, with the limits that WeCom enforces.

What it received stays to be looked at. Numbers of errors are those of the vendor's list; where that is silent the nearest was taken.
"""

import asyncio
import hashlib
import itertools
import json
import re
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aiohttp import web

from bot.ports import Clock
from tests.fakes.senses import SetClock
from tests.fakes.wecom.cards import wrong_with
from tests.fakes.wecom.corp import CORP, Corp, Json, Pace, Refusal, Sent, cut_to

TOKEN_LIVES, CARD_LIVES, MEDIA_LIVES, CODE_LIVES = timedelta(hours=2), timedelta(hours=72), timedelta(days=3), timedelta(minutes=5)
TEXT_BYTES = 2048
SMALLEST_FILE, LARGEST_FILE = 5, {"image": 10 << 20, "voice": 2 << 20, "video": 10 << 20, "file": 20 << 20}
LONGEST_INTERVAL_S, DEFAULT_INTERVAL_S = 14_400, 1_800
TOP_ITEMS, SUB_ITEMS, TOP_NAME_BYTES, SUB_NAME_BYTES = 3, 5, 16, 60
TIMES_A_DAY = 200
TEXTS = frozenset({"text", "markdown"})
SPOKEN = frozenset({"image", "voice", "file", "video"})
TELLING = frozenset({"message/send", "message/update_template_card", "menu/create"})
"""Calls whose body is JSON."""


class Refused(Exception):
    """An errcode for the caller."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code, self.why = code, why


@dataclass(frozen=True, slots=True)
class Stored:
    """A file in the platform's keeping for three days."""

    kind: str
    name: str
    data: bytes
    at: datetime


@dataclass
class WecomApp:
    """The app's side of the platform.

    messages: what members have, in order. dropped: past a member's limits, in silence. doubled: stopped by the duplicate check.
    calls: path -> how often. moods: how the next calls are answered, one each, then `mood`: ok, 500, hang, drop (the line is cut).
    refusing: an errcode that every call but `gettoken` gets until it is 0 again. trusted: whether the caller's address is on the list;
    address: what the platform takes it for. domain: the trusted one of the app; closed: an admin has disabled the app.
    """

    clock: Clock = field(default_factory=SetClock)
    corp: Corp = CORP
    members: dict[str, Json] = field(default_factory=lambda: {"liwei": {"name": "李伟"}, "zhangmin": {"name": "张敏"}})
    accounts: int = 1000
    domain: str = ""
    closed: bool = False
    trusted: bool = True
    address: str = "203.0.113.7"
    refusing: int = 0
    mood: str = "ok"
    moods: list[str] = field(default_factory=list)
    messages: list[Sent] = field(default_factory=list)
    dropped: list[Sent] = field(default_factory=list)
    doubled: list[Sent] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    menu: Json | None = None
    token: str = ""
    url: str = ""
    _token_at: datetime | None = None
    _task_ids: set[str] = field(default_factory=set)
    _codes: dict[str, tuple[Sent, datetime]] = field(default_factory=dict)
    _sign_ins: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    _media: dict[str, Stored] = field(default_factory=dict)
    _seen: dict[str, datetime] = field(default_factory=dict)
    _pace: Pace = field(default_factory=Pace)
    _day: Counter[str] = field(default_factory=Counter)
    _numbers: Iterable[int] = field(default_factory=itertools.count)
    _over: asyncio.Event = field(default_factory=asyncio.Event)
    _called: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["WecomApp"]:
        """Serve on a free port of loopback while the block runs; `url` is then the api_base."""
        app = web.Application(client_max_size=64 << 20)
        app.router.add_route("*", "/cgi-bin/{path:.+}", self._serve)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            self._over.set()
            await runner.cleanup()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Return once `holds` does; looked at after every call."""
        while not holds():
            self._called.clear()
            await self._called.wait()

    def sent_to(self, who: str) -> list[Sent]:
        """What one member has, in order."""
        return [one for one in self.messages if one.to == who.lower()]

    def expire_token(self) -> None:
        """The token ends before its time."""
        self.token, self._token_at = "", None

    def keep(self, kind: str, name: str, data: bytes) -> str:
        """Put a file into the platform's keeping; returns its media_id."""
        media_id = secrets.token_urlsafe(24)
        self._media[media_id] = Stored(kind, name, data, self.clock.now())
        return media_id

    def response_code(self, message: Sent) -> str:
        """A code with which `message` may be updated, once, within 72 hours."""
        code = secrets.token_urlsafe(24)
        self._codes[code] = (message, self.clock.now() + CARD_LIVES)
        return code

    def authorize(self, who: str) -> str:
        """A sign-in code for `who`, as the authorize page appends it to the redirect; good once, for five minutes."""
        code = secrets.token_urlsafe(16)
        self._sign_ins[code] = (who, self.clock.now() + CODE_LIVES)
        return code

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        self.calls[path] += 1
        mood = self.moods.pop(0) if self.moods else self.mood
        if mood == "hang":
            await self._over.wait()
        if mood in {"hang", "drop"}:
            if request.transport is not None:
                request.transport.abort()
            raise ConnectionResetError
        if mood == "500":
            self.refused.append(Refusal(path, 500, mood))
            return web.Response(status=500, text="<html>500</html>", content_type="text/html")
        try:
            return await self._answer(path, request)
        except Refused as no:
            self.refused.append(Refusal(path, no.code, no.why))
            return _json({"errcode": no.code, "errmsg": f"{no.why}, hint: [fake], from ip: {self.address}"})
        finally:
            self._called.set()

    async def _answer(self, path: str, request: web.Request) -> web.StreamResponse:
        if path == "gettoken":
            return _json(self._gettoken(request.query.get("corpid", ""), request.query.get("corpsecret", "")))
        self._check(request.query.get("access_token", ""))
        return await self._told(path, request) if path in TELLING else await self._asked(path, request.query, request)

    async def _told(self, path: str, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        match path:
            case "message/send":
                return _json(self._send(body))
            case "message/update_template_card":
                return _json(self._update(body))
            case _:
                return _json(self._make_menu(body, request.query.get("agentid", "")))

    async def _asked(self, path: str, query: Mapping[str, str], request: web.Request) -> web.StreamResponse:
        match path:
            case "media/upload":
                return _json(await self._upload(request))
            case "media/get":
                return self._get(query.get("media_id", ""))
            case "user/get":
                return _json(self._user(query.get("userid", "")))
            case "menu/get":
                return _json(self._menu(query.get("agentid", "")))
            case "agent/get":
                return _json(self._agent(query.get("agentid", "")))
            case "auth/getuserinfo":
                return _json(self._user_info(query.get("code", "")))
            case _:
                raise web.HTTPNotFound

    def _gettoken(self, corp_id: str, secret: str) -> Json:
        if corp_id != self.corp.corp_id:
            raise Refused(40013, "invalid corpid")
        if secret != self.corp.secret:
            raise Refused(40001, "invalid credential")
        now = self.clock.now()
        if self._token_at is None or now >= self._token_at + TOKEN_LIVES:
            self.token, self._token_at = secrets.token_urlsafe(48), now
        left_s = int((self._token_at + TOKEN_LIVES - now).total_seconds())
        return {"access_token": self.token, "expires_in": left_s}

    def _check(self, token: str) -> None:
        if self.refusing:
            raise Refused(self.refusing, "refused by request")
        if not token:
            raise Refused(41001, "access_token missing")
        if token != self.token:
            raise Refused(40014, "invalid access_token")
        if self._token_at is None or self.clock.now() >= self._token_at + TOKEN_LIVES:
            raise Refused(42001, "access_token expired")
        if not self.trusted:
            raise Refused(60020, "not allow to access from your ip")

    def _send(self, body: Json) -> Json:
        if str(body.get("agentid")) != str(self.corp.agent_id):
            raise Refused(40056, "invalid agentid")
        asked = [one.lower() for one in str(body.get("touser", "")).split("|") if one]
        if not asked:
            raise Refused(82001, "touser & toparty & totag are all empty")
        known = list(self.members) if asked == ["@all"] else [one for one in asked if one in self.members]
        if not known:
            raise Refused(81013, "user & party & tag all invalid")
        kind, text, cut = self._read(body)
        self._count(len(known))
        answer: Json = {"invaliduser": "|".join(one for one in asked if one not in self.members and one != "@all")}
        for who in known:
            answer |= self._hand_over(Sent(next(iter(self._numbers)), who, kind, text, body, self.clock.now(), cut))
        return answer

    def _read(self, body: Json) -> tuple[str, str, bool]:
        kind = body.get("msgtype")
        part = body.get(str(kind))
        if kind not in TEXTS | SPOKEN | {"template_card"} or not isinstance(part, dict):
            raise Refused(40008, "invalid message type")
        if kind in TEXTS:
            if not str(part.get("content", "")).strip():
                raise Refused(44004, "empty content")
            return (kind, *cut_to(part["content"], TEXT_BYTES))
        if kind == "template_card":
            code, why = wrong_with(part, self._task_ids)
            if code:
                raise Refused(code, why)
            return kind, (part.get("main_title") or {}).get("title", ""), False
        return kind, self._stored(str(part.get("media_id", ""))).name, False

    def _count(self, people: int) -> None:
        day = self.clock.now().date().isoformat()
        if self._day[day] + people > self.accounts * TIMES_A_DAY:
            raise Refused(45009, "api freq out of limit")
        self._day[day] += people

    def _hand_over(self, sent: Sent) -> Json:
        answer = {"msgid": f"fake{sent.number}"}
        if sent.body.get("enable_duplicate_check") and self._is_double(sent):
            self.doubled.append(sent)
            return answer
        if sent.kind == "template_card":
            self._task_ids.add(sent.body["template_card"].get("task_id", ""))
            answer["response_code"] = self.response_code(sent)
        (self.messages if self._pace.allows(sent.to, sent.at) else self.dropped).append(sent)
        return answer

    def _is_double(self, sent: Sent) -> bool:
        interval = timedelta(seconds=min(int(sent.body.get("duplicate_check_interval", DEFAULT_INTERVAL_S)), LONGEST_INTERVAL_S))
        same = hashlib.sha256(json.dumps([sent.to, sent.kind, sent.body[sent.kind]], sort_keys=True).encode()).hexdigest()
        before = self._seen.get(same)
        self._seen[same] = sent.at
        return before is not None and sent.at - before < interval

    def _update(self, body: Json) -> Json:
        found = self._codes.get(str(body.get("response_code", "")))
        if found is None or self.clock.now() >= found[1]:
            raise Refused(42016, "response_code does not exist, was used or is over")
        sent, _ = found
        card = body.get("template_card")
        if card is None:
            name = (body.get("button") or {}).get("replace_name")
            if not name:
                raise Refused(42020, "replace_name missing")
            card = {**sent.body["template_card"], "button_list": [], "replaced": name}
        elif (wrong := wrong_with(card, self._task_ids, update=True))[0]:
            raise Refused(*wrong)
        del self._codes[str(body["response_code"])]
        told = {str(one).lower() for one in body.get("userids") or ()}
        for one in self.messages if "|" in str(sent.body["touser"]) else [sent]:
            if one.body is sent.body and (not told or one.to in told):
                one.updated = card
        return {"invaliduser": sorted(told - self.members.keys())}

    async def _upload(self, request: web.Request) -> Json:
        kind = request.query.get("type", "")
        if kind not in LARGEST_FILE:
            raise Refused(40004, "invalid media type")
        form = await request.post()
        part = form.get("media")
        if not isinstance(part, web.FileField):
            raise Refused(41005, "media data missing")
        data = part.file.read()
        if not SMALLEST_FILE < len(data) <= LARGEST_FILE[kind]:
            raise Refused(40006, "invalid file size")
        return {"type": kind, "media_id": self.keep(kind, part.filename, data), "created_at": str(int(self.clock.now().timestamp()))}

    def _get(self, media_id: str) -> web.StreamResponse:
        stored = self._stored(media_id)
        ascii_name = re.sub(r"[^\w.-]", "_", stored.name, flags=re.ASCII)
        headers = {"Content-Disposition": f'attachment; filename="{ascii_name}"'}
        return web.Response(body=stored.data, content_type="application/octet-stream", headers=headers)

    def _stored(self, media_id: str) -> Stored:
        stored = self._media.get(media_id)
        if stored is None or self.clock.now() >= stored.at + MEDIA_LIVES:
            raise Refused(40007, "invalid media_id")
        return stored

    def _user(self, who: str) -> Json:
        if (known := self.members.get(who.lower())) is None:
            raise Refused(60111, "userid not found")
        return {"userid": who.lower(), "status": 1, **known}

    def _make_menu(self, body: Json, agent_id: str) -> Json:
        self._own(agent_id)
        items = body.get("button") or []
        if not 1 <= len(items) <= TOP_ITEMS:
            raise Refused(40016, "invalid button size")
        for item in items:
            subs = item.get("sub_button") or []
            if len(subs) > SUB_ITEMS:
                raise Refused(40023, "invalid sub button size")
            _check_items(item, subs)
        self.menu = body
        return {}

    def _menu(self, agent_id: str) -> Json:
        self._own(agent_id)
        if self.menu is None:
            raise Refused(46003, "no menu")
        return self.menu

    def _agent(self, agent_id: str) -> Json:
        self._own(agent_id)
        return {"agentid": self.corp.agent_id, "name": "Tandem", "redirect_domain": self.domain, "close": int(self.closed)}

    def _own(self, agent_id: str) -> None:
        if agent_id != str(self.corp.agent_id):
            raise Refused(40056, "invalid agentid")

    def _user_info(self, code: str) -> Json:
        if (found := self._sign_ins.pop(code, None)) is None:
            raise Refused(40029, "invalid code")
        who, until = found
        if self.clock.now() >= until:
            raise Refused(42003, "code expired")
        return {"userid": who} if who.lower() in self.members else {"openid": f"o-{who}"}


def _check_items(item: Json, subs: list[Json]) -> None:
    if not item.get("name") or len(item["name"].encode()) > TOP_NAME_BYTES:
        raise Refused(40018, "invalid button name size")
    if any(not sub.get("name") or len(sub["name"].encode()) > SUB_NAME_BYTES for sub in subs):
        raise Refused(40025, "invalid sub button name size")
    for one in subs or [item]:
        if one.get("type") not in {"click", "view"}:
            raise Refused(40017, "invalid button type")
        if not one.get("key" if one["type"] == "click" else "url"):
            raise Refused(40019, "invalid button key size")


async def _body(request: web.Request) -> Json:
    try:
        body = json.loads((await request.read()).decode())
    except ValueError:
        raise Refused(47001, "data format error") from None
    if not isinstance(body, dict):
        raise Refused(47001, "data format error")
    return body


def _json(answer: Json) -> web.Response:
    return web.json_response({"errcode": 0, "errmsg": "ok", **answer})

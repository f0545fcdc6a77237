"""Calls to qyapi by our own HTTP client: bounded in time and size, a stale token replaced once. Knows errcodes, and no message of ours."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar

import httpx2

from bot.channels.wecom.errors import SERVICE, STALE_TOKEN, Refusal
from bot.channels.wecom.tokens import AccessToken
from bot.errors import Unsure, Upstream
from bot.ports import Clock

CALL_S, FILE_S = 6.0, 12.0
"""How long one call may take, and one with a file. Both within the time that a delivery has."""
LARGEST_ANSWER_BYTES = 1 << 20

LONGEST_WAIT_S = 3600.0

T = TypeVar("T")
Json = dict[str, Any]

NOT_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol, httpx2.InvalidURL)
"""No byte of the request had left."""


class TooLarge(Exception):
    """A file is larger than it may be."""


@dataclass(frozen=True, slots=True)
class App:
    """Which app of which corp. secret: of the app, never logged."""

    corp_id: str
    agent_id: int
    secret: str


class WecomClient:
    """What the self-built app asks of WeCom.

    Every call raises: Refusal with WeCom's errcode; Upstream when nothing reached it, or for a call that may be made again; Unsure when a
    message may have been taken.
    """

    def __init__(self, api_base: str, app: App, clock: Clock, *, within_s: float = CALL_S) -> None:
        """api_base: `https://qyapi.weixin.qq.com`, or a proxy with an address that the app trusts. within_s: for a call without a file."""
        self.app = app
        self._within_s = within_s
        self._token = AccessToken(self._new_token, clock)
        self._http = httpx2.AsyncClient(
            base_url=api_base.rstrip("/") + "/cgi-bin/", timeout=httpx2.Timeout(FILE_S, connect=3.0), trust_env=False,
            limits=httpx2.Limits(max_connections=64, max_keepalive_connections=16), follow_redirects=False,
        )  # fmt: skip

    async def send(self, body: Json) -> Json:
        """`message/send`; `invaliduser` is in the answer."""
        return await self._call(_Ask("message/send", body={"agentid": self.app.agent_id, **body}), once=True)

    async def update_card(self, response_code: str, user_ids: Sequence[str], label: str) -> None:
        """Take the buttons of a card away and show `label` in their place. The code is good once, within 72 hours."""
        told = {"userids": list(user_ids), "response_code": response_code, "button": {"replace_name": label}}
        await self._call(_Ask("message/update_template_card", body={"agentid": self.app.agent_id, **told}))

    async def upload(self, kind: str, name: str, data: bytes) -> str:
        """Give a file (`image` or `file`) into the platform's keeping for three days; returns its media id."""
        answer = await self._call(_Ask("media/upload", {"type": kind}, files={"media": (name, data)}, within_s=FILE_S))
        return str(answer.get("media_id", ""))

    async def fetch(self, media_id: str, to: Path, *, most_bytes: int) -> None:
        """Write a file of the platform's to `to`.  Raises: TooLarge, besides."""
        ask = _Ask("media/get", {"media_id": media_id}, within_s=FILE_S)
        await self._with_token(lambda token: self._fetched(ask.signed(token), to, most_bytes))

    async def user(self, user_id: str) -> Json:
        """`user/get`: what WeCom tells of a member."""
        return await self._call(_Ask("user/get", {"userid": user_id}))

    async def agent(self) -> Json:
        """`agent/get`: the app as its admin set it up."""
        return await self._call(_Ask("agent/get", {"agentid": str(self.app.agent_id)}))

    async def user_of(self, code: str) -> str:
        """Whom a sign-in code stands for (`auth/getuserinfo`); empty for who is no member. A code is good once, for five minutes."""
        answer = await self._call(_Ask("auth/getuserinfo", {"code": code}))
        return str(answer.get("userid") or answer.get("UserId") or "")

    async def make_menu(self, menu: Json) -> None:
        """`menu/create`: replaces the menu of the app."""
        await self._call(_Ask("menu/create", {"agentid": str(self.app.agent_id)}, body=menu))

    async def menu(self) -> Json:
        """`menu/get`: the menu as it is."""
        return await self._call(_Ask("menu/get", {"agentid": str(self.app.agent_id)}))

    async def try_token(self) -> None:
        """Ask for a token, unless there is one."""
        await self._token.get()

    async def close(self) -> None:
        """Hang up."""
        await self._token.close()
        await self._http.aclose()

    async def _new_token(self) -> tuple[str, float]:
        params = {"corpid": self.app.corp_id, "corpsecret": self.app.secret}
        try:
            answer = await self._once(_Ask("gettoken", params))
        except Unsure as doubt:
            raise Upstream(SERVICE) from doubt
        return str(answer.get("access_token", "")), float(answer.get("expires_in", 0))

    async def _call(self, ask: "_Ask", *, once: bool = False) -> Json:
        """once: it must not be made again unless nothing came of it."""
        try:
            return await self._with_token(lambda token: self._once(ask.signed(token)))
        except Unsure as doubt:
            if once:
                raise
            raise Upstream(SERVICE) from doubt

    async def _with_token(self, call: Callable[[str], Awaitable[T]]) -> T:
        """Call with a token, and once more with another where WeCom takes the first no more."""
        token = await self._token.get()
        try:
            return await call(token)
        except Refusal as refusal:
            if refusal.code not in STALE_TOKEN:
                raise
        return await call(await self._token.get(refused=token))

    async def _once(self, ask: "_Ask") -> Json:
        try:
            async with asyncio.timeout(ask.within_s or self._within_s), self._answer(ask) as response:
                return _judged(await _bounded(response, LARGEST_ANSWER_BYTES))
        except NOT_SENT as err:
            raise Upstream(SERVICE) from err
        except (TimeoutError, TooLarge, httpx2.HTTPError, httpx2.StreamError) as err:
            raise Unsure(type(err).__name__) from err

    async def _fetched(self, ask: "_Ask", to: Path, most_bytes: int) -> None:
        try:
            async with asyncio.timeout(ask.within_s or self._within_s), self._answer(ask) as response:
                if "content-disposition" not in response.headers:  # no file, so an errcode
                    _judged(await _bounded(response, LARGEST_ANSWER_BYTES))
                    raise Upstream(SERVICE)
                if int(response.headers.get("content-length", "0")) > most_bytes:
                    raise TooLarge
                data = await _bounded(response, most_bytes)
        except (TimeoutError, Unsure, httpx2.HTTPError, httpx2.StreamError) as err:
            raise Upstream(SERVICE) from err
        await asyncio.to_thread(to.write_bytes, data)

    @asynccontextmanager
    async def _answer(self, ask: "_Ask") -> AsyncIterator[httpx2.Response]:
        """What comes back, not read yet; a server in trouble is told from an answer."""
        content = None if ask.body is None else json.dumps(ask.body, ensure_ascii=False).encode()
        request = self._http.build_request(
            "GET" if ask.body is None and ask.files is None else "POST", ask.path, params=dict(ask.params), content=content,
            files=ask.files, headers=None if content is None else {"Content-Type": "application/json"},
        )  # fmt: skip
        response = await self._http.send(request, stream=True)
        try:
            if response.status_code == HTTPStatus.TOO_MANY_REQUESTS or response.is_server_error:
                raise Upstream(SERVICE, _asked_to_wait(response))
            yield response
        finally:
            await response.aclose()


@dataclass(frozen=True, slots=True)
class _Ask:
    """One request. body: JSON; files: a form with them."""

    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    body: Json | None = None
    files: Mapping[str, tuple[str, bytes]] | None = None
    within_s: float | None = None

    def signed(self, token: str) -> "_Ask":
        """The same with a token."""
        return replace(self, params={**self.params, "access_token": token})


async def _bounded(response: httpx2.Response, most_bytes: int) -> bytes:
    data = bytearray()
    async for piece in response.aiter_bytes():
        data += piece
        if len(data) > most_bytes:
            raise TooLarge
    return bytes(data)


def _judged(data: bytes) -> Json:
    try:
        answer = json.loads(data)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise Unsure("not_json")
    code = answer.get("errcode", 0)
    if code:
        raise Refusal(code if isinstance(code, int) else 0, str(answer.get("errmsg", "")))
    return answer


def _asked_to_wait(response: httpx2.Response) -> float:
    told = response.headers.get("retry-after", "")
    return min(float(told), LONGEST_WAIT_S) if told.isdecimal() else 1.0

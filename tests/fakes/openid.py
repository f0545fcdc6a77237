"""A provider of OpenID Connect over real HTTP: discovery, authorization, tokens, keys, and what it must refuse. Knows nothing of Tandem.

Whoever sits at its browser is `person`. What it says wrongly on purpose stands in `lies`, `mood` and their like.
"""

import asyncio
import base64
import hashlib
import json
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from aiohttp import hdrs, web
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from bot.ports import Clock
from tests.fakes.senses import SetClock

Json = dict[str, Any]

CODE_LIVES = timedelta(minutes=1)
DISCOVERY = "/.well-known/openid-configuration"
CLIENT_ID, SECRET = "tandem-client", "s3cret-of-the-client"
RSA = RSAKey.generate_key(2048, {"kid": "one"})
OTHER_RSA = RSAKey.generate_key(2048, {"kid": "two"})
EC = ECKey.generate_key("P-256", {"kid": "three"})
"""Making keys takes a while, so all tests share these."""


@dataclass(frozen=True)
class Paths:
    """Where a provider has what."""

    authorize: str = "/authorize"
    token: str = "/token"  # noqa: S105 - a path
    keys: str = "/keys"


@dataclass(frozen=True)
class _Granted:
    asked: Mapping[str, str]
    person: Json
    at: datetime


@dataclass
class OpenIdProvider:
    """One provider with one client.

    person: the claims of whoever sits there; None for somebody who presses "cancel". lies: claims that stand in the token instead, None
    for one that is left out. key, alg: what it signs with; published: the keys that it shows. mood: how the next answers are: ok, 500,
    redirect, huge, html, hang, by path in `moods`. pkce: it says that it takes PKCE, and then demands it. told: instead of what discovery
    says. asks: what it was asked, by path. plain: it answers errors with 200, as Slack does.
    """

    clock: Clock = field(default_factory=SetClock)
    paths: Paths = field(default_factory=Paths)
    person: Json | None = field(default_factory=dict)
    lies: Json = field(default_factory=dict)
    key: RSAKey | ECKey | OctKey = field(default_factory=lambda: RSA)
    alg: str = "RS256"
    published: list[RSAKey | ECKey] = field(default_factory=lambda: [RSA])
    pkce: bool = True
    secret_in: str = "client_secret_basic"  # noqa: S105 - a method
    issuer_back: str | None = None
    plain: bool = False
    told: Json = field(default_factory=dict)
    moods: dict[str, str] = field(default_factory=dict)
    asks: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    url: str = ""
    _granted: dict[str, _Granted] = field(default_factory=dict)
    _over: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["OpenIdProvider"]:
        """Serve on a free port of loopback while the block runs; `url` is then the issuer."""
        runner = web.ServerRunner(web.Server(self.answer, access_log=None), shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            self.end()
            await runner.cleanup()

    @property
    def places(self) -> frozenset[str]:
        """The paths that are its own."""
        return frozenset({DISCOVERY, self.paths.authorize, self.paths.token, self.paths.keys})

    def end(self) -> None:
        """Let go of everybody who was left hanging."""
        self._over.set()

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """One request."""
        self.asks[request.path] += 1
        if odd := await self._odd(self.moods.get(request.path, "ok")):
            return odd
        if request.path == DISCOVERY:
            return web.json_response(self._described())
        if request.path == self.paths.authorize:
            return self._authorized(dict(parse_qsl(request.query_string)))
        if request.path == self.paths.keys:
            return web.json_response({"keys": [key.as_dict(private=False) for key in self.published]})
        if request.path == self.paths.token and request.method == "POST":
            return await self.token(request)
        return web.Response(status=404)

    async def token(self, request: web.BaseRequest) -> web.Response:
        """Exchange a code."""
        form = dict(parse_qsl((await request.read()).decode()))
        granted = self._granted.pop(form.get("code", ""), None)
        why = self._against(request, form, granted)
        if why or granted is None:
            self.refused.append(why)
            return web.json_response({"ok": False, "error": why}, status=200 if self.plain else 400)
        access = secrets.token_urlsafe(16)
        word = self.word(granted.asked.get("nonce", ""), granted.person, access)
        body = {"access_token": access, "token_type": "Bearer", "id_token": word}
        return web.json_response({"ok": True, **body} if self.plain else body)

    def word(self, nonce: str, person: Json, access: str = "") -> str:
        """An id token, with its lies."""
        now = int(self.clock.now().timestamp())
        half = hashlib.sha256(access.encode()).digest()[:16]
        claims = {
            "iss": self.url, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": nonce, "at_hash": _b64(half), **person, **self.lies,
        }  # fmt: skip
        kept = {name: value for name, value in claims.items() if value is not None}
        if self.alg == "none":
            return ".".join((_b64(b'{"alg":"none"}'), _b64(json.dumps(kept).encode()), ""))
        return jwt.encode({"alg": self.alg, "kid": self.key.kid}, kept, self.key, algorithms=[self.alg])

    def _described(self) -> Json:
        at = {"authorization_endpoint": self.paths.authorize, "token_endpoint": self.paths.token, "jwks_uri": self.paths.keys}
        takes = {"code_challenge_methods_supported": ["S256"]} if self.pkce else {}
        return {
            "issuer": self.url, **{name: self.url + path for name, path in at.items()}, **takes,
            "token_endpoint_auth_methods_supported": [self.secret_in], "response_types_supported": ["code"], **self.told,
        }  # fmt: skip

    def _authorized(self, asked: Mapping[str, str]) -> web.Response:
        """Send the browser back; a request that does not fit stays here, with a page that says so."""
        fits = asked.get("client_id") == CLIENT_ID and asked.get("response_type") == "code" and "openid" in asked.get("scope", "").split()
        if not fits or (self.pkce and asked.get("code_challenge_method") != "S256"):
            return web.Response(status=400, text="this request does not fit")
        told = {"state": asked.get("state", ""), "iss": self.url if self.issuer_back is None else self.issuer_back}
        if self.person is None:
            told["error"] = "access_denied"
        else:
            code = told["code"] = secrets.token_urlsafe(12)
            self._granted[code] = _Granted(asked, self.person, self.clock.now())
        return web.Response(status=302, headers={hdrs.LOCATION: f"{asked['redirect_uri']}?{urlencode(told)}"})

    def _against(self, request: web.BaseRequest, form: Mapping[str, str], granted: _Granted | None) -> str:
        if self.secret_in == "client_secret_basic":  # noqa: S105 - a method
            told = request.headers.get(hdrs.AUTHORIZATION, "")
            known = told == "Basic " + base64.b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
        else:
            known = (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, SECRET)
        if not known:
            return "invalid_client"
        if granted is None or self.clock.now() - granted.at > CODE_LIVES or form.get("redirect_uri") != granted.asked["redirect_uri"]:
            return "invalid_code" if self.plain else "invalid_grant"
        challenge = granted.asked.get("code_challenge", "")
        proof = _b64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        return "invalid_grant" if challenge and challenge != proof else ""

    async def _odd(self, mood: str) -> web.Response | None:
        match mood:
            case "500":
                return web.Response(status=500, text="oops")
            case "redirect":
                return web.Response(status=302, headers={hdrs.LOCATION: f"{self.url}/elsewhere"})
            case "huge":
                return web.Response(body=b'{"x": "' + b"x" * (1 << 20) + b'"}', content_type="application/json")
            case "html":
                return web.Response(text="<html>sign in</html>", content_type="text/html")
            case "deep":
                return web.Response(body=b"[" * 200_000, content_type="application/json")
            case "hang":
                await self._over.wait()
        return None


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")

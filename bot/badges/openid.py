"""OpenID Connect with one provider: where people go, and what its signed word says of who came back. Knows no provider by name.

Sources: OpenID Connect Core 1.0 and Discovery 1.0; RFC 7636 (PKCE); RFC 9207 (who sent them back); RFC 9700 (best practice).
"""

import asyncio
import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx2
import structlog
from authlib.integrations.httpx_client import AsyncOAuth2Client, OAuthError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from bot.badges.wire import CONNECT_S, WITHIN_S, BoundedTransport, document, in_time
from bot.domain.entering import Brought, is_safe
from bot.errors import NotAllowed, Upstream
from bot.ports import Clock

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

Json = dict[str, Any]

WELL_KNOWN = "/.well-known/openid-configuration"
SCOPES = "openid email profile"
S256 = "S256"
SIGNED_BY = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures by a key of the provider's alone: never none, and never one by a secret that both sides know."""
KEY_KINDS = frozenset({"RSA", "EC"})
KNOWN_FOR, KEYS_AGAIN = timedelta(hours=1), timedelta(seconds=60)
"""How long what the provider tells about itself is believed; how soon its keys are asked for again when it signs with another."""
RESTS = timedelta(seconds=3)
"""How long a provider that did not answer is not asked again."""
LEEWAY_S = 60
"""How far two clocks may be apart."""
ERROR = re.compile(r"[a-z0-9_.]{1,60}")
KEY_BYTES = 32
BASIC, IN_FORM = "client_secret_basic", "client_secret_post"


@dataclass(frozen=True)
class Client:
    """Who we are there. back: where the provider sends people. pkce: also where the provider does not say that it takes it."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    back: str
    pkce: bool = True


@dataclass(frozen=True)
class Provider:
    """What its discovery document tells. signs: by which methods a client may show its secret."""

    authorize: str
    token: str
    keys: str
    signs: tuple[str, ...]
    pkce: bool


class OpenId:
    """One provider.

    Nonce and PKCE's verifier are made of the state by a key that lives as long as this process, so nothing is kept of who set out and
    never came back; who was under way during a restart begins again.
    """

    def __init__(self, client: Client, clock: Clock, *, within_s: float = WITHIN_S) -> None:
        """within_s: how long any one answer may take."""
        self.client = client
        self._within_s = within_s
        self._clock = clock
        self._key = secrets.token_bytes(KEY_BYTES)
        self._transport = BoundedTransport()
        self._asking = asyncio.Lock()
        self._provider: tuple[Provider, datetime] | None = None
        self._keys: tuple[KeySet, datetime] | None = None
        self._failed_at: datetime | None = None

    async def way(self, state: str, **more: str) -> str:
        """Where a browser goes. more: what a provider takes besides.  Raises: Upstream."""
        provider = await self.provider()
        if self._proves(provider):
            more = {"code_verifier": self._made("verifier", state), **more}
        url, _ = self._web(provider).create_authorization_url(
            provider.authorize, state=state, nonce=self._made("nonce", state), response_type="code", **more
        )
        return str(url)

    async def claims(self, brought: Brought) -> Mapping[str, Any]:
        """What the provider's signed word says of whoever came back with a code.

        Raises: NotAllowed("badge_refused") where it lets nobody through, NotAllowed("badge_untrue") where its word does not hold; Upstream.
        """
        if brought.error or not brought.code:
            raise NotAllowed("badge_refused", why=_plain(brought.error))
        if brought.issuer and brought.issuer != self.client.issuer:
            raise NotAllowed("badge_untrue")
        provider = await self.provider()
        told = await self._exchanged(provider, brought)
        word = told.get("id_token")
        if not isinstance(word, str):
            raise NotAllowed("badge_untrue")
        return await self._checked(provider, word, self._made("nonce", brought.state), str(told.get("access_token") or ""))

    async def provider(self) -> Provider:
        """What it tells about itself, asked for once an hour.  Raises: Upstream."""
        async with self._asking:
            now = self._clock.now()
            if self._provider is None or now - self._provider[1] > KNOWN_FOR:
                told = await self._document(self.client.issuer.rstrip("/") + WELL_KNOWN)
                self._provider = (self._read(told), now)
            return self._provider[0]

    async def key_count(self) -> int:
        """How many keys it signs with, of the kinds that we take.  Raises: Upstream."""
        return len((await self._key_set(await self.provider())).keys)

    async def close(self) -> None:
        """Hang up."""
        await self._transport.aclose()

    @property
    def _service(self) -> str:
        return self.client.issuer

    async def _document(self, url: str) -> Json:
        """What stands there. One that failed is left alone for a while: whoever waits for it would wait in a row.  Raises: Upstream."""
        now = self._clock.now()
        if self._failed_at is not None and now - self._failed_at < RESTS:
            raise Upstream(self._service)
        try:
            told = await document(self._transport, url, self._service, self._within_s)
        except Upstream:
            self._failed_at = now
            raise
        self._failed_at = None
        return told

    def _read(self, told: Json) -> Provider:
        """Raises: Upstream for a document that is another's, or names a place to which no secret may travel."""
        authorize, token, keys = (str(told.get(name) or "") for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"))
        places = (authorize.partition("?")[0], token.partition("?")[0], keys.partition("?")[0])
        if told.get("issuer") != self.client.issuer or not all(map(is_safe, places)):
            log.warning("openid_discovery_refused", issuer=self.client.issuer, told=str(told.get("issuer"))[:200])
            raise Upstream(self._service)
        signs, takes = told.get("token_endpoint_auth_methods_supported"), told.get("code_challenge_methods_supported")
        methods = tuple(map(str, signs)) if isinstance(signs, list) else (BASIC,)
        return Provider(authorize, token, keys, methods, pkce=isinstance(takes, list) and S256 in takes)

    def _proves(self, provider: Provider) -> bool:
        return provider.pkce or self.client.pkce

    def _web(self, provider: Provider) -> AsyncOAuth2Client:
        """Authlib's client for one exchange; the way out is ours."""
        return AsyncOAuth2Client(
            self.client.client_id, self.client.secret, token_endpoint_auth_method=IN_FORM if BASIC not in provider.signs else BASIC,
            redirect_uri=self.client.back, scope=SCOPES, code_challenge_method=S256, transport=self._transport, trust_env=False,
            timeout=httpx2.Timeout(WITHIN_S, connect=CONNECT_S), follow_redirects=False,
        )  # fmt: skip

    async def _exchanged(self, provider: Provider, brought: Brought) -> Json:
        proof = {"code_verifier": self._made("verifier", brought.state)} if self._proves(provider) else {}
        asked = self._web(provider).fetch_token(provider.token, code=brought.code, grant_type="authorization_code", **proof)
        try:
            return dict(await in_time(self._service, asked, self._within_s))
        except OAuthError as refused:
            raise NotAllowed("badge_refused", why=_plain(str(refused.error))) from refused

    async def _checked(self, provider: Provider, word: str, nonce: str, access_token: str) -> Json:
        """The claims of an id token.  Raises: NotAllowed("badge_untrue")."""
        asked = {"iss": {"essential": True, "value": self.client.issuer}, "aud": {"essential": True, "value": self.client.client_id}}
        params = {"nonce": nonce, "client_id": self.client.client_id, "access_token": access_token}
        try:
            token = await self._opened(provider, word)
            claims = CodeIDToken(token.claims, token.header, asked, params)
            claims.validate(now=int(self._clock.now().timestamp()), leeway=LEEWAY_S)
        except (JoseError, ValueError, TypeError, RecursionError) as err:
            log.warning("openid_word_refused", issuer=self.client.issuer, why=type(err).__name__, about=str(err)[:200])
            raise NotAllowed("badge_untrue") from err
        return dict(claims)

    async def _opened(self, provider: Provider, word: str) -> jwt.Token:
        """With the keys that we know, and once more with new ones: providers change theirs."""
        try:
            return jwt.decode(word, await self._key_set(provider), algorithms=SIGNED_BY)
        except (JoseError, ValueError, RecursionError):
            known = self._keys
            if known is None or self._clock.now() - known[1] < KEYS_AGAIN:
                raise
            self._keys = None
        return jwt.decode(word, await self._key_set(provider), algorithms=SIGNED_BY)

    async def _key_set(self, provider: Provider) -> KeySet:
        async with self._asking:
            now = self._clock.now()
            if self._keys is None or now - self._keys[1] > KNOWN_FOR:
                told = (await self._document(provider.keys)).get("keys")
                ours = [one for one in told if isinstance(one, dict) and one.get("kty") in KEY_KINDS] if isinstance(told, list) else []
                try:
                    self._keys = (KeySet.import_key_set({"keys": ours}) if ours else KeySet([]), now)
                except (JoseError, ValueError, TypeError, KeyError) as err:
                    raise Upstream(self._service) from err
            return self._keys[0]

    def _made(self, purpose: str, state: str) -> str:
        """43 letters out of this process's key: another state, another word, and no way back from it."""
        mixed = hmac.new(self._key, f"{purpose}:{state}".encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(mixed).decode().rstrip("=")


def _plain(error: str) -> str:
    """A provider's word for what is wrong, as far as it is one."""
    return error if ERROR.fullmatch(error) else "–"

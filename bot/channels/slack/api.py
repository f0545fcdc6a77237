"""Slack's Web API by its own client, its faults turned into ours in this one place. Knows methods and codes; knows no message of ours."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.slack.team import Team, team_of
from bot.errors import Undeliverable, Unsure, Upstream

SERVICE = "slack"
DEADLINE_S, CONNECT_S = 8.0, 3.0
LATER: Mapping[str, float] = {
    "ratelimited": 5, "rate_limited": 5, "message_limit_exceeded": 60, "service_unavailable": 5, "request_timeout": 2,
    "team_added_to_org": 60, "access_denied": 300, "missing_scope": 300, "invalid_auth": 60, "not_authed": 60, "token_expired": 60,
    "token_revoked": 60, "no_permission": 300, "org_login_required": 60, "ekm_access_denied": 300,
}
"""Error -> seconds. Slack did nothing, and will once its load is over or an admin has acted; a token that is renewed counts, too."""
AMBIGUOUS = frozenset({"fatal_error", "internal_error"})
"""Slack says of these that some of it may have been done."""


class SlackSays(Undeliverable):
    """Slack refuses, and will whenever it is asked. code: its own word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(SERVICE, code)
        self.code = code


class TooOften(Upstream):
    """Slack takes no more of these calls for the moment; this one did nothing."""


class LacksScope(Upstream):
    """An admin has not granted this right, or not yet."""


class SlackApi:
    """Calls Slack with the bot's token. One session for all; nothing is tried twice here, for a second try may do a thing twice."""

    def __init__(self, token: str, api_base: str, deadline_s: float = DEADLINE_S) -> None:
        self._token = token
        self._base = api_base.rstrip("/") + "/"
        self._deadline_s = deadline_s
        self._client: AsyncWebClient | None = None
        self._team: Team | None = None
        self._asking = asyncio.Lock()

    @property
    def base(self) -> str:
        """Where the methods are, ending in a slash."""
        return self._base

    @property
    def proxy(self) -> str | None:
        """The way out that the environment names (`HTTPS_PROXY`), for everything that goes to Slack."""
        return self.web().proxy or None

    async def call(self, method: str, /, **args: object) -> Mapping[str, Any]:
        """Ask `chat.postMessage` and its like; the answer's body.

        Raises: Upstream when nothing was done and it may be later; Unsure when it may have been done; SlackSays.
        """
        data, _ = await self._called(method, args)
        return data

    async def asked(self, method: str, /, **args: object) -> Mapping[str, Any]:
        """As `call`, of a method that changes nothing: whatever fails may be asked again.  Raises: Upstream, SlackSays."""
        try:
            return await self.call(method, **args)
        except Unsure as err:
            raise _later(str(err)) from err

    async def team(self) -> Team:
        """Whom our token belongs to; asked once.  Raises: Upstream, SlackSays."""
        async with self._asking:
            if self._team is None:
                try:
                    self._team = team_of(*await self._called("auth.test", {}))
                except Unsure as err:
                    raise _later(str(err)) from err
            return self._team

    @asynccontextmanager
    async def get(self, url: str) -> AsyncIterator[aiohttp.ClientResponse]:
        """A file of Slack's, opened with our token. The caller has looked at where `url` leads.  Raises: Upstream."""
        headers = {"authorization": f"Bearer {self._token}"}
        with _translated(asks=True):
            limits = aiohttp.ClientTimeout(total=60, connect=CONNECT_S)
            async with self._session().get(url, headers=headers, timeout=limits, proxy=self.proxy) as response:
                yield response

    async def post(self, url: str, body: Mapping[str, object]) -> None:
        """Post JSON to an address that Slack lent.  Raises: Upstream, Unsure, SlackSays."""
        with _translated():
            async with self._session().post(url, json=body, proxy=self.proxy) as response:
                if response.status in {404, 410}:
                    raise SlackSays("expired_url")
                if response.status != 200:  # noqa: PLR2004 - HTTP's OK
                    raise _later(response.status, _wait(response.headers))

    async def close(self) -> None:
        """Let go of the connections."""
        if self._client is not None and self._client.session is not None:
            await self._client.session.close()
        self._client = None

    def web(self) -> AsyncWebClient:
        """Slack's own client, for what is built on it. To be called on the loop.

        Its handlers for broken connections are left out: they send once more what may have arrived.
        """
        if self._client is None:
            limits = aiohttp.ClientTimeout(total=self._deadline_s, connect=CONNECT_S)
            session = aiohttp.ClientSession(timeout=limits, connector=aiohttp.TCPConnector(limit=64, keepalive_timeout=10))
            quiet = logging.getLogger("slack_sdk.quiet")
            quiet.setLevel(logging.ERROR)  # at debug it writes whole bodies
            self._client = AsyncWebClient(self._token, self._base, session=session, retry_handlers=[], logger=quiet)
        return self._client

    def _session(self) -> aiohttp.ClientSession:
        session = self.web().session
        if session is None:
            raise Upstream(SERVICE)
        return session

    async def _called(self, method: str, args: Mapping[str, object]) -> tuple[Mapping[str, Any], str]:
        given = {name: value for name, value in args.items() if value is not None}
        with _translated():
            answer = await getattr(self.web(), method.replace(".", "_"))(**given)
            return answer.data, str(answer.headers.get("x-oauth-scopes") or "")


class _translated:  # noqa: N801 - reads as a word in `with`
    """Turns what the client raises into what the house knows. asks: nothing is changed, so nothing is unsure."""

    def __init__(self, *, asks: bool = False) -> None:
        self._asks = asks

    def __enter__(self) -> None:
        """Nothing yet."""

    def __exit__(self, _: object, err: BaseException | None, __: object) -> None:
        if err is None or (ours := _ours(err)) is None:
            return
        raise (_later(str(ours)) if self._asks and isinstance(ours, Unsure) else ours) from err


def _ours(err: BaseException) -> Exception | None:
    match err:
        case SlackApiError():
            return _of_answer(err)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return _later("unreachable", 2.0)
        case TimeoutError() | aiohttp.ClientError() | SlackClientError() | AttributeError() | ConnectionError():
            return Unsure(type(err).__name__)  # AttributeError: the client met a body that is no JSON
        case _:
            return None


def _of_answer(err: SlackApiError) -> Exception:
    """What an answer without `ok` means."""
    answer = err.response
    status, data = getattr(answer, "status_code", 0), getattr(answer, "data", None)
    code = str(data.get("error") or "") if isinstance(data, dict) else ""
    if status == 429 or code in {"ratelimited", "rate_limited"}:  # noqa: PLR2004 - HTTP's Too Many Requests
        return TooOften(f"{SERVICE}: ratelimited", _wait(getattr(answer, "headers", {})))
    if code == "missing_scope":
        return LacksScope(f"{SERVICE}: {code}", LATER[code])
    if code in LATER:
        return _later(code, LATER[code])
    if code in AMBIGUOUS:
        return Unsure(code)
    if not code:
        return _later(status, 2.0) if status >= 500 else Unsure(str(status))  # noqa: PLR2004 - HTTP's 5xx
    return SlackSays(code)


def _later(why: object, wait_s: float = 1.0) -> Upstream:
    return Upstream(f"{SERVICE}: {why}", wait_s)


def _wait(headers: Mapping[str, str]) -> float:
    """Retry-After, in seconds."""
    told = {name.lower(): value for name, value in headers.items()}.get("retry-after", "")
    return float(told) if str(told).isdigit() else 2.0

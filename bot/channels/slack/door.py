"""The way in from Slack: Bolt's application, which keeps what came before it acknowledges. One translation for HTTP and Socket Mode.

Bolt answers 200 though a listener raises, and sorts out no repetition, so there is no listener: everything ends in the middleware below.
Its own check of signatures is left out, for it raises on a time that is no number and writes bodies to the log.
"""

import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.channels.slack.api import SlackApi
from bot.channels.slack.events import event_team, heard
from bot.channels.slack.payload import Json, Malformed, needed, parsed, word
from bot.channels.slack.presses import commanded, interaction_team, pressed, wrongs
from bot.channels.slack.signature import fault
from bot.channels.slack.team import Team
from bot.domain.talk import Arrival, Tap, language_of
from bot.errors import Undeliverable, Upstream
from bot.ports import Clock, Kept, Words
from bot.ports.hooks import HookAnswer

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

Keep = Callable[[Arrival], Awaitable[Kept]]
OpensForm = Callable[[Tap], Awaitable[bool]]
OK, BAD, UNSIGNED, STRANGE, ABSENT, METHOD, LARGE, LATER = 200, 400, 401, 403, 404, 405, 413, 503
MOST_BYTES = 1 << 20


async def no_form(_: Tap) -> bool:
    """For a door behind which nobody opens forms: every press goes the common way."""
    return False


class SlackDoor:
    """What Slack sends is verified, translated, kept, and then acknowledged.

    keep: makes an arrival durable (`bot.turns.arrive.Door.arrive`). opens_form: shows the form of a draft, see `EditForms`.
    """

    def __init__(self, api: SlackApi, secret: str, keep: Keep, words: Words, clock: Clock, opens_form: OpensForm = no_form) -> None:
        self._api = api
        self._secret = secret
        self._clock = clock
        quiet = logging.getLogger("slack_bolt.quiet")
        quiet.setLevel(logging.CRITICAL)  # it writes payloads when one is not handled
        keeping = Keeping(api, keep, words, clock, opens_form)
        self.app = AsyncApp(
            logger=quiet, name="tandem", signing_secret=secret or "none", authorize=_nobody, before_authorize=keeping,
            request_verification_enabled=False, ssl_check_enabled=False, attaching_function_token_enabled=False,
        )  # fmt: skip

    async def __call__(self, method: str, _: Mapping[str, str], headers: Mapping[str, str], body: bytes, /) -> HookAnswer:
        """The port `Hook`: events, interactions and commands.

        200 kept, or none of our business; 400 malformed; 401 the signature is wrong, or the time; 403 another workspace; 413 too large;
        503 it could not be kept, and Slack sends it again.
        """
        if method != "POST":
            return METHOD, {"allow": "POST"}, b""
        if len(body) > MOST_BYTES:
            return _refused(LARGE, "large")
        if why := fault(self._secret, headers, body, self._clock.now()):
            return _refused(UNSIGNED, why)
        try:
            payload = parsed(headers.get("content-type", ""), body)
        except Malformed as err:
            return _refused(BAD, str(err))
        if payload.get("ssl_check") == "1":
            return OK, {}, b""
        return _answer(await self.take(payload))

    async def take(self, payload: Json) -> BoltResponse:
        """One payload, verified: by its signature, or by the socket that it came through."""
        try:
            request = AsyncBoltRequest(body=dict(payload), mode="socket_mode")
        except (TypeError, ValueError, AttributeError, KeyError, IndexError):
            return _told(BAD, "shape")  # Bolt reads deeper than it looks
        return await self.app.async_dispatch(request)

    async def close(self) -> None:
        """Let go of the connections to Slack."""
        await self._api.close()


FORM = re.compile(r"edit-|password-|review:[^:]*:\d+:(?:edit|counter|ask|reply|reject)-")
"""Ids of buttons that open a form."""


class Keeping(AsyncMiddleware):
    """Bolt's first middleware, and but for the address check its last: keep, then acknowledge."""

    def __init__(self, api: SlackApi, keep: Keep, words: Words, clock: Clock, opens_form: OpensForm) -> None:
        self._api = api
        self._keep = keep
        self._words = words
        self._clock = clock
        self._opens_form = opens_form

    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Callable[[], Awaitable[BoltResponse]]  # noqa: A002, ARG002 - Bolt's names
    ) -> BoltResponse | None:
        """Answer the request; only `url_verification` goes on to Bolt."""
        if req.body.get("type") == "url_verification":
            return await next()
        try:
            team = await self._api.team()
            return await self._kept(req.body, team)
        except Malformed as err:
            return _told(BAD, str(err))
        except (Upstream, Undeliverable) as err:
            return _told(LATER, str(err))
        except Exception:
            log.exception("slack_not_kept")
            return BoltResponse(status=LATER)

    async def _kept(self, body: Json, team: Team) -> BoltResponse:
        is_event = body.get("type") == "event_callback"
        homes = event_team(body) if is_event else interaction_team(body)
        if not homes:
            raise Malformed("team")
        if not team.has(*homes):
            return _told(STRANGE, "team")
        if wrong := wrongs(body, self._words):
            return _form_refused(wrong)
        match self._arrivals(body, team):
            case str(why):
                log.debug("slack_ignored", why=why, type=body.get("type"))
            case arrivals:
                for arrival in arrivals:
                    if not await self._is_form(arrival, body):
                        await self._keep(arrival)
        return BoltResponse(status=OK)

    def _arrivals(self, body: Json, team: Team) -> list[Arrival] | str:
        now = self._clock.now()
        if "command" in body and "type" not in body:
            return commanded(body, team, now)
        if needed(body, "type") == "event_callback":
            return heard(body, team, now)
        return pressed(body, team, now, self._about)

    def _about(self, text: str) -> str:
        return self._words.say("slack_about", language_of(text), text=text)

    async def _is_form(self, arrival: Arrival, body: Json) -> bool:
        """Whether a press put a form on the screen: then nothing has to be kept until it is sent. The action's id only hints at it."""
        if not isinstance(arrival, Tap):
            return False
        hinted = any(FORM.match(word(action, "action_id")) for action in body.get("actions", []))
        return hinted and await self._opens_form(arrival)


async def _nobody(**_: Any) -> AuthorizeResult:  # noqa: ANN401 - Bolt's arguments
    """Bolt asks for who is authorized only past our middleware, where nothing goes but `url_verification`, which needs nobody."""
    return AuthorizeResult(enterprise_id=None, team_id=None)


def _told(status: int, why: str) -> BoltResponse:
    _, headers, _ = _refused(status, why)
    return BoltResponse(status=status, headers=dict(headers))


def _form_refused(wrong: Mapping[str, str]) -> BoltResponse:
    """The form stays open, with what is wrong said where it stands."""
    body = json.dumps({"response_action": "errors", "errors": dict(wrong)}, ensure_ascii=False)
    return BoltResponse(status=OK, headers={"content-type": "application/json"}, body=body)


def _refused(status: int, why: str) -> HookAnswer:
    """What is wrong in itself is not asked for again."""
    log.warning("slack_refused", status=status, why=why)
    return status, {} if status in {LATER, UNSIGNED} else {"x-slack-no-retry": "1"}, b""


def _answer(response: BoltResponse) -> HookAnswer:
    return response.status, dict(response.first_headers()), response.body.encode()

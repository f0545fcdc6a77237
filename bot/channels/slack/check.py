"""Is the Slack app set up as it must be? Asks Slack, and our own address, and says what to do. Changes nothing, sends no message."""

import json
import secrets
from collections.abc import AsyncIterator
from http import HTTPStatus

import aiohttp

from bot.channels.finding import Found
from bot.channels.slack.api import SlackApi, SlackSays
from bot.channels.slack.manifest import SCOPES
from bot.channels.slack.payload import PATH
from bot.channels.slack.signature import signed
from bot.errors import Upstream
from bot.ports import Clock
from bot.secrets import SlackSecrets

WITHIN_S = 8.0


async def looked_over(api: SlackApi, secret: SlackSecrets, public_url: str, clock: Clock) -> AsyncIterator[Found]:
    """Token, rights, the socket or the address, one after the other; what cannot be known any more is left out."""
    try:
        team = await api.team()
    except SlackSays as refusal:
        yield Found("wrong", "check_slack_token", {"code": refusal.code})
        return
    except Upstream as err:
        yield _away(err, api)
        return
    yield Found("on", "check_slack_app", {"team": team.name, "url": team.url})
    missing = sorted(set(SCOPES) - team.scopes)
    yield Found("wrong", "check_slack_scopes", {"scopes": ", ".join(missing)}) if missing else Found("on", "check_slack_scopes_on", {})
    if secret.app_token:
        yield await _socket(api, secret.app_token)
    elif public_url:
        yield await _address(secret.signing_secret, public_url.rstrip("/") + PATH, clock)
    else:
        yield Found("off", "check_slack_no_url", {})


def _away(err: Upstream, api: SlackApi) -> Found:
    """A token that Slack does not take, or a Slack that does not answer."""
    code = err.service.rpartition(": ")[2]
    if code in {"invalid_auth", "not_authed", "token_expired", "token_revoked"}:
        return Found("wrong", "check_slack_token", {"code": code})
    return Found("wrong", "check_slack_away", {"url": api.base, "why": code})


async def _socket(api: SlackApi, app_token: str) -> Found:
    try:
        await api.asked("apps.connections.open", app_token=app_token)
    except (SlackSays, Upstream) as err:
        code = err.code if isinstance(err, SlackSays) else err.service.rpartition(": ")[2]
        return Found("wrong", "check_slack_socket", {"code": code})
    return Found("on", "check_slack_socket_on", {})


async def _address(secret: str, url: str, clock: Clock) -> Found:
    """Ask our own address what Slack asks when an admin saves it."""
    challenge = secrets.token_hex(8)
    body = json.dumps({"type": "url_verification", "challenge": challenge}).encode()
    headers = {"content-type": "application/json", **signed(secret, body, clock.now())}
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=WITHIN_S)) as http, http.post(
            url, data=body, headers=headers
        ) as answer:
            told = await answer.text()
            if answer.status == HTTPStatus.OK and challenge in told:
                return Found("on", "check_slack_callback", {"url": url})
            return Found("wrong", "check_slack_callback_dead", {"url": url, "why": answer.status})
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as err:
        return Found("wrong", "check_slack_callback_dead", {"url": url, "why": type(err).__name__})

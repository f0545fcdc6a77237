"""Is the app set up as it must be? Asks WeCom, and our own callback address, and says what to do. Changes nothing, sends no message."""

import secrets
from collections.abc import AsyncIterator
from http import HTTPStatus
from urllib.parse import urlsplit

import httpx2

from bot.channels.finding import Found
from bot.channels.wecom.client import Json, WecomClient
from bot.channels.wecom.crypto import Envelope
from bot.channels.wecom.errors import Refusal, fault
from bot.channels.wecom.inbound import CALLBACK
from bot.errors import TandemError

WITHIN_S = 8.0


async def looked_over(client: WecomClient, envelope: Envelope, api_base: str, public_url: str) -> AsyncIterator[Found]:
    """Token, app, trusted address, callback, trusted domain and menu, one after the other; what cannot be known any more is left out."""
    try:
        agent = await client.agent()
    except Refusal as refusal:
        yield _refused(refusal)
        return
    except TandemError:
        yield Found("wrong", "check_wecom_away", {"url": api_base})
        return
    name = str(agent.get("name", ""))
    yield Found("wrong", "check_wecom_app_closed", {"name": name}) if agent.get("close") else Found("on", "check_wecom_app", {"name": name})
    if public_url:
        yield await _callback(envelope, public_url.rstrip("/") + CALLBACK)
        yield _domain(agent, public_url)
    else:
        yield Found("off", "check_wecom_no_url", {})
    yield await _menu(client)


def _refused(refusal: Refusal) -> Found:
    return Found("wrong", fault(refusal.code).key, {"code": refusal.code, "address": refusal.address or "?"})


async def _callback(envelope: Envelope, url: str) -> Found:
    """Ask our own address what WeCom asks when an admin saves it."""
    plain = secrets.token_hex(8)
    sealed, seal = envelope.sealed(plain)
    asked = {"msg_signature": seal.signature, "timestamp": seal.timestamp, "nonce": seal.nonce, "echostr": sealed}
    try:
        async with httpx2.AsyncClient(timeout=WITHIN_S, trust_env=False) as http:
            answer = await http.get(url, params=asked)
    except (httpx2.HTTPError, httpx2.InvalidURL) as err:
        return Found("wrong", "check_wecom_callback_dead", {"url": url, "why": type(err).__name__})
    if answer.status_code == HTTPStatus.OK and answer.text == plain:
        return Found("on", "check_wecom_callback", {"url": url})
    return Found("wrong", "check_wecom_callback_dead", {"url": url, "why": answer.status_code})


def _domain(agent: Json, public_url: str) -> Found:
    domain, parts = str(agent.get("redirect_domain", "")), urlsplit(public_url)
    facts = {"domain": domain, "host": parts.netloc}
    agrees = domain in {parts.netloc, parts.hostname}
    return Found("on" if agrees else "off", "check_wecom_domain" if agrees else "check_wecom_domain_off", facts)


async def _menu(client: WecomClient) -> Found:
    try:
        menu = await client.menu()
    except (Refusal, TandemError) as err:
        return Found("off", "check_wecom_menu_off", {"why": err.code if isinstance(err, Refusal) else type(err).__name__})
    return Found("on", "check_wecom_menu", {}) if menu.get("button") else Found("off", "check_wecom_menu_off", {"why": "-"})

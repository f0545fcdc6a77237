"""`/wecom/callback`: verified, opened, kept, and only then acknowledged. Knows HTTP statuses; knows no framework, skill or answer."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Protocol

import structlog

from bot.channels.wecom.crypto import Envelope, Forged, Malformed, Seal
from bot.channels.wecom.inbound import Nothing, Unreadable, heard
from bot.domain.outcome import Answer
from bot.domain.talk import Arrival, Lang, Origin
from bot.ports import Kept, Words
from bot.ports.hooks import HookAnswer

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

MOST_BYTES = 256 << 10
"""A text has 2,048 bytes; a card with everything selected some thousands."""
PATIENCE_S = 4.5
"""WeCom hangs up after five seconds, and sends the same again, three times."""


class Keeper(Protocol):
    """Keeps what arrives; see `bot.turns.arrive.Door`."""

    @property
    def words(self) -> Words:
        """What the house says."""
        ...

    async def arrive(self, arrival: Arrival, /) -> Kept:
        """Keep it; when this returns it may be acknowledged."""
        ...

    async def say(self, origin: Origin, answer: Answer, *, key: str, lang: Lang) -> None:
        """Queue a word of the house, once for each `key`."""
        ...


class WecomDoor:
    """The hook of the app's callback address. GET proves that the address is ours, POST brings what people did."""

    def __init__(self, envelope: Envelope, keeper: Keeper, corp_id: str) -> None:
        self._envelope = envelope
        self._keeper = keeper
        self._corp_id = corp_id

    async def __call__(self, method: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes, /) -> HookAnswer:  # noqa: ARG002 - WeCom signs in the query
        """An empty 200 once it is kept; 403 for what is not WeCom's, 400 for what cannot be read, 413 for what is too large."""
        if len(body) > MOST_BYTES:
            return _refused("oversize", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        seal = Seal(query.get("msg_signature", ""), query.get("timestamp", ""), query.get("nonce", ""))
        try:
            if method == "GET":
                return HTTPStatus.OK, {"content-type": "text/plain"}, self._envelope.echo(seal, query.get("echostr", "")).encode()
            told = heard(self._envelope.opened(seal, body), self._corp_id)
        except Forged as forged:
            return _refused(str(forged), HTTPStatus.FORBIDDEN)
        except Malformed as broken:
            return _refused(str(broken), HTTPStatus.BAD_REQUEST)
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._keep(told)
        except TimeoutError:
            return _refused("late", HTTPStatus.SERVICE_UNAVAILABLE)
        return HTTPStatus.OK, {}, b""

    async def _keep(self, told: Arrival | Unreadable | Nothing) -> None:
        match told:
            case Nothing():
                log.debug("wecom_event_passed_over", kind=told.kind)
            case Unreadable():
                log.info("wecom_unreadable", kind=told.kind)
                key = f"wecom_{told.kind}" if told.what else "cannot_read_yet"
                answer = Answer(self._keeper.words.say(key, Lang.ZH, what=told.what), found=False)
                await self._keeper.say(told.origin, answer, key=f"unread:{told.origin.channel}:{told.dedupe_key}", lang=Lang.ZH)
            case _:
                await self._keeper.arrive(told)


def _refused(why: str, status: HTTPStatus) -> HookAnswer:
    log.warning("wecom_callback_refused", why=why, status=status.value)
    return status, {}, b""

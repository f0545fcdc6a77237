"""The AI bot as a way out: replies while a request lives, pushes after it, by the app where the bot may not. Lays nothing out.

One place decides how a message leaves (`_way`): in answer to the request that it came of, as a push into the same chat, or, when the
person never wrote to the bot, by the self-built app.
"""

import asyncio
import base64
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from bot.channels.form import Attachment, Card, Part, Picture, Words, progress
from bot.channels.wecom.bot_inbound import AT_ONCE, ENTERED, MESSAGE, NAME, PRESSED, REPLY_LIVES, Lent, read_token
from bot.channels.wecom.cards import Json, card_json, plain_card
from bot.channels.wecom.errors import ARRIVED_BEFORE, SERVICE, Refusal, passed_on
from bot.channels.wecom.line import BotLine
from bot.channels.wecom.replies import Replies, Reply, called, in_words, progress_body, reply_body, said_in, settled_json, task_id_of
from bot.domain.decision import Message
from bot.domain.ids import MessageId
from bot.domain.talk import Lang, Origin, direct_thread
from bot.errors import Undeliverable, Unsure, Upstream
from bot.ports import Channel, Clock
from bot.ports import Words as Sentences

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

RESPOND, WELCOME, UPDATE, SEND = "aibot_respond_msg", "aibot_respond_welcome_msg", "aibot_respond_update_msg", "aibot_send_msg"
UPLOAD = "aibot_upload_media_"
OVER = frozenset({846605, 846608})
"""The request, or its stream, takes nothing more."""
LATER = {-1: 2.0, 45009: 60.0, 45033: 5.0, 846607: 60.0, 846609: 2.0}
"""Errcode -> seconds after which another try makes sense."""
IDLE = timedelta(minutes=6)
"""A stream that nobody touches ends by itself."""
BACK_S = 8.0
"""How long a cut line is waited for, to send once more what may be sent twice."""
PROGRESS_S = 5.0
PIECE_BYTES, MOST_PIECES = 512 << 10, 100
REMEMBERED = 2_000
NOBODY = frozenset({93006, 81013, 60111})
"""The chat is none of the bot's: the person, or the group, never wrote to it."""

LaidOut = Callable[[Message], Awaitable[Sequence[Part]]]
"""A message in parts, within the limits of the bot."""


@dataclass(frozen=True, slots=True)
class Ways:
    """What the bot has beside its own line. app: the self-built app, None where there is none. url: where a settled card leads."""

    app: Channel | None = None
    url: str = "https://work.weixin.qq.com"


class WecomBot:
    """The port `Channel` of the AI bot: chats of one, where the person wrote first, and groups."""

    name = NAME

    def __init__(self, line: BotLine, laid_out: LaidOut, words: Sentences, clock: Clock, replies: Replies, ways: Ways = Ways()) -> None:
        self._line = line
        self._laid_out = laid_out
        self._words = words
        self._clock = clock
        self._replies = replies
        self._ways = ways
        self._done: OrderedDict[MessageId, list[str]] = OrderedDict()

    async def deliver(self, message: Message) -> str:
        """Send every part; the receipt says which way each went."""
        parts = list(await self._laid_out(message))
        lent = self._lent(message.origin)
        if message.updates is not None and await self._marked(message, parts, lent):
            return f"updated:{message.updates}"
        self._replies.note(parts)
        done = self._done.setdefault(message.id, [])
        while len(self._done) > REMEMBERED:
            self._done.popitem(last=False)
        if not done and lent is not None:
            done += await self._answered(message, parts, lent)
        if not done and _came_in(message.origin):
            return "late"  # who has just come in, and has not written, cannot be written to
        for number in range(len(done), len(parts)):
            if (by_the_app := await self._pushed(message, parts[number], number, first=not done)) is not None:
                return by_the_app
            done.append("push")
        self._done.pop(message.id, None)
        return ",".join(done)

    async def reached(self, message: Message) -> bool | None:
        """A snapshot may be sent twice and is shown once, so while the request lives the answer is simply sent again; else nobody knows."""
        lent, parts = self._lent(message.origin), list(await self._laid_out(message))
        if message.updates is not None or lent is None or lent.kind != MESSAGE or said_in(parts).count != len(parts):
            return None
        handle = message.origin.handle
        if handle is None or self._clock.now() >= handle.expires_at - REPLY_LIVES + IDLE:
            return None
        return await self._replied(message, parts, lent, again=True) > 0 or None

    async def working(self, origin: Origin, lang: Lang, step: str, seconds: float) -> None:
        """In the stream of the request, while it lives; after a press as a line of its own."""
        text, lent = progress(lang, step, seconds, self._words).markdown, self._lent(origin)
        with suppress(Refusal, Upstream, Unsure, TimeoutError):
            async with asyncio.timeout(PROGRESS_S):
                if lent is None or lent.kind != MESSAGE:
                    await self._line.ask(SEND, {**_chat(origin), "msgtype": "markdown", "markdown": {"content": text}})
                    return
                reply = self._replies.of(lent)
                if not (reply.closing or reply.lost):
                    body = progress_body(reply, text)
                    reply.opened = True
                    await self._line.ask(RESPOND, body, req_id=lent.req_id)

    def _lent(self, origin: Origin) -> Lent | None:
        """The request that may still be answered."""
        handle = origin.handle
        if handle is None or handle.kind != "req_id" or handle.expires_at <= self._clock.now():
            return None
        lent = read_token(handle.token)
        return None if lent.kind == MESSAGE and self._replies.of(lent).lost else lent

    async def _answered(self, message: Message, parts: Sequence[Part], lent: Lent) -> list[str]:
        """What was said in answer to the request, for each part that went into it; nothing when it takes none."""
        if lent.kind == MESSAGE:
            return ["reply"] * await self._replied(message, parts, lent)
        if lent.kind == ENTERED:
            return ["welcome"] * await self._welcomed(message, parts, lent)
        return []

    async def _replied(self, message: Message, parts: Sequence[Part], lent: Lent, *, again: bool = False) -> int:
        """How many parts the reply holds; 0 when the request is over. again: an earlier try may have arrived."""
        said, reply = said_in(parts), self._replies.of(lent)
        if not said.count or (reply.closing and not again):  # the first answer has ended the stream
            return 0
        body, was_lost = reply_body(message, said, reply), again
        reply.closing = True
        if reply.opened:
            self._replies.name(reply.stream_id, message)
        for _ in range(2):
            try:
                await self._line.ask(RESPOND, body, req_id=lent.req_id)
            except Refusal as refusal:
                return self._judged(message, refusal, reply, count=said.count, was_lost=was_lost)
            except Upstream as down:
                if was_lost:
                    raise Unsure("not_acknowledged") from down
                reply.closing = False
                raise
            except Unsure as doubt:
                was_lost = True
                await self._back(doubt)
            else:
                return said.count
        raise Unsure("not_acknowledged")

    def _judged(self, message: Message, refusal: Refusal, reply: Reply, *, count: int, was_lost: bool) -> int:
        if refusal.code == ARRIVED_BEFORE or (was_lost and refusal.code in OVER):
            return count
        reply.closing = False
        if refusal.code not in OVER:
            self._passed_on(message, refusal)
        log.info("wecom_bot_request_over", message_id=message.id, code=refusal.code)
        reply.lost = True
        return 0

    async def _back(self, doubt: Unsure) -> None:
        """Wait until the line is there again.  Raises: Unsure when it does not come."""
        try:
            async with asyncio.timeout(BACK_S):
                await self._line.up()
        except TimeoutError:
            raise doubt from None

    async def _welcomed(self, message: Message, parts: Sequence[Part], lent: Lent) -> int:
        """A text, within five seconds of coming in; what is late is no welcome any more.

        No card: who has not written yet may press, but not be answered, so what buttons would say is there to be typed.
        """
        said = [part.markdown if isinstance(part, Words) else plain_card(part).markdown for part in parts if isinstance(part, Words | Card)]
        sayings = [f"· {one.text or one.label}" for one in message.outcome.buttons]
        try:
            body = {"msgtype": "text", "text": {"content": "\n".join((*said, *sayings))}}
            await self._line.ask(WELCOME, body, req_id=lent.req_id)
        except Refusal as refusal:
            if refusal.code in OVER:
                return 0
            self._passed_on(message, refusal)
        return len(parts)

    async def _marked(self, message: Message, parts: Sequence[Part], lent: Lent | None) -> bool:
        """Show on the card what was pressed; False where it is too late, so that a new card says it."""
        card = next((part for part in parts if isinstance(part, Card)), None)
        if card is None or lent is None or lent.kind != PRESSED:
            return False
        settled = settled_json(card, lent.task_id, self._ways.url)
        try:
            async with asyncio.timeout(AT_ONCE.total_seconds()):
                await self._line.ask(UPDATE, {"response_type": "update_template_card", "template_card": settled}, req_id=lent.req_id)
        except (Refusal, Upstream, TimeoutError) as late:
            log.info("wecom_bot_card_not_updated", message_id=message.id, why=str(late))
            return False
        return True

    async def _pushed(self, message: Message, part: Part, number: int, *, first: bool) -> str | None:
        """Into the same chat; the receipt of the app where the whole message went that way instead."""
        try:
            body = await self._body(message, part, number)
            await self._line.ask(SEND, {**_chat(message.origin), **body})
        except Refusal as refusal:
            if refusal.code == ARRIVED_BEFORE:
                return None
            if first and not message.origin.group and refusal.code not in LATER and self._ways.app is not None:
                log.info("wecom_bot_by_the_app", message_id=message.id, code=refusal.code)
                return await self._ways.app.deliver(replace(message, origin=_of_the_app(message.origin)))
            self._passed_on(message, refusal)
        return None

    def _passed_on(self, message: Message, refusal: Refusal) -> None:
        """Say it as the house says it.  Raises: Upstream when another try makes sense, Undeliverable when none does."""
        if (wait_s := LATER.get(refusal.code)) is not None:
            raise Upstream(SERVICE, wait_s) from refusal
        if refusal.code in NOBODY:
            raise Undeliverable(SERVICE, self._words.say("wecom_bot_stranger", message.lang)) from refusal
        passed_on(refusal, self._words, message.lang)

    async def _body(self, message: Message, part: Part, number: int) -> Json:
        match part:
            case Card() if part.buttons:
                return card_json(part, task_id_of(message, number))
            case Card() if message.updates is not None:
                card = settled_json(part, task_id_of(message, number), self._ways.url)
                return {"msgtype": "template_card", "template_card": card}
            case Card():
                return {"msgtype": "markdown", "markdown": {"content": in_words(part)}}
            case Words():
                text = part.markdown if part.forward or number else called(message, part.markdown)
                return {"msgtype": "markdown", "markdown": {"content": text}}
            case Picture():
                return {"msgtype": "image", "image": {"media_id": await self._uploaded("image", part.name, part.png)}}
            case Attachment():
                return {"msgtype": "file", "file": {"media_id": await self._uploaded("file", part.name, part.content)}}

    async def _uploaded(self, kind: str, name: str, data: bytes) -> str:
        """Give a file into the platform's keeping, piece by piece, for three days. Sent again it does no harm, so a doubt is a failure."""
        pieces = [data[at : at + PIECE_BYTES] for at in range(0, len(data), PIECE_BYTES)]
        if not 0 < len(pieces) <= MOST_PIECES:
            raise Undeliverable(SERVICE, f"{name}: {len(data)} bytes")
        digest = hashlib.md5(data, usedforsecurity=False).hexdigest()
        told = {"type": kind, "filename": name, "total_size": len(data), "total_chunks": len(pieces), "md5": digest}
        try:
            upload_id = (await self._line.ask(f"{UPLOAD}init", told))["upload_id"]
            for number, piece in enumerate(pieces):
                body = {"upload_id": upload_id, "chunk_index": number, "base64_data": base64.b64encode(piece).decode()}
                await self._line.ask(f"{UPLOAD}chunk", body)
            return str((await self._line.ask(f"{UPLOAD}finish", {"upload_id": upload_id}))["media_id"])
        except (Unsure, KeyError) as err:
            raise Upstream(SERVICE) from err


def _came_in(origin: Origin) -> bool:
    handle = origin.handle
    return handle is not None and handle.kind == "req_id" and read_token(handle.token).kind == ENTERED


def _chat(origin: Origin) -> Json:
    return {"chatid": origin.place or origin.sender, "chat_type": 2 if origin.group else 1}


def _of_the_app(origin: Origin) -> Origin:
    return Origin("wecom", origin.workspace, origin.sender, direct_thread("wecom", origin.workspace, origin.sender))


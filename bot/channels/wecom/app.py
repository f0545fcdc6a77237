"""The way out by the self-built app: parts become messages, a pressed card is marked. Knows limits and doubles; lays nothing out."""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.channels.form import Attachment, Card, Part, Picture, Words
from bot.channels.form.asides import progress, queued
from bot.channels.wecom.cards import Json, card_json, mark_of, plain_card, words_json
from bot.channels.wecom.client import WecomClient
from bot.channels.wecom.errors import ARRIVED_BEFORE, SERVICE, Refusal, fault, passed_on, sentence
from bot.channels.wecom.inbound import NAME
from bot.channels.wecom.pace import MemberPace
from bot.domain.decision import Message
from bot.domain.ids import MessageId
from bot.domain.talk import Lang, Origin
from bot.errors import Undeliverable, Unsure, Upstream
from bot.ports import Clock
from bot.ports import Words as Sentences

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

CHECK_S = 14_400
"""WeCom's duplicate check reaches back four hours at most."""
SAFE_S = CHECK_S - 600
"""How old a message may be to be sent again without looking: its first try cannot be older than itself."""
LONG_WAIT_S = 10.0
"""A wait that a person should hear of."""
PROGRESS_S = 5.0
TRY_S = 16.0
"""Less than a delivery has: what it cuts off is not known to have arrived."""
MADE = re.compile("[0-9a-f]{12}")
REMEMBERED = 2_000

LaidOut = Callable[[Message], Awaitable[Sequence[Part]]]
"""A message in parts, within the limits of the app."""


@dataclass(slots=True)
class _Course:
    """How far a message has come. receipts: of the parts that were sent. is_open: one that must not be sent twice is on its way."""

    receipts: list[str] = field(default_factory=list)
    is_open: bool = False


class WecomApp:
    """The port `Channel` for the self-built app: it may write to every member, in a chat of their own.

    Texts and cards go with WeCom's duplicate check on, so that the same message sent twice is shown once. A message of several parts that
    stopped in the middle goes on where it stopped.
    """

    name = NAME

    def __init__(self, client: WecomClient, laid_out: LaidOut, words: Sentences, clock: Clock, menu: Json, *, try_s: float = TRY_S) -> None:
        """menu: of the app, made anew at each start. try_s: for all parts of a message; the rest follows with the next try."""
        self._try_s = try_s
        self._client = client
        self._menu = menu
        self._starting: asyncio.Task[None] | None = None
        self._laid_out = laid_out
        self._words = words
        self._clock = clock
        self._pace = MemberPace(clock)
        self._courses: OrderedDict[MessageId, _Course] = OrderedDict()
        self._told_to_wait: dict[str, datetime] = {}

    async def start(self) -> None:
        """Make the menu, beside everything else: nobody waits for it, and a WeCom that is away keeps no house from starting."""
        self._starting = asyncio.create_task(self._make_menu())

    async def close(self) -> None:
        """Hang up."""
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
        await self._client.close()

    async def deliver(self, message: Message) -> str:
        """Send every part; the receipt has WeCom's id of each."""
        if message.origin.sender in {"", "@all"} or "|" in message.origin.sender:  # to one person, never to several
            raise self._never(message, "wecom_nobody")
        if message.updates is not None and await self._marked(message):
            return f"updated:{message.updates}"
        course = self._courses.setdefault(message.id, _Course())
        while len(self._courses) > REMEMBERED:
            self._courses.popitem(last=False)
        try:
            async with asyncio.timeout(self._try_s):
                await self._sent_on(message, course)
        except TimeoutError as late:
            raise (Unsure("late") if course.is_open else Upstream(SERVICE)) from late
        self._courses.pop(message.id, None)
        return ",".join(course.receipts)

    async def reached(self, message: Message) -> bool | None:
        """WeCom cannot be asked; what its duplicate check covers may simply be sent again, for the rest it cannot be told."""
        return False if self._is_covered(message) and not await self._has_uncovered_parts(message) else None

    async def working(self, origin: Origin, lang: Lang, step: str, seconds: float) -> None:
        """A line that says so, when there is room for it."""
        who = origin.sender
        if self._pace.wait_s(who):
            return
        self._pace.note(who)
        body = words_json(progress(lang, step, seconds, self._words))
        with suppress(Refusal, Upstream, Unsure, TimeoutError):
            async with asyncio.timeout(PROGRESS_S):
                await self._client.send({"touser": who, **body})

    async def _make_menu(self) -> None:
        try:
            await self._client.make_menu(self._menu)
        except (Refusal, Upstream) as err:
            why = sentence(err, self._words, Lang.EN) if isinstance(err, Refusal) else str(err)
            log.warning("wecom_menu_not_made", why=why)

    async def _sent_on(self, message: Message, course: "_Course") -> None:
        """The parts that have not been sent yet."""
        for number, part in list(enumerate(await self._laid_out(message)))[len(course.receipts) :]:
            await self._wait_for_room(message)
            course.receipts.append(await self._sent(message, part, number, course))

    async def _marked(self, message: Message) -> bool:
        """Show on the card what was pressed; False when WeCom lends no way to it any more, so that it must be said anew."""
        handle = message.origin.handle
        if handle is None or handle.kind != "response_code" or handle.expires_at <= self._clock.now():
            return False
        parts = await self._laid_out(message)
        label = next((part.settled for part in parts if isinstance(part, Card)), "") or message.pressed
        try:
            await self._client.update_card(handle.token, [message.origin.sender], label)
        except Refusal as refusal:
            if fault(refusal.code).key != "wecom_other" and fault(refusal.code).wait_s is not None:
                passed_on(refusal, self._words, message.lang)
            log.info("wecom_card_not_updated", message_id=message.id, code=refusal.code)
            return message.attempt > 1  # a code is good once: an earlier try of ours has spent it, and the card is marked
        return True

    async def _wait_for_room(self, message: Message) -> None:
        """Raise Upstream, with the wait, when the member has got all that WeCom lets through; a long wait is told, once."""
        who = message.origin.sender
        wait_s = self._pace.wait_s(who)
        if not wait_s:
            return
        now = self._clock.now()
        is_told = self._told_to_wait.get(who, now) > now
        if wait_s > LONG_WAIT_S and not is_told and not self._pace.wait_s(who, spare=True):
            self._told_to_wait = {one: until for one, until in self._told_to_wait.items() if until > now}
            self._told_to_wait[who] = now + timedelta(seconds=wait_s)
            self._pace.note(who)
            with suppress(Refusal, Upstream, Unsure):
                await self._client.send({"touser": who, **words_json(queued(message.lang, wait_s, self._words))})
        raise Upstream(SERVICE, wait_s)

    async def _sent(self, message: Message, part: Part, number: int, course: "_Course") -> str:
        """One part; returns WeCom's id of it."""
        course.is_open = False
        try:
            body, covered = await self._body(message, part, number)
            course.is_open = not (covered and self._is_covered(message))
            answer = await self._handed_over(message, body, covered=not course.is_open)
            course.is_open = False
        except Refusal as refusal:
            if refusal.code == ARRIVED_BEFORE:
                return "before"
            passed_on(refusal, self._words, message.lang)
        for key, why in (("invaliduser", "wecom_nobody"), ("unlicenseduser", "wecom_unlicensed")):
            if answer.get(key):
                raise self._never(message, why)
        return str(answer.get("msgid", ""))

    async def _handed_over(self, message: Message, body: Json, *, covered: bool) -> Json:
        self._pace.note(message.origin.sender)
        try:
            return await self._client.send({"touser": message.origin.sender, **body})
        except Unsure as doubt:
            if covered:
                raise Upstream(SERVICE) from doubt  # sent again, it is shown once
            raise

    def _never(self, message: Message, why: str) -> Undeliverable:
        return Undeliverable(SERVICE, self._words.say(why, message.lang, code=0, address=""))

    async def _body(self, message: Message, part: Part, number: int) -> tuple[Json, bool]:
        """What to send, and whether the duplicate check covers it."""
        check = {"enable_duplicate_check": 1, "duplicate_check_interval": CHECK_S}
        match part:
            case Card() if part.buttons:
                return {**card_json(part, f"{message.id}@{number}" if number else message.id), **check}, True
            case Card():
                return {**words_json(plain_card(part), mark_of(f"{message.id}:{number}")), **check}, True
            case Words() if part.forward:  # for others to read: not a letter is added, so nothing tells it from the same text before
                return words_json(part), False
            case Words():
                return {**words_json(part, mark_of(f"{message.id}:{number}")), **check}, True
            case Picture():
                media_id = await self._client.upload("image", part.name, part.png)
                return {"msgtype": "image", "image": {"media_id": media_id}}, False
            case Attachment():
                media_id = await self._client.upload("file", part.name, part.content)
                return {"msgtype": "file", "file": {"media_id": media_id}}, False

    def _is_covered(self, message: Message) -> bool:
        """Whether the message is young enough for the duplicate check to remember every try of it; its id tells its age (RFC 9562)."""
        made_ms = message.id.replace("-", "")[:12]
        return bool(MADE.fullmatch(made_ms)) and self._clock.now().timestamp() - int(made_ms, 16) / 1000 < SAFE_S

    async def _has_uncovered_parts(self, message: Message) -> bool:
        parts = await self._laid_out(message)
        return any(isinstance(part, Picture | Attachment) or (isinstance(part, Words) and part.forward) for part in parts)

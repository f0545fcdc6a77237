"""The way out to Slack: a message becomes posts, cards, streams and files, each findable again. Decides nothing about what is shown."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from bot.channels.form.asides import progress
from bot.channels.form.cutting import pieces
from bot.channels.form.parts import Attachment, Card, Part, Picture
from bot.channels.form.parts import Words as Text
from bot.channels.slack.api import LacksScope, SlackApi, SlackSays, TooOften
from bot.channels.slack.blocks import Block, body_of, card_blocks
from bot.channels.slack.found import Standing, begun, mark, standing, verdict
from bot.channels.slack.pace import Pace
from bot.channels.slack.reasons import never
from bot.channels.slack.seat import SLACK, read_place
from bot.channels.slack.stream import Below, Stream
from bot.channels.slack.working import Working
from bot.domain.decision import Message
from bot.domain.outcome import Answer
from bot.domain.talk import Lang, Origin
from bot.errors import Unsure, Upstream
from bot.ports import Clock, Outbox, Words

LaidOut = Callable[[Message], Awaitable[Sequence[Part]]]
STREAM_FROM, STREAM_PIECE = 1_500, 1_000
"""Characters: shorter answers come whole, longer ones grow by pieces of this length."""
GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "not_in_channel"})
"""Slack no longer lets the card be changed: a new one is sent."""
BEFORE_LOOKING_S = 1.0


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes: a conversation and a thread in it; `reader`, the one person there who sees it; or an address Slack lent."""

    channel: str = ""
    thread: str = ""
    reader: str = ""
    url: str = ""

    @property
    def is_kept(self) -> bool:
        """Whether Slack keeps what is sent there, so that it can be looked up."""
        return not self.reader and not self.url


class SlackChannel:
    """The port `Channel`. parts: lays a message out, within Slack's limits."""

    name = SLACK

    def __init__(
        self, api: SlackApi, outbox: Outbox, words: Words, clock: Clock, parts: LaidOut, *, pace: Pace | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._api = api
        self._outbox = outbox
        self._words = words
        self._clock = clock
        self._parts = parts
        self._pace = pace or Pace()
        self._sleep = sleep
        self._working = Working(api)
        self._directs: dict[str, str] = {}

    async def deliver(self, message: Message) -> str:
        """Send it part by part; the receipt is `channel:ts` of its card, or of its last part.

        What an earlier try has brought there stays, and is not sent again.
        Raises: Upstream, Unsure, Undeliverable.
        """
        try:
            return await self._delivered(message)
        except SlackSays as err:
            raise never(err.code, self._words, message.lang) from err

    async def reached(self, message: Message) -> bool | None:
        """Look whether all of it stands there."""
        target = await self._target(message)
        if not target.is_kept:
            return None
        parts = await self._parts(message)
        try:
            return verdict(parts, (await self._standing(message, target, parts)).parts)
        except (LacksScope, SlackSays):
            return None

    async def working(self, origin: Origin, lang: Lang, step: str, seconds: float) -> None:
        """Show that it is worked on, and after a minute at what."""
        await self._working.show(origin, progress(lang, step, seconds, self._words).markdown)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._api.close()

    async def _delivered(self, message: Message) -> str:
        parts = await self._parts(message)
        if message.updates and (changed := await self._changed(message, parts)):
            return changed
        target = await self._target(message)
        sent = await self._sent_before(message, target, parts)
        last = max(sent, default=-1)
        for number, part in enumerate(parts):
            if number > last or (number not in sent and not isinstance(part, Picture | Attachment)):
                sent[number] = await self._sent(message, target, number, part, parts)
        await self._working.clear(message.origin)
        return _receipt(target, parts, sent)

    async def _sent_before(self, message: Message, target: Target, parts: Sequence[Part]) -> dict[int, str]:
        """What an earlier try has brought there, and what it left torn is taken away. Where that cannot be seen, a try is all there is."""
        if message.attempt == 1 or not target.is_kept:
            return {}
        try:
            found = await self._standing(message, target, parts)
        except (LacksScope, SlackSays):
            return {}
        for ts in found.torn:
            with suppress(SlackSays):  # gone already, or not ours to take away: no reason to keep the answer back
                await self._api.call("chat.delete", channel=target.channel, ts=ts)
        return dict(found.parts)

    async def _target(self, message: Message) -> Target:
        origin = message.origin
        if lent := self._lent(message):
            return Target(url=lent)
        channel, thread = read_place(origin.place)
        if not channel:
            return Target(await self._direct(origin.sender))
        refused = isinstance(message.outcome, Answer) and not message.outcome.found
        return Target(channel, thread, origin.sender if origin.group and refused else "")

    def _lent(self, message: Message) -> str:
        """The address by which its person alone is answered; empty where there is none, or it is no longer good."""
        handle = message.origin.handle
        good = handle and handle.kind == "response_url" and handle.expires_at > self._clock.now() and message.attempt <= handle.uses
        return handle.token if handle and good else ""

    async def _direct(self, user: str) -> str:
        """The direct conversation with a person."""
        if user not in self._directs:
            opened = await self._api.asked("conversations.open", users=user)
            self._directs[user] = str(opened["channel"]["id"])
        return self._directs[user]

    async def _standing(self, message: Message, target: Target, parts: Sequence[Part]) -> Standing:
        long = [text for part in parts if _is_streamed(text := _text_of(part), target)]
        return await standing(self._api, message, target.channel, target.thread, long, len(parts))

    async def _sent(self, message: Message, target: Target, number: int, part: Part, parts: Sequence[Part]) -> str:
        """Send one part; where it is not known whether it arrived, look.  Raises: as `deliver`."""
        try:
            return await self._send(message, target, number, part)
        except Unsure:
            if not target.is_kept or isinstance(part, Picture | Attachment):
                raise
        await self._sleep(BEFORE_LOOKING_S)
        try:
            there = (await self._standing(message, target, parts)).parts
        except (Upstream, SlackSays) as err:
            raise Unsure(str(err)) from err
        if number not in there:
            raise Upstream("slack: not arrived", 2.0)  # noqa: TRY003 - a service and a word
        return there[number]

    async def _send(self, message: Message, target: Target, number: int, part: Part) -> str:
        if target.url:
            if not isinstance(part, Picture | Attachment) and await self._beside(target.url, part, replace=False):
                return ""
            target = Target(await self._direct(message.origin.sender))
        await self._pace.turn(target.channel)
        match part:
            case Picture(png, name, alt):
                return await self._upload(target, png, name, alt)
            case Attachment(content, name):
                return await self._upload(target, content, name, "")
            case Text(text, plain=False) if _is_streamed(text, target):
                return await self._streamed(message, target, number, part, [])
            case Card("", text) if _is_streamed(text, target):
                return await self._streamed(message, target, number, part, card_blocks(replace(part, text="")))
            case Text() | Card():
                return await self._posted(message, target, number, part)

    async def _beside(self, url: str, part: Text | Card, *, replace: bool) -> bool:
        """Answer by an address that Slack lent, to the person alone; False when it is no longer good."""
        try:
            await self._api.post(url, {"response_type": "ephemeral", "replace_original": replace, **body_of(part)})
        except SlackSays:
            return False
        return True

    async def _posted(self, message: Message, target: Target, number: int, part: Text | Card) -> str:
        body, thread = body_of(part), target.thread or None
        if target.reader:
            sent = await self._api.call("chat.postEphemeral", channel=target.channel, user=target.reader, thread_ts=thread, **body)
            return str(sent.get("message_ts") or "")
        about = {"metadata": mark(message, number), "unfurl_links": False, "unfurl_media": False}
        sent = await self._api.call("chat.postMessage", channel=target.channel, thread_ts=thread, **about, **body)
        return str(sent.get("ts") or "")

    async def _streamed(self, message: Message, target: Target, number: int, part: Text | Card, ending: list[Block]) -> str:
        """Let it grow; where Slack takes no more streams for the moment it comes whole."""
        markdown = _text_of(part)
        below = Below(target.channel, target.thread, message.origin.workspace, message.origin.sender)
        stream = Stream(self._api, below, self._clock, whole=mark(message, number), begun=begun(message), sleep=self._sleep)
        rest = markdown
        for piece in pieces(markdown, STREAM_PIECE):
            end = rest.index(piece) + len(piece)
            end += len(rest[end:]) - len(rest[end:].lstrip())  # white space at a cut belongs to the text
            try:
                await stream.append(rest[:end])
            except TooOften:
                if stream.has_begun:
                    raise
                return await self._posted(message, target, number, part)
            rest = rest[end:]
        return await stream.finish(ending)

    async def _upload(self, target: Target, content: bytes, name: str, alt: str) -> str:
        await self._api.call(
            "files.upload_v2", channel=target.channel, thread_ts=target.thread or None, content=content, filename=name, title=alt or name,
            alt_txt=alt or None,
        )  # fmt: skip
        return ""

    async def _changed(self, message: Message, parts: Sequence[Part]) -> str:
        """Change the card that this message settles; empty where Slack no longer lets us, or it never stood there."""
        earlier = await self._outbox.message(message.updates) if message.updates else None
        channel, _, ts = (earlier.receipt if earlier else "").partition(":")
        card, lent = next((part for part in parts if isinstance(part, Card)), None), self._lent(message)
        if card and lent and await self._beside(lent, card, replace=True):
            return "replaced"
        if not ts or card is None:
            return ""
        try:
            await self._api.call("chat.update", channel=channel, ts=ts, **body_of(card))
        except Unsure as err:
            raise Upstream(str(err)) from err  # changing it once more does no harm
        except SlackSays as err:
            if err.code in GONE:
                return ""
            raise
        return f"{channel}:{ts}"


def _text_of(part: Part) -> str:
    match part:
        case Text(text) | Card(_, text):
            return text
        case Picture() | Attachment():
            return ""


def _is_streamed(text: str, target: Target) -> bool:
    """A stream hangs in a thread, and only a long text gains by growing."""
    return bool(target.thread) and target.is_kept and len(text) > STREAM_FROM


def _receipt(target: Target, parts: Sequence[Part], sent: Mapping[int, str]) -> str:
    """Where the card stands, for it may be changed later; else the last part that stands anywhere."""
    if not target.is_kept:
        return ""
    cards = [number for number, part in enumerate(parts) if isinstance(part, Card) and sent.get(number)]
    others = [number for number in sorted(sent) if sent[number]]
    return f"{target.channel}:{sent[(cards or others)[-1]]}" if cards or others else target.channel


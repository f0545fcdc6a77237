"""What the long connection brings is kept, each chat in its own order. Knows how to keep; knows no frame's fields and no answer.

The platform waits for no acknowledgement and sends nothing twice, so what cannot be kept at first is tried again here.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import structlog

from bot.channels.wecom.bot_inbound import Heard, Known, heard
from bot.channels.wecom.bot_media import BotMedia
from bot.channels.wecom.door import Keeper
from bot.channels.wecom.inbound import Nothing, Unreadable
from bot.channels.wecom.line import Json
from bot.channels.wecom.replies import Replies
from bot.domain.ids import ThreadId
from bot.domain.outcome import Answer
from bot.domain.talk import File, Lang
from bot.ports import Clock

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

KEEP_WAITS_S = (0.2, 1.0, 5.0, 15.0)
"""Before each further try to keep: a disk that is full for a moment loses nothing."""


class BotDoor:
    """Takes callbacks of the line. corp: the workspace that the bot belongs to."""

    def __init__(self, corp: str, media: BotMedia, replies: Replies, clock: Clock) -> None:
        self._corp = corp
        self._media = media
        self._replies = replies
        self._clock = clock
        self._keeper: Keeper | None = None
        self._lanes: dict[ThreadId, asyncio.Task[None]] = {}

    def open(self, keeper: Keeper) -> None:
        """From here on, keep what comes."""
        self._keeper = keeper

    async def close(self) -> None:
        """Return once all that came is kept."""
        await asyncio.gather(*self._lanes.values(), return_exceptions=True)

    def take(self, frame: Json) -> None:
        """One callback. Returns at once; those of one chat are kept one after the other."""
        try:
            told = heard(frame, Known(self._corp, self._clock.now(), self._replies.named, self._replies.is_ours))
        except (ValueError, TypeError, AttributeError, OverflowError):
            log.warning("wecom_bot_frame_not_understood", exc_info=True)
            return
        if arrivals := [one for one in told if not isinstance(one, Nothing)]:
            lane = arrivals[0].origin.thread_id
            before = self._lanes.get(lane)
            task = self._lanes[lane] = asyncio.create_task(self._keep_after(before, arrivals))
            task.add_done_callback(lambda done: self._left(lane, done))

    def _left(self, lane: ThreadId, done: "asyncio.Task[None]") -> None:
        if self._lanes.get(lane) is done:
            del self._lanes[lane]

    async def _keep_after(self, before: "asyncio.Task[None] | None", told: Sequence[Heard]) -> None:
        if before is not None:
            await asyncio.wait({before})
        for one in told:
            await self._keep(one)

    async def _keep(self, told: Heard) -> None:
        for wait_s in (*KEEP_WAITS_S, None):
            try:
                await self._kept(told)
            except Exception:
                if wait_s is None:
                    log.exception("wecom_bot_message_lost")
                    return
                log.warning("wecom_bot_not_kept_yet", exc_info=True)
                await asyncio.sleep(wait_s)
            else:
                return

    async def _kept(self, told: Heard) -> None:
        assert self._keeper is not None  # noqa: S101 - the line is begun after
        match told:
            case Nothing():
                pass
            case Unreadable():
                log.info("wecom_bot_unreadable", kind=told.kind)
                answer = Answer(self._keeper.words.say("cannot_read_yet", Lang.ZH), found=False)
                await self._keeper.say(told.origin, answer, key=f"unread:{told.origin.channel}:{told.dedupe_key}", lang=Lang.ZH)
            case File():
                self._media.begin(told.media)  # lent for five minutes; a lane may be longer
                media = await self._media.named(told.media)
                await self._keeper.arrive(replace(told, media=media))
            case _:
                await self._keeper.arrive(told)

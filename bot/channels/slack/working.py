"""Shows in Slack that a turn is under way, and takes it away again. Best effort: nothing here keeps an answer from anybody."""

import asyncio
from collections import OrderedDict

import structlog

from bot.channels.slack.api import SlackApi
from bot.channels.slack.seat import read_place
from bot.domain.ids import ThreadId
from bot.domain.talk import Origin
from bot.errors import TandemError

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

DEADLINE_S = 5.0
MOST_SHOWN = 1024
LONGEST_STATUS = 200


class Working:
    """In a thread: the agent's status, with Slack's own stop button. Elsewhere: a message that goes when the answer comes."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api
        self._showing: dict[ThreadId, asyncio.Lock] = {}
        self._shown: OrderedDict[ThreadId, tuple[str, str, str]] = OrderedDict()
        """Lane -> channel, thread, and ts of the note."""

    async def show(self, origin: Origin, text: str) -> None:
        """Say that it is worked on. Shown once more with other words, the first is changed."""
        channel, thread = read_place(origin.place)
        lock = self._showing.setdefault(origin.thread_id, asyncio.Lock())
        try:
            async with lock, asyncio.timeout(DEADLINE_S):
                if thread:
                    await self._status(origin, channel, thread, text)
                elif channel and not origin.group:
                    await self._note(origin, channel, text)
        except (TandemError, TimeoutError) as err:
            log.info("slack_progress_not_shown", why=str(err) or "late")
        finally:
            self._showing.pop(origin.thread_id, None)

    async def clear(self, origin: Origin) -> None:
        """The answer is there: what was shown goes, and what is just being shown as soon as it is. Costs nothing where nothing was."""
        if lock := self._showing.get(origin.thread_id):
            async with lock:
                pass
        if (shown := self._shown.pop(origin.thread_id, None)) is None:
            return
        channel, thread, ts = shown
        try:
            async with asyncio.timeout(DEADLINE_S):
                if ts:
                    await self._api.call("chat.delete", channel=channel, ts=ts)
                else:
                    await self._api.call("agents.sessions.setStatus", channel_id=channel, thread_ts=thread, status="active")
        except (TandemError, TimeoutError) as err:
            log.info("slack_progress_not_cleared", why=str(err) or "late")

    async def _status(self, origin: Origin, channel: str, thread: str, text: str) -> None:
        self._remember(origin, (channel, thread, ""))
        try:
            await self._api.call("agents.sessions.setStatus", channel_id=channel, thread_ts=thread, status="processing")
        finally:
            await self._api.call("assistant.threads.setStatus", channel_id=channel, thread_ts=thread, status=text[:LONGEST_STATUS])

    async def _note(self, origin: Origin, channel: str, text: str) -> None:
        _, _, ts = self._shown.get(origin.thread_id, ("", "", ""))
        if ts:
            await self._api.call("chat.update", channel=channel, ts=ts, text=text)
            return
        sent = await self._api.call("chat.postMessage", channel=channel, text=text)
        self._remember(origin, (channel, "", str(sent.get("ts") or "")))

    def _remember(self, origin: Origin, shown: tuple[str, str, str]) -> None:
        self._shown[origin.thread_id] = shown
        while len(self._shown) > MOST_SHOWN:
            self._shown.popitem(last=False)

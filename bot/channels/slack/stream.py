"""A long answer that grows before people's eyes: opened, added to, finished. Knows Slack's streams and their end after five minutes."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.channels.slack.api import SlackApi, TooOften
from bot.ports import Clock

MOST_WAITS, LONGEST_WAIT_S = 5, 10.0
"""What has begun waits, where Slack takes no more calls for the moment: torn, it would have to be taken away and begun anew.
Slack takes 20 streams and 100 additions a minute, of the whole workspace.  Source: https://docs.slack.dev/apis/web-api/rate-limits"""
LONGEST = timedelta(minutes=4, seconds=30)
"""Slack ends a stream at about five minutes; before, a new one goes on below it."""


@dataclass(frozen=True, slots=True)
class Below:
    """Where a stream hangs, and for whom: Slack wants to know in channels."""

    channel: str
    thread: str
    team: str
    user: str


class Stream:
    """One answer, over as many messages of Slack's as its time takes.

    The last carries `whole` as its metadata, those before it `begun`, so that it is found again, and known to be all there.
    """

    def __init__(
        self, api: SlackApi, below: Below, clock: Clock, *, whole: Mapping[str, object], begun: Mapping[str, object],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._api = api
        self._below = below
        self._clock = clock
        self._whole = whole
        self._begun = begun
        self._sleep = sleep
        self._ts = ""
        self._opened_at: datetime | None = None

    @property
    def has_begun(self) -> bool:
        """Whether anything of it stands in Slack."""
        return bool(self._ts)

    async def append(self, markdown: str) -> None:
        """Show more. What is given at once is never torn.  Raises: as `SlackApi.call`."""
        if self._opened_at is not None and self._clock.now() - self._opened_at >= LONGEST:
            await self._stop(metadata=self._begun)
        if self._opened_at is None:
            await self._open(markdown)
            return
        await self._insist("chat.appendStream", channel=self._below.channel, ts=self._ts, markdown_text=markdown)

    async def finish(self, blocks: list[dict[str, Any]] | None = None) -> str:
        """End it, with what stands below the text; the last message's ts."""
        await self._stop(metadata=self._whole, blocks=blocks)
        return self._ts

    async def _open(self, markdown: str) -> None:
        self._opened_at = self._clock.now()
        below = self._below
        opened = await self._api.call(
            "chat.startStream", channel=below.channel, thread_ts=below.thread, recipient_team_id=below.team, recipient_user_id=below.user,
            markdown_text=markdown,
        )  # fmt: skip
        self._ts = str(opened.get("ts") or "")

    async def _stop(self, **more: object) -> None:
        await self._insist("chat.stopStream", channel=self._below.channel, ts=self._ts, **more)
        self._opened_at = None

    async def _insist(self, method: str, **args: object) -> None:
        for _ in range(MOST_WAITS):
            try:
                await self._api.call(method, **args)
            except TooOften as err:
                if err.retry_after_s > LONGEST_WAIT_S:
                    raise
                await self._sleep(err.retry_after_s)
            else:
                return
        await self._api.call(method, **args)

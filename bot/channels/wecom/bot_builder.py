"""Builds WeCom's AI bot out of its secrets, inside the house. Knows every part of it."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.channels.finding import Found
from bot.channels.form import WECOM_BOT, Part
from bot.channels.form.layout import DrawChart, DrawGrid, laid_out
from bot.channels.wecom.bot import Ways, WecomBot
from bot.channels.wecom.bot_directory import BotDirectory
from bot.channels.wecom.bot_door import BotDoor
from bot.channels.wecom.bot_media import BotMedia
from bot.channels.wecom.door import Keeper
from bot.channels.wecom.line import URL, BotLine, LineState, Rhythm
from bot.channels.wecom.replies import MENTION_BYTES, SNAPSHOT_BYTES, Replies
from bot.domain.decision import Message
from bot.ports import Clock, Directory, Words
from bot.secrets import WecomBotSecrets

CAN = replace(WECOM_BOT, text_bytes=SNAPSHOT_BYTES - MENTION_BYTES)
"""What the bot can, less what calling somebody by name takes."""
MOST_BYTES = 50 << 20
"""Of a file that is fetched before anybody asks for it."""
FOUND = {
    LineState.ON: ("on", "check_wecom_bot"), LineState.CONNECTING: ("wrong", "check_wecom_bot_connecting"),
    LineState.AWAY: ("wrong", "check_wecom_bot_taken"), LineState.REFUSED: ("wrong", "check_wecom_bot_refused"),
}  # fmt: skip
TRY_S = 8.0
ALONE = Ways()
"""No app beside the bot."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Where the bot lives. url: of the platform's line. spool: a folder of its own, for files that are fetched before anybody asks."""

    spool: Path
    url: str = URL
    rhythm: Rhythm = field(default_factory=Rhythm)


@dataclass(frozen=True)
class WecomBotHouse:
    """The bot inside the house: the way out, what people sent along, who they are, and the line that brings what they say."""

    channel: WecomBot
    media: BotMedia
    directory: BotDirectory
    line: BotLine
    door: BotDoor

    async def start(self, keeper: Keeper) -> None:
        """Begin to connect, and keep what comes; returns at once, for a WeCom that is away keeps no house from starting."""
        self.door.open(keeper)
        await self.media.start()
        await self.line.start()

    async def close(self) -> None:
        """Hang up; what had come is kept first."""
        await self.line.close()
        await self.door.close()
        await self.media.close()

    def found(self) -> Found:
        """How the line stands, for `tandem check`."""
        return _found(self.line.state)


def wecom_bot_house(
    secrets: WecomBotSecrets, setting: Setting, words: Words, clock: Clock, *, ways: Ways = ALONE, directory: Directory | None = None,
    picture: DrawChart | None = None, grid: DrawGrid | None = None,
) -> WecomBotHouse:
    """The bot, for the house. ways: the app beside it. directory: the app's. picture, grid: as of `laid_out`."""

    async def parts(message: Message) -> Sequence[Part]:
        return await laid_out(message, CAN, words, picture=picture, grid=grid)

    corp, replies, media = secrets.corp_id or secrets.bot_id, Replies(), BotMedia(setting.spool, most_bytes=MOST_BYTES)
    door = BotDoor(corp, media, replies, clock)
    line = BotLine(setting.url, secrets.bot_id, secrets.secret, door.take, setting.rhythm)
    return WecomBotHouse(WecomBot(line, parts, words, clock, replies, ways), media, BotDirectory(corp, directory), line, door)


async def wecom_bot_check(secrets: WecomBotSecrets, url: str) -> Found:
    """What `tandem check --online` finds. It takes the line from whoever has it, so never ask while a house of this home runs."""
    line = BotLine(url, secrets.bot_id, secrets.secret, lambda _: None)
    await line.start()
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(TRY_S):
                await line.decided()
        return _found(line.state)
    finally:
        await line.close()


def _found(state: LineState) -> Found:
    how, key = FOUND[state]
    return Found(how, key, {})

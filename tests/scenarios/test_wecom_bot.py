"""A whole house talks through WeCom's AI bot: the real builders, store and skills in this process, the platform as a fake."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from bot.bootstrap import Opened, opened
from bot.config import Channels, Config, UserEntry, Wecom
from bot.domain.people import Role
from bot.engine.direct import Direct
from bot.home import Home
from bot.secrets import ChannelSecrets, WecomBotSecrets
from bot.senses import SystemClock
from tests.fakes.wecom import CORP, WecomBot
from tests.fakes.wecom.chats import Shown

LI = UserEntry("Li Wei", "li.wei@example.com", Role.REP, wecom="LiWei")


@asynccontextmanager
async def talking(folder: Path) -> AsyncIterator[tuple[Opened, WecomBot]]:
    """A house with one rep, connected to the platform."""
    async with WecomBot(SystemClock()).running() as platform:
        wecom = replace(Wecom(), bot_url=platform.url.replace("http", "ws"))
        config = replace(Config(), users=(LI,), channels=Channels(wecom=wecom))
        home = Home(folder)
        home.make()
        secrets = ChannelSecrets(wecom_bot=WecomBotSecrets(CORP.bot_id, CORP.bot_secret, CORP.corp_id))
        async with opened(config, home, Direct, serving=False, secrets=secrets) as house:
            await platform.connected()
            yield house, platform


async def finished(platform: WecomBot, count: int) -> list[Shown]:
    """What people see, once so many messages stand complete."""
    async with asyncio.timeout(30):
        await platform.until(lambda: sum(one.finished for one in platform.shown) >= count)
    return platform.shown


async def test_a_rep_comes_in_asks_and_is_answered(tmp_path: Path) -> None:
    """Welcomed with what to say; asked what it can do, it says so in the reply; the line is told as it stands."""
    async with talking(tmp_path) as (house, platform):
        await platform.enter("LiWei")
        [welcome] = await finished(platform, 1)
        await platform.text("LiWei", "你能做什么?")
        *_, answer = await finished(platform, 2)
        status = await house.desk.reports.status()

    assert "welcome" == welcome.by
    assert "Li Wei" in welcome.text
    assert ("reply", True) == (answer.by, answer.finished)
    assert [{"state": "on", "key": "check_wecom_bot", "facts": {}}] == status["lines"]


async def test_a_stranger_gets_a_code_and_nothing_else(tmp_path: Path) -> None:
    """Somebody of the corp whom nobody named."""
    async with talking(tmp_path) as (_, platform):
        await platform.text("nobody", "有哪些商机?")
        [told] = await finished(platform, 1)

    assert "绑定" in told.text


async def test_a_voice_message_is_answered_with_what_was_heard(tmp_path: Path) -> None:
    """Marked as WeCom's transcript without audio."""
    async with talking(tmp_path) as (_, platform):
        await platform.voice("LiWei", "你能做什么?")
        [told] = await finished(platform, 1)

    assert "企业微信转写" in (told.text or str(told.card))

"""A whole house talks through WeCom's AI bot: the real builders, store and skills in this process, the platform as a fake."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from bot.bootstrap import Opened, opened
from bot.config import Channels, Config, UserEntry, Wecom
from bot.domain.people import Role
from bot.domain.talk import direct_thread
from bot.engine.direct import Direct
from bot.home import Home
from bot.secrets import ChannelSecrets, WecomBotSecrets, WecomSecrets
from bot.senses import SystemClock
from tests.fakes.wecom import CORP, WecomApp, WecomBot
from tests.fakes.wecom.chats import Shown

LANE = direct_thread("wecom_bot", CORP.corp_id, "liwei")
LI = UserEntry("Li Wei", "li.wei@example.com", Role.REP, wecom="LiWei")


@asynccontextmanager
async def talking(folder: Path, app: WecomApp | None = None) -> AsyncIterator[tuple[Opened, WecomBot]]:
    """A house with one rep, connected to the platform. app: the self-built app beside the bot."""
    async with WecomBot(SystemClock()).running() as platform, served(folder, platform, app) as house:
        yield house, platform


@asynccontextmanager
async def served(folder: Path, platform: WecomBot, app: WecomApp | None = None) -> AsyncIterator[Opened]:
    """One life of the house."""
    before = platform.subscriptions
    wecom = replace(Wecom(), bot_url=platform.url.replace("http", "ws"), api_base=app.url if app else Wecom().api_base)
    config = replace(Config(), users=(LI,), channels=Channels(wecom=wecom))
    home = Home(folder)
    home.make()
    bot = WecomBotSecrets(CORP.bot_id, CORP.bot_secret, CORP.corp_id)
    mine = WecomSecrets(CORP.corp_id, CORP.agent_id, CORP.secret, CORP.token, CORP.aes_key)
    secrets = ChannelSecrets(wecom=mine if app else None, wecom_bot=bot)
    async with opened(config, home, Direct, serving=False, secrets=secrets) as house:
        await platform.connected(before + 1)
        yield house


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


async def test_a_button_of_the_reply_is_answered(tmp_path: Path) -> None:
    """By a message of its own, for a press lends nothing but the card; then why is told in the reply again."""
    async with talking(tmp_path) as (_, platform):
        await platform.text("LiWei", "有哪些商机?")
        [asked] = await finished(platform, 1)
        await platform.press(asked, 0)
        *_, pressed = await finished(platform, 2)
        await platform.text("LiWei", "为什么")
        *_, told = await finished(platform, 3)

    assert [("reply", True), ("push", True), ("reply", False)] == [(one.by, one.card is not None) for one in (asked, pressed, told)]
    assert [] == platform.refused


async def test_what_a_group_may_not_see_goes_to_the_person_by_the_app(tmp_path: Path) -> None:
    """Who asked in a group, and never wrote to the bot alone, gets it in the chat of the app."""
    app = WecomApp(SystemClock())
    async with app.running(), talking(tmp_path, app) as (_, platform):
        await platform.text("LiWei", "有哪些商机?", chat="wrChat1")
        [offered] = await finished(platform, 1)
        assert offered.card is not None
        await platform.press(offered, 0, who="LiWei")
        async with asyncio.timeout(30):
            await app.until(lambda: bool(app.sent_to("liwei")))

    assert "<@liwei>" in offered.text
    assert ["私聊发我"] == [one["text"] for one in offered.card["button_list"]]
    assert "没有" in str(app.sent_to("liwei")[0].body)
    assert 1 == len(platform.shown)


async def test_what_was_kept_before_a_restart_is_answered_after_it_once(tmp_path: Path) -> None:
    """The platform repeats nothing, so what came is in the truth; its request is answered over the new line."""
    async with WecomBot(SystemClock()).running() as platform:
        async with served(tmp_path, platform) as house:
            await platform.text("LiWei", "你能做什么?")
            while not (platform.shown or await house.house.inbox.next_in(LANE)):  # noqa: ASYNC110 - kept by a task of the line
                await asyncio.sleep(0.01)
        async with served(tmp_path, platform):
            await platform.text("LiWei", "有哪些商机?")
            seen = await finished(platform, 2)

    assert [True, True] == [one.finished for one in seen]
    assert ["你可以这样用我" in f"{one.text}{one.card}" for one in seen] == [True, False]

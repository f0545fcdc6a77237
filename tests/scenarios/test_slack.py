"""A whole house in Slack by Socket Mode: what people do there, and what each of them sees. The server is the real one, Slack is a fake."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import pytest

from bot.senses import SystemClock
from tests.fakes.slack import APP_TOKEN, BOT, BOT_TOKEN, Posted, Slack, slack_platform
from tests.fakes.waiting import until
from tests.scenarios.town import Connected, with_people

pytestmark = pytest.mark.slow
LIN, GUEST = "U0000", "U9GUEST"


def seen(slack: Slack) -> list[Posted]:
    """What Tandem said, to all and to one, in order."""
    return [*(one for one in slack.messages if one.user == BOT and one.text != "在查,稍等…"), *slack.ephemeral]


@asynccontextmanager
async def running(home: Connected) -> AsyncIterator[None]:
    """The server, ready."""
    life = ExitStack()
    try:
        await asyncio.to_thread(home.awaited, life.enter_context(home.process()))
        yield
    finally:
        await asyncio.to_thread(life.close)  # Slack lives on this loop, and the server may be talking to it


async def test_slack_without_a_public_address(tmp_path: Path) -> None:
    """A question alone, one in a channel, one by command, a thumb, a visit of the home, and a guest who is told nothing."""
    async with slack_platform(SystemClock()) as slack:
        slack.person(LIN, "Lin", "p0@example.com")
        slack.person(GUEST, "Gus", "gus@example.com", guest=True)
        slack.channel("C1", [LIN])
        lent = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "TANDEM__CHANNELS__SLACK__API_BASE": slack.url}
        slack.sender.by_socket = True
        async with running(Connected(with_people(tmp_path, 1).folder, lent)):
            await until(lambda: bool(slack.sockets.connected))
            told = [await slack.says(LIN, "你能做什么?", copies=2)]
            await until(lambda: len(seen(slack)) == 1)
            [first] = seen(slack)
            told.append(await slack.press(LIN, first, "有用"))
            await until(lambda: len(seen(slack)) == 2)
            told.append(await slack.command(LIN, "/tandem", "你能做什么?", "C1"))
            await until(lambda: bool(slack.ephemeral))
            told.append(await slack.says(LIN, f"<@{BOT}> 你能做什么?", "C1"))
            await until(lambda: any(one.channel == "C1" for one in slack.messages if one.user == BOT))
            told.append(await slack.opens(LIN, "home"))
            await until(lambda: LIN in slack.homes)
            told.append(await slack.says(GUEST, "who works here?"))
            guests = slack.space.direct(GUEST).id
            await until(lambda: any(one.channel == guests and one.user == BOT for one in slack.messages))

    assert [True] * len(told) == [one.taken for one in told]
    assert [LIN] == [one.receiver for one in slack.ephemeral]
    [in_channel] = [one for one in slack.messages if one.channel == "C1" and one.user == BOT]
    [asked] = [one for one in slack.space.places["C1"].messages.values() if one.user == LIN]
    assert asked.ts == in_channel.thread_ts
    [refused] = [one.shown for one in slack.messages if one.channel == guests and one.user == BOT]
    assert [] == [word for word in ("Person", "Lin", "p0@", "link 1") if word in refused]
    assert [] == slack.errors

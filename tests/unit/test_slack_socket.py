"""Socket Mode: the same door over a line that we open. Slack is a fake that cuts it, refreshes it and refuses it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from bot.channels.slack.api import SlackApi
from bot.channels.slack.door import SlackDoor
from bot.channels.slack.socket import SocketLine
from bot.domain.talk import Tap, Utterance
from tests.fakes.senses import SetClock
from tests.fakes.slack import APP_TOKEN, BOT, BOT_TOKEN, Posted, Slack, slack_platform
from tests.fakes.waiting import until
from tests.unit.slack_lobby import WORDS, Shelf


@dataclass
class Wire:
    """Slack at the other end of the line, and what was kept."""

    slack: Slack
    shelf: Shelf


@asynccontextmanager
async def wired(app_token: str = APP_TOKEN, *, fails: int = 0) -> AsyncIterator[Wire]:
    """A line that is open. fails: how often Slack refuses to open it first."""
    clock, shelf = SetClock(), Shelf()
    async with slack_platform(clock, socket_mode=True) as slack:
        slack.person("U1", "Lin")
        if fails:
            slack.fail("error", times=fails, method="apps.connections.open")
        api = SlackApi(BOT_TOKEN, slack.url)
        line = SocketLine(api, app_token, SlackDoor(api, "", shelf.keep, WORDS, clock), first_wait_s=0.01)
        await line.start()
        try:
            if app_token == APP_TOKEN:
                await until(lambda: bool(slack.sockets.connected))
            yield Wire(slack, shelf)
        finally:
            await line.close()


async def test_what_comes_over_the_line_is_kept_and_acknowledged() -> None:
    """Words, a press and a command, each by the same door as over HTTP."""
    async with wired() as wire:
        said = await wire.slack.says("U1", "续约最多几折?", copies=2)
        button = {"type": "button", "text": {"type": "plain_text", "text": "好"}, "value": "m:0", "action_id": "say-0"}
        blocks = [{"type": "actions", "block_id": "b", "elements": [button]}]
        card = wire.slack.space.post(Posted(wire.slack.space.ts(), wire.slack.space.direct("U1").id, BOT, "card", blocks))
        pressed = await wire.slack.press("U1", card, "好")
        command = await wire.slack.command("U1", "/tandem", "质保多久?")

    assert [True] * 3 == [said.taken, pressed.taken, command.taken]
    assert [Utterance, Tap, Utterance] == [type(one) for one in wire.shelf.all]


async def test_nothing_is_acknowledged_over_the_line_that_was_not_kept() -> None:
    """Slack hears nothing and sends it again; then it is kept."""
    async with wired() as wire:
        wire.slack.sender.patience_s = 0.2
        wire.shelf.broken = True
        lost = await wire.slack.says("U1", "hi")
        wire.shelf.broken = False
        await wire.slack.sender.again(lost, 4)

    assert ([0, 0, 0, 0, 200], 1) == ([one.status for one in lost.attempts], len(wire.shelf.all))


@pytest.mark.parametrize("how", ["refresh", "cut"])
async def test_line_that_ends_is_opened_again(how: str) -> None:
    """Slack refreshes lines every few hours, and wires are cut."""
    async with wired() as wire:
        if how == "refresh":
            await wire.slack.sockets.disconnect()
        else:
            wire.slack.sockets.drop()
        await until(lambda: wire.slack.sockets.opened == 2 and len(wire.slack.sockets.connected) == 1)
        said = await wire.slack.says("U1", "hi")

    assert (True, 1) == (said.taken, len(wire.shelf.all))


async def test_slack_that_refuses_is_asked_again() -> None:
    """With a wait between, for as long as it takes."""
    async with wired(fails=3) as wire:
        said = await wire.slack.says("U1", "hi")

    assert (True, 4) == (said.taken, wire.slack.conduct.calls["apps.connections.open"])


async def test_token_that_is_none_leaves_the_house_standing() -> None:
    """The line stays closed and goes on trying; ending it ends that."""
    async with wired("xapp-wrong") as wire:
        await until(lambda: wire.slack.conduct.calls["apps.connections.open"] >= 2)

        assert [] == wire.slack.sockets.connected


async def test_nonsense_on_the_line_is_left() -> None:
    """A frame that is no envelope ends nothing."""
    async with wired() as wire:
        for nonsense in ("{", "[]", "7", '{"type":"events_api"}', '{"type":"events_api","envelope_id":"e","payload":7}'):
            await wire.slack.sockets.connected[0].send_str(nonsense)
        said = await wire.slack.says("U1", "hi")

    assert (True, 1, 1) == (said.taken, len(wire.shelf.all), wire.slack.sockets.opened)

"""An alert as it arrives on both platforms: WeCom's app and Slack, each over HTTP to its fake, which refuses what the platform would."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest_asyncio

from bot.channels.form.capabilities import SLACK
from bot.channels.form.layout import laid_out
from bot.domain.chart import Chart
from bot.domain.decision import Message
from bot.domain.talk import Lang
from tests.scenarios.alert_stage import alert_stage
from tests.unit.slack_lobby import WORDS
from tests.unit.test_slack_out import ORIGIN, staged
from tests.unit.wecom_desk import Desk, desk

__all__ = ["desk"]

BUTTONS = ["我来跟", "不算风险", "明早提醒", "起草"]
TOLD = "北风泵业90天内可能流失(高):①活跃62→21"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest_asyncio.fixture
async def card(tmp_path: Path) -> AsyncIterator[Message]:
    """The message by which an owner is told."""
    async with alert_stage(tmp_path) as stage:
        await stage.customer("北风泵业")
        await stage.night()
        await stage.tell()
        yield stage.card()


async def test_wecom_shows_the_words_the_buttons_and_the_course(card: Message, desk: Desk) -> None:
    """A card with four buttons, each within ten characters, and the trend as a picture; nothing of it is refused."""
    await desk.deliver(card.outcome)
    sent = desk.app.sent_to("liwei")
    [shown] = [one for one in sent if one.kind == "template_card"]

    assert BUTTONS == [one["text"] for one in shown.card["button_list"]][:4]
    assert ("image", []) == (next(one.kind for one in sent if one.kind == "image"), desk.app.refused)
    assert any(TOLD in f"{one.text} {one.body}" for one in sent)


async def test_slack_shows_the_words_the_buttons_and_the_course(card: Message) -> None:
    """The same in blocks, with the trend as a file."""
    async def drawn(_chart: Chart, _lang: Lang) -> bytes:
        return PNG

    async with staged() as stage:
        told = replace(card, origin=ORIGIN)
        stage.parts = list(await laid_out(told, SLACK, WORDS, picture=drawn))
        await stage.channel.deliver(told)
        shown = "\n".join(one.shown for one in stage.slack.messages)
        labels = [label for one in stage.slack.messages for label in one.labels]
        files = [file["name"] for one in stage.slack.messages for file in one.files]

    assert (True, BUTTONS, 1) == (TOLD in shown, labels[:4], len(files))

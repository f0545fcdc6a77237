"""The gate from end to end: asked in one chat, read in another, handed over, and called sent by nobody but the one who sent it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.scenarios.gate_stage import BODY, LIN, ZHANG, GateStage, gate_stage


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[GateStage]:
    """The stage."""
    async with gate_stage(tmp_path) as at:
        yield at


async def test_letter_to_a_chairman_is_read_by_the_manager_in_another_chat_and_handed_over(at: GateStage) -> None:
    """Asked in Slack, edited and approved in WeCom, handed over in Slack; sent is what its author says was."""
    await at.say(LIN, "给海蓝李董写封破冰信")
    card = at.last(LIN, "slack", "送审")
    told = await at.press(LIN, card, "送审")
    asked = at.last(ZHANG, "wecom")
    edited = await at.say(ZHANG, f"改 {BODY.replace('贵司', '您团队')}", "wecom")
    handed = at.last(LIN, "slack", "我发了")
    before = [one.fields["status"] for one in await at.letters()]
    sent = await at.press(LIN, handed, "我发了")

    assert ["送审", "再改", "不用了"] == [one.label for one in card.outcome.buttons]
    assert card.outcome.text.endswith("高管信要张敏过目。")
    assert "送到张敏那里了" in told
    assert ["通过", "改后通过", "问一句", "退回"] == [one.label for one in asked.outcome.buttons]
    assert (BODY in asked.outcome.text, 3) == (True, len(asked.outcome.evidence))
    assert "好,告诉林晓了。" == edited
    assert "通过了,“贵司”改成“您团队”。下条长按转发。" == handed.outcome.text
    assert [BODY.replace("贵司", "您团队")] == at.forwarded()
    assert (["handed"], ["sent"]) == (before, [one.fields["status"] for one in await at.letters()])
    assert "记下发出时间" in sent

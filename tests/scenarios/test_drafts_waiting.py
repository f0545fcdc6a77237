"""我的草稿: what the menu of a chat asks for, told as a dialogue over two chats."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.talk import Origin, Utterance, direct_thread, group_thread
from tests.scenarios.stage import staged

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
SLACK = Origin("slack", "", "U1", direct_thread("slack", "", "U1"))
WECOM = Origin("wecom", "", "ann", direct_thread("wecom", "", "ann"))
GROUP = Origin("slack", "", "U1", group_thread("slack", "", "C1:1.2"), "C1:1.2", group=True)


def said(text: str, where: Origin = WECOM) -> Utterance:
    """Words."""
    return Utterance(where, f"{where.thread_id}:{text}", text, NOON)


@pytest.mark.parametrize(
    "text, none", [("我的草稿", "没有等你定的草稿。"), ("草稿?", "没有等你定的草稿。"), ("my drafts", "No drafts are waiting for you.")]
)
async def test_nothing_waits(tmp_path: Path, text: str, none: str) -> None:
    """It is said plainly, and no skill is asked."""
    async with staged(tmp_path) as stage:
        answer = await stage.say(said(text), 1)

    assert (none, []) == (answer.outcome.text, stage.skill.heard)


async def test_drafts_of_all_chats_are_told_and_the_newest_can_be_saved(tmp_path: Path) -> None:
    """Newest first; what is typed next means that one."""
    async with staged(tmp_path) as stage:
        await stage.say(said("call Bo", SLACK), 1)
        newest = await stage.say(said("call Dana"), 2)
        told = await stage.say(said("我的草稿"), 3)
        saved = await stage.say(said("保存"), 4)

    assert told.outcome.text.index("call Dana") < told.outcome.text.index("call Bo")
    assert ("2" in told.outcome.text, newest.draft_id) == (True, told.draft_id)
    assert ["save", "edit", "discard"] == [one.action for one in told.outcome.buttons]
    assert saved.outcome.text.startswith("存好了")


async def test_among_others_drafts_are_not_told(tmp_path: Path) -> None:
    """They are the person's alone: there it is a word like any other."""
    async with staged(tmp_path) as stage:
        await stage.say(said("call Dana", SLACK), 1)
        told = await stage.say(said("my drafts", GROUP), 2)

    assert "call Dana" not in told.outcome.text

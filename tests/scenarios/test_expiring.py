"""A draft that nobody decided about in time is closed by the clock, and its card says so where a card can be changed by then."""

from datetime import timedelta
from pathlib import Path

from bot.domain.outcome import Draft
from bot.domain.records import DraftState
from tests.scenarios.gate_stage import LIN, GateStage, gate_stage

DEAL = Draft("新商机", "opportunity", {"name": "S3", "amount": 800_000, "currency": "CNY", "owner": LIN.id})
WEEK = timedelta(days=7)


def marked(stage: GateStage, channel: str) -> list[str]:
    """What Lin's cards say that are done with, in the order in which they came to say it."""
    return [one.pressed for one in stage.at(LIN, channel) if one.updates]


async def drafted(stage: GateStage, channel: str = "slack") -> None:
    """Lin tells something."""
    stage.skill.given = DEAL
    await stage.say(LIN, "刚跟海蓝聊完", channel)


async def test_the_card_of_a_draft_that_expired_says_so_at_once(tmp_path: Path) -> None:
    """Once, however often the clock comes by, and nobody has to press it; one whose time is not over stays as it is."""
    async with gate_stage(tmp_path) as stage:
        await drafted(stage)
        stage.clock.move(timedelta(days=1))
        await drafted(stage)
        held = await stage.drafts.open_of(LIN.id)
        stage.clock.move(WEEK - timedelta(days=1))
        closed = [await stage.road.expiring.expire() for _ in range(2)]
        await stage.quiet()
        states = [one.state for draft in held if (one := await stage.drafts.draft(draft.id))]

        assert ([1, 0], ["过期了,没保存"]) == (closed, marked(stage, "slack"))
        assert [DraftState.OPEN, DraftState.EXPIRED] == states


async def test_a_card_that_was_pressed_keeps_what_it_says(tmp_path: Path) -> None:
    """A draft that was saved has no time any more; one that was changed is marked on its newest card alone."""
    async with gate_stage(tmp_path) as stage:
        await drafted(stage)
        await stage.press(LIN, stage.last(LIN, "slack"), "save")
        await drafted(stage)
        await stage.press(LIN, stage.last(LIN, "slack"), "edit", fields={"amount": "900000"})
        stage.clock.move(WEEK)
        await stage.road.expiring.expire()
        await stage.quiet()

        assert ["保存", "修改", "过期了,没保存"] == marked(stage, "slack")


async def test_a_card_that_can_no_longer_be_changed_is_left_alone(tmp_path: Path) -> None:
    """WeCom lends a way to a card for a while only; pressed, it tells."""
    async with gate_stage(tmp_path) as stage:
        await drafted(stage, "wecom")
        stage.clock.move(WEEK)
        closed = await stage.road.expiring.expire()
        answer = await stage.press(LIN, stage.last(LIN, "wecom"), "save")

        assert (1, "这份草稿过期了,没有保存。再说一遍就行。") == (closed, answer)


async def test_a_house_that_dies_between_the_card_and_the_draft_ends_both(tmp_path: Path) -> None:
    """The next round finds the draft still open, and its card marked: it closes the one and leaves the other."""
    async with gate_stage(tmp_path) as stage:
        await drafted(stage)
        stage.clock.move(WEEK)
        road = stage.road.expiring
        for draft_id in await stage.drafts.overdue(stage.clock.now()):
            await road._settle(draft_id)  # noqa: SLF001 - dies here
        closed = await road.expire()
        await stage.quiet()

        assert (1, ["过期了,没保存"]) == (closed, marked(stage, "slack"))

"""What the house did and died before it could tell is made up for; what stays in the house, or was replaced, is said."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.acquaintance import OURS, Alias
from bot.domain.ids import DraftId, TurnId
from bot.domain.records import Cause
from bot.domain.review import HeldReview, RejectReason
from bot.errors import Upstream
from bot.turns.making_up import MakingUp
from tests.scenarios.gate_stage import BO, LIN, ZHANG, GateStage, gate_stage


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[GateStage]:
    """The stage."""
    async with gate_stage(tmp_path) as at:
        yield at


async def made_up(at: GateStage) -> None:
    """The house is started again, some time later, and what it had to make up for has arrived."""
    at.clock.move(timedelta(minutes=2))
    again = at.road.making_up
    await MakingUp(again.reviews, again.users, again.notices, at.clock).make_up()
    await at.quiet()


async def test_what_was_decided_at_the_page_before_the_house_died_is_told_once(at: GateStage) -> None:
    """The store has it, nobody was told: the author hears of it with the next look, and of nothing twice."""
    review = await at.submitted()
    before = len(at.at(LIN, "slack"))
    await at.reviews.reject(review.ref, ZHANG.id, RejectReason.TONE, "", turn_id=TurnId("page-1"))
    await made_up(at)
    told = at.at(LIN, "slack")[before:]
    await made_up(at)

    assert ["张敏退回了(高管信 · 海蓝科技 · 李董)。语气"] == [one.outcome.text for one in told]
    assert before + 1 == len(at.at(LIN, "slack"))


async def test_next_reviewers_get_the_card_of_what_was_answered_before_the_house_died(at: GateStage) -> None:
    """A reply at the page opens it anew for whoever asked."""
    review = await at.submitted()
    await at.say(ZHANG, "问 28号是不是太赶?", "wecom")
    asked = await at.reviews.review(review.id)
    assert asked is not None
    before = len(at.at(ZHANG, "wecom"))
    await at.reviews.reply(asked.ref, LIN.id, "他们自己提的", turn_id=TurnId("page-1"))
    await made_up(at)
    await made_up(at)

    [card] = at.at(ZHANG, "wecom")[before:]
    assert "林晓:他们自己提的" in card.outcome.text


async def test_what_is_told_as_it_happens_is_not_told_again(at: GateStage) -> None:
    """From submission to approval by card, and a look back after each step."""
    await at.submitted()
    await made_up(at)
    await at.say(ZHANG, "问 28号是不是太赶?", "wecom")
    await made_up(at)
    await at.say(LIN, "回复 他们自己提的")
    await made_up(at)
    await at.say(ZHANG, "通过", "wecom")
    before = [len(at.at(who, channel)) for who, channel in ((LIN, "slack"), (ZHANG, "wecom"), (BO, "slack"))]
    await made_up(at)
    await at.road.making_up.make_up()
    await at.quiet()

    assert before == [len(at.at(who, channel)) for who, channel in ((LIN, "slack"), (ZHANG, "wecom"), (BO, "slack"))]
    assert 1 == len(at.forwarded())


async def test_end_that_the_clock_brought_is_told_after_the_house_died(at: GateStage) -> None:
    """The tick ended it and nobody was told: the author hears that nobody decided."""
    await at.submitted()
    at.clock.move(timedelta(days=9))
    await at.reviews.tick(at.clock.now())
    await made_up(at)

    assert "没等到人定" in at.last(LIN, "slack").outcome.text


async def test_letter_that_may_not_leave_any_more_is_held_and_its_author_told_once(at: GateStage) -> None:
    """Saved to somebody who buys, who rose before it left: it stays, its status says so, and others behind it leave."""
    at.skill.body = "王经理好,样品到了,周四给您送过去。"
    await at.say(LIN, "给王经理写封跟进信")
    held = await at.held()
    await at.drafts.save(held.id, 1, LIN.id, turn_id=TurnId("t-1"))
    buyer = at.skill.contacts["buyer"]
    risen = {"title": "总经理", "executive": True}
    await at.records.put("contact", risen, cause=Cause("system"), record_id=buyer.id, revision=buyer.revision)
    before = len(at.at(LIN, "slack"))
    await at.road.releasing.sweep()
    await at.road.releasing.sweep()
    await at.quiet()

    assert ([], ["held"]) == (at.forwarded(), [one.fields["status"] for one in await at.letters()])
    assert ["给王磊的信没发出去:这类信现在要先过目。再写一封,送审就行。"] == [one.outcome.text for one in at.at(LIN, "slack")[before:]]
    assert 0 == await at.road.releasing.sweep()


async def test_draft_that_words_replaced_settles_the_reviewers_card_at_once(at: GateStage) -> None:
    """As an edit does: the card in Slack has no buttons any more."""
    await at.users.link(Alias("slack", OURS, "UZHANG"), ZHANG.id, ZHANG.id)
    zhang = ZHANG.__class__(ZHANG.id, ZHANG.name, ZHANG.email, ZHANG.role, ZHANG.team, ZHANG.zone, {"slack": "UZHANG"})
    await at.say(zhang, "在吗", "slack")
    review = await at.submitted()
    card = at.last(zhang, "slack", "通过")
    at.skill.replaces = review.draft_id
    await at.say(LIN, "短一点")
    async with asyncio.timeout(20):
        while not any(one.updates for one in at.at(zhang, "slack")):  # told once the answer is settled
            await at.quiet()
            await asyncio.sleep(0.001)

    [mark] = [one for one in at.at(zhang, "slack") if one.updates == card.id]
    assert ("再改", "林晓") == (mark.pressed, mark.facts["by"])


async def test_letter_that_cannot_be_released_now_keeps_no_other_back(at: GateStage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its author's chat is away at the moment: those behind it leave, and it is tried again."""
    at.skill.body = "王经理好,样品到了,周四给您送过去。"
    for number in range(2):
        await at.say(LIN, "给王经理写封跟进信")
        held = await at.held()
        await at.drafts.save(held.id, 1, LIN.id, turn_id=TurnId(f"t-{number}"))
    first, _ = await at.road.stores.letters.unreleased()
    of_draft = at.reviews.of_draft

    async def away(draft_id: DraftId) -> HeldReview | None:
        if draft_id == first:
            raise Upstream("slack")
        return await of_draft(draft_id)

    monkeypatch.setattr(at.reviews, "of_draft", away)
    await at.road.releasing.sweep()

    assert [first] == list(await at.road.stores.letters.unreleased())

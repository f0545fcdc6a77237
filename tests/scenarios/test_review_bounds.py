"""What somebody would try at the edges of a review: too much, the same person with a lesser title, words that outlive their letter."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.decision import MessageState
from bot.domain.ids import UserId
from bot.domain.outcome import Answer
from bot.domain.records import Cause
from tests.scenarios.gate_stage import LIN, ZHANG, GateStage, gate_stage

BUYER = "王经理好,样品到了,周四给您送过去。"


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[GateStage]:
    """The stage."""
    async with gate_stage(tmp_path) as at:
        yield at


async def become(at: GateStage, title: str, by: UserId, *, executive: bool) -> str:
    """Somebody writes down who the chairman is; the class of a letter to him after that, in words that tell nothing."""
    record_id = at.skill.contacts["chairman"].id
    now = await at.records.record(record_id)
    assert now is not None
    changed = {"title": title, "executive": executive}
    await at.records.put("contact", changed, cause=Cause(by), record_id=record_id, revision=now.revision)
    gate = await at.reviews.foreseen("letter", {"contact": record_id, "contact_name": "李建国", "subject": "样品", "body": "样品到了。"})
    return gate.review_class.value


async def test_a_rep_who_gives_a_chairman_a_lesser_title_still_needs_a_second_person(at: GateStage) -> None:
    """In however many steps; once a manager has written who he is, that holds."""
    first = await become(at, "采购专员", LIN.id, executive=False)
    again = await become(at, "工程师", LIN.id, executive=False)
    settled = await become(at, "采购工程师", ZHANG.id, executive=False)

    assert ("must_review", "must_review") == (first, again)
    assert "rep_confirms" == settled


@pytest.mark.parametrize("said", ["问 {}", "退回 {}", "改 {}"])
async def test_too_much_said_about_a_review_is_refused_and_nothing_moves(at: GateStage, said: str) -> None:
    """A question, a reason, a whole new text: each has its bound, and the review waits as before."""
    review = await at.submitted()
    told = await at.say(ZHANG, said.format("长" * 20_001), "wecom")

    assert "太长了" in told
    assert review == await at.reviews.review(review.id)


@pytest.mark.parametrize("by_mail", [False, True])
async def test_what_was_told_of_a_letter_is_erased_with_it(tmp_path: Path, by_mail: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """That it stays here, or that it is on its way: the words name whom it was to."""
    async with gate_stage(tmp_path, mail=True) as at:
        at.skill.body = BUYER
        await at.say(LIN, "用邮件给王经理写封跟进信")
        held = await at.held()
        await at.drafts.save(held.id, 1, LIN.id, turn_id=held.turn_id)
        if not by_mail:
            buyer = at.skill.contacts["buyer"]
            await at.records.put("contact", {"title": "总经理"}, cause=Cause("system"), record_id=buyer.id, revision=buyer.revision)
        await at.road.releasing.sweep()
        await at.quiet()
        told = "没发出去" if not by_mail else "在发邮件给王磊"
        before = [one for one in await _texts(at) if told in one]
        [letter] = await at.letters()
        await at.records.erase(letter.id, cause=Cause("system"))

        assert 1 == len(before)
        assert [] == [one for one in await _texts(at) if told in one]


async def _texts(at: GateStage) -> list[str]:
    kept = [await at.outbox.page(state, limit=1000) for state in MessageState]
    return [one.outcome.text for page in kept for one in page.items if isinstance(one.outcome, Answer)]

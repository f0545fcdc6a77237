"""The road of a turn, told as dialogues, over the real store, lanes, bus and delivery."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.decision import Use
from bot.domain.ids import DraftId, ThreadId
from bot.domain.records import DraftState
from bot.domain.talk import Origin, Press, Topic, Utterance
from bot.errors import Unclear, Upstream
from bot.ports import Choice
from tests.scenarios.stage import ANN, staged

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def said(text: str, *, by: str = "A1", thread: str = "t", key: str = "") -> Utterance:
    """What somebody sends; the text is its own key."""
    return Utterance(Origin("stage", "", by, ThreadId(thread)), key or text, text, NOON)


def pressed(action: str, draft: str, revision: int = 1, *, by: str = "A1", key: str = "") -> Press:
    """A press on a draft."""
    fields = (("text", "better"),) if action == "edit" else ()
    return Press(Origin("stage", "", by, ThreadId("t")), key or f"{action}{revision}{by}", DraftId(draft), revision, action, NOON, fields)


async def test_draft_is_saved_by_a_press_and_undone_by_another(tmp_path: Path) -> None:
    """A note is proposed, saved with its history and grounds, and taken back: each press once, each answered."""
    async with staged(tmp_path) as stage:
        card = await stage.say(said("call Dana"), 1)
        draft = str(card.draft_id)
        await stage.say(pressed("save", draft), 2)
        kept = await stage.records.page("note")
        history = await stage.records.history(kept.items[0].id)
        await stage.say(pressed("undo", draft), 3)
        left = await stage.records.page("note")
        decision = await stage.ledger.decision(card.decision_id) if card.decision_id else None

    assert ["note: call Dana", "Saved. You can undo it for ten minutes.", "Undone; it is as it was."] == stage.channel.texts
    assert ([{"text": "call Dana"}], ()) == ([dict(record.fields) for record in kept.items], left.items)
    assert ("call Dana", ANN.id) == (history[0].evidence.quote if history[0].evidence else None, history[0].actor)
    assert decision is not None
    assert [Use.SHOWN, Use.USED] == [use for use, _, _ in decision.uses]


async def test_edited_draft_is_saved_as_edited(tmp_path: Path) -> None:
    """An edit makes the next revision; a press on the older one is told so; the decision remembers that it was edited."""
    async with staged(tmp_path) as stage:
        card = await stage.say(said("call Dana"), 1)
        draft = str(card.draft_id)
        await stage.say(pressed("edit", draft), 2)
        await stage.say(pressed("save", draft, 1), 3)
        await stage.say(pressed("save", draft, 2), 4)
        kept = await stage.records.page("note")
        held = await stage.drafts.draft(DraftId(draft))

    assert "changed after you saw it" in stage.channel.texts[2]
    assert ([{"text": "better"}], DraftState.SAVED) == ([dict(record.fields) for record in kept.items], held.state if held else None)


async def test_nobody_presses_on_somebody_elses_draft(tmp_path: Path) -> None:
    """Another user's button is refused, and the draft stays open."""
    async with staged(tmp_path) as stage:
        card = await stage.say(said("call Dana"), 1)
        await stage.say(pressed("save", str(card.draft_id), by="B1"), 2)
        held = await stage.drafts.draft(DraftId(str(card.draft_id)))

    assert ("somebody else's draft" in stage.channel.texts[1], DraftState.OPEN) == (True, held.state if held else None)


async def test_same_utterance_five_times_at_once_is_one_turn(tmp_path: Path) -> None:
    """A platform that delivers again and again gets one answer."""
    async with staged(tmp_path) as stage:
        kept = await asyncio.gather(*(stage.door.arrive(said("plain once")) for _ in range(5)))
        await stage.say(said("plain end"), 2)

    assert (1, 1) == (len({one.turn_id for one in kept}), sum(one.fresh for one in kept))
    assert ["plain once", "plain end"] == stage.channel.texts


async def test_order_holds_inside_a_thread(tmp_path: Path) -> None:
    """What was said first is answered first, over forty messages in two threads."""
    async with staged(tmp_path, backlog=50) as stage:
        for number in range(20):
            await stage.door.arrive(said(f"plain a{number}", thread="a"))
            await stage.door.arrive(said(f"plain b{number}", thread="b"))
        await stage.after(40)

    by_thread = {name: [text for text in stage.channel.texts if text.startswith(f"plain {name}")] for name in "ab"}

    assert {name: [f"plain {name}{number}" for number in range(20)] for name in "ab"} == by_thread


async def test_stranger_is_told_that_nobody_knows_them(tmp_path: Path) -> None:
    """Unknown people get a sentence and no skill runs."""
    async with staged(tmp_path) as stage:
        await stage.say(said("plain hello", by="nobody"), 1)

    assert ("I don't know you yet" in stage.channel.texts[0], []) == (True, stage.skill.heard)


async def test_upstream_failure_is_tried_again(tmp_path: Path) -> None:
    """A service that failed twice and then works leaves one good answer."""
    async with staged(tmp_path) as stage:
        stage.skill.troubles = [Upstream("crm"), Upstream("crm")]
        await stage.say(said("plain patience"), 1)

    assert ["plain patience"] == stage.channel.texts


@pytest.mark.parametrize("trouble", [RuntimeError("boom"), Upstream("crm", retry_after_s=3600)])
async def test_failure_ends_in_a_sentence(tmp_path: Path, trouble: Exception) -> None:
    """What cannot work is said to have failed, and the thread goes on."""
    async with staged(tmp_path) as stage:
        stage.skill.troubles = [trouble]
        await stage.say(said("plain bad"), 1)
        await stage.say(said("plain good"), 2)

    assert ("it is noted" in stage.channel.texts[0], "plain good") == (True, stage.channel.texts[1])


async def test_skill_that_needs_more_says_so(tmp_path: Path) -> None:
    """What a skill raises for the person is said in the person's language."""
    async with staged(tmp_path) as stage:
        stage.skill.troubles = [Unclear("too_long", limit=5)]
        await stage.say(said("plain 长"), 1)

    assert "超过5字" in stage.channel.texts[0]


async def test_full_backlog_is_answered_aloud(tmp_path: Path) -> None:
    """Nobody's tenth message vanishes: it is refused with a sentence, others are not held up."""
    async with staged(tmp_path, backlog=1) as stage:
        await stage.lanes.close()
        await stage.door.arrive(said("plain one"))
        second = await stage.door.arrive(said("plain two"))
        other = await stage.door.arrive(said("plain three", by="B1", thread="b"))
        stage.delivery.wake()
        await stage.after(1)

    assert (True, False, True) == (second.full, other.full, "You have 1 messages waiting" in stage.channel.texts[0])


async def test_unsure_turn_is_asked_back_and_the_press_is_done(tmp_path: Path) -> None:
    """Nothing is guessed: the buttons send the same words again, and the skill hears them without the choice before them."""
    async with staged(tmp_path) as stage:
        stage.chooser.choice = Choice("note", "note", 0.4, sure=False)
        asked = await stage.say(said("plain deals"), 1)
        again = asked.outcome.buttons[0].text
        await stage.say(said(again), 2)

    assert ["Not sure which you mean. Pick one:", "plain deals"] == stage.channel.texts
    assert ("[Note] plain deals", ["plain deals"]) == (again, stage.skill.heard)


async def test_thread_remembers_until_a_new_topic(tmp_path: Path) -> None:
    """What was answered is the topic of the next turn in the thread; after "new topic" there is none."""
    async with staged(tmp_path) as stage:
        for number, text in enumerate(("plain deals", "plain and last quarter?", "new topic", "plain deals again"), 1):
            await stage.say(said(text), number)
        topics = [turn.memory.topic for turn in stage.chooser.turns]

    assert [None, Topic("note", "note"), None] == topics
    assert "Fresh start. What's next?" == stage.channel.texts[2]


@pytest.mark.parametrize(
    "text, answer",
    [
        ("unknown price?", "looked up: unknown price?"),
        ("unknown to all?", "not mine"),
        ("unknown price, write it down", "not mine"),
    ],
)
async def test_question_is_looked_up_before_anybody_hears_a_no(tmp_path: Path, text: str, answer: str) -> None:
    """What the chosen skill cannot tell is looked up; what is found is answered, and a request is no question."""
    async with staged(tmp_path) as stage:
        await stage.say(said(text), 1)

    assert [answer] == stage.channel.texts


async def test_question_that_a_skill_did_not_understand_is_looked_up(tmp_path: Path) -> None:
    """The skill's own sentence is said only when nothing was found."""
    async with staged(tmp_path) as stage:
        stage.skill.troubles = [Unclear("too_long", limit=5), Unclear("too_long", limit=5)]
        await stage.say(said("which price?"), 1)
        await stage.say(said("which weather?"), 2)

    assert ("looked up: which price?", True) == (stage.channel.texts[0], "over 5 characters" in stage.channel.texts[1])

"""What the house does of its own accord takes the road of a turn: once, with their rights whom it is for, and silent where it should be."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.domain.ids import UserId
from bot.domain.outcome import Answer
from bot.domain.talk import Lang, Origin, Utterance, direct_thread
from bot.senses import SystemClock
from bot.turns.errands import Errands
from bot.turns.reach import Reach
from tests.scenarios.stage import Stage, staged


@dataclass
class Sender:
    """Sends errands on a stage."""

    stage: Stage

    async def send(self, key: str, intent: str = "noted", facts: Mapping[str, str] | None = None, to: str = "ann") -> str:
        """Queue one; its turn."""
        stage = self.stage
        reach = Reach(stage.conversation.users, stage.inbox, stage.ledger, {"slack": _team})
        sent = await Errands(stage.door, reach, SystemClock()).send(UserId(to), intent, key, facts or {})
        stage.delivery.wake()
        return sent


async def _team() -> str:
    return ""


async def test_a_skill_does_it_for_the_person_and_it_is_told_in_their_chat(tmp_path: Path) -> None:
    """The skill is told what it is about; what it says has a decision like any answer, named after the errand."""
    async with staged(tmp_path) as stage:
        stage.skill.answer = Answer("three things today")
        turn_id = await Sender(stage).send("digest:1", facts={"day": "2026-03-04"})
        message = await stage.after(1)
        heard = stage.skill.turns[0]
        story = (await stage.ledger.decisions(UserId("ann"), limit=1)).items[0]

    assert ("three things today", "slack", "U1") == (message.outcome.text, message.origin.channel, message.origin.sender)
    assert ("ann", "noted", "", {"day": "2026-03-04"}) == (heard.speaker.user_id, heard.intent, heard.text, heard.facts)
    assert (turn_id, "Notes", "note", "noted") == (story.turn_id, story.said, story.made.skill, story.made.intent)


async def test_the_same_occasion_is_done_once(tmp_path: Path) -> None:
    """Two workers, a crash, a second look: a person hears of it once."""
    async with staged(tmp_path) as stage:
        sender = Sender(stage)
        first = await sender.send("digest:1")
        second = await sender.send("digest:1")
        await sender.send("digest:2")
        await stage.after(2)

    assert (first, 2) == (second, len(stage.skill.turns))


async def test_nothing_is_sent_where_there_is_nothing_to_say(tmp_path: Path) -> None:
    """No words, a refusal, a skill that fails, an errand that nobody knows: nobody is spoken to who did not ask."""
    async with staged(tmp_path) as stage:
        sender = Sender(stage)
        stage.skill.answer = Answer("")
        await sender.send("empty")
        stage.skill.troubles = [RuntimeError("broken")]
        await sender.send("broken")
        await sender.send("nobody's", intent="no_such_errand")
        here = Origin("slack", "", "U1", direct_thread("slack", "", "U1"))
        await stage.say(Utterance(here, "hello", "plain hello", SystemClock().now()), 1)

    assert ["plain hello"] == stage.channel.texts


async def test_whoever_has_no_chat_finds_it_on_their_page(tmp_path: Path) -> None:
    """It waits in a thread of its own, in their language."""
    async with staged(tmp_path) as stage:
        reach = Reach(stage.conversation.users, stage.inbox, stage.ledger)
        sent = await Errands(stage.door, reach, SystemClock()).send(UserId("ann"), "noted", "digest:1")
        kept = await stage.inbox.arrival(sent)

    assert ("web", "ann", Lang.ZH) == (kept.origin.channel, kept.origin.sender, getattr(kept, "lang", None))

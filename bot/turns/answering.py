"""Answering: a turn of words is chosen a skill, and the skill does it; in a group, only what everybody may hear. Settles nothing."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.acquaintance import link_in
from bot.domain.decision import Trace
from bot.domain.outcome import Answer, Outcome
from bot.domain.people import Speaker
from bot.domain.talk import Turn, asks
from bot.errors import TellUser
from bot.ports import Capability, Choice, Chooser, Memory, Words
from bot.turns.choose import Chosen, choose, starts_anew
from bot.turns.group import is_for_all, is_something, not_here, offered_alone
from bot.turns.minuting import is_meeting
from bot.turns.strangers import Strangers
from bot.turns.under_way import UnderWay
from bot.turns.way import ReadySkill, Way
from bot.turns.writing import Writing

UNSURE, NEW_TOPIC, LINKING, VOICE = (Choice("house", intent) for intent in ("unsure", "new_topic", "linking", "voice"))
"""What a turn is put down to: asked back about; it starts anew; it makes a stranger known; it says whose voice may be learned."""
PROGRAMS = "api"
STOPPED = "turn_stopped"


@dataclass(frozen=True)
class Answering:
    """Answers words. strangers: who makes strangers known by a code; writing: who goes on with letters; None where nobody does."""

    memory: Memory
    chooser: Chooser
    skills: Callable[[Speaker], Sequence[ReadySkill]]
    words: Words
    under_way: UnderWay
    strangers: Strangers | None
    writing: Writing | None = None

    async def answer(self, turn: Turn, way: Way) -> Outcome:
        """Choose and do; what cannot be told for sure is asked back, with the choices as buttons."""
        self.under_way.at(turn.id, "choose")
        if told := await self._house(turn, way):
            return told
        memory = await self.memory.recall(turn.speaker.user_id, way.origin.talk)
        turn = replace(turn, memory=replace(memory, about={}) if way.origin.group else memory)
        skills = self._skills(turn.speaker)
        offered = [skill.capability for skill in skills.values()]
        chosen = await self._goes_on(turn, offered, way)
        if chosen is None:
            chosen = await self.under_way.stoppable(turn.id, choose(turn, offered, self.chooser, self.words))
        way.chosen = chosen.choice
        way.watch.lap("choose")
        self.under_way.at(turn.id, "do")
        if way.origin.group and chosen.asks is None:
            return await self._among_others(chosen, skills, way)
        try:
            outcome = await self._carry_out(chosen, skills, way)
        except TellUser:
            if looked_up := await self._look_up(chosen, skills, way):
                return looked_up
            raise
        if isinstance(outcome, Answer) and not outcome.found:
            return await self._look_up(chosen, skills, way) or outcome
        return outcome

    async def run(self, turn: Turn, way: Way) -> Outcome:
        """Do an errand: the skill that its intent belongs to is handed what this person may use, as for any turn of theirs.

        An answer without words where that skill has nothing to say, or this person may not use it.
        """
        skill = next((one for one in self.skills(turn.speaker) if turn.intent in one.capability.errands), None)
        if skill is None or skill.capability.status != "ready":
            return Answer("", found=False)
        way.said = skill.capability.errands[turn.intent][turn.lang]
        way.chosen = Choice(skill.capability.name, turn.intent)
        self.under_way.at(turn.id, "do")
        return await self.under_way.stoppable(turn.id, way.takes(way.chosen, skill).run(turn))

    async def _house(self, turn: Turn, way: Way) -> Answer | None:
        """What the house itself answers: a new topic, a stranger made known, whose voice may be learned. None for everything else."""
        if starts_anew(turn.text):
            way.choice, way.trace = NEW_TOPIC, Trace.FORGET
            return Answer(self.words.say("new_topic", way.lang))
        if self.strangers and (wish := link_in(turn.text)):
            way.choice = LINKING
            return await self.strangers.links.redeem(wish, turn.id, way.origin, turn.speaker, way.lang)
        minded = await self.writing.minds(turn, way.lang) if self.writing and _alone(way) else None
        way.choice = VOICE if minded else way.choice
        return minded

    async def _goes_on(self, turn: Turn, offered: Sequence[Capability], way: Way) -> Chosen | None:
        """The skill that goes on with an open draft; among others, and for a program, nobody's is touched."""
        if self.writing is None or not _alone(way) or turn.intent or is_meeting(turn):
            return None
        return await self.writing.goes_on(turn, offered)

    async def _among_others(self, chosen: Chosen, skills: Mapping[str, ReadySkill], way: Way) -> Outcome:
        """What everybody who reads along may hear. Where there is more for the speaker alone: that it is there, and nothing of it."""
        overheard = replace(chosen, turn=replace(chosen.turn, speaker=chosen.turn.speaker.among_others))
        for_all, alone = self._skills(overheard.turn.speaker), replace(way)
        told: Outcome | TellUser = not_here(chosen.turn.text, self.words, way.lang)
        if not skills[chosen.choice.skill].confides:
            told = await self._ventured(self._carry_out(overheard, for_all, way))
            if not isinstance(told, TellUser) and is_for_all(told) and is_something(told):
                return told
        found: Outcome | TellUser | None = await self._ventured(self._carry_out(chosen, skills, alone))
        if isinstance(found, TellUser) or not is_something(found):
            looked_up = await self._look_up(overheard, for_all, way)
            if looked_up and is_for_all(looked_up):
                return looked_up
            found = await self._look_up(chosen, skills, alone)
        if is_something(found):
            way.choice, way.trace = alone.choice, Trace.ASIDE
            return offered_alone(chosen.turn.text, self.words, way.lang)
        if isinstance(told, TellUser):
            raise told
        return told if is_for_all(told) else not_here(chosen.turn.text, self.words, way.lang)

    async def _ventured(self, work: Awaitable[Outcome]) -> Outcome | TellUser:
        """What comes of it, or what it says instead.  Raises: TellUser("turn_stopped")."""
        try:
            return await work
        except TellUser as stop:
            if stop.key == STOPPED:
                raise
            return stop

    def _skills(self, speaker: Speaker) -> Mapping[str, ReadySkill]:
        return {skill.capability.name: skill for skill in self.skills(speaker)}

    async def _carry_out(self, chosen: Chosen, skills: Mapping[str, ReadySkill], way: Way) -> Outcome:
        if chosen.asks:
            way.choice = UNSURE
            return chosen.asks
        skill = way.takes(chosen.choice, skills[chosen.choice.skill])
        return await self.under_way.stoppable(chosen.turn.id, skill.run(chosen.turn))

    async def _look_up(self, chosen: Chosen, skills: Mapping[str, ReadySkill], way: Way) -> Outcome | None:
        """What the skill for looking things up says to a question, if it finds something: better than a no, or a question back."""
        reference = next((skill for skill in skills.values() if skill.capability.reference), None)
        if reference is None or not asks(chosen.turn.text) or way.choice.skill == reference.capability.name:
            return None
        intent = reference.capability.intents[0]
        outcome = await self.under_way.stoppable(chosen.turn.id, reference.run(replace(chosen.turn, intent=intent)))
        if not isinstance(outcome, Answer) or not outcome.found:
            return None
        way.takes(Choice(reference.capability.name, intent), reference)
        return outcome


def _alone(way: Way) -> bool:
    return not way.origin.group and way.origin.channel != PROGRAMS

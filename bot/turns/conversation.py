"""The road a turn takes, one step a line; the rules live in the steps."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import assert_never

from bot.domain.decision import Made, Settlement, Trace
from bot.domain.ids import DecisionId, TurnId
from bot.domain.outcome import Answer, Outcome
from bot.domain.people import Speaker
from bot.domain.talk import Arrival, File, Lang, Opened, Press, Stopped, Tap, Turn, Utterance, Voice, asks, language_of, words_in
from bot.errors import Stale, TellUser, Unheard
from bot.ports import Bus, Capability, Choice, Chooser, Clock, Drafts, Ids, Inbox, Ledger, Memory, Users, Words
from bot.turns.choose import Chosen, choose, starts_anew
from bot.turns.hear import hear
from bot.turns.know import know
from bot.turns.press import decide
from bot.turns.strangers import Strangers
from bot.turns.under_way import UnderWay

HOUSE = Choice("house", "house")
"""What a turn is put down to that ended before a skill was chosen."""
UNSURE, NEW_TOPIC = Choice("house", "unsure"), Choice("house", "new_topic")
"""What a turn is put down to that was asked back about, and one that starts anew."""


@dataclass(frozen=True)
class ReadySkill:
    """A skill as the road uses it: `run` has the ports of its manifest bound, narrowed to the speaker of the turn."""

    capability: Capability
    code: str
    prompts: Mapping[str, str]
    review: str
    words: Words
    run: Callable[[Turn], Awaitable[Outcome]]


@dataclass(frozen=True)
class Conversation:
    """Takes what was kept from words to a settled outcome. Delivery is the outbox's, never ours."""

    inbox: Inbox
    users: Users
    ledger: Ledger
    drafts: Drafts
    memory: Memory
    chooser: Chooser
    skills: Callable[[Speaker], Sequence[ReadySkill]]
    words: Words
    bus: Bus
    clock: Clock
    ids: Ids
    zone: str
    under_way: UnderWay = field(default_factory=UnderWay)
    strangers: Strangers | None = None

    async def take_turn(self, turn_id: TurnId) -> None:
        """See one kept arrival to its end. Done again after a crash, it changes nothing that was settled.

        Raises: Upstream when a service outside failed; the engine tries again.
        """
        if await self.inbox.is_settled(turn_id):
            return
        arrival = await self.inbox.arrival(turn_id)
        way = _Way(self.words, await self._language(arrival))
        try:
            way.speaker = await know(arrival.origin, self.users, self.zone, self.strangers, turn_id=turn_id, lang=way.lang)
            way.watch.lap("know")
            match arrival:
                case Utterance():
                    turn = hear(turn_id, arrival, way.speaker)
                    way.watch.lap("hear")
                    outcome = await self._do(turn, way)
                case Press():
                    outcome = await decide(turn_id, arrival, way.speaker, self.drafts, self.words, way.lang)
                case Voice() | File() | Tap() | Opened() | Stopped():
                    outcome = Answer(self.words.say("not_readable_yet", way.lang), found=False)
                case other:
                    assert_never(other)
            way.watch.lap("do")
        except TellUser as stop:
            outcome = Answer(way.words.say(stop.key, way.lang, **stop.facts), found=False)
        except Unheard:
            way.silent, outcome = True, Answer("", found=False)
        await self._settle(turn_id, arrival, way, outcome)

    async def stop(self, turn_id: TurnId) -> None:
        """End a turn because its person wants no answer: what was said stays kept, and is answered "stopped".

        One that has ended stays as it is. A turn that nobody works on yet is settled here: whoever comes to it later finds it so.
        Raises: Stale for a press, which is carried out or not, never halfway; KeyError.
        """
        arrival = await self.inbox.arrival(turn_id)
        if isinstance(arrival, Press):
            raise Stale("cannot_stop")
        if self.under_way.stop(turn_id) or await self.inbox.is_settled(turn_id):
            return
        way = _Way(self.words, await self._language(arrival))
        way.speaker = await know(arrival.origin, self.users, self.zone)
        await self._settle(turn_id, arrival, way, Answer(self.words.say("turn_stopped", way.lang), found=False))

    async def give_up(self, turn_id: TurnId) -> None:
        """End a turn that cannot be ended well, with a sentence; nothing of what was said is lost."""
        arrival = await self.inbox.arrival(turn_id)
        way = _Way(self.words, await self._language(arrival))
        await self._settle(turn_id, arrival, way, Answer(self.words.say("gave_up", way.lang, turn=turn_id), found=False))

    async def _language(self, arrival: Arrival) -> Lang:
        """The language of what was said; a press is answered in that of the draft's card."""
        if said := words_in(arrival):
            return language_of(said)
        if not isinstance(arrival, Press):
            return Lang.ZH
        draft = await self.drafts.draft(arrival.draft_id)
        card = await self.ledger.decision(draft.decision_id) if draft else None
        return card.made.lang if card else Lang.ZH

    async def _do(self, turn: Turn, way: "_Way") -> Outcome:
        """Choose and do; what cannot be told for sure is asked back, with the choices as buttons."""
        self.under_way.at(turn.id, "choose")
        if starts_anew(turn.text):
            way.choice, way.trace = NEW_TOPIC, Trace.FORGET
            return Answer(self.words.say("new_topic", way.lang))
        turn = replace(turn, memory=await self.memory.recall(turn.speaker.user_id, turn.thread_id))
        skills = {skill.capability.name: skill for skill in self.skills(turn.speaker)}
        offered = [skill.capability for skill in skills.values()]
        chosen = await self.under_way.stoppable(turn.id, choose(turn, offered, self.chooser, self.words))
        way.chosen = chosen.choice
        way.watch.lap("choose")
        self.under_way.at(turn.id, "do")
        try:
            outcome = await self._carry_out(chosen, skills, way)
        except TellUser:
            if looked_up := await self._look_up(chosen, skills, way):
                return looked_up
            raise
        if isinstance(outcome, Answer) and not outcome.found:
            return await self._look_up(chosen, skills, way) or outcome
        return outcome

    async def _carry_out(self, chosen: Chosen, skills: Mapping[str, ReadySkill], way: "_Way") -> Outcome:
        if chosen.asks:
            way.choice = UNSURE
            return chosen.asks
        skill = way.takes(chosen.choice, skills[chosen.choice.skill])
        return await self.under_way.stoppable(chosen.turn.id, skill.run(chosen.turn))

    async def _look_up(self, chosen: Chosen, skills: Mapping[str, ReadySkill], way: "_Way") -> Outcome | None:
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

    async def _settle(self, turn_id: TurnId, arrival: Arrival, way: "_Way", outcome: Outcome) -> None:
        said = arrival.action if isinstance(arrival, Press) else words_in(arrival)
        user_id = way.speaker.user_id if way.speaker else None
        decision_id, at = DecisionId(self.ids.new()), self.clock.now()
        made = way.made(outcome)
        await self.ledger.settle(Settlement(turn_id, decision_id, arrival.origin, user_id, said, outcome, made, at, way.trace, way.silent))
        self.bus.wake()


@dataclass
class _Watch:
    """Times the steps of one turn."""

    begun: float = field(default_factory=perf_counter)
    steps: dict[str, float] = field(default_factory=dict)

    def lap(self, step: str) -> None:
        """Note that `step` ends now."""
        self.steps[step] = round((perf_counter() - self.begun) * 1000 - sum(self.steps.values()), 2)

    def timings_ms(self) -> Mapping[str, float]:
        """Step -> milliseconds, and their total."""
        return {**self.steps, "total": round(sum(self.steps.values()), 2)}


@dataclass
class _Way:
    """How far one turn has come, for what its decision will tell. chosen: what was chosen first, and by what; choice: what it came to."""

    words: Words
    lang: Lang
    speaker: Speaker | None = None
    choice: Choice = HOUSE
    chosen: Choice = HOUSE
    skill: ReadySkill | None = None
    trace: Trace = Trace.ASIDE
    silent: bool = False
    watch: _Watch = field(default_factory=_Watch)

    def takes(self, choice: Choice, skill: ReadySkill) -> ReadySkill:
        """Go on with `skill`: its words come first from here, and it is what the thread is about, unless it is never."""
        self.choice, self.skill, self.words = choice, skill, skill.words
        self.trace = Trace.TOPIC if skill.capability.topic else Trace.ASIDE
        return skill

    def made(self, outcome: Outcome) -> Made:
        """How `outcome` came to be."""
        brain, query = outcome.brain, outcome.query if isinstance(outcome, Answer) else None
        code, prompts, review = (self.skill.code, self.skill.prompts, self.skill.review) if self.skill else ("", {}, "ai_autonomous")
        timings = self.watch.timings_ms()
        return Made(
            self.choice.skill, self.choice.intent, self.lang, brain.model, code, {**self.chosen.prompts, **prompts}, review, timings, query,
            brain.fell_back, self.chosen.by,
        )  # fmt: skip


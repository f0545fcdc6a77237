"""The road a turn takes, one step a line; the rules live in the steps."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import assert_never

from bot.domain.acquaintance import link_in
from bot.domain.decision import Made, Settlement, Trace
from bot.domain.ids import DecisionId, TurnId
from bot.domain.outcome import Answer, Outcome
from bot.domain.people import Speaker
from bot.domain.talk import Arrival, File, Lang, Opened, Origin, Press, Stopped, Tap, Turn, Utterance, Voice, asks, language_of, words_in
from bot.errors import NotAllowed, Stale, TellUser, Unheard
from bot.ports import Bus, Capability, Choice, Chooser, Clock, Drafts, Ids, Inbox, Ledger, Memory, Users, Words
from bot.turns.choose import Chosen, choose, starts_anew
from bot.turns.group import is_for_all, is_something, offered_alone
from bot.turns.hear import hear
from bot.turns.know import know
from bot.turns.press import decide
from bot.turns.strangers import Strangers
from bot.turns.under_way import SETTLING, UnderWay

HOUSE = Choice("house", "house")
"""What a turn is put down to that ended before a skill was chosen."""
UNSURE, NEW_TOPIC, LINKING = Choice("house", "unsure"), Choice("house", "new_topic"), Choice("house", "linking")
"""What a turn is put down to that was asked back about, one that starts anew, and one that makes a stranger known."""
STOPPED = "turn_stopped"


@dataclass(frozen=True)
class ReadySkill:
    """A skill as the road uses it: `run` has the ports of its manifest bound, narrowed to the speaker of the turn.

    confides: it tells of records, so there is nothing in it for a group.
    """

    capability: Capability
    code: str
    prompts: Mapping[str, str]
    review: str
    words: Words
    run: Callable[[Turn], Awaitable[Outcome]]
    confides: bool = False


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
                    outcome = await self._do(turn, way, arrival.origin)
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

    async def _do(self, turn: Turn, way: "_Way", origin: Origin) -> Outcome:
        """Choose and do; what cannot be told for sure is asked back, with the choices as buttons."""
        self.under_way.at(turn.id, "choose")
        if starts_anew(turn.text):
            way.choice, way.trace = NEW_TOPIC, Trace.FORGET
            return Answer(self.words.say("new_topic", way.lang))
        if self.strangers and (wish := link_in(turn.text)):
            way.choice = LINKING
            return await self.strangers.links.redeem(wish, turn.id, origin, turn.speaker, way.lang)
        memory = await self.memory.recall(turn.speaker.user_id, turn.thread_id)
        turn = replace(turn, memory=replace(memory, about={}) if origin.group else memory)
        skills = self._skills(turn.speaker)
        offered = [skill.capability for skill in skills.values()]
        chosen = await self.under_way.stoppable(turn.id, choose(turn, offered, self.chooser, self.words))
        way.chosen = chosen.choice
        way.watch.lap("choose")
        self.under_way.at(turn.id, "do")
        if origin.group and chosen.asks is None:
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

    async def _among_others(self, chosen: Chosen, skills: Mapping[str, ReadySkill], way: "_Way") -> Outcome:
        """What everybody who reads along may hear. Where there is more for the speaker alone: that it is there, and nothing of it."""
        overheard = replace(chosen, turn=replace(chosen.turn, speaker=chosen.turn.speaker.among_others))
        for_all, alone = self._skills(overheard.turn.speaker), replace(way)
        told: Outcome | TellUser = NotAllowed("told_alone")
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
        return told if is_for_all(told) else Answer(self.words.say("told_alone", way.lang), found=False)

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
        self.under_way.at(turn_id, SETTLING)
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


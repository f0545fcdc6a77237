"""How far one turn has come on the road, and a skill as the road uses it. Orders no steps."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import perf_counter

from bot.domain.decision import Made, Mark, Settlement, Trace
from bot.domain.ids import DecisionId, DraftId, TurnId
from bot.domain.outcome import Answer, Outcome
from bot.domain.people import Speaker
from bot.domain.policy import Gate
from bot.domain.talk import Lang, Origin, Spoken, Turn
from bot.ports import Capability, Choice, Words

HOUSE = Choice("house", "house")
"""What a turn is put down to that ended before a skill was chosen."""


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


@dataclass
class Watch:
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
class Way:
    """How far one turn has come, for what its decision will tell.

    origin: where it is answered. said: the person's words, or the name of what they pressed. chosen: what was chosen first, and by what;
    choice: what it came to. before: what is said before the outcome (what was heard, what was received). spoken: as of a `Turn`.
    draft_id, marks, gate: see `Settlement`.
    """

    words: Words
    lang: Lang
    origin: Origin
    said: str
    person: Speaker | None = None
    choice: Choice = HOUSE
    chosen: Choice = HOUSE
    skill: ReadySkill | None = None
    trace: Trace = Trace.ASIDE
    silent: bool = False
    before: str = ""
    spoken: Spoken | None = None
    draft_id: DraftId | None = None
    marks: tuple[Mark, ...] = ()
    gate: Gate | None = None
    watch: Watch = field(default_factory=Watch)

    @property
    def speaker(self) -> Speaker:
        """Who speaks, once that is known.  Raises: LookupError before."""
        if self.person is None:
            raise LookupError
        return self.person

    @property
    def reader(self) -> Speaker:
        """The same, seeing no more than whoever reads along where it is answered."""
        return self.speaker.among_others if self.origin.group else self.speaker

    def takes(self, choice: Choice, skill: ReadySkill) -> ReadySkill:
        """Go on with `skill`: its words come first from here, and it is what the thread is about, unless it is never."""
        self.choice, self.skill, self.words = choice, skill, skill.words
        self.trace = Trace.TOPIC if skill.capability.topic else Trace.ASIDE
        return skill

    def settles(self, turn_id: TurnId, decision_id: DecisionId, outcome: Outcome, at: datetime) -> Settlement:
        """All that the turn changes, now that it has come to `outcome`."""
        if self.before:
            outcome = replace(outcome, text=f"{self.before}\n{outcome.text}")
        user_id = self.person.user_id if self.person else None
        origin = self.origin
        if self.marks and origin.handle and origin.handle.uses <= 1:
            origin = replace(origin, handle=None)  # it goes with the mark
        return Settlement(
            turn_id, decision_id, origin, user_id, self.said, outcome, self.made(outcome), at, self.trace, self.silent, self.draft_id,
            self.marks, self.gate,
        )  # fmt: skip

    def made(self, outcome: Outcome) -> Made:
        """How `outcome` came to be."""
        brain, query = outcome.brain, outcome.query if isinstance(outcome, Answer) else None
        code, prompts, review = (self.skill.code, self.skill.prompts, self.skill.review) if self.skill else ("", {}, "ai_autonomous")
        review = str(self.gate.review_class) if self.gate else review
        timings = self.watch.timings_ms()
        return Made(
            self.choice.skill, self.choice.intent, self.lang, brain.model, code, {**self.chosen.prompts, **prompts}, review, timings, query,
            brain.fell_back, self.chosen.by,
        )  # fmt: skip

"""Rehearsal: what was said to a skill or to the chooser once is said again, with other prompts. Nothing is kept, written or sent.

It runs with the rights of the person who said it; what was talked about before is known by its topic alone, since no more is kept of
anybody for that long. Names are masked in all that is told of it.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from bot.brains.masking import Mask
from bot.domain.evidence import Evidence
from bot.domain.ids import DecisionId, ThreadId, TurnId
from bot.domain.outcome import Answer, Draft, Outcome
from bot.domain.people import Speaker, speaker_of
from bot.domain.talk import Lang, Memories, Turn
from bot.errors import ModelDown, TellUser, Unclear
from bot.ports import Capability, ChatModel, Choice, Chooser, Clock, Ids, KnownNames, Ledger, Prompt, Schema, Tool, ToolCall, Users
from bot.prompts import fill
from bot.turns.choose import PRESSED
from bot.turns.way import ReadySkill

PATIENCE_S = 17.0
"""Less than a page waits for the house."""
CHOOSING = "choose/"
"""Prompts below this choose; all others word."""
UNSURE = "unsure"

Wrap = Callable[[ChatModel | None], ChatModel | None]
Offered = Callable[[Speaker, str, Speaker, Mapping[str, Prompt], Wrap], ReadySkill | None]
"""For whom, the skill's name, who pays for the model, prompts, what is put around the model -> the skill; None where it is not theirs."""


@dataclass(frozen=True)
class Choosing:
    """How a turn is given to a skill.

    asks: who pays for the model, prompts, what is put around the model -> the house's chooser. builtin: the one that asks no model.
    offers: what somebody may use.
    """

    asks: Callable[[Speaker, Mapping[str, Prompt], Wrap], Chooser]
    builtin: Chooser
    offers: Callable[[Speaker], Sequence[Capability]]


@dataclass(frozen=True, slots=True)
class Words:
    """What is to be said again. skill: who did it then, "" for whoever does such things."""

    turn: Turn
    skill: str = ""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What came of it, masked.

    evidence: quotes with their sources. model: `builtin` where none worded it. preview: prompts as they were or would be asked, by name.
    down: why the model gave nothing, in a word of `ModelDown`; "" where it gave something, or there is none.
    """

    text: str
    evidence: tuple[tuple[str, str], ...]
    model: str
    fell_back: str
    preview: Mapping[str, str]
    down: str = ""


@dataclass(frozen=True)
class Rehearsal:
    """Says things again. before: what had been talked about before a decision. is_told: whether admins may know of it at all."""

    ledger: Ledger
    users: Users
    names: KnownNames
    ids: Ids
    clock: Clock
    prompts: Mapping[str, Prompt]
    offered: Offered
    choosing: Choosing
    before: Callable[[DecisionId], Awaitable[Memories]]
    is_told: Callable[[DecisionId], Awaitable[bool]]

    async def said(self, decision_id: DecisionId) -> Words:
        """What was said there, as its person would say it today.  Raises: Unclear("no_such_decision" | "rehearsal_gone")."""
        story = await self.ledger.decision(decision_id)
        if story is None or not await self.is_told(decision_id):
            raise Unclear("no_such_decision", decision=decision_id)
        user = await self.users.by_id(story.user_id) if story.user_id else None
        if user is None or not story.said:
            raise Unclear("rehearsal_gone")
        speaker, made, pressed = speaker_of(user), story.made, PRESSED.fullmatch(story.said)
        text, memory = pressed["words"] if pressed else story.said, await self.before(decision_id)
        turn = Turn(TurnId(f"again-{self.ids.new()}"), story.thread_id, speaker, text, made.lang, story.at, made.intent, memory)
        return Words(turn, made.skill)

    def written(self, text: str, lang: Lang, by: Speaker) -> Words:
        """What an admin wrote, as if they said it now."""
        again = f"again-{self.ids.new()}"
        return Words(Turn(TurnId(again), ThreadId(again), by, text, lang, self.clock.now()))

    async def play(
        self, prompt: str, words: Words, by: Speaker, instead: Mapping[str, Prompt], *, among: Sequence[str] = (),
        patience_s: float = PATIENCE_S,
    ) -> Rehearsed:
        """What comes of it with these prompts in place of those that hold.

        prompt: the one that is tried. by: an admin, on whose budget of the model it goes. among: skills that may do what nobody did yet.
        Raises: Unclear("rehearsal_gone" | "rehearsal_slow").
        """
        prompts, heard = {**self.prompts, **instead}, _Heard()
        does = self._chosen if prompt.startswith(CHOOSING) else self._done
        try:
            async with asyncio.timeout(patience_s):
                told = await does(words, by, prompts, heard, among)
        except TimeoutError as late:
            raise Unclear("rehearsal_slow") from late
        previews = {name: fill(prompts[name], values) for name, values in heard.asked.items()}
        everything = [told.text, *(part for ground in told.evidence for part in ground), *previews.values()]
        mask = Mask(await self.names.within("\n".join(everything)))
        return replace(
            told, text=mask.on(told.text), evidence=tuple((mask.on(quote), mask.on(source)) for quote, source in told.evidence),
            preview={name: mask.on(preview) for name, preview in previews.items()}, down=heard.down,
        )  # fmt: skip

    async def _chosen(
        self, words: Words, by: Speaker, prompts: Mapping[str, Prompt], heard: "_Heard", _among: Sequence[str]
    ) -> Rehearsed:
        """The intent by its name, or that the person would be asked; beside it what it is called, or what they would be offered."""
        turn, offers = replace(words.turn, intent=""), self.choosing.offers(words.turn.speaker)
        choice = await self.choosing.asks(by, prompts, heard.around).choose(turn, offers)
        if heard.deaf:
            choice = await self.choosing.builtin.choose(turn, offers)
        labels = {intent: label[turn.lang] for one in offers for intent, label in one.labels.items()}
        told: Sequence[Choice] = (choice,) if choice.sure else (choice, *choice.others)
        evidence = tuple((labels.get(one.intent, one.skill), one.intent) for one in told)
        return Rehearsed(choice.intent if choice.sure else UNSURE, evidence, choice.by.model, choice.by.fell_back, {})

    async def _done(
        self, words: Words, by: Speaker, prompts: Mapping[str, Prompt], heard: "_Heard", among: Sequence[str]
    ) -> Rehearsed:
        turn, skill = await self._taken(words, among)
        listened = self.offered(turn.speaker, skill, by, prompts, heard.around)
        alone = self.offered(turn.speaker, skill, by, prompts, lambda _: None)
        if listened is None or alone is None:
            raise Unclear("rehearsal_gone")
        try:
            outcome = await listened.run(turn)
            if heard.deaf:  # no model: what it would have been asked is known now, and the answer is the builtin one
                outcome = await alone.run(turn)
        except TellUser as stop:
            outcome = Answer(listened.words.say(stop.key, turn.lang, **stop.facts), found=False)
        quotes = tuple((one.quote, f"{one.source} {one.locator}".strip()) for one in _grounds(outcome))
        return Rehearsed(outcome.text, quotes, outcome.brain.model, outcome.brain.fell_back, {})

    async def _taken(self, words: Words, among: Sequence[str]) -> tuple[Turn, str]:
        """The turn with its intent, and the skill that does it: for what nobody did yet, the one of `among` that it sounds most like."""
        if words.skill:
            return words.turn, words.skill
        offers = [one for one in self.choosing.offers(words.turn.speaker) if one.name in among and one.status == "ready"]
        if not offers:
            raise Unclear("rehearsal_gone")
        choice = await self.choosing.builtin.choose(words.turn, offers)
        return replace(words.turn, intent=choice.intent), choice.skill

    async def masked(self, text: str) -> str:
        """A text as an admin sees it here."""
        return Mask(await self.names.within(text)).on(text)


@dataclass
class _Heard:
    """asked: prompt -> the values that a skill handed to it. deaf: there was no model to hand them to. down: see `Rehearsed`."""

    asked: dict[str, Mapping[str, str]] = field(default_factory=dict)
    deaf: bool = False
    down: str = ""

    def around(self, model: ChatModel | None) -> ChatModel:
        """A model that is listened to."""
        return _Overheard(model, self)


@dataclass(frozen=True)
class _Overheard:
    """The port `ChatModel`."""

    model: ChatModel | None
    heard: _Heard

    @property
    def name(self) -> str:
        """As the model's."""
        return self.model.name if self.model else "–"

    async def fill(self, prompt: str, values: Mapping[str, str], schema: Schema) -> Mapping[str, Any]:
        """As the model says."""
        with self._noted(prompt, values) as model:
            return await model.fill(prompt, values, schema)

    async def tell(self, prompt: str, values: Mapping[str, str]) -> AsyncIterator[str]:
        """As the model says."""
        with self._noted(prompt, values) as model:
            async for piece in model.tell(prompt, values):
                yield piece

    async def pick(self, prompt: str, values: Mapping[str, str], tools: Sequence[Tool]) -> ToolCall:
        """As the model says."""
        with self._noted(prompt, values) as model:
            return await model.pick(prompt, values, tools)

    @contextmanager
    def _noted(self, prompt: str, values: Mapping[str, str]) -> Iterator[ChatModel]:
        self.heard.asked[prompt] = values
        if self.model is None:
            self.heard.deaf = True
            raise ModelDown(self.name, "resting")
        try:
            yield self.model
        except ModelDown as down:
            self.heard.down = down.why
            raise


def _grounds(outcome: Outcome) -> Iterable[Evidence]:
    return outcome.evidence.values() if isinstance(outcome, Draft) else outcome.evidence

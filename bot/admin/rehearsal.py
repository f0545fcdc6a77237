"""Rehearsal: what was said to a skill once is said to it again, with other prompts. Nothing is kept, written or sent; names are masked.

It runs with the rights of the person who said it, and without what was talked about before, which is kept of nobody for that long.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.brains.masking import Mask
from bot.domain.ids import DecisionId, TurnId
from bot.domain.outcome import Answer, Draft, Outcome
from bot.domain.people import Speaker, speaker_of
from bot.domain.talk import Turn
from bot.errors import ModelDown, TellUser, Unclear
from bot.ports import ChatModel, Ids, KnownNames, Ledger, Prompt, Schema, Tool, ToolCall, Users
from bot.prompts import fill
from bot.turns.way import ReadySkill

PATIENCE_S = 17.0
"""Less than a page waits for the house."""

Wrap = Callable[[ChatModel | None], ChatModel | None]
Offered = Callable[[Speaker, str, Speaker, Mapping[str, Prompt], Wrap], ReadySkill | None]
"""For whom, the skill's name, who pays for the model, prompts, what is put around the model -> the skill; None where it is not theirs."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What came of it, masked.

    evidence: quotes with their sources. model: `builtin` where none worded it. preview: prompts as they were or would be asked, by name.
    """

    text: str
    evidence: tuple[tuple[str, str], ...]
    model: str
    fell_back: str
    preview: Mapping[str, str]


@dataclass(frozen=True)
class Rehearsal:
    """Runs skills again."""

    ledger: Ledger
    users: Users
    names: KnownNames
    ids: Ids
    prompts: Mapping[str, Prompt]
    offered: Offered

    async def again(self, decision_id: DecisionId, by: Speaker, instead: Mapping[str, Prompt]) -> Rehearsed:
        """One decision once more, with these prompts in place of those that hold.

        by: an admin, on whose budget of the model it goes. Raises: Unclear("no_such_decision" | "rehearsal_gone" | "rehearsal_slow").
        """
        story = await self.ledger.decision(decision_id)
        if story is None:
            raise Unclear("no_such_decision", decision=decision_id)
        user = await self.users.by_id(story.user_id) if story.user_id else None
        if user is None or not story.said:
            raise Unclear("rehearsal_gone")
        speaker, made = speaker_of(user), story.made
        turn = Turn(TurnId(f"again-{self.ids.new()}"), story.thread_id, speaker, story.said, made.lang, story.at, made.intent)
        prompts, heard = {**self.prompts, **instead}, _Heard()
        listened = self.offered(speaker, made.skill, by, prompts, heard.around)
        alone = self.offered(speaker, made.skill, by, prompts, lambda _: None)
        if listened is None or alone is None:
            raise Unclear("rehearsal_gone")
        try:
            async with asyncio.timeout(PATIENCE_S):
                outcome = await listened.run(turn)
                if heard.deaf:  # no model: what it would have been asked is known now, and the answer is the builtin one
                    outcome = await alone.run(turn)
        except TimeoutError as late:
            raise Unclear("rehearsal_slow") from late
        except TellUser as stop:
            outcome = Answer(listened.words.say(stop.key, made.lang, **stop.facts), found=False)
        previews = {name: fill(prompts[name], values) for name, values in heard.asked.items()}
        return await self._masked(outcome, previews)

    async def _masked(self, outcome: Outcome, previews: Mapping[str, str]) -> Rehearsed:
        grounds = outcome.evidence.values() if isinstance(outcome, Draft) else outcome.evidence
        quotes = [(one.quote, f"{one.source} {one.locator}".strip()) for one in grounds]
        everything = "\n".join([outcome.text, *(quote for quote, _ in quotes), *previews.values()])
        mask = Mask(await self.names.within(everything))
        return Rehearsed(
            mask.on(outcome.text), tuple((mask.on(quote), mask.on(source)) for quote, source in quotes), outcome.brain.model,
            outcome.brain.fell_back, {name: mask.on(preview) for name, preview in previews.items()},
        )  # fmt: skip

    async def masked(self, text: str) -> str:
        """A text as an admin sees it here."""
        return Mask(await self.names.within(text)).on(text)


@dataclass
class _Heard:
    """asked: prompt -> the values that a skill handed to it. deaf: there was no model to hand them to."""

    asked: dict[str, Mapping[str, str]] = field(default_factory=dict)
    deaf: bool = False

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
        return await self._noted(prompt, values).fill(prompt, values, schema)

    async def tell(self, prompt: str, values: Mapping[str, str]) -> AsyncIterator[str]:
        """As the model says."""
        async for piece in self._noted(prompt, values).tell(prompt, values):
            yield piece

    async def pick(self, prompt: str, values: Mapping[str, str], tools: Sequence[Tool]) -> ToolCall:
        """As the model says."""
        return await self._noted(prompt, values).pick(prompt, values, tools)

    def _noted(self, prompt: str, values: Mapping[str, str]) -> ChatModel:
        self.heard.asked[prompt] = values
        if self.model is None:
            self.heard.deaf = True
            raise ModelDown(self.name, "resting")
        return self.model

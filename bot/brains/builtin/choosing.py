"""The builtin chooser: learns from the examples of the manifests which intent a sentence has, and how sure that is. Knows no skill.

Kernel ridge regression (Saunders, Gammerman and Vovk 1998) onto one column an intent: it has a closed form, so it is learned at start in
well under a second, and anew with every example that is added. The kernel is a sum: runs of characters, meaning (embeddings), signs.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.brains.builtin import lessons, traits
from bot.brains.builtin.traits import Numbers
from bot.domain.talk import Turn, goes_on, links_back
from bot.errors import Upstream
from bot.ports import Capability, Choice, Embedder

CHARACTERS, MEANING, SIGNS = 0.4, 0.6, 0.1
"""Weights of the kernels."""
NEARNESS = 1.0
"""Of the kernel over meaning: exp(-NEARNESS * |x - y|^2) of vectors of length 1 about the examples' middle."""
RIDGE = 0.1
SHARPNESS = 18.0
"""Makes shares out of scores (softmax), so that of what is chosen with .8, four of five are right; see tests/evals/test_routes.py."""
SURE = 0.55
"""The share from which a choice is taken without asking back."""
OFFERED = 3
LEANING = 100.0
"""How much likelier the topic of its thread is for a turn that is built to go on."""
WORTH_OFFERING = 0.08
"""The share from which a third choice is offered."""


@dataclass(frozen=True)
class _Learned:
    """What one fit found. `intents` name the columns."""

    intents: tuple[str, ...]
    rarity: Numbers
    sign_rarity: Numbers
    middle: Numbers
    vectors: Numbers
    by_characters: Numbers
    by_meaning: Numbers
    by_signs: Numbers

    def scores(self, text: str, vector: Numbers) -> Numbers:
        """About 1 for the intent that it is, 0 for the others."""
        near = _nearness(_about(vector[None, :], self.middle), self.vectors)
        scores: Numbers = (
            CHARACTERS * _unit(traits.characters([text]) * self.rarity) @ self.by_characters
            + MEANING * near @ self.by_meaning
            + SIGNS * _weak_unit(traits.signs([text]) * self.sign_rarity) @ self.by_signs
        )[0]
        return scores


class LearnedChooser:
    """The port `Chooser`. kept: where vectors that did not ship are kept. catches_up: whether those that are missing are made."""

    def __init__(
        self, embedder: Embedder, examples: Mapping[str, Sequence[str]], kept: Path | None = None, *, catches_up: bool = False
    ) -> None:
        self._embedder = embedder
        self._examples = {intent: tuple(said) for intent, said in examples.items()}
        self._kept = kept
        self._catches_up = catches_up
        self._learned: asyncio.Task[_Learned] | None = None
        self._catching_up: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to learn; nobody waits for it but the first turn."""
        self._learned = self._learned or asyncio.create_task(asyncio.to_thread(self._learn))
        if self._catches_up and self._kept:
            self._catching_up = asyncio.create_task(self._catch_up(self._kept))

    async def caught_up(self) -> None:
        """Return when what has begun with `start` has ended: every example has its vector, or could not get one."""
        if self._catching_up:
            await self._catching_up

    async def close(self) -> None:
        """Stop learning."""
        for task in (self._catching_up, self._learned):
            if task:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    async def choose(self, turn: Turn, offered: Sequence[Capability]) -> Choice:
        """The likeliest intent of `offered`, with the next ones; a turn in a thread that goes on leans to the thread's intent.

        Without its vector (the embedder does not answer) a turn is judged by characters and signs.
        """
        learned, vector = await asyncio.gather(self._known(), self._vector(turn.text))
        owner = {intent: one.name for one in offered for intent in one.intents}
        known = [place for place, intent in enumerate(learned.intents) if intent in owner]
        intents = [learned.intents[place] for place in known]
        asides = {intent for one in offered if not one.topic for intent in one.intents}
        shares = _leaning(_shares(learned.scores(turn.text, vector)[known]), intents, turn, asides)
        ranked = sorted(zip(shares.tolist(), intents, strict=True), reverse=True)[:OFFERED]
        choices = [Choice(owner[intent], intent, round(share, 4), sure=share >= SURE) for share, intent in ranked]
        others = tuple(one for one in choices[1:2]) + tuple(one for one in choices[2:] if one.share >= WORTH_OFFERING)
        return Choice(choices[0].skill, choices[0].intent, choices[0].share, choices[0].sure, others)

    async def _known(self) -> _Learned:
        if self._learned is None:
            self._learned = asyncio.create_task(asyncio.to_thread(self._learn))
        return await asyncio.shield(self._learned)

    async def _vector(self, text: str) -> Numbers:
        try:
            return np.asarray(await self._embedder.query(traits.nameless(text)), np.float32)
        except Upstream:
            return np.zeros(self._embedder.dimensions, np.float32)

    def _vectors(self) -> Mapping[int, Numbers]:
        shipped = lessons.read(lessons.SHIPPED, self._embedder.name)
        return {**shipped, **(lessons.read(self._kept, self._embedder.name) if self._kept else {})}

    def _texts(self) -> list[str]:
        return [traits.nameless(text) for said in self._examples.values() for text in said]

    def _learn(self) -> _Learned:
        vectors, nothing = self._vectors(), np.zeros(self._embedder.dimensions, np.float32)
        return fitted(self._examples, np.array([vectors.get(lessons.key(text), nothing) for text in self._texts()], np.float32))

    async def _catch_up(self, kept: Path) -> None:
        """Make the vectors that are missing, keep them, and learn anew."""
        vectors = dict(await asyncio.to_thread(self._vectors))
        absent = lessons.missing(self._texts(), vectors)
        if not absent:
            return
        with suppress(Upstream):
            for text in absent:
                vectors[lessons.key(text)] = np.asarray(await self._embedder.query(text), np.float32)
            await asyncio.to_thread(lessons.write, kept, self._embedder.name, vectors)
            learned = asyncio.create_task(asyncio.to_thread(self._learn))
            await learned
            self._learned = learned


def fitted(examples: Mapping[str, Sequence[str]], vectors: Numbers) -> _Learned:
    """Learn from `examples`, whose vectors are in their order, a row each; a row of zeros stands for one that is not there yet."""
    intents = tuple(examples)
    texts = [text for said in examples.values() for text in said]
    column = np.repeat(np.arange(len(intents)), [len(said) for said in examples.values()])
    wanted = np.eye(len(intents), dtype=np.float32)[column]
    counted, shown = traits.characters(texts), traits.signs(texts)
    rarity, sign_rarity = _rarity(counted), _rarity(shown)
    counted, shown = _unit(counted * rarity), _weak_unit(shown * sign_rarity)
    there = vectors[np.any(vectors != 0, axis=1)]
    middle = there.mean(axis=0) if len(there) else np.zeros(vectors.shape[1], np.float32)
    about = _about(vectors, middle)
    kernel = CHARACTERS * counted @ counted.T + MEANING * _nearness(about, about) + SIGNS * shown @ shown.T
    weights = np.linalg.solve(kernel + RIDGE * np.eye(len(texts), dtype=np.float32), wanted - wanted.mean(axis=0)).astype(np.float32)
    return _Learned(intents, rarity, sign_rarity, middle, about, counted.T @ weights, weights, shown.T @ weights)


def _shares(scores: Numbers) -> Numbers:
    grown = np.exp(SHARPNESS * (scores - scores.max()))
    return np.asarray(grown / grown.sum())


def _leaning(shares: Numbers, intents: Sequence[str], turn: Turn, asides: Collection[str]) -> Numbers:
    """Shares again, where a turn may go on: its thread's topic weighs more, and what links back is no small talk."""
    topic = turn.memory.topic
    if topic is None or not goes_on(turn.text):
        return shares
    linked = links_back(turn.text)
    weighed = shares * [LEANING if intent == topic.intent else 1 / LEANING**2 if linked and intent in asides else 1 for intent in intents]
    return np.asarray(weighed / weighed.sum())


def _rarity(counted: Numbers) -> Numbers:
    """Inverse document frequency (Spärck Jones 1972), smoothed."""
    rarity: Numbers = np.log((len(counted) + 1) / ((counted != 0).sum(axis=0) + 0.5)).astype(np.float32)
    return rarity


def _unit(rows: Numbers) -> Numbers:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6))


def _weak_unit(rows: Numbers) -> Numbers:
    """Rows of length 1 at most: few signs are worth less than many."""
    half = rows / 2
    return np.asarray(half / np.maximum(np.linalg.norm(half, axis=1, keepdims=True), 1))


def _about(vectors: Numbers, middle: Numbers) -> Numbers:
    """Vectors as seen from the examples' middle, for all embeddings lie in one narrow cone; zeros stay zeros."""
    return np.where(np.any(vectors != 0, axis=1, keepdims=True), _unit(vectors - middle), 0).astype(np.float32)


def _nearness(rows: Numbers, others: Numbers) -> Numbers:
    return np.asarray(np.exp(NEARNESS * (2 * rows @ others.T - 2)))



"""The builtin chooser: which intent a sentence has, by what was learned from the manifests' examples, and how sure. Knows no skill."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from bot.brains.builtin import lessons, traits
from bot.brains.builtin.learning import SHIPPED, Learned, fingerprint, fitted, load
from bot.brains.builtin.traits import Numbers
from bot.domain.talk import Turn, goes_on, is_bare, links_back
from bot.domain.teaching import ChoosingRules, Stand
from bot.errors import Upstream
from bot.ports import Capability, Choice, Embedder

SHARPNESS = 18.0
"""Makes shares out of scores (softmax), so that of what is chosen with .8, four of five are right; see tests/evals/test_routes.py."""
OFFERED = 3
LEANING = 100.0
"""How much likelier the topic of its thread is for a turn that is built to go on."""
LEANING_BARE = 3000.0
"""The same where hardly more than a name is said after a question to the records: 那海蓝呢, and for Orbit Labs?"""


class LearnedChooser:
    """The port `Chooser`, and `TaughtChooser`.

    kept: where vectors that did not ship are kept. catches_up: whether those that are missing are made. rules: asked for each turn.
    """

    def __init__(
        self, embedder: Embedder, examples: Mapping[str, Sequence[str]], kept: Path | None = None, *, catches_up: bool = False,
        rules: Callable[[], ChoosingRules] = ChoosingRules,
    ) -> None:
        self._embedder = embedder
        self._examples: Mapping[str, Sequence[str]] = {intent: tuple(said) for intent, said in examples.items()}
        self._kept = kept
        self._catches_up = catches_up
        self._rules = rules
        self._learned: asyncio.Task[Learned] | None = None
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

    async def teach(self, examples: Mapping[str, Sequence[str]]) -> None:
        """Choose by these examples from now on; until they are learned, what was learned before chooses."""
        self._examples = {intent: tuple(said) for intent, said in examples.items()}
        await self.caught_up()
        if self._catches_up and self._kept:
            await self._make_missing(self._kept)
        await self._anew()

    async def choose(self, turn: Turn, offered: Sequence[Capability]) -> Choice:
        """The likeliest intent of `offered`, with the next ones; a turn in a thread that goes on leans to the thread's intent.

        Without its vector (the embedder does not answer) a turn is judged by characters and signs.
        """
        rules = self._rules()
        learned, vector = await asyncio.gather(self._known(), self._vector(turn.text))
        owner = {intent: one.name for one in offered for intent in one.intents}
        known = [place for place, intent in enumerate(learned.intents) if intent in owner]
        intents = [learned.intents[place] for place in known]
        asides = {intent for one in offered if not one.topic for intent in one.intents}
        shares = _leaning(shares_of(learned.scores(turn.text, vector)[known]), intents, turn, asides)
        ranked = sorted(zip(shares.tolist(), intents, strict=True), reverse=True)[:OFFERED]
        choices = [Choice(owner[intent], intent, round(share, 4), sure=share >= rules.sure) for share, intent in ranked]
        others = tuple(one for one in choices[1:2]) + tuple(one for one in choices[2:] if one.share >= rules.offered)
        return Choice(choices[0].skill, choices[0].intent, choices[0].share, choices[0].sure, others)

    async def stands(self, texts: Sequence[str], sure: float) -> Sequence[Stand]:
        """What each text is taken for, of all intents, as the first of its thread. sure: the share from which nothing is asked back."""
        if not texts:
            return []
        learned = await self._known()
        vectors = await asyncio.gather(*(self._vector(text) for text in texts))
        shares = await asyncio.to_thread(lambda: shares_of(learned.scores_of(texts, np.array(vectors, np.float32))))
        return [
            Stand(learned.intents[int(row.argmax())], round(float(row.max()), 4), sure=bool(row.max() >= sure)) for row in shares
        ]

    async def _known(self) -> Learned:
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

    def _learn(self) -> Learned:
        examples, vectors, nothing = self._examples, self._vectors(), np.zeros(self._embedder.dimensions, np.float32)
        rows = np.array([vectors.get(lessons.key(text), nothing) for text in _texts(examples)], np.float32)
        found, mark = None, fingerprint(examples)
        if rows.any(axis=1).all():
            found = load(SHIPPED, mark, rows) or (load(learned_beside(self._kept), mark, rows) if self._kept else None)
        return found or fitted(examples, rows)

    async def _anew(self) -> None:
        learned = asyncio.create_task(asyncio.to_thread(self._learn))
        await learned
        self._learned = learned

    async def _catch_up(self, kept: Path) -> None:
        if await self._make_missing(kept):
            await self._anew()

    async def _make_missing(self, kept: Path) -> bool:
        """Make the vectors that are missing, and keep them; says whether any were made."""
        vectors = dict(await asyncio.to_thread(self._vectors))
        absent = lessons.missing(_texts(self._examples), vectors)
        with suppress(Upstream):
            for text in absent:
                vectors[lessons.key(text)] = np.asarray(await self._embedder.query(text), np.float32)
            if absent:
                await asyncio.to_thread(lessons.write, kept, self._embedder.name, vectors)
                return True
        return False


def learned_beside(kept: Path) -> Path:
    """Where what was learned from a house's own examples lies, given where their vectors do."""
    return kept.with_name("learned.npz")


def _texts(examples: Mapping[str, Sequence[str]]) -> list[str]:
    return [traits.nameless(text) for said in examples.values() for text in said]


def shares_of(scores: Numbers) -> Numbers:
    """Scores as shares that sum to 1: of one text, or of several, a row each."""
    grown = np.exp(SHARPNESS * (scores - scores.max(axis=-1, keepdims=True)))
    return np.asarray(grown / grown.sum(axis=-1, keepdims=True))


def _leaning(shares: Numbers, intents: Sequence[str], turn: Turn, asides: Collection[str]) -> Numbers:
    """Shares again, where a turn may go on: its thread's topic weighs more, and what links back is no small talk."""
    topic = turn.memory.topic
    if topic is None or not goes_on(turn.text):
        return shares
    linked = links_back(turn.text)
    leaning = LEANING_BARE if topic.query is not None and is_bare(traits.nameless(turn.text)) else LEANING
    weighed = shares * [leaning if intent == topic.intent else 1 / LEANING**2 if linked and intent in asides else 1 for intent in intents]
    return np.asarray(weighed / weighed.sum())

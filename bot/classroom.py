"""Where the chooser learns: in a process of its own, for that holds the interpreter's lock for seconds. The port `Classroom`."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

import structlog

from bot.brains.builtin import lessons, traits
from bot.domain.teaching import Effect, Moved, Sayings, Stand, together
from bot.errors import Upstream
from bot.ports import Embedder
from bot.ports.teaching import Classroom, TaughtChooser
from knowledge.child import Child, ChildStopped

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

PROCESS = "bot.teaching"
LINGER_S, PATIENCE_S = 60.0, 60.0
ONE_CORE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


class ChildClassroom:
    """Nothing is begun before somebody asks; the process ends soon after the last question. kept: where vectors lie that did not ship."""

    def __init__(self, embedder: Embedder, kept: Path, *, linger_s: float = LINGER_S) -> None:
        self._embedder = embedder
        self._kept = kept
        self._child = Child(PROCESS, (), ONE_CORE, linger_s=linger_s)

    async def effect(self, now: Sayings, then: Sayings, asked: Sequence[str], sure: float) -> Effect:
        """What it would change; see the port."""
        vectors = await self._missing([*_texts(now), *_texts(then), *asked])
        told = await self._asked({"now": _told(now), "then": _told(then), "asked": list(asked), "sure": sure, "vectors": vectors})
        return effect_from_json(told["done"])

    async def prepare(self, examples: Sayings) -> None:
        """Learn, and keep it; see the port."""
        vectors = await self._missing(_texts(examples))
        await self._asked({"learn": _told(examples), "vectors": vectors})

    async def close(self) -> None:
        """End the process."""
        await self._child.stop()

    async def _missing(self, texts: Sequence[str]) -> Sequence[tuple[int, list[float]]]:
        """Vectors that are kept nowhere, by their key."""
        known = {**lessons.read(lessons.SHIPPED, self._embedder.name), **lessons.read(self._kept, self._embedder.name)}
        absent = lessons.missing([traits.nameless(text) for text in texts], known)
        return [(lessons.key(text), list(await self._embedder.query(text))) for text in absent]

    async def _asked(self, told: Mapping[str, object]) -> Mapping[str, Any]:
        place = {"kept": str(self._kept), "embedder": self._embedder.name, "width": self._embedder.dimensions}
        try:
            async with aclosing(self._child.ask({**told, **place}, PATIENCE_S)) as answers:
                return [one async for one in answers][-1]
        except ChildStopped as stopped:
            raise Upstream("classroom") from stopped


class Lessons:
    """Keeps the chooser at what the house teaches it. shipped: the examples of the manifests; own: the house's, asked each time."""

    def __init__(self, classroom: Classroom, chooser: TaughtChooser, shipped: Sayings, own: Callable[[], Sayings]) -> None:
        self.shipped = shipped
        self.own = own
        self._classroom = classroom
        self._chooser = chooser
        self._known = self.now()
        self._learning: asyncio.Task[None] | None = None

    def now(self) -> Sayings:
        """All that is taught."""
        return together(self.shipped, self.own())

    async def changed(self) -> None:
        """The house may teach other sentences by now: begin to learn them, and do not wait for it."""
        if (now := self.now()) != self._known:
            self._known = now
            self._learning = asyncio.create_task(self._learn(now, self._learning))

    async def learned(self, patience_s: float) -> bool:
        """Whether all that is taught is learned, once it is or `patience_s` are over."""
        if self._learning:
            await asyncio.wait({self._learning}, timeout=patience_s)
        return self._learning is None or self._learning.done()

    async def close(self) -> None:
        """Stop learning; it is learned at the next start."""
        if self._learning:
            self._learning.cancel()
            await asyncio.wait({self._learning})

    async def _learn(self, now: Sayings, before: asyncio.Task[None] | None) -> None:
        if before:
            await asyncio.wait({before})
        try:
            await self._classroom.prepare(now)
        except Upstream:
            log.warning("classroom_silent")  # then the house learns by itself
        await self._chooser.teach(now)


def effect_from_json(told: Mapping[str, Any]) -> Effect:
    """What the process said."""
    moved = tuple(Moved(one["text"], Stand(**one["before"]), Stand(**one["after"]), one["taught"]) for one in told["moved"])
    new = tuple((text, Stand(**stand)) for text, stand in told["new"])
    return Effect(new, told["examples"], told["asked"], moved, told["wavering"], told["settled"], told["unsettled"])


def _texts(examples: Sayings) -> list[str]:
    return [text for said in examples.values() for text in said]


def _told(examples: Sayings) -> Mapping[str, Sequence[str]]:
    return {intent: list(said) for intent, said in examples.items()}

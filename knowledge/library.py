"""All documents of the house: takes them in, and lets each speaker search the part that they may see. Knows no SQL and no vendor."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from datetime import date
from heapq import nlargest
from pathlib import Path

from bot.domain.documents import Audiences, Near
from bot.domain.evidence import Passage
from bot.domain.ids import Audience, PassageId
from bot.domain.people import Speaker
from bot.domain.talk import Lang, language_of
from bot.errors import Upstream
from bot.ports import Document, Embedder, Progress
from knowledge.filing import Filing
from knowledge.fusion import fused
from knowledge.intake import Intake
from knowledge.ports import LibraryStore, Vectors
from knowledge.proving import Proving
from knowledge.terms import query_terms

CANDIDATES = 50
"""How many passages of each shelf are looked at closely, by words and by meaning."""
NEAREST = 25
"""How many of those near in meaning are looked at closely, of each language."""
MEANING_S = 2.0
"""Longest that a search waits for vectors; then words alone answer."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class NarrowedPassages:
    """The port `Passages` for one speaker: `audiences` are fixed, so nothing outside them can be asked for."""

    store: LibraryStore
    embedder: Embedder
    vectors: Vectors
    audiences: Audiences

    async def search(self, query: str, limit: int = 10) -> Sequence[Passage]:
        """The passages that bear on `query`, best first, by words and by meaning; `score` as `knowledge.fusion` tells."""
        if not query.strip():
            return []
        terms = query_terms(query)
        matching, near = await asyncio.gather(self.store.matching(terms, self.audiences, CANDIDATES), self._near(query))
        ids = dict.fromkeys([*matching, *_nearest(near)])
        found, counts = await self.store.weighed(list(ids), terms, self.audiences, self.embedder.name)
        best = dict(fused(found, counts, near, terms, language_of(query))[:limit])
        return [replace(passage, score=best[passage.id]) for passage in await self.store.passages(list(best), self.audiences)]

    async def around(self, passage_id: PassageId, before: int = 1, after: int = 1) -> Sequence[Passage]:
        """A passage with its neighbours in the document, in reading order; empty when the speaker may not see it."""
        return await self.store.around(passage_id, before, after, self.audiences)

    async def _near(self, query: str) -> Sequence[Near]:
        try:
            async with asyncio.timeout(MEANING_S):
                return await self.vectors.nearest(await self.embedder.query(query), self.audiences, CANDIDATES)
        except (Upstream, TimeoutError):
            log.warning("searching by words alone: vectors do not answer")
            return []


class HouseLibrary:
    """The port `Library`. proving: what looks for contradictions, None for nothing.

    serving: whether vectors are made and kept in order, and contradictions looked for, in the background from `start` on.
    """

    def __init__(
        self, store: LibraryStore, embedder: Embedder, vectors: Vectors, intake: Intake, filing: Filing,
        proving: Proving | None = None, *, serving: bool = False,
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._vectors = vectors
        self._intake = intake
        self._filing = filing
        self._proving = proving
        self._serving = serving
        self._one_at_a_time = asyncio.Lock()

    def for_speaker(self, speaker: Speaker) -> NarrowedPassages:
        """The passages of this speaker."""
        return self.for_audiences(_audiences(speaker))

    def for_audiences(self, audiences: Audiences) -> NarrowedPassages:
        """The passages of whoever belongs to these."""
        return NarrowedPassages(self._store, self._embedder, self._vectors, audiences)

    async def documents(self, speaker: Speaker) -> Sequence[Document]:
        """The documents that this speaker may see."""
        return await self._store.documents(_audiences(speaker), self._embedder.name)

    async def newest(self, speaker: Speaker, today: date, limit: int) -> Sequence[str]:
        """Titles of the documents that this speaker may see and that hold on `today`, the newest in front."""
        return await self._store.newest(_audiences(speaker), today, limit)

    async def ingest(
        self, paths: Sequence[Path], audience: Audience | None, lang: Lang, *, password: str = "", unheard: bool = False,
        spares: bool = False,
    ) -> AsyncGenerator[Progress, None]:
        """Take in files and folders; words are searchable when a file's step is reported, vectors follow.

        unheard: whom the files say they are for, and what they say they replace, counts for nothing. spares: what was kept of a file stays
        where a newer version of it is refused.

        Closing the iterator stops it; what was reported stays, and the next time goes on from there. A second caller waits.
        """
        taking = self._intake.take(paths, audience, lang, password, unheard=unheard, spares=spares)
        async with self._one_at_a_time, aclosing(taking) as steps:
            async for step in steps:
                yield step
        async with aclosing(self._filing.file()) as steps:
            async for step in steps:
                yield step
        yield Progress("done", 1, 1)

    async def lines(self, path: Path) -> str | None:
        """The words of a file of words, line by line; None for any other. Nothing of it is taken in."""
        return await self._intake.lines(path)

    async def start(self) -> None:
        """Begin what goes on in the background; returns at once."""
        await self._vectors.start()
        if self._serving:
            self._filing.start()
            if self._proving:
                self._proving.start()

    async def close(self) -> None:
        """Stop: what was kept stays, vectors that are missing are made the next time."""
        await self._intake.close()
        await self._filing.close()
        if self._proving:
            await self._proving.close()
        await self._vectors.close()
        with suppress(AttributeError):
            await self._embedder.close()  # type: ignore[attr-defined]


def _nearest(near: Sequence[Near]) -> list[PassageId]:
    """Those that are looked at closely: the others only say how near is near."""
    by_lang: defaultdict[Lang, list[Near]] = defaultdict(list)
    for one in near:
        by_lang[one.lang].append(one)
    return [one.passage_id for some in by_lang.values() for one in nlargest(NEAREST, some, key=lambda one: one.cosine)]


def _audiences(speaker: Speaker) -> Audiences:
    return None if speaker.sees_all_documents else speaker.audiences

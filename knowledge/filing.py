"""Makes the vectors that are missing, some at a time, so that it can be interrupted anywhere. Knows no file and no search."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

import numpy as np

from bot.domain.documents import Unembedded
from bot.ports import Embedder, Progress
from knowledge.background import Background
from knowledge.ports import LibraryStore

AT_ONCE = 4
"""Texts in one go: a second or a few of work, which is the most that is lost or waited for."""
AGAIN_S = 30.0


class Filing:
    """Vectors of passages, made in the background or while somebody watches; both at once do each text once."""

    def __init__(self, store: LibraryStore, embedder: Embedder) -> None:
        self._store = store
        self._embedder = embedder
        self._round = asyncio.Lock()
        self._work = Background("filing vectors", self._some, again_s=AGAIN_S)

    def start(self) -> None:
        """Make missing vectors from now on, whenever there are some."""
        self._work.start()

    async def file(self) -> AsyncGenerator[Progress, None]:
        """Make missing vectors until there are none, telling how far it is; closing it stops it."""
        done, total = await self._store.embedded(self._embedder.name)
        while done < total:
            yield Progress("vectors", done, total)
            if not await self._some():
                return
            done, total = await self._store.embedded(self._embedder.name)

    async def close(self) -> None:
        """Stop."""
        await self._work.close()

    async def _some(self) -> bool:
        """Make a few; False when none is missing."""
        async with self._round:
            texts = await self._store.without_vector(self._embedder.name, AT_ONCE)
            if texts:
                await self._put(texts)
            return bool(texts)

    async def _put(self, texts: Sequence[Unembedded]) -> None:
        vectors = await self._embedder.passages([one.text for one in texts])
        blobs = {one.key: np.asarray(vector, dtype="<f4").tobytes() for one, vector in zip(texts, vectors, strict=True)}
        await self._store.put_vectors(self._embedder.name, blobs)

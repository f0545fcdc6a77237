"""The nearest vectors by Chroma, in a process of its own that follows the truth. Knows how to keep it in step; imports no Chroma."""

import asyncio
import base64
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Any

import numpy as np

from bot.domain.documents import Audiences, Near, Placed, Shelf
from bot.domain.ids import PassageId
from bot.errors import Upstream
from knowledge.child import Child, ChildStopped
from knowledge.ports import LibraryStore

DESK = "knowledge.vectors.chroma_desk"
NEAREST_S, FEED_S = 5.0, 60.0
AT_ONCE = 200
"""Vectors in one go: what a question may have to wait for."""
LOOK_S = 2.0
AGAIN_S = 5.0

log = logging.getLogger(__name__)


class ChromaVectors:
    """The port `Vectors` over Chroma. Only one process may have the folder open: the one that holds the home's lock.

    It answers once it has caught up with the truth for the first time; a process that dies is started again and caught up anew.
    """

    def __init__(self, store: LibraryStore, embedder: str, folder: Path) -> None:
        self._store = store
        self._embedder = embedder
        self._child = Child(DESK, (str(folder), embedder))
        self._fed: dict[int, tuple[str, int]] = {}
        self._caught_up = asyncio.Event()
        self._work: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """Chroma's process while it runs."""
        return self._child.pid

    async def nearest(self, vector: Sequence[float], audiences: Audiences, limit: int) -> Sequence[Near]:
        """The `limit` nearest of each shelf of these audiences.  Raises: Upstream while Chroma starts, or does not answer."""
        if not self._caught_up.is_set():
            raise Upstream("vectors")
        shelves = await self._store.shelves(audiences, self._embedder)
        wanted = _coded([np.asarray(vector, "<f4").tobytes()])
        question = {"nearest": wanted, "shelves": [shelf.number for shelf in shelves], "limit": limit}
        try:
            # A caller who waits no longer must not leave half an answer on the wire, for that ends the process.
            answers = await asyncio.shield(asyncio.ensure_future(self._ask(question, NEAREST_S)))
        except ChildStopped as stopped:
            self._caught_up.clear()
            log.warning("the vector index %s; it is started again", stopped)
            raise Upstream("vectors") from None
        return [
            Near(PassageId(passage), shelf.lang, cosine)
            for shelf, found in zip(shelves, answers, strict=True) for passage, cosine in found
        ]

    async def start(self) -> None:
        """Begin to follow the truth; returns at once."""
        if self._work is None:
            self._work = asyncio.create_task(self._follow(), name="following the truth with vectors")

    async def close(self) -> None:
        """End Chroma's process."""
        work, self._work = self._work, None
        if work is not None:
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work
        await self._child.stop()

    async def caught_up(self) -> None:
        """Wait until the index answers."""
        await self._caught_up.wait()

    async def _follow(self) -> None:
        while True:
            try:
                if not self._caught_up.is_set():
                    self._fed.clear()
                for shelf in await self._store.shelves(None, self._embedder):
                    await self._feed(shelf)
                self._caught_up.set()
                await asyncio.sleep(LOOK_S)
            except ChildStopped as stopped:
                self._caught_up.clear()
                log.warning("the vector index %s; it is started again", stopped)
                await asyncio.sleep(AGAIN_S)

    async def _feed(self, shelf: Shelf) -> None:
        stamp, last = self._fed.get(shelf.number, ("", 0))
        if stamp == shelf.stamp:
            await self._put(shelf, await self._store.placed(self._embedder, shelf, last))
            return
        placed = await self._store.placed(self._embedder, shelf, 0)
        there: set[str] = set(await self._ask({"ids": shelf.number}, FEED_S))
        for gone in _parcels(sorted(there - {one.passage_id for one in placed})):
            await self._ask({"drop": shelf.number, "passages": gone}, FEED_S)
        await self._put(shelf, [one for one in placed if one.passage_id not in there])
        self._fed[shelf.number] = (shelf.stamp, placed[-1].number if placed else 0)

    async def _put(self, shelf: Shelf, placed: Sequence[Placed]) -> None:
        for some in _parcels(placed):
            ids, vectors = [one.passage_id for one in some], _coded([one.vector for one in some])
            await self._ask({"put": shelf.number, "passages": ids, "vectors": vectors}, FEED_S)
        if placed:
            self._fed[shelf.number] = (shelf.stamp, placed[-1].number)

    async def _ask(self, question: Mapping[str, object], patience_s: float) -> Any:  # noqa: ANN401 - JSON
        async with aclosing(self._child.ask(question, patience_s)) as answers:
            async for answer in answers:
                return answer.get("done")
        return None


def _coded(vectors: Sequence[bytes]) -> str:
    return base64.b64encode(b"".join(vectors)).decode()


def _parcels(values: Sequence[Any]) -> Iterator[list[Any]]:
    return (list(values[at:at + AT_ONCE]) for at in range(0, len(values), AT_ONCE))

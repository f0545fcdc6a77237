"""The nearest vectors by looking at all of them, in this process. Exact, and needs nothing; knows no index.

Ten thousand passages are 15 MB and a millisecond or two; the matrices follow the truth by reading what is new.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.domain.documents import Audiences, Near, Placed, Shelf
from bot.domain.ids import PassageId
from bot.errors import Upstream
from knowledge.ports import LibraryStore

Matrix = npt.NDArray[np.float32]
PATIENCE_S = 10


@dataclass(frozen=True, slots=True)
class _Seen:
    """A shelf's vectors as last read. last: number of the newest of them."""

    stamp: str
    last: int
    ids: tuple[PassageId, ...]
    matrix: Matrix


class ScannedVectors:
    """The port `Vectors` over the truth alone."""

    def __init__(self, store: LibraryStore, embedder: str, dimensions: int) -> None:
        self._store = store
        self._embedder = embedder
        self._dimensions = dimensions
        self._shelves: dict[int, _Seen] = {}

    async def nearest(self, vector: Sequence[float], audiences: Audiences, limit: int) -> Sequence[Near]:
        """The `limit` nearest of each shelf of these audiences.  Raises: Upstream when the truth does not answer in time."""
        wanted = np.asarray(vector, dtype=np.float32)
        try:
            async with asyncio.timeout(PATIENCE_S):
                return [
                    near for shelf in await self._store.shelves(audiences, self._embedder)
                    for near in _nearest(await self._read(shelf), wanted, shelf, limit)
                ]
        except TimeoutError:
            raise Upstream("vectors") from None

    async def start(self) -> None:
        """Nothing to begin: the truth is read when it is asked."""

    async def close(self) -> None:
        """Let go of what was read."""
        self._shelves.clear()

    async def _read(self, shelf: Shelf) -> _Seen:
        seen = self._shelves.get(shelf.number)
        if seen is None or seen.stamp != shelf.stamp:
            seen = _Seen(shelf.stamp, 0, (), np.empty((0, self._dimensions), np.float32))
        placed = await self._store.placed(self._embedder, shelf, seen.last)
        if placed:
            seen = _Seen(
                shelf.stamp, placed[-1].number, seen.ids + tuple(one.passage_id for one in placed),
                np.concatenate([seen.matrix, _matrix(placed, self._dimensions)]),
            )
        self._shelves[shelf.number] = seen
        return seen


def _matrix(placed: Sequence[Placed], dimensions: int) -> Matrix:
    return np.frombuffer(b"".join(one.vector for one in placed), dtype="<f4").reshape(len(placed), dimensions)


def _nearest(seen: _Seen, wanted: Matrix, shelf: Shelf, limit: int) -> list[Near]:
    cosines = seen.matrix @ wanted
    top = np.argpartition(-cosines, limit - 1)[:limit] if len(cosines) > limit else np.arange(len(cosines))
    order = top[np.argsort(-cosines[top], kind="stable")]
    return [Near(seen.ids[at], shelf.lang, float(cosines[at])) for at in order]

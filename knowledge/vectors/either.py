"""Two ways of finding the nearest vectors, the second while the first does not answer. Knows neither of them."""

import logging
from collections.abc import Sequence

from bot.domain.documents import Audiences, Near
from bot.errors import Upstream
from knowledge.ports import Vectors

log = logging.getLogger(__name__)


class EitherVectors:
    """The port `Vectors`: asks `first`, and `second` while `first` starts, restarts or is silent."""

    def __init__(self, first: Vectors, second: Vectors) -> None:
        self.first = first
        self.second = second

    async def nearest(self, vector: Sequence[float], audiences: Audiences, limit: int) -> Sequence[Near]:
        """The `limit` nearest of each shelf of these audiences.  Raises: Upstream when neither answers."""
        try:
            return await self.first.nearest(vector, audiences, limit)
        except Upstream:
            log.info("the vector index does not answer yet: looking at all vectors instead")
            return await self.second.nearest(vector, audiences, limit)

    async def start(self) -> None:
        """Begin to follow the truth."""
        await self.first.start()
        await self.second.start()

    async def close(self) -> None:
        """End both."""
        await self.first.close()
        await self.second.close()

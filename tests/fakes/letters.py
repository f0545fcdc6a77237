"""An embedder that knows letters only: texts that share pairs of letters are near. Fast, the same every time, and honest about it."""

import math
import zlib
from collections.abc import Sequence
from itertools import pairwise

DIMENSIONS = 64


class LettersEmbedder:
    """The port `Embedder`. asked: every text that it was given to embed, so that nothing is embedded twice unseen."""

    name = "letters"
    dimensions = DIMENSIONS

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def query(self, text: str) -> Sequence[float]:
        """The vector of a question."""
        return vector(text)

    async def passages(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """The vectors of passages."""
        self.asked.extend(texts)
        return [vector(text) for text in texts]


def vector(text: str) -> list[float]:
    """A vector of length 1."""
    counts = [1e-6] * DIMENSIONS
    for pair in pairwise(text.casefold()):
        counts[zlib.crc32("".join(pair).encode()) % DIMENSIONS] += 1
    length = math.sqrt(sum(count * count for count in counts))
    return [count / length for count in counts]

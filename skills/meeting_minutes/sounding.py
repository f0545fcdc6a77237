"""How much a line sounds like trouble: a weight for each number of its vector, learned from lines. Knows no word.

Fitted by `tests/evals/fit_troubles.py` on lines written for it; they hold the vectors of one embedder, and another one's are not judged.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.errors import Upstream
from bot.ports import Embedder

WEIGHTS = Path(__file__).with_name("troubles.npz")
EMBEDDER = "e5-small-q4"


async def sounds(texts: Sequence[str], embedder: Embedder) -> Mapping[str, float] | None:
    """Each text -> log odds that it tells of trouble; empty where the embedder is not the one that was fitted, None where it was silent."""
    if embedder.name != EMBEDDER:
        return {}
    weights, bias = _learned()
    found: dict[str, float] = {}
    try:
        for text in dict.fromkeys(texts):
            found[text] = float(np.asarray(await _vector(text, embedder), np.float32) @ weights + bias)
    except Upstream:
        return None
    return found


async def _vector(text: str, embedder: Embedder) -> Sequence[float]:
    """Asked again where it did not answer once: of hundreds of lines one may come while the model is busy.  Raises: Upstream."""
    try:
        return await embedder.query(text)
    except Upstream:
        return await embedder.query(text)


@cache
def _learned() -> tuple[npt.NDArray[np.float32], float]:
    with np.load(WEIGHTS, allow_pickle=False) as kept:
        return kept["weights"], float(kept["bias"])

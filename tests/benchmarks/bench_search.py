"""Searching ten thousand passages: the real index and the real model for questions, vectors invented. Knows the library's parts."""

import asyncio
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bot.brains.builtin.embedding import BuiltinEmbedder
from knowledge.library import NarrowedPassages
from knowledge.ports import Vectors
from knowledge.vectors.chroma import ChromaVectors
from tests.benchmarks.measured import Measured
from tests.libraries import Shelved, manuscript

PASSAGES, A_DOCUMENT, WORDS = 10_000, 20, 60
QUESTIONS = 100
SEED = 7
AT_ONCE = 500
HAN = [chr(code) for code in range(0x4E00, 0x4E00 + 1500)]
ENDS = ("ari", "one", "ust", "eli", "int", "arier", "oneal", "ustum", "eliver", "intal")
LATIN = [first + second + end for first in "bdglmp" for second in "aeiou" for end in ENDS]


def measure() -> Iterator[Measured]:
    """Fill a library, then ask it, with the vectors looked at one by one and with Chroma's."""
    with tempfile.TemporaryDirectory() as folder:
        yield from asyncio.run(_measured(Path(folder)))


async def _measured(home: Path) -> list[Measured]:
    chance = random.Random(SEED)
    shelved = Shelved(home, BuiltinEmbedder())
    begun = time.perf_counter()
    for number in range(PASSAGES // A_DOCUMENT):
        await shelved.store.keep(manuscript(f"/docs/{number}.md", *(_text(chance) for _ in range(A_DOCUMENT))))
    rows = [Measured(f"keeping {PASSAGES} passages with their words", time.perf_counter() - begun, "s")]
    await _embed(shelved)
    chroma = ChromaVectors(shelved.store, shelved.embedder.name, home / "index")
    questions = [_text(chance)[:30] for _ in range(QUESTIONS)]
    rows.append(await _asked(shelved, shelved.vectors, questions, "every vector looked at"))
    begun = time.perf_counter()
    await chroma.start()
    await chroma.caught_up()
    rows.append(Measured("Chroma fed from the truth", time.perf_counter() - begun, "s"))
    rows.append(await _asked(shelved, chroma, questions, "Chroma"))
    await chroma.close()
    await shelved.close()
    return rows


async def _asked(shelved: Shelved, vectors: Vectors, questions: list[str], how: str) -> Measured:
    passages = NarrowedPassages(shelved.store, shelved.embedder, vectors, None)
    await passages.search("warm", 10)
    took = []
    for question in questions:
        begun = time.perf_counter()
        await passages.search(question, 10)
        took.append((time.perf_counter() - begun) * 1000)
    took.sort()
    median = f"median {took[len(took) // 2]:.0f} ms, {PASSAGES} passages"
    return Measured(f"search, p95, {how}", took[int(0.95 * len(took))], "ms", 60, median)


async def _embed(shelved: Shelved) -> None:
    made = np.random.default_rng(SEED)
    while texts := await shelved.store.without_vector(shelved.embedder.name, AT_ONCE):
        vectors = made.normal(size=(len(texts), shelved.embedder.dimensions)).astype("<f4")
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        await shelved.store.put_vectors(
            shelved.embedder.name, {one.key: vector.tobytes() for one, vector in zip(texts, vectors, strict=True)}
        )


def _text(chance: random.Random) -> str:
    """A passage in one of the two languages; words are as unevenly spread as people's are."""
    if chance.random() < 0.5:
        return "".join(HAN[min(int(chance.expovariate(1 / 200)), len(HAN) - 1)] for _ in range(4 * WORDS))
    return " ".join(LATIN[min(int(chance.expovariate(1 / 40)), len(LATIN) - 1)] for _ in range(WORDS))

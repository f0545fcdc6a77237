"""Searching ten thousand passages, and answering from them: the real index and the real model for questions, vectors invented."""

import asyncio
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from bot.brains.builtin.embedding import BuiltinEmbedder
from bot.domain.ids import ThreadId, TurnId
from bot.domain.outcome import Answer
from bot.domain.talk import Turn, language_of
from bot.ports import Embedder
from bot.words import TomlWords, read_sentences
from knowledge.library import NarrowedPassages
from knowledge.ports import Vectors
from knowledge.vectors.chroma import ChromaVectors
from skills.answer_knowledge import skill
from tests.benchmarks.measured import Measured
from tests.libraries import REP, Shelved, manuscript

PASSAGES, A_DOCUMENT, WORDS = 10_000, 20, 60
QUESTIONS = 100
SEED = 7
SAID_AT = datetime(2026, 7, 1, tzinfo=UTC)
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
    rows.append(await _embedded(shelved.embedder, questions))
    rows.append(await _asked(shelved, shelved.vectors, questions, "every vector looked at"))
    begun = time.perf_counter()
    await chroma.start()
    await chroma.caught_up()
    rows.append(Measured("Chroma fed from the truth", time.perf_counter() - begun, "s"))
    rows.append(await _asked(shelved, chroma, questions, "Chroma"))
    rows.append(await _answered(shelved, chroma, questions))
    await chroma.close()
    await shelved.close()
    return rows


async def _asked(shelved: Shelved, vectors: Vectors, questions: list[str], how: str) -> Measured:
    passages = NarrowedPassages(shelved.store, shelved.embedder, vectors, None)
    return await _timed(f"search, p95, {how}", questions, lambda question: passages.search(question, 10), 60)


async def _embedded(embedder: Embedder, questions: list[str]) -> Measured:
    return await _timed("of which: the question's vector, p95", questions, embedder.query)


async def _answered(shelved: Shelved, vectors: Vectors, questions: list[str]) -> Measured:
    """The skill alone: keeping the turn and delivering the answer are measured with the house."""
    passages = NarrowedPassages(shelved.store, shelved.embedder, vectors, None)
    words = TomlWords(read_sentences(Path(skill.__file__).with_name("strings.toml")))

    async def answered(question: str) -> Answer:
        turn = Turn(TurnId("t"), ThreadId("h"), REP, question, language_of(question), SAID_AT)
        return await skill.run(turn, passages=passages, words=words)

    return await _timed("builtin answer, p95, Chroma", questions, answered, 400)


async def _timed(
    what: str, questions: list[str], ask: Callable[[str], Awaitable[object]], bar: float | None = None
) -> Measured:
    await ask("warm")
    took = []
    for question in questions:
        begun = time.perf_counter()
        await ask(question)
        took.append((time.perf_counter() - begun) * 1000)
    took.sort()
    median = f"median {took[len(took) // 2]:.0f} ms, {PASSAGES} passages"
    return Measured(what, took[int(0.95 * len(took))], "ms", bar, median)


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

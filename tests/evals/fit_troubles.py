"""Fits the weights by which minutes hear trouble, on lines written for it, and shows how they do on lines left out.

`python -m tests.evals.fit_troubles`. Logistic regression with a ridge, by Newton's steps; ten folds. The lines are those of
`troubles.toml`, and what the accounts say in the meetings beside it.
"""

import asyncio
import hashlib
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.brains.builtin.embedding import BuiltinEmbedder
from skills.meeting_minutes.heard import OURS
from skills.meeting_minutes.sounding import EMBEDDER, WEIGHTS
from tests.evals.meetings import LAST, LATER, TUNED, UNSEEN, meetings

Array = npt.NDArray[np.float64]
LINES = Path(__file__).with_name("troubles.toml")
LOOSE = 20.0
"""How little the ridge holds the weights back; of 5 to 200 the folds liked this."""
FOLDS = 10
STEPS = 30
AFTER = 2


async def main() -> None:
    """Fit on all lines and keep the weights, with the mark of what they were made of."""
    told = lines()
    texts, wanted = [text for text, _ in told], np.array([sort for _, sort in told])
    embedder = BuiltinEmbedder()
    vectors = np.array([await embedder.query(text) for text in texts])
    await embedder.close()
    _tell(vectors, wanted)
    weights, bias = fitted(vectors, wanted)
    np.savez(WEIGHTS, weights=weights.astype(np.float32), bias=np.float32(bias), mark=np.array(mark(told)))


def lines() -> list[tuple[str, float]]:
    """Every line that is learned from, with 1 where it tells of trouble. The freshest meetings are left out: they measure."""
    written = tomllib.loads(LINES.read_text(encoding="utf-8"))
    told = [*((text, 1.0) for text in written["trouble"]), *((text, 0.0) for text in written["other"])]
    return told + [one for name in (TUNED, UNSEEN, LATER, LAST) for meeting in meetings(name) for one in _of_meeting(meeting)]


def mark(told: Sequence[tuple[str, float]]) -> str:
    """What weights of these lines are known by: SHA-256 over the embedder's name, how they were fitted, and each line."""
    digest = hashlib.sha256(f"{EMBEDDER} {LOOSE} {STEPS}\n".encode())
    for text, sort in told:
        digest.update(f"{sort:g} {text}\n".encode())
    return digest.hexdigest()


def _of_meeting(meeting: dict[str, Any]) -> Iterator[tuple[str, float]]:
    """What the account says, with 1 where it is a pain; the turns right behind one go on from it, and teach nothing."""
    ours = {one.split("(")[0].strip() for one in meeting["participants"] if OURS.search(one)}
    behind = AFTER
    for turn in meeting["turns"]:
        behind += 1
        if turn["speaker"] in ours:
            continue
        if any(pain["quote"] in turn["text"] for pain in meeting["gold"]["pains"]):
            behind = 0
            yield turn["text"], 1.0
        elif behind > AFTER:
            yield turn["text"], 0.0


def fitted(vectors: Array, wanted: Array) -> tuple[Array, float]:
    """Weights and bias: `vectors @ weights + bias` are log odds of what is wanted (1 or 0)."""
    mean = vectors.mean(0)
    told = np.c_[vectors - mean, np.ones(len(vectors))]
    ridge = np.eye(told.shape[1]) / LOOSE
    ridge[-1, -1] = 1e-6
    found = np.zeros(told.shape[1])
    for _ in range(STEPS):
        share = 1 / (1 + np.exp(-told @ found))
        spread = share * (1 - share) + 1e-9
        found -= np.linalg.solve(told.T @ (told * spread[:, None]) + ridge, told.T @ (share - wanted) + ridge @ found)
    return found[:-1], float(found[-1] - mean @ found[:-1])


def _tell(vectors: Array, wanted: Array) -> None:
    order = np.random.default_rng(0).permutation(len(wanted))
    odds = np.zeros(len(wanted))
    for fold in range(FOLDS):
        out = order[fold::FOLDS]
        rest = np.setdiff1d(order, out)
        weights, bias = fitted(vectors[rest], wanted[rest])
        odds[out] = vectors[out] @ weights + bias
    for bar in (-0.5, 0.0, 0.5, 1.0):
        print(f"left out, bar {bar}: heard {(odds[wanted == 1] > bar).mean():.3f}, heard in others {(odds[wanted == 0] > bar).mean():.3f}")


if __name__ == "__main__":
    asyncio.run(main())

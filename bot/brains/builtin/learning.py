"""What is learned from examples: scores of intents, out of characters, meaning and signs. Knows sentences and vectors; decides nothing.

Kernel ridge regression (Saunders, Gammerman and Vovk 1998) onto one column an intent. It has a closed form, so it is learned anew in
about a second when an example is added. What was learned from the examples that ship, ships: a command alone need not learn it again.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from bot.brains.builtin import traits
from bot.brains.builtin.traits import Numbers

SHIPPED = Path(__file__).with_name("learned.npz")
"""What was learned from every example that ships: `make lessons` writes it."""
PARTS = ("rarity", "sign_rarity", "middle", "by_characters", "by_meaning", "by_signs")
CHARACTERS, MEANING, SIGNS = 0.4, 0.6, 0.1
"""Weights of the kernels."""
NEARNESS = 1.0
"""Of the kernel over meaning: exp(-NEARNESS * |x - y|^2) of vectors of length 1 about the examples' middle."""
RIDGE = 0.1


@dataclass(frozen=True)
class Learned:
    """What one fit found. `intents` name the columns."""

    intents: tuple[str, ...]
    rarity: Numbers
    sign_rarity: Numbers
    middle: Numbers
    vectors: Numbers
    by_characters: Numbers
    by_meaning: Numbers
    by_signs: Numbers

    def scores(self, text: str, vector: Numbers) -> Numbers:
        """About 1 for the intent that it is, 0 for the others."""
        return np.asarray(self.scores_of([text], vector[None, :])[0])

    def scores_of(self, texts: Sequence[str], vectors: Numbers) -> Numbers:
        """The scores of several texts, a row each."""
        scores = (
            CHARACTERS * _unit(traits.characters(texts) * self.rarity) @ self.by_characters
            + MEANING * _nearness(_about(vectors, self.middle), self.vectors) @ self.by_meaning
            + SIGNS * _weak_unit(traits.signs(texts) * self.sign_rarity) @ self.by_signs
        )
        return np.asarray(scores, np.float32)


def fitted(examples: Mapping[str, Sequence[str]], vectors: Numbers) -> Learned:
    """Learn from `examples`, whose vectors are in their order, a row each; a row of zeros stands for one that is not there yet."""
    intents = tuple(examples)
    texts = [text for said in examples.values() for text in said]
    column = np.repeat(np.arange(len(intents)), [len(said) for said in examples.values()])
    wanted = np.eye(len(intents), dtype=np.float32)[column]
    counted, shown = traits.characters(texts), traits.signs(texts)
    rarity, sign_rarity = _rarity(counted), _rarity(shown)
    counted, shown = _unit(counted * rarity), _weak_unit(shown * sign_rarity)
    there = vectors[np.any(vectors != 0, axis=1)]
    middle = there.mean(axis=0) if len(there) else np.zeros(vectors.shape[1], np.float32)
    about = _about(vectors, middle)
    weights = np.linalg.solve(_ridged(counted, about, shown), wanted - wanted.mean(axis=0)).astype(np.float32)
    return Learned(intents, rarity, sign_rarity, middle, about, counted.T @ weights, weights, shown.T @ weights)


def without_itself(examples: Mapping[str, Sequence[str]], learned: Learned) -> Numbers:
    """The scores of each example as if it had not been learned, a row each, in their order: how sentences like it fare.

    learned: from these examples. Leave-one-out of kernel ridge in closed form: y - a / diag((K + rI)^-1) (Rifkin and Lippert 2007).
    """
    texts = [text for said in examples.values() for text in said]
    column = np.repeat(np.arange(len(learned.intents)), [len(said) for said in examples.values()])
    wanted = np.eye(len(learned.intents), dtype=np.float32)[column]
    counted = _unit(traits.characters(texts) * learned.rarity)
    shown = _weak_unit(traits.signs(texts) * learned.sign_rarity)
    pull = np.diag(np.linalg.inv(_ridged(counted, learned.vectors, shown)))
    return np.asarray(wanted - wanted.mean(axis=0) - learned.by_meaning / pull[:, None], np.float32)


def fingerprint(examples: Mapping[str, Sequence[str]]) -> str:
    """One hash over all that makes a fit what it is: the examples with their intents, and how they are looked at."""
    digest = hashlib.sha256(traits.recipe() + Path(__file__).read_bytes())
    for intent, said in examples.items():
        digest.update("\0".join((intent, *said, "")).encode())
    return digest.hexdigest()


def save(path: Path, learned: Learned, mark: str) -> None:
    """Keep what was learned under its fingerprint, at sixteen bits a number, all or nothing of it; the vectors lie elsewhere."""
    parts = {name: getattr(learned, name).astype(np.float16) for name in PARTS}
    half = path.with_name(f"{path.stem}.new.npz")
    np.savez(half, mark=np.array(mark), intents=np.array(learned.intents), **parts)
    half.replace(path)


def load(path: Path, mark: str, vectors: Numbers) -> Learned | None:
    """What was learned under this fingerprint, over the examples' vectors in their order; None where it was another, or nothing."""
    try:
        with np.load(BytesIO(path.read_bytes()), allow_pickle=False) as kept:
            if str(kept["mark"]) != mark:
                return None
            parts = {name: kept[name].astype(np.float32) for name in PARTS}
            return Learned(tuple(map(str, kept["intents"])), vectors=_about(vectors, parts["middle"]), **parts)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


def _ridged(counted: Numbers, about: Numbers, shown: Numbers) -> Numbers:
    """How alike the examples are, each with every other, and the ridge."""
    kernel = CHARACTERS * counted @ counted.T + MEANING * _nearness(about, about) + SIGNS * shown @ shown.T
    return np.asarray(kernel + RIDGE * np.eye(len(counted), dtype=np.float32))


def _rarity(counted: Numbers) -> Numbers:
    """Inverse document frequency (Spärck Jones 1972), smoothed."""
    rarity: Numbers = np.log((len(counted) + 1) / ((counted != 0).sum(axis=0) + 0.5)).astype(np.float32)
    return rarity


def _unit(rows: Numbers) -> Numbers:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6))


def _weak_unit(rows: Numbers) -> Numbers:
    """Rows of length 1 at most: few signs are worth less than many."""
    half = rows / 2
    return np.asarray(half / np.maximum(np.linalg.norm(half, axis=1, keepdims=True), 1))


def _about(vectors: Numbers, middle: Numbers) -> Numbers:
    """Vectors as seen from the examples' middle, for all embeddings lie in one narrow cone; zeros stay zeros."""
    return np.where(np.any(vectors != 0, axis=1, keepdims=True), _unit(vectors - middle), 0).astype(np.float32)


def _nearness(rows: Numbers, others: Numbers) -> Numbers:
    return np.asarray(np.exp(NEARNESS * (2 * rows @ others.T - 2)))



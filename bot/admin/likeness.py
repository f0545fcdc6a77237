"""Which questions ask the same. Arithmetic over vectors and words; knows no storage and asks nobody.

Cosines of a model are squeezed, and more so within a language, so a level is worked out of the questions themselves: how like each other
they are on the whole, in one language and across two. Measured on 34 questions of our own about 13 things (e5-small): of one thing .81 to
.99 in a language and .79 to .90 across, of two things .83 and .77 on average, at most .90 and .84 where no product is named.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

USUAL = {True: 0.83, False: 0.77}
"""Cosine of questions about two things, in one language and across two; as if there were `LEAN` more such pairs."""
LEAN = 40
ABOVE = {True: 0.48, False: 0.36}
"""How far between the level and 1 two questions of one thing lie at least, in one language and across."""
WORDS_ALIKE = 0.5
"""Share of their words that two questions have in common, where their meaning is not known."""
NAMED = re.compile(r"[A-Za-z]+-?\d[A-Za-z0-9-]*|\d+[A-Za-z][A-Za-z0-9-]*")
HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question. vector: of length 1, None where there is none yet."""

    text: str
    lang: str
    vector: Sequence[float] | None = None


def grouped(asked: Sequence[Asked]) -> list[list[int]]:
    """The places of questions that ask the same, each group in the order given, the largest first."""
    like = _alike(asked)
    groups: list[list[int]] = []
    for place in range(len(asked)):
        fitting = [group for group in groups if all(like[place, other] for other in group[:3])]
        if fitting:
            max(fitting, key=len).append(place)
        else:
            groups.append([place])
    return sorted(groups, key=len, reverse=True)


def _alike(asked: Sequence[Asked]) -> NDArray[np.bool_]:
    """Which of them ask the same as which, by meaning where it is known of both, by words else."""
    count = len(asked)
    own = np.array([[one.lang == other.lang for other in asked] for one in asked], dtype=bool).reshape(count, count)
    known = np.array([one.vector is not None for one in asked], dtype=bool)
    size = next((len(one.vector) for one in asked if one.vector is not None), 1)
    vectors = np.array([one.vector if one.vector is not None else [0.0] * size for one in asked], dtype=float).reshape(count, size)
    cosines, like = vectors @ vectors.T, np.zeros((count, count), dtype=bool)
    both = known[:, None] & known[None, :] & ~np.eye(count, dtype=bool)
    for is_own in (True, False):
        among = both & (own == is_own)
        level = (cosines[among].sum() + LEAN * USUAL[is_own]) / (among.sum() + LEAN)
        like |= among & (cosines >= level + ABOVE[is_own] * (1 - level))
    words = [_words(one.text) for one in asked]
    for one in np.flatnonzero(~known).tolist():
        for other in range(count):
            like[one, other] = like[other, one] = _share(words[one], words[other]) >= WORDS_ALIKE
    named = {place: names for place, one in enumerate(asked) if (names := frozenset(NAMED.findall(one.text.casefold())))}
    for one, mine in named.items():
        for other, theirs in named.items():
            if not mine & theirs:
                like[one, other] = False  # of another product
    return like


def _words(text: str) -> frozenset[str]:
    plain = text.casefold()
    return frozenset(HAN.findall(plain)) | frozenset(re.findall(r"[a-z0-9]{2,}", plain))


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0

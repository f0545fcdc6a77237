"""Which sentence answers best, and whether it answers at all: two weighted sums over `relevance.FEATURES`.

The weights were fitted by `tests/evals/fit_answering.py` (logistic regression, folds grouped by passage) and rounded; change them there.
"""

import math
from collections.abc import Mapping, Sequence

from skills.answer_knowledge.relevance import Bearing

BEST: Mapping[str, float] = {
    "context": 3.0, "passage": 1.5, "focus_here": 1.5, "run": 3.3, "fit": 0.5, "strict": -1.4, "length": 0.7, "first": 0.5, "rank": 2.5, "question": -2.0,
}  # fmt: skip
BEST_BASE = -9.5
TRUST: Mapping[str, float] = {"context": 3.0, "passage": 4.4, "weakest_passage": 1.2, "run": 2.7, "hard_missing": -1.2, "strict": -2.5}
TRUST_BASE = -6.4
ENOUGH = 0.38
BRIDGED = 0.5
SUPPORT = 0.3
SUPPORT_CONTEXT = 0.25
DOUBT = 1.0
NEAR_CONTEXT = 0.15


def aptness(bearing: Bearing) -> float:
    """How well this sentence answers, for putting sentences in order; log odds."""
    return BEST_BASE + _weighted(BEST, bearing)


def trust(bearing: Bearing) -> float:
    """Probability that this sentence, the best found, answers at all."""
    return 1 / (1 + math.exp(-TRUST_BASE - _weighted(TRUST, bearing)))


def answers(best: Bearing) -> bool:
    """Whether `best` answers; across languages words say little, so one name or known concept in common is enough."""
    if best.foreign:
        return best["context"] >= BRIDGED and not best["strict"] and not best["hard_missing"]
    return trust(best) >= ENOUGH


def supports(bearing: Bearing, best: Bearing) -> bool:
    """Whether `bearing` is worth showing as a further ground beside `best`."""
    return not bearing.is_question and bearing["context"] >= SUPPORT_CONTEXT and trust(bearing) >= SUPPORT * trust(best)


def companions(best: Bearing, found: Sequence[Bearing]) -> tuple[Bearing, ...]:
    """Sentences to say along with `best`: one of the same passage that answers about as well."""
    near = [one for one in found if one is not best and one.passage.id == best.passage.id and not one.sentence.table]
    return tuple(one for one in near[:1] if aptness(best) - aptness(one) < DOUBT)


def is_near(bearing: Bearing) -> bool:
    """Whether a sentence is near enough to be named when nothing answers."""
    return bearing["context"] >= NEAR_CONTEXT or bearing.foreign and bearing["context"] > 0


def ordered(found: Sequence[Bearing]) -> tuple[Bearing, ...]:
    """Best first."""
    return tuple(sorted(found, key=aptness, reverse=True))


def _weighted(weights: Mapping[str, float], bearing: Bearing) -> float:
    return sum(weight * bearing[name] for name, weight in weights.items())

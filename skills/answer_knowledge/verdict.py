"""Which sentence answers best, and whether it answers at all: two weighted sums over `relevance.FEATURES`.

The weights come from `python -m tests.evals.fit_answering` (logistic regression, folds grouped by passage), rounded; `unmeasured`, too rare
there, was set by hand. Thresholds: ENOUGH loses 7 to 9 % of the answerable questions there, the others were chosen by reading answers.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import takewhile

from skills.answer_knowledge.asking import Question
from skills.answer_knowledge.relevance import Bearing
from skills.answer_knowledge.signs import Sort

BEST: Mapping[str, float] = {
    "context": 2.0, "passage": 1.5, "focus_here": 0.9, "beyond": 2.3, "beyond_run": 3.4, "run": 0.5, "fit": 0.5, "strict": -1.5,
    "length": 0.5, "first": 1.0, "rank": 2.5, "question": -2.0,
}  # fmt: skip
BEST_BASE = -9.5
TRUST: Mapping[str, float] = {
    "context": 4.6, "passage": 3.0, "weakest_passage": 0.9, "run": 2.5, "hard_missing": -1.2, "strict": -2.4, "unmeasured": -1.5,
}  # fmt: skip
TRUST_BASE = -6.5
ENOUGH = 0.29
BRIDGED = 0.55
BRIDGED_FIRST = 0.45
SOME = 0.01
SUPPORT = 0.35
SUPPORT_HERE = 0.15
DOUBT = 0.8
DOUBT_LONG = 2.0
NEAR_CONTEXT = 0.15
_LONG = frozenset({Sort.LIST, Sort.WHY, Sort.HOW})


def aptness(bearing: Bearing) -> float:
    """How well this sentence answers, for putting sentences in order; log odds."""
    return BEST_BASE + _weighted(BEST, bearing)


def trust(bearing: Bearing) -> float:
    """Probability that this sentence, the best found, answers at all."""
    return 1 / (1 + math.exp(-TRUST_BASE - _weighted(TRUST, bearing)))


def answers(best: Bearing) -> bool:
    """Whether `best` answers; across languages only names, numbers and known concepts compare, so less will do.

    Least where the search, which knows meanings too, put its passage first.
    """
    if best.foreign:
        enough = BRIDGED_FIRST if best.rank == 0 else BRIDGED
        return (best["context"] + best["sentence"]) / 2 >= enough and not best["strict"] and best["hard_missing"] < SOME
    return trust(best) >= ENOUGH


def supports(bearing: Bearing, best: Bearing) -> bool:
    """Whether `bearing` is worth showing as a further ground beside `best`."""
    return not bearing.is_question and bearing["sentence"] >= SUPPORT_HERE and bearing["context"] >= SUPPORT * best["context"]


def replaces(current: Bearing, outdated: Bearing) -> bool:
    """Whether a sentence that holds today says what an outdated one, or one found before it, answers; then it is the answer."""
    return current.foreign is outdated.foreign and aptness(current) > aptness(outdated)


def companions(question: Question, best: Bearing, found: Sequence[Bearing]) -> tuple[Bearing, ...]:
    """What to say along with `best`: the list that it announces, else a sentence of its passage that answers about as well.

    Reasons and enumerations seldom fit into one sentence.
    """
    if best.sentence.announces:
        after = (one for one in found if one.passage.id == best.passage.id and one.sentence.start > best.sentence.start)
        return tuple(takewhile(lambda one: one.sentence.item, sorted(after, key=lambda one: one.sentence.start)))
    near = [one for one in found if one is not best and one.passage.id == best.passage.id and not one.sentence.table]
    doubt = DOUBT_LONG if question.sort in _LONG else DOUBT
    return tuple(one for one in near[:1] if aptness(best) - aptness(one) < doubt)


def is_near(bearing: Bearing) -> bool:
    """Whether a sentence is near enough to be named when nothing answers."""
    return bearing["context"] >= NEAR_CONTEXT


def ordered(found: Sequence[Bearing]) -> tuple[Bearing, ...]:
    """Best first."""
    return tuple(sorted(found, key=aptness, reverse=True))


def _weighted(weights: Mapping[str, float], bearing: Bearing) -> float:
    return sum(weight * bearing[name] for name, weight in weights.items())

"""Fits the weights of `skills/answer_knowledge/verdict.py`; prints them, changes nothing.

Run as `python -m tests.evals.fit_answering`, with EVALS_DIR set.
BEST puts sentences in order: a row for each sentence of the ten passages found, 1 where it holds a gold answer.
TRUST says whether the best one answers: 1 for CMRC as it is and for the answerable questions beside the lookalikes; 0 for CMRC without
the document, for CMRC with the answering sentences cut out (a third of the weight: the rest of the passage often answers too), and for
the lookalikes. The invented papers weigh eight times as much, for they are few. Both are logistic regressions with an L2 penalty of 1,
scored in folds that keep a passage's questions together. Weights are copied into `verdict.py` by hand, rounded; that of `rank` there is
lower than the fit's, and `passage` made positive, because CMRC has one document on each subject and a company has many.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.ports import Passages
from skills.answer_knowledge.asking import understood
from skills.answer_knowledge.relevance import FEATURES, Bearing, bearings
from skills.answer_knowledge.verdict import BEST, TRUST, ordered
from tests.evals.papers import Case, Trimmed, Without, cmrc, lookalikes, shelved

Floats = npt.NDArray[np.float64]
PENALTY = 1.0
FOLDS = 8
TURNS = 40
CLOSE = 1e-6
PASSAGES = 10
OWN_WEIGHT, CUT_WEIGHT = 8.0, 0.3


async def main(evals: Path) -> None:
    """Print both sets of weights, and what they reach in folds."""
    with tempfile.TemporaryDirectory() as folder:
        texts, cases = cmrc(evals)
        async with shelved(Path(folder) / "cmrc", texts) as passages:
            best, trust = await _rows(cases, passages)
        texts, own = lookalikes()
        async with shelved(Path(folder) / "own", texts) as passages:
            for case in own:
                if case.kind != "crossing" and (found := ordered(await _found(case, passages))):
                    trust.append((found[0].features, case.kind == "asks", OWN_WEIGHT, case.source, case.kind))
    _fit_best(best)
    _fit_trust(trust)


async def _rows(cases: Sequence[Case], passages: Passages) -> tuple[list[Any], list[Any]]:
    best: list[Any] = []
    trust: list[Any] = []
    for number, case in enumerate(cases):
        whole = await _found(case, passages)
        best += [(one.features, _tells(one, case), case.source, number) for one in whole]
        gone, cut = await _found(case, Without(passages, case.source)), await _found(case, Trimmed(passages, case))
        for kind, found, weight in (("whole", whole, 1.0), ("gone", gone, 1.0), ("cut", cut, CUT_WEIGHT)):
            if found and not (kind == "cut" and any(_tells(one, case) for one in found)):
                trust.append((ordered(found)[0].features, kind == "whole", weight, case.source, kind))
    return best, trust


def _tells(bearing: Bearing, case: Case) -> bool:
    return bearing.passage.source == case.source and case.told_by(bearing.sentence.text)


async def _found(case: Case, passages: Passages) -> Sequence[Bearing]:
    return bearings(understood(case.question), await passages.search(case.question, PASSAGES))


def _fit_best(rows: Sequence[Any]) -> None:
    columns = [FEATURES.index(name) for name in BEST]
    x, y = np.array([row[0] for row in rows])[:, columns], np.array([row[1] for row in rows], float)
    asked = np.array([row[3] for row in rows])
    scores = _in_folds(x, y, np.ones(len(y)), [row[2] for row in rows])
    hits = [y[asked == number][scores[asked == number].argmax()] for number in np.unique(asked)]
    print(f"BEST: first sentence right in folds {np.mean(hits):.3f}")
    _tell(BEST, _logistic(x, y, np.ones(len(y))))


def _fit_trust(rows: Sequence[Any]) -> None:
    columns = [FEATURES.index(name) for name in TRUST]
    x, y = np.array([row[0] for row in rows])[:, columns], np.array([row[1] for row in rows], float)
    weight, kinds = np.array([row[2] for row in rows]), np.array([row[4] for row in rows])
    scores = _in_folds(x, y, weight, [row[3] for row in rows])
    for lost in (0.05, 0.07, 0.09):
        bar = np.quantile(scores[kinds == "whole"], lost)
        declined = {str(kind): round(float((scores[kinds == kind] < bar).mean()), 3) for kind in np.unique(kinds)}
        print(f"TRUST: enough {1 / (1 + np.exp(-bar)):.2f} declines {declined}")
    _tell(TRUST, _logistic(x, y, weight))


def _in_folds(x: Floats, y: Floats, weight: Floats, groups: Sequence[str]) -> Floats:
    """Scores of each row by a fit that did not see its group."""
    scores = np.zeros(len(y))
    for held in _held_out(np.array(groups)):
        coefficients = _logistic(x[~held], y[~held], weight[~held])
        scores[held] = x[held] @ coefficients[:-1] + coefficients[-1]
    return scores


def _held_out(groups: npt.NDArray[Any]) -> Iterator[npt.NDArray[np.bool_]]:
    names = np.unique(groups)
    np.random.default_rng(0).shuffle(names)
    for fold in range(FOLDS):
        yield np.isin(groups, names[fold::FOLDS])


def _logistic(x: Floats, y: Floats, weight: Floats) -> Floats:
    """Coefficients and, last, the base, by Newton's method.

    Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning (2nd ed.), §4.4.1.
    """
    rows = np.hstack([x, np.ones((len(x), 1))])
    penalty = np.diag([PENALTY] * x.shape[1] + [CLOSE])
    coefficients = np.zeros(rows.shape[1])
    for _ in range(TURNS):
        chance = 1 / (1 + np.exp(-np.clip(rows @ coefficients, -30, 30)))
        slope = rows.T @ (weight * (chance - y)) + penalty @ coefficients
        curve = (rows * (weight * chance * (1 - chance))[:, None]).T @ rows + penalty
        step = np.linalg.solve(curve, slope)
        coefficients -= step
        if np.abs(step).max() < CLOSE:
            break
    return coefficients


def _tell(names: Mapping[str, float], coefficients: Floats) -> None:
    for (name, used), fitted in zip(names.items(), coefficients, strict=False):
        print(f"  {name:18} fitted {fitted:6.2f}   used {used:6.2f}")
    print(f"  {'base':18} fitted {coefficients[-1]:6.2f}")


if __name__ == "__main__":
    if not os.environ.get("EVALS_DIR"):
        sys.exit("EVALS_DIR is not set: no evaluation data here")
    asyncio.run(main(Path(os.environ["EVALS_DIR"])))

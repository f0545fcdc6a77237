"""A table made ready to learn from, a model of all of it, and how such a model would have done. Knows the order; knows no formula."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

import numpy as np

from bot.errors import BadConfig
from skills.churn_risk.table.columns import Column, Sort, columns
from skills.churn_risk.table.fitting import Array, Measures, Places, folds, measured
from skills.churn_risk.table.learning import FOLDS, Known, known, learned
from skills.churn_risk.table.model import TableModel
from skills.churn_risk.table.outcomes import LEAST_OF_KIND, Leak, leaks, outcomes
from skills.churn_risk.table.reading import Sample, Table, sampled

LEARNED_FROM = frozenset({Sort.NUMBER, Sort.CHOICE, Sort.DATE})
EARLIER = 0.7
"""So large a part of the rows, the earliest, is learned from when time parts them."""


class How(StrEnum):
    """How rows to learn from and rows to be judged by were parted."""

    TIME = "time"
    FOLDS = "folds"


class Rival(StrEnum):
    """What a model has to beat."""

    BASE_RATE = "base_rate"
    SCORECARD = "scorecard"


@dataclass(frozen=True, slots=True)
class Material:
    """A table made ready. used, ignored: its columns but the target and the leaks. word, sure: the value that means leaving.

    unknown: rows of the sample whose outcome the table does not say; nothing is learned from them.
    """

    sample: Sample
    target: str
    word: str
    sure: bool
    used: tuple[Column, ...]
    ignored: tuple[Column, ...]
    leaks: tuple[Leak, ...]
    unknown: int
    known: Known


@dataclass(frozen=True, slots=True)
class Backtest:
    """How a model did on rows that it had not seen, beside its rival on the same rows.

    since, split: the column of days, and the first day that was judged, where time parted them.
    """

    how: How
    ours: Measures
    rival: Rival
    theirs: Measures
    since: str = ""
    split: date | None = None


def material(table: Table, target: str) -> Material:
    """`table` made ready.  Raises: BadConfig for a target that says nothing, too few rows, or no column to learn from."""
    sample = sampled(table)
    told = outcomes(sample, target)
    rows = np.flatnonzero(np.isfinite(told.left))
    some = replace(sample, rows=[sample.rows[place] for place in rows.tolist()])
    left = told.left[rows]
    found = [one for one in columns(some) if one.name != target]
    leaking = leaks(found, [some.cells(one.place) for one in found], left)
    names = {one.name for one in leaking}
    used = tuple(one for one in found if one.sort in LEARNED_FROM and one.name not in names)
    ignored = tuple(one for one in found if one.sort not in LEARNED_FROM and one.name not in names)
    if not used:
        raise BadConfig("churn_nothing_to_learn", file=table.path, left_out=", ".join(sorted(names)) or "–")
    ready = known(used, {one.name: some.cells(one.place) for one in used}, left)
    return Material(some, target, told.word, told.sure, used, ignored, tuple(leaking), len(sample.rows) - len(rows), ready)


def trained(ready: Material) -> TableModel:
    """A model of all rows."""
    left = ready.known.left
    named = next((one.name for one in ready.ignored if one.sort is Sort.NAME), "")
    return TableModel(ready.target, ready.word, float(left.mean()), len(left), named, learned(ready.known, np.arange(len(left))))


def looked_back(ready: Material, seed: int = 0) -> Backtest:
    """How a model learned from earlier rows did on later ones; where nothing dates them, from four fifths on the rest, five times."""
    return _by_time(ready.known) or _by_folds(ready.known, seed)


def _by_time(told: Known) -> Backtest | None:
    if not told.since:
        return None
    dated = np.flatnonzero(told.moments > 0)
    split = float(np.quantile(told.moments[dated], EARLIER))
    before, after = (dated[side] for side in (told.moments[dated] < split, told.moments[dated] >= split))
    if min(_least(told.left[before]), _least(told.left[after])) < LEAST_OF_KIND:
        return None
    ours = measured(told.left[after], learned(told, before).chance(told, after))
    theirs = measured(told.left[after], np.full(len(after), told.left[before].mean()))
    return Backtest(How.TIME, ours, Rival.BASE_RATE, theirs, told.since, date.fromordinal(int(split)))


def _least(left: Array) -> int:
    return int(min(left.sum(), (1 - left).sum()))


def _by_folds(told: Known, seed: int) -> Backtest:
    of, chance, base = folds(told.left, FOLDS, seed), np.zeros(len(told.left)), np.zeros(len(told.left))
    areas = []
    for out, rest in _parted(of):
        chance[out] = learned(told, rest).chance(told, out)
        base[out] = told.left[rest].mean()
        areas.append(measured(told.left[out], chance[out]).auc)
    whole = measured(told.left, chance)
    return Backtest(How.FOLDS, replace(whole, auc=float(np.mean(areas))), Rival.BASE_RATE, replace(measured(told.left, base), auc=0.5))


def _parted(of: Places) -> Sequence[tuple[Places, Places]]:
    return [(np.flatnonzero(of == fold), np.flatnonzero(of != fold)) for fold in range(FOLDS)]

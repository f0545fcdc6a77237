"""What columns add to the odds of leaving, learned from rows whose outcome is known. Knows arrays of columns; reads no file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from skills.churn_risk.table.columns import Choice, Column, Sort, choice, days, numbers
from skills.churn_risk.table.fitting import Curve, calibrated, fitted, left_out

Array = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

LOOSE = 0.3
"""The variance of a weight that is expected: how little the ridge holds it back."""
MOST_PARTS, LEAST_PARTS, ROWS_OF_PART = 200, 20, 10
"""One column for so many rows, so many columns at least and at most; of more, those that tell most, chosen anew in each fold."""
FOLDS = 5
SURELY_DATED = 0.95
"""So large a part of the rows must have a day for it to date them."""


@dataclass(frozen=True, slots=True)
class NumberPart:
    """What a figure x adds: weight · (x - mean) / spread + log_weight · (log(1 + |x|) - log_mean) / log_spread, or `nothing` without one.

    middle: what it adds on average, taken off. typical: the median. since: of a day, the column from whose day on it is counted back.
    """

    name: str
    mean: float
    spread: float
    log_mean: float
    log_spread: float
    weight: float
    log_weight: float
    nothing: float
    middle: float
    typical: float
    since: str = ""

    def adds(self, told: Array) -> Array:
        """Log-odds that each figure adds to those of the average account."""
        there = np.isfinite(told)
        x = np.where(there, told, self.mean)
        found = self.weight * (x - self.mean) / self.spread + self.log_weight * (np.log1p(np.abs(x)) - self.log_mean) / self.log_spread
        return np.where(there, found, self.nothing) - self.middle


@dataclass(frozen=True, slots=True)
class ChoicePart:
    """What a value adds, "" being none; one that is not in `weights` adds nothing. middle: what is added on average, taken off.

    typical: the commonest.
    """

    name: str
    weights: Mapping[str, float]
    middle: float
    typical: str

    def adds(self, told: Sequence[str]) -> Array:
        """Log-odds that each value adds to those of the average account."""
        got = self.weights.get
        return np.fromiter((got(one, 0.0) for one in told), float, len(told)) - self.middle


Part = NumberPart | ChoicePart


@dataclass(frozen=True, slots=True)
class Known:
    """Rows whose outcome is known. left: 1 or 0. figures, choices: by the name of the column. days: those figures that count days back.

    since: the column that dates the rows, or "". moments: its days.
    """

    left: Array
    figures: Mapping[str, Array]
    days: frozenset[str]
    choices: Mapping[str, Choice]
    since: str
    moments: Array


@dataclass(frozen=True, slots=True)
class Learned:
    """Parts whose sum with `base` are log-odds, and how these become chances."""

    parts: tuple[Part, ...]
    base: float
    curve: Curve

    def chance(self, known: Known, rows: Places) -> Array:
        """Of these rows, within what the table calls leaving."""
        return self.curve.at(_odds(self.parts, self.base, known, rows))


def known(columns: Sequence[Column], cells: Mapping[str, Sequence[str]], left: Array) -> Known:
    """The rows as arrays; `columns` are those to learn from, in the order of the table. The first full column of days dates the rows."""
    dated = {one.name: days(cells[one.name]) for one in columns if one.sort is Sort.DATE}
    since = next((name for name, found in dated.items() if np.isfinite(found).mean() > SURELY_DATED), "")
    moments = np.nan_to_num(dated.pop(since)) if since else np.zeros(len(left))
    figures = {one.name: numbers(cells[one.name]) for one in columns if one.sort is Sort.NUMBER}
    figures |= {name: moments - found for name, found in dated.items()} if since else {}
    choices = {one.name: choice(cells[one.name]) for one in columns if one.sort is Sort.CHOICE}
    return Known(left, figures, frozenset(dated) if since else frozenset(), choices, since, moments)


def learned(told: Known, rows: Places) -> Learned:
    """What these rows teach. The curve is made from odds that parts tell of rows which they were not learned from."""
    within = Known(
        told.left[rows], {name: one[rows] for name, one in told.figures.items()}, told.days,
        {name: one.some(rows) for name, one in told.choices.items()}, told.since, told.moments[rows],
    )  # fmt: skip
    parts, base = _parts(within, np.arange(len(rows)))
    out = left_out(within.left, FOLDS, 1, lambda rest, fold: _odds(*_parts(within, rest), within, fold))
    return Learned(parts, base, calibrated(out, within.left))


def _odds(parts: Sequence[Part], base: float, told: Known, rows: Places) -> Array:
    odds = np.full(len(rows), base)
    for one in parts:
        if isinstance(one, NumberPart):
            odds += one.adds(told.figures[one.name][rows])
        else:
            held = told.choices[one.name]
            odds += one.adds(held.values)[held.codes[rows]]
    return odds


def _parts(told: Known, rows: Places) -> tuple[tuple[Part, ...], float]:
    left, chosen = told.left[rows], _chosen(told, rows)
    figures = (
        _of_figure(name, found[rows], told.since if name in told.days else "") for name, found in told.figures.items() if name in chosen
    )
    choices = (_of_choice(name, found.some(rows)) for name, found in told.choices.items() if name in chosen)
    blocks = [one for one in (*figures, *choices) if one is not None]
    if not blocks:
        return (), float(np.log(left.mean() / (1 - left.mean())))
    told_by = np.hstack([features for _, features in blocks])
    weights, base = fitted(told_by, left, np.full(told_by.shape[1], 1 / LOOSE))
    parts, at = [], 0
    for empty, features in blocks:
        mine = weights[at : at + features.shape[1]]
        middle = float((features @ mine).mean())
        parts.append(_weighed(empty, mine, middle))
        base, at = base + middle, at + features.shape[1]
    return tuple(parts), base


def _weighed(empty: Part, weights: Array, middle: float) -> Part:
    told = [float(one) for one in weights]
    if isinstance(empty, ChoicePart):
        return replace(empty, weights=dict(zip(empty.weights, told, strict=True)), middle=middle)
    nothing = told[2] if len(told) > 2 else 0.0  # noqa: PLR2004 - the third is there where figures are missing
    return replace(empty, weight=told[0], log_weight=told[1], nothing=nothing, middle=middle)


def _of_figure(name: str, told: Array, since: str) -> tuple[Part, Array] | None:
    """The part without its weights, and its features; None where every figure is the same. A day is counted back from `since`."""
    there = np.isfinite(told)
    if not there.any() or np.ptp(told[there]) == 0:
        return None
    x, logs = told[there], np.log1p(np.abs(told[there]))
    middle, spread, log_middle, log_spread, typical = (
        float(one) for one in (x.mean(), x.std() or 1.0, logs.mean(), logs.std() or 1.0, np.median(x))
    )
    empty = NumberPart(name, middle, spread, log_middle, log_spread, 0.0, 0.0, 0.0, 0.0, typical, since)
    filled = np.where(there, told, empty.mean)
    features = [(filled - empty.mean) / empty.spread, (np.log1p(np.abs(filled)) - empty.log_mean) / empty.log_spread]
    if not there.all():
        features = [*(np.where(there, one, 0.0) for one in features), (~there).astype(float)]
    return empty, np.array(features).T


def _of_choice(name: str, told: Choice) -> tuple[Part, Array] | None:
    """The part without its weights, and a feature for each value; None where no value is seen often."""
    kept = told.levels()
    if not kept:
        return None
    weights = {told.values[one]: 0.0 for one in kept}
    return ChoicePart(name, weights, 0.0, told.values[kept[0]]), np.array([told.codes == one for one in kept], dtype=float).T


def _chosen(told: Known, rows: Places) -> frozenset[str]:
    """The columns to learn from: all, or those that go most closely with leaving where there are too many for so few rows."""
    most = min(MOST_PARTS, max(LEAST_PARTS, len(rows) // ROWS_OF_PART))
    if len(told.figures) + len(told.choices) <= most:
        return frozenset((*told.figures, *told.choices))
    left, closeness = told.left[rows], dict.fromkeys((*told.figures, *told.choices), 0.0)
    if told.figures:
        figures = np.array([found[rows] for found in told.figures.values()]).T
        there = np.isfinite(figures).astype(float)
        closeness |= zip(told.figures, np.maximum(_goes(figures, left), _goes(there, left)).tolist(), strict=True)
    for name, found in told.choices.items():
        if block := _of_choice(name, found.some(rows)):
            closeness[name] = float(_goes(block[1], left).max())
    return frozenset(sorted(closeness, key=lambda name: -closeness[name])[:most])


def _goes(features: Array, left: Array) -> Array:
    """How closely each goes with leaving: the size of its correlation over the rows that have it."""
    there = np.isfinite(features)
    count = there.sum(0) + 1e-12
    filled = np.where(there, features, 0.0)
    apart = np.where(there, filled - filled.sum(0) / count, 0.0)
    spread = np.sqrt((apart**2).sum(0) * left.var() * count) + 1e-12
    found: Array = np.abs(apart.T @ (left - left.mean())) / spread
    return found

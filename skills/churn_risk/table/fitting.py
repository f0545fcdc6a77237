"""Logistic regression with a ridge, its chances made honest, and how good they are. Knows arrays; knows no column and no account.

numpy alone: on two public sets it is as good as scikit-learn's (DECISIONS), and needs no 230 MB more.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
Odds = Callable[[Places, Places], Array]
"""Log-odds of the second rows, as something that learned from the first tells them."""

STEPS, CLOSE = 50, 1e-9
BINS = 10
MOST_POINTS = 200
"""Of a curve that is kept or drawn."""


def chances(odds: Array) -> Array:
    """Log-odds as chances."""
    return 1 / (1 + np.exp(-np.clip(odds, -40, 40)))


def fitted(told: Array, left: Array, held: Array, *, prior: Array | None = None, signs: Array | None = None) -> tuple[Array, float]:
    """Weights and base: `told @ weights + base` are log-odds of having left.

    told: rows by features. left: 1 or 0 for each row. held: how much a ridge holds each weight back (an inverse variance), towards
    `prior` (0 where it is None). signs: 1 for weights that may not be below zero, -1 for those not above, 0 for any.
    The most likely weights by Newton's steps; weights of the wrong sign stand at zero, and are let go where the slope there
    points to the right side (an active set).
    """
    middle = told.mean(0)
    rows = np.c_[told - middle, np.ones(len(told))]
    ridge = np.append(held, 1e-6)
    toward = np.append(np.zeros(len(held)) if prior is None else prior, 0.0)
    side = np.append(np.zeros(len(held)) if signs is None else signs, 0.0)
    free = np.ones(len(ridge), dtype=bool)
    found = toward.copy()
    for _ in range(len(ridge) + 1):
        found = _newton(rows, left, ridge, toward, np.where(free, found, 0.0), free)
        slope = rows.T @ (chances(rows @ found) - left) + ridge * (found - toward)
        wrong, wanted = free & (side * found < 0), ~free & (side * slope < -CLOSE)
        if not wrong.any() and not wanted.any():
            break
        free = (free & ~wrong) | (wanted if not wrong.any() else False)
    return found[:-1], float(found[-1] - middle @ found[:-1])


def _newton(rows: Array, left: Array, ridge: Array, toward: Array, begun: Array, free: npt.NDArray[np.bool_]) -> Array:
    found, some = begun.copy(), rows[:, free]
    for _ in range(STEPS):
        share = chances(rows @ found)
        spread = share * (1 - share) + 1e-9
        bent = some.T @ (some * spread[:, None]) + np.diag(ridge[free])
        step = np.linalg.solve(bent, some.T @ (share - left) + ridge[free] * (found[free] - toward[free]))
        found[free] -= step
        if np.abs(step).max(initial=0.0) < CLOSE:
            break
    return found


@dataclass(frozen=True, slots=True)
class Curve:
    """Chances by log-odds, straight between the points, never falling. odds, chance: as long as each other, forward."""

    odds: tuple[float, ...]
    chance: tuple[float, ...]

    def at(self, odds: Array) -> Array:
        """The chance of each."""
        return np.interp(odds, self.odds, self.chance)

    def one(self, odds: float) -> float:
        """The chance of one account."""
        return float(np.interp(odds, self.odds, self.chance))


def calibrated(odds: Array, left: Array) -> Curve:
    """What became of accounts with such odds, as a curve that never falls.

    Isotonic regression by pooling adjacent violators (Ayer et al. 1955), straight between the middles of the blocks: steps would make
    ties of accounts that differ. Where all of a block left, or none, its share is drawn to the whole's by one account: nothing is certain.
    """
    order = np.argsort(odds, kind="stable")
    base = float(left.mean())
    blocks: list[tuple[float, float, float]] = []  # how many left, how many there are, the sum of their odds
    for one, gone in zip(odds[order], left[order], strict=True):
        blocks.append((float(gone), 1.0, float(one)))
        while len(blocks) > 1 and blocks[-2][0] * blocks[-1][1] >= blocks[-1][0] * blocks[-2][1]:
            last, before = blocks.pop(), blocks.pop()
            blocks.append((before[0] + last[0], before[1] + last[1], before[2] + last[2]))
    shares = np.maximum.accumulate([gone / count if 0 < gone < count else (gone + base) / (count + 1) for gone, count, _ in blocks])
    middles = [total / count for _, count, total in blocks]
    return Curve(tuple(middles), tuple(float(one) for one in shares))


def folds(left: Array, count: int, seed: int) -> Places:
    """The fold of each row: as many of those who left in each, by fixed dice."""
    dice, found = np.random.default_rng(seed), np.zeros(len(left), dtype=np.intp)
    for value in (0.0, 1.0):
        rows = np.flatnonzero(left == value)
        dice.shuffle(rows)
        found[rows] = np.arange(len(rows)) % count
    return found


def left_out(left: Array, count: int, seed: int, odds: Odds) -> Array:
    """Log-odds of each row by what was learned from the other folds."""
    of, found = folds(left, count, seed), np.zeros(len(left))
    for fold in range(count):
        out = np.flatnonzero(of == fold)
        found[out] = odds(np.flatnonzero(of != fold), out)
    return found


@dataclass(frozen=True, slots=True)
class Measures:
    """How good chances are, over `rows` of which `left` left.

    auc: of one who left and one who stayed, how often the former was ranked before. ece: by how much chance and share part, over ten
    equal bins of chance, weighed by how many are in them. brier: mean squared error. roc: false and true alarms. calibration: of each
    bin that is not empty its mean chance, share and count. lift: of each tenth, the likeliest first, its share by the whole's.
    """

    rows: int
    left: int
    auc: float
    ece: float
    brier: float
    roc: tuple[tuple[float, float], ...]
    calibration: tuple[tuple[float, float, int], ...]
    lift: tuple[float, ...]


def measured(left: Array, chance: Array) -> Measures:
    """The measures of `chance` where `left` is what became of them; both kinds are among them."""
    order = np.argsort(-chance, kind="stable")
    gone = left[order]
    count = float(gone.sum())
    lift = tuple(float(part.mean() / gone.mean()) for part in np.array_split(gone, BINS) if len(part))
    bins = np.minimum((chance * BINS).astype(int), BINS - 1)
    within = [bins == one for one in range(BINS) if (bins == one).any()]
    calibration = tuple((float(chance[some].mean()), float(left[some].mean()), int(some.sum())) for some in within)
    ece = sum(abs(told - share) * many for told, share, many in calibration) / len(left)
    return Measures(
        len(left), int(count), area(left, chance), ece, float(((chance - left) ** 2).mean()), _roc(gone, chance[order]), calibration, lift
    )


def area(left: Array, ranked: Array) -> float:
    """The area below the ROC curve, ties counting half (Mann and Whitney 1947)."""
    _, place, count = np.unique(ranked, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    gone = float(left.sum())
    return float((rank[left == 1].sum() - gone * (gone + 1) / 2) / (gone * (len(left) - gone)))


def _roc(gone: Array, chance: Array) -> tuple[tuple[float, float], ...]:
    """At most `MOST_POINTS` points; those with the same chance come at once."""
    last = np.append(np.flatnonzero(np.diff(chance)), len(chance) - 1)
    true, false = np.cumsum(gone)[last] / gone.sum(), np.cumsum(1 - gone)[last] / (1 - gone).sum()
    some = np.unique(np.linspace(0, len(last) - 1, MOST_POINTS - 1).astype(int))
    return ((0.0, 0.0), *((float(false[one]), float(true[one])) for one in some))

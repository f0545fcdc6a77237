"""Learning from a house's own outcomes: the scorecard's weights, moved by what became of accounts. Knows snapshots; reads no record.

Weights are drawn to the expert's by a ridge and never cross to the other side, so a few outcomes move them a little.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from bot.errors import BadConfig
from skills.churn_risk.features import AHEAD, SIDES, Snapshot
from skills.churn_risk.model import OwnModel
from skills.churn_risk.scorecard import Scorecard
from skills.churn_risk.story import Code
from skills.churn_risk.table.fitting import Array, Curve, Places, calibrated, chances, fitted, measured

LOOSE = 1.0
"""The variance of a weight around the expert's that is expected."""
FOLDS = 5
EARLIER = 0.6
"""So large a part of those who left, the earliest, is learned from when the model is held against the scorecard."""
LEAST_OF_KIND = 10
BETTER = 0.01
"""So much more of the area a model needs to take the scorecard's place: less may be luck, and the scorecard can be read by anybody."""


@dataclass(frozen=True, slots=True)
class Enough:
    """How many outcomes are enough to learn from: accounts that left, and accounts in all."""

    left: int = 50
    accounts: int = 200


@dataclass(frozen=True, slots=True)
class _Rows:
    """Snapshots as arrays. account: a number for each, the same for the same account. day: as ordinals."""

    features: Array
    left: Array
    account: Places
    day: Places

    def some(self, rows: Places) -> "_Rows":
        return _Rows(self.features[rows], self.left[rows], self.account[rows], self.day[rows])


@dataclass(frozen=True, slots=True)
class _Fit:
    weights: Array
    base: float
    curve: Curve

    def chance(self, rows: _Rows) -> Array:
        return self.curve.at(self.base + rows.features @ self.weights)


def train(snapshots: Sequence[Snapshot], card: Scorecard, enough: Enough) -> OwnModel:
    """A model of all `snapshots`, switched on where one that knew only the earlier ones beat `card` on the later ones.

    It has to rank better there, and its chances must be no further off.
    Raises: BadConfig("churn_own_too_few") where there are not `enough` outcomes, or all of them lie on one side of every day.
    """
    told = _rows(snapshots)
    gone = len({one.account for one in snapshots if one.left})
    accounts = len({one.account for one in snapshots})
    split = _split(told)
    if gone < enough.left or accounts < enough.accounts or split is None:
        raise BadConfig("churn_own_too_few", left=gone, accounts=accounts, least_left=enough.left, least_accounts=enough.accounts)
    before, after = told.some(np.flatnonzero(told.day + AHEAD.days <= split)), told.some(np.flatnonzero(told.day >= split))
    ours, theirs = measured(after.left, _fit(before, card).chance(after)), measured(after.left, by_card(after.features, card))
    whole = _fit(told, card)
    chance, expert = whole.chance(told), by_card(told.features, card)
    weights = {str(code): float(one) for code, one in zip(Code, whole.weights, strict=False)}
    return OwnModel(
        whole.base, float(whole.weights[-1]), weights, whole.curve, _cut(chance, expert, card.high), _cut(chance, expert, card.medium),
        accounts, gone, len(snapshots), date.fromordinal(int(told.day.max())), date.fromordinal(split), ours, theirs,
        on=ours.auc >= theirs.auc + BETTER and ours.ece <= theirs.ece,
    )  # fmt: skip


def by_card(features: Array, card: Scorecard) -> Array:
    """Chances by the scorecard."""
    return chances(card.base + features @ _weights(card))


def _weights(card: Scorecard) -> Array:
    return np.array([*(card.weights[code].weight for code in Code), card.near_renewal])


def _rows(snapshots: Sequence[Snapshot]) -> _Rows:
    numbers = {name: number for number, name in enumerate(sorted({one.account for one in snapshots}))}
    return _Rows(
        np.array([one.features for one in snapshots], dtype=float).reshape(len(snapshots), len(SIDES)),
        np.array([float(one.left) for one in snapshots]),
        np.array([numbers[one.account] for one in snapshots], dtype=np.intp),
        np.array([one.day.toordinal() for one in snapshots], dtype=np.intp),
    )


def _split(told: _Rows) -> int | None:
    """A day with enough outcomes of both kinds known before it, and after it; None where there is none."""
    days = np.unique(told.day)
    wanted = np.quantile(told.day[told.left == 1], EARLIER) if told.left.any() else 0
    for day in sorted(days.tolist(), key=lambda one: abs(one - wanted)):
        sides = (told.left[told.day + AHEAD.days <= day], told.left[told.day >= day])
        if all(min(side.sum(), (1 - side).sum()) >= LEAST_OF_KIND for side in sides):
            return int(day)
    return None


def _fit(told: _Rows, card: Scorecard) -> _Fit:
    """Weights of all, and a curve from folds; an account is never in two of them."""
    prior, sides, held = _weights(card), np.array(SIDES, dtype=float), np.full(len(SIDES), 1 / LOOSE)
    weights, base = fitted(told.features, told.left, held, prior=prior, signs=sides)
    odds, of = np.zeros(len(told.left)), np.random.default_rng(0).permutation(int(told.account.max()) + 1)[told.account] % FOLDS
    for fold in range(FOLDS):
        rest, out = told.some(np.flatnonzero(of != fold)), of == fold
        some, start = fitted(rest.features, rest.left, held, prior=prior, signs=sides)
        odds[out] = start + told.features[out] @ some
    return _Fit(weights, base, calibrated(odds, told.left))


def _cut(chance: Array, expert: Array, cut: float) -> float:
    """Where a band begins so that as many accounts are in it as the scorecard put there: work does not jump with the judge."""
    share = float((expert >= cut).mean())
    return float(np.quantile(chance, 1 - share)) if share else (1 + float(chance.max())) / 2

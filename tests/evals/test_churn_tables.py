"""How leaving is learned from two public tables: ranking and honest chances on rows not seen, with fixed seeds; and a planted leak."""

import csv
from pathlib import Path

import numpy as np
import pytest

from skills.churn_risk.table.backtest import Backtest, looked_back, material
from skills.churn_risk.table.reading import opened

pytestmark = pytest.mark.eval
SEEDS = (0, 1, 2)
WORST_ECE = 0.03


@pytest.mark.parametrize("name, target, least, best", [("telco", "Churn", 0.843, 0.847), ("saas", "churned", 0.918, 0.921)])
def test_ranking_and_chances_on_rows_not_seen(evals_dir: Path, name: str, target: str, least: float, best: float) -> None:
    """Mean area of five folds and the error of chances over all of them, for each seed."""
    ready = material(opened(evals_dir / "data" / "churn" / f"{name}.csv"), target)

    made = [looked_back(ready, seed) for seed in SEEDS]

    _tell(name, made, best)
    assert (True, True) == (all(one.ours.auc >= least for one in made), all(one.ours.ece <= WORST_ECE for one in made))


def test_a_leak_planted_in_a_real_table_is_named(evals_dir: Path, tmp_path: Path) -> None:
    """A refund that only those who left got; without it the figures are those of the clean table, to a hundredth."""
    source, planted = evals_dir / "data" / "churn" / "telco.csv", tmp_path / "planted.csv"
    with source.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    dice = np.random.default_rng(0)
    refunds = [f"{100 * dice.random():.2f}" if row[-1] == "Yes" and dice.random() < 0.8 else "" for row in rows]
    with planted.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[*header, "Refund"], *([*row, one] for row, one in zip(rows, refunds, strict=True))])

    clean, ready = material(opened(source), "Churn"), material(opened(planted), "Churn")

    assert (["Refund"], []) == ([one.name for one in ready.leaks], list(clean.leaks))
    assert looked_back(clean).ours.auc == pytest.approx(looked_back(ready).ours.auc, abs=0.01)


def _tell(name: str, made: list[Backtest], best: float) -> None:
    areas, errors = [f"{one.ours.auc:.4f}" for one in made], [f"{one.ours.ece:.4f}" for one in made]
    print(f"\n{name}: 5 folds, seeds {SEEDS}: AUC {', '.join(areas)} (best known {best}), calibration error {', '.join(errors)}")

"""How churn is judged: the labelled stories, and those that were written for this project and are known to the scorecard by now."""

import importlib.util
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from skills.churn_risk.batch import predict
from tests.evals.churn import FIRST, FRESH, LAST, LATER, SECOND, stories

pytestmark = pytest.mark.eval


async def test_bands_and_reasons_of_labelled_stories(evals_dir: Path) -> None:
    """At most two of twelve bands are wrong and none by two steps; two of the expert's three reasons are named for nine of twelve."""
    told = (evals_dir / "evals" / "churn_story.jsonl").read_text(encoding="utf-8").splitlines()
    codes = json.loads((evals_dir / "evals" / "churn_reason_codes.json").read_text(encoding="utf-8"))

    scored = await _scored(evals_dir, "labelled", [json.loads(line) for line in told if line.strip()], codes)

    assert (True, 1.0, True) == _held(scored)


@pytest.mark.parametrize("name", [FIRST, LATER, LAST, FRESH, SECOND])
async def test_bands_and_reasons_of_own_stories(evals_dir: Path, name: str) -> None:
    """Other accounts and words hold the same bars."""
    assert (True, 1.0, True) == _held(await _scored(evals_dir, name, stories(name), {}))


def _held(scored: Mapping[str, Any]) -> tuple[bool, float, bool]:
    return scored["band_acc"] >= 0.83, scored["band_within_one"], scored["two_of_three_reasons"] >= 0.75


async def _scored(evals_dir: Path, name: str, rows: Sequence[dict[str, Any]], codes: Mapping[str, Any]) -> Mapping[str, Any]:
    spec = importlib.util.spec_from_file_location("score", evals_dir / "evals" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    found = {row["id"]: await predict({key: told for key, told in row.items() if key != "gold"}, codes) for row in rows}
    scored: Mapping[str, Any] = score.score_churn(rows, found)
    print(f"\n{name}: {len(rows)} stories", *(f"{key} {value:.3f}" for key, value in scored.items() if isinstance(value, float)), sep=", ")
    return scored

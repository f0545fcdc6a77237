"""How minutes do on meetings: the labelled set, and the ones that were written for this project and are known to the rules by now."""

import importlib.util
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.brains.builtin.embedding import BuiltinEmbedder
from bot.reading.reader import RuleReader
from skills.meeting_minutes.batch import predict
from tests.evals.meetings import FRESH, LAST, LATER, TUNED, UNSEEN, meetings

pytestmark = pytest.mark.eval

SHOWN = (
    "pains_recall", "pains_precision", "quote_verbatim_rate", "pain_speaker_acc", "pain_confidence_acc", "actions_f1", "action_owner_acc",
    "action_due_acc", "decisions_f1", "window_acc", "budget_acc",
)  # fmt: skip


async def test_minutes_of_labelled_meetings(evals_dir: Path) -> None:
    """The development half: pains and tasks hold their bars, and every quote was said."""
    told = (evals_dir / "evals" / "minutes.jsonl").read_text(encoding="utf-8").splitlines()

    scored = await _scored(evals_dir, "labelled", [json.loads(line) for line in told if line.strip()])

    assert (True, True, True, 1.0) == _held(scored)


@pytest.mark.parametrize("name", [TUNED, UNSEEN, LATER, LAST, FRESH])
async def test_minutes_of_own_meetings(evals_dir: Path, name: str) -> None:
    """Other firms, people and products hold the same bars."""
    assert (True, True, True, 1.0) == _held(await _scored(evals_dir, name, meetings(name)))


def _held(scored: Mapping[str, float]) -> tuple[bool, bool, bool, float]:
    good = scored["pains_recall"] >= 0.80, scored["pains_precision"] >= 0.70, scored["actions_f1"] >= 0.80
    return (*good, scored["quote_verbatim_rate"])


async def _scored(evals_dir: Path, name: str, rows: Sequence[dict[str, Any]]) -> Mapping[str, float]:
    spec = importlib.util.spec_from_file_location("score", evals_dir / "evals" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    reader, embedder = RuleReader(), BuiltinEmbedder()
    found = {}
    for row in rows:
        found[row["id"]] = await predict({key: told for key, told in row.items() if key != "gold"}, {}, reader=reader, embedder=embedder)
    await embedder.close()
    scored: Mapping[str, float] = score.score_minutes(rows, found)
    print(f"\n{name}: {len(rows)} meetings", *(f"{one} {scored[one]:.3f}" for one in SHOWN), sep=", ")
    return scored

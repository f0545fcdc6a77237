"""How well spoken notes are read: on the labelled set with the scorer that lies beside it, by the batch task."""

import importlib.util
import json
from pathlib import Path

import pytest

from bot.reading.speech import RuleSpokenReader
from skills.capture.batch import predict

pytestmark = pytest.mark.eval

BARS = {
    "field_micro_f1": 0.88, "account_acc": 0.95, "amount_acc": 0.93, "close_date_acc": 0.93, "create_or_update_acc": 0.9,
    "ask_recall": 0.75, "evidence_verbatim_rate": 1.0, "no_opportunity_acc": 0.875,
}  # fmt: skip


async def test_labelled_notes_are_read(evals_dir: Path) -> None:
    """The development half reaches every bar."""
    folder = evals_dir / "evals"
    spec = importlib.util.spec_from_file_location("scorer", folder / "score.py")
    assert spec is not None
    assert spec.loader is not None
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    rows = [json.loads(line) for line in (folder / "voice_notes.jsonl").read_text(encoding="utf-8").splitlines() if line.strip()]
    context = json.loads((folder / "voice_notes_context.json").read_text(encoding="utf-8"))
    reader = RuleSpokenReader()
    bare = [{key: value for key, value in row.items() if key != "gold"} for row in rows]
    found = {row["id"]: await predict(row, context, spoken=reader) for row in bare}

    scores = scorer.score_voice(rows, found)

    print("\nspoken notes:", ", ".join(f"{name} {scores[name]:.3f}" for name in BARS))
    assert [] == [name for name, bar in BARS.items() if scores[name] < bar]

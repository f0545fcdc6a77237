"""How often a request gets its class, and whether ever one that must be reviewed does not: on the labelled set, by the batch task."""

import json
from collections import Counter
from pathlib import Path

import pytest

from bot.turns.gate_batch import predict

pytestmark = pytest.mark.eval

SAFE = "must_review"
MOST_WRONG = 2


async def test_labelled_requests_get_their_class(evals_dir: Path) -> None:
    """The development half: whatever must be reviewed is, and at most two of 24 are wrong."""
    told = (evals_dir / "evals" / "outreach_gates.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in told if line.strip()]
    policy = json.loads((evals_dir / "evals" / "outreach_gates_policy.json").read_text(encoding="utf-8"))

    found = [await predict({key: value for key, value in row.items() if key != "gold"}, policy) for row in rows]

    pairs = Counter((row["gold"]["expect"], str(one["expect"])) for row, one in zip(rows, found, strict=True))
    wrong = sum(count for (label, seen), count in pairs.items() if label != seen)
    missed = sum(count for (label, seen), count in pairs.items() if label == SAFE != seen)
    wanted = sum(count for (label, _), count in pairs.items() if label == SAFE)
    print(f"\nlabelled requests: {len(rows)}, right {1 - wrong / len(rows):.3f}, must-review recall {1 - missed / wanted:.3f}", end=", ")
    print("reviewed without need", sum(count for (label, seen), count in pairs.items() if seen == SAFE != label))
    assert (0, True) == (missed, wrong <= MOST_WRONG)

"""Sentences with what must not leave a house marked in them. Knows two sources: our own in Chinese, and the evaluation data."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

OURS = Path(__file__).with_name("private_zh.txt")
KINDS = {"PHONE_NUMBER": "PHONE", "EMAIL_ADDRESS": "EMAIL", "CREDIT_CARD": "CARD", "US_SSN": "ID"}
WITH_CHECK_FIGURES = frozenset({"CARD", "ID", "CODE"})
_MARKED = re.compile(r"\{([A-Z]+)\|([^}]*)\}")


@dataclass(frozen=True)
class Private:
    """Something in a text that must not leave: its kind and its words."""

    text: str
    kind: str
    words: str


def ours() -> Sequence[Private]:
    """One a line, written for this test: `{KIND|words}` in a sentence."""
    found = []
    for line in OURS.read_text(encoding="utf-8").splitlines():
        match = _MARKED.search(line)
        assert match is not None, line
        found.append(Private(_MARKED.sub(r"\2", line), match[1], match[2]))
    return found


def synthetic(folder: Path) -> Sequence[Private]:
    """Phones, addresses, cards and social security numbers of the evaluation data."""
    rows = json.loads((folder / "data/pii/presidio_synth.json").read_text(encoding="utf-8"))
    return [
        Private(row["full_text"], KINDS[span["entity_type"]], span["entity_value"])
        for row in rows
        for span in row["spans"]
        if span["entity_type"] in KINDS
    ]

"""Notes as reps speak them, with what each tells: `notes/`. Invented firms and people; from `third` on they have firms of their own.

A line's `gold` names only what was said; `accept` lists other answers that also count, `any` for a field that is not looked at.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.reading.speech import RuleSpokenReader
from skills.capture.batch import predict

FOLDER = Path(__file__).with_name("notes")
SINGLE = (
    "account", "contact", "amount", "currency", "quantity", "unit", "product", "close_date", "stage", "budget_status", "decision_role",
    "action", "opportunity_id",
)  # fmt: skip
SAME = {"set": "unit"}
CONTEXTS = {"notes_third": "context_third.json", "notes_fourth": "context_third.json", "notes_fifth": "context_fifth.json"}
"""What is known where it is not what the first sets have."""
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Note:
    """One note. context: what is known when it is read."""

    line: Json
    context: Json

    @property
    def gold(self) -> Sequence[Json]:
        """The opportunities that it tells of."""
        told: Sequence[Json] = self.line["gold"]["opportunities"]
        return told


def notes(name: str) -> tuple[Note, ...]:
    """A set of them: `notes`, `notes_fresh`, `notes_third`, `notes_fourth` or `notes_fifth`."""
    context = json.loads((FOLDER / CONTEXTS.get(name, "context.json")).read_text(encoding="utf-8"))
    told = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(Note(json.loads(line), context) for line in told if line.strip())


async def read(note: Note) -> Sequence[Json]:
    """What the batch task reads in it."""
    line = {key: value for key, value in note.line.items() if key != "gold"}
    found = await predict(line, note.context, spoken=RuleSpokenReader())
    told = found["opportunities"]
    assert isinstance(told, list)
    return told


def judged(note: Note, found: Sequence[Json]) -> Iterator[tuple[str, bool]]:
    """Field by field whether it is right; a field that neither has is none. Opportunities are compared in order."""
    for at, gold in enumerate(note.gold):
        one = found[at] if at < len(found) else {}
        for name in SINGLE:
            wanted, got = gold.get(name, "create" if name == "action" else None), one.get(name)
            accepted = (gold.get("accept") or {}).get(name, [])
            if "any" in accepted or (wanted is None and got is None):
                continue
            yield name, _same(wanted, got) or any(_same(other, got) for other in accepted)
    for _ in found[len(note.gold) :]:
        yield "invented", False


def _same(wanted: object, got: object) -> bool:
    return SAME.get(str(wanted), wanted) == SAME.get(str(got), got)

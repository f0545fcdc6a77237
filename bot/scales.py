"""The process that holds contracts against each other: `python -m bot.scales`. Takes questions as JSON lines; writes nothing, calls nobody.

{"old": paragraphs, "new": paragraphs, "name": …, "our_party": …, "clauses": {file: text}}: `at` pairs `of` all as they are compared, then
the clauses and changes in portions, then `done` with the pairs.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

from bot.domain.comparison import Report
from bot.domain.comparison_json import change_to_json, clause_to_json
from bot.domain.contracts import Paper
from bot.errors import TellUser
from bot.reading.cutting import cut
from knowledge.papers import wire as paragraphs
from knowledge.rights import give_up
from knowledge.wire import Wire

MEMORY_BYTES = 1_500_000_000
BEAT_S = 0.5
PORTION = 100
"""Clauses or changes that are told together: a line stays far under what the house takes."""
SKILL = "skills.compare_contracts"


def main() -> None:
    """Answer until the parent hangs up."""
    wire = Wire()
    compare, library = import_module(f"{SKILL}.compare").compare, import_module(f"{SKILL}.library").library
    give_up(MEMORY_BYTES)
    for question in wire.questions():
        try:
            old, new = _paper(question["old"], question["name"]), _paper(question["new"], question["name"])
            report = compare(old, new, library(question["clauses"]), question["our_party"], cut, _beats(wire))
            _say(report, wire)
        except TellUser as stop:
            wire.say({"refused": stop.key, "facts": stop.facts})
        except Exception as error:  # noqa: BLE001 - whatever it is, the next question is answered
            wire.say({"refused": "", "facts": {"why": repr(error)}})


def _paper(told: Sequence[Sequence[Any]], name: str) -> Paper:
    return Paper(tuple(paragraphs.heard(one) for one in told), name)


def _beats(wire: Wire) -> Callable[[int, int], None]:
    """Tells how far it is, not more often than anybody looks."""
    spoke = time.monotonic()

    def told(at: int, of: int) -> None:
        nonlocal spoke
        if time.monotonic() - spoke >= BEAT_S:
            spoke = time.monotonic()
            wire.say({"at": at, "of": of})

    return told


def _say(report: Report, wire: Wire) -> None:
    portions: Mapping[str, Sequence[object]] = {
        "old": [clause_to_json(one) for one in report.old], "new": [clause_to_json(one) for one in report.new],
        "changes": [change_to_json(one) for one in report.changes],
    }  # fmt: skip
    for name, told in portions.items():
        for start in range(0, len(told), PORTION):
            wire.say({name: told[start : start + PORTION]})
    wire.say({"done": {"pairs": list(report.pairs)}})


if __name__ == "__main__":
    main()

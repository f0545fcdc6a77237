"""The batch task `contracts`: two versions in, what changed out. Knows the lines' fields; knows no rule."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from bot.domain.comparison import ClauseChange, Report
from bot.domain.contracts import Paper
from skills.compare_contracts.compare import compare
from skills.compare_contracts.library import library
from skills.compare_contracts.wording import Cut


async def predict(
    line: Mapping[str, Any],
    _context: Mapping[str, Any],
    *,
    papers: Callable[[str], Awaitable[Paper]],
    clauses: Mapping[str, str],
    cutter: Cut,
) -> Mapping[str, object]:
    """What became of the contract `v1` in `v2` (paths beside the set), for our firm `our_party`, which sells."""
    old, new = await papers(line["v1"]), await papers(line["v2"])
    report = compare(old, new, library(clauses), line["our_party"], cutter)
    return {"id": line["id"], "changes": changes_told(report)}


def changes_told(report: Report) -> Sequence[Mapping[str, object]]:
    """The changes in the fields of the labelled set, one for each pair of outermost numbers."""
    return [_told(one) for one in _outermost(report)]


def _outermost(report: Report) -> Sequence[ClauseChange]:
    """One change for each pair of outermost numbers: of several within it, the gravest. What has no number is left out."""
    found: dict[tuple[str | None, str | None], ClauseChange] = {}
    for one in report.changes:
        key = (one.old.top or None if one.old else None, one.new.top or None if one.new else None)
        if key != (None, None) and (key not in found or one.risk.weight > found[key].risk.weight):
            found[key] = one
    return tuple(found.values())


def _told(one: ClauseChange) -> Mapping[str, object]:
    return {
        "clause_v1": one.old.top or None if one.old else None,
        "clause_v2": one.new.top or None if one.new else None,
        "change": one.kind.value,
        "category": one.category.value,
        "direction": one.direction.value,
        "risk": one.risk.value,
        "rule": one.rule,
        "legal": one.legal,
        "affects_v2": list(one.affects),
    }

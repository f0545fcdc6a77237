"""A comparison as the page shows it: every clause of both versions in step, what changed marked, judged and named. Knows no HTML."""

import asyncio
import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.domain.changes import Change, ChangeKind
from bot.domain.comparison import Clause, ClauseChange, Direction, Report, Risk
from bot.domain.saying import Saying
from bot.ports import SeenRecords
from bot.ports.papers import KeptPaper, OwnPapers
from skills.compare_contracts.compare import compare
from skills.compare_contracts.enclosing import enclosed
from skills.compare_contracts.library import Library, library
from skills.compare_contracts.telling import Compared, Telling
from skills.compare_contracts.whose import Whose, whose
from skills.compare_contracts.wording import Cut

Json = dict[str, Any]


async def side_by_side(
    old: KeptPaper, new: KeptPaper, *, clauses: Mapping[str, str], cutter: Cut, records: SeenRecords, said: Saying
) -> Json:
    """Both versions clause by clause, in the order of the new one; `change` is None where nothing changed."""
    shelves = library(clauses)
    found, _ = await compared(old, new, shelves, cutter, records, said)
    telling = Telling(said, shelves, said.user_id)
    rows = [
        {
            "old": _side(before, change, ChangeKind.REMOVED), "new": _side(after, change, ChangeKind.ADDED),
            "change": _change(change, telling, shelves, said) if change else None,
        }
        for before, after, change in _in_step(found.report)
    ]  # fmt: skip
    categories = {row["change"]["category"]: row["change"]["category_name"] for row in rows if row["change"]}
    return {
        "old_name": old.name, "new_name": new.name, "verdict": telling.overview(found), "rows": rows, "categories": categories,
        "counts": {str(risk): found.report.counted(risk) for risk in Risk if risk is not Risk.NONE}, "legal": found.report.legal,
    }  # fmt: skip


async def redline(
    old: KeptPaper, new: KeptPaper, *, papers: OwnPapers, clauses: Mapping[str, str], cutter: Cut, records: SeenRecords, said: Saying
) -> tuple[str, bytes]:
    """The redline as a file: its name and its bytes.  Raises: Upstream."""
    shelves = library(clauses)
    found, _ = await compared(old, new, shelves, cutter, records, said)
    file = await enclosed(found, Telling(said, shelves, said.user_id), papers, said)
    return file.name, base64.b64decode(file.base64)


async def compared(
    old: KeptPaper, new: KeptPaper, shelves: Library, cutter: Cut, records: SeenRecords, said: Saying
) -> tuple[Compared, Whose]:
    """What became of one paper in another, and with whom it is."""
    first, second = old.settled(), new.settled()
    who = await whose(second, records, said)
    report = await asyncio.to_thread(compare, first.paper, second.paper, shelves, who.ours, cutter)
    return Compared(first, second, report), who


def _in_step(report: Report) -> Iterator[tuple[Clause | None, Clause | None, ClauseChange | None]]:
    """Every pair of clauses with what became of it; what is of no pair stands at the end."""
    left = {(_places(one.old), _places(one.new)): one for one in report.changes}
    for here, there in report.pairs:
        before = report.old[here] if here is not None else None
        after = report.new[there] if there is not None else None
        change = left.pop((_places(before), _places(after)), None)
        yield (change.old, change.new, change) if change else (before, after, None)
    yield from ((one.old, one.new, one) for one in left.values())


def _places(clause: Clause | None) -> tuple[int, ...] | None:
    return clause.paragraphs if clause is not None else None


def _side(clause: Clause | None, change: ClauseChange | None, own: ChangeKind) -> Json | None:
    if clause is None:
        return None
    words = change.words if change else ()
    pieces = list(_pieces(words, own)) if words else [{"text": clause.text, "changed": bool(change)}]
    return {"number": clause.number or clause.top, "heading": clause.heading.lstrip("#* "), "pieces": pieces}


def _pieces(words: Sequence[Change], own: ChangeKind) -> Iterator[Json]:
    yield from ({"text": one.text, "changed": one.kind is own} for one in words if one.kind in {ChangeKind.KEPT, own})


def _change(change: ClauseChange, telling: Telling, shelves: Library, said: Saying) -> Json:
    shelf = shelves.shelves[change.category]
    return {
        "kind": change.kind, "kind_name": said.say(f"kind_{change.kind}"), "short": telling.short(change),
        "category": change.category, "category_name": telling.category(change),
        "risk": change.risk, "risk_name": said.say(f"page_risk_{change.risk}"), "rule": change.rule, "why": telling.reason(change),
        "direction_name": "" if change.direction is Direction.NEUTRAL else said.say(f"direction_{change.direction}"),
        "standard": shelf.standard.get(said.lang, ""), "fallback": shelf.fallback.get(said.lang, ""), "legal": change.legal,
        "affects": list(change.affects), "moved": change.moved,
    }  # fmt: skip

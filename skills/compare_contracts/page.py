"""A comparison as the page shows it: every clause of both versions in step, what changed marked, judged and named. Knows no HTML."""

import asyncio
import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.changes import Change, ChangeKind
from bot.domain.comparison import Clause, ClauseChange, Direction, Report, Risk
from bot.domain.ids import TurnId
from bot.domain.saying import Saying
from bot.ports import SeenRecords
from bot.ports.contracts import Comparer, PairsTold
from bot.ports.papers import KeptPaper, OwnPapers
from skills.compare_contracts.enclosing import enclosed
from skills.compare_contracts.library import Library, library
from skills.compare_contracts.telling import Compared, Telling
from skills.compare_contracts.whose import Whose, whose

Json = dict[str, Any]
Step = tuple[Clause | None, Clause | None, ClauseChange | None]
"""A clause of the old version beside one of the new, and what became of it; None where nothing did."""
INLINE_CHARS = 150_000
"""So much unchanged text is shown at once; more is fetched when somebody unfolds it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a comparison is looked at. risk, category: changes of that kind alone, "" for all. whole: what stands unchanged, too."""

    risk: str = ""
    category: str = ""
    whole: bool = False


async def side_by_side(
    old: KeptPaper, new: KeptPaper, *, clauses: Mapping[str, str], comparer: Comparer, records: SeenRecords, said: Saying,
    asked: Asked | None = None, told: PairsTold | None = None,
) -> Json:
    """Both versions in step, in the order of the new one: each change by itself, what stands unchanged between two of them together.

    The unchanged clauses of long papers are only counted, unless the whole is asked for; see `unchanged`.
    """
    shelves, asked = library(clauses), asked or Asked()
    found, _ = await compared(old, new, comparer, records, said, told=told)
    telling = Telling(said, shelves, said.user_id)
    steps = list(_in_step(found.report))
    inline = asked.whole or sum(len(after.text) for _, after, change in steps if after and not change) <= INLINE_CHARS
    groups, shown = list[Json](), 0
    for first, group in _groups(steps):
        await asyncio.sleep(0)  # the house answers others between two changes
        change = group[0][2]
        if change is None and not (asked.risk or asked.category):
            groups.append({"change": False, "first": first, "count": len(group), "rows": [_row(*one) for one in group] if inline else []})
        elif change is not None and asked.risk in {"", change.risk} and asked.category in {"", change.category}:
            groups.append({"change": True, "row": {**_row(*group[0]), "change": _change(change, telling, shelves, said)}})
            shown += 1
    return {
        "old_name": old.name, "new_name": new.name, "verdict": telling.overview(found), "groups": groups, "shown": shown,
        "categories": {one.category: telling.category(one) for one in found.report.changes},
        "counts": {str(risk): found.report.counted(risk) for risk in Risk if risk is not Risk.NONE}, "legal": found.report.legal,
        "is_whole": inline,
    }  # fmt: skip


async def unchanged(
    old: KeptPaper, new: KeptPaper, *, comparer: Comparer, records: SeenRecords, said: Saying, first: int, count: int
) -> Json:
    """The clauses of both versions from the place `first` on, `count` of them: what `side_by_side` only counted."""
    found, _ = await compared(old, new, comparer, records, said)
    return {"rows": [_row(*one) for one in list(_in_step(found.report))[first : first + count]]}


async def redline(
    old: KeptPaper, new: KeptPaper, *, papers: OwnPapers, clauses: Mapping[str, str], comparer: Comparer, records: SeenRecords,
    said: Saying,
) -> tuple[str, bytes]:
    """The redline as a file: its name and its bytes.  Raises: Upstream."""
    shelves = library(clauses)
    found, _ = await compared(old, new, comparer, records, said)
    file = await enclosed(found, Telling(said, shelves, said.user_id), papers, said)
    return file.name, base64.b64decode(file.base64)


async def compared(
    old: KeptPaper, new: KeptPaper, comparer: Comparer, records: SeenRecords, said: Saying, *, turn_id: TurnId | None = None,
    told: PairsTold | None = None,
) -> tuple[Compared, Whose]:
    """What became of one paper in another, and with whom it is. turn_id, told: who hears how far it is; see `Comparer`."""
    first, second = old.settled(), new.settled()
    who = await whose(second, records, said)
    report = await comparer.compare(first.paper, second.paper, who.ours, turn_id=turn_id, told=told)
    return Compared(first, second, report), who


def _in_step(report: Report) -> Iterator[Step]:
    """Every pair of clauses with what became of it; what is of no pair stands at the end."""
    left = {(_places(one.old), _places(one.new)): one for one in report.changes}
    for here, there in report.pairs:
        before = report.old[here] if here is not None else None
        after = report.new[there] if there is not None else None
        change = left.pop((_places(before), _places(after)), None)
        yield (change.old, change.new, change) if change else (before, after, None)
    yield from ((one.old, one.new, one) for one in left.values())


def _groups(steps: Sequence[Step]) -> Iterator[tuple[int, Sequence[Step]]]:
    """Each change by itself; what stands unchanged between two of them together. With the place of the first of each."""
    start = 0
    for at, (_, _, change) in enumerate(steps):
        if change is None:
            continue
        if start < at:
            yield start, steps[start:at]
        yield at, steps[at : at + 1]
        start = at + 1
    if start < len(steps):
        yield start, steps[start:]


def _row(before: Clause | None, after: Clause | None, change: ClauseChange | None) -> Json:
    return {"old": _side(before, change, ChangeKind.REMOVED), "new": _side(after, change, ChangeKind.ADDED)}


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

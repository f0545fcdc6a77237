"""Which open opportunities are stuck, each with its reasons. Knows days; knows no likelihood."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from bot.domain.outcome import Answer
from bot.domain.query import MOST_ROWS, Dir, Filter, Op, Query, Row, Sort
from skills.query_crm.case import Case, shortened
from skills.query_crm.posed import Posed
from skills.query_crm.steps import finished, nothing

SILENT_DAYS = 21
"""From so many days without a touchpoint at its account an open opportunity counts as silent."""
LATE_STEP = 7
"""A next step that is late by less, and nothing else, is a slip."""
WON_LOOKED_AT, LINES, STEP = 300, 5, 24


@dataclass(frozen=True, slots=True)
class Stall:
    """Why an opportunity may not move. weight: how many days its reasons add up to. stuck: whether they are enough."""

    row: Row
    reasons: Sequence[str]
    weight: int
    stuck: bool


async def stuck(case: Case, posed: Posed) -> Answer:
    """Open opportunities past their close date, past their next step, longer in a stage than a won one takes in all, or silent."""
    found = await case.ask(Query("opportunity", posed.query.filters, limit=MOST_ROWS))
    if not found.total:
        return finished(case.saying, posed, [nothing(case.saying, "opportunity")], (), found=False)
    usual = await _usual(case)
    touches = await case.last_touches(()) if await _sees_touches(case) else None
    stalls = [stall for row in found.rows if (stall := _stall(case, row, usual, touches)).stuck]
    stalls.sort(key=lambda one: (-len(one.reasons), -one.weight))
    say = case.saying.say
    beside = [say("stuck_read", silent=SILENT_DAYS)] + ([say("stuck_usual", days=usual)] if usual else [])
    beside += [say("looked_through", count=len(found.rows), total=found.total)] if found.total > len(found.rows) else []
    if not stalls:
        grounds = [case.saying.ground("opportunity", row) for row in found.rows]
        return finished(case.saying, posed, [say("stuck_none", total=found.total)], grounds, beside)
    lines = [say("stuck", count=len(stalls), total=found.total)]
    lines += [say("stuck_line", name=_called(case, one.row), reasons=case.saying.listed(one.reasons)) for one in stalls[:LINES]]
    lines += [say("more", count=len(stalls) - LINES)] if len(stalls) > LINES else []
    return finished(case.saying, posed, lines, [case.saying.ground("opportunity", one.row) for one in stalls], beside)


async def _sees_touches(case: Case) -> bool:
    return await case.tried(Query("touchpoint", limit=1)) is not None


async def _usual(case: Case) -> int:
    """Days from creation to signing that half of the latest won ones took at most; 0 where none tells."""
    sort = Sort("close_date", Dir.DESC)
    found = await case.tried(Query("opportunity", (Filter("stage", Op.EQ, "won"),), sort=sort, limit=WON_LOOKED_AT))
    spans = []
    for row in found.rows if found else ():
        begun, ended = row.fields.get("created_date"), row.fields.get("close_date")
        if begun and ended:
            spans.append((date.fromisoformat(str(ended)) - date.fromisoformat(str(begun))).days)
    return round(median(spans)) if spans else 0


def _stall(case: Case, row: Row, usual: int, touches: Mapping[str, date] | None) -> Stall:
    """The reasons why a deal counts as stuck, the weightiest first."""
    say, fields = case.saying.say, row.fields
    reasons: list[tuple[int, str]] = []
    if (passed := _past(case, fields.get("close_date"))) > 0:
        reasons.append((passed, say("late_close", days=passed)))
    if (late := _past(case, fields.get("next_step_date"))) > 0:
        step = shortened(str(fields.get("next_step") or "-"), STEP)
        reasons.append((late, say("late_step", days=late, step=step)))
    stayed = _past(case, fields.get("stage_date"))
    if usual and stayed > usual:
        stage = case.saying.condition("opportunity", Filter("stage", Op.EQ, str(fields.get("stage"))))
        reasons.append((stayed - usual, say("long_stage", stage=stage, days=stayed)))
    if touches is not None:
        last = touches.get(str(fields.get("account_name")))
        quiet = case.ago(last) if last else None
        if quiet is None:
            reasons.append((SILENT_DAYS, say("never_touched")))
        elif quiet >= SILENT_DAYS:
            reasons.append((quiet, say("quiet", days=quiet)))
    reasons.sort(key=lambda one: -one[0])
    slipped = late > 0 and len(reasons) == 1 and late < LATE_STEP
    return Stall(row, [words for _, words in reasons], sum(days for days, _ in reasons), bool(reasons) and not slipped)


def _past(case: Case, day: object) -> int:
    """How many days a day is past; 0 where it is not, or is not set."""
    return max(0, case.ago(date.fromisoformat(str(day)))) if day else 0


def _called(case: Case, row: Row) -> str:
    fields, amount = row.fields, row.fields.get("amount")
    parts = [str(fields.get("name") or row.id)]
    parts += [str(fields["owner_name"])] if fields.get("owner") != case.records.scope.user_id and fields.get("owner_name") else []
    parts += [case.saying.money(amount, str(fields.get("currency") or ""))] if isinstance(amount, int | float) else []
    return case.saying.joint(parts)

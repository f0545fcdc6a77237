"""Who was not contacted for so many days: accounts, or open deals by their account. Knows touchpoints by their days alone."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.domain.evidence import Evidence
from bot.domain.outcome import Answer
from bot.domain.query import MOST_ROWS, Dir, Filter, Op, Query, Row, Sort
from skills.query_crm.case import Case, of_account
from skills.query_crm.posed import Posed
from skills.query_crm.steps import finished, nothing

LINES, GROUNDS = 5, 3


async def silent(case: Case, posed: Posed) -> Answer:
    """Those whose last touchpoint is at least `posed.days` days ago, or that have none; the longest silence first.

    Raises: NotAllowed when the person may see no touchpoints: then nobody can be told to have been left alone.
    """
    of = posed.query.entity
    touches = await case.last_touches(_kind(posed))
    found = await case.ask(Query(of, posed.query.filters, limit=MOST_ROWS))
    name = "name" if of == "account" else "account_name"
    quiet = [(row, touches.get(str(row.fields.get(name)))) for row in found.rows]
    quiet = [(row, last) for row, last in quiet if last is None or case.ago(last) >= posed.days]
    quiet.sort(key=lambda one: one[1] or date.min)
    beside = [case.saying.say("silent_read" if not posed.touch else f"silent_read_{posed.touch}", days=posed.days)]
    if found.total > len(found.rows):
        beside.append(case.saying.say("looked_through", count=len(found.rows), total=found.total))
    if not found.total:
        return finished(case.saying, posed, [nothing(case.saying, of)], (), beside, found=False)
    if not quiet:
        line = case.saying.say("silent_none", days=posed.days, total=found.total, entity=case.saying.entity(of))
        return finished(case.saying, posed, [line], [case.saying.ground(of, row) for row in found.rows[:GROUNDS]], beside)
    lines = _lines(case, posed, quiet, found.total)
    return finished(case.saying, posed, lines, await _grounds(case, posed, quiet[:GROUNDS]), beside)


def _kind(posed: Posed) -> tuple[Filter, ...]:
    return (Filter("kind", Op.EQ, posed.touch),) if posed.touch else ()


def _lines(case: Case, posed: Posed, quiet: Sequence[tuple[Row, date | None]], total: int) -> list[str]:
    say, of = case.saying.say, posed.query.entity
    lines = [say("silent", count=len(quiet), days=posed.days, total=total, entity=case.saying.entity(of))]
    for row, last in quiet[:LINES]:
        ago = say("silent_since", days=case.ago(last), day=last.isoformat()) if last else say("silent_ever")
        lines.append(say("row", text=case.saying.joint((_called(case, of, row.fields, str(row.id)), ago))))
    return [*lines, say("more", count=len(quiet) - LINES)] if len(quiet) > LINES else lines


def _called(case: Case, of: str, fields: Mapping[str, object], other: str) -> str:
    name = str(fields.get("name") or other)
    owner = fields.get("owner_name") if fields.get("owner") != case.records.scope.user_id else None
    account = fields.get("account_name") if of == "opportunity" else None
    return case.saying.joint(str(part) for part in (name, account, owner) if part)


async def _grounds(case: Case, posed: Posed, quiet: Sequence[tuple[Row, date | None]]) -> list[Evidence]:
    """Of each the last touchpoint, or the record itself where there is none."""
    of, grounds = posed.query.entity, []
    for row, last in quiet:
        account = str(row.id if of == "account" else row.fields.get("account"))
        asked = Query("touchpoint", (of_account(account), *_kind(posed)), sort=Sort("happened_at", Dir.DESC), limit=1)
        touched = await case.tried(asked) if last else None
        grounds.append(case.touch(touched.rows[0]) if touched and touched.rows else case.saying.ground(of, row))
    return grounds

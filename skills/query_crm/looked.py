"""What an account or a contact has looked at: pages and papers, with days and seconds. Leaves out whoever took their consent back."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.outcome import Answer
from bot.domain.query import Dir, Filter, Op, Query, Row, Sort
from skills.query_crm.case import Case, shortened
from skills.query_crm.posed import Posed
from skills.query_crm.steps import finished

LINES, LOOKED_THROUGH = 5, 100
VISIT = Filter("kind", Op.EQ, "website_visit")


async def looked_at(case: Case, posed: Posed) -> Answer:
    """Visits, the latest first; where there are none, the other signals that are known.

    Raises: NotAllowed when the person may see no signals.
    """
    say = case.saying.say
    asked = replace(posed.query, filters=(*posed.query.filters, VISIT), sort=Sort("happened_at", Dir.DESC), limit=LOOKED_THROUGH)
    found = await case.ask(asked)
    refused = await _refused(case)
    visits = [row for row in found.rows if row.fields.get("contact") not in refused]
    beside = [say("consent_read", count=len(found.rows) - len(visits))] if len(visits) < len(found.rows) else []
    if not visits:
        others = (await case.ask(replace(posed.query, sort=Sort("happened_at", Dir.DESC), limit=LINES))).rows
        others = tuple(row for row in others if row.fields.get("kind") != VISIT.value)
        lines = [say("not_looked"), *(_other(case, row) for row in others)]
        return finished(case.saying, posed, lines, [case.touch(row) for row in others], beside, found=bool(others))
    lines = [_first(case, visits), *(_line(case, row) for row in visits[:LINES])]
    lines += [say("more", count=len(visits) - LINES)] if len(visits) > LINES else []
    return finished(case.saying, posed, lines, [case.touch(row) for row in visits], beside)


async def _refused(case: Case) -> set[object]:
    """Contacts whose last word on being watched while browsing is no."""
    asked = Query("consent", (Filter("purpose", Op.EQ, "profiling"),), sort=Sort("granted_date", Dir.ASC), limit=1000)
    found = await case.tried(asked)
    last = {row.fields.get("contact"): row.fields.get("status") for row in found.rows if row.fields.get("contact")} if found else {}
    return {contact for contact, status in last.items() if status != "given"}


def _first(case: Case, visits: Sequence[Row]) -> str:
    seconds = sum(value for row in visits if isinstance(value := row.fields.get("seconds"), int | float))
    last = case.day(str(visits[0].fields["happened_at"]))
    return case.saying.say("looked", count=len(visits), seconds=f"{seconds:g}", days=case.ago(last))


def _line(case: Case, row: Row) -> str:
    fields, say = row.fields, case.saying.say
    day = case.day(str(fields["happened_at"])).isoformat()
    seconds = say("for_seconds", seconds=f"{float(str(fields['seconds'])):g}") if fields.get("seconds") else ""
    who = str(fields.get("contact_name") or fields.get("account_name") or "")
    what = case.saying.joint(part for part in (day, who, str(fields.get("subject") or ""), seconds) if part)
    quote = fields.get("quote")
    return say("looked_line", what=what, quote=shortened(str(quote))) if quote else say("row", text=what)


def _other(case: Case, row: Row) -> str:
    kind = case.saying.condition("signal", Filter("kind", Op.EQ, str(row.fields.get("kind"))))
    day = case.day(str(row.fields["happened_at"])).isoformat()
    return case.saying.say("row", text=case.saying.joint((day, kind, shortened(str(row.fields.get("subject") or "-")))))

"""How an account is doing, on a few lines: last touch, open deals, usage, tickets, what is overdue, what is due. No full brief."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.domain.evidence import Evidence
from bot.domain.outcome import Answer
from bot.domain.query import Dir, Filter, Op, Query, Row, Sort
from skills.query_crm.case import Case, of_account, shortened
from skills.query_crm.posed import Posed
from skills.query_crm.steps import finished, nothing

FALLEN = 0.15
"""From this share fewer active users than three months before it is worth a look."""
QUIET, SOON = 30, 60
"""Days without a touch, and until a renewal or its notice, from which on it is worth a look."""
MONTHS = 4


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the state. look: what is worth a look about it, empty when nothing is."""

    text: str
    ground: Evidence | None = None
    look: str = ""


async def standing(case: Case, posed: Posed) -> Answer:
    """What is worth a look first, then the lines. What the person may not see has no line, and is not called fine."""
    found = await case.ask(replace(posed.query, limit=1))
    if not found.rows:
        return finished(case.saying, posed, [nothing(case.saying, "account")], (), found=False)
    account = found.rows[0]
    its = of_account(account.id)
    lines = [
        line for part in (_touched, _deals, _usage, _tickets, _overdue)
        if (line := await part(case, its)) is not None
    ]
    lines += _due(case, account)
    looks = [line.look for line in lines if line.look]
    say, name = case.saying.say, account.fields.get("name")
    first = say("worth_a_look", name=name, count=len(looks), looks=case.saying.listed(looks)) if looks else say("all_calm", name=name)
    grounds = [line.ground for line in sorted(lines, key=lambda one: not one.look) if line.ground]
    answer = finished(case.saying, posed, [first, *(say("row", text=line.text) for line in lines)], grounds)
    return replace(answer, about=(account.id,))


async def _touched(case: Case, its: Filter) -> Line | None:
    found = await case.tried(Query("touchpoint", (its,), sort=Sort("happened_at", Dir.DESC), limit=1))
    if found is None:
        return None
    if not found.rows:
        return Line(case.saying.say("never_touched"), None, case.saying.say("look_quiet"))
    row = found.rows[0]
    ago = case.ago(case.day(str(row.fields["happened_at"])))
    kind = case.saying.condition("touchpoint", Filter("kind", Op.EQ, str(row.fields.get("kind"))))
    who = case.saying.joint(str(part) for part in (kind, row.fields.get("contact_name")) if part)
    text = case.saying.say("last_touch", days=ago, who=who, note=shortened(str(row.fields.get("note") or "-"), 40))
    return Line(text, case.touch(row), case.saying.say("look_quiet") if ago >= QUIET else "")


async def _deals(case: Case, its: Filter) -> Line | None:
    undecided = Filter("stage", Op.IN, ("qualify", "proposal", "negotiation"))
    found = await case.tried(Query("opportunity", (its, undecided), sort=Sort("close_date", Dir.ASC), limit=20))
    if found is None:
        return None
    if not found.rows:
        return Line(case.saying.say("no_open_deal"))
    row = found.rows[0]
    late = case.ago(date.fromisoformat(str(row.fields["close_date"]))) if row.fields.get("close_date") else 0
    text = case.saying.say("open_deals", count=found.total, first=case.saying.row("opportunity", row))
    return Line(text, case.saying.ground("opportunity", row), case.saying.say("look_late_deal") if late > 0 else "")


async def _usage(case: Case, its: Filter) -> Line | None:
    found = await case.tried(Query("usage", (its,), sort=Sort("month", Dir.DESC), limit=MONTHS))
    told = [row for row in found.rows if row.fields.get("active_users") is not None] if found else []
    months = [(row, float(str(row.fields["active_users"]))) for row in told]
    if len(months) < 2:  # noqa: PLR2004 - a trend has two ends
        return None
    (last, users), (first, before) = months[0], months[-1]
    change = (users - before) / before if before else 0.0
    text = case.saying.say(
        "usage", first=str(first.fields["month"])[:7], before=f"{before:g}", last=str(last.fields["month"])[:7], users=f"{users:g}",
        percent=f"{100 * change:+.0f}%",
    )
    return Line(text, case.saying.ground("usage", last, text), case.saying.say("look_usage") if change <= -FALLEN else "")


async def _tickets(case: Case, its: Filter) -> Line | None:
    found = await case.tried(Query("ticket", (its, Filter("status", Op.NEQ, "closed")), sort=Sort("severity", Dir.ASC), limit=20))
    if found is None or not found.rows:
        return Line(case.saying.say("no_open_ticket")) if found else None
    row = found.rows[0]
    severe = any(one.fields.get("severity") in {"P1", "P2"} for one in found.rows)
    text = case.saying.say("open_tickets", count=found.total, first=case.saying.joint(
        str(row.fields[name]) for name in ("number", "severity", "subject") if row.fields.get(name)
    ))  # fmt: skip
    return Line(text, case.saying.ground("ticket", row), case.saying.say("look_ticket") if severe else "")


async def _overdue(case: Case, its: Filter) -> Line | None:
    unpaid = (its, Filter("paid_date", Op.IS_NULL), Filter("due_date", Op.LT, case.today.isoformat()))
    found = await case.tried(Query("invoice", unpaid, sort=Sort("due_date", Dir.ASC), limit=20))
    if found is None or not found.rows:
        return None
    row = found.rows[0]
    days = case.ago(date.fromisoformat(str(row.fields["due_date"])))
    money = _money(case, found.rows)
    text = case.saying.say("overdue" if money else "overdue_count", count=found.total, days=days, money=money)
    return Line(text, case.saying.ground("invoice", row), case.saying.say("look_overdue"))


def _money(case: Case, rows: Sequence[Row]) -> str:
    """What they come to, each currency by itself; empty where amounts are not the person's to see."""
    sums: dict[str, float] = {}
    for row in rows:
        if isinstance(row.fields.get("amount"), int | float):
            currency = str(row.fields.get("currency") or "")
            sums[currency] = sums.get(currency, 0.0) + float(str(row.fields["amount"]))
    return case.saying.listed(case.saying.money(value, currency) for currency, value in sums.items())


def _due(case: Case, account: Row) -> list[Line]:
    """The renewal, where there is a day for it."""
    day = account.fields.get("renewal_date")
    if not day:
        return []
    left = -case.ago(date.fromisoformat(str(day)))
    text = case.saying.say("renews", day=day, days=left)
    return [Line(text, case.saying.ground("account", account), case.saying.say("look_renewal") if 0 <= left <= SOON else "")]

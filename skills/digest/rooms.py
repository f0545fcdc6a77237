"""What those look after who sell nothing: open tickets, new signals, orders on their way. Knows dates; knows no deal."""

from collections import Counter
from datetime import timedelta

from bot.domain.query import Dir, Filter, Found, Op, Period, Sort
from skills.digest.desk import Desk, Part, Told
from skills.digest.wanted import days_of

SOON = 30
LOW = 6
NOT_CLOSED = Filter("status", Op.NEQ, "closed")


async def tickets(desk: Desk) -> Part | None:
    """Open ones, the gravest counted."""
    grave = await desk.found(desk.query("ticket", NOT_CLOSED, Filter("severity", Op.EQ, "P1"), sort=Sort("opened_at", Dir.ASC)))
    every = await desk.found(desk.query("ticket", NOT_CLOSED, sort=Sort("opened_at", Dir.ASC)))
    if grave is None or every is None or not every.total:
        return None
    shown: Found = grave if grave.total else every
    days = desk.said.overdue(shown.rows[0], "opened_at")
    words = desk.say("tickets_grave" if grave.total else "tickets", count=every.total, grave=grave.total, days=days,
                     first=desk.names(shown.rows, "account_name"))  # fmt: skip
    numbers = (desk.many(every, "tickets"), *((desk.many(grave, "tickets_p1"),) if grave.total else ()))
    line = Told(words, desk.say("tickets_why", count=every.total, grave=grave.total), numbers, desk.grounds("ticket", shown.rows))
    return Part(desk.say("tickets_title"), (line,))


async def marks(desk: Desk) -> Part | None:
    """Low answers since the last digest of this kind."""
    days = Period("answered_date", min(desk.window.first, desk.today - timedelta(days=1)), desk.today)
    found = await desk.found(desk.query("nps", Filter("score", Op.LTE, LOW), sort=Sort("score", Dir.ASC), period=days))
    if found is None or not found.total:
        return None
    words = desk.say("marks", count=found.total, limit=LOW, first=desk.names(found.rows, "account_name"))
    why = desk.say("marks_why", count=found.total, limit=LOW, first=desk.said.day(days.first))
    return Part(desk.say("marks_title"), (Told(words, why, (desk.many(found, ""),), desk.grounds("nps", found.rows)),))


async def signals(desk: Desk) -> Part | None:
    """What was noticed of customers: yesterday and today, or over the window."""
    days = Period("happened_at", min(desk.window.first, desk.today - timedelta(days=1)), max(desk.window.last, desk.today))
    query = desk.query("signal", sort=Sort("happened_at", Dir.DESC), period=days)
    found = await desk.found(query)
    if found is None or not found.total:
        return None
    kinds = Counter(desk.said.label("signal", row, "kind") for row in await desk.all_of(query))
    told = desk.say("comma").join(f"{kind} {count}" for kind, count in kinds.most_common())
    words = desk.say("signals", count=found.total, told=told, first=desk.names(found.rows, "account_name"))
    why = desk.say("signals_why", count=found.total, first=desk.said.day(days.first), last=desk.said.day(days.last))
    return Part(desk.say("signals_title"), (Told(words, why, (desk.many(found, ""),), desk.grounds("signal", found.rows)),))


async def consents(desk: Desk) -> Part | None:
    """Consents that end soon."""
    days = Period("expires_date", desk.today, desk.today + timedelta(days=SOON))
    found = await desk.found(desk.query("consent", Filter("status", Op.EQ, "given"), sort=Sort("expires_date", Dir.ASC), period=days))
    if found is None or not found.total:
        return None
    words = desk.say("consents", count=found.total, days=SOON, first=desk.names(found.rows, "contact_name"))
    why = desk.say("consents_why", count=found.total, days=SOON)
    return Part(desk.say("consents_title"), (Told(words, why, (desk.many(found, ""),), desk.grounds("consent", found.rows)),))


async def orders(desk: Desk) -> Part | None:
    """Orders that are late, and those that are promised for this week."""
    coming, late = Filter("shipped_date", Op.IS_NULL), Filter("promised_date", Op.LT, desk.today.isoformat())
    behind = await desk.found(desk.query("order", coming, late, sort=Sort("promised_date", Dir.ASC)))
    week = Period("promised_date", *days_of("this_week", desk.today))
    due = await desk.found(desk.query("order", coming, sort=Sort("promised_date", Dir.ASC), period=week))
    lines = []
    if behind is not None and behind.total:
        days = desk.said.overdue(behind.rows[0], "promised_date")
        words = desk.say("orders_late", count=behind.total, days=days, first=desk.names(behind.rows, "account_name"))
        why = desk.say("orders_late_why", count=behind.total)
        lines.append(Told(words, why, (desk.many(behind, "orders_late"),), desk.grounds("order", behind.rows)))
    if due is not None and due.total:
        words = desk.say("orders_due", count=due.total, first=desk.names(due.rows, "account_name"))
        why = desk.say("orders_due_why", count=due.total)
        lines.append(Told(words, why, (desk.many(due, "orders_due"),), desk.grounds("order", due.rows)))
    return Part(desk.say("orders_title"), tuple(lines)) if lines else None

"""Open things: deals, tickets, quotes, orders, invoices that are not at their end. Computes days; forecasts nothing."""

from collections.abc import Callable, Mapping

from bot.domain.dossier import Facts, Pending
from bot.domain.query import Row
from bot.domain.saying import Line, Saying, number, text

HURTS = {"P1": 9.0, "P2": 7.0, "P3": 4.0, "P4": 2.0}
LATE, STALLED, DEAL, QUOTE, COMING, DUE = 8.0, 7.5, 6.0, 4.5, 3.0, 2.5
"""How much each kind of open thing matters; what is late comes before what is only open."""


def pending(facts: Facts, said: Saying) -> list[Pending]:
    """Everything open, what matters most first."""
    found = [tell(row, said) for view, tell in TELLS.items() for row in facts.of(view)]
    return sorted(found, key=lambda one: (-one.line.weight, -one.late))


def _deal(row: Row, said: Saying) -> Pending:
    close, over, closing = said.day_of(row, "close_date"), said.overdue(row, "next_step_date"), said.overdue(row, "close_date")
    when = (said.say("close_over", days=closing) if closing else said.say("closes", day=said.day(close))) if close else ""
    rival, step = text(row, "competitor"), text(row, "next_step")
    parts = [
        text(row, "name"), said.money(row, "amount"), said.label("opportunity", row, "stage"), when,
        said.say("against", who=rival) if rival else "", _step(row, step, over, said),
    ]
    shown = said.dots(parts)
    late = max(over, closing)
    return Pending("opportunity", row, Line(shown, (said.ground("opportunity", row, shown),), STALLED if late else DEAL), late)


def _step(row: Row, step: str, over: int, said: Saying) -> str:
    if not step:
        return said.say("no_step") if "next_step" in row.fields else ""
    due = said.day_of(row, "next_step_date")
    if over:
        return said.say("step_over", step=step, days=over)
    return said.say("step_due", step=step, day=said.day(due)) if due else said.say("step", step=step)


def _ticket(row: Row, said: Saying) -> Pending:
    opened = said.day_of(row, "opened_at")
    age = said.say("open_for", days=(said.today - opened).days) if opened else ""
    shown = said.dots([f"{text(row, 'number')} {text(row, 'severity')}".strip(), text(row, "subject"), age])
    weight = HURTS.get(text(row, "severity"), 3.0)
    return Pending("ticket", row, Line(shown, (said.ground("ticket", row, shown),), weight), (said.today - opened).days if opened else 0)


def _quote(row: Row, said: Saying) -> Pending:
    discount = number(row, "discount")
    parts = [
        text(row, "number"), said.label("quote", row, "status"), said.money(row, "amount"),
        said.say("discount", percent=f"{discount:g}") if discount else "",
    ]
    over = said.overdue(row, "valid_until")
    shown = said.dots([*parts, said.say("expired_for", days=over) if over else ""])
    return Pending("quote", row, Line(shown, (said.ground("quote", row, shown),), QUOTE))


def _order(row: Row, said: Saying) -> Pending:
    promised, late = said.day_of(row, "promised_date"), said.overdue(row, "promised_date")
    shipped = said.day_of(row, "shipped_date")
    late = 0 if shipped else late
    when = said.say("late_by", days=late) if late else said.say("promised", day=said.day(promised)) if promised and not shipped else ""
    on_way = said.say("shipped_on", day=said.day(shipped)) if shipped else said.label("order", row, "status")
    count, product = number(row, "quantity"), text(row, "product_name")
    what = f"{product}×{count:g}" if count and product else product
    shown = said.dots([text(row, "number"), what, on_way, when])
    return Pending("order", row, Line(shown, (said.ground("order", row, shown),), LATE if late else COMING), late)


def _invoice(row: Row, said: Saying) -> Pending:
    due, late = said.day_of(row, "due_date"), said.overdue(row, "due_date")
    when = said.say("overdue_by", days=late) if late else said.say("due", day=said.day(due)) if due else ""
    shown = said.dots([text(row, "number"), text(row, "subject"), said.money(row, "amount"), when])
    return Pending("invoice", row, Line(shown, (said.ground("invoice", row, shown),), LATE if late else DUE), late)


TELLS: Mapping[str, Callable[[Row, Saying], Pending]] = {
    "open_deals": _deal, "tickets": _ticket, "quotes": _quote, "coming": _order, "unpaid": _invoice,
}  # fmt: skip

"""What a sale leaves behind: quotes, orders, invoices, contracts. Knows terms and payment habits; knows no story by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from bot.demo.book import Book, Fields, day, owned_by, to
from bot.demo.days import Days
from bot.demo.dice import dice
from bot.demo.people import Firm
from bot.demo.pipeline import AUTHORITY_PERCENT, LATE_BY, Deal, price_list
from bot.demo.texts import words
from bot.domain.records import Import

DEPOSIT_PERCENT = 30
DEPOSIT_FROM = {"CNY": 300_000, "USD": 60_000, "EUR": 55_000}  # larger orders are paid in two parts
DEPOSIT_DAYS = 5
QUOTE_HOLDS = 30
SUPPLY_DAYS = 1095
POINTS = {"A": 600, "B": 300, "C": 180}


@dataclass(frozen=True, slots=True)
class Terms:
    """What a yearly subscription says. points: measuring points paid for; arr: a year's price in the firm's currency."""

    arr: int
    start: date
    end: date
    notice_days: int
    auto_renews: bool


def write_quotes(book: Book, made: Sequence[Deal], days: Days) -> None:
    """One quote for each opportunity that got as far, oldest first."""
    quoted = []
    for deal in made:
        rolled = dice("quote", deal.name)
        if deal.stage == "qualify" or (deal.stage == "lost" and rolled.random() < 0.3):  # noqa: PLR2004 - three in ten end before a price
            continue
        last = min(deal.close, days.ago(1))
        on = deal.created + timedelta(days=max(1, round((last - deal.created).days * rolled.uniform(0.3, 0.7))))
        quoted.append((on, deal, rolled))
    quoted.sort(key=lambda found: (found[0], found[1].name))
    for number, (on, deal, rolled) in enumerate(quoted, 1):
        book.add("quote", {
            "number": f"Q-{number:05d}", **_of(deal), **to("product", deal.product.id, deal.product.code), "quantity": deal.quantity,
            "list_amount": deal.list_amount, "discount": deal.discount, "amount": deal.amount, "currency": deal.firm.currency,
            "payment_days": deal.payment_days, "status": _quote_status(deal, on, days, rolled), "quote_date": day(on),
            "valid_until": day(on + timedelta(days=QUOTE_HOLDS)),
        })


def write_orders(book: Book, made: Sequence[Deal], days: Days) -> None:
    """An order for each opportunity won, and its invoices as far as they are out."""
    won = sorted((deal for deal in made if deal.stage == "won"), key=lambda deal: (deal.close, deal.name))
    issued: list[tuple[date, Fields]] = []
    for number, deal in enumerate(won, 1):
        rolled = dice("order", deal.name)
        fields = _order(deal, number, days, rolled)
        order = book.add("order", fields)
        issued += _invoices(deal, order, days, rolled)
    for number, (_, fields) in enumerate(sorted(issued, key=lambda found: (found[0], str(found[1]["order_name"]))), 1):
        book.add("invoice", {"number": f"INV-{number:05d}", **fields})


def write_contracts(book: Book, made: Sequence[Deal], terms: dict[str, Terms]) -> None:
    """For each customer the supply contract of its first order, its subscription, and for every third one a confidentiality agreement."""
    first: dict[str, Deal] = {}
    for deal in sorted((deal for deal in made if deal.stage == "won"), key=lambda deal: (deal.close, deal.name)):
        first.setdefault(deal.firm.id, deal)
    for place, deal in enumerate(first.values()):
        rolled = dice("contract", deal.firm.name)
        book.add("contract", contract_fields(deal, len(book.entries.get("contract", [])) + 1, "supply", deal.close, SUPPLY_DAYS))
        if place % 3 == 0:
            signed = deal.created + timedelta(days=rolled.randint(3, 12))
            book.add("contract", contract_fields(deal, len(book.entries["contract"]) + 1, "nda", signed, 1095))
        if deal.firm.id in terms:
            book.add("contract", _subscription(deal, len(book.entries["contract"]) + 1, terms[deal.firm.id]))


def contract_fields(deal: Deal, number: int, kind: str, signed: date, runs_days: int) -> Fields:
    """The record of a contract on our standard terms."""
    end = signed + timedelta(days=runs_days)
    supply = kind == "supply"
    return {
        "number": f"C-{number:04d}", **_of(deal), "name": _title(deal.firm, kind), "kind": kind, "version": 1, "status": "active",
        "value": deal.amount if supply else None, "currency": deal.firm.currency, "signed_date": day(signed), "start_date": day(signed),
        "end_date": day(end), "notice_days": None, "notice_date": None, "auto_renews": False,
        "payment_days": deal.payment_days if supply else None, "warranty_months": 12 if supply else None,
        "liability_cap": 100 if supply else None, "terms_risk": None, "needs_legal": None,
    }


def subscription_terms(firm: Firm, days: Days) -> Terms:
    """A year's subscription by the size of the firm, renewed some day within the next year."""
    rolled = dice("subscription", firm.name)
    price = price_list()["CLOUD-B" if firm.tier == "C" else "CLOUD-P"].prices[firm.currency]
    points = round(POINTS[firm.tier] * rolled.uniform(0.5, 1.4) / 10) * 10
    end = days.ago(-rolled.randint(8, 358))
    return Terms(price * points, end - timedelta(days=365), end, rolled.choice((30, 60, 60, 90)),
                 rolled.random() < 0.6)  # noqa: PLR2004 - three in five renew by themselves


def paid_late_by(book: Book) -> dict[str, int]:
    """Account id -> mean days between due and paid, over invoices that are paid."""
    late: dict[str, list[int]] = {}
    for entry in book.entries["invoice"]:
        paid, due = entry.fields["paid_date"], entry.fields["due_date"]
        if isinstance(paid, str) and isinstance(due, str):
            late.setdefault(str(entry.fields["account"]), []).append((date.fromisoformat(paid) - date.fromisoformat(due)).days)
    return {account: round(sum(found) / len(found)) for account, found in late.items()}


def _of(deal: Deal) -> Fields:
    return {**to("account", deal.firm.id, deal.firm.name), **to("opportunity", deal.id, deal.name), **owned_by(deal.firm.owner)}


def _title(firm: Firm, kind: str) -> str:
    return words(firm.lang, "contract")[kind].format(short=firm.short)


def _subscription(deal: Deal, number: int, terms: Terms) -> Fields:
    return {
        **contract_fields(deal, number, "subscription", terms.start, 0), "value": terms.arr, "end_date": day(terms.end),
        "notice_days": terms.notice_days, "notice_date": day(terms.end - timedelta(days=terms.notice_days)),
        "auto_renews": terms.auto_renews, "payment_days": 30, "liability_cap": 100,
    }


def _quote_status(deal: Deal, on: date, days: Days, rolled: Random) -> str:
    if deal.stage == "won":
        return "accepted"
    if deal.stage == "lost":
        return rolled.choice(("rejected", "expired"))
    if deal.discount > AUTHORITY_PERCENT:
        return "in_review"
    if on + timedelta(days=QUOTE_HOLDS) < days.today:
        return "expired"
    return "sent" if deal.stage == "negotiation" else rolled.choice(("sent", "sent", "draft"))


def _order(deal: Deal, number: int, days: Days, rolled: Random) -> Fields:
    """An order as it stands: what was promised lately may be late, what is due later is being made."""
    ordered = min(deal.close + timedelta(days=1 if deal.late_by else rolled.randint(1, 6)), days.today)
    promised = ordered + timedelta(days=rolled.randint(21, 45))
    shipped: date | None = promised + timedelta(days=rolled.randint(-6, 9))
    delivered: date | None = promised + timedelta(days=rolled.randint(10, 16))
    if deal.shipped:
        shipped, delivered = deal.shipped, deal.shipped + timedelta(days=7)
    stuck = not deal.late_by and (days.today - promised).days in range(60) and rolled.random() < 0.3  # noqa: PLR2004 - a third of the recent ones
    if stuck or shipped is None or shipped > days.today:
        shipped = delivered = None
    elif delivered is None or delivered > days.today:
        delivered = None
    started = (days.today - ordered).days > 10  # noqa: PLR2004 - planning takes ten days
    status = "delivered" if delivered else "shipped" if shipped else "in_production" if started else "pending"
    if rolled.random() < 0.02 and not deal.late_by:  # noqa: PLR2004 - one in fifty is called off
        status, shipped, delivered = "cancelled", None, None
    return {
        "number": f"SO-{number:05d}", **_of(deal), **to("product", deal.product.id, deal.product.code), "quantity": deal.quantity,
        "amount": deal.amount, "currency": deal.firm.currency, "status": status, "order_date": day(ordered),
        "promised_date": day(promised), "shipped_date": day(shipped), "delivered_date": day(delivered),
    }


def _invoices(deal: Deal, order: Import, days: Days, rolled: Random) -> list[tuple[date, Fields]]:
    """A deposit when ordered and the rest when shipped; smaller orders in one. A cancelled order has none."""
    if order.fields["status"] == "cancelled":
        return []
    subjects = words(deal.firm.lang, "invoice")
    ordered = date.fromisoformat(str(order.fields["order_date"]))
    shipped = order.fields["shipped_date"]
    part = round(deal.amount * DEPOSIT_PERCENT / 100)
    plan = [("deposit", part, ordered, DEPOSIT_DAYS)] if deal.amount >= DEPOSIT_FROM[deal.firm.currency] else []
    if isinstance(shipped, str):
        left = deal.amount - (part if plan else 0)
        plan.append(("rest" if plan else "whole", left, date.fromisoformat(shipped), deal.payment_days))
    found = []
    for place, (subject, amount, issued, term) in enumerate(plan):
        due = issued + timedelta(days=term)
        paid = _paid(deal, due, place, days, rolled)
        found.append((issued, {
            **to("account", deal.firm.id, deal.firm.name), **to("order", order.id, str(order.fields["number"])),
            **owned_by(deal.firm.owner), "subject": subjects[subject], "amount": amount, "currency": deal.firm.currency,
            "issued_date": day(issued), "due_date": day(due), "paid_date": day(paid),
        }))
    return found


def _paid(deal: Deal, due: date, place: int, days: Days, rolled: Random) -> date | None:
    """The day it was paid, if it was by today. Poor ratings pay later, and two in five of theirs wait much longer."""
    late: int | None = rolled.randint(*LATE_BY[deal.firm.rating])
    if deal.firm.rating in {"B", "C"} and rolled.random() < 0.4:  # noqa: PLR2004 - two in five
        late = rolled.randint(40, 120)
    if place < len(deal.late_by):
        late = deal.late_by[place]
    paid = None if late is None else due + timedelta(days=late)
    return paid if paid and paid <= days.today else None

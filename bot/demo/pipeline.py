"""Opportunities of every firm and what follows from them. Knows how a sale runs; knows no story by name."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from bot.demo.book import Fields, day, demo_id, owned_by, to
from bot.demo.days import Days
from bot.demo.dice import dice
from bot.demo.people import Firm, Person
from bot.demo.texts import lists, rows
from bot.domain.ids import RecordId

STAGES = {"won": 140, "lost": 90, "negotiation": 45, "proposal": 60, "qualify": 65}  # 400 in all
PROBABILITY = {"qualify": (10, 25), "proposal": (35, 55), "negotiation": (60, 85), "won": (100, 100), "lost": (0, 0)}
QUANTITY = {"sensor": (12, 240, 4), "gateway": (2, 20, 1), "software": (60, 600, 20), "service": (5, 40, 1)}
SELLS = {"S3": 8, "S5": 5, "S1": 3, "P2": 3, "G2": 3, "CLOUD-P": 4, "CLOUD-E": 2, "CARE": 2}
LATE_BY = {"AAA": (-5, 2), "AA": (-2, 5), "A": (0, 9), "B": (6, 26), "C": (12, 40)}
UNNUMBERED = RecordId("")  # ids come last, in order of age
AUTHORITY_PERCENT = 10  # total discount that a rep may give; above it a manager decides


@dataclass(frozen=True, slots=True)
class Product:
    """One thing on the price list. prices: currency -> list price of one. margin, floor: at the list price, and the lowest, in %."""

    id: RecordId
    code: str
    name: str
    name_en: str
    category: str
    sold_by: str
    prices: dict[str, int]
    margin: int
    floor: int


@dataclass(frozen=True, slots=True)
class Deal:
    """An opportunity with all that its quote, order and invoices need.

    late_by: days between due and paid, invoice by invoice; empty takes what firms of that rating do; None in it: not paid to this day.
    shipped: when a story says so, else the dice do.
    """

    firm: Firm
    person: Person
    name: str
    stage: str
    product: Product
    quantity: int
    discount: float
    created: date
    close: date
    stage_since: date
    competitor: str | None = None
    lost_reason: str | None = None
    budget_status: str = "pending"
    probability: int = 50
    next_step: str | None = None
    next_step_date: date | None = None
    payment_days: int = 30
    late_by: tuple[int | None, ...] = ()
    shipped: date | None = None
    id: RecordId = UNNUMBERED

    @property
    def list_amount(self) -> int:
        """What it costs before any discount, in the firm's currency."""
        return self.quantity * self.product.prices[self.firm.currency]

    @property
    def amount(self) -> int:
        """What it costs, in the firm's currency, rounded to one."""
        return round(self.list_amount * (100 - self.discount) / 100)

    @property
    def is_open(self) -> bool:
        """Whether it is still to be decided."""
        return self.stage not in {"won", "lost"}


def price_list() -> dict[str, Product]:
    """Everything that we sell, by code."""
    return {
        row["code"]: Product(
            RecordId(demo_id("product", number)), row["code"], row["name"], row["name_en"], row["category"], row["sold_by"],
            {currency: int(row[currency.lower()]) for currency in ("CNY", "USD", "EUR")}, int(row["list_margin"]), int(row["margin_floor"]),
        )
        for number, row in enumerate(rows("products"), 1)
    }


def deals(listed: Sequence[Firm], told: Sequence[Deal], days: Days) -> tuple[Deal, ...]:
    """All 400, oldest first: those `told` by the stories, and for the other firms as many of each stage as are left."""
    products = price_list()
    storied = {deal.firm.id for deal in told}
    others = [firm for firm in listed if firm.id not in storied]
    made = list(told)
    for stage, wanted in STAGES.items():
        missing = wanted - sum(deal.stage == stage for deal in told)
        buyers = [firm for firm in others if _may_have(firm, stage)]
        made += [_deal(buyers[number % len(buyers)], stage, number, products, days) for number in range(missing)]
    made.sort(key=lambda deal: (deal.created, deal.name))
    return tuple(replace(deal, id=RecordId(demo_id("opportunity", number))) for number, deal in enumerate(made, 1))


def deal_fields(deal: Deal) -> Fields:
    """The record of an opportunity."""
    return {
        "name": deal.name, **to("account", deal.firm.id, deal.firm.name), **to("contact", deal.person.id, deal.person.name),
        **owned_by(deal.firm.owner), "stage": deal.stage, "amount": deal.amount, "currency": deal.firm.currency,
        **to("product", deal.product.id, deal.product.code), "quantity": deal.quantity, "discount": deal.discount,
        "probability": deal.probability, "created_date": day(deal.created), "close_date": day(deal.close),
        "stage_date": day(deal.stage_since), "competitor": deal.competitor, "lost_reason": deal.lost_reason,
        "budget_status": deal.budget_status, "next_step": deal.next_step, "next_step_date": day(deal.next_step_date),
    }


def _may_have(firm: Firm, stage: str) -> bool:
    """Customers buy; prospects have not yet; who left does not talk to us."""
    if stage == "won":
        return firm.status != "prospect"
    return stage == "lost" or firm.status != "former"


def _deal(firm: Firm, stage: str, number: int, products: dict[str, Product], days: Days) -> Deal:
    rolled = dice("deal", firm.name, stage, number)
    words = lists("deals")[str(firm.lang)]
    product = products[rolled.choices(list(SELLS), list(SELLS.values()))[0]]
    low, high, step = QUANTITY[product.category]
    quantity = rolled.randrange(low, high + 1, step)
    created, close, since = _dates(firm, stage, rolled, days)
    open_still = stage not in {"won", "lost"}
    purpose = rolled.choice(words["purpose"])
    gap = "" if firm.lang == "zh" else " "
    return Deal(
        firm, rolled.choice(firm.people), f"{firm.short}{gap}{purpose} {product.code}×{quantity}", stage, product, quantity,
        _discount(firm, stage, rolled), created, close, since,
        competitor=rolled.choice(words["competitor"]) if rolled.random() < (0.9 if stage == "lost" else 0.45) else None,
        lost_reason=rolled.choice(words["lost_reason"]) if stage == "lost" else None,
        budget_status=_budget(stage, rolled),
        probability=rolled.randint(*PROBABILITY[stage]),
        next_step=rolled.choice(words["next_step"]) if open_still else None,
        next_step_date=days.ago(rolled.randint(-21, 5)) if open_still else None,
        payment_days=rolled.choice((30, 30, 30, 45)),
    )


def _dates(firm: Firm, stage: str, rolled: Random, days: Days) -> tuple[date, date, date]:
    """Created, closing, in this stage since. A lost one of a former customer is long ago, an open one may be overdue."""
    if stage in {"won", "lost"}:
        closed = rolled.randint(420, 715) if firm.status == "former" else rolled.randint(4, 715)
        close = days.working(closed)
        return days.working(closed + rolled.randint(40, 150)), close, close
    age = {"qualify": (6, 90), "proposal": (30, 150), "negotiation": (50, 210)}[stage]
    created_ago = rolled.randint(*age)
    latest = -20 if stage == "qualify" else 25
    return days.working(created_ago), days.ago(rolled.randint(-150, latest)), days.working(rolled.randint(2, created_ago))


def _discount(firm: Firm, stage: str, rolled: Random) -> float:
    """Within the rep's authority nine times in ten; large firms get a little more."""
    if stage == "qualify":
        return 0.0
    if rolled.random() < 0.1:  # noqa: PLR2004 - one in ten
        return float(rolled.choice((11, 12, 13, 14)))
    return rolled.choice((0, 2, 3, 5, 5, 6.5, 8, 10)) if firm.tier == "A" else float(rolled.choice((0, 0, 2, 3, 5, 7.5)))


def _budget(stage: str, rolled: Random) -> str:
    choices = {
        "qualify": ("none", "pending", "pending"), "proposal": ("pending", "pending", "approved"),
        "negotiation": ("approved", "approved", "pending"), "won": ("approved",), "lost": ("none", "frozen", "pending"),
    }
    return rolled.choice(choices[stage])

"""What a quote comes to: amounts, margin, days. Pure arithmetic over rows; looks nothing up and says nothing.

Source of the margin's formula: after a discount d on the list price, a margin m at list price is 1 - (1 - m) / (1 - d).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.query import Row
from bot.domain.saying import number

HUNDREDTHS = 2


@dataclass(frozen=True, slots=True)
class Lot:
    """A product with its quantity and the list price of one."""

    product: Row
    quantity: float
    price: float

    @property
    def listed(self) -> float:
        """What it costs at list price."""
        return self.quantity * self.price


@dataclass(frozen=True, slots=True)
class Margin:
    """In %. after: of the whole quote; floor: the lowest that is allowed, weighed by list amounts; before: at list price."""

    before: float
    after: float
    floor: float

    @property
    def short(self) -> bool:
        """Whether it is below what is allowed."""
        return self.after < self.floor - 1e-9


def listed(lots: Sequence[Lot]) -> float:
    """The whole at list price."""
    return round(sum(one.listed for one in lots), HUNDREDTHS)


def amount(list_amount: float, discount: float) -> float:
    """What is to be paid after a discount in %."""
    return whole(round(list_amount * (100 - discount) / 100, HUNDREDTHS))


def margin(lots: Sequence[Lot], discount: float) -> Margin | None:
    """The margin that is left; None where one of the products has none that may be seen."""
    total, shares = listed(lots), [(number(one.product, "list_margin"), number(one.product, "margin_floor"), one.listed) for one in lots]
    if not total or discount >= 100 or any(before is None or floor is None for before, floor, _ in shares):  # noqa: PLR2004 - per cent
        return None
    before = sum((one or 0.0) * part for one, _, part in shares) / total
    floor = sum((one or 0.0) * part for _, one, part in shares) / total
    after = 100 - (100 - before) / (1 - discount / 100)
    return Margin(round(before, 1), round(after, 1), round(floor, 1))


def sums(rows: Sequence[Row]) -> Mapping[str, float]:
    """Amounts by currency: different ones are never added up."""
    found: dict[str, float] = {}
    for row in rows:
        currency = str(row.fields.get("currency") or "")
        found[currency] = found.get(currency, 0.0) + (number(row, "amount") or 0.0)
    return found


def whole(value: float) -> float:
    """A figure without its ".0"."""
    return int(value) if float(value).is_integer() else value

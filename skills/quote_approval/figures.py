"""What a quote of several products comes to: amounts and margin. Pure arithmetic over rows; looks nothing up and says nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.figures import Left, left_of
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


def listed(lots: Sequence[Lot]) -> float:
    """The whole at list price."""
    return round(sum(one.listed for one in lots), HUNDREDTHS)


def margin(lots: Sequence[Lot], discount: float) -> Left | None:
    """What is left of the margin of all, weighed by list amounts; None where one of the products has none that may be seen."""
    total, weighed = listed(lots), dict[str, float]()
    for name in ("list_margin", "margin_floor"):
        shares = [(number(one.product, name), one.listed) for one in lots]
        if not total or any(share is None for share, _ in shares):
            return None
        weighed[name] = round(sum((share or 0.0) * part for share, part in shares) / total, 1)
    return left_of(weighed, discount)


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

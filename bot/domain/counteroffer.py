"""The terms of a quote, and other terms made whole. Knows a quote's figures; knows nobody who offers."""

from collections.abc import Mapping

HUNDREDTHS = 2


def completed(before: Mapping[str, object], offered: Mapping[str, object]) -> Mapping[str, object]:
    """`offered` terms with the amount that a new discount makes of the list price, so that the two never contradict each other."""
    discount, listed = offered.get("discount"), before.get("list_amount")
    if "amount" in offered or not _is_figure(discount) or not _is_figure(listed) or discount == before.get("discount"):
        return offered
    return {**offered, "amount": discounted(float(str(listed)), float(str(discount)))}


def discounted(list_amount: float, discount: float) -> float:
    """What is to be paid after a discount in %, without a ".0".

    Source of the formula: amount = list_amount × (1 - discount / 100), rounded to hundredths, as the quotes of the price list are made.
    """
    amount = round(list_amount * (100 - discount) / 100, HUNDREDTHS)
    return int(amount) if amount.is_integer() else amount


def _is_figure(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)

"""Other terms for a quote, made whole: what follows from a term changes with it. Knows a quote's figures; knows nobody who offers."""

from collections.abc import Mapping

HUNDREDTHS = 2


def completed(before: Mapping[str, object], offered: Mapping[str, object]) -> Mapping[str, object]:
    """`offered` terms with the amount that a new discount makes of the list price, so that the two never contradict each other.

    Source of the formula: amount = list_amount × (1 - discount / 100), rounded to hundredths, as the quotes of the price list are made.
    """
    discount, listed = offered.get("discount"), before.get("list_amount")
    if "amount" in offered or not _is_figure(discount) or not _is_figure(listed) or discount == before.get("discount"):
        return offered
    amount = round(float(str(listed)) * (100 - float(str(discount))) / 100, HUNDREDTHS)
    return {**offered, "amount": int(amount) if amount.is_integer() else amount}


def _is_figure(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)

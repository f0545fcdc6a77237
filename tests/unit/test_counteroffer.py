"""Other terms for a quote: the amount follows the discount, and nothing else is made up."""

import pytest

from bot.domain.counteroffer import completed

QUOTE = {"list_amount": 120_000, "discount": 15, "amount": 102_000, "payment_days": 60}


@pytest.mark.parametrize(
    "before, offered, whole",
    [
        (QUOTE, {"discount": 12}, {"discount": 12, "amount": 105_600}),
        (QUOTE, {"discount": 12.5}, {"discount": 12.5, "amount": 105_000}),
        ({**QUOTE, "list_amount": 99.99}, {"discount": 1}, {"discount": 1, "amount": 98.99}),
        (QUOTE, {"payment_days": 45}, {"payment_days": 45}),
        (QUOTE, {"discount": 12, "amount": 100_000}, {"discount": 12, "amount": 100_000}),
        (QUOTE, {"discount": 15}, {"discount": 15}),
        ({"discount": 15}, {"discount": 12}, {"discount": 12}),
        (QUOTE, {"discount": None}, {"discount": None}),
    ],
)
def test_amount_follows_the_discount(before: dict[str, object], offered: dict[str, object], whole: dict[str, object]) -> None:
    """From the list price alone; where that is unknown, or an amount was named, nothing is added."""
    assert whole == completed(before, offered)

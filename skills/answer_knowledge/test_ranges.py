"""Numbers that a range speaks of without saying them."""

import pytest

from skills.answer_knowledge.ranges import speaks_of


@pytest.mark.parametrize(
    "number, sentence, held",
    [
        (12, "more than 10 % and up to 15 % goes to the head of sales", True),
        (16, "more than 10 % and up to 15 % goes to the head of sales", False),
        (40, "orders from 30 to 50 units ship within two weeks", True),
        (7, "repairs take 5-10 days", True),
        (12, "超过10%、不超过15%的,由大区总监批", True),
        (12, "10%以上、15%以内 | 大区总监", True),
        (20, "10%至15%的由大区总监批", False),
        (3, "delivered in 10 weeks", False),
    ],
)
def test_range_speaks_of_what_lies_in_it(number: float, sentence: str, held: bool) -> None:  # noqa: FBT001 - the expectation
    """Inside the bounds, both ends included; outside them, or without bounds, not."""
    assert held == speaks_of(number, sentence)

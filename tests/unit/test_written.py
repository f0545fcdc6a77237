"""What a person writes into a field is the value that the field holds, or is refused by the field's name."""

import pytest

from bot.domain.written import values_in, wanted

READ: list[tuple[str, str, str, object]] = [
    ("opportunity", "amount", "900000", 900_000), ("opportunity", "amount", "1,200,000.50", 1_200_000.5),
    ("opportunity", "amount", " ", None), ("opportunity", "close_date", "2026-08-15", "2026-08-15"),
    ("opportunity", "stage", "negotiation", "negotiation"), ("opportunity", "stage", "商务谈判", "negotiation"),
    ("opportunity", "stage", "Won", "won"), ("opportunity", "next_step", "发报价 \n明天", "发报价 \n明天"),
    ("touchpoint", "happened_at", "2026-07-14T18:00:00+08:00", "2026-07-14T10:00:00+00:00"), ("note", "text", "90k", "90k"),
]  # fmt: skip


@pytest.mark.parametrize("entity, name, text, value", READ)
def test_text_becomes_the_fields_value(entity: str, name: str, text: str, value: object) -> None:
    """Figures with their signs, days, times in UTC, choices by any of their names; what the schema does not know stays text."""
    assert {name: value} == values_in(entity, [(name, text)])


@pytest.mark.parametrize("name, text", [("amount", "ninety"), ("amount", "nan"), ("close_date", "31/07/2026"), ("stage", "maybe")])
def test_text_that_is_no_value_is_refused(name: str, text: str) -> None:
    """By the name of its field, whatever else was filled in."""
    with pytest.raises(ValueError, match=name):
        values_in("opportunity", [("next_step", "call"), (name, text)])


def test_what_a_field_takes_is_told_by_example() -> None:
    """A choice by its values, a day by one; what nobody knows by nothing."""
    told = [wanted("opportunity", "stage"), wanted("opportunity", "close_date"), wanted("note", "text")]

    assert ["qualify, proposal, negotiation, won, lost", "2026-07-31", "–"] == told

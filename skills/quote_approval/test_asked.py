"""What is read from words about quotes."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot.domain.found import Known, Name, Words
from bot.domain.ids import RecordId
from skills.quote_approval.asked import terms_of, want_of

SAID = Path(__file__).parents[2] / "tests" / "unit" / "quote_lines.toml"
LINES: list[dict[str, Any]] = tomllib.loads(SAID.read_text(encoding="utf-8"))["line"]
CODES = ("S1", "S3", "S5", "P2", "G2")


def spotted(text: str) -> list[Name]:
    """The product codes in a text, as the records would find them."""
    found = [(text.find(code), code) for code in CODES if code in text]
    return [Name(Words(code, at, at + len(code)), (Known("product", RecordId(code), code),)) for at, code in sorted(found)]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["said"])
def test_terms_are_read_from_what_was_said(line: dict[str, Any]) -> None:
    """What is wanted, discount, payment days, prepayment, products with quantities, and the quote's number; nothing that was not said."""
    said = line["said"]
    terms = terms_of(said, spotted(said))

    expected = (
        line.get("want", "request"), line.get("discount"), line.get("days"), line.get("prepaid"), line.get("items", []),
        line.get("number", ""),
    )  # fmt: skip
    items = [f"{one.quantity:g} {one.product.name}" for one in terms.items if one.quantity]
    assert expected == (want_of(said), terms.discount, terms.payment_days, terms.prepaid, items, terms.number)


def test_a_quantity_belongs_to_the_product_beside_it() -> None:
    """Between two products it is the nearer one's; a percentage or a length of time is none."""
    said = "S3打九折,G2 4台,账期30天"

    assert [("S3", None), ("G2", 4.0)] == [(one.product.name, one.quantity) for one in terms_of(said, spotted(said)).items]

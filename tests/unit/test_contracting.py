"""Which files are contracts: by their name, by their title, by the look of their words."""

import pytest

from bot.turns.contracting import is_contract

TITLED = (
    "MASTER SUPPLY AGREEMENT\n1.1 Supplier shall deliver 200 units.\n2.1 Buyer shall pay within 30 days.\n"
    "3.1 Buyer shall inspect.\n4.1 Supplier warrants the units."
)
ABOUT = "Playbook for the supply agreement\n1. Payment\n2. Acceptance\n3. Warranty\n4. Liability"


@pytest.mark.parametrize("name, lines, expected", [
    ("acme_v1.docx", TITLED, True),
    ("acme_v1.docx", None, False),
    ("linbrook.docx", TITLED.replace("MASTER SUPPLY AGREEMENT", "Spare parts"), False),
    ("negotiation.md", ABOUT, False),
    ("海蓝v1.docx", "灌装线供货合同\n第一条 标的\n第二条 付款\n第三条 质保\n第四条 管辖", True),
    ("供货合同.docx", None, True),
    ("contract policy.docx", TITLED, False),
])  # fmt: skip
def test_a_title_tells_a_contract_whatever_its_file_is_called(name: str, lines: str | None, *, expected: bool) -> None:
    """With clauses under it; a paper about contracts is none."""
    found = is_contract(name, lines)

    assert expected is found

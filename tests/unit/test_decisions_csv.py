"""Cells of a search of decisions that goes out as CSV."""

import pytest

from bot.admin.decisions import _cell


@pytest.mark.parametrize("value", ["=1+1", "＝1+1", "＠SUM(A1)", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_no_cell_is_a_formula(value: str) -> None:
    """What a spreadsheet would work out has an apostrophe before it."""
    assert f"'{value}" == _cell(value)


def test_other_cells_stay_as_they_are() -> None:
    """Names among them."""
    assert "李伟 = Li" == _cell("李伟 = Li")

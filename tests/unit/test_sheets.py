"""Workbooks and CSV: a row is a line that a person understands, and says where it stands."""

from pathlib import Path

import pytest

from bot.errors import Refused
from knowledge.reading.formats import File, open_file
from knowledge.reading.tables import named
from knowledge.splitting import Block, split
from tests import papers


def blocks(path: Path) -> list[Block]:
    """All blocks of a file."""
    return list(open_file(File(path.name, path.read_bytes())).blocks)


def csv(content: str | bytes) -> list[str]:
    """All lines of a CSV."""
    data = content if isinstance(content, bytes) else content.encode()
    return [line for block in open_file(File("a.csv", data)).blocks for line in block.text.split("\n")]


def test_a_row_of_a_workbook_tells_its_columns(tmp_path: Path) -> None:
    """Formulas by their last value, percentages and days as people see them; sheet and row are where it stands."""
    found = blocks(papers.xlsx(tmp_path / "a.xlsx"))

    assert [
        ("sheet Prices", 1, "Price list, all regions"),
        ("sheet Prices", 4, "code: S3 | price: 6000 | most off: 15% | from: 2026-07-01\ncode: S5 | price: 9800.5 | most off: 0.05"),
        ("hidden sheet Costs", 1, "S3 | costs | 2100"),
    ] == [(block.place, block.line, block.text) for block in found]


def test_rows_are_never_cut_inside() -> None:
    """A sentence in a cell does not end the row."""
    rows = "\n".join(f"code: S{number} | use: Pumps; fans. Ask first! | price: {number}" for number in range(200))

    cuts = list(split(Block(rows, line=2, is_table=True, unit="row")))

    assert all(line.startswith("code: ") and line[-1].isdigit() for cut in cuts for line in cut.text.split("\n"))
    assert (2, 201) == (cuts[0].first_line, cuts[-1].last_line)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    """Excel of different countries writes different ones, and cells hold the others."""
    rows = (("code", "name", "price"), ("S3", '"sensor, 2; axes"', "6000"), ("S5", "big", "9800"))
    text = "\n".join(delimiter.join(cells) for cells in rows)

    assert ["code: S3 | name: sensor, 2; axes | price: 6000", "code: S5 | name: big | price: 9800"] == csv(text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_comes_in_the_encodings_that_people_have(encoding: str) -> None:
    """Excel in China saves CSV as GB18030."""
    assert ["型号: S3 | 名称: 传感器 | 价格: 6,000"] == csv('型号,名称,价格\r\nS3,传感器,"6,000"\r\n'.encode(encoding))


def test_a_cell_that_would_be_a_command_is_words() -> None:
    """What a spreadsheet would run, we only read."""
    assert ["=cmd|'/c calc.exe'!A1, and more"] == csv("\"=cmd|'/c calc.exe'!A1, and more\"\n")


@pytest.mark.parametrize("rows, lines", [
    ([["Buyer", "Acme"], ["Seller", "Hengyu"]], ["Buyer | Acme", "Seller | Hengyu"]),
    ([["part", "price"], ["S3", "6,000"], ["S5", "¥9,800"]], ["part: S3 | price: 6,000", "part: S5 | price: ¥9,800"]),
    ([["Notes for all"], ["a", "b", "c"], ["1", "", "3"]], ["Notes for all", "a: 1 | c: 3"]),
    ([["1", "2", "3"], ["4", "5", "6"]], ["1 | 2 | 3", "4 | 5 | 6"]),
    ([["a", "b", "c"]], ["a | b | c"]),
])
def test_the_names_of_columns_are_told_from_rows(rows: list[list[str]], lines: list[str]) -> None:
    """Pairs have no head, figures are no names, and a head alone is a row."""
    assert lines == named(rows)


def test_rows_beyond_any_table_are_refused() -> None:
    """Such a file is a database."""
    with pytest.raises(Refused) as refused:
        csv("1,2,3\n" * 200_001)

    assert "too_long" == refused.value.reason

"""Pages with columns and tables come out in the order that people read them."""

from pathlib import Path

from knowledge.reading.formats import File, open_file
from knowledge.splitting import Block
from tests import papers

COLUMN = "Sensors of the S series hold for years and"


def blocks(path: Path) -> list[Block]:
    """All blocks of a file."""
    return list(open_file(File(path.name, path.read_bytes())).blocks)


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    """Though they were drawn line by line across the page; the heading over both comes first."""
    rows = [(left, 700 - 14 * row, f"{COLUMN} {side}{row}.") for row in range(12) for left, side in ((40, "L"), (320, "R"))]
    heading = (40, 730, "A heading that runs over both of the columns, from the left to the right edge")
    path = papers.drawn(tmp_path / "a.pdf", heading, *rows)

    text = "\n".join(block.text for block in blocks(path))
    order = [text.index(f"{side}{row}.") for side in "LR" for row in range(12)]

    assert sorted(order) == order
    assert text.startswith("A heading")


def test_a_table_is_read_by_row_with_the_names_of_its_columns(tmp_path: Path) -> None:
    """A cell that goes on in the next line is one cell; text around the table is text."""
    table = [("Level", "What it is", "Answer"), ("P1", "The line is down", "30 min"), ("", "for all", ""), ("P2", "Data are wrong", "2 h")]
    cells = [(left, 600 - 16 * row, told[at]) for row, told in enumerate(table) for at, left in enumerate((72, 180, 400))]
    path = papers.drawn(tmp_path / "a.pdf", (72, 700, "These hold for all."), *cells, (72, 480, "P1 is answered day and night."))

    assert [
        ("These hold for all.", False),
        ("Level: P1 | What it is: The line is down for all | Answer: 30 min\nLevel: P2 | What it is: Data are wrong | Answer: 2 h", True),
        ("P1 is answered day and night.", False),
    ] == [(block.text, block.is_table) for block in blocks(path)]


def test_a_page_of_one_column_is_left_as_it_was_written(tmp_path: Path) -> None:
    """Wide blanks in a line or two make no table."""
    head = (72, 700, "Hengyu"), (400, 700, "page 3")
    path = papers.drawn(tmp_path / "a.pdf", *head, (72, 660, "Net thirty days."), (72, 640, "No discount."))

    (block,) = blocks(path)

    assert not block.is_table
    assert "Net thirty days.\nNo discount." in block.text

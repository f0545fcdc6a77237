"""CSV and TSV: rows with the names of their columns. Whatever a cell begins with, it is text: nothing is ever worked out."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from bot.errors import Refused
from knowledge.reading.formats import File, Opened
from knowledge.reading.tables import Row, blocks
from knowledge.reading.text import decoded

DELIMITERS = ",;\t|"
LOOKED_AT = 50


def read(file: File) -> Opened:
    """Blocks of rows, counted as a spreadsheet would count them."""
    text = decoded(file.data)
    return Opened(blocks(_rows(text, _delimiter(text))))


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    try:
        yield from enumerate(_cut(text, delimiter), 1)
    except csv.Error:
        raise Refused("broken") from None


def _cut(text: str, delimiter: str) -> Iterator[Sequence[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _delimiter(text: str) -> str:
    """The sign that cuts the first rows into the most columns, equally many in most of them; a comma when none does."""

    def evenness(delimiter: str) -> tuple[float, int]:
        try:
            widths = Counter(len(cells) for cells in islice(_cut(text, delimiter), LOOKED_AT) if cells)
        except csv.Error:
            return 0.0, 0
        width, often = max(widths.items(), key=lambda item: item[1], default=(0, 0))
        return (often / widths.total(), width) if width > 1 else (0.0, 0)

    return max(DELIMITERS, key=evenness)

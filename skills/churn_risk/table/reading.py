"""Tables as files hold them: encoding, separator, header and rows, streamed in bounded memory. Knows no column's meaning."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO

import numpy as np

from bot.errors import BadConfig

HEAD_BYTES = 1_000_000
"""So much of a file is looked at to know its encoding."""
LONGEST_LINE = 4_000_000
"""Characters; a line that is longer is no line of a table."""
MOST_COLUMNS = 20_000
NO_TABLES = (b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"\x89PNG", b"SQLite")
"""How files begin that are often taken for tables: workbooks, papers, archives, pictures, databases."""
SEPARATORS = ",;\t|"
CHUNK_ROWS = 20_000
MOST_CELLS, MOST_ROWS = 3_000_000, 100_000
"""What is held of a table to learn from; of a larger one, rows drawn evenly."""

Row = list[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A file whose first line names its columns; no two names are the same."""

    path: Path
    encoding: str
    separator: str
    header: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows that follow each other, each as wide as the header. bad: how many between them were not; first_bad: the line of one, or 0."""

    rows: Sequence[Row]
    bad: int
    first_bad: int


@dataclass(frozen=True, slots=True)
class Sample:
    """Rows to learn from. total: of the whole file, without the bad ones."""

    table: Table
    rows: Sequence[Row]
    total: int
    bad: int
    first_bad: int

    def cells(self, place: int) -> list[str]:
        """One column."""
        return [row[place] for row in self.rows]


def opened(path: Path) -> Table:
    """The table in `path`, its first line read.

    Raises: BadConfig when there is no file, it is empty, is none of text, or has fewer than two columns or more than `MOST_COLUMNS`.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as err:
        raise BadConfig("churn_no_file", file=path, why=err.strerror or err) from err
    if not head.strip():
        raise BadConfig("churn_empty", file=path)
    encoding = _encoding(head)
    if head.startswith(NO_TABLES) or encoding is None:
        raise BadConfig("churn_no_table", file=path)
    with _reading(path, encoding) as text:
        first = text.readline(LONGEST_LINE)
    separator = max(SEPARATORS, key=lambda sign: len(next(csv.reader([first], delimiter=sign), [])))
    header = next(csv.reader([first], delimiter=separator), [])
    if not 1 < len(header) <= MOST_COLUMNS:
        raise BadConfig("churn_columns", file=path, count=len(header), most=MOST_COLUMNS)
    return Table(path, encoding, separator, _named(header))


def _encoding(head: bytes) -> str | None:
    """The first that fits, UTF-8 before GB 18030 before Latin; None for what is no text."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in head:
        return None
    for encoding in ("utf-8-sig", "gb18030", "cp1252"):
        try:
            codecs.getincrementaldecoder(encoding)().decode(head, final=len(head) < HEAD_BYTES)
        except UnicodeDecodeError:
            continue
        return encoding
    return None


def _named(header: Sequence[str]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for place, told in enumerate(header, 1):
        name, again = told.strip() or f"#{place}", 2
        while name in names:
            name, again = f"{told.strip()} ({again})", again + 1
        names[name] = None
    return tuple(names)


@contextmanager
def _reading(path: Path, encoding: str) -> Iterator[TextIO]:
    """The file as text; whatever goes wrong while it is read is told as what is wrong with the file."""
    try:
        with path.open("r", encoding=encoding, newline="") as text:
            yield text
    except (OSError, UnicodeError, csv.Error) as err:
        raise BadConfig("churn_unreadable", file=path, why=err) from err


def chunks(table: Table, rows: int = CHUNK_ROWS) -> Iterator[Chunk]:
    """The rows after the header, at most `rows` at a time; empty lines are passed over.  Raises: BadConfig when it cannot be read."""
    width = len(table.header)
    with _reading(table.path, table.encoding) as text:
        reader = csv.reader(_lines(text, table.path), delimiter=table.separator)
        next(reader, None)
        while True:
            begun, taken = reader.line_num, list(islice(reader, max(1, min(rows, MOST_CELLS // width))))
            if not taken:
                return
            good = [row for row in taken if len(row) == width]
            wrong = [place for place, row in enumerate(taken, begun + 1) if row and len(row) != width]
            yield Chunk(good, len(wrong), wrong[0] if wrong else 0)


def _lines(text: TextIO, path: Path) -> Iterator[str]:
    """Lines, none so long that it would fill the memory."""
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise BadConfig("churn_long_line", file=path, most=LONGEST_LINE)
        yield line


def sampled(table: Table, seed: int = 0) -> Sample:
    """Rows of the whole file, each as likely as another to be among them (reservoir sampling, Vitter 1985, algorithm R).

    Raises: BadConfig when there is no row, or the file cannot be read.
    """
    most = max(1, min(MOST_ROWS, MOST_CELLS // len(table.header)))
    dice = np.random.default_rng(seed)
    kept: list[Row] = []
    total = bad = first_bad = 0
    for chunk in chunks(table):
        bad, first_bad = bad + chunk.bad, first_bad or chunk.first_bad
        fresh = chunk.rows[: most - len(kept)]
        kept += fresh
        rest = chunk.rows[len(fresh) :]
        total += len(fresh)
        places = dice.integers(0, np.arange(total + 1, total + len(rest) + 1))
        for place, row in zip(places.tolist(), rest, strict=True):
            if place < most:
                kept[place] = row
        total += len(rest)
    if not kept:
        raise BadConfig("churn_no_rows", file=table.path, bad=bad, line=first_bad)
    return Sample(table, kept, total, bad, first_bad)

"""Rows of a table as lines that a person understands: each cell with its column's name. Knows no file format."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from bot.errors import Refused
from knowledge.splitting import Block

MOST_ROWS = 200_000
LOOKED_AT = 20
"""Rows among which the column names are looked for."""
LONGEST_NAME = 40
FIGURE = re.compile(r"[-+±(]?\s?[¥￥$€£]?\s?\d[\d,.\s]*[%‰)]?|\d{4}[-/]\d{1,2}[-/]\d{1,2}.*")

Row = tuple[int, Sequence[str]]
"""Its number as the program that shows it counts, from 1, and its cells."""


def named(rows: Sequence[Sequence[str]]) -> list[str]:
    """A line for each row. The row of names is no line of its own, for the others repeat it."""
    told = list(enumerate(rows, 1))
    head = _head(told)
    names = rows[head] if head is not None else ()
    return [line for at, cells in enumerate(rows) if at != head and (line := _line(cells, names if head is not None and at > head else ()))]


def blocks(rows: Iterable[Row], place: str = "") -> Iterator[Block]:
    """A block for each stretch of rows without a gap, as `named` tells them. place: what they are in.  Raises: Refused("too_long")."""
    coming = iter(rows)
    first = list(islice(coming, LOOKED_AT))
    head = _head(first)
    named_in, names = first[head] if head is not None else (0, ())
    held: list[str] = []
    last = 0
    for count, (number, cells) in enumerate(chain(first, coming), 1):
        if count > MOST_ROWS:
            raise Refused("too_long")
        line = "" if number == named_in else _line(cells, names if number > named_in else ())
        if held and (number != last + 1 or not line):
            yield _block(held, place, last)
            held = []
        if line:
            held.append(line)
        last = number
    if held:
        yield _block(held, place, last)


def _block(lines: list[str], place: str, last: int) -> Block:
    return Block("\n".join(lines), line=last - len(lines) + 1, place=place, is_table=True, unit="row")


def _line(cells: Sequence[str], names: Sequence[str]) -> str:
    texts = [" ".join(cell.split()) for cell in cells]
    told = ((" ".join(names[at].split()) if at < len(names) else "", text) for at, text in enumerate(texts) if text)
    return " | ".join(f"{name}: {text}" if name else text for name, text in told)


def _head(rows: Sequence[Row]) -> int | None:
    """Which of the first rows names the columns: the first of several cells, if they are short words and rows like it come below."""
    for at, (_, cells) in enumerate(rows):
        told = [cell.strip() for cell in cells if cell.strip()]
        if len(told) < 2:  # noqa: PLR2004 - a title, or a note, above the table
            continue
        below = [row for _, row in rows[at + 1:] if sum(bool(cell.strip()) for cell in row) > 1]
        are_names = len(set(told)) == len(told) and all(len(cell) <= LONGEST_NAME and not FIGURE.fullmatch(cell) for cell in told)
        return at if below and are_names and (len(told) > 2 or _counts(cells, below)) else None  # noqa: PLR2004 - as above
    return None


def _counts(names: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether, of two columns, the second holds figures alone: otherwise the first row may be a pair like all the others."""
    second = [at for at, name in enumerate(names) if name.strip()][1]
    return all(second < len(row) and FIGURE.fullmatch(row[second].strip()) for row in below)

"""The light Markdown that answers are written in, read into blocks. Knows no transport.

Only what cannot mislead is markup: strong and slanted words, code, headings, list items, quoted lines, tables. Links become their words and
their address in the open, for an answer quotes texts that others wrote; everything else is what it says.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from bot.domain.paper import Grid


class Mark(StrEnum):
    """How a run of words stands out."""

    NONE = "none"
    STRONG = "strong"
    SLANTED = "slanted"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Run:
    """Words that stand out alike."""

    text: str
    mark: Mark = Mark.NONE


@dataclass(frozen=True, slots=True)
class Line:
    """One line. kind: `text`, `heading`, `item` (lead: `-` or `3.`, indent: how deep) or `quote`; without runs, an empty line."""

    runs: tuple[Run, ...]
    kind: str = "text"
    lead: str = ""
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Code:
    """A block of code, its lines as they are."""

    text: str


Block: TypeAlias = Line | Code | Grid

FENCE = re.compile(r"\s*(`{3,}|~{3,})")
HEADING = re.compile(r" {0,3}#{1,6}\s+(?P<rest>.*?)\s*#*\s*$")
ITEM = re.compile(r"(?P<indent>\s*)(?P<lead>[-*+]|\d{1,3}[.)])\s+(?P<rest>\S.*)$")
QUOTE = re.compile(r"\s{0,3}>\s?(?P<rest>.*)$")
RULE = re.compile(r"\s*([-*_])(?:\s*\1){2,}\s*$")
DELIMITERS = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
ROW = re.compile(r"\s*\|.*\|\s*$")
INLINE = re.compile(
    r"`(?P<code>[^`\n]{1,300})`"
    r"|\*\*(?P<strong>(?=\S)[^*\n]{1,300}(?<=\S))\*\*"
    r"|(?<![\w*\\])\*(?P<slanted>(?=[^\W\d_])[^*\n]{1,300}(?<=[^\W\d_]))\*(?![\w*])"
    r"|(?<![\w\\])_(?P<lowered>(?=[^\W\d_])[^_\n]{1,300}(?<=[^\W\d_]))_(?!\w)"
    r"|~~(?P<struck>(?=\S)[^~\n]{1,300}(?<=\S))~~"
    r"|!?\[(?P<words>[^\[\]\n]{0,300})\]\(\s*<?(?P<address>[^()\s<>]{1,600})>?(?:\s+\"[^\"\n]*\")?\s*\)"
    r"|<(?P<bare>https?://[^\s<>]{1,600})>"
)


def read(text: str) -> tuple[Block, ...]:
    """The blocks of `text`, in order; no word of it is lost."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").split("\n")
    return tuple(_blocks(lines))


def plain(text: str) -> str:
    """`text` without its markup, in one line or several as it had."""
    from_runs = ("".join(run.text for run in block.runs) if isinstance(block, Line) else _bare(block) for block in read(text))
    return "\n".join(from_runs)


def is_marked(blocks: Sequence[Block]) -> bool:
    """Whether anything stands out, so that it would look poorer as plain text."""
    return any(
        block.kind in {"heading", "quote"} or any(run.mark is not Mark.NONE for run in block.runs)
        for block in blocks if isinstance(block, Line)
    )  # fmt: skip


def runs_of(text: str) -> tuple[Run, ...]:
    """The runs of one line."""
    return tuple(_runs(text))


def _bare(block: Code | Grid) -> str:
    match block:
        case Code(text):
            return text
        case Grid(header, rows):
            return "\n".join(" · ".join(cell for cell in row if cell) for row in (header, *rows))


def _blocks(lines: Sequence[str]) -> Iterator[Block]:
    place = 0
    while place < len(lines):
        line = lines[place]
        if fence := FENCE.match(line):
            end = _closing(lines, place, fence[1])
            yield Code("\n".join(lines[place + 1 : end]))
            place = end + 1
        elif ROW.match(line) and place + 1 < len(lines) and "|" in lines[place + 1] and DELIMITERS.match(lines[place + 1]):
            end = place + 2
            while end < len(lines) and ROW.match(lines[end]):
                end += 1
            yield _grid(lines[place], lines[place + 2 : end])
            place = end
        else:
            yield _line(line)
            place += 1


def _closing(lines: Sequence[str], place: int, fence: str) -> int:
    """Where the code that begins at `place` ends; one that nobody closed goes on to the end."""
    return next((at for at in range(place + 1, len(lines)) if lines[at].strip() == fence), len(lines))


def _grid(header: str, rows: Sequence[str]) -> Grid:
    cells = [_cells(row) for row in (header, *rows)]
    width = max(len(row) for row in cells)
    filled = [tuple(row + [""] * (width - len(row))) for row in cells]
    return Grid(filled[0], tuple(filled[1:]))


def _cells(row: str) -> list[str]:
    inner = row.strip().removeprefix("|").removesuffix("|")
    cells = (cell.replace("\\|", "|").replace("<br>", " ").strip() for cell in re.split(r"(?<!\\)\|", inner))
    return ["".join(run.text for run in _runs(cell)) for cell in cells]


def _line(line: str) -> Line:
    if RULE.match(line) or not line.strip():
        return Line(())
    if ROW.match(line):
        return Line(runs_of(" · ".join(cell for cell in _cells(line) if cell)))
    if found := HEADING.match(line):
        return Line(runs_of(found["rest"]), "heading")
    if found := QUOTE.match(line):
        return Line(runs_of(found["rest"]), "quote")
    if found := ITEM.match(line):
        lead = "-" if found["lead"] in "-*+" else found["lead"]
        return Line(runs_of(found["rest"]), "item", lead, len(found["indent"].expandtabs(4)))
    return Line(runs_of(line.rstrip()))


def _runs(text: str) -> Iterator[Run]:
    place = 0
    for found in INLINE.finditer(text):
        if found.start() > place:
            yield Run(text[place : found.start()])
        yield _run(found)
        place = found.end()
    if place < len(text):
        yield Run(text[place:])


def _run(found: re.Match[str]) -> Run:
    if found["code"] is not None:
        return Run(found["code"], Mark.CODE)
    if found["strong"] is not None:
        return Run(found["strong"], Mark.STRONG)
    if slanted := found["slanted"] or found["lowered"]:
        return Run(slanted, Mark.SLANTED)
    if found["struck"] is not None:
        return Run(found["struck"])
    if found["bare"] is not None:
        return Run(found["bare"])
    words, address = found["words"].strip(), found["address"]
    return Run(address if words in {"", address} else f"{words} ({address})")

"""Markdown, text and HTML as a contract: a paragraph for each line that its writer began. Knows lines; renders nothing.

Marks within a line (emphasis, links) stay as they were typed: whether they have changed is for whoever compares.
"""

import re
from collections.abc import Iterable, Iterator

from bot.domain.contracts import Paragraph, ParagraphKind
from bot.errors import Refused
from knowledge.papers.word import LONGEST, clean
from knowledge.reading import html, markdown
from knowledge.reading.formats import File
from knowledge.reading.text import decoded

HEADING = re.compile(r" {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
BULLET = re.compile(r"\s*[-*+]\s+(?=\S)")
NUMBER = re.compile(r"\s*(?:\d{1,3}[.)]|[a-zA-Z][.)])\s+\S")
ROW = re.compile(r"\s*\|(.*)\|\s*$")
RULE = re.compile(r"\s*\|?[\s:|-]+\|?\s*$")
QUOTE = re.compile(r"\s*>\s?")
FENCE = re.compile(r"\s*(?:`{3,}|~{3,})")


def text(file: File) -> Iterator[Paragraph]:
    """Each line that is not empty."""
    for line in decoded(file.data).split("\n"):
        if said := bounded(line):
            yield Paragraph(said)


def page(file: File) -> Iterator[Paragraph]:
    """The text of a page of HTML, line by line, below its headings."""
    above: tuple[str, ...] = ()
    for block in html.read(file).blocks:
        new = [name for name in block.headings if name not in above]
        above = block.headings
        yield from (Paragraph(bounded(name), level=len(above), kind=ParagraphKind.HEADING) for name in new)
        for line in block.text.split("\n"):
            if said := bounded(line):
                yield Paragraph(said)


def marked(file: File) -> Iterator[Paragraph]:
    """Markdown: headings, items, rows of tables cell by cell; lines of a paragraph that were wrapped are joined again."""
    lines = decoded(file.data).split("\n")
    _, first = markdown.front_matter(lines)
    held: list[str] = []
    table, row = 0, 0
    for line in lines[first:]:
        heading, cells = HEADING.match(line), ROW.match(line)
        if heading or cells or not line.strip() or BULLET.match(line) or NUMBER.match(line) or FENCE.match(line):
            yield from _held(held)
        row = row if cells else 0
        if heading:
            yield Paragraph(bounded(heading[2]), level=len(heading[1]), kind=ParagraphKind.HEADING)
        elif cells:
            table, row = table + (not row), row + (not RULE.match(line))
            yield from _row(cells[1], f"{table}.{row}") if not RULE.match(line) else ()
            row = row or 1
        elif line.strip() and not FENCE.match(line):
            held.append(BULLET.sub("", QUOTE.sub("", line, count=1), count=1))
    yield from _held(held)


def bounded(line: str) -> str:
    """A line with single blanks.  Raises: Refused("too_long")."""
    if len(line) > LONGEST:
        raise Refused("too_long")
    return clean(line)


def _held(held: list[str]) -> Iterable[Paragraph]:
    said = bounded(" ".join(held))
    held.clear()
    return [Paragraph(said)] if said else []


def _row(cells: str, row: str) -> Iterator[Paragraph]:
    for cell in cells.split("|"):
        if said := bounded(cell):
            yield Paragraph(said, kind=ParagraphKind.CELL, row=row)

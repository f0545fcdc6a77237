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

HEADING = re.compile(r"#{1,6}(?=[ \t])")
BULLET = re.compile(r"[-*+][ \t]+")
NUMBER = re.compile(r"(?:\d{1,3}|[a-zA-Z])[.)][ \t]")
RULE = frozenset(" \t:|-")
FENCES = ("```", "~~~")
MOST_HTML_BYTES = 10_000_000
"""As a tree a page takes twenty times its bytes."""


def text(file: File) -> Iterator[Paragraph]:
    """Each line that is not empty."""
    for line in decoded(file.data).split("\n"):
        if said := bounded(line):
            yield Paragraph(said)


def page(file: File) -> Iterator[Paragraph]:
    """The text of a page of HTML, line by line, below its headings.  Raises: Refused("too_long", "too_deep")."""
    if len(file.data) > MOST_HTML_BYTES:
        raise Refused("too_long")
    above: tuple[str, ...] = ()
    for block in html.read(file, whole=True).blocks:
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
        bare = line.strip()
        heading, is_row = HEADING.match(bare), len(bare) > 1 and bare[0] == bare[-1] == "|"
        if heading or is_row or not bare or BULLET.match(bare) or NUMBER.match(bare) or bare.startswith(FENCES):
            yield from _held(held)
        if heading:
            yield Paragraph(bounded(bare.strip("#")), level=heading.end(), kind=ParagraphKind.HEADING)
        elif is_row:
            table, row = table + (not row), row + 1
            row -= set(bare) <= RULE
            yield from _row(bare[1:-1], f"{table}.{row}") if not set(bare) <= RULE else ()
            row = row or 1
        elif not bare.startswith(FENCES):
            held.append(BULLET.sub("", bare.removeprefix(">"), count=1) if BULLET.match(bare) else bare.removeprefix(">"))
        row = row if is_row else 0
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

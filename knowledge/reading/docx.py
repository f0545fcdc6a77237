"""DOCX: paragraphs under their headings, and tables, in the order of the document. Macros, links and objects are not looked at."""

import io
import re
from collections.abc import Iterator
from typing import cast
from zipfile import BadZipFile

from docx.document import Document as Docx
from docx.opc.exceptions import PackageNotFoundError
from docx.opc.part import PartFactory
from docx.package import Package
from docx.parts.document import DocumentPart
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml.etree import LxmlError

from bot.errors import Refused
from knowledge.reading.formats import File, Opened
from knowledge.reading.tables import named
from knowledge.splitting import Block

HEADING = re.compile(r"(?:heading|标题)\s*(\d)$", re.IGNORECASE)

WITH_MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
"""python-docx reads no DOCM as it comes; it is the same text beside macros that are never looked at."""


def read(file: File) -> Opened:
    """A block for each heading's text and for each table."""
    try:
        PartFactory.part_type_for[WITH_MACROS] = DocumentPart
        document = cast("DocumentPart", Package.open(io.BytesIO(file.data)).main_document_part).document
        return Opened(_guarded(document), document.core_properties.title.strip())
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, LxmlError, OSError, AttributeError):
        raise Refused("broken") from None


def _guarded(document: Docx) -> Iterator[Block]:
    try:
        yield from _blocks(document)
    except (KeyError, ValueError, LxmlError, AttributeError, IndexError):
        raise Refused("broken") from None


def _blocks(document: Docx) -> Iterator[Block]:
    above: list[tuple[int, str]] = []
    held: list[str] = []
    for part in document.iter_inner_content():
        level = _level(part) if isinstance(part, Paragraph) else 0
        if isinstance(part, Table) or level:
            yield from _block(held, above)
            held = []
        if isinstance(part, Table):
            yield from _table(part, above)
        elif level:
            above = [*(one for one in above if one[0] < level), (level, " ".join(part.text.split()))]
        elif part.text.strip():
            held.append(part.text)
    yield from _block(held, above)


def _block(held: list[str], above: list[tuple[int, str]]) -> Iterator[Block]:
    if held:
        yield Block("\n".join(held), tuple(name for _, name in above))


def _table(table: Table, above: list[tuple[int, str]]) -> Iterator[Block]:
    if text := "\n".join(named(list(_rows(table)))):
        yield Block(text, tuple(name for _, name in above), is_table=True)


def _rows(table: Table) -> Iterator[list[str]]:
    for row in table.rows:
        seen: set[int] = set()
        texts = []
        for cell in row.cells:
            if id(cell._tc) not in seen:  # noqa: SLF001 - a merged cell comes once for each column that it spans
                seen.add(id(cell._tc))  # noqa: SLF001
                texts.append(" ".join(cell.text.split()))
        yield texts


def _level(paragraph: Paragraph) -> int:
    """1 to 9 for a heading, 0 for text; "Title" is the highest."""
    if not paragraph.text.strip() or paragraph.style is None:
        return 0
    name = paragraph.style.name or ""
    found = HEADING.search(name)
    return int(found[1]) if found else int(name.lower() in {"title", "标题"})

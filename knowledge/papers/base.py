"""The document that a redline is written into: the old contract itself when it is Word's and harmless, else a plain one. Marks nothing."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import docx
from docx.document import Document as Docx
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml import etree

from bot.domain.contracts import Paragraph, ParagraphKind
from bot.errors import Refused
from knowledge.papers.settling import accept_all
from knowledge.papers.word import BROKEN, MOST_XML_BYTES, Document
from knowledge.papers.wordml import Element, W, val

EAST_ASIAN_FONT = "SimSun"
HIGHEST = 9
DANGEROUS_FIELD = re.compile(
    r"\b(?:DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|EMBED|DATABASE|MACROBUTTON|AUTOTEXT)\b", re.IGNORECASE
)
ACTIVE = re.compile(r"vbaproject|activex|embeddings/|oleobject|/altchunk|afchunk|customui|\.bin$", re.IGNORECASE)
"""Parts that a program might run or load: a contract that brings some is shown as plain text instead."""


@dataclass(frozen=True, slots=True)
class Base:
    """A document, and the element of each paragraph of the old contract in it. texts: what each of them says there.

    is_plain: whether it was made for this; then numbers stand in the text. headings: of a plain one, the id of the style of each level.
    """

    document: Docx
    elements: Sequence[Element]
    is_plain: bool
    headings: Mapping[int, str] = field(default_factory=dict)


def of_word(data: bytes, old: Sequence[Paragraph]) -> Base | None:
    """The old contract, everybody's changes accepted; None where it is not safe, or not what `old` was read from."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if not _is_harmless(archive):
                return None
            document = docx.Document(io.BytesIO(data))
            accept_all(document.element.body)
            found = list(Document(archive).found(iter(document.element.body)))
    except (*BROKEN, OpcError, Refused):
        return None
    same = len(found) == len(old) and all(one.paragraph.text == other.text for one, other in zip(found, old, strict=True))
    return Base(document, [one.element for one in found], is_plain=False) if same else None


def plain(old: Sequence[Paragraph], title: str) -> Base:
    """A document that says what `old` says, in Word's own styles."""
    document = docx.Document()
    document.core_properties.title = title
    fonts = document.styles["Normal"].element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), EAST_ASIAN_FONT)
    headings = {level: document.styles[f"Heading {level}"].style_id for level in range(1, HIGHEST + 1)}
    elements = [element for table, some in groupby(old, _table) for element in _written(document, list(some), table, headings)]
    return Base(document, elements, is_plain=True, headings=headings)


def shown(paragraph: Paragraph) -> str:
    """A paragraph with the number that stands before it."""
    return f"{paragraph.label} {paragraph.text}".strip()


def level_of(heading: Paragraph) -> int:
    """Which of Word's levels a heading has."""
    return min(max(heading.level, 1), HIGHEST)


def _table(paragraph: Paragraph) -> str:
    return paragraph.row.partition(".")[0] if paragraph.kind is ParagraphKind.CELL else ""


def _written(document: Docx, some: Sequence[Paragraph], table: str, headings: Mapping[int, str]) -> Iterator[Element]:
    """Write paragraphs of running text, or those of one table."""
    if not table:
        for one in some:
            made = document.add_paragraph(_legal(shown(one)))._p  # noqa: SLF001 - the element is what marks are made in
            if one.kind is ParagraphKind.HEADING:
                made.style = headings[level_of(one)]  # by its id: looking a style up by name takes a millisecond
            yield made
        return
    rows = [list(cells) for _, cells in groupby(some, lambda one: one.row)]
    grid = document.add_table(0, max(len(row) for row in rows), "Table Grid")
    for row in rows:
        cells = grid.add_row().cells
        for cell, one in zip(cells, row, strict=False):
            cell.text = _legal(shown(one))
            yield cell.paragraphs[0]._p  # noqa: SLF001 - as above


def _legal(text: str) -> str:
    return re.sub("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)


def _is_harmless(archive: zipfile.ZipFile) -> bool:
    """Whether there is nothing in the file that Word might run or load from elsewhere."""
    for info in archive.infolist():
        if ACTIVE.search(info.filename) or info.file_size > MOST_XML_BYTES:
            return False
        if info.filename.endswith(".rels"):
            links = etree.fromstring(archive.read(info), _parser())
            if any(one.get("TargetMode") == "External" and not one.get("Type", "").endswith("/hyperlink") for one in links):
                return False
        elif info.filename.endswith(".xml"):
            root = etree.fromstring(archive.read(info), _parser())  # fields' codes may be cut into pieces, so they are put together
            code = "".join(one.text or "" for one in root.iter(f"{W}instrText"))
            simple = " ".join(val(one, "instr") for one in root.iter(f"{W}fldSimple"))
            if DANGEROUS_FIELD.search(f"{code} {simple}"):
                return False
    return True


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)

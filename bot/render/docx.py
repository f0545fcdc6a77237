"""Papers as Word documents. Knows python-docx, and only it."""

import io
from datetime import datetime
from typing import assert_never

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_BREAK
from docx.oxml.ns import qn

from bot.domain.paper import Block, Bullets, Grid, Heading, PageBreak, Paper, Paragraph
from bot.render.parcels import settled

EAST_ASIAN_FONT = "SimSun"
MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - the file format has no zone, and the true hour would make each file another


def docx(paper: Paper) -> bytes:
    """A DOCX: the title, then headings, paragraphs, lists and tables in Word's own styles."""
    word = Document()
    word.core_properties.title = paper.title
    word.core_properties.created = word.core_properties.modified = MADE
    fonts = word.styles["Normal"].element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), EAST_ASIAN_FONT)
    word.add_heading(paper.title, 0)
    for block in paper.blocks:
        _add(word, block)
    out = io.BytesIO()
    word.save(out)
    return settled(out.getvalue())


def _add(word: WordDocument, block: Block) -> None:
    match block:
        case Heading(level, text):
            word.add_heading(text, level)
        case Paragraph(text):
            word.add_paragraph(text)
        case Bullets(items, ordered):
            for item in items:
                word.add_paragraph(item, "List Number" if ordered else "List Bullet")
        case Grid(header, rows):
            table = word.add_table(0, len(header), "Table Grid")
            for row in (header, *rows):
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text
        case PageBreak():
            word.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        case other:
            assert_never(other)

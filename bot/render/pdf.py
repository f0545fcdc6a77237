"""Papers as PDF with text that can be searched and copied. Knows ReportLab, and only it."""

import io
from typing import assert_never
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, SimpleDocTemplate, Spacer, Table, TableStyle
from reportlab.platypus import PageBreak as NewPage
from reportlab.platypus import Paragraph as Text

from bot.domain.paper import Block, Bullets, Grid, Heading, PageBreak, Paper, Paragraph
from bot.domain.talk import Lang

# One of the fonts that every PDF reader brings for Chinese (ISO 32000-1, 9.7.5.2), so that no font file is needed or embedded.
CHINESE, LATIN, LATIN_BOLD = "STSong-Light", "Helvetica", "Helvetica-Bold"
MARGIN = 56
SIZES = {0: 20, 1: 15, 2: 12.5, 3: 11}
BODY_SIZE, LEADING = 10.5, 1.55
RULE = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.grey), ("VALIGN", (0, 0), (-1, -1), "TOP")])


def pdf(paper: Paper) -> bytes:
    """A PDF on A4, its pages broken where the paper says so and where they are full."""
    pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, title=paper.title, lang=str(paper.lang), invariant=1,
        leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN, bottomMargin=MARGIN,
    )
    flow = [_heading(0, paper.title, paper.lang)]
    for block in paper.blocks:
        flow += _flow(block, paper.lang, document.width)
    document.build(flow)
    return out.getvalue()


def _flow(block: Block, lang: Lang, width: float) -> list[Flowable]:
    match block:
        case Heading(level, text):
            return [_heading(level, text, lang)]
        case Paragraph(text):
            return [_text(text, lang)]
        case Bullets(items, ordered):
            return [_text(f"{number}. {item}" if ordered else f"• {item}", lang) for number, item in enumerate(items, 1)]
        case Grid(header, rows):
            cells = [[_text(cell, lang, after=0) for cell in row] for row in (header, *rows)]
            return [Table(cells, [width / len(header)] * len(header), style=RULE, repeatRows=1), Spacer(0, BODY_SIZE)]
        case PageBreak():
            return [NewPage()]
        case other:
            assert_never(other)


def _heading(level: int, text: str, lang: Lang) -> Flowable:
    size = SIZES.get(level, BODY_SIZE)
    font = LATIN_BOLD if _is_latin(text) else CHINESE
    return Text(escape(text), _style(font, size, lang, before=size / 2, after=size / 3))


def _text(text: str, lang: Lang, after: float = 5) -> Flowable:
    return Text(escape(text), _style(LATIN if _is_latin(text) else CHINESE, BODY_SIZE, lang, after=after))


def _style(font: str, size: float, lang: Lang, *, before: float = 0, after: float = 0) -> ParagraphStyle:
    wrap = "CJK" if lang is Lang.ZH else None
    return ParagraphStyle(
        "paper", fontName=font, fontSize=size, leading=size * LEADING, spaceBefore=before, spaceAfter=after, wordWrap=wrap
    )


def _is_latin(text: str) -> bool:
    """Whether the Western fonts have every character."""
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True

"""Papers as slides: each heading of level 1 begins one. Knows python-pptx, and only it."""

import io
from collections.abc import Iterator
from datetime import datetime

from pptx import Presentation
from pptx.presentation import Presentation as Slides
from pptx.util import Inches, Pt

from bot.domain.paper import Block, Bullets, Grid, Heading, PageBreak, Paper, Paragraph
from bot.render.parcels import settled

TITLE_LAYOUT, CONTENT_LAYOUT, TITLE_ONLY_LAYOUT = 0, 1, 5
MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - the file format has no zone, and the true hour would make each file another
TEXT_SIZE = Pt(18)


def pptx(paper: Paper) -> bytes:
    """A PPTX: a title slide, then a slide for each heading of level 1 with its text; a slide with a table shows that and no text."""
    slides = Presentation()
    slides.core_properties.title = paper.title
    slides.core_properties.created = slides.core_properties.modified = MADE
    front = slides.slides.add_slide(slides.slide_layouts[TITLE_LAYOUT])
    front.shapes.title.text = paper.title
    for heading, blocks in _slides(paper.blocks):
        grids = [block for block in blocks if isinstance(block, Grid)]
        if grids:
            _table_slide(slides, heading, grids[0])
        elif lines := [line for block in blocks for line in _lines(block)]:
            _text_slide(slides, heading, lines)
    out = io.BytesIO()
    slides.save(out)
    return settled(out.getvalue())


def _slides(blocks: tuple[Block, ...]) -> Iterator[tuple[str, list[Block]]]:
    """Each heading of level 1 with what stands below it, tables on a slide of their own."""
    heading, below = "", list[Block]()
    for block in blocks:
        if isinstance(block, Heading) and block.level == 1:
            if below:
                yield heading, below
            heading, below = block.text, []
        elif isinstance(block, Grid):
            if below:
                yield heading, below
            yield heading, [block]
            below = []
        else:
            below.append(block)
    if below:
        yield heading, below


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading(_, text) | Paragraph(text):
            yield text
        case Bullets(items):
            yield from items
        case Grid() | PageBreak():
            pass


def _text_slide(slides: Slides, heading: str, lines: list[str]) -> None:
    slide = slides.slides.add_slide(slides.slide_layouts[CONTENT_LAYOUT])
    slide.shapes.title.text = heading
    frame = slide.placeholders[1].text_frame
    for number, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.text = line
        paragraph.font.size = TEXT_SIZE


def _table_slide(slides: Slides, heading: str, grid: Grid) -> None:
    slide = slides.slides.add_slide(slides.slide_layouts[TITLE_ONLY_LAYOUT])
    slide.shapes.title.text = heading
    size = (Inches(0.5), Inches(1.6), Inches(9), Inches(0.4 * (len(grid.rows) + 1)))
    table = slide.shapes.add_table(len(grid.rows) + 1, len(grid.header), *size).table
    for number, row in enumerate((grid.header, *grid.rows)):
        for column, text in enumerate(row):
            table.cell(number, column).text = text

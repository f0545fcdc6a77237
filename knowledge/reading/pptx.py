"""PPTX: the slides in their order, with their tables and notes. Macros, links and objects are not looked at."""

import io
from collections.abc import Iterable, Iterator

from lxml.etree import LxmlError
from pptx.exc import PythonPptxError
from pptx.package import Package
from pptx.presentation import Presentation
from pptx.shapes.base import BaseShape
from pptx.shapes.graphfrm import GraphicFrame
from pptx.shapes.group import GroupShape
from pptx.slide import Slide
from pptx.table import Table

from bot.errors import Refused
from knowledge.reading.formats import File, Opened
from knowledge.reading.tables import named
from knowledge.splitting import Block

DEEPEST = 20


def read(file: File) -> Opened:
    """For each slide a block of text, one for each table, and one for its notes."""
    try:
        presentation = Package.open(io.BytesIO(file.data)).presentation_part.presentation
        return Opened(_guarded(presentation), presentation.core_properties.title.strip())
    except (PythonPptxError, KeyError, ValueError, LxmlError, OSError, AttributeError, TypeError):
        raise Refused("broken") from None


def _guarded(presentation: Presentation) -> Iterator[Block]:
    try:
        for number, slide in enumerate(presentation.slides, 1):
            yield from _slide(slide, f"slide {number}")
    except (PythonPptxError, KeyError, ValueError, LxmlError, AttributeError, TypeError, IndexError):
        raise Refused("broken") from None


def _slide(slide: Slide, place: str) -> Iterator[Block]:
    title = slide.shapes.title
    name = _joined(title.text_frame.text) if title is not None and title.has_text_frame else ""
    above = (name,) if name else ()
    shapes = [shape for shape in _flat(slide.shapes, 0) if title is None or shape.shape_id != title.shape_id]
    text = "\n".join(line for shape in shapes for line in _lines(shape))
    tables = [shape for shape in shapes if isinstance(shape, GraphicFrame) and shape.has_table]
    if text or (name and not tables):
        yield Block(text or name, above, place=place)
    for table in tables:
        yield from _table(table.table, above, place)
    notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    if notes is not None and notes.text.strip():
        yield Block(notes.text.strip(), above, place=f"{place} notes")


def _flat(shapes: Iterable[BaseShape], depth: int) -> Iterator[BaseShape]:
    """Shapes as people read them: from the top, then from the left; those of a group at the place of the group."""
    for shape in sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0)):
        if isinstance(shape, GroupShape) and depth < DEEPEST:
            yield from _flat(shape.shapes, depth + 1)
        else:
            yield shape


def _lines(shape: BaseShape) -> Iterator[str]:
    if shape.has_text_frame:
        paragraphs = shape.text_frame.paragraphs  # type: ignore[attr-defined]  # what has_text_frame says
        yield from (line for paragraph in paragraphs if (line := _joined(paragraph.text)))


def _table(table: Table, above: tuple[str, ...], place: str) -> Iterator[Block]:
    rows = [["" if cell.is_spanned else cell.text for cell in row.cells] for row in table.rows]
    if text := "\n".join(named(rows)):
        yield Block(text, above, place=place, is_table=True)


def _joined(text: str) -> str:
    return " ".join(text.split())

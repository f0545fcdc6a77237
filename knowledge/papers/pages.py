"""PDF, page by page: lines of text with their places, and pages drawn for whoever reads pictures. Runs no script, follows no link."""

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
from pypdfium2 import raw

from bot.errors import Refused
from knowledge.reading.layout import Span
from knowledge.reading.pdf import PASSWORD, UNPRINTED

MOST_PAGES = 1_000
MOST_LETTERS = 3_000_000
"""Of a whole file; a contract of three hundred pages has a quarter of it."""
FEW_LETTERS = 20
"""A page with fewer, and a picture on it, is a scan: the letters are a stamp's or a footer's."""
DRAWN_DPI = 150
"""Reading pictures gains nothing from more; see DECISIONS.md."""
LONGEST_SIDE_PX = 2_600
MOST_BOXES = 2_000
"""Stretches of text on a page whose places are looked at; a page with more is read in the order it was written."""
LINE = 14.0
MOST_OBJECTS = 20_000
UNSEEN = 3
"""Text rendering mode 3: letters that lie unseen over a scan.  Source: ISO 32000-1, 9.3.6."""
BLANKS = re.compile(r"\s+")
PRIVATE = range(0xE000, 0xF900)
MOST_PRIVATE = 0.3
"""Share of letters without a meaning beyond which a page's text is a font's private code, and the page is looked at instead."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is on a page. number: from 1. width, height: in points. scanned: its words are in a picture, so `spans` is empty.

    unseen: its words are another program's reading of a picture.
    """

    number: int
    width: float
    height: float
    spans: tuple[Span, ...]
    scanned: bool = False
    unseen: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A page drawn in shades of grey, row by row, a byte each. scale: pixels a point."""

    width: int
    height: int
    grey: bytes
    scale: float


class Pdf:
    """An open PDF."""

    def __init__(self, data: bytes, password: str) -> None:
        try:
            self._document = pypdfium2.PdfDocument(data, password=password or None)
        except pypdfium2.PdfiumError as error:
            if error.err_code != PASSWORD:
                raise Refused("broken") from None
            raise Refused("wrong_password" if password else "encrypted") from None
        if not len(self):
            raise Refused("broken")
        if len(self) > MOST_PAGES:
            raise Refused("too_long")

    def __len__(self) -> int:
        """How many pages it has."""
        return len(self._document)

    def pages(self) -> Iterator[Page]:
        """All pages; one that is broken is empty, for it must not cost the others.  Raises: Refused("too_long")."""
        letters = 0
        for number in range(len(self)):
            try:
                page = _page(self._document, number)
            except pypdfium2.PdfiumError:
                page = Page(number + 1, 0, 0, ())
            letters += sum(len(span.text) for span in page.spans)
            if letters > MOST_LETTERS:
                raise Refused("too_long")
            yield page

    def drawn(self, number: int) -> Picture:
        """Page `number`, from 1, as a picture.  Raises: Refused("broken")."""
        try:
            page = self._document[number - 1]
            longest = max(*page.get_size(), 1.0)
            scale = min(DRAWN_DPI / 72, LONGEST_SIDE_PX / longest)
            bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False)
            width, height, stride = bitmap.width, bitmap.height, bitmap.stride
            rows = memoryview(bitmap.buffer)
            grey = b"".join(bytes(rows[at * stride:at * stride + width]) for at in range(height))
            bitmap.close()
            page.close()
        except (pypdfium2.PdfiumError, ValueError):
            raise Refused("broken") from None
        return Picture(width, height, grey, scale)


def _page(document: pypdfium2.PdfDocument, number: int) -> Page:
    page = document[number]
    words = page.get_textpage()
    width, height = page.get_size()
    spans = tuple(span for span in _spans(words) if span.text.strip())
    letters = [letter for span in spans for letter in span.text if not letter.isspace()]
    private = sum(ord(letter) in PRIVATE for letter in letters) > MOST_PRIVATE * len(letters)
    pictured, unseen = _pictured(page)
    words.close()
    page.close()
    if private or (pictured and len(letters) < FEW_LETTERS):
        return Page(number + 1, width, height, (), scanned=True)
    return Page(number + 1, width, height, spans, unseen=unseen)


def _pictured(page: pypdfium2.PdfPage) -> tuple[bool, bool]:
    """Whether a page has a picture, and whether its words lie unseen over one."""
    pictured = unseen = False
    for one, _ in zip(page.get_objects(max_depth=3), range(MOST_OBJECTS), strict=False):
        pictured = pictured or one.type == raw.FPDF_PAGEOBJ_IMAGE
        unseen = unseen or (one.type == raw.FPDF_PAGEOBJ_TEXT and raw.FPDFTextObj_GetTextRenderMode(one.raw) == UNSEEN)
        if pictured and unseen:
            break
    return pictured, pictured and unseen


def _spans(words: pypdfium2.PdfTextPage) -> Iterator[Span]:
    """Stretches of one line, each with its box, as the library parts them."""
    if words.count_rects() > MOST_BOXES:
        yield from _in_order(words.get_text_bounded())
        return
    left, top, right, bottom = (ctypes.c_double() for _ in range(4))
    for at in range(words.count_rects()):
        raw.FPDFText_GetRect(words.raw, at, left, top, right, bottom)
        box = (left.value, bottom.value, right.value, top.value)
        text = words.get_text_bounded(*box)
        yield Span(*box, UNPRINTED.sub("", BLANKS.sub(" ", text)))


def _in_order(text: str) -> Iterator[Span]:
    """The lines of a page as they were written, each below the other."""
    for at, line in enumerate(text.splitlines()):
        yield Span(0, -at * LINE, LINE * len(line) / 2, LINE - at * LINE, UNPRINTED.sub("", " ".join(line.split())))

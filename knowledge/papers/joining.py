"""Lines of pages put together to paragraphs: over line ends and page ends, without what a page says about itself. Knows no file format.

Measures are in points, from the left and from the bottom of the page, as in `knowledge.reading.layout`.
"""

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from bot.domain.contracts import Paragraph, ParagraphKind
from bot.errors import Refused
from knowledge.papers.looking import to_look_at
from knowledge.papers.pages import Page
from knowledge.papers.word import LONGEST
from knowledge.reading.layout import HAN_END, HAN_START, rows

LEAST_ROWS = 2
"""Lines of several cells below each other that make a table."""
EDGE = 0.1
"""Share of a page's height, above and below, where it may speak of itself."""
OFTEN = 3
FULL = 0.88
"""Share of its column that a line fills which was broken by the edge, not by its writer."""
APART = 1.65
"""Pitch between two lines, in usual ones, beyond which they are two paragraphs."""
LONGEST_WORD = 60
SIZES = 1.18
"""How much larger letters make another paragraph."""
HAN_NUMBER = "一二三四五六七八九十百零〇两"
BEGINS = re.compile(
    rf"第\s*[{HAN_NUMBER}\d]{{1,5}}\s*[条章节部篇款项]|[{HAN_NUMBER}]{{1,3}}\s*[、.．]"
    rf"|[（(]\s*(?:[{HAN_NUMBER}]{{1,3}}|\d{{1,2}}|[a-zA-Z]|[ivxIVX]{{1,5}})\s*[)）]"
    r"|\d{1,2}(?:\.\d{1,2}){1,4}(?=[\s.、．]|[^\d.%‰,])|\d{1,2}\s*[.、．)）](?!\d)"
    r"|(?i:article|section|clause|schedule|exhibit|annex|appendix)\s+[\dA-ZIVX]"
    r"|附件|附录|附表|[•●▪■◆·–—-]\s"
)
"""How clauses, items and schedules begin."""
ENDS = re.compile(r"[.。!?！？;；:：][\"”』」)）]?$")
LEANS = re.compile(
    r"(?:\b(?:sections?|clauses?|articles?|schedules?|exhibits?|annex|appendix|paragraphs?|and|or|of|in|to)|[第条款附件见按及和,，、(（])$",
    re.IGNORECASE,
)
"""How a line ends when the number that begins the next is one that it speaks of."""
NUMBERED_PAGE = re.compile(
    r"(?:第\s*\d+\s*页)?[\s/,，]*(?:共\s*\d+\s*页)|第\s*\d+\s*页|[-–—·\s]*\d{1,4}[-–—·\s]*|\d{1,4}\s*/\s*\d{1,4}|(?i:page|p\.)\s*\d+(?:\s*(?i:of|/)\s*\d+)?"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page. cells: its stretches of text from the left; several where they stand apart. right: the column's edge."""

    page: int
    left: float
    right: float
    middle: float
    height: float
    cells: tuple[str, ...]
    read: bool
    edge: bool

    @property
    def text(self) -> str:
        """All of it."""
        return " ".join(self.cells)


def paragraphs(pages: Sequence[Page]) -> Iterator[Paragraph]:
    """The paragraphs of a contract, in reading order."""
    lines = _spoken([line for page in pages for line in _lines(page)])
    known = _vocabulary(lines)
    table = at = 0
    while at < len(lines):
        end = _table_end(lines, at)
        if end - at >= LEAST_ROWS:
            table += 1
            yield from _cells(lines[at:end], table)
        else:
            end = _paragraph_end(lines, at)
            yield _paragraph(lines[at:end], known)
        at = end


def _lines(page: Page) -> list[Line]:
    return [
        Line(
            page.number, row[0].left, row[-1].right, row[0].middle, max(cell.height for cell in row),
            tuple(cell.text for cell in row), page.scanned or page.unseen,
            not EDGE * page.height < row[0].middle < (1 - EDGE) * page.height,
        )
        for row in rows(page.spans)
    ]  # fmt: skip


def _spoken(lines: list[Line]) -> list[Line]:
    """The lines without page numbers, and without what stands at the edge of several pages."""
    pages = len({line.page for line in lines})
    often = Counter(re.sub(r"\d+", "0", text) for text, _ in {(line.text, line.page) for line in lines if line.edge})
    least = min(OFTEN, max(pages, 2))

    def speaks(line: Line) -> bool:
        return not line.edge or not (NUMBERED_PAGE.fullmatch(line.text.strip()) or often[re.sub(r"\d+", "0", line.text)] >= least)

    return [line for line in lines if speaks(line)]


def _table_end(lines: Sequence[Line], begin: int) -> int:
    """The line behind the rows that begin at `begin` and have as many cells, in the same places."""
    first = lines[begin]
    end = begin
    while end < len(lines) and len(lines[end].cells) > 1 and abs(len(lines[end].cells) - len(first.cells)) <= 1:
        end += 1
    return end


def _cells(lines: Sequence[Line], table: int) -> Iterator[Paragraph]:
    for number, line in enumerate(lines, 1):
        for cell in line.cells:
            look = to_look_at(cell) if line.read else ()
            yield Paragraph(cell, kind=ParagraphKind.CELL, page=line.page, look=look, row=f"{table}.{number}")


def _paragraph_end(lines: Sequence[Line], begin: int) -> int:
    """The line behind the paragraph that begins at `begin`."""
    near = [line for line in lines[max(0, begin - 40):begin + 40] if line.page == lines[begin].page]
    left, edge = min(line.left for line in near), max(line.right for line in near)
    pitch = _pitch(near)
    end = begin + 1
    while end < len(lines) and _goes_on(lines[end - 1], lines[end], left, edge, pitch) and _table_end(lines, end) - end < LEAST_ROWS:
        end += 1
    return end


def _pitch(lines: Sequence[Line]) -> float:
    """The usual distance of two lines."""
    apart = [above.middle - below.middle for above, below in itertools.pairwise(lines) if above.middle > below.middle]
    return median(apart) if apart else 0.0


def _goes_on(above: Line, below: Line, left: float, edge: float, pitch: float) -> bool:
    """Whether a line goes on with the one above it."""
    full = above.right - left >= FULL * (edge - left)
    if max(above.height, below.height) > SIZES * min(above.height, below.height) or not full:
        return False
    apart = above.page == below.page and pitch and above.middle - below.middle > APART * pitch
    indented = below.left > above.left + below.height and not BEGINS.match(above.text)
    ended = bool(ENDS.search(above.text))
    begins = bool(BEGINS.match(below.text)) and not LEANS.search(above.text)
    if apart or (begins and (ended or above.right < edge - above.height)):
        return False
    if above.page != below.page:
        return not ended and not begins
    return not (indented or begins)


def _paragraph(lines: Sequence[Line], known: Counter[str]) -> Paragraph:
    text = lines[0].text
    for line in lines[1:]:
        text = _joined(text, line.text, known)
        if len(text) > LONGEST:
            raise Refused("too_long")
    look = to_look_at(text) if any(line.read for line in lines) else ()
    return Paragraph(text, page=lines[0].page, look=look)


def _joined(above: str, below: str, known: Counter[str]) -> str:
    """Two lines as one; a hyphen at the line's end goes where the word is written without it elsewhere."""
    if HAN_END.search(above) and HAN_START.match(below):
        return above + below
    if (broken := re.search(r"([A-Za-z]+)-$", above[-LONGEST_WORD:])) and (rest := re.match(r"[a-z]+", below)):
        whole = (broken[1] + rest[0]).lower()
        return above[:-1] + below if known[whole] else above + below
    return f"{above} {below}"


def _vocabulary(lines: Sequence[Line]) -> Counter[str]:
    return Counter(word.lower() for line in lines for word in re.findall(r"[A-Za-z]{4,}", line.text))

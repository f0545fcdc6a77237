"""What stands on a page, in the order that people read it: columns one after the other, tables row by row. Knows boxes; knows no format.

Measures are in points, from the left and from the bottom of the page.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from knowledge.reading.tables import named

HAN_END, HAN_START = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]$"), re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")
GAP = 1.2
"""Blank between two words of one line, in heights of its letters, beyond which they are two cells or stand in two columns."""
LEAST_ROWS = 3
LEAST_LINES = 8
"""Lines of each column of text; below, it may as well be a table."""
FULL_LINE = 0.6
"""How much of a column's width its usual line fills: text runs to the edge, cells do not."""
MOST_ACROSS = 0.3
"""Share of the lines (headings, pictures' legends) that may run across two columns."""
WIDE_APART = 3.0
"""Blank between two lines, in heights, beyond which a table has ended."""


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text on one line, and its box."""

    left: float
    bottom: float
    right: float
    top: float
    text: str

    @property
    def height(self) -> float:
        """Of its letters."""
        return self.top - self.bottom

    @property
    def middle(self) -> float:
        """Half way up."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines of text, or rows of a table, that follow each other."""

    lines: tuple[str, ...]
    is_table: bool = False


def is_plain(spans: Sequence[Span]) -> bool:
    """Whether a page is one column of text: then the order in which it was written is the best there is."""
    return sum(len(line) > 1 for line in _lines(_joined(spans))) < LEAST_ROWS


def stretches(spans: Sequence[Span]) -> Iterator[Stretch]:
    """The page from its top to its end."""
    for column in _columns(_joined(spans), 0):
        yield from _in_column(_lines(column))


def rows(spans: Sequence[Span]) -> list[list[Span]]:
    """The lines of a page in reading order, columns one after the other, each line's spans from the left."""
    return [line for column in _columns(_joined(spans), 0) for line in _lines(column)]


def _joined(spans: Sequence[Span]) -> list[Span]:
    """Words of a line that stand near each other, as one."""
    found: list[Span] = []
    for line in _lines(spans):
        held = line[0]
        for span in line[1:]:
            if span.left - held.right > GAP * max(held.height, span.height):
                found.append(held)
                held = span
            else:
                box = {"bottom": min(held.bottom, span.bottom), "right": max(held.right, span.right), "top": max(held.top, span.top)}
                blank = " " if span.left - held.right > held.height / 5 else ""
                held = replace(held, text=held.text.rstrip() + blank + span.text.lstrip() if blank else held.text + span.text, **box)
        found.append(held)
    return [replace(span, text=" ".join(span.text.split())) for span in found if span.text.strip()]


def _lines(spans: Sequence[Span]) -> list[list[Span]]:
    """Spans by line, from the top, each from the left."""
    lines: list[list[Span]] = []
    for span in sorted(spans, key=lambda span: -span.middle):
        if lines and any(one.bottom < span.middle < one.top or span.bottom < one.middle < span.top for one in lines[-1][:1]):
            lines[-1].append(span)
        else:
            lines.append([span])
    return [sorted(line, key=lambda span: span.left) for line in lines]


def _columns(spans: list[Span], depth: int) -> Iterator[list[Span]]:
    """The spans in stretches that are read one after the other."""
    gutter = _gutter(spans) if depth < 3 else None  # noqa: PLR2004 - eight columns of text are no page any more
    if gutter is None:
        yield spans
        return
    edges = sorted((span for span in spans if span.left < gutter < span.right), key=lambda span: -span.middle)
    above = float("inf")
    for edge in (*edges, None):
        below = edge.middle if edge else float("-inf")
        zone = [span for span in spans if below < span.middle < above and span not in edges]
        yield from _columns([span for span in zone if span.right <= gutter], depth + 1)
        yield from _columns([span for span in zone if span.left >= gutter], depth + 1)
        if edge:
            yield [edge]
            above = below


def _gutter(spans: Sequence[Span]) -> float | None:
    """Where a blank parts two columns of text from top to bottom, if it does."""
    best: tuple[int, float] | None = None
    for left in sorted({span.left for span in spans})[1:]:
        at = left - 1
        before = [span for span in spans if span.right <= at]
        after = [span for span in spans if span.left >= at]
        across = len(spans) - len(before) - len(after)
        if across <= MOST_ACROSS * len(spans) and _is_text(before) and _is_text(after) and (best is None or across < best[0]):
            best = across, at
    return best[1] if best else None


def _is_text(spans: Sequence[Span]) -> bool:
    if len(spans) < LEAST_LINES:
        return False
    left, right = min(span.left for span in spans), max(span.right for span in spans)
    return median(span.right - span.left for span in spans) >= FULL_LINE * (right - left)


def _in_column(lines: list[list[Span]]) -> Iterator[Stretch]:
    """Text and tables of one column."""
    at, text = 0, list[str]()
    while at < len(lines):
        end = _table_end(lines, at)
        rows = _cells(lines[at:end]) if end > at else []
        if len(rows) < LEAST_ROWS:
            text.append(" ".join(span.text for span in lines[at]))
            at += 1
            continue
        if text:
            yield Stretch(tuple(text))
            text = []
        yield Stretch(tuple(named(rows)), is_table=True)
        at = end
    if text:
        yield Stretch(tuple(text))


def _table_end(lines: list[list[Span]], begin: int) -> int:
    """The line behind the table that begins at a line: rows of several cells, and lines that go on with one of their cells."""
    if len(lines[begin]) < 2:  # noqa: PLR2004 - cells
        return begin
    height = median(span.height for span in lines[begin])
    starts = [span.left for span in lines[begin]]
    end = begin + 1
    while end < len(lines):
        line = lines[end]
        apart = lines[end - 1][0].middle - line[0].middle
        goes_on = len(line) == 1 and line[0].left > starts[0] + height and any(abs(line[0].left - start) < height for start in starts)
        if apart > WIDE_APART * height or (len(line) == 1 and not goes_on):
            break
        starts.extend(span.left for span in line)
        end += 1
    return end


def _cells(lines: list[list[Span]]) -> list[list[str]]:
    """Rows of cells. A line without a first cell goes on with the row above it."""
    starts = _starts([span for line in lines for span in line])
    rows: list[list[str]] = []
    for line in lines:
        cells = [""] * len(starts)
        for span in line:
            at = max((number for number, start in enumerate(starts) if start <= span.left + 1), default=0)
            cells[at] = _glued(cells[at], span.text)
        if rows and not cells[0]:
            rows[-1] = [_glued(above, cell) for above, cell in zip(rows[-1], cells, strict=True)]
        else:
            rows.append(cells)
    return rows


def _starts(spans: Sequence[Span]) -> list[float]:
    """Where the columns of a table begin: at the left edge of what overlaps no other column."""
    starts: list[tuple[float, float]] = []
    for span in sorted(spans, key=lambda span: span.left):
        if starts and span.left < starts[-1][1]:
            starts[-1] = starts[-1][0], max(starts[-1][1], span.right)
        else:
            starts.append((span.left, span.right))
    return [left for left, _ in starts]


def _glued(above: str, below: str) -> str:
    if not above or not below:
        return above + below
    return above + ("" if HAN_END.search(above) and HAN_START.match(below) else " ") + below


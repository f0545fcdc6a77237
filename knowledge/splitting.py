"""Cuts blocks of a document into passages at sentence ends. Knows how zh and en sentences end; knows no format and no index."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

FULL = 450
"""Weight of the longest passage: a Chinese character weighs 1, a word of another script 2.5 (so 180 English words)."""
WORD_WEIGHT = 2.5
TABLE_FULL = 2 * FULL

ENDING = re.compile(
    r"[。!?！？;；…]+[”’」』）)\]】》\"']*"          # zh, and what both share
    r"|(?<=[^\W\d_]{2})\.[\"'”’)\]]*(?=\s+[\"'“‘(]*[A-Z0-9\u4e00-\u9fff])"  # a full stop after a word, before a new sentence
    r"|(?<=[\d)%])\.(?=\s+[A-Z\u4e00-\u9fff])"
    r"|\n"
)
WEIGHED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a document that belongs together: what stands under one heading, on one page, or one table.

    text: verbatim. headings: outermost first. page, line: where it begins, counted from 1, None where the format has none.
    place: any other place as people name it ("sheet Prices", "slide 4"). is_table: rows stay whole. unit: what `line` counts.
    """

    text: str
    headings: tuple[str, ...] = ()
    page: int | None = None
    line: int | None = None
    place: str = ""
    is_table: bool = False
    unit: str = "line"


@dataclass(frozen=True, slots=True)
class Cut:
    """A passage cut out of a block: its verbatim text and its lines, None where the block has none."""

    block: Block
    text: str
    first_line: int | None
    last_line: int | None


def weigh(text: str) -> float:
    """How long a text is to a reader, in Chinese characters."""
    return sum(1 if len(found) == 1 else WORD_WEIGHT for found in WEIGHED.findall(text))


def split(block: Block) -> Iterator[Cut]:
    """The passages of a block, in order, each verbatim, together all of it but blanks at the seams."""
    starts = [0, *(found.end() for found in re.finditer("\n", block.text))]
    for first, last in _spans(block):
        text = block.text[first:last]
        lead, tail = len(text) - len(text.lstrip()), len(text.rstrip())
        if not text.strip():
            continue
        begin, end = first + lead, first + tail - 1
        lines = (None, None) if block.line is None else tuple(block.line + bisect_right(starts, at) - 1 for at in (begin, end))
        yield Cut(block, text.strip(), *lines)


def sentences(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a text begin and end; together they are all of it."""
    ends = sorted({found.end() for found in ENDING.finditer(text)} | {0, len(text)})
    return list(pairwise(ends))


def _rows(text: str) -> list[tuple[int, int]]:
    return list(pairwise(sorted({found.end() for found in re.finditer("\n", text)} | {0, len(text)})))


def _spans(block: Block) -> Iterator[tuple[int, int]]:
    room = TABLE_FULL if block.is_table else FULL
    whole = _rows(block.text) if block.is_table else sentences(block.text)
    weights = [(span, weigh(block.text[slice(*span)])) for one in whole for span in _short(block.text, one, room)]
    total = sum(weight for _, weight in weights)
    if total <= room:
        yield 0, len(block.text)
        return
    fair = total / -(-total // room)
    begin, end, held, done = 0, 0, 0.0, 0.0
    target = fair
    for (first, last), weight in weights:
        if held and (held + weight > room or done + held + weight / 2 > target):
            yield begin, end
            begin, done, held = first, done + held, 0.0
            target = done + (total - done) / max(1, -(-(total - done) // room))
        end, held = last, held + weight
    yield begin, end


def _short(text: str, span: tuple[int, int], room: int) -> Iterator[tuple[int, int]]:
    """A sentence as it is, or, where it is longer than a passage may be, in stretches cut at commas, blanks, or anywhere."""
    first, last = span
    while weigh(text[first:last]) > room:
        reach = _reach(text, first, last, room)
        cuts = [found.end() for found in re.finditer(r"[,，、;；:：|\s]", text[first:reach])]
        end = first + cuts[-1] if cuts else reach
        yield first, end
        first = end
    yield first, last


def _reach(text: str, first: int, last: int, room: float) -> int:
    """How far a passage that begins at `first` may go; at least one character."""
    held = 0.0
    for found in WEIGHED.finditer(text, first, last):
        held += 1 if len(found.group()) == 1 else WORD_WEIGHT
        if held > room:
            return max(found.start(), first + 1)
    return last

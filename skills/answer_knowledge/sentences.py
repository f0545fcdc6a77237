"""Where a sentence begins and ends in a passage: prose, wrapped lines, list items, table rows, headings. Knows no question."""

import re
from dataclasses import dataclass
from itertools import pairwise

from skills.answer_knowledge.wording import Wording, fold, worded

LONG = 120
WRAPPED_FROM = 24
WRAPPED_SHARE = 0.6
HEADING_MOST = 60
_END = re.compile(r"[。！？!?]+[”’」』）)\"]*|(?<![A-Z.][a-z])(?<!\b[A-Z])\.[”’\")]*(?=\s+[\"“(]?[A-Z0-9\u3400-\u9fff]|\s*$)|[;；](?=\s|$)")
_CELLS = re.compile(r"\s*[|\t]\s*")
_SOFT_END = re.compile(r"[；;]")
_MARK = re.compile(
    r"\s*(?:[-*+•·▪◦]\s+|\d{1,2}(?:\.\d{1,2}){1,3}\.?\s+(?=[A-Z\u3400-\u9fff])|§\s*[\d.]+\s+|第[一二三四五六七八九十百\d]+[条款]\s*"
    r"|\(?\d{1,2}[.)、](?!\d)\s*|[（(][一二三四五六七八九十\d]{1,2}[)）]\s*|[①-⑳]\s*|[QA问答][:：.]\s*|>+\s*)",
)
_HASH = re.compile(r"\s*#{1,6}\s+")
_BOLD_LINE = re.compile(r"\s*\*\*[^*]+\*\*[:：]?\s*$")
_RULE = re.compile(r"\s*\|?[\s:|=_*-]*$")
_FURNITURE = re.compile(
    r"\s*(?:第?\s*\d+\s*页?(?:\s*[/／共]\s*\d+\s*页?)?|page\s+\d+(?:\s+(?:of|/)\s+\d+)?|[-–—]\s*\d+\s*[-–—]"
    r"|.*(?:©|版权所有|all rights reserved).*)\s*$",
    re.IGNORECASE,
)
_STOPPED = re.compile(r"[。！？!?；;.:：，,、][”’」』）)\"]*\s*$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch of a passage that can be quoted: text is passage.text[start:end].

    heading: the headings above it. wording: the sentence. place: its headings and, for a table row, the names of its columns.
    table: it is a row of cells, columns: their names. item: it is an item of a list.
    """

    text: str
    start: int
    end: int
    heading: str
    wording: Wording
    place: Wording
    table: bool = False
    item: bool = False
    columns: tuple[str, ...] = ()

    @property
    def announces(self) -> bool:
        """Whether it ends with a colon, so that what follows belongs to it."""
        return self.text.rstrip().endswith((":", "："))


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    kind: str  # text, item, row, heading, blank


def sentences(text: str) -> tuple[Sentence, ...]:
    """The quotable stretches of `text` in reading order; headings, rules and page furniture are none."""
    folded = fold(text)  # once: it is as long as the text, so places hold
    found: list[Sentence] = []
    headings: list[str] = []
    header = ""
    place = worded("")
    for kind, start, end in _blocks(text):
        block = text[start:end]
        if kind == "heading":
            headings = [*headings[-1:], _bare_heading(block)]
            place = worded(fold(" ".join(headings)))
            header = ""
        elif kind == "header":
            header = block
        else:
            heading = " ".join(headings)
            if kind == "row":
                found.append(_row(text, folded, (start, end), heading, header))
            else:
                found.extend(
                    Sentence(text[left:right], left, right, heading, worded(folded[left:right]), place, item=kind == "item")
                    for left, right in _pieces(text, start, end)
                )
    return tuple(sentence for sentence in found if any(char.isalnum() for char in sentence.text))


def _row(text: str, folded: str, span: tuple[int, int], heading: str, header: str) -> Sentence:
    columns = tuple(_CELLS.split(header.strip().strip("|").strip())) if header else ()
    named = fold(header)
    wording = worded(f"{folded[slice(*span)]} {named}")
    return Sentence(text[slice(*span)], *span, heading, wording, worded(f"{fold(heading)} {named}"), table=True, columns=columns)


def _bare_heading(block: str) -> str:
    return _HASH.sub("", block).strip().strip("*").strip()


def _blocks(text: str) -> list[tuple[str, int, int]]:
    """(kind, start, end) of runs of lines that belong together: text, item, row, header (of a table), heading."""
    lines = _lines(text)
    longest = max((line.end - line.start for line in lines), default=0)
    blocks: list[tuple[str, int, int]] = []
    previous: _Line | None = None
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else None
        kind = line.kind
        if kind == "row" and following is not None and following.kind == "rule":
            kind = "header"
        if kind in {"text", "item", "row", "heading", "header"}:
            if kind == "text" and previous is not None and blocks and _wraps(text, previous, longest):
                blocks[-1] = (blocks[-1][0], blocks[-1][1], line.end)
            else:
                blocks.append((kind, line.start, line.end))
        previous = line
    return blocks


def _wraps(text: str, previous: _Line, longest: int) -> bool:
    """Whether the line after `previous` goes on with its sentence."""
    width = previous.end - previous.start
    if previous.kind not in {"text", "item"} or width < WRAPPED_FROM or width < longest * WRAPPED_SHARE:
        return False
    return not re.search(r"[。！？!?：:；;][”’」』）)\"]*\s*$", text[previous.start : previous.end])


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    at = 0
    for raw in text.splitlines(keepends=True):
        stripped = raw.strip()
        start = at + len(raw) - len(raw.lstrip())
        lines.append(_Line(start, start + len(stripped), "blank"))
        at += len(raw)
    kinds = [_kind(text, lines, number) for number in range(len(lines))]
    return [_Line(_unmarked(text, line, kind), line.end, kind) for line, kind in zip(lines, kinds, strict=True)]


def _unmarked(text: str, line: _Line, kind: str) -> int:
    """Where the words of a line begin, behind the mark of a list item."""
    mark = _MARK.match(text, line.start, line.end) if kind == "item" else None
    return mark.end() if mark and mark.end() < line.end else line.start


def _kind(text: str, lines: list[_Line], number: int) -> str:
    line = lines[number]
    raw = text[line.start : line.end]
    if not raw:
        return "blank"
    if _RULE.match(raw):
        return "rule"
    if _FURNITURE.match(raw):
        return "furniture"
    if (raw.startswith("|") and raw.count("|") > 1) or raw.count("\t") > 1 or raw.count(" | ") > 1:
        return "row"
    marked = _MARK.match(raw) is not None
    listed = marked and _listed(text, lines, number)
    if _HASH.match(raw) or _BOLD_LINE.match(raw) or (not listed and _is_bare_heading(text, lines, number)):
        return "heading"
    return "item" if marked else "text"


def _listed(text: str, lines: list[_Line], number: int) -> bool:
    """Whether a marked line is of a list, not a numbered heading: a neighbour is marked too."""
    neighbours = lines[max(0, number - 1) : number] + lines[number + 1 : number + 2]
    return any(_MARK.match(text[line.start : line.end]) for line in neighbours)


def _is_bare_heading(text: str, lines: list[_Line], number: int) -> bool:
    """A short line by itself, unstopped, with something under it: a heading that lost its mark (PDF, DOCX)."""
    raw = text[lines[number].start : lines[number].end]
    most = HEADING_MOST // 2 if any(char >= "\u3400" for char in raw) else HEADING_MOST
    if len(raw) > most or _STOPPED.search(raw) or re.search(r"[:：|\t]", raw):
        return False
    first = number == 0 or lines[number - 1].start == lines[number - 1].end
    below = next((line for line in lines[number + 1 :] if line.end > line.start), None)
    return first and below is not None and below.end - below.start > len(raw)


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Sentences of a block; one that is long is cut at its semicolons."""
    pieces: list[tuple[int, int]] = []
    left = start
    for stop in _END.finditer(text, start, end):
        pieces.extend(_cut(text, left, stop.end()))
        left = stop.end()
    pieces.extend(_cut(text, left, end))
    return [piece for piece in (_trimmed(text, *piece) for piece in pieces) if piece[1] > piece[0]]


def _cut(text: str, start: int, end: int) -> list[tuple[int, int]]:
    if end - start <= LONG:
        return [(start, end)]
    cuts = [start, *(stop.end() for stop in _SOFT_END.finditer(text, start, end)), end]
    return list(pairwise(cuts))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip())) if piece.strip() else start



"""The lines of a contract as it was meant: without page footers, with lines joined that an export broke. Knows no clause."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.domain.contracts import Paper, Paragraph, ParagraphKind
from bot.errors import TellUser
from skills.compare_contracts.folded import HAN

LONGEST = 100_000
"""Characters of a paragraph; what is longer is no contract's."""
MOST_LINES = 120_000
_FOOTER = re.compile(
    r"\s*(?:[-–—·|]*\s*第\s*[\d一二三四五六七八九十百]+\s*页\s*(?:[,，/、]?\s*共\s*[\d一二三四五六七八九十百]+\s*页)?\s*[-–—·|]*"
    r"|[-–—|\[(]*\s*page\s*\d+\s*(?:(?:of|/)\s*\d+)?\s*[-–—|\])]*|[-–—]\s*\d+\s*[-–—]|\d+\s*/\s*\d+|confidential\s*[-|]\s*page\s*\d+.*)\s*",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[.。!！?？;；:：”\"』」]\s*$")
_LETTER = re.compile(r"[^\W\d_]")
_RUNNING = 3
"""A short line that comes on so many pages is the page's, not the contract's."""
_SHORT = 60
_LONE = 12


@dataclass(frozen=True, slots=True)
class Line:
    """A whole line. at: places of the paragraphs it comes from. label, level: as the file numbers it."""

    text: str
    at: tuple[int, ...]
    label: str = ""
    level: int = 0
    heading: bool = False
    cell: bool = False


def lines(paper: Paper, starts: re.Pattern[str]) -> tuple[Line, ...]:
    """The lines of `paper`. starts: what a line that begins a clause looks like; it is never joined to what was before it.

    Paragraphs that somebody deleted in tracked changes are left out: the version is read as if all were accepted.

    Raises: TellUser("contract_too_big", file=…) for what no contract is: nothing of it is left out in silence.
    """
    told = _unfooted(list(_raw(paper)))
    return tuple(_joined(told, starts))


def _raw(paper: Paper) -> Iterator[tuple[int, int, Paragraph, str]]:
    """Place of the paragraph, place of the line in it, the paragraph, the line."""
    count = 0
    for at, one in enumerate(paper.paragraphs):
        if one.deleted:
            continue
        if len(one.text) > LONGEST:
            raise TellUser("contract_too_big", file=paper.name)
        for row, text in enumerate(one.text.splitlines()):
            if text.strip():
                count += 1
                yield at, row, one, text.strip()
        if count > MOST_LINES:
            raise TellUser("contract_too_big", file=paper.name)


def _unfooted(raw: Sequence[tuple[int, int, Paragraph, str]]) -> list[tuple[int, int, Paragraph, str]]:
    short = [(one.page, text) for _, _, one, text in raw if len(text) <= _SHORT and one.page and one.kind is ParagraphKind.TEXT]
    masked = Counter(_mask(text, page) for page, text in short)
    kept = []
    for at, row, one, text in raw:
        if one.kind is not ParagraphKind.CELL and _FOOTER.fullmatch(text):
            continue
        if one.page and len(text) <= _SHORT and masked[_mask(text, one.page)] >= _RUNNING and any(char.isdigit() for char in text):
            continue
        kept.append((at, row, one, text))
    return kept


def _mask(text: str, page: int) -> str:
    """The line with the page's own number masked: what running heads have in common."""
    return re.sub(rf"(?<!\d){page}(?!\d)", "#", text)


def _joined(raw: Iterable[tuple[int, int, Paragraph, str]], starts: re.Pattern[str]) -> Iterator[Line]:
    held: Line | None = None
    head = False
    for at, row, one, text in raw:
        begins = bool(starts.match(text))
        fresh = _is_fresh(held, one, text, row, begins=begins, head=head)
        follows = row > 0 or (held is not None and not held.cell and not _ENDS.search(held.text) and _runs_on(held.text, text))
        if held is not None and follows and not fresh and not head:
            held = Line(_join(held.text, text), (*held.at, at) if at != held.at[-1] else held.at, held.label, held.level)
            continue
        if held is not None:
            yield held
        heading, cell = one.kind is ParagraphKind.HEADING, one.kind is ParagraphKind.CELL
        held = Line(text, (at,), one.label if row == 0 else "", one.level, heading, cell)
        head = fresh and (heading or text.startswith("#") or (begins and len(text) <= _SHORT and not _ENDS.search(text)))
    if held is not None:
        yield held


def _is_fresh(held: Line | None, one: Paragraph, text: str, row: int, *, begins: bool, head: bool) -> bool:
    """Whether a line begins something of its own. A number at its head does not, where an export broke the line before it."""
    if one.kind is not ParagraphKind.TEXT or (one.label and row == 0) or text[:2] in {"- ", "* ", "• "} or text.startswith("#"):
        return True
    if held is None or row == 0 or head:
        return begins
    amid = len(held.text) > _LONE and not _ENDS.search(held.text)
    return begins and not amid and not (re.search(r"\d[,，]?$", held.text) and text[0].isdigit())


def _runs_on(before: str, after: str) -> bool:
    """Whether the second line goes on with the first over a blank line or a page: it begins in the middle of a sentence."""
    return len(before) > _SHORT // 2 and (after[0].islower() or after[0] in ",，、;；)）。.%‰")


def _join(before: str, after: str) -> str:
    last, first = before[-1], after[0]
    chinese = re.search(f"[{HAN}]", before[-12:] + after[:12]) is not None
    if last == "-" and first.islower() and _LETTER.match(before[-2:-1] or ""):
        return before + after
    if chinese and not (last.isascii() and last.isalpha() and first.isascii() and first.isalpha()):
        return before + after
    return f"{before} {after}"

"""What became of a text, word by word and Chinese character by character. Knows texts; knows nothing of who changed them, or why."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple

HAN = "\u2e80-\u9fff\uf900-\ufaff\uac00-\ud7af"
"""Scripts that are written without blanks: here a character is a word."""
WORD = rf"[^\W{HAN}]+(?:[.,'’-][^\W{HAN}]+)*[%‰°]?"
_PARTS = re.compile(rf"{WORD}|\s+|.", re.DOTALL)
_SENTENCES = re.compile(r"(?:[^\n。！？!?；.]|\.(?!\s))+(?:[\n。！？!?；]|\.\s)?|[\n。！？!?；.]")
_SAYS = re.compile(r"\w")
_LONE = re.compile(rf"\s*[{HAN}]\s*")
MOST_PAIRS = 150_000
"""So many equal pairs are weighed, which takes some tenths of a second; what is longer counts as changed whole."""


class ChangeKind(StrEnum):
    """What became of a piece of a text."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


class Change(NamedTuple):
    """A piece of one text, or of both."""

    kind: ChangeKind
    text: str


class _Span(NamedTuple):
    same: bool
    old: str
    new: str

    @property
    def took_place(self) -> bool:
        """Whether something took the place of something."""
        return not self.same and bool(self.old) and bool(self.new)


def changes(before: str, after: str) -> tuple[Change, ...]:
    """The pieces in reading order; where one took another's place, the removed stands in front of the added.

    Kept and removed pieces make up `before`, kept and added ones `after`, to the character. A lone character, blank or mark that both have
    between two changes counts as changed with them: people read phrases, not letters.
    """
    found: list[_Span] = []
    for one in _compared(_SENTENCES.findall(before), _SENTENCES.findall(after)):
        found.extend((one,) if one.same else _compared(_PARTS.findall(one.old), _PARTS.findall(one.new)))
    return tuple(_joined(_Span(one.same and not _is_lost(found, at), one.old, one.new) for at, one in enumerate(found)))


def replaced(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """What took the place of what, as pairs of words; "" for what only went or only came."""
    pairs: list[tuple[str, str]] = []
    old = ""
    for kind, text in (*changes(before, after), Change(ChangeKind.KEPT, "")):
        if kind is ChangeKind.ADDED:
            pairs.append((old.strip(), text.strip()))
        elif old:
            pairs.append((old.strip(), ""))
        old = text if kind is ChangeKind.REMOVED else ""
    return tuple(pair for pair in pairs if any(pair))


def _compared(first: Sequence[str], second: Sequence[str]) -> Iterator[_Span]:
    counted = Counter(second)
    if sum(counted[one] for one in first) > MOST_PAIRS:
        yield _Span(same=first == second, old="".join(first), new="".join(second))
        return
    for kind, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        yield _Span(kind == "equal", "".join(first[a:b]), "".join(second[c:d]))


def _is_lost(spans: Sequence[_Span], at: int) -> bool:
    """Whether what is kept there says too little to stand between the changes around it."""
    if not 0 < at < len(spans) - 1 or spans[at - 1].same or spans[at + 1].same or "\n" in spans[at].old:
        return False
    if not _SAYS.search(spans[at].old):
        return True
    return bool(_LONE.fullmatch(spans[at].old)) and spans[at - 1].took_place and spans[at + 1].took_place


def _joined(spans: Iterable[_Span]) -> Iterator[Change]:
    kept = old = new = ""
    for same, first, second in spans:
        if same and not old and not new:
            kept += first
        elif same:
            yield from _told(kept, old, new)
            kept, old, new = first, "", ""
        else:
            old, new = old + first, new + second
    yield from _told(kept, old, new)


def _told(kept: str, old: str, new: str) -> Iterator[Change]:
    for kind, text in ((ChangeKind.KEPT, kept), (ChangeKind.REMOVED, old), (ChangeKind.ADDED, new)):
        if text:
            yield Change(kind, text)

"""A turn in its clauses, each with its place: a recogniser writes spaces between them, a typist punctuation. Knows no meaning."""

import re
from dataclasses import dataclass
from itertools import pairwise

from skills.meeting_minutes.signs import HAN, plain

PAUSE = re.compile(r"[,.;:!?，。；：！？、…]+(?=\s|$|[\u3400-\u9fff])|[，。；：！？…]+|(?<=[\u3400-\u9fff])\s+|\s+(?=[\u3400-\u9fff])")
TURN = re.compile(
    r"\s+(?=(?:but|however|although|because|so that|plus|also"
    r"|the other thing|another thing|one more thing|and (?:i|we|the|they|honestly|then|also|another|no)) )",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a turn.

    start, end: places in the turn's text; plain: its words as patterns read them;
    asked: whether it ends in a question mark.
    """

    start: int
    end: int
    plain: str
    asked: bool


def clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of `text`, in order; none is empty."""
    cuts = [0]
    for pattern in (PAUSE, TURN):
        cuts.extend(match.end() for match in pattern.finditer(text))
    cuts = sorted({*cuts, len(text)})
    return tuple(one for start, end in pairwise(cuts) if (one := _clause(text, start, end)) is not None)


def _clause(text: str, start: int, end: int) -> Clause | None:
    said = text[start:end]
    bare = said.strip(" \t\r\n,.;:!?，。；：！？、…")
    if not bare:
        return None
    at = start + said.index(bare)
    return Clause(at, at + len(bare), plain(bare), said.rstrip().endswith(("?", "？")))


def is_chinese(text: str) -> bool:
    """Whether Chinese characters stand in `text`."""
    return HAN.search(text) is not None

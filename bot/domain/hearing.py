"""What was heard in a recording: segments with how sure each is, its language, and names mended afterwards. Knows no recogniser."""

from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from pathlib import Path

from bot.domain.ids import DecisionId, TurnId

LONGEST_S = 7_200
"""Seconds: a recording of two hours is a day's longest meeting; more is refused."""
UNSURE = 0.5
"""A segment less sure than this is to be looked at by who spoke."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of speech. start_s, end_s: in the recording, as it was sent. confidence: 0 to 1, the mean over its words' tokens."""

    start_s: float
    end_s: float
    text: str
    confidence: float

    @property
    def unsure(self) -> bool:
        """Whether who spoke should look at it."""
        return self.confidence < UNSURE


@dataclass(frozen=True, slots=True)
class Heard:
    """A recording in words.

    lang: ISO 639-1 of what was spoken, `zh` or `en`; sureness: of that, 0 to 1. length_s: of the recording. cut: it breaks off, the file
    is damaged or was not sent whole; what came before was heard. brain: the model that heard it.
    """

    segments: tuple[Segment, ...]
    lang: str
    sureness: float
    length_s: float
    brain: str
    cut: bool = False

    @property
    def text(self) -> str:
        """All that was said; Chinese runs on, other writing has spaces between."""
        return "".join(self._pieces())

    @property
    def ranges(self) -> tuple[tuple[int, int], ...]:
        """Where each segment stands in `text`."""
        ends = accumulate(len(piece) for piece in self._pieces())
        return tuple((end - len(one.text), end) for one, end in zip(self.segments, ends, strict=True))

    def _pieces(self) -> list[str]:
        pieces: list[str] = []
        last = ""
        for segment in self.segments:
            pieces.append(f" {segment.text}" if _spaced(last, segment.text[:1]) else segment.text)
            last = segment.text[-1:] or last
        return pieces


@dataclass(frozen=True, slots=True)
class Mend:
    """A name that was heard as something that sounds like it. start, end: characters of the mended text; heard: what stood there."""

    start: int
    end: int
    heard: str
    meant: str


@dataclass(frozen=True, slots=True)
class Mended:
    """A text whose names are written as the records write them, and what was changed for that, in order."""

    text: str
    mends: tuple[Mend, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A segment as people read it: its words are those from `start` to `end` of the mended text. mends: by their places in `said`."""

    segment: Segment
    start: int
    end: int
    said: str
    mends: tuple[Mend, ...] = ()


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was made of one recording: what was heard, and the same with names mended. timed: whether its segments' times are known.

    A platform's own transcript is one segment without times.
    """

    heard: Heard
    mended: Mended

    @property
    def timed(self) -> bool:
        """Whether it is known when each segment was said."""
        return self.heard.length_s > 0

    @property
    def lines(self) -> tuple[Line, ...]:
        """The segments in the words of the mended text. A name that lies across two belongs to the one that it begins in."""
        lines, reached = [], 0
        for one, (start, end) in zip(self.heard.segments, self.heard.ranges, strict=True):
            first = max(reached, _moved(start, self.mended.mends))
            reached = max(first, _moved(end, self.mended.mends, after=True))
            inside = [mend for mend in self.mended.mends if first <= mend.start < reached]
            mends = tuple(Mend(mend.start - first, min(mend.end, reached) - first, mend.heard, mend.meant) for mend in inside)
            lines.append(Line(one, first, reached, self.mended.text[first:reached], mends))
        return tuple(lines)


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording as its speaker finds it again. transcript: None once that was erased; sound: where it lies, None without.

    said_at: aware, UTC. decision_id: what came of it, None while it is under way.
    """

    turn_id: TurnId
    said_at: datetime
    transcript: Transcript | None
    sound: Path | None
    decision_id: DecisionId | None = None


def platforms_own(text: str) -> Transcript:
    """A transcript that a platform made: nobody knows when what was said, nor how surely."""
    return Transcript(Heard((Segment(0.0, 0.0, text, 1.0),), "", 0.0, 0.0, ""), Mended(text))


def _moved(place: int, mends: tuple[Mend, ...], *, after: bool = False) -> int:
    """A place in what was heard, in the mended text. after: what it ends is in front of it, so a name it falls into is taken whole."""
    shift = 0
    for mend in mends:
        start = mend.start - shift
        if place <= start:
            break
        if place < start + len(mend.heard):
            return mend.end if after else mend.start
        shift += len(mend.meant) - len(mend.heard)
    return place + shift


def _spaced(before: str, after: str) -> bool:
    return "" < before < "\u2e80" and after < "\u2e80"

"""What was heard in a recording: segments with how sure each is, its language, and names mended afterwards. Knows no recogniser."""

from dataclasses import dataclass

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
        said = ""
        for segment in self.segments:
            said += f" {segment.text}" if said and _spaced(said[-1], segment.text[:1]) else segment.text
        return said


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


def _spaced(before: str, after: str) -> bool:
    return before < "\u2e80" and after < "\u2e80"

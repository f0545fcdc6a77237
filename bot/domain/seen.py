"""What stands in a picture, line by line. Knows no picture's format and no reader of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SeenLine:
    """A line and its box, in pixels from the left and from the top. sureness: of its words, 0 to 1."""

    left: float
    top: float
    right: float
    bottom: float
    text: str
    sureness: float


@dataclass(frozen=True, slots=True)
class SeenPage:
    """A picture as it was read. width, height: in pixels."""

    width: int
    height: int
    lines: tuple[SeenLine, ...]

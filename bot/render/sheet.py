"""A sheet to draw on: shapes with smooth edges below, words above, each word's box known. Knows Pillow, and no chart."""

import io
from dataclasses import dataclass, field
from functools import cache, cached_property

from PIL import Image, ImageDraw, ImageFont

from bot.render.fonts import FontFile

SMOOTH = 3
"""Shapes are drawn this many times larger, then made smaller: Pillow's own edges are not smooth."""
ELLIPSIS = "…"
NOWHERE = "\U000f0000"
"""A character that no font has: it draws the sign for a missing one."""

Box = tuple[float, float, float, float]
Point = tuple[float, float]
Font = ImageFont.FreeTypeFont


@dataclass(frozen=True, slots=True)
class Word:
    """Words in their place. box: where their ink may be, in pixels."""

    text: str
    box: Box
    size: int
    colour: str
    bold: bool


@dataclass(frozen=True)
class Faces:
    """A font in all its sizes. file: None for the Latin one that Pillow brings."""

    file: FontFile | None

    @cached_property
    def _sized(self) -> dict[int, Font]:
        return {}

    def of(self, size: int) -> Font:
        """The font, `size` pixels high."""
        if size not in self._sized:
            self._sized[size] = _loaded(self.file, size)
        return self._sized[size]

    def has(self, char: str) -> bool:
        """Whether the font has a sign for `char`."""
        return char.isspace() or _drawn(self, char) != _drawn(self, NOWHERE)

    def legible(self, text: str, instead: str = "") -> str:
        """`text` in one line, without what the font lacks, or `instead` where that leaves less than half of it."""
        kept = "".join(" " if char.isspace() else char for char in text if self.has(char))
        return kept.strip() if 2 * len(kept) >= len(text) else instead

    def width(self, text: str, size: int) -> float:
        """Pixels that `text` takes in a line."""
        return self.of(size).getlength(text)

    def fitted(self, text: str, size: int, room: float) -> str:
        """`text`, shortened where it is longer than `room`."""
        if self.width(text, size) <= room:
            return text
        while text and self.width(text + ELLIPSIS, size) > room:
            text = text[:-1]
        return text.rstrip() + ELLIPSIS

    def wrapped(self, text: str, size: int, room: float, most: int) -> list[str]:
        """`text` in at most `most` lines no longer than `room`; broken at blanks where there are any, else anywhere."""
        lines: list[str] = []
        while text and len(lines) < most - 1 and self.width(text, size) > room:
            end = len(text)
            while end > 1 and self.width(text[:end], size) > room:
                end -= 1
            blank = text.rfind(" ", 0, end + 1)
            end = blank if blank > end // 3 else end
            lines.append(text[:end].rstrip())
            text = text[end:].lstrip()
        return [*lines, self.fitted(text, size, room)] if text else lines


def _loaded(file: FontFile | None, size: int) -> Font:
    found = ImageFont.truetype(file.path, size, file.face) if file else ImageFont.load_default(size)
    if not isinstance(found, ImageFont.FreeTypeFont):
        message = "this Pillow has no FreeType"
        raise TypeError(message)
    return found


@cache
def _drawn(faces: Faces, char: str) -> bytes:
    mask = faces.of(24).getmask(char)
    return bytes(mask) + repr(mask.size).encode()


@dataclass
class Sheet:
    """What is to be drawn, collected; `png` draws it. Sizes and places in pixels of the picture."""

    faces: Faces
    width: int
    words: list[Word] = field(default_factory=list)
    _rectangles: list[tuple[Box, float, str]] = field(default_factory=list)
    _areas: list[tuple[list[Point], str]] = field(default_factory=list)
    _lines: list[tuple[list[Point], float, str]] = field(default_factory=list)
    _dots: list[tuple[Point, float, str, str]] = field(default_factory=list)

    def write(self, at: Point, text: str, size: int, colour: str, *, anchor: str = "l", bold: bool = False) -> Box:
        """Words in a line whose top is at `at`; anchor: whether that is the left end (l), the middle (m) or the right end (r)."""
        box = self.box_of(at, text, size, anchor)
        self.words.append(Word(text, box, size, colour, bold))
        return box

    def box_of(self, at: Point, text: str, size: int, anchor: str = "l") -> Box:
        """Where `write` would put them."""
        width = self.faces.width(text, size)
        left = at[0] - {"l": 0.0, "m": width / 2, "r": width}[anchor]
        return (left, at[1], left + width, at[1] + size * 1.25)

    def rectangle(self, box: Box, colour: str, radius: float = 0) -> None:
        """A filled rectangle; too narrow ones are drawn one pixel wide, for there is something."""
        left, top, right, bottom = box
        self._rectangles.append(((left, top, max(right, left + 1), bottom), radius, colour))

    def area(self, points: list[Point], colour: str) -> None:
        """A filled polygon."""
        self._areas.append((points, colour))

    def line(self, points: list[Point], colour: str, width: float) -> None:
        """A line through `points`."""
        self._lines.append((points, width, colour))

    def dot(self, at: Point, radius: float, colour: str, ring: str) -> None:
        """A dot with a ring around it."""
        self._dots.append((at, radius, colour, ring))

    def png(self, height: int, paper: str) -> bytes:
        """The picture."""
        large = Image.new("RGB", (self.width * SMOOTH, height * SMOOTH), paper)
        self._shapes(ImageDraw.Draw(large))
        picture = large.reduce(SMOOTH)
        pen = ImageDraw.Draw(picture)
        for word in self.words:
            left, top, _, bottom = word.box
            middle = (left, (top + bottom) / 2)
            stroke = 0.5 if word.bold else 0
            pen.text(middle, word.text, word.colour, self.faces.of(word.size), anchor="lm", stroke_width=stroke)
        out = io.BytesIO()
        picture.quantize(128, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        return out.getvalue()

    def _shapes(self, pen: ImageDraw.ImageDraw) -> None:
        for box, radius, colour in self._rectangles:
            low = [round(place * SMOOTH) for place in box]
            pen.rounded_rectangle((low[0], low[1], low[2] - 1, low[3] - 1), radius * SMOOTH, colour)
        for points, colour in self._areas:
            pen.polygon([_enlarged(point) for point in points], colour)
        for points, width, colour in self._lines:
            pen.line([_enlarged(point) for point in points], colour, round(width * SMOOTH), joint="curve")
        for at, radius, colour, ring in self._dots:
            middle = _enlarged(at)
            pen.circle(middle, (radius + 2) * SMOOTH, ring)
            pen.circle(middle, radius * SMOOTH, colour)


def _enlarged(point: Point) -> Point:
    return (point[0] * SMOOTH, point[1] * SMOOTH)

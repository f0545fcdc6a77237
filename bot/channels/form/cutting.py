"""Long texts in pieces: never inside a character, a figure, an address or marked words, and at the end of a sentence where there is one.

Knows how a text is read; knows no transport: what counts (bytes or characters) is handed in.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

Size = Callable[[str], int]

HAN_FIGURES = "零〇一二两三四五六七八九十百千万亿"
UNITS = "元年月日号点分秒天台套个件人家笔单折倍期次"
LETTER = "A-Za-zÀ-ɏͰ-ӿ"
WHOLE = re.compile(
    "|".join(
        (
            r"`[^`\n]{1,300}`",
            r"\[[^\[\]\n]{1,200}\]\([^()\s]{1,500}\)",
            r"<font color=\"\w{1,10}\">[^<\n]{1,200}</font>",
            r"(?<!\*)\*\*[^*\n]{1,300}\*\*(?!\*)",
            r"(?<![*\w])\*[^*\n]{1,300}\*(?![*\w])",
            r"(?:https?|ftp)://[^\s<>\"、-〿！-／：-＠［-｀｛-･]{1,500}",
            r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}",
            r"\\.|&(?:#\d{1,7}|[A-Za-z]{2,8});",
            # 1,200,000 · 12.5 % · ¥80万 · 2026-07-31 · §2.1 · 3 亿元 · 10:30 · 120k
            (r"(?:[¥￥$€£§#№]\s?)?[-+−]?\d{1,40}(?:,\d{3})*(?:[.:/–~-]\d{1,20}){0,4}(?:\s?[%％‰°])?(?:\s?[十百千]?[万亿]{1,2})?"
             rf"(?:\s(?:million|billion|thousand)\b)?(?:[{LETTER}]{{1,6}}\b)?[{UNITS}%％‰]?"),
            rf"[-+]?[{HAN_FIGURES}]{{1,30}}(?:点[{HAN_FIGURES}]{{1,10}})?[{UNITS}]?",
            rf"\.?[{LETTER}](?:[{LETTER}0-9_'’]|[.-](?=[{LETTER}0-9])){{0,80}}",
        )
    )
)
"""What is read as one: code, links, marked words, addresses, escapes, figures with their sign and unit, words of letters."""
BREAKS: Sequence[tuple[re.Pattern[str], float]] = (
    (re.compile(r"\n[^\S\n]*\n\s*"), 0.4),
    (re.compile(r"\n\s*"), 0.4),
    (re.compile(r"[。！？；…]+[”’」』\"')）】\]]*\s*|[.!?;]+[”’」』\"')）】\]]*\s+|[!?;]+[”’」』\"')）】\]]*(?=[㐀-鿿])"), 0.4),
    (re.compile(r"[，、：—]\s*|[,:]\s+|[,:](?=[㐀-鿿])"), 0.5),
    (re.compile(r"\s+"), 0.6),
)
"""Where a piece may end, best first, and how full it must then be: after a paragraph, a line, a sentence, a clause, a word."""
CLOSING = "”’」』\"')）】]，、。；：！？,.;:!?%％‰…"
"""Never the first character of a piece, unless there is no other way."""
RESERVE = "\n(99/99)"
CHANGING = (
    ("\u200c", "\u200d"), ("\u0e33", "\u0e33"), ("\u0eb3", "\u0eb3"), ("\uff9e", "\uff9f"), ("\U0001f3fb", "\U0001f3ff"),
    ("\U000e0020", "\U000e007f"),
)  # fmt: skip
"""What changes the character before it without being a mark: joiners, Thai and Lao am, half-width voicing, skin tones, tags."""
LOOK_AHEAD = 2
"""What a sign is judged by that stands at the very end of a piece."""
JOINER, VIRAMA = "\u200d", 9
"""The sign that makes one family of several people; the class of signs that tie two letters of an Indic script."""
WIDEST = "\U0001f600"


def in_bytes(text: str) -> int:
    """How long `text` is in UTF-8."""
    return len(text.encode("utf-8", "surrogatepass"))


def pieces(text: str, most: int, size: Size = len) -> tuple[str, ...]:
    """`text` in pieces of at most `most` each, as `size` counts; none is empty, and only white space at the cuts is lost.

    Something that is read as one but is longer than a piece by itself is cut between characters as people see them; only a single such
    character that is longer than a piece is cut within.  Raises: ValueError when `most` is less than one character may take.
    """
    if most < size(WIDEST):
        message = f"no character fits into {most}"
        raise ValueError(message)
    reading = _Reading(text, tuple((found.start(), found.end()) for found in WHOLE.finditer(text)))
    return tuple(reading.pieces(most, size))


def numbered(text: str, most: int, size: Size = len) -> tuple[str, ...]:
    """As `pieces`; where there are several, each says at its end which of how many it is: (1/3)."""
    whole = text.strip()
    return (whole,) if whole and size(whole) <= most else counted(pieces(text, most - size(RESERVE), size))


def counted(parts: Sequence[str]) -> tuple[str, ...]:
    """The parts, each saying which it is, where there are several; `RESERVE` is what that takes."""
    return tuple(f"{part}\n({place}/{len(parts)})" for place, part in enumerate(parts, 1)) if len(parts) > 1 else tuple(parts)


def shortened(text: str, most: int, size: Size = len) -> str:
    """The beginning of `text` and an ellipsis, where it is longer than `most`; cut as `pieces` cuts."""
    line = text.strip()
    if size(line) <= most:
        return line
    return next(iter(pieces(line, max(most - size("…"), size(WIDEST)), size))).rstrip("，、,;；:： ") + "…"


def ends_character(text: str, place: int) -> bool:
    """Whether a character as people see it ends right before `place`: no accent, joiner, flag or family is torn (UAX 29, in the main)."""
    if not 0 < place < len(text):
        return True
    before, after = text[place - 1], text[place]
    if before == "\r" and after == "\n":
        return False
    if before in "\r\n" or after in "\r\n":
        return True
    if _extends(after) or before == JOINER or (after.isalpha() and _is_linked(text, place)):
        return False
    if _is_flag(before) and _is_flag(after):
        start = place
        while start > 0 and _is_flag(text[start - 1]):
            start -= 1
        return (place - start) % 2 == 0
    return not _is_one_syllable(before, after)


def _extends(char: str) -> bool:
    """Marks, selectors, joiners, skin tones, tags: what only changes the character before it."""
    return unicodedata.category(char) in {"Mn", "Me", "Mc"} or any(first <= char <= last for first, last in CHANGING)


def _is_linked(text: str, place: int) -> bool:
    """Whether a virama before `place` ties the letter there to the one before it."""
    while place > 0 and _extends(text[place - 1]):
        place -= 1
        if unicodedata.combining(text[place]) == VIRAMA:
            return True
    return False


def _is_flag(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _is_one_syllable(before: str, after: str) -> bool:
    """Whether Korean letters written one by one make a syllable."""
    first, second = _jamo(before), _jamo(after)
    return (first == "L" and second in {"L", "V", "S"}) or (first in {"V", "S"} and second in {"V", "T"}) or (first == second == "T")


def _jamo(char: str) -> str:
    code = ord(char)
    for kind, low, high in (("L", 0x1100, 0x115F), ("V", 0x1160, 0x11A7), ("T", 0x11A8, 0x11FF), ("S", 0xAC00, 0xD7A3)):
        if low <= code <= high:
            return kind
    return ""


@dataclass(frozen=True)
class _Reading:
    """A text, and the stretches of it that are read as one, in order."""

    text: str
    whole: Sequence[tuple[int, int]]

    def pieces(self, most: int, size: Size) -> Iterator[str]:
        start = self._next(0)
        while start < len(self.text):
            end = self._end(start, most, size)
            if piece := self.text[start:end].rstrip():
                yield piece
            start = self._next(end)

    def _next(self, place: int) -> int:
        """The first place from here that is no white space."""
        while place < len(self.text) and self.text[place].isspace():
            place += 1
        return place

    def _end(self, start: int, most: int, size: Size) -> int:
        """Where the piece that begins at `start` ends: as late as a good place allows."""
        last = self._fitting(start, most, size)
        if last == len(self.text):
            return last
        for pattern, full in BREAKS:
            window = pattern.finditer(self.text, start + int((last - start) * full), last + LOOK_AHEAD)
            if ends := [found.end() for found in window if found.end() <= last and self._is_kind(found.end())]:
                return ends[-1]
        return self._anywhere(start, last)

    def _fitting(self, start: int, most: int, size: Size) -> int:
        """The last place for which the text from `start` fits, white space at its end aside."""
        low, high = start + 1, min(len(self.text), start + most)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if size(self.text[start:middle].rstrip()) <= most else (low, middle - 1)
        return self._next(low)

    def _anywhere(self, start: int, last: int) -> int:
        for good in (self._is_kind, self._is_free, self._is_between):
            for place in range(last, start, -1):
                if good(place):
                    return place
        return last

    def _is_kind(self, place: int) -> bool:
        return self._is_free(place) and self.text[place] not in CLOSING

    def _is_free(self, place: int) -> bool:
        """Whether nothing that is read as one goes on over `place`."""
        before = bisect_right(self.whole, (place, -1)) - 1
        return self._is_between(place) and (before < 0 or self.whole[before][1] <= place or self.whole[before][0] >= place)

    def _is_between(self, place: int) -> bool:
        return ends_character(self.text, place)

"""How words compare: text folded to one width and case, English words to stems, concepts to all their names. Knows no question."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from skills.answer_knowledge.signs import lexicon

WORD = re.compile(r"[a-z0-9]+(?:[-.'&][a-z0-9]+)*%?")
HAN = re.compile(r"[\u3400-\u9fff]+")
SPACE = re.compile(r"\s+")
SHORTEST_STEM = 3
_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_ENDINGS = ("ation", "ment", "ing", "ed", "al", "e", "y")
_PLURAL = re.compile(r"(?<![su])s$")
_DOUBLED = re.compile(r"([^aeiouls])\1$")


def fold(text: str) -> str:
    """`text` in half-width lower case, as long as it was, so that places in it still hold."""
    folded = text.translate(_WIDTH)
    lower = folded.lower()
    return lower if len(lower) == len(text) else folded


@cache
def stem(word: str) -> str:
    """An English word without its ending, crude on purpose: `renewals`, `renewed` and `renewal` agree."""
    if any(char.isdigit() for char in word):
        return word.rstrip("%") if word.endswith("%") else word
    word = word.removesuffix("'s")
    word = lexicon().irregular.get(word, word)
    if len(word) > SHORTEST_STEM:
        word = re.sub("(?:ie|i)$", "y", _PLURAL.sub("", word))
    word = re.sub("ied$", "y", word)
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            word = _DOUBLED.sub(r"\1", word.removesuffix(ending))
    return word


@dataclass(frozen=True, slots=True)
class Wording:
    """One stretch of text, ready to be compared. han: without spaces. latin: stems between single spaces, one at each end too."""

    folded: str
    han: str
    latin: str

    def has(self, surface: str) -> bool:
        """Whether a folded Chinese surface or the stems of an English one occur here."""
        return surface in (self.han if HAN.search(surface) else self.latin)


def worded(folded: str) -> Wording:
    """A folded text ready to be compared."""
    return Wording(folded, SPACE.sub("", folded), latin(folded))


def latin(folded: str) -> str:
    """The English words and numbers of a folded text as ` stem stem ` (with split compounds beside the whole)."""
    stems: list[str] = []
    for match in WORD.finditer(folded):
        word = match.group()
        stems.append(stem(word))
        if "-" in word:
            stems.extend(stem(part) for part in word.split("-") if part)
    return f" {' '.join(stems)} "


@cache
def concepts() -> Mapping[str, tuple[str, ...]]:
    """Surface -> every surface that means the same, in both languages, as `Wording.has` wants them."""
    names: dict[str, tuple[str, ...]] = {}
    for line in lexicon().concepts:
        surfaces = tuple(surface if HAN.search(surface) else latin(surface) for surface in line)
        for surface in surfaces:
            names[surface] = tuple(dict.fromkeys(names.get(surface, ()) + surfaces))
    return names

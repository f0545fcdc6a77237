"""How words compare: text folded to one width and case, English words to stems, concepts to all their names. Knows no question and no document."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

WORD = re.compile(r"[a-z0-9]+(?:[-.'&][a-z0-9]+)*%?")
HAN = re.compile(r"[\u3400-\u9fff]+")
SPACE = re.compile(r"\s+")
SHORTEST_STEM = 3
_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_IRREGULAR = dict(
    pair.split(":")
    for pair in (
        "led:lead paid:pay sent:send made:make built:build sold:sell bought:buy held:hold kept:keep ran:run won:win lost:lose met:meet left:leave "
        "gave:give given:give took:take taken:take wrote:write written:write began:begin begun:begin grew:grow knew:know known:know spent:spend "
        "taught:teach got:get brought:bring chose:choose chosen:choose fell:fall rose:rise told:tell said:say done:do went:go came:come "
        "stood:stand understood:understand thought:think meant:mean lent:lend shown:show men:man women:woman people:person children:child "
        "companies:company success:succeed successful:succeed founder:found founders:found"
    ).split()
)
_ENDINGS = ("ations", "ation", "ments", "ment", "ings", "ing", "ies", "ied", "ers", "er", "ed", "es", "al", "s", "e", "y")


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
    word = _IRREGULAR.get(word, word)
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            return word.removesuffix(ending)
    return word


@dataclass(frozen=True, slots=True)
class Wording:
    """One stretch of text, ready to be compared. han: without spaces. latin: stems between single spaces, one at each end too."""

    han: str
    latin: str

    def has(self, surface: str) -> bool:
        """Whether a folded Chinese surface or the stems of an English one occur here."""
        return surface in (self.han if HAN.search(surface) else self.latin)


def worded(text: str) -> Wording:
    """`text` ready to be compared."""
    folded = fold(text)
    return Wording(SPACE.sub("", folded), latin(folded))


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
    lines = tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text(encoding="utf-8"))["concepts"]
    names: dict[str, tuple[str, ...]] = {}
    for line in lines:
        surfaces = tuple(surface if HAN.search(surface) else latin(surface) for surface in line)
        for surface in surfaces:
            names[surface] = tuple(dict.fromkeys(names.get(surface, ()) + surfaces))
    return names

"""What notes about accounts say: the patterns of `signs.toml`, read once. Knows no account and no weight."""

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path

from bot.domain.numerals import fold
from bot.domain.patterns import Pattern

BORDERS = "(?<![a-z]){}(?![a-z])"
DENIED = Pattern(
    "(?:没有?|不(?:会|想|打算|考虑)?|并?未|无意?|并?非|否认|排除)[^,，。;；!！?？ ]{0,6}$"
    "|(?<![a-z])(?:no(?! longer)|not|never|without|denie[sd]|ruled? out|isnt|arent|wont|dont|didnt)(?: [a-z'-]+){0,3} $"
)
"""What stands before words that are then not meant."""
LETTERS = {"zh": Pattern("[\u3400-\u9fff]"), "en": Pattern("[a-z]")}
"""Without a letter of its script there is no word of a language to look for."""
ITSELF = frozenset({"silent", "cold", "few_use", "settled", "late_start"})
"""Signs that are denials themselves."""


@lru_cache(maxsize=1_024)
def plain(text: str) -> str:
    """`text` in half-width lower case without apostrophes, single-spaced: what the patterns are written for."""
    return " ".join(re.sub("[\u2019\u2018']", "", fold(text)).lower().split())


@lru_cache(maxsize=8_192)
def shown(sign: str, text: str) -> bool:
    """Whether `text` shows `sign`, in either language, and does not deny it."""
    said = plain(text)
    found = (one for lang, letters in LETTERS.items() if letters.search(said) for one in _pattern(sign, lang).finditer(said))
    return any(sign in ITSELF or not DENIED.search(said[: one.start()]) for one in found)


@cache
def _pattern(sign: str, lang: str) -> Pattern:
    words = _signs()[lang][sign]
    return Pattern(words if lang == "zh" else BORDERS.format(f"(?:{words})"))


@cache
def _signs() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("signs.toml").read_text(encoding="utf-8"))

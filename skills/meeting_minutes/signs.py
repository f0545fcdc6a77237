"""What people say in meetings: the patterns of `signs.toml`, read once. Knows no meeting."""

import re
import tomllib
from functools import cache
from pathlib import Path

from bot.domain.numerals import fold

HAN = re.compile("[\u3400-\u9fff]")
LATIN_WORD = re.compile("[A-Za-z]{2,}")
BORDERS = r"(?<![a-z]){}(?![a-z])"
ANCHORED = frozenset({"accepts", "asks"})
"""Signs whose English patterns say themselves where they begin and end."""


def plain(text: str) -> str:
    """`text` in half-width lower case without apostrophes, single-spaced: what the patterns are written for."""
    return " ".join(re.sub("[\u2019\u2018']", "", fold(text)).split())


def has(sign: str, text: str) -> bool:
    """Whether `text` (plain) shows `sign`, in either language."""
    return _pattern(sign).search(text) is not None


def begins(sign: str, text: str) -> bool:
    """Whether `text` (plain) opens with `sign`, after words that only fill."""
    return any(_pattern(sign).match(one) for one in (text, _FILLED.sub("", text)))


def count(sign: str, text: str) -> int:
    """How often `text` (plain) shows `sign`."""
    return sum(1 for _ in _pattern(sign).finditer(text))


_FILLED = re.compile("^(?:(?:嗯|啊|哎|呃|那个|好|行|um|uh|well|okay|ok|so|right|oh)(?: |$))+")


@cache
def _pattern(sign: str) -> re.Pattern[str]:
    zh, en = _listed("zh", sign), _listed("en", sign)
    bordered = f"(?:{en})" if sign in ANCHORED else BORDERS.format(f"(?:{en})")
    return re.compile(f"(?:{zh})|{bordered}")


def _listed(language: str, sign: str) -> str:
    told = _signs()[language][sign]
    return told if isinstance(told, str) else "|".join(told)


@cache
def _signs() -> dict[str, dict[str, str | list[str]]]:
    return tomllib.loads(Path(__file__).with_name("signs.toml").read_text(encoding="utf-8"))

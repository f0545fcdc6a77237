"""What people say in meetings: the patterns of `signs.toml`, read once. Knows no meeting."""

import re
import tomllib
from functools import cache
from pathlib import Path

from bot.domain.numerals import fold

HAN = re.compile("[\u3400-\u9fff]")
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


def overlap(one: str, other: str) -> bool:
    """Whether two stretches share a word that says something."""
    return bool(_content(plain(one)) & _content(plain(other)))


def _content(said: str) -> set[str]:
    runs = re.findall("[\u3400-\u9fff]+", said)
    grams = {run[place : place + 2] for run in runs for place in range(len(run) - 1)}
    words = {word.rstrip("s") for word in re.findall("[a-z]{5,}", said)}
    return {one for one in grams if not set(one) & COMMON} | (words - COMMON_WORDS)


COMMON = set("的了是我们你有一个不在就这那还也都上下人没很到说要去会着过和给对吧啊嘛呢吗们多少天年月次时回")
COMMON_WORDS = frozenset(
    ("there", "thing", "really", "about", "which", "their", "every", "other", "because", "would", "could", "actually", "people")
)

"""Which of our products a note names: by name, alias, a telling part of an alias, or its letters spelled out. Knows no deal."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from skills.capture.book import Product
from skills.capture.heard import HAN, Heard, fold

DIGITS = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
ENGLISH = dict(zip("0123456789", ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"), strict=True))
NEGATED = re.compile(r"(?:不是|不要|not|not about|isn'?t) (?:the |a )?$|(?:不是|不要)$")
TOKEN = re.compile(r"[a-z]+|\d|[^\sa-z\d]")
COMMON = frozenset(
    {
        "plan",
        "cloud",
        "system",
        "station",
        "kit",
        "care",
        "plus",
        "plans",
        "box",
        "unit",
        "service",
        "smart",
        "line",
        "suite",
        "hub",
        "pack",
        "pro",
        "年度",
        "系统",
        "智能",
        "设备",
        "服务",
        "平台",
        "解决",
        "标准",
        "工业",
    }
)
SHORTEST = 4
HIDDEN = "·"


@dataclass(frozen=True, slots=True)
class Named:
    """A product where it is named. sure: 1 for a name or an alias in full."""

    start: int
    end: int
    product: Product
    sure: float = 1.0


def products(heard: Heard, known: Sequence[Product]) -> tuple[Named, ...]:
    """The products that a note names, in order; a part of an alias counts only where no name stands in full."""
    found = _longest(_whole(heard, known))
    kept = tuple(one for one in found if not NEGATED.search(heard.folded[: one.start]))
    if kept:
        return kept
    parts = _longest(_parts(heard, known))
    return tuple(one for one in parts if not NEGATED.search(heard.folded[: one.start]))


def hidden(text: str, known: Iterable[Product]) -> str:
    """`text`, as long as it was, without the names of products, whose figures (K八百, t x six) count nothing."""
    folded, shown = fold(text), list(text)
    for product in known:
        for name in (product.name, *product.aliases):
            for match in _pattern(name).finditer(folded):
                shown[match.start() : match.end()] = HIDDEN * (match.end() - match.start())
    return "".join(shown)


def _whole(heard: Heard, known: Iterable[Product]) -> Iterator[Named]:
    for product in known:
        for name in (product.name, *product.aliases):
            for match in heard.find(_pattern(name)):
                yield Named(match.start(), match.end(), product)


@cache
def _pattern(name: str) -> re.Pattern[str]:
    """A name however its letters, figures and blanks are said: TX6, t x six, K八."""
    pieces = []
    for token in TOKEN.findall(fold(name)):
        if token.isdigit():
            pieces.append(rf"(?:{token}|{DIGITS[token]}|{ENGLISH[token]})")
        elif token.isascii() and token.isalpha():
            pieces.append(r"\s?".join(token) if len(token) <= 3 else token)  # noqa: PLR2004 - letters that are spelled out
        elif token.isalnum():
            pieces.append(re.escape(token))
    tail = r"s?(?![a-z])" if name[-1].isascii() and name[-1].isalpha() else "(?![0-9])" if name[-1].isdigit() else ""
    head = r"(?<![a-z])" if name[0].isascii() else ""
    if name[-1:] in {"y", "Y"}:
        pieces[-1] = pieces[-1][:-1] + "(?:y|ie)"  # twenties
    return re.compile(head + r"[\s-]*".join(pieces) + tail)


def _parts(heard: Heard, known: Iterable[Product]) -> Iterator[Named]:
    for part, product in _telling(known).items():
        tail = r"(?:s|es)?(?![a-z])" if part.isascii() else ""
        for match in heard.find(re.compile((r"(?<![a-z])" if part.isascii() else "") + re.escape(part) + tail)):
            yield Named(match.start(), match.end(), product, 0.8)


def _telling(known: Iterable[Product]) -> Mapping[str, Product]:
    """Parts of names that only one product has: words of English ones, beginnings and ends of Chinese ones."""
    parts: dict[str, Product] = {}
    count: Counter[str] = Counter()
    for product in known:
        mine = {part for name in (product.name, *product.aliases) for part in _parts_of(fold(name))} - COMMON
        count.update(mine)
        parts |= dict.fromkeys(mine, product)
    return {part: product for part, product in parts.items() if count[part] == 1}


def _parts_of(name: str) -> Iterator[str]:
    yield from (word for word in re.findall(r"[a-z]+", name) if len(word) >= SHORTEST)
    han = "".join(HAN.findall(name))
    if len(han) >= SHORTEST - 1 and HAN.search(name):
        yield han
        yield han[:2]
        yield han[-2:]
        yield han[-3:]


def _longest(found: Iterable[Named]) -> tuple[Named, ...]:
    kept: list[Named] = []
    for one in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: one.start))

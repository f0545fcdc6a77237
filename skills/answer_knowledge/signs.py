"""What questions and answers look like: the words and patterns of `lexicon.toml` and `signs.toml`, read once. Knows no document."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any


class Sort(StrEnum):
    """What sort of thing would answer. LASTING is a length of time, MONEY an amount of it."""

    WHO = "who"
    WHEN = "when"
    WHERE = "where"
    LASTING = "lasting"
    MONEY = "money"
    AMOUNT = "amount"
    WHY = "why"
    HOW = "how"
    WHETHER = "whether"
    LIST = "list"
    DEFINE = "define"
    WHAT = "what"


@dataclass(frozen=True, slots=True)
class Signs:
    """Patterns to find in folded text. asks: in the order in which they count. asking: words that only ask."""

    asks: Mapping[Sort, re.Pattern[str]]
    answers: Mapping[Sort, re.Pattern[str]]
    asking: re.Pattern[str]
    determiner: re.Pattern[str]
    measure: re.Pattern[str]
    counted: re.Pattern[str]
    number: str
    run: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words by what they do. concepts: groups of surfaces that mean the same. common: Chinese characters that say little."""

    concepts: tuple[tuple[str, ...], ...]
    function: frozenset[str]
    common: frozenset[str]
    soft: frozenset[str]
    stop: frozenset[str]
    irregular: Mapping[str, str]


@cache
def lexicon() -> Lexicon:
    """The words of `lexicon.toml`."""
    raw = _read("lexicon.toml")
    return Lexicon(
        tuple(tuple(concept) for concept in raw["concepts"]),
        frozenset(raw["function"]),
        frozenset(raw["common"]),
        frozenset(raw["soft"]),
        frozenset(raw["stop"].split()),
        raw["irregular"],
    )


@cache
def signs() -> Signs:
    """The patterns of `signs.toml`."""
    raw = _read("signs.toml")
    parts = raw["parts"]

    def pattern(alternatives: list[str]) -> re.Pattern[str]:
        return re.compile("|".join(alternatives).replace("NUMBER", parts["number"]).replace("TIME", parts["time"]))

    return Signs(
        {Sort(sort): pattern(listed) for sort, listed in raw["asks"].items()},
        {Sort(sort): pattern(listed) for sort, listed in raw["answers"].items()},
        pattern(parts["asking"]),
        re.compile(parts["determiner"]),
        re.compile(parts["measure"]),
        re.compile(parts["counted"]),
        parts["number"],
        re.compile(f"(?:(?![{''.join(sorted(lexicon().function))}])[\u3400-\u9fff])+"),
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))

"""The words that tell of a deal: `cues.toml`, read once, one pattern a meaning. Knows no note."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

HAN_END = re.compile(r"[\u3400-\u9fff]")


@cache
def cues() -> Mapping[str, Mapping[str, re.Pattern[str]]]:
    """Table -> meaning -> one pattern for all its words. Apostrophes may be missing, as recognisers drop them."""
    raw = tomllib.loads(Path(__file__).with_name("cues.toml").read_text(encoding="utf-8"))
    return {table: {meaning: _one(words) for meaning, words in meanings.items()} for table, meanings in raw.items()}


def cue(table: str, meaning: str | None = None) -> re.Pattern[str]:
    """The pattern of one meaning; a table with one meaning of its own name needs no second word."""
    return cues()[table][meaning or table]


def _one(words: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(rf"(?<![a-z])(?:{word})(?![a-z])" if not HAN_END.search(word) else f"(?:{word})" for word in words))

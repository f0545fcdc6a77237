"""The words by which rules are heard: `cues.toml`, read once, one pattern a meaning. Knows no rule."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

PARTS = "parts"


@cache
def cues() -> Mapping[str, Mapping[str, re.Pattern[str]]]:
    """Table -> meaning -> one pattern for all its words, in the order of the file."""
    raw = tomllib.loads(Path(__file__).with_name("cues.toml").read_text(encoding="utf-8"))
    parts = {f"{{{name}}}": f"(?:{'|'.join(words)})" for name, words in raw[PARTS].items()}
    return {table: {meaning: _one(words, parts) for meaning, words in meanings.items()} for table, meanings in raw.items()}


def cue(table: str, meaning: str) -> re.Pattern[str]:
    """The pattern of one meaning."""
    return cues()[table][meaning]


def first(table: str, said: str) -> str:
    """The first meaning of a table that is said; "" where none is."""
    return next((meaning for meaning, pattern in cues()[table].items() if pattern.search(said)), "")


def _one(words: list[str], parts: Mapping[str, str]) -> re.Pattern[str]:
    whole = "|".join(words)
    for name, pattern in parts.items():
        whole = whole.replace(name, pattern)
    return re.compile(whole, re.IGNORECASE)

"""The words that the invented firm is made of, read from the files beside this one. Knows their shape, not their use."""

import csv
import tomllib
from functools import cache
from pathlib import Path
from typing import cast

FOLDER = Path(__file__).parent / "texts"
Tables = dict[str, dict[str, list[str]]]


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of `name`.csv, fields parted by bars."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file, delimiter="|"))


@cache
def table(name: str) -> dict[str, object]:
    """All of `name`.toml."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def lists(name: str) -> Tables:
    """`name`.toml as table -> key -> sentences."""
    return cast("Tables", table(name))


def words(lang: str, kind: str) -> dict[str, str]:
    """The small words of one kind in a language."""
    return cast("dict[str, dict[str, dict[str, str]]]", table("words"))[lang][kind]


def word(lang: str, key: str) -> str:
    """One small word in a language."""
    return cast("dict[str, dict[str, str]]", table("words"))[lang][key]

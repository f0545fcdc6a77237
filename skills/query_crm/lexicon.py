"""Words and what they may mean when records are asked: `lexicon.toml` and `signs.toml`, read once. Knows no sentence."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x2019: 0x27}
UNIT = re.compile(r"[a-z0-9]+(?:'[a-z]+)?|[\u3400-\u9fff]|[&%]")
HAN = re.compile(r"[\u3400-\u9fff]")
SHORTEST_PLURAL = 4
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sense:
    """One thing that a surface may mean. kind: `noun`, `value`, `field`, `date`, `state`, or a table of signs.toml.

    entity, field: what it is about; value: an enumerated value, a state, or what a sign does. weight: how strongly it says that records
    of `entity` are meant. ahead: what lies ahead is meant.
    """

    kind: str
    entity: str = ""
    field: str = ""
    value: str = ""
    weight: float = 0.0
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    """A Han character or a word, folded; start and end are places in the text."""

    text: str
    start: int
    end: int

    @property
    def size(self) -> int:
        """How much of a text it is: a word counts as two characters."""
        return 1 if HAN.match(self.text) else 2


def fold(text: str) -> str:
    """`text` in half-width lower case, as long as it was, so that places in it still hold."""
    folded = text.translate(_WIDTH)
    lower = folded.lower()
    return lower if len(lower) == len(text) else folded


def units(text: str) -> tuple[Unit, ...]:
    """The characters and words of a text."""
    return tuple(Unit(singular(match.group()), match.start(), match.end()) for match in UNIT.finditer(fold(text)))


def singular(word: str) -> str:
    """An English word without 's and plural, crude on purpose; both sides of a comparison go through it."""
    word = word.removesuffix("'s")
    if len(word) < SHORTEST_PLURAL or not word.isascii() or not word.endswith("s") or word.endswith("ss"):
        return word
    return word[:-3] + "y" if word.endswith("ies") else word[:-1]


@cache
def lexicon() -> Mapping[Key, tuple[Sense, ...]]:
    """Surface -> everything that it may mean."""
    found: dict[Key, list[Sense]] = {}
    for surface, sense in (*_meanings(_read("lexicon.toml")), *_signs(_read("signs.toml"))):
        key = tuple(unit.text for unit in units(surface))
        senses = found.setdefault(key, [])
        if sense not in senses:
            senses.append(sense)
    for key, senses in list(found.items()):
        if HAN.match(key[-1]) and key[-1] != "的" and all(_bends(one) for one in senses):
            found.setdefault((*key, "的"), senses)  # 未关闭的 is one word, lest 关闭的 be cut out of it
    return {key: tuple(senses) for key, senses in found.items()}


@cache
def longest() -> int:
    """How many units the longest surface has."""
    return max(map(len, lexicon()))


def _bends(sense: Sense) -> bool:
    return sense.kind in {"state", "date"} or (sense.kind == "value" and sense.entity != "account")


def _meanings(raw: Mapping[str, Any]) -> Iterator[tuple[str, Sense]]:
    for entity, table in raw["noun"].items():
        yield from _each(table["words"], Sense("noun", entity, weight=table["weight"]))
    for path, table in (*raw["value"].items(), *raw["hint"].items()):
        entity, _, field = path.rpartition(".")
        for value, words in table.items():
            if value != "weight":
                yield from _each(words, Sense("value", entity or "any", field, value, table["weight"]))
    for kind in ("field", "date"):
        for entity, fields in raw[kind].items():
            for field, words in fields.items():
                yield from _each(words, Sense(kind, entity, field.rstrip("*"), ahead=field.endswith("*")))
    for state, words in raw["state"].items():
        yield from _each(words, Sense("state", value=state))


def _each(words: str, sense: Sense) -> Iterator[tuple[str, Sense]]:
    return ((surface, sense) for surface in words.split("|"))


def _signs(raw: Mapping[str, Any]) -> Iterator[tuple[str, Sense]]:
    for kind, words in raw.items():
        table = {"": words} if isinstance(words, str) else words
        for value, surfaces in table.items():
            yield from _each(surfaces, Sense(kind, value=value))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))

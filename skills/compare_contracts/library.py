"""The clause library: what each category is known by, our standard and fallback, and the rules that judge changes. Knows no contract."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from bot.domain.comparison import Category, Direction, Risk
from bot.errors import BadConfig

GENERAL = "general"
_DIRECTIONS = {"us": Direction.FAVOURS_US, "them": Direction.FAVOURS_THEM, "neutral": Direction.NEUTRAL}
_SHIFTS = frozenset({"money", "percent", "duration", "count", "date", "times", "rate", "schedule", "any"})
_PATTERNS = ("old", "new", "gained", "lost", "near", "heading", "text", "unless")
_CAPITAL = re.compile(r"(?<!\\)(?<!\(\?)[A-Z]")
_KNOWN = {"id", "kind", "shift", "up", "at_least", "at_most", "ratio", "come", "gone", "direction", "risk", "why", *_PATTERNS}
_FILE = {"category", "legal", "names", "signs", "standard", "fallback", "rule"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. What it asks for has all to be so.

    kinds: added, removed or modified. old, new, text, heading: what the old, the new, either wording or the heading shows. gained, lost:
    what the new shows more often than the old, and the other way about. shift: a figure of that kind changed; near: in such words; up: it
    rose (or fell); at_least, at_most: to such a value (days, per cent, units); ratio: by such a factor at least; come, gone: there was none
    before, or is none any more. unless: what neither wording may show.
    """

    id: str
    direction: Direction
    risk: Risk
    why: Mapping[str, str]
    kinds: frozenset[str]
    patterns: Mapping[str, re.Pattern[str]]
    shift: str = ""
    up: bool | None = None
    at_least: float | None = None
    at_most: float | None = None
    ratio: float = 1.0
    come: bool = False
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the library holds of one category. heads, hints: what its headings show, surely or perhaps.

    signs: what its texts show, each with its weight.

    standard, fallback: our position and how far we go, by language, "" where none is written.
    """

    category: Category
    legal: bool
    names: Mapping[str, str]
    heads: tuple[re.Pattern[str], ...]
    hints: tuple[re.Pattern[str], ...]
    signs: tuple[tuple[re.Pattern[str], float], ...]
    standard: Mapping[str, str]
    fallback: Mapping[str, str]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Library:
    """All of it. general: rules that hold whatever a clause is about."""

    shelves: Mapping[Category, Shelf]
    general: tuple[Rule, ...] = field(default=())

    def rule(self, rule_id: str) -> Rule | None:
        """The rule of that id."""
        every = (self.general, *(shelf.rules for shelf in self.shelves.values()))
        return next((one for rules in every for one in rules if one.id == rule_id), None)


class _Wrong(ValueError):
    """A rule that cannot be read."""

    def __init__(self, rule: Mapping[str, Any], why: str) -> None:
        super().__init__(f"{rule.get('id', '?')}: {why}")


class _Capital(ValueError):
    """A pattern with a capital, which would never be found in what is folded to lower case."""

    def __init__(self, letter: str, pattern: str) -> None:
        super().__init__(f"{letter} in {pattern}")


def library(texts: Mapping[str, str]) -> Library:
    """The library out of its files: name -> TOML.

    Raises: BadConfig naming the file, the rule and what is wrong.
    """
    return _read(tuple(sorted(texts.items())))


@lru_cache(maxsize=2)
def _read(texts: tuple[tuple[str, str], ...]) -> Library:
    """Once for all questions: its patterns take half a second."""
    shelves: dict[Category, Shelf] = {}
    general: tuple[Rule, ...] = ()
    known = set[str]()
    for name, text in texts:
        try:
            read = tomllib.loads(text)
            if unknown := set(read) - _FILE:
                raise ValueError(", ".join(sorted(unknown)))  # noqa: TRY301 - told with the file's name below
            rules = tuple(_rule(one) for one in read.get("rule", ()))
            known |= _new({one.id for one in rules}, len(rules), known)
            if read["category"] == GENERAL:
                general = rules
            else:
                shelf = _shelf(read, rules)
                shelves[shelf.category] = shelf
        except (tomllib.TOMLDecodeError, KeyError, ValueError, TypeError, re.error) as err:
            raise BadConfig("clauses_bad", file=name, why=str(err)) from err
    if missing := sorted(set(Category) - set(shelves)):
        raise BadConfig("clauses_bad", file="knowledge/clauses", why=", ".join(missing))
    return Library(shelves, general)


def _new(ids: set[str], count: int, known: set[str]) -> set[str]:
    """`ids`, which no other rule has."""
    if len(ids) < count or ids & known:
        raise _Wrong({"id": ", ".join(sorted(ids & known or ids))}, "id")
    return ids


def _pattern(said: str) -> re.Pattern[str]:
    """A pattern as rules have it."""
    if found := _CAPITAL.search(said):
        raise _Capital(found.group(), said)
    return re.compile(said)


def _shelf(read: Mapping[str, Any], rules: tuple[Rule, ...]) -> Shelf:
    signs = read.get("signs", {})
    return Shelf(
        Category(read["category"]), bool(read.get("legal", False)), dict(read["names"]),
        tuple(map(_pattern, signs.get("heading", ()))), tuple(map(_pattern, signs.get("hint", ()))),
        tuple((_pattern(pattern), float(weight)) for pattern, weight in signs.get("text", ())),
        dict(read.get("standard", {})), dict(read.get("fallback", {})), rules,
    )  # fmt: skip


def _rule(one: Mapping[str, Any]) -> Rule:
    if unknown := set(one) - _KNOWN:
        raise _Wrong(one, ", ".join(sorted(unknown)))
    if one.get("shift", "any") not in _SHIFTS:
        raise _Wrong(one, f"shift = {one['shift']}")
    try:
        patterns = {name: _pattern(one[name]) for name in _PATTERNS if name in one}
    except (re.error, ValueError) as err:
        raise _Wrong(one, str(err)) from err
    return Rule(
        one["id"], _DIRECTIONS[one["direction"]], Risk(one["risk"]), dict(one["why"]), frozenset(one.get("kind", ["modified"])), patterns,
        one.get("shift", ""), one.get("up"), one.get("at_least"), one.get("at_most"), float(one.get("ratio", 1.0)),
        bool(one.get("come", False)), bool(one.get("gone", False)),
    )  # fmt: skip

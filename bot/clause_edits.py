"""What a house changes of the clause library: positions, and single rules by their id, over the files that ship. Judges no contract.

A change holds one rule's risk, not its file, so that an upgrade of the file goes on teaching all others.
"""

import math
import tomllib
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from bot import tables
from bot.errors import BadConfig
from bot.rulebook import RuleSet
from bot.table_text import toml_of

Edits = Mapping[str, Mapping[str, Any]]
"""Category -> `standard`, `fallback` (language -> text), `legal`, `rules` (id -> what of it is other; `off` takes it out)."""
Texts = Mapping[str, str]
"""The files of the library: name -> TOML."""
SHIPPED = Path(__file__).parent.parent / "knowledge" / "clauses"
LIBRARY = "skills.compare_contracts.library"
CLAUSES, GENERAL = "clauses", "general"
POSITIONS = ("standard", "fallback")
RISKS, DIRECTIONS, LANGS = ("high", "medium", "low", "none"), ("them", "us", "neutral"), ("zh", "en")
OFF = "off"
LONGEST = 400
"""Characters of a position, or of a reason."""


def clause_texts(folder: Path = SHIPPED) -> Texts:
    """The clause library as it ships, read at each start: legal edits it."""
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.toml"))}


def clause_set(shipped: Texts, *, serving: bool) -> RuleSet[Edits]:
    """The set. Two admins, for what is high risk waits for legal. serving: read the library with the changes in it, too."""
    read_as = _Files(shipped)

    def read(text: str) -> Edits:
        file = f"rules/{CLAUSES}"
        try:
            edits = tomllib.loads(text)
        except tomllib.TOMLDecodeError as err:
            raise BadConfig("config_unreadable", file=file, why=str(err)) from err
        for key, value, wanted in read_as.faults(edits):
            raise tables.bad(file, key, value, wanted)
        if serving:
            import_module(LIBRARY).library(merged(shipped, edits))
        return edits

    return RuleSet(CLAUSES, {}, read, lambda edits: toml_of(_tidy(edits)), gated=True)


def merged(shipped: Texts, edits: Edits) -> Texts:
    """The files with what the house changed; those it left alone to the letter."""
    return {name: _changed(text, edits) for name, text in shipped.items()}


class LiveTexts(Mapping[str, str]):
    """The files as they hold when they are looked at. edits: asked each time."""

    def __init__(self, shipped: Texts, edits: Callable[[], Edits]) -> None:
        self._shipped = shipped
        self._edits = edits
        self._made: tuple[Edits, Texts] = ({}, shipped)

    def __getitem__(self, name: str) -> str:
        """One file."""
        return self._now()[name]

    def __iter__(self) -> Iterator[str]:
        """Names."""
        return iter(self._shipped)

    def __len__(self) -> int:
        """How many files."""
        return len(self._shipped)

    def _now(self) -> Texts:
        edits = self._edits()
        if edits is not self._made[0]:
            self._made = (edits, merged(self._shipped, edits))
        return self._made[1]


class _Files:
    """What can be changed: read when it is first asked for."""

    def __init__(self, shipped: Texts) -> None:
        self._shipped = shipped
        self._known: Mapping[str, frozenset[str]] = {}

    def faults(self, edits: Mapping[str, Any]) -> Iterator[tuple[str, object, str]]:
        """What cannot be meant: its place, the value, and what would fit."""
        self._known = self._known or {one["category"]: _ids(one) for one in map(tomllib.loads, self._shipped.values())}
        for category, told in edits.items():
            if category not in self._known or not isinstance(told, Mapping):
                yield category, told, ", ".join(self._known)
                return
            for key, value in told.items():
                match key:
                    case "standard" | "fallback":
                        yield from _positions(f"{category}.{key}", value)
                    case "legal":
                        yield from _fits(f"{category}.{key}", value, "true: legal's look can be added, not taken away", fits=value is True)
                    case "rules":
                        yield from self._rules(category, value)
                    case _:
                        yield f"{category}.{key}", value, f"{', '.join(POSITIONS)}, legal, rules"

    def _rules(self, category: str, rules: object) -> Iterator[tuple[str, object, str]]:
        for name, rule in rules.items() if isinstance(rules, Mapping) else ():
            place = f"{category}.rules.{name}"
            if name not in self._known[category] or not isinstance(rule, Mapping):
                yield place, rule, ", ".join(sorted(self._known[category]))
                return
            for key, value in rule.items():
                yield from _rule_fault(f"{place}.{key}", key, value)


def _ids(file: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(one["id"] for one in file.get("rule", ()))


def _rule_fault(place: str, key: str, value: object) -> Iterator[tuple[str, object, str]]:
    match key:
        case "risk":
            yield from _fits(place, value, ", ".join(RISKS), fits=value in RISKS)
        case "direction":
            yield from _fits(place, value, ", ".join(DIRECTIONS), fits=value in DIRECTIONS)
        case "at_least" | "at_most" | "ratio":
            number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
            yield from _fits(place, value, "a number", fits=number)
        case "off":
            yield from _fits(place, value, "true, false", fits=isinstance(value, bool))
        case "why":
            yield from _positions(place, value)


def _positions(place: str, value: object) -> Iterator[tuple[str, object, str]]:
    told = value if isinstance(value, Mapping) else {}
    for lang in LANGS:
        text = told.get(lang)
        fits = isinstance(text, str) and 0 < len(text.strip()) <= LONGEST
        yield from _fits(f"{place}.{lang}", text, f"1 to {LONGEST} characters", fits=fits)


def _fits(place: str, value: object, wanted: str, *, fits: bool) -> Iterator[tuple[str, object, str]]:
    if not fits:
        yield place, value, wanted


def _changed(text: str, edits: Edits) -> str:
    file = tomllib.loads(text) if any(f'"{category}"' in text for category in edits) else {}
    told = edits.get(file.get("category", ""))
    if not told:
        return text
    for key in (*POSITIONS, "legal"):
        if key in told:
            file[key] = told[key]
    rules = told.get("rules", {})
    file["rule"] = [
        {**rule, **{key: value for key, value in rules.get(rule["id"], {}).items() if key != OFF}}
        for rule in file.get("rule", ()) if not rules.get(rule["id"], {}).get(OFF)
    ]  # fmt: skip
    return toml_of({key: value for key, value in file.items() if value != []})


def _tidy(edits: Edits) -> dict[str, Any]:
    """In one order and without what says nothing, so that two texts differ only where the rules do."""
    found: dict[str, Any] = {}
    for category, told in edits.items():
        rules = {name: dict(sorted(rule.items())) for name, rule in sorted(told.get("rules", {}).items()) if rule}
        kept = {key: value for key, value in sorted(told.items()) if key != "rules"} | ({"rules": rules} if rules else {})
        if kept:
            found[category] = kept
    return dict(sorted(found.items()))

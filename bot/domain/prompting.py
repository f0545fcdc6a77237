"""Prompts that admins edit: an edition, what may not stand in one, how two differ. Knows no store, no file and no model."""

import difflib
import hashlib
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.ids import UserId
from bot.domain.prompt_cases import Tried

VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
LONGEST, LONGEST_NOTE = 20_000, 300
"""Characters of a prompt, and of what is said about a change."""


class Standing(StrEnum):
    """What became of an edition: it is or was in force; it waits for a second admin; that one said no, or its author took it back."""

    PUBLISHED = "published"
    WAITING = "waiting"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of a prompt's text, or of a set of rules, that somebody wrote here.

    name: of the prompt or the set. number: from 1 on for each. version: hash of the text. base: the version that its author had before
    them. shipped: hash of the house's own text then, so that an upgrade which changes that is seen. by, agreed_by: admins; agreed_by is
    None where one suffices, or still waits. tried: how a prompt's text fared on the saved cases before; None where it was not run on them.
    """

    id: str
    name: str
    number: int
    text: str
    version: str
    base: str
    shipped: str
    by: UserId
    note: str
    at: datetime
    standing: Standing
    agreed_by: UserId | None = None
    tried: Tried | None = None


class Holding(StrEnum):
    """Which text of a prompt holds.

    shipped: the one that Tandem came with. edited: an edition. upgraded: an edition still, though the shipped text under it has changed.
    broken: the shipped one, because the edition no longer has the variables that the prompt takes.
    """

    SHIPPED = "shipped"
    EDITED = "edited"
    UPGRADED = "upgraded"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Fared:
    """What became of the suggestions that one version of a prompt worded: how many there were, and of how many something is known.

    rejected: thought ill of, or a draft that was thrown away.
    """

    version: str
    made: int
    shown: int
    used: int
    edited: int
    ignored: int
    rejected: int


class FaultKind(StrEnum):
    """What is wrong with a text."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    UNKNOWN = "unknown"
    MISSING = "missing"
    BRACES = "braces"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a text. name: of a variable; "" for the text as a whole. line: counted from 1, 0 for the whole."""

    kind: FaultKind
    name: str = ""
    line: int = 0


def version_of(content: str) -> str:
    """Sixteen hexadecimal digits of the SHA-256 of a text."""
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def variables_in(text: str) -> tuple[str, ...]:
    """The variables of a text, each once, in order."""
    return tuple(dict.fromkeys(VARIABLE.findall(text)))


def faults(text: str, variables: Collection[str]) -> list[Fault]:
    """What keeps a text from being a prompt with these variables: all of them, no other, braces that close, neither empty nor endless."""
    found: list[Fault] = []
    if not text.strip():
        found.append(Fault(FaultKind.EMPTY))
    if len(text) > LONGEST:
        found.append(Fault(FaultKind.TOO_LONG))
    for number, line in enumerate(text.splitlines(), 1):
        found += [Fault(FaultKind.UNKNOWN, name, number) for name in VARIABLE.findall(line) if name not in variables]
        if "{{" in VARIABLE.sub("", line):
            found.append(Fault(FaultKind.BRACES, "", number))
    return found + [Fault(FaultKind.MISSING, name) for name in variables if name not in variables_in(text)]


def holding(edition: Edition | None, shipped: str, variables: Collection[str]) -> Holding:
    """What holds over a shipped text. An edition that gave the shipped text back follows it from then on, upgrades and all."""
    if edition is None or edition.version == edition.shipped:
        return Holding.SHIPPED
    if faults(edition.text, variables):
        return Holding.BROKEN
    return Holding.EDITED if edition.shipped == version_of(shipped) else Holding.UPGRADED


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a difference. kind: "same", "gone" or "new". before, after: its number there, 0 where it is not."""

    kind: str
    text: str
    before: int
    after: int


def difference(old: str, new: str) -> Sequence[Line]:
    """Both texts, line by line."""
    return list(_lines(old.splitlines(), new.splitlines()))


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    for kind, a, b, c, d in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from (Line("same", old[a + step], a + step + 1, c + step + 1) for step in range(b - a))
        else:
            yield from (Line("gone", old[place], place + 1, 0) for place in range(a, b))
            yield from (Line("new", new[place], 0, place + 1) for place in range(c, d))


def patch(file: str, old: str, new: str) -> str:
    """The change as a unified difference that `patch` and `git apply` take. file: its path. Both texts end with a line end."""
    lines = difflib.unified_diff(old.splitlines(keepends=True), new.splitlines(keepends=True), f"a/{file}", f"b/{file}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)

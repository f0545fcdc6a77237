"""The rules of the house as they hold now: what its files say, and what admins put in their place. Knows no page and no section.

Whoever needs a rule keeps what `Rulebook.hold` gave it and asks at each use; what a publish changes holds from the next asking on.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from bot.domain.prompting import Edition, Holding, version_of
from bot.errors import BadConfig
from bot.ports.prompting import Editions

T = TypeVar("T")


@dataclass(frozen=True)
class RuleSet(Generic[T]):
    """Rules that admins change together.

    name: in addresses and in the store, small letters and `_`. value: what the house's files say. read: text -> what it says, by the code
    that reads the files; raises BadConfig. write: the same back, so that two texts differ only where the rules do.
    gated: where there are two admins, both have to agree. at_start: takes effect at the next start alone.
    """

    name: str
    value: T
    read: Callable[[str], T]
    write: Callable[[T], str]
    gated: bool = False
    at_start: bool = False

    @cached_property
    def shipped(self) -> str:
        """What the house's files say, as text."""
        return self.write(self.value)


@dataclass(frozen=True)
class Held(Generic[T]):
    """What holds of one set. edition: the last that was published, whether or not it holds; see `holding`. why: it cannot be read."""

    text: str
    value: T
    holding: Holding
    edition: Edition | None = None
    why: BadConfig | None = None


class Sets:
    """Sets of rules, and what holds of each: what the files say."""

    def __init__(self) -> None:
        self._sets: dict[str, RuleSet[Any]] = {}
        self._held: dict[str, Held[Any]] = {}

    @property
    def sets(self) -> Mapping[str, RuleSet[Any]]:
        """By name, in the order they were added."""
        return self._sets

    def hold(self, one: RuleSet[T]) -> Callable[[], T]:
        """Add a set; what is handed back tells what it says at the moment it is asked."""
        self._sets[one.name] = one
        self._held[one.name] = held_of(one, None)
        return lambda: cast("T", self._held[one.name].value)

    def held(self, name: str) -> Held[Any]:
        """What holds of one set, whole."""
        return self._held[name]


class Rulebook(Sets):
    """All sets of the house, and what admins put in their place."""

    def __init__(self, editions: Editions) -> None:
        super().__init__()
        self.editions = editions
        self._changed: list[Callable[[], Awaitable[None]]] = []
        self._turn = asyncio.Lock()
        self._begun = False

    def when_changed(self, tell: Callable[[], Awaitable[None]]) -> None:
        """Have `tell` run after each change of any set, and never otherwise; it must not raise."""
        self._changed.append(tell)

    async def refresh(self) -> None:
        """Look at the editions again: at a start, after each publish, and whenever another process may have published.

        Raises: BadConfig("rules_broken") at the first look, where rules that take two admins can no longer be read: a house that would
        quietly go on with others does not start.
        """
        async with self._turn:
            over = await self.editions.in_force()
            now = {name: self._at(one, over.get(name)) for name, one in self._sets.items()}
            changed = any(now[name].text != self._held[name].text for name in now)
            for name, one in self._sets.items():
                if one.at_start and self._begun:
                    now[name] = replace(now[name], value=self._held[name].value)
            if not self._begun:
                _must_hold(self._sets, now)
            self._held, first, self._begun = now, not self._begun, True
            if changed and not first:
                for tell in self._changed:
                    await tell()

    def _at(self, one: RuleSet[Any], edition: Edition | None) -> Held[Any]:
        held = self._held[one.name]
        return held if held.edition == edition else held_of(one, edition)


def held_of(one: RuleSet[T], edition: Edition | None) -> Held[T]:
    """What holds of a set, given the edition that was published last. One that gave the shipped text back follows it from then on."""
    shipped = Held(one.shipped, one.value, Holding.SHIPPED, edition)
    if edition is None or edition.version == edition.shipped:
        return shipped
    try:
        value = one.read(edition.text)
    except BadConfig as why:
        return Held(shipped.text, shipped.value, Holding.BROKEN, edition, why)
    return Held(edition.text, value, Holding.EDITED if edition.shipped == version_of(one.shipped) else Holding.UPGRADED, edition)


def _must_hold(sets: Mapping[str, RuleSet[Any]], now: Mapping[str, Held[Any]]) -> None:
    for name, held in now.items():
        if held.why and held.edition and sets[name].gated:
            raise BadConfig("rules_broken", rules=name, number=held.edition.number, why=held.why)

"""A door that keeps in memory, for channels that are tried by themselves. Knows no store."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.ids import TurnId
from bot.domain.outcome import Answer
from bot.domain.talk import Arrival, Lang, Origin
from bot.ports import Kept
from bot.words import TomlWords, read_sentences

STRINGS = Path(__file__).parents[2] / "bot" / "strings.toml"


class ToldOutbox:
    """As far as doors use it: words of the house, once for each key."""

    def __init__(self, told: Callable[[], None]) -> None:
        self.said: dict[str, tuple[Origin, Answer, Lang]] = {}
        self._told = told

    async def say(self, origin: Origin, answer: Answer, *, key: str, lang: Lang) -> None:
        """Keep it."""
        self.said.setdefault(key, (origin, answer, lang))
        self._told()


@dataclass
class MemoryDoor:
    """Keeps each arrival once, by channel and key. failures: what the next tries to keep raise."""

    failures: list[Exception] = field(default_factory=list)
    kept: dict[tuple[str, str], Arrival] = field(default_factory=dict)
    words: TomlWords = field(default_factory=lambda: TomlWords(read_sentences(STRINGS)))
    outbox: ToldOutbox = field(init=False)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        """The outbox beside it."""
        self.outbox = ToldOutbox(self._changed.set)

    @property
    def arrivals(self) -> list[Arrival]:
        """All, in order."""
        return list(self.kept.values())

    async def arrive(self, arrival: Arrival) -> Kept:
        """Keep it."""
        if self.failures:
            raise self.failures.pop(0)
        key = (arrival.origin.channel, arrival.dedupe_key)
        fresh = self.kept.setdefault(key, arrival) is arrival
        self._changed.set()
        return Kept(TurnId(arrival.dedupe_key), len(self.kept), fresh)

    async def until(self, count: int, *, said: int = 0) -> list[Arrival]:
        """Return once so many have arrived, and so many words of the house were queued."""
        while len(self.kept) < count or len(self.outbox.said) < said:
            self._changed.clear()
            await self._changed.wait()
        return self.arrivals

"""A door that keeps in memory, for channels that are tried by themselves. Knows no store."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.ids import TurnId
from bot.domain.outcome import Answer
from bot.domain.talk import Arrival, Lang, Origin
from bot.ports import Kept
from bot.words import TomlWords, read_sentences

STRINGS = Path(__file__).parents[2] / "bot" / "strings.toml"


@dataclass
class MemoryDoor:
    """Keeps each arrival once, by channel and key. failures: what the next tries to keep raise. said: words of the house, by key."""

    failures: list[Exception] = field(default_factory=list)
    kept: dict[tuple[str, str], Arrival] = field(default_factory=dict)
    words: TomlWords = field(default_factory=lambda: TomlWords(read_sentences(STRINGS)))
    said: dict[str, tuple[Origin, Answer, Lang]] = field(default_factory=dict)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def outbox(self) -> "MemoryDoor":
        """Where words of the house are queued: here."""
        return self

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

    async def say(self, origin: Origin, answer: Answer, *, key: str, lang: Lang) -> None:
        """Keep a word of the house."""
        self.said.setdefault(key, (origin, answer, lang))
        self._changed.set()

    async def until(self, count: int, *, said: int = 0) -> list[Arrival]:
        """Return once so many have arrived, and so many words of the house were queued."""
        while len(self.kept) < count or len(self.said) < said:
            self._changed.clear()
            await self._changed.wait()
        return self.arrivals

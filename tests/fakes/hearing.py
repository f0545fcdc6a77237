"""Ears that hear what they were told to, and records of which only names are asked."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.hearing import Heard
from bot.domain.ids import RecordId
from bot.domain.query import Found, Query, Row
from bot.ports.hearing import Told


@dataclass
class FakeEars:
    """The port `Transcriber`. hears: one after another, an error is raised; heard: the recordings, names: those it was told last.

    endless: it never comes to an end by itself; ended: whether that was stopped.
    """

    hears: list[Heard | Exception] = field(default_factory=list)
    heard: list[bytes] = field(default_factory=list)
    names: Sequence[str] = ()
    endless: bool = False
    began: asyncio.Event = field(default_factory=asyncio.Event)
    ended: bool = False

    async def transcribe(self, path: Path, names: Sequence[str] = (), told: Told | None = None) -> Heard:
        """The next of them."""
        self.heard.append(await asyncio.to_thread(path.read_bytes))
        self.names = names
        self.began.set()
        if told is not None:
            told(1.0, 2.0)
        if self.endless:
            try:
                await asyncio.Event().wait()
            finally:
                self.ended = True
        match self.hears.pop(0):
            case Heard() as heard:
                return heard
            case Exception() as error:
                raise error

    async def close(self) -> None:
        """Nothing to let go of."""


@dataclass(frozen=True)
class NamedRecords:
    """The port `SeenRecords`, as far as names go. rows: by entity."""

    rows: dict[str, list[dict[str, str]]]

    async def ask(self, query: Query) -> Found:
        """All of an entity."""
        rows = tuple(Row(RecordId(f"{query.entity}-{number}"), fields) for number, fields in enumerate(self.rows.get(query.entity, [])))
        return Found(query, len(rows), rows)

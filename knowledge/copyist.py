"""Asks the process that reads for the documents of a file: the file itself and what came with it. Knows the wire; judges nothing."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.domain.documents import Piece
from bot.domain.talk import Lang
from bot.errors import Refused
from knowledge.child import Child, ChildStopped
from knowledge.terms import index_terms

DESK = "knowledge.reading.desk"
STALLED_S = 20.0
"""How long reading one file may go on without a sign of progress."""
LINGER_S = 30.0
"""How long the process that reads waits for more: starting it takes seconds."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A document as read. inside: its name in the file that it came in, outermost first; empty for the file itself.

    title: what it says, or else its name. digest: SHA-256 of a document inside. refused: why a document inside was not read; the
    rest is then empty.
    """

    inside: tuple[str, ...]
    title: str = ""
    front: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""
    pieces: tuple[Piece, ...] = ()
    refused: Refused | None = None


class Copyist:
    """One file at a time, by a process that is ended when it stalls, and when nobody asked for long."""

    def __init__(self, *, linger_s: float = LINGER_S, patience_s: float = STALLED_S) -> None:
        self._linger_s = linger_s
        self._patience_s = patience_s
        self._desk = Child(DESK)
        self._leaving: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The process that reads, while it runs."""
        return self._desk.pid

    async def read(self, path: Path, password: str) -> AsyncGenerator[Copy, None]:
        """The documents of a file, itself first.  Raises: Refused when the file itself cannot be read."""
        pieces: list[Mapping[str, Any]] = []
        question = {"path": str(path), "password": password}
        try:
            async with aclosing(self._desk.ask(question, self._patience_s)) as answers:
                async for answer in answers:
                    match answer:
                        case {"piece": piece}:
                            pieces.append(piece)
                        case {"document": about}:
                            yield _copy(about, pieces, path)
                            pieces = []
                        case {"apart": about}:
                            yield Copy(tuple(about["inside"]), refused=Refused(about["reason"], **about["facts"]))
                            pieces = []
                        case {"refused": reason, "facts": facts}:
                            raise Refused(reason, **facts)
        except ChildStopped as stopped:
            raise Refused("no_progress" if stopped.stalled else "died", seconds=f"{self._patience_s:g}") from None

    async def lines(self, path: Path) -> str:
        """The words of a text, of subtitles, or of a Word document, line by line.  Raises: Refused for any other."""
        found = ""
        try:
            async with aclosing(self._desk.ask({"path": str(path), "password": "", "lines": True}, self._patience_s)) as answers:
                async for answer in answers:
                    match answer:
                        case {"lines": lines}:
                            found = lines
                        case {"refused": reason, "facts": facts}:
                            raise Refused(reason, **facts)
        except ChildStopped as stopped:
            raise Refused("no_progress" if stopped.stalled else "died", seconds=f"{self._patience_s:g}") from None
        return found

    def stay(self) -> None:
        """Keep the process: there is more to read."""
        if self._leaving is not None:
            self._leaving.cancel()

    def leave(self) -> None:
        """End the process after a while, unless there is more to read."""
        self.stay()
        self._leaving = asyncio.create_task(self._leave())

    async def close(self) -> None:
        """End the process."""
        self.stay()
        await self._desk.stop()

    async def _leave(self) -> None:
        await asyncio.sleep(self._linger_s)
        await self._desk.stop()


def _copy(about: Mapping[str, Any], pieces: list[Mapping[str, Any]], path: Path) -> Copy:
    inside: tuple[str, ...] = tuple(about["inside"])
    front: Mapping[str, str] = about["front"]
    title = front.get("title") or about["title"] or path.joinpath(*inside).stem
    return Copy(inside, title, front, about["digest"], tuple(_piece(piece, title) for piece in pieces))


def _piece(piece: Mapping[str, Any], title: str) -> Piece:
    headings = [title, *(heading for heading in piece["headings"] if heading != title)]
    heading = "\n".join(headings)
    return Piece(
        piece["text"], piece["locator"], heading, Lang(piece["lang"]), tuple(piece["terms"]), tuple(index_terms(heading))
    )

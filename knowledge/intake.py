"""Takes files and folders in: what is new, changed or gone. Knows folders and front matter; leaves reading to a process of its own."""

import asyncio
import hashlib
import os
import stat
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.domain.documents import Manuscript, Piece, Standing
from bot.domain.ids import Audience
from bot.domain.people import EVERYONE
from bot.domain.talk import Lang
from bot.errors import Refused
from bot.ports import Progress, Words
from knowledge.child import Child, ChildStopped
from knowledge.ports import LibraryStore
from knowledge.terms import index_terms

STALLED_S = 20
"""How long reading one file may go on without a sign of progress."""
EDITION = "1"
"""Counted on when the same file would be read or cut differently, so that all are read again."""
DESK = "knowledge.reading.desk"
LINGER_S = 30.0
"""How long the process that reads waits for more: starting it takes seconds."""
PASSING = frozenset({"missing", "no_permission", "no_progress", "not_a_file"})
"""Reasons that say nothing about a file's content: what was kept of it stays."""

ParseAudience = Callable[[str], Awaitable[Audience | None]]


@dataclass(frozen=True, slots=True)
class _Found:
    """A file to take in. source: as people will see it. refused: why it is not even opened."""

    path: Path
    source: str
    refused: Refused | None = None


class Intake:
    """Files into the store. One at a time; a file is in with its words, or it is not."""

    def __init__(
        self, store: LibraryStore, words: Words, parse_audience: ParseAudience, max_file_mb: int, *, linger_s: float = LINGER_S
    ) -> None:
        self._store = store
        self._words = words
        self._parse_audience = parse_audience
        self._max_file_mb = max_file_mb
        self._linger_s = linger_s
        self._desk = Child(DESK)
        self._leaving: asyncio.Task[None] | None = None

    async def take(self, paths: Sequence[Path], audience: Audience | None, lang: Lang) -> AsyncGenerator[Progress, None]:
        """Bring the store to what the files and folders are now, a step for each file. lang: of the reasons for refusals."""
        if self._leaving is not None:
            self._leaving.cancel()
        try:
            for path in paths:
                async with aclosing(self._below(_identity(path), audience, lang)) as steps:
                    async for step in steps:
                        yield step
        finally:
            self._leaving = asyncio.create_task(self._leave())

    async def close(self) -> None:
        """End the process that reads."""
        if self._leaving is not None:
            self._leaving.cancel()
        await self._desk.stop()

    async def _leave(self) -> None:
        await asyncio.sleep(self._linger_s)
        await self._desk.stop()

    async def _below(self, path: Path, audience: Audience | None, lang: Lang) -> AsyncGenerator[Progress, None]:
        known = dict(await self._store.standing(path))
        files, unseen = await asyncio.to_thread(_files, path)
        yield Progress("reading", 0, len(files), str(path))
        for number, file in enumerate(files, 1):
            outcome, reason = await self._one(file, known.pop(str(file.path), None), audience, lang)
            yield Progress("words", number, len(files), file.source, outcome, reason)
        gone = [name for name in known if not any(Path(name).is_relative_to(folder) for folder in unseen)]
        await self._store.remove(gone)
        for name in gone:
            yield Progress("words", len(files), len(files), known[name].source, "removed")

    async def _one(self, file: _Found, known: Standing | None, audience: Audience | None, lang: Lang) -> tuple[str, str]:
        try:
            if file.refused is not None:
                raise file.refused
            digest = await asyncio.to_thread(self._digest, file.path)
            if known is not None and (known.digest, known.asked_audience) == (digest, audience or ""):
                return "unchanged", ""
            manuscript = await self._read(file, digest, audience)
        except Refused as refusal:
            if known is not None and refusal.reason not in PASSING:
                await self._store.remove([str(file.path)])
            facts = {"file": file.source, "limit_mb": self._max_file_mb, "kind": "", **refusal.facts}
            return "refused", self._words.say(f"refused_{refusal.reason}", lang, **facts)
        return ("changed" if await self._store.keep(manuscript) else "added"), ""

    def _digest(self, path: Path) -> str:
        """Of the content and of how we read.  Raises: Refused."""
        try:
            if path.stat().st_size > self._max_file_mb * 1_000_000:
                raise Refused("too_big", mb=path.stat().st_size // 1_000_000)
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, lambda: hashlib.sha256(EDITION.encode()))
        except FileNotFoundError:
            raise Refused("missing") from None
        except OSError:
            raise Refused("no_permission") from None
        return digest.hexdigest()

    async def _read(self, file: _Found, digest: str, audience: Audience | None) -> Manuscript:
        pieces: list[dict[str, Any]] = []
        about: dict[str, Any] = {}
        try:
            async with aclosing(self._desk.ask({"path": str(file.path)}, STALLED_S)) as answers:
                async for answer in answers:
                    match answer:
                        case {"piece": piece}:
                            pieces.append(piece)
                        case {"refused": reason, "facts": facts}:
                            raise Refused(reason, **facts)
                        case {"done": done}:
                            about = done
        except ChildStopped as stopped:
            raise Refused("no_progress" if stopped.stalled else "broken", seconds=STALLED_S) from None
        front: Mapping[str, str] = about["front"]
        title = front.get("title") or about["title"] or file.path.stem
        return Manuscript(
            path=str(file.path), source=file.source, title=title, digest=digest, audience=await self._audience(front, audience),
            asked_audience=audience or "", valid_until=_day(front.get("valid_until", "")), supersedes=front.get("supersedes", ""),
            pieces=tuple(_piece(piece, title) for piece in pieces),
        )

    async def _audience(self, front: Mapping[str, str], asked: Audience | None) -> Audience:
        """The file's own word first: whoever wrote it knows for whom.  Raises: Refused, so that nothing is published wider than meant."""
        written = front.get("audience", "")
        if not written:
            if "audience" in front:
                raise Refused("audience", audience="")
            return asked or EVERYONE
        found = await self._parse_audience(written)
        if found is None:
            raise Refused("audience", audience=written)
        return found


def _identity(path: Path) -> Path:
    """The absolute path without dots; links stay, for they are what the person named."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - Path.absolute keeps "..", and resolve follows links


def _piece(piece: Mapping[str, Any], title: str) -> Piece:
    headings = [title, *(heading for heading in piece["headings"] if heading != title)]
    heading = "\n".join(headings)
    return Piece(
        piece["text"], piece["locator"], heading, Lang(piece["lang"]), tuple(piece["terms"]), tuple(index_terms(heading))
    )


def _day(text: str) -> date | None:
    """A date of front matter.  Raises: Refused: a document that is taken for valid too long does harm."""
    if not text:
        return None
    try:
        return date.fromisoformat(text.replace("/", "-"))
    except ValueError:
        raise Refused("valid_until", date=text) from None


def _files(path: Path) -> tuple[list[_Found], list[Path]]:
    """The files at or below a path, sorted, and the folders that could not be looked into. Hidden ones are nobody's documents."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return [_Found(path, str(path), Refused("missing"))], []
    except OSError:
        return [_Found(path, path.name, Refused("no_permission"))], [path]
    if not stat.S_ISDIR(mode):
        return [_Found(path, path.name, None if stat.S_ISREG(mode) else Refused("not_a_file"))], []
    unseen: list[Path] = []
    found = list(_below(path, path, unseen))
    refused = [_Found(folder, f"{folder.relative_to(path)}/", Refused("no_permission")) for folder in unseen]
    return [*found, *refused], unseen


def _below(folder: Path, root: Path, unseen: list[Path]) -> Iterator[_Found]:
    for where, folders, names in os.walk(folder, onerror=lambda error: unseen.append(Path(str(error.filename)))):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith((".", "~$")):
                yield _found(Path(where) / name, root)


def _found(path: Path, root: Path) -> _Found:
    source = path.relative_to(root).as_posix()
    try:
        if path.is_symlink() and not path.resolve(strict=True).is_relative_to(root.resolve()):
            return _Found(path, source, Refused("outside"))
        return _Found(path, source, None if stat.S_ISREG(path.stat().st_mode) else Refused("not_a_file"))
    except OSError:
        return _Found(path, source, Refused("missing"))

"""What people sent beside words: fetched once, kept under the home, gone when its content is erased. Knows files; reads none of them."""

import asyncio
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import sqlite_utils

from bot.domain.documents import safe_name
from bot.domain.ids import TurnId, UserId
from bot.domain.records import Retention
from bot.domain.talk import Media
from bot.errors import TellUser
from bot.ports import Clock, Ids, MediaSource
from bot.store.audit import HOUSE, append_audit
from bot.store.codec import dump
from bot.store.content import Shelf
from bot.store.database import Database
from bot.store.rows import change, every, insert, one

PARTS, PLAYED = ".parts", ".played"
MB = 1 << 20
ENDING = re.compile(r"[A-Za-z0-9]{1,8}")
ERASED = """
    SELECT belongings.turn_id, belongings.path FROM belongings JOIN content ON content.id = belongings.content_id
    WHERE content.erased_at IS NOT NULL"""
STILL_KEPT = """
    SELECT belongings.turn_id FROM belongings JOIN content ON content.id = belongings.content_id
    WHERE belongings.path = :path AND content.erased_at IS NULL"""


@dataclass(frozen=True)
class SqliteBelongings:
    """The port `Belongings`. folder: where they lie, a folder for each person. sources: who fetches from which channel."""

    database: Database
    clock: Clock
    ids: Ids
    folder: Path
    sources: Mapping[str, MediaSource]
    most_bytes: int

    async def fetch(self, turn_id: TurnId, channel: str, owner: UserId, media: Media, retention: Retention) -> Path:
        """Fetch what came with a turn, once, and say where it lies; asked again, it is there already.

        A file replaces the owner's earlier one of the same name; recordings stay beside each other.
        Raises: Upstream; TellUser("media_gone", "media_too_large", "upload_empty", "not_readable_yet" where nobody can fetch it).
        """
        if kept := await self.kept(turn_id):
            return kept
        source = self.sources.get(channel)
        if source is None:
            raise TellUser("not_readable_yet")
        if media.size > self.most_bytes:
            raise TellUser("media_too_large", limit_mb=self.most_bytes // MB)
        part = self.folder / PARTS / turn_id
        await asyncio.to_thread(_make_room, part)
        try:
            await source.fetch(media, part, most_bytes=self.most_bytes)
            digest, size = await asyncio.to_thread(_measured, part)
            if size == 0:
                raise TellUser("upload_empty", name=safe_name(media.name))
            path = Path(owner) / _name(media, turn_id, retention)
            await asyncio.to_thread(_put_in_place, part, self.folder / path)
        finally:
            await asyncio.to_thread(part.unlink, missing_ok=True)
        told = dump({"name": media.name, "mime": media.mime, "bytes": size, "sha256": digest})
        await self.database.write(lambda database: self._note(database, turn_id, path, told, retention))
        return self.folder / path

    async def sweep(self) -> int:
        """Remove the files whose content was erased; says how many."""
        gone = await self.database.write(_forget)
        for path in gone:
            await asyncio.to_thread(_remove, self.folder / path)
        return len(gone)

    async def kept(self, turn_id: TurnId) -> Path | None:
        """Where what came with a turn lies; None where nothing does (any more)."""
        row = await self.database.read(lambda database: one(database, "SELECT path FROM belongings WHERE turn_id = :id", {"id": turn_id}))
        path = self.folder / row["path"] if row else None
        return path if path and await asyncio.to_thread(path.exists) else None

    def _note(self, database: sqlite_utils.Database, turn_id: TurnId, path: Path, told: str, retention: Retention) -> None:
        shelf = Shelf(database, self.ids, self.clock.now())
        content_id, _ = shelf.put(told, retention, turn_id)
        append_audit(shelf, "file.kept", HOUSE, {"turn": turn_id}, [content_id])
        change(database, "DELETE FROM belongings WHERE turn_id = :id", {"id": turn_id})
        insert(database, "belongings", {"turn_id": turn_id, "content_id": content_id, "path": path.as_posix()})


def _forget(database: sqlite_utils.Database) -> list[str]:
    """Forget the rows whose content was erased; the files of which nothing is kept any more."""
    rows = every(database, ERASED)
    for row in rows:
        change(database, "DELETE FROM belongings WHERE turn_id = :turn_id", {"turn_id": row["turn_id"]})
    return [path for path in {row["path"] for row in rows} if one(database, STILL_KEPT, {"path": path}) is None]


def _name(media: Media, turn_id: TurnId, retention: Retention) -> str:
    """A file keeps its name, so that a newer one takes its place; phones call every picture and every voice the same."""
    name, heard = safe_name(media.name), retention is Retention.AUDIO
    if media.kind == "file" and media.name and not heard:
        return name
    ending, kind = name.rpartition(".")[2] if "." in name else "", "voice" if heard else media.kind
    return f"{kind}-{turn_id}.{ending}" if ENDING.fullmatch(ending) else f"{kind}-{turn_id}"


def played_from(path: Path) -> Path:
    """Where the playable form of a recording lies: beside it, and gone with it."""
    return path.parent / PLAYED / f"{path.name}.m4a"


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    played_from(path).unlink(missing_ok=True)


def _make_room(part: Path) -> None:
    part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part.unlink(missing_ok=True)


def _measured(part: Path) -> tuple[str, int]:
    with part.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), part.stat().st_size


def _put_in_place(part: Path, path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part.chmod(0o600)
    part.replace(path)

"""Heads of the audit: taken, kept, and laid where they can be carried off. Knows files and the tree; knows no entry but its own.

A head that somebody else holds is what proves that no tail was dropped: whoever owns the file of the truth could rewrite all of it.
"""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

import sqlite_utils

from bot.domain.proof import Head
from bot.ports import Clock
from bot.store.audit import HOUSE, Within, append_audit, append_once, edge_in
from bot.store.canonical import canonical
from bot.store.codec import moment, stamp
from bot.store.database import Database
from bot.store.rows import insert, one

LAST = "SELECT size, root, at FROM audit_heads ORDER BY size DESC LIMIT 1"
TAKEN = "audit.head"
RULES = "rules.changed"


class SqliteHeads:
    """Takes heads. folder: where they are laid, a file each."""

    def __init__(self, database: Database, clock: Clock, folder: Path) -> None:
        self._database = database
        self._clock = clock
        self._folder = folder

    async def take(self) -> Head:
        """The head as it stands, kept and laid out; the last one again when nothing was done since."""
        head = await self._database.write(lambda database: _take(Within(database, self._clock.now())))
        await asyncio.to_thread(_lay, self._folder, head)
        return head

    async def daily(self) -> bool:
        """Take one if none was taken today (UTC); says whether."""
        last = await self._database.read(_last)
        if last and moment(last.at).date() >= self._clock.now().date():
            return False
        await self.take()
        return True

    async def note_rules(self, digests: Mapping[str, str]) -> bool:
        """Add an entry when the rules are not those of the last one; says whether. digests: which rules -> hexadecimal."""
        about = dict(digests)
        return await self._database.write(lambda database: append_once(Within(database, self._clock.now()), RULES, HOUSE, about))


def _take(done: Within) -> Head:
    last, edge = _last(done.database), edge_in(done.database)
    if last and edge.size == last.size + 1:  # its own entry is all that came after it
        return last
    head = Head(edge.size, edge.root.hex(), stamp(done.now))
    if edge.size == 0:
        return head
    insert(done.database, "audit_heads", head.told())
    append_audit(done, TAKEN, HOUSE, head.told())
    return head


def _last(database: sqlite_utils.Database) -> Head | None:
    row = one(database, LAST)
    return Head(row["size"], row["root"], row["at"]) if row else None


def _lay(folder: Path, head: Head) -> None:
    """Write the file of a head, all or nothing."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{head.size:012}.json"
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(canonical(head.told()) + b"\n")
    part.replace(path)

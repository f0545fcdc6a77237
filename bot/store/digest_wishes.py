"""The port `DigestWishes`: who wants no digest of the house's own accord. Knows ids; knows no schedule."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlite_utils

from bot.domain.digest import DigestKind
from bot.domain.ids import UserId
from bot.ports import Clock
from bot.store.codec import stamp
from bot.store.database import Database
from bot.store.rows import change, every, insert

STOPPED = "SELECT user_id FROM digest_stops WHERE kind = :kind"
RESUME = "DELETE FROM digest_stops WHERE user_id = :user_id AND kind = :kind"


def digest_stops(database: sqlite_utils.Database) -> None:
    """A step of the migrations. Who said that they want none, and of which kind."""
    database.table("digest_stops").create(
        {"user_id": str, "kind": str, "at": str}, pk=("user_id", "kind"), not_null={"at"}, strict=True
    )


@dataclass(frozen=True)
class SqliteDigestWishes:
    """The port `DigestWishes`."""

    database: Database
    clock: Clock

    async def stop(self, user_id: UserId, kind: DigestKind) -> None:
        """Send none of this kind to this person."""
        row = {"user_id": user_id, "kind": str(kind), "at": stamp(self.clock.now())}
        await self.database.write(lambda database: insert(database, "digest_stops", row, or_ignore="user_id, kind"))

    async def resume(self, user_id: UserId, kind: DigestKind) -> None:
        """Send them again."""
        await self.database.write(lambda database: change(database, RESUME, {"user_id": user_id, "kind": str(kind)}))

    async def stopped(self, kind: DigestKind) -> Collection[UserId]:
        """Who wants none of this kind."""
        rows = await self.database.read(lambda database: every(database, STOPPED, {"kind": str(kind)}))
        return frozenset(UserId(row["user_id"]) for row in rows)

"""The port `DigestWishes`: who wants no digest of the house's own accord. Knows ids; knows no schedule."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlite_utils

from bot.domain.digest import DigestKind, PutOffDigest
from bot.domain.ids import UserId
from bot.ports import Clock
from bot.store.codec import moment, stamp
from bot.store.database import Database
from bot.store.rows import change, every, insert

STOPPED = "SELECT user_id FROM digest_stops WHERE kind = :kind"
DUE = "SELECT * FROM digest_waits WHERE at <= :now ORDER BY at, key"
DONE = "DELETE FROM digest_waits WHERE key = :key"
RESUME = "DELETE FROM digest_stops WHERE user_id = :user_id AND kind = :kind"


def digest_stops(database: sqlite_utils.Database) -> None:
    """A step of the migrations. Who said that they want none, and of which kind."""
    database.table("digest_stops").create(
        {"user_id": str, "kind": str, "at": str}, pk=("user_id", "kind"), not_null={"at"}, strict=True
    )


def digest_waits(database: sqlite_utils.Database) -> None:
    """A step of the migrations. Digests that wait until their readers may be spoken to."""
    database.table("digest_waits").create(
        {"key": str, "user_id": str, "kind": str, "at": str, "until": str}, pk="key", not_null={"user_id", "kind", "at", "until"},
        strict=True,
    )  # fmt: skip


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

    async def put_off(self, one: PutOffDigest) -> None:
        """Keep one to be sent later."""
        row = {
            "key": one.key, "user_id": one.user_id, "kind": str(one.kind), "at": stamp(one.at), "until": stamp(one.until),
        }  # fmt: skip
        await self.database.write(lambda database: insert(database, "digest_waits", row, or_ignore="key"))

    async def due(self, now: datetime) -> Sequence[PutOffDigest]:
        """Those whose time has come."""
        rows = await self.database.read(lambda database: every(database, DUE, {"now": stamp(now)}))
        return [
            PutOffDigest(row["key"], UserId(row["user_id"]), DigestKind(row["kind"]), moment(row["at"]), moment(row["until"]))
            for row in rows
        ]

    async def done(self, key: str) -> None:
        """Keep it no longer."""
        await self.database.write(lambda database: change(database, DONE, {"key": key}))

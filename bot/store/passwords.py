"""Which files wait for a password, and for whose. Knows turns and senders; no password ever comes here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlite_utils

from bot.domain.ids import TurnId
from bot.domain.talk import Origin
from bot.ports import Clock
from bot.store.codec import stamp
from bot.store.database import Database
from bot.store.rows import change, every

ASK = """
    INSERT INTO locked_files (turn_id, channel, workspace, sender, until) VALUES (:turn_id, :channel, :workspace, :sender, :until)
    ON CONFLICT (turn_id) DO UPDATE SET until = excluded.until"""
WAITING = """
    SELECT turn_id FROM locked_files
    WHERE channel = :channel AND workspace = :workspace AND sender = :sender AND until > :now ORDER BY turn_id DESC"""
DONE = "DELETE FROM locked_files WHERE turn_id = :turn_id OR until <= :now"


def locked_files(database: sqlite_utils.Database) -> None:
    """A step of the migrations."""
    table = database.table("locked_files")
    table.create(
        {"turn_id": str, "channel": str, "workspace": str, "sender": str, "until": str},
        pk="turn_id",
        not_null={"channel", "workspace", "sender", "until"},
        foreign_keys=[("turn_id", "inbox", "id")],
        strict=True,
    )
    table.create_index(["channel", "workspace", "sender"])


@dataclass(frozen=True)
class SqliteAskedPasswords:
    """The port `AskedPasswords`."""

    database: Database
    clock: Clock

    async def ask(self, turn_id: TurnId, origin: Origin, until: datetime) -> None:
        """The file of this turn waits from now on; asked again, it waits longer."""
        row = {
            "turn_id": turn_id, "channel": origin.channel, "workspace": origin.workspace, "sender": origin.sender, "until": stamp(until),
        }  # fmt: skip
        await self.database.write(lambda database: change(database, ASK, row))

    async def waiting(self, origin: Origin) -> Sequence[TurnId]:
        """Files that this sender was asked about and that still wait, the newest first."""
        asked = {
            "channel": origin.channel, "workspace": origin.workspace, "sender": origin.sender, "now": stamp(self.clock.now()),
        }  # fmt: skip
        rows = await self.database.read(lambda database: every(database, WAITING, asked))
        return [TurnId(row["turn_id"]) for row in rows]

    async def done(self, turn_id: TurnId) -> None:
        """The file of this turn waits no more; what nobody answered in time goes with it."""
        values = {"turn_id": turn_id, "now": stamp(self.clock.now())}
        await self.database.write(lambda database: change(database, DONE, values))

"""How the house stands, in numbers: what waits, what is not delivered, what was spent, what was refused. Knows counts; knows no text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlite_utils

from bot.domain.ids import DecisionId, ReviewId, UserId
from bot.ports import Clock
from bot.store.audit import Within, append_audit
from bot.store.codec import load, moment, stamp
from bot.store.database import Database
from bot.store.rows import every

ARRIVED = "SELECT channel, count(*) AS count FROM inbox WHERE state = 'kept' GROUP BY channel ORDER BY channel"
LEAVING = """
    SELECT state, channel, count(*) AS count FROM outbox WHERE state IN ('waiting', 'sending', 'unsure', 'dead')
    GROUP BY state, channel ORDER BY channel, state"""
SPENT = "SELECT user_id, role, day, tokens FROM spending WHERE day >= :since ORDER BY day"
ANSWERED = "SELECT id, at, user_id, made FROM decisions WHERE at >= :since ORDER BY seq DESC LIMIT :limit"
REJECTED = """
    SELECT id, author, decided_at, reason FROM reviews WHERE state = 'rejected' AND decided_at >= :since
    ORDER BY decided_at DESC LIMIT :limit"""
HEARD = "SELECT channel, max(kept_at) AS at FROM inbox WHERE channel IN ('wecom', 'wecom_bot', 'slack') GROUP BY channel"
DOCUMENTS = "SELECT count(*) AS count FROM documents"
LOOKED_AT = 2000
"""Answers that are looked through for those that a chat model refused."""
MADE_BACKUP, ADDED = "backup.made", "user.added"


@dataclass(frozen=True, slots=True)
class Waiting:
    """state: "" for what arrived and is not settled yet, else of a message that was not delivered."""

    state: str
    channel: str
    count: int


@dataclass(frozen=True, slots=True)
class Spent:
    """Tokens of one person and one role of the chat models on one day."""

    user_id: UserId
    role: str
    day: date
    tokens: int


@dataclass(frozen=True, slots=True)
class FellBack:
    """An answer for which a chat model was asked in vain. why: as of `Made.fell_back`."""

    decision_id: DecisionId
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """A draft that a reviewer sent back for good."""

    review_id: ReviewId
    author: UserId
    at: datetime
    reason: str


class SqliteStanding:
    """Reads alone, but for noting that somebody took a backup."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def waiting(self) -> Sequence[Waiting]:
        """What waits to be settled, by channel, then what was not delivered, by channel and state."""

        def work(database: sqlite_utils.Database) -> list[Waiting]:
            rows = every(database, ARRIVED) + every(database, LEAVING)
            return [Waiting(row.get("state", ""), row["channel"], row["count"]) for row in rows]

        return await self._database.read(work)

    async def spent(self, since: date) -> Sequence[Spent]:
        """What was spent from that day on, oldest first."""
        rows = await self._database.read(lambda database: every(database, SPENT, {"since": since.isoformat()}))
        return [Spent(UserId(row["user_id"]), row["role"], date.fromisoformat(row["day"]), row["tokens"]) for row in rows]

    async def fell_back(self, since: datetime, limit: int) -> Sequence[FellBack]:
        """Answers that a chat model did not word though it was asked, newest first, of the last `LOOKED_AT` answers."""
        rows = await self._database.read(lambda database: every(database, ANSWERED, {"since": stamp(since), "limit": LOOKED_AT}))
        told = ((row, load(row["made"]).get("fell_back", "")) for row in rows)
        return [FellBack(DecisionId(row["id"]), moment(row["at"]), why) for row, why in told if why][:limit]

    async def rejected(self, since: datetime, limit: int) -> Sequence[Rejected]:
        """Drafts that a reviewer sent back, newest first."""
        rows = await self._database.read(lambda database: every(database, REJECTED, {"since": stamp(since), "limit": limit}))
        return [Rejected(ReviewId(row["id"]), UserId(row["author"]), moment(row["decided_at"]), row["reason"] or "") for row in rows]

    async def heard(self) -> Mapping[str, datetime]:
        """When somebody last said something, by channel of a platform."""
        rows = await self._database.read(lambda database: every(database, HEARD))
        return {row["channel"]: moment(row["at"]) for row in rows}

    async def documents(self) -> int:
        """How many the house has read."""
        rows = await self._database.read(lambda database: every(database, DOCUMENTS))
        return int(rows[0]["count"])

    async def note_user(self, user_id: UserId, role: str, by: UserId) -> None:
        """Somebody was let in."""
        about = {"user": user_id, "role": role}
        await self._database.write(lambda database: append_audit(Within(database, self._clock.now()), ADDED, by, about))

    async def note_backup(self, by: UserId) -> None:
        """Somebody asked for a backup: all that we have leaves in one file."""
        await self._database.write(lambda database: append_audit(Within(database, self._clock.now()), MADE_BACKUP, by, {}))

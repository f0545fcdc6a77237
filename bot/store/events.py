"""Kept events, in one order. Knows types and payloads as text; knows no subscriber."""

from collections.abc import Mapping, Sequence

import sqlite_utils

from bot.domain.ids import EventId
from bot.domain.records import Event
from bot.ports import Clock, Ids
from bot.store.codec import Row, dump, load, moment, stamp
from bot.store.content import Shelf
from bot.store.database import Database
from bot.store.rows import every, insert, one

SINCE = "SELECT * FROM events WHERE seq > :seq ORDER BY seq LIMIT :limit"
LAST = "SELECT coalesce(max(seq), 0) AS seq FROM events"


def append_event(shelf: Shelf, event_type: str, version: int, payload: Mapping[str, object]) -> Event:
    """Keep an event inside the caller's transaction. payload: JSON values, ids rather than content."""
    event_id = EventId(shelf.ids.new())
    row = {"id": event_id, "type": event_type, "version": version, "at": stamp(shelf.now), "payload": dump(dict(payload))}
    insert(shelf.database, "events", row)
    kept = every(shelf.database, "SELECT seq FROM events WHERE id = :id", {"id": event_id})
    return Event(event_id, event_type, version, shelf.now, dict(payload), kept[0]["seq"])


class SqliteEvents:
    """The port `Events`."""

    def __init__(self, database: Database, clock: Clock, ids: Ids) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids

    async def append(self, event_type: str, version: int, payload: Mapping[str, object]) -> Event:
        """Keep one."""
        return await self._database.write(lambda database: append_event(self._shelf(database), event_type, version, payload))

    async def since(self, seq: int, limit: int = 500) -> Sequence[Event]:
        """What came after `seq`, in order."""
        rows = await self._database.read(lambda database: every(database, SINCE, {"seq": seq, "limit": limit}))
        return [_event(row) for row in rows]

    async def last_seq(self) -> int:
        """The newest event's place, 0 when there is none."""
        row = await self._database.read(lambda database: one(database, LAST))
        return int(row["seq"]) if row else 0

    def _shelf(self, database: sqlite_utils.Database) -> Shelf:
        return Shelf(database, self._ids, self._clock.now())


def _event(row: Row) -> Event:
    return Event(EventId(row["id"]), row["type"], row["version"], moment(row["at"]), load(row["payload"]), row["seq"])

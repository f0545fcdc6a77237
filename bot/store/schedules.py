"""The port `OwnSchedules`: what people want at times of their own. Knows no clock's library and no kind of work."""

from collections.abc import Sequence
from dataclasses import replace

import sqlite_utils

from bot.domain.firing import Days, OwnSchedule
from bot.domain.ids import DecisionId, UserId
from bot.errors import TellUser
from bot.ports import Clock, Ids
from bot.store.codec import Row, dump, load, moment, stamp
from bot.store.database import Database
from bot.store.rows import change, every, insert, one

MOST = 20
"""Schedules that one person may have."""
ALL = "SELECT * FROM schedules ORDER BY made_at, id"
OF = "SELECT * FROM schedules WHERE owner = :owner ORDER BY made_at, id"
ONE = "SELECT * FROM schedules WHERE id = :id AND owner = :owner"
SAME = """
    SELECT * FROM schedules
    WHERE owner = :owner AND kind = :kind AND cron = :cron AND zone = :zone AND days = :days AND args = :args"""
PAUSE = "UPDATE schedules SET paused = :paused, since = :since WHERE id = :id AND paused <> :paused"
DELETE = "DELETE FROM schedules WHERE id = :id"
FORGET = "DELETE FROM schedules WHERE owner = :owner"


def schedules(database: sqlite_utils.Database) -> None:
    """A step of the migrations. args: JSON. days: all or workdays. since: moments up to it are none of it."""
    table = database.table("schedules")
    table.create(
        {
            "id": str, "owner": str, "kind": str, "cron": str, "zone": str, "days": str, "args": str, "paused": int, "made_at": str,
            "since": str, "decision_id": str,
        },
        pk="id",
        not_null={"owner", "kind", "cron", "zone", "days", "args", "paused", "made_at", "since"},
        strict=True,
    )  # fmt: skip
    table.create_index(["owner"])


class SqliteSchedules:
    """The port `OwnSchedules`."""

    def __init__(self, database: Database, clock: Clock, ids: Ids) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids

    async def add(self, schedule: OwnSchedule) -> OwnSchedule:
        """Keep one; with an id ("" gets one). The same owner, kind, cron, zone, days and args twice is the first of them.

        Raises: TellUser("schedules_full", most=…) when the owner has as many as one person may.
        """
        return await self._database.write(lambda database: self._add(database, schedule))

    async def of(self, owner: UserId) -> Sequence[OwnSchedule]:
        """A person's own, oldest first, paused ones too."""
        return await self._every(OF, {"owner": owner})

    async def all(self) -> Sequence[OwnSchedule]:
        """Everybody's, paused ones too."""
        return await self._every(ALL, {})

    async def pause(self, schedule_id: str, by: UserId, *, paused: bool = True) -> OwnSchedule | None:
        """Rest, or go on; moments in between are gone. None when `by` has no such schedule."""
        change_of = {"id": schedule_id, "paused": int(paused), "since": stamp(self._clock.now())}
        return await self._changed(schedule_id, by, PAUSE, change_of)

    async def delete(self, schedule_id: str, by: UserId) -> OwnSchedule | None:
        """Forget one; what it was. None when `by` has no such schedule."""
        return await self._changed(schedule_id, by, DELETE, {"id": schedule_id})

    async def forget(self, owner: UserId) -> None:
        """Forget all of a person's."""
        await self._database.write(lambda database: change(database, FORGET, {"owner": owner}))

    async def _every(self, statement: str, values: Row) -> list[OwnSchedule]:
        rows = await self._database.read(lambda database: every(database, statement, values))
        return [_schedule(row) for row in rows]

    async def _changed(self, schedule_id: str, by: UserId, statement: str, values: Row) -> OwnSchedule | None:
        whose: Row = {"id": schedule_id, "owner": by}

        def work(database: sqlite_utils.Database) -> OwnSchedule | None:
            before = one(database, ONE, whose)
            change(database, statement, values if before else {**values, "id": ""})
            after = one(database, ONE, whose) or before
            return _schedule(after) if after else None

        return await self._database.write(work)

    def _add(self, database: sqlite_utils.Database, schedule: OwnSchedule) -> OwnSchedule:
        row: Row = {
            "owner": schedule.owner, "kind": schedule.kind, "cron": schedule.cron, "zone": schedule.zone, "days": schedule.on.value,
            "args": dump(dict(schedule.args)),
        }  # fmt: skip
        if same := one(database, SAME, row):
            return _schedule(same)
        if len(every(database, OF, {"owner": schedule.owner})) >= MOST:
            raise TellUser("schedules_full", most=MOST)
        kept = replace(schedule, id=schedule.id or self._ids.new(), since=schedule.since or schedule.made_at)
        row |= {"id": kept.id, "paused": int(kept.paused), "made_at": stamp(kept.made_at), "since": stamp(kept.since or kept.made_at)}
        insert(database, "schedules", {**row, "decision_id": kept.decision_id})
        return kept


def _schedule(row: Row) -> OwnSchedule:
    return OwnSchedule(
        row["id"], UserId(row["owner"]), row["kind"], row["cron"], row["zone"], moment(row["made_at"]), load(row["args"]),
        Days(row["days"]), bool(row["paused"]), DecisionId(row["decision_id"]) if row["decision_id"] else None, moment(row["since"]),
    )  # fmt: skip

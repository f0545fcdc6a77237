"""The port `Firings`: which job was begun for which moment. Knows no job."""

from datetime import datetime, timedelta

import sqlite_utils

from bot.ports import Clock
from bot.store.codec import moment, stamp
from bot.store.database import Database
from bot.store.rows import change, insert, one

REMEMBERED = timedelta(days=2)
"""Longer than any two schedules are apart; of each job the last one stays, however old."""
LAST = "SELECT max(fire_time) AS last FROM firings WHERE job = :job"
THAT = "SELECT job FROM firings WHERE job = :job AND fire_time = :fire_time"
OLD = "DELETE FROM firings WHERE job = :job AND fire_time < :before"


class SqliteFirings:
    """The port `Firings`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def begin(self, job: str, fire_time: datetime) -> bool:
        """Whether it is us who do this job for this moment: True for one asker alone, ever."""
        return await self._database.write(lambda database: self._begin(database, job, fire_time))

    async def last(self, job: str) -> datetime | None:
        """The latest moment for which the job was begun."""
        row = await self._database.read(lambda database: one(database, LAST, {"job": job}))
        return moment(row["last"]) if row and row["last"] else None

    def _begin(self, database: sqlite_utils.Database, job: str, fire_time: datetime) -> bool:
        row = {"job": job, "fire_time": stamp(fire_time)}
        if one(database, THAT, row):
            return False
        insert(database, "firings", {**row, "begun_at": stamp(self._clock.now())})
        change(database, OLD, {"job": job, "before": stamp(fire_time - REMEMBERED)})
        return True

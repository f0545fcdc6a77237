"""The port `Interruptions`: how much people were told unasked on which day, and their own quiet hours. Knows no message."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlite_utils

from bot.domain.firing import ScheduleRules
from bot.domain.ids import UserId
from bot.domain.people import User
from bot.domain.quiet import quiet_of, speaking_at
from bot.ports import Clock
from bot.store.codec import Row, stamp
from bot.store.database import Database
from bot.store.rows import change, every, insert, one

REMEMBERED = timedelta(days=400)
COUNT = "SELECT count(*) AS told FROM interruptions WHERE user_id = :user_id AND day = :day"
SAID = "SELECT key FROM interruptions WHERE user_id = :user_id AND key = :key"
COUNTS = """
    SELECT user_id, count(*) AS told FROM interruptions WHERE day BETWEEN :first AND :last GROUP BY user_id"""
OLD = "DELETE FROM interruptions WHERE user_id = :user_id AND day < :before"
QUIET = "SELECT quiet FROM preferences WHERE user_id = :user_id"
SET_QUIET = """
    INSERT INTO preferences (user_id, quiet, at) VALUES (:user_id, :quiet, :at)
    ON CONFLICT (user_id) DO UPDATE SET quiet = excluded.quiet, at = excluded.at"""
FORGET = ("DELETE FROM interruptions WHERE user_id = :user_id", "DELETE FROM preferences WHERE user_id = :user_id")


def interruptions(database: sqlite_utils.Database) -> None:
    """A step of the migrations. What each person was told unasked, by the key of the message; preferences.quiet: NULL for the house's."""
    database.table("interruptions").create(
        {"user_id": str, "key": str, "day": str, "at": str}, pk=("user_id", "key"), not_null={"day", "at"}, strict=True
    )
    database.table("interruptions").create_index(["user_id", "day"])
    database.table("preferences").create({"user_id": str, "quiet": str, "at": str}, pk="user_id", not_null={"at"}, strict=True)


class SqliteInterruptions:
    """The port `Interruptions`. rules: asked each time for the house's hours, and how much a day. is_workday: whether a team works then."""

    def __init__(
        self, database: Database, clock: Clock, rules: Callable[[], ScheduleRules], is_workday: Callable[[str, date], bool]
    ) -> None:
        self._database = database
        self._clock = clock
        self._rules = rules
        self._is_workday = is_workday

    async def may_speak(self, user: User, now: datetime) -> datetime | None:
        """None where the person may be spoken to now, else when (aware, UTC): quiet hours, days off, and enough for a day are minded."""
        return await self._database.read(lambda database: self._when(database, user, now))

    async def claim(self, user: User, key: str, now: datetime) -> datetime | None:
        """The same, and where the answer is None it is counted, once for each key: ask right before the message of that key is queued."""
        return await self._database.write(lambda database: self._claim(database, user, key, now))

    async def quiet(self, user_id: UserId) -> str | None:
        """The person's own quiet hours ("22:00-08:00"; "" for none at all); None where the house's hold."""
        row = await self._database.read(lambda database: one(database, QUIET, {"user_id": user_id}))
        return row["quiet"] if row else None

    async def set_quiet(self, user_id: UserId, hours: str | None) -> None:
        """Set them instead of the house's; None: the house's again.  Raises: ValueError for what are no hours."""
        said = hours if hours is None else str(quiet_of(hours) or "")
        row = {"user_id": user_id, "quiet": said, "at": stamp(self._clock.now())}
        await self._database.write(lambda database: change(database, SET_QUIET, row))

    async def counts(self, first: date, last: date) -> Mapping[UserId, int]:
        """How many each person was told unasked from one day to another, each in their own zone, both counted."""
        values = {"first": first.isoformat(), "last": last.isoformat()}
        rows = await self._database.read(lambda database: every(database, COUNTS, values))
        return {UserId(row["user_id"]): row["told"] for row in rows}

    async def forget(self, user_id: UserId) -> None:
        """Forget all of a person: what they were told, and what they wished."""

        def work(database: sqlite_utils.Database) -> None:
            for statement in FORGET:
                change(database, statement, {"user_id": user_id})

        await self._database.write(work)

    def _claim(self, database: sqlite_utils.Database, user: User, key: str, now: datetime) -> datetime | None:
        row: Row = {"user_id": user.id, "key": key}
        if one(database, SAID, row):
            return None
        when = self._when(database, user, now)
        if when is None:
            day = _day(user, now)
            insert(database, "interruptions", {**row, "day": day.isoformat(), "at": stamp(now)})
            change(database, OLD, {"user_id": user.id, "before": (day - REMEMBERED).isoformat()})
        return when

    def _when(self, database: sqlite_utils.Database, user: User, now: datetime) -> datetime | None:
        rules = self._rules()
        told = one(database, COUNT, {"user_id": user.id, "day": _day(user, now).isoformat()})
        own = one(database, QUIET, {"user_id": user.id})
        quiet = quiet_of(rules.quiet if own is None or own["quiet"] is None else own["quiet"])
        full = told is not None and told["told"] >= rules.most_a_day
        return speaking_at(now, user.zone, quiet, lambda day: self._is_workday(user.team, day), full=full)


def _day(user: User, now: datetime) -> date:
    return now.astimezone(ZoneInfo(user.zone)).date()

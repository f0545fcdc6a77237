"""The port `Reminders`: what waits, what comes due, and what was given, in the transaction that queues it. Knows days; knows no morning."""

from collections.abc import Sequence
from datetime import date

import sqlite_utils

from bot.domain.ids import RecordId, TurnId, UserId
from bot.domain.reminders import WAITS, OpenTask, PutOff, Reminder, WaitingDraft
from bot.domain.schema import Field
from bot.ports import Clock, Ids
from bot.store.audit import Within, append_audit
from bot.store.codec import Row, moment, stamp
from bot.store.content import Shelf
from bot.store.database import Database
from bot.store.draft_rows import CURRENT, held_draft
from bot.store.outbox import queue_word
from bot.store.records import record_from
from bot.store.rows import change, every, insert, one

# ruff: noqa: S608 - statements are put together from constants of this module
WAITING = f"""
    {CURRENT} WHERE drafts.state = 'open' AND drafts.expires_at > :now
      AND NOT EXISTS (SELECT 1 FROM reminded WHERE reminded.about = drafts.id AND reminded.what = '{WAITS}')
      AND NOT EXISTS (SELECT 1 FROM reviews WHERE reviews.draft_id = drafts.id)
    ORDER BY drafts.id"""
DUE = "json_extract(records.body, '$.due_date')"
SINCE = """COALESCE(
        (SELECT max(field_history.at) FROM field_history
         WHERE field_history.record_id = records.id AND +field_history.field = 'due_date'),
        records.created_at)"""
"""The plus, so that SQLite looks through the history of the record, and not through all days that ever changed."""
OPEN = f"""
    SELECT records.*, put_off.day AS put_off, {SINCE} AS since, (
        SELECT drafts.turn_id FROM drafts
        WHERE drafts.id IN (
            SELECT made.id FROM drafts AS made WHERE made.record_id = records.id
            UNION SELECT draft_records.draft_id FROM draft_records WHERE draft_records.record_id = records.id)
          AND +drafts.author = json_extract(records.body, '$.owner') AND +drafts.state = 'saved'
        ORDER BY drafts.id DESC LIMIT 1) AS turn_id
    FROM records LEFT JOIN put_off ON put_off.record_id = records.id AND put_off.at >= {SINCE}
    WHERE records.entity = 'task' AND records.archived_at IS NULL AND records.erased_at IS NULL AND {DUE} IS NOT NULL
      AND json_extract(records.body, '$.owner') IS NOT NULL AND COALESCE(json_extract(records.body, '$.status'), 'open') = 'open'"""
COMING = f"""
    {OPEN} AND records.id IN (
        SELECT records.id FROM records WHERE records.entity = 'task' AND {DUE} BETWEEN :first AND :last
        UNION SELECT put_off.record_id FROM put_off WHERE put_off.day BETWEEN :first AND :last)
      AND NOT EXISTS (
        SELECT 1 FROM reminded WHERE reminded.about = records.id
          AND reminded.what = CASE WHEN put_off.day IS NULL THEN 'due:' || {DUE} ELSE 'later:' || put_off.day END)
    ORDER BY {DUE}, records.id"""
GIVEN = "SELECT about FROM reminded WHERE about = :about AND what = :what"
PUT_OFF = """
    INSERT INTO put_off (record_id, day, at) VALUES (:record_id, :day, :at)
    ON CONFLICT (record_id) DO UPDATE SET day = excluded.day, at = excluded.at"""


def reminders(database: sqlite_utils.Database) -> None:
    """A step of the migrations. Which reminder was given of what, and by which message; to which day one was put off.

    reminded.about: a draft or a record. reminded.what: see `bot.domain.reminders`.
    """
    database.table("reminded").create(
        {"about": str, "what": str, "message_key": str, "at": str}, pk=("about", "what"), not_null={"message_key", "at"}, strict=True
    )
    database.table("put_off").create(
        {"record_id": str, "day": str, "at": str},
        pk="record_id",
        not_null={"day", "at"},
        foreign_keys=[("record_id", "records", "id")],
        strict=True,
    )
    database.table("put_off").create_index(["day"])
    database.execute("CREATE INDEX tasks_due ON records (json_extract(body, '$.due_date')) WHERE entity = 'task'")


class SqliteReminders:
    """The port `Reminders`. own: the fields that the house added to opportunities."""

    def __init__(self, database: Database, clock: Clock, ids: Ids, *, own: tuple[Field, ...] = ()) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._own = own

    async def drafts(self) -> Sequence[WaitingDraft]:
        """Open drafts, oldest first, that nobody was reminded of, and that were never put before a reviewer."""
        values = {"now": stamp(self._clock.now())}

        def work(database: sqlite_utils.Database) -> list[WaitingDraft]:
            found = every(database, WAITING, values)
            return [WaitingDraft(held_draft(database, row, self._own), moment(row["created_at"])) for row in found]

        return await self._database.read(work)

    async def tasks(self, first: date, last: date) -> Sequence[OpenTask]:
        """Open tasks that are due, or were put off to, between two days, and whose next reminder was not given."""
        values = {"first": first.isoformat(), "last": last.isoformat()}
        rows = await self._database.read(lambda database: every(database, COMING, values))
        return [_task(row) for row in rows]

    async def task(self, record_id: RecordId) -> OpenTask | None:
        """One that is open and has an owner and a due day; None for all others."""
        row = await self._database.read(lambda database: one(database, f"{OPEN} AND records.id = :id", {"id": record_id}))
        return _task(row) if row else None

    async def give(self, reminder: Reminder) -> bool:
        """Queue a reminder; False, and nothing is queued, where any of what it is about was given before."""
        return await self._database.write(lambda database: self._give(database, reminder))

    async def put_off(self, wish: PutOff, by: UserId) -> None:
        """Give the next reminder of these tasks on that day instead; it counts until they get another due day."""
        now = self._clock.now()

        def work(database: sqlite_utils.Database) -> None:
            for record_id in wish.tasks:
                about = {"record": record_id, "day": wish.day.isoformat()}
                change(database, PUT_OFF, {"record_id": record_id, "day": about["day"], "at": stamp(now)})
                append_audit(Within(database, now), "reminder.put_off", by, about)

        await self._database.write(work)

    def _give(self, database: sqlite_utils.Database, reminder: Reminder) -> bool:
        shelf, about = Shelf(database, self._ids, self._clock.now()), dict(reminder.about)
        if any(one(database, GIVEN, {"about": subject, "what": what}) for subject, what in about.items()):
            return False
        row: Row = {"key": f"house:remind:{':'.join(min(about.items()))}", "lang": reminder.lang.value}
        for subject, what in about.items():
            insert(database, "reminded", {"about": subject, "what": what, "message_key": row["key"], "at": stamp(shelf.now)})
        if reminder.draft:
            row |= {"draft_id": reminder.draft.id, "revision": reminder.draft.revision}
        queue_word(shelf, reminder.place, reminder.outcome, row)
        return True


def _task(row: Row) -> OpenTask:
    put_off = date.fromisoformat(row["put_off"]) if row["put_off"] else None
    return OpenTask(record_from(row), moment(row["since"]), put_off, TurnId(row["turn_id"]) if row["turn_id"] else None)

"""The port `Complaints`. Knows tables and texts; knows nobody's name where they wished that."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import sqlite_utils

from bot.domain.complaints import Area, Complaint, Fate
from bot.domain.ids import DecisionId, UserId
from bot.domain.records import Retention
from bot.errors import Stale
from bot.ports import Clock, Ids
from bot.store.audit import HOUSE, append_audit
from bot.store.codec import Row, dump, stamp
from bot.store.content import Shelf, body_of, erase_texts
from bot.store.database import Database
from bot.store.rows import change, every, insert, one

SAID = """
    SELECT decisions.turn_id, decisions.said_id, inbox.content_id FROM decisions JOIN inbox ON inbox.id = decisions.turn_id
    WHERE decisions.id = :id AND decisions.user_id = :user_id"""
ELSEWHERE = """
    SELECT DISTINCT content.id FROM content JOIN decisions ON decisions.turn_id = content.turn_id
    WHERE decisions.user_id = :user_id AND decisions.at >= :since AND content.erased_at IS NULL
        AND (instr(content.body, :words) > 0 OR instr(content.body, :dumped) > 0)"""
"""Texts of the teller's own turns in which their words stand: what was asked back, the press that answered it, why."""
LATELY = timedelta(days=1)
CHOSEN = re.compile(r"^\[[^\[\]\n]{1,30}\]\s*")
"""What a button puts before words that were unclear."""
SAME = "SELECT id FROM complaints WHERE decision_id = :id"
COUNTS = "SELECT area, count(*) AS number FROM complaints WHERE day >= :since GROUP BY area ORDER BY number DESC, area"
UNMENDED = "SELECT * FROM complaints WHERE fate IN ('new', 'taken') ORDER BY id LIMIT :limit"


def complaints(database: sqlite_utils.Database) -> None:
    """A step of the migrations. `complaint_ears` alone knows who told an unnamed one, until they have heard what became of it."""
    database.table("complaints").create(
        {"id": str, "area": str, "content_id": str, "day": str, "fate": str, "teller": str, "decision_id": str},
        pk="id", not_null={"area", "content_id", "day", "fate"}, foreign_keys=[("content_id", "content", "id")], strict=True,
    )  # fmt: skip
    database.table("complaints").create_index(["decision_id"], unique=True)
    database.table("complaint_ears").create({"id": str, "user_id": str}, pk="id", not_null={"user_id"}, strict=True)


class SqliteComplaints:
    """The port `Complaints`."""

    def __init__(self, database: Database, clock: Clock, ids: Ids) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids

    async def hand_in(self, decision_id: DecisionId, area: Area, teller: UserId, *, named: bool) -> bool:
        """Keep what was said in the turn of a decision, once; see the port."""
        done = await self._database.write(lambda database: self._hand_in(database, decision_id, area, teller, named=named))
        if done and not named:
            await self._database.forget()
        return done

    async def counts(self, since: datetime) -> Mapping[Area, int]:
        """How many there were of each area, the most frequent first."""
        rows = await self._database.read(lambda database: every(database, COUNTS, {"since": since.date().isoformat()}))
        return {Area(row["area"]): row["number"] for row in rows}

    async def unmended(self, limit: int) -> Sequence[Complaint]:
        """Those that wait for a word, oldest first."""
        values = {"limit": limit}
        return await self._database.read(lambda database: [_complaint(database, row) for row in every(database, UNMENDED, values)])

    async def decide(self, complaint_id: str, fate: Fate, by: UserId) -> Complaint:
        """Note what becomes of one.  Raises: Stale("complaint_gone")."""
        return await self._database.write(lambda database: self._decide(database, complaint_id, fate, by))

    async def ears(self, complaint_id: str) -> UserId | None:
        """Who is to hear what became of it."""
        statement = "SELECT user_id FROM complaint_ears WHERE id = :id"
        row = await self._database.read(lambda database: one(database, statement, {"id": complaint_id}))
        return UserId(row["user_id"]) if row else None

    async def told(self, complaint_id: str) -> None:
        """Its teller has heard all there is to hear: it is forgotten who that is."""
        statement = "DELETE FROM complaint_ears WHERE id = :id"
        if await self._database.write(lambda database: change(database, statement, {"id": complaint_id})):
            await self._database.forget()

    def _hand_in(self, database: sqlite_utils.Database, decision_id: DecisionId, area: Area, teller: UserId, *, named: bool) -> bool:
        if one(database, SAME, {"id": decision_id}):
            return True
        row = one(database, SAID, {"id": decision_id, "user_id": teller})
        text = CHOSEN.sub("", body_of(database, row["said_id"]) or "").strip() if row else ""
        if row is None or not text:
            return False
        shelf = Shelf(database, self._ids, self._clock.now())
        complaint_id, content_id = self._ids.new(), shelf.put(text, Retention.TURN, None)[0]
        whose = {"teller": teller, "decision_id": decision_id} if named else {"teller": None, "decision_id": None}
        day = shelf.now.date().isoformat()
        insert(database, "complaints", {"id": complaint_id, "area": area, "content_id": content_id, "day": day, "fate": Fate.NEW, **whose})
        insert(database, "complaint_ears", {"id": complaint_id, "user_id": teller})
        append_audit(shelf, "complaint.told", teller if named else HOUSE, {"complaint": complaint_id, "area": area}, [content_id])
        if not named:
            told = {"user_id": teller, "since": stamp(shelf.now - LATELY), "words": text, "dumped": dump(text)[1:-1]}
            elsewhere = [one["id"] for one in every(database, ELSEWHERE, told)]
            erase_texts(shelf, list({one for one in (row["said_id"], row["content_id"], *elsewhere) if one}), HOUSE, "unnamed")
        return True

    def _decide(self, database: sqlite_utils.Database, complaint_id: str, fate: Fate, by: UserId) -> Complaint:
        row = one(database, "SELECT * FROM complaints WHERE id = :id", {"id": complaint_id})
        if row is None or (Fate(row["fate"]).final and row["fate"] != fate):
            raise Stale("complaint_gone")
        if row["fate"] != fate:
            change(database, "UPDATE complaints SET fate = :fate WHERE id = :id", {"id": complaint_id, "fate": fate})
            append_audit(Shelf(database, self._ids, self._clock.now()), "complaint.decided", by, {"complaint": complaint_id, "fate": fate})
        return _complaint(database, {**row, "fate": fate})


def _complaint(database: sqlite_utils.Database, row: Row) -> Complaint:
    teller = UserId(row["teller"]) if row["teller"] else None
    text = body_of(database, row["content_id"]) or ""
    return Complaint(row["id"], Area(row["area"]), text, date.fromisoformat(row["day"]), Fate(row["fate"]), teller)

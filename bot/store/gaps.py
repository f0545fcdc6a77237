"""Questions that found no answer, and which of them somebody has seen to. Knows decisions and their texts; tells nobody who asked."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

import sqlite_utils

from bot.domain.catalog import Unanswered
from bot.domain.ids import DecisionId, DocumentId, UserId
from bot.ports import Clock
from bot.store.audit import Within, append_audit
from bot.store.codec import load, moment, stamp
from bot.store.content import body_of
from bot.store.database import Database
from bot.store.rows import every, insert

SKILL = "answer_knowledge"
GAPS = """
    SELECT decisions.id, decisions.at, decisions.said_id, decisions.made FROM decisions
    WHERE decisions.found = 0 AND decisions.at >= :since
    AND EXISTS (SELECT 1 FROM decision_terms WHERE term = :skill AND at = decisions.at AND decision_terms.seq = decisions.seq)
    AND NOT EXISTS (SELECT 1 FROM gaps_seen WHERE gaps_seen.decision_id = decisions.id)
    ORDER BY decisions.at DESC, decisions.seq DESC LIMIT :limit"""


class Seen(StrEnum):
    """What somebody did about a question: wrote the page that was missing, or let it be."""

    WRITTEN = "written"
    DROPPED = "dropped"


def gaps(database: sqlite_utils.Database) -> None:
    """A step of the migrations. By id alone, so there is nothing in it to erase."""
    database.execute("CREATE INDEX decisions_without ON decisions (at, seq) WHERE found = 0")
    database.table("gaps_seen").create(
        {"decision_id": str, "seen": str, "document_id": str, "by_id": str, "at": str},
        pk="decision_id",
        not_null={"seen", "by_id", "at"},
        strict=True,
    )


class SqliteGaps:
    """What the room of knowledge asks about questions without an answer."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def unanswered(self, since: datetime, limit: int) -> Sequence[Unanswered]:
        """The latest of them that nobody has seen to; what was erased is left out."""

        def work(database: sqlite_utils.Database) -> Sequence[Unanswered]:
            rows = every(database, GAPS, {"since": stamp(since), "skill": f"skill:{SKILL}", "limit": limit})
            told = ((row, body_of(database, row["said_id"])) for row in rows)
            return [
                Unanswered(DecisionId(row["id"]), moment(row["at"]), said, load(row["made"])["lang"]) for row, said in told if said
            ]

        return await self._database.read(work)

    async def see_to(self, decisions: Sequence[DecisionId], seen: Seen, by: UserId, document: DocumentId | None = None) -> None:
        """Note what was done about questions; what was noted before stays."""

        def work(database: sqlite_utils.Database) -> None:
            now = self._clock.now()
            known = [one for one in decisions if every(database, "SELECT 1 FROM decisions WHERE id = :id AND found = 0", {"id": one})]
            rows: Sequence[Mapping[str, object]] = [
                {"decision_id": one, "seen": str(seen), "document_id": document, "by_id": by, "at": stamp(now)} for one in known
            ]
            done = sum(insert(database, "gaps_seen", dict(row), or_ignore="decision_id") for row in rows)
            if done:
                about = {"questions": done, "document": document}
                append_audit(Within(database, now), f"knowledge.gap_{seen}", by, about)

        await self._database.write(work)

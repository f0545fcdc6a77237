"""The port `Letters`: which saved letters have still to leave. Knows drafts, records and the outbox by key; knows no channel."""

from collections.abc import Sequence

from bot.domain.decision import MessageState
from bot.domain.ids import DraftId, MessageId, RecordId, UserId
from bot.domain.letters import Mailed
from bot.store.codec import moment
from bot.store.database import Database
from bot.store.rows import every, one

# ruff: noqa: S608 - statements are put together from constants of this module
SAVED = """
    FROM drafts JOIN records ON records.id = drafts.record_id
    WHERE drafts.entity = 'letter' AND drafts.state = 'saved' AND records.archived_at IS NULL AND records.erased_at IS NULL"""
UNRELEASED = f"""
    SELECT drafts.id {SAVED} AND (
        NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.key = 'house:release:' || records.id AND outbox.channel = 'mail')
        AND COALESCE(json_extract(records.body, '$.status'), 'approved') = 'approved')
    ORDER BY drafts.id LIMIT :limit"""
HANDED = f"""
    SELECT records.id {SAVED} AND drafts.author = :author AND json_extract(records.body, '$.status') = 'handed'
    ORDER BY records.updated_at DESC, records.id DESC LIMIT 20"""
STATUS = "COALESCE(json_extract(records.body, '$.status'), 'approved')"
MAILED = f"""
    SELECT drafts.id AS draft_id, records.id AS record_id, outbox.id, outbox.state, outbox.changed_at, outbox.why
    FROM outbox JOIN records ON outbox.key = 'house:release:' || records.id JOIN drafts ON drafts.record_id = records.id
    WHERE outbox.channel = 'mail' AND drafts.entity = 'letter' AND drafts.state = 'saved'
      AND records.archived_at IS NULL AND records.erased_at IS NULL AND (
        (outbox.state = 'delivered' AND {STATUS} <> 'sent')
        OR (outbox.state = 'unsure' AND {STATUS} IN ('approved', 'failed'))
        OR (outbox.state = 'dead' AND {STATUS} IN ('approved', 'unsure')))
    ORDER BY outbox.seq LIMIT :limit"""
AUTHOR = "SELECT author FROM drafts WHERE record_id = :record_id AND entity = 'letter' AND state = 'saved' ORDER BY id LIMIT 1"


class SqliteLetters:
    """The port `Letters`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def unreleased(self, limit: int = 100) -> Sequence[DraftId]:
        """Saved ones that have still to leave, or of which that was not noted, oldest first."""
        rows = await self._database.read(lambda database: every(database, UNRELEASED, {"limit": limit}))
        return [DraftId(row["id"]) for row in rows]

    async def handed_to(self, user_id: UserId) -> Sequence[RecordId]:
        """Those that are this person's to send, the newest first."""
        rows = await self._database.read(lambda database: every(database, HANDED, {"author": user_id}))
        return [RecordId(row["id"]) for row in rows]

    async def author(self, record_id: RecordId) -> UserId | None:
        """Whose draft became this letter; None for one that came of no draft."""
        row = await self._database.read(lambda database: one(database, AUTHOR, {"record_id": record_id}))
        return UserId(row["author"]) if row else None

    async def mailed(self, limit: int = 100) -> Sequence[Mailed]:
        """Those whose mail came to an end that their status does not tell yet, oldest first."""
        rows = await self._database.read(lambda database: every(database, MAILED, {"limit": limit}))
        return [
            Mailed(
                DraftId(row["draft_id"]), RecordId(row["record_id"]), MessageId(row["id"]), MessageState(row["state"]),
                moment(row["changed_at"]), row["why"],
            )
            for row in rows
        ]  # fmt: skip

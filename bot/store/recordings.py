"""What was heard, kept beside its recording, and all of it erased together. Knows what quotes a turn; opens no sound.

A transcript is content of its own class. When that is erased, by request or by age, so is what was made of it: the words of the turn, its
answer, quotes of it, drafts and what was told of them. The decisions keep digests; records that a person saved are theirs to erase.
"""

from dataclasses import asdict, dataclass
from functools import partial

import sqlite_utils

from bot.domain.hearing import Heard, Mend, Mended, Recording, Segment, Transcript
from bot.domain.ids import DecisionId, DraftId, TurnId, UserId
from bot.domain.records import DraftState, Retention
from bot.ports import Clock, Ids
from bot.store.audit import HOUSE, append_audit
from bot.store.audited import audit_draft, texts_of_draft
from bot.store.belongings import SqliteBelongings
from bot.store.codec import Row, dump, load, moment
from bot.store.content import Shelf, body_of, erase_texts
from bot.store.database import Database
from bot.store.draft_rows import draft_row, move
from bot.store.review_rows import withdraw_open
from bot.store.rows import change, every, insert, one

OF = """
    SELECT transcripts.turn_id, transcripts.user_id, transcripts.content_id, inbox.sent_at, decisions.id AS decision_id
    FROM transcripts JOIN inbox ON inbox.id = transcripts.turn_id LEFT JOIN decisions ON decisions.turn_id = transcripts.turn_id
    WHERE transcripts.turn_id = :turn_id"""
LATEST = """
    SELECT transcripts.turn_id FROM transcripts JOIN inbox ON inbox.id = transcripts.turn_id
    WHERE transcripts.user_id = :user_id ORDER BY inbox.seq DESC LIMIT 1"""
FORGOTTEN = """
    SELECT transcripts.turn_id FROM transcripts JOIN content ON content.id = transcripts.content_id
    WHERE content.erased_at IS NOT NULL"""
QUOTING = """
    SELECT id, said_id, outcome_id, query_id, evidence, draft_id, turn_id FROM decisions
    WHERE user_id = :user_id
      AND (turn_id = :turn_id OR instr(evidence, :quoted) > 0 OR draft_id IN (
        SELECT drafts.id FROM drafts JOIN decisions AS made ON made.id = drafts.decision_id
        WHERE made.user_id = :user_id AND (made.turn_id = :turn_id OR instr(made.evidence, :quoted) > 0)))"""
"""Decisions of the turn, those that quote it, and those about drafts that were made of it."""
TOLD = "SELECT outcome_id FROM outbox WHERE draft_id = :draft_id AND outcome_id IS NOT NULL"
REVISIONS = "SELECT revision FROM draft_revisions WHERE draft_id = :draft_id"
REVIEWED = """
    SELECT reviews.gate_id, reviews.note_id, reviews.counter_id, review_talk.text_id
    FROM reviews LEFT JOIN review_talk ON review_talk.review_id = reviews.id WHERE reviews.draft_id = :draft_id"""
CAME = """
    SELECT inbox.content_id, inbox.media_id, belongings.content_id AS sound_id
    FROM inbox LEFT JOIN belongings ON belongings.turn_id = inbox.id WHERE inbox.id = :turn_id"""


def transcripts(database: sqlite_utils.Database) -> None:
    """A step of the migrations. What was heard in a turn, by its speaker."""
    table = database.table("transcripts")
    table.create(
        {"turn_id": str, "user_id": str, "content_id": str},
        pk="turn_id",
        not_null={"user_id", "content_id"},
        foreign_keys=[("turn_id", "inbox", "id"), ("content_id", "content", "id")],
        strict=True,
    )
    table.create_index(["user_id", "turn_id"])
    table.create_index(["content_id"])


@dataclass(frozen=True)
class SqliteRecordings:
    """The port `Recordings`. belongings: where the sound lies."""

    database: Database
    clock: Clock
    ids: Ids
    belongings: SqliteBelongings

    async def keep(self, turn_id: TurnId, speaker: UserId, transcript: Transcript) -> None:
        """Keep what was heard in this turn; kept again, the first stays."""
        await self.database.write(lambda database: _keep(self._shelf(database), turn_id, speaker, transcript))

    async def transcript(self, turn_id: TurnId) -> Transcript | None:
        """What was heard in this turn before; None where nothing was, or it was erased."""

        def work(database: sqlite_utils.Database) -> Transcript | None:
            row = one(database, OF, {"turn_id": turn_id})
            return _transcript(body_of(database, row["content_id"])) if row else None

        return await self.database.read(work)

    async def recording(self, turn_id: TurnId, speaker: UserId) -> Recording | None:
        """What this person said in this turn; None for what is somebody else's, was erased, or never was."""

        def work(database: sqlite_utils.Database) -> tuple[Row, str | None] | None:
            row = one(database, OF, {"turn_id": turn_id})
            return (row, body_of(database, row["content_id"])) if row and row["user_id"] == speaker else None

        found = await self.database.read(work)
        if found is None:
            return None
        row, body = found
        sound = await self.belongings.kept(turn_id)
        decision_id = DecisionId(row["decision_id"]) if row["decision_id"] else None
        return Recording(turn_id, moment(row["sent_at"]), _transcript(body), sound, decision_id)

    async def latest(self, speaker: UserId) -> TurnId | None:
        """The turn in which this person was heard last, of what is still kept."""
        row = await self.database.read(lambda database: one(database, LATEST, {"user_id": speaker}))
        return TurnId(row["turn_id"]) if row else None

    async def erase(self, turn_id: TurnId, speaker: UserId) -> bool:
        """Erase sound and words, and whatever quotes them. False where this person has no such recording."""

        def work(database: sqlite_utils.Database) -> bool:
            row = one(database, OF, {"turn_id": turn_id})
            if row is None or row["user_id"] != speaker:
                return False
            _erase(self._shelf(database), row, speaker, "asked")
            return True

        erased = await self.database.write(work)
        if erased:
            await self._forget()
        return erased

    async def sweep(self) -> int:
        """Erase what was made of transcripts that reached their age, then remove sound whose content is gone; says how many of both."""
        forgotten = [row["turn_id"] for row in await self.database.read(lambda database: every(database, FORGOTTEN))]
        for turn_id in forgotten:
            await self.database.write(partial(self._follow, turn_id))
        if forgotten:
            await self.database.forget()
        return len(forgotten) + await self.belongings.sweep()

    async def _forget(self) -> None:
        await self.database.forget()
        await self.belongings.sweep()

    def _follow(self, turn_id: str, database: sqlite_utils.Database) -> None:
        row = one(database, OF, {"turn_id": turn_id})
        if row:
            _erase(self._shelf(database), row, HOUSE, f"retention.{Retention.TRANSCRIPT}")

    def _shelf(self, database: sqlite_utils.Database) -> Shelf:
        return Shelf(database, self.ids, self.clock.now())


def _keep(shelf: Shelf, turn_id: TurnId, speaker: UserId, transcript: Transcript) -> None:
    if one(shelf.database, OF, {"turn_id": turn_id}):
        return
    body = dump({"heard": asdict(transcript.heard), "mended": asdict(transcript.mended)})
    content_id, _ = shelf.put(body, Retention.TRANSCRIPT, turn_id)
    insert(shelf.database, "transcripts", {"turn_id": turn_id, "user_id": speaker, "content_id": content_id})
    append_audit(shelf, "recording.heard", speaker, {"turn": turn_id}, [content_id])


def _transcript(body: str | None) -> Transcript | None:
    if body is None:
        return None
    kept = load(body)
    heard, mended = kept["heard"], kept["mended"]
    segments = tuple(Segment(**one) for one in heard["segments"])
    return Transcript(Heard(**{**heard, "segments": segments}), Mended(mended["text"], tuple(Mend(**one) for one in mended["mends"])))


def _erase(shelf: Shelf, row: Row, by: str, why: str) -> None:
    """The recording with all that quotes it, in one transaction."""
    turn_id, texts = row["turn_id"], {row["content_id"]}
    came = one(shelf.database, CAME, {"turn_id": turn_id}) or {}
    texts |= {came.get("content_id"), came.get("sound_id")}
    values = {"turn_id": turn_id, "user_id": row["user_id"], "quoted": f'"{turn_id}"'}
    drafts: set[str] = set()
    for decision in every(shelf.database, QUOTING, values):
        texts |= {decision["outcome_id"], decision["query_id"], *(ref["quote_id"] for ref in load(decision["evidence"]))}
        if decision["turn_id"] == turn_id:
            texts.add(decision["said_id"])
        drafts |= {decision["draft_id"]} - {None}
    for draft_id in sorted(drafts):
        texts |= _of_draft(shelf, DraftId(draft_id), UserId(row["user_id"]))
    erase_texts(shelf, sorted(texts - {None}), by, f"{why}:recording.{turn_id}")
    change(shelf.database, "DELETE FROM transcripts WHERE turn_id = :turn_id", {"turn_id": turn_id})
    append_audit(shelf, "recording.erased", by, {"turn": turn_id, "why": why})


def _of_draft(shelf: Shelf, draft_id: DraftId, author: UserId) -> set[str | None]:
    """All texts of a draft, which is put away where it is still open."""
    draft = draft_row(shelf.database, draft_id)
    if draft is None or draft["author"] != author:
        return set()
    if draft["state"] == DraftState.OPEN:
        withdraw_open(shelf, draft_id, author)
        move(shelf, draft, DraftState.DISCARDED)
        audit_draft(shelf, draft_id, "discarded", author)
    wanted = {"draft_id": draft_id}
    texts: set[str | None] = {told["outcome_id"] for told in every(shelf.database, TOLD, wanted)}
    for revision in every(shelf.database, REVISIONS, wanted):
        texts |= set(texts_of_draft(shelf.database, draft_id, revision["revision"]))
    for reviewed in every(shelf.database, REVIEWED, wanted):
        texts |= set(reviewed.values())
    return texts

"""Contracts as they were read, kept for whoever sent them. Knows paragraphs as JSON; opens no file and judges nothing."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlite_utils

from bot.domain.contracts import Paper, Paragraph, ParagraphKind
from bot.domain.ids import TurnId, UserId
from bot.domain.records import Retention
from bot.ports import Clock, Ids
from bot.ports.papers import KeptPaper
from bot.store.audit import append_audit
from bot.store.codec import Row, dump, load, moment, stamp
from bot.store.content import Shelf
from bot.store.database import Database
from bot.store.rows import every, insert, one

KEPT = """
    SELECT papers.turn_id, papers.at, content.body FROM papers JOIN content ON content.id = papers.content_id
    WHERE papers.user_id = :user_id AND content.erased_at IS NULL"""
ONE = f"{KEPT} AND papers.turn_id = :turn_id"
LATEST = f"{KEPT} ORDER BY papers.at DESC, papers.turn_id DESC LIMIT :limit"
NEWEST = """
    SELECT max(papers.at) AS at FROM papers JOIN content ON content.id = papers.content_id
    WHERE papers.user_id = :user_id AND content.erased_at IS NULL"""
BODY = """
    SELECT content.body FROM papers JOIN content ON content.id = papers.content_id
    WHERE papers.turn_id = :turn_id AND content.erased_at IS NULL"""
THERE = "SELECT turn_id FROM papers WHERE turn_id = :turn_id"
PLAIN = asdict(Paragraph(""))
"""A paragraph of which nothing is known; what is as there is not written down."""


def papers(database: sqlite_utils.Database) -> None:
    """A step of the migrations. What was read of a contract in a turn, by whoever sent it."""
    table = database.table("papers")
    table.create(
        {"turn_id": str, "user_id": str, "content_id": str, "at": str},
        pk="turn_id",
        not_null={"user_id", "content_id", "at"},
        foreign_keys=[("turn_id", "inbox", "id"), ("content_id", "content", "id")],
        strict=True,
    )
    table.create_index(["user_id", "at"])
    table.create_index(["content_id"])


@dataclass(frozen=True)
class SqlitePapers:
    """The port `PaperStore`."""

    database: Database
    clock: Clock
    ids: Ids

    async def keep(self, turn_id: TurnId, owner: UserId, paper: Paper, beside: str = "") -> None:
        """Keep what was read in this turn; kept again, the first stays. beside: as of a `KeptPaper`."""
        among = {"beside": beside} if beside else {}
        body = dump({"name": paper.name, "scanned": paper.scanned, "paragraphs": [_told(one) for one in paper.paragraphs], **among})

        def work(database: sqlite_utils.Database) -> None:
            if one(database, THERE, {"turn_id": turn_id}):
                return
            shelf = Shelf(database, self.ids, self.clock.now())
            content_id, _ = shelf.put(body, Retention.TURN, turn_id)
            row = {"turn_id": turn_id, "user_id": owner, "content_id": content_id, "at": stamp(shelf.now)}
            insert(database, "papers", row)
            append_audit(shelf, "contract.read", owner, {"turn": turn_id}, [content_id])

        await self.database.write(work)

    async def paper(self, paper_id: str, owner: UserId) -> KeptPaper | None:
        """One of this person's; None for what is somebody else's, was erased, or never was."""
        asked = {"turn_id": paper_id, "user_id": owner}
        row = await self.database.read(lambda database: one(database, ONE, asked))
        return _kept(row) if row else None

    async def of_owner(self, owner: UserId, *, limit: int = 20) -> list[KeptPaper]:
        """This person's, newest first."""
        asked = {"user_id": owner, "limit": limit}
        return [_kept(row) for row in await self.database.read(lambda database: every(database, LATEST, asked))]

    async def newest_at(self, owner: UserId) -> datetime | None:
        """When this person last sent one, of what is still kept."""
        row = await self.database.read(lambda database: one(database, NEWEST, {"user_id": owner}))
        return moment(row["at"]) if row and row["at"] else None


def words_of(database: sqlite_utils.Database, paper_id: str) -> str:
    """The words of a contract, whosesoever it is, with everybody's tracked changes accepted and without blanks; "" once erased."""
    row = one(database, BODY, {"turn_id": paper_id})
    if row is None:
        return ""
    read = load(row["body"])
    settled = Paper(tuple(map(_paragraph, read["paragraphs"]))).settled()
    return "".join("".join(f"{each.label}{each.text}".split()) for each in settled.paragraphs)


def _told(paragraph: Paragraph) -> dict[str, object]:
    return {name: value for name, value in asdict(paragraph).items() if name == "text" or value != PLAIN[name]}


def _kept(row: Row) -> KeptPaper:
    read = load(row["body"])
    paper = Paper(tuple(map(_paragraph, read["paragraphs"])), read["name"], read["scanned"])
    return KeptPaper(row["turn_id"], paper, moment(row["at"]), beside=read.get("beside", ""))


def _paragraph(told: dict[str, Any]) -> Paragraph:
    return Paragraph(**{
        **told, "kind": ParagraphKind(told.get("kind", ParagraphKind.TEXT)), "look": tuple(told.get("look", ())),
    })  # fmt: skip

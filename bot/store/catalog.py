"""The library as admins keep it: a list by pages, what was not taken in, which answers stood on a document. Knows tables; knows no file.

`document_uses` is derived: a trigger keeps it, while the passages that an answer quotes are still there; a document keeps its id when it is
read again, so its uses outlive its passages.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import sqlite_utils

from bot.domain.catalog import Grounded, Indexed, Listed, Shown, Unread
from bot.domain.ids import Audience, DecisionId, DocumentId, PassageId, UserId
from bot.domain.records import Page
from bot.errors import NotAllowed
from bot.ports import Clock
from bot.store import shelves
from bot.store.audit import Within, append_audit
from bot.store.claims import struck
from bot.store.codec import Row, load, moment, moment_or_none, stamp
from bot.store.content import body_of
from bot.store.database import Database
from bot.store.library import drop_document
from bot.store.rows import change, every, one

# ruff: noqa: S608 - statements are put together from the constants below

USED_DAYS = 90
"""How far back answers are counted."""
LAST, END = 2**62, "9999"

GROUNDS = """
    CROSS JOIN passages ON passages.id = json_extract(ground.value, '$.ref') CROSS JOIN documents ON documents.n = passages.document_n
    WHERE json_extract(ground.value, '$.kind') = 'document'"""
"""CROSS, so that SQLite begins with the grounds: over a large house it began with the documents, and an upgrade did not come to its end."""
USED = "INSERT OR IGNORE INTO document_uses (document_id, at, seq)"
PAST = f"""
    {USED} SELECT documents.id, decisions.at, decisions.seq FROM decisions CROSS JOIN json_each(decisions.evidence) AS ground {GROUNDS}
    AND decisions.found = 1"""
NOW = f"{USED} SELECT documents.id, NEW.at, NEW.seq FROM json_each(NEW.evidence) AS ground {GROUNDS}"
NEWER = "documents.supersedes_key <> '' AND documents.n <> d.n AND documents.supersedes_key IN (d.title_key, d.name_key, d.stem_key)"
STALE = f"(d.valid_until < :today OR EXISTS (SELECT 1 FROM documents WHERE {NEWER}))"
UNUSED = "NOT EXISTS (SELECT 1 FROM document_uses WHERE document_id = d.id AND at >= :since)"
LEARNING = """EXISTS (SELECT 1 FROM passages WHERE passages.document_n = d.n AND NOT EXISTS (
    SELECT 1 FROM embeddings WHERE embeddings.embedder = :embedder AND embeddings.text_key = passages.text_key))"""
WANTED = {Shown.ALL: "1", Shown.STALE: STALE, Shown.UNUSED: UNUSED, Shown.LEARNING: LEARNING}
NAMED = "(:words = '' OR instr(d.title_key, :words) OR instr(d.name_key, :words)) AND (:audience = '' OR d.audience = :audience)"
LINE = f"""
    SELECT d.*, (SELECT count(*) FROM passages WHERE document_n = d.n) AS passages, (
        SELECT count(*) FROM passages JOIN embeddings ON embeddings.embedder = :embedder AND embeddings.text_key = passages.text_key
        WHERE passages.document_n = d.n) AS embedded,
    (SELECT documents.title FROM documents WHERE {NEWER} LIMIT 1) AS superseded_by,
    (SELECT max(at) FROM document_uses WHERE document_id = d.id) AS used_at,
    (SELECT count(*) FROM document_uses WHERE document_id = d.id AND at >= :since) AS answers
    FROM documents AS d"""
BEFORE = "(d.ingested_at < :at OR (d.ingested_at = :at AND d.n < :n)) ORDER BY d.ingested_at DESC, d.n DESC LIMIT :limit"
COUNTED = f"""
    SELECT count(*) AS documents, total({STALE}) AS stale, (SELECT count(*) FROM unread) AS unread FROM documents AS d"""
PASSAGES = """
    SELECT n, id, ordinal, text, locator, heading, shelf_n, (SELECT lang FROM shelves WHERE shelves.n = passages.shelf_n) AS lang,
    EXISTS (SELECT 1 FROM embeddings WHERE embedder = :embedder AND embeddings.text_key = passages.text_key) AS embedded
    FROM passages WHERE document_n = (SELECT n FROM documents WHERE id = :id) AND ordinal >= :first ORDER BY ordinal LIMIT :limit"""
TOLD = "EXISTS (SELECT 1 FROM decision_terms WHERE term = 'all' AND at = decisions.at AND decision_terms.seq = decisions.seq)"
GROUNDED = f"""
    SELECT decisions.id, decisions.at, decisions.said_id FROM document_uses JOIN decisions ON decisions.seq = document_uses.seq
    WHERE document_uses.document_id = :id AND {TOLD} ORDER BY document_uses.at DESC, document_uses.seq DESC LIMIT :limit"""
OF_FILE = "SELECT * FROM documents WHERE path = :path OR (path >= :path || '/' AND path < :path || '0') ORDER BY path"
"""A file's document, and what came in the file."""


def catalog(database: sqlite_utils.Database) -> None:
    """A step of the migrations. chosen_audience: what an admin decided, over what the file and whoever brought it say."""
    database.table("documents").add_column("chosen_audience", str)
    database.table("documents").create_index(["ingested_at", "n"])
    database.table("unread").create(
        {"path": str, "source": str, "reason": str, "facts": str, "waiting": int, "audience": str, "at": str},
        pk="path",
        not_null={"source", "reason", "facts", "waiting", "audience", "at"},
        strict=True,
    )
    database.execute(
        "CREATE TABLE document_uses (document_id TEXT, at TEXT, seq INTEGER, PRIMARY KEY (document_id, at, seq)) WITHOUT ROWID, STRICT"
    )
    database.execute(PAST)
    database.execute(f"CREATE TRIGGER documents_used AFTER INSERT ON decisions WHEN NEW.found = 1 BEGIN {NOW}; END")


class SqliteCatalog:
    """What the room of knowledge asks of the store. embedder: whose vectors count."""

    def __init__(self, database: Database, clock: Clock, embedder: str) -> None:
        self._database = database
        self._clock = clock
        self._embedder = embedder

    async def list(
        self, today: date, shown: Shown = Shown.ALL, words: str = "", audience: str = "", *, after: str = "", limit: int = 30
    ) -> Page[Listed]:
        """Documents, newest first. words: part of a title or a file's name. after: of the page before; anything else begins anew."""
        at, _, n = after.partition("~")
        place = {"at": at, "n": int(n)} if n.isdigit() and len(n) < len(str(LAST)) else {"at": END, "n": LAST}
        asked = {**self._bound(today), "words": words.casefold(), "audience": audience, **place, "limit": limit + 1}
        statement = f"{LINE} WHERE {WANTED[shown]} AND {NAMED} AND {BEFORE}"
        rows = await self._database.read(lambda database: every(database, statement, _only(statement, asked)))
        more = "{ingested_at}~{n}".format(**rows[limit - 1]) if len(rows) > limit else None
        return Page(tuple(_listed(row) for row in rows[:limit]), more)

    async def counts(self, today: date) -> dict[str, int]:
        """How many documents there are, how many of them are out of date, how many files were not taken in."""
        row = await self._database.read(lambda database: one(database, COUNTED, {"today": today.isoformat()}))
        return {name: int(value) for name, value in (row or {}).items()}

    async def document(self, document_id: DocumentId, today: date) -> Listed | None:
        """One of them."""
        statement = f"{LINE} WHERE d.id = :id"
        asked = _only(statement, {**self._bound(today), "id": document_id})
        row = await self._database.read(lambda database: one(database, statement, asked))
        return _listed(row) if row else None

    async def place(self, document_id: DocumentId) -> tuple[Path, Audience]:
        """Where its file lies, and who may see it.  Raises: NotAllowed("no_such_document")."""
        statement = "SELECT path, audience FROM documents WHERE id = :id"
        row = await self._database.read(lambda database: one(database, statement, {"id": document_id}))
        if row is None:
            raise NotAllowed("no_such_document")
        return Path(row["path"]), Audience(row["audience"])

    async def at(self, path: Path) -> DocumentId | None:
        """The document of a file; None where it was not taken in."""
        row = await self._database.read(lambda database: one(database, "SELECT id FROM documents WHERE path = :path", {"path": str(path)}))
        return DocumentId(row["id"]) if row else None

    async def enclosed(self, document_id: DocumentId) -> Sequence[str]:
        """Titles of the documents that came in its file, such as a letter's attachments."""
        found = await self._database.read(lambda database: _of_file(database, document_id))
        return [row["title"] for row in found if row["id"] != document_id]

    async def passages(self, document_id: DocumentId, first: int, limit: int) -> Sequence[Indexed]:
        """Its passages from one on, in reading order. first: counted from 0."""
        asked = {"id": document_id, "first": first, "limit": limit, "embedder": self._embedder}
        return await self._database.read(lambda database: _indexed(database, every(database, PASSAGES, asked)))

    async def grounded(self, document_id: DocumentId, limit: int) -> Sequence[Grounded]:
        """The latest answers that stood on it."""

        def work(database: sqlite_utils.Database) -> Sequence[Grounded]:
            rows = every(database, GROUNDED, {"id": document_id, "limit": limit})
            return [Grounded(DecisionId(row["id"]), moment(row["at"]), body_of(database, row["said_id"])) for row in rows]

        return await self._database.read(work)

    async def unread(self, limit: int) -> Sequence[Unread]:
        """Files that were not taken in, newest first."""
        statement = "SELECT * FROM unread ORDER BY at DESC, path LIMIT :limit"
        rows = await self._database.read(lambda database: every(database, statement, {"limit": limit}))
        return [
            Unread(row["path"], row["source"], row["reason"], load(row["facts"]), bool(row["waiting"]), moment(row["at"]), row["audience"])
            for row in rows
        ]

    async def forget_unread(self, path: str, by: UserId) -> None:
        """Take one off that list."""

        def work(database: sqlite_utils.Database) -> None:
            if change(database, "DELETE FROM unread WHERE path = :path", {"path": path}):
                append_audit(Within(database, self._clock.now()), "knowledge.unread_dropped", by, {})

        await self._database.write(work)

    async def note(self, kind: str, by: UserId, about: dict[str, object]) -> None:
        """Note in the audit what an admin did."""
        await self._database.write(lambda database: append_audit(Within(database, self._clock.now()), kind, by, about))

    async def change_audience(self, document_id: DocumentId, audience: Audience, by: UserId) -> None:
        """Have other people see it, and what came in its file, from now on, whatever the file says when it is read again.

        Raises: NotAllowed("no_such_document").
        """

        def work(database: sqlite_utils.Database) -> None:
            for document in _of_file(database, document_id):
                _move(database, document, audience)
                about = {"document": document["id"], "before": document["audience"], "after": audience}
                append_audit(Within(database, self._clock.now()), "knowledge.audience", by, about)

        await self._database.write(work)

    async def remove(self, document_id: DocumentId, by: UserId) -> Path:
        """Take it out, and what came in its file; says where the file lies.  Raises: NotAllowed("no_such_document")."""

        def work(database: sqlite_utils.Database) -> Path:
            found = _of_file(database, document_id)
            for document in found:
                drop_document(database, document["path"])
                about = {"document": document["id"], "digest": document["digest"]}
                append_audit(Within(database, self._clock.now()), "knowledge.removed", by, about)
            return Path(next(row["path"] for row in found if row["id"] == document_id))

        return await self._database.write(work)

    def _bound(self, today: date) -> Row:
        since = stamp(self._clock.now() - timedelta(days=USED_DAYS))
        return {"today": today.isoformat(), "since": since, "embedder": self._embedder}


def _only(statement: str, values: Row) -> Row:
    """Values that a statement names; SQLite refuses none, PostgreSQL does."""
    return {name: value for name, value in values.items() if f":{name}" in statement}


def _listed(row: Row) -> Listed:
    return Listed(
        DocumentId(row["id"]), row["path"], row["source"], row["title"], Audience(row["audience"]), _date(row["valid_until"]),
        row["superseded_by"], row["passages"], row["embedded"], moment(row["ingested_at"]), row["answers"], moment_or_none(row["used_at"]),
    )  # fmt: skip


def _of_file(database: sqlite_utils.Database, document_id: DocumentId) -> list[Row]:
    document = one(database, "SELECT path FROM documents WHERE id = :id", {"id": document_id})
    if document is None:
        raise NotAllowed("no_such_document")
    return every(database, OF_FILE, document)


def _move(database: sqlite_utils.Database, document: Row, audience: Audience) -> None:
    """To the shelves of an audience, words and all; vectors follow by the shelves' epochs."""
    values = {"n": document["n"], "audience": audience}
    change(database, "UPDATE documents SET audience = :audience, chosen_audience = :audience WHERE n = :n", values)
    wanted = """
        SELECT passages.n, shelf_n, lang FROM passages JOIN shelves ON shelves.n = passages.shelf_n
        WHERE document_n = :n AND shelves.audience <> :audience"""
    shelves.move(database, every(database, wanted, values), audience)


def _indexed(database: sqlite_utils.Database, rows: Sequence[Row]) -> list[Indexed]:
    words = shelves.words_of(database, {row["n"]: row["shelf_n"] for row in rows})
    gone = struck(database, [row["id"] for row in rows], None)
    return [
        Indexed(
            PassageId(row["id"]), row["ordinal"], row["text"], row["locator"], row["heading"], row["lang"],
            tuple(dict.fromkeys(" ".join(words.get(row["n"], ("", ""))).split())), bool(row["embedded"]), tuple(gone.get(row["id"], ())),
        )
        for row in rows
    ]  # fmt: skip


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None

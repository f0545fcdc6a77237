"""The truth about documents: what was read, for whom, and where it stands. Knows SQL; knows no file format and no model."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path

import sqlite_utils

from bot.domain.documents import Audiences, Counts, Manuscript, Piece, Placed, Shelf, Standing, Unembedded, Weighed
from bot.domain.evidence import Passage
from bot.domain.ids import Audience, DocumentId, PassageId
from bot.domain.talk import Lang
from bot.ports import Clock, Document, Ids
from bot.store import shelves
from bot.store.claims import drop_claims, struck
from bot.store.codec import Row, dump, moment, stamp
from bot.store.database import Database
from bot.store.rows import change, every, insert, one
from bot.store.tallies import Tallies

PASSAGE = """
    SELECT passages.*, documents.id AS document_id, documents.title, documents.source, documents.valid_until, shelves.audience, shelves.lang
    FROM passages JOIN documents ON documents.n = passages.document_n JOIN shelves ON shelves.n = passages.shelf_n"""
WITHOUT_VECTOR = """
    SELECT text_key, MIN(n) AS n, heading, text FROM passages
    WHERE NOT EXISTS (SELECT 1 FROM embeddings WHERE embeddings.embedder = :embedder AND embeddings.text_key = passages.text_key)
    GROUP BY text_key ORDER BY n LIMIT :limit"""
EMBEDDED = """
    SELECT COUNT(*) AS every, COUNT(embeddings.seq) AS embedded FROM passages
    LEFT JOIN embeddings ON embeddings.embedder = :embedder AND embeddings.text_key = passages.text_key"""
DOCUMENTS = """
    SELECT documents.*, COUNT(passages.n) AS passages, COUNT(embeddings.seq) AS embedded
    FROM documents LEFT JOIN passages ON passages.document_n = documents.n
    LEFT JOIN embeddings ON embeddings.embedder = :embedder AND embeddings.text_key = passages.text_key
    GROUP BY documents.n ORDER BY documents.source, documents.path"""
NEWEST = """
    SELECT n, title, audience, valid_until, supersedes_key, title_key, name_key, stem_key FROM documents
    ORDER BY ingested_at DESC, source, path"""
STANDS = """
    SELECT n, id, shelf_n, length,
        EXISTS (SELECT 1 FROM embeddings WHERE embeddings.embedder = ? AND embeddings.text_key = passages.text_key)
    FROM passages WHERE id IN"""
FORGET = "DELETE FROM unread WHERE path = :path"
PLACED = """
    SELECT embeddings.seq, passages.id, embeddings.vector
    FROM embeddings CROSS JOIN passages
    WHERE passages.text_key = embeddings.text_key AND embeddings.embedder = :embedder AND embeddings.seq > :after
    AND passages.shelf_n = :shelf ORDER BY embeddings.seq"""
"""CROSS, so that SQLite begins with the vectors that are new, of which there are mostly none, not with all passages of a shelf."""

MOST_LOOKED_AT = 8_000
"""Passages of a shelf that a search for words goes through, one that holds two of the words counted twice."""
LEAST_TERMS = 3


class SqliteLibrary:
    """The port `LibraryStore`. Vectors outlive their passages, so a text that comes back is never embedded again."""

    def __init__(self, database: Database, clock: Clock, ids: Ids) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._tallies = Tallies()

    async def standing(self, below: Path) -> Mapping[str, Standing]:
        """What is kept of a file, or of all files of a folder: absolute path -> what it was."""
        folder = str(below).rstrip("/")
        rows = await self._database.read(
            lambda database: every(
                database,
                "SELECT path, id, source, digest, asked_audience FROM documents WHERE path = :path OR (path >= :first AND path < :last)",
                {"path": str(below), "first": f"{folder}/", "last": f"{folder}0"},
            )
        )
        return {
            row["path"]: Standing(DocumentId(row["id"]), row["source"], row["digest"], row["asked_audience"]) for row in rows
        }

    async def keep(self, manuscript: Manuscript) -> bool:
        """Put a document in the place of the one with the same path, at once; True when there was one."""
        return await self._database.write(lambda database: self._keep(database, manuscript))

    async def remove(self, paths: Sequence[str]) -> None:
        """Take documents out, by absolute path."""
        await self._database.write(lambda database: [drop_document(database, path) for path in paths])

    async def refuse(
        self, path: Path, source: str, reason: str, facts: Mapping[str, object], audience: Audience | None, *, waiting: bool
    ) -> None:
        """Note a file that was not taken in; forgotten once it is, or when it is removed."""
        row = {
            "path": str(path), "source": source, "reason": reason, "facts": dump({name: str(value) for name, value in facts.items()}),
            "waiting": int(waiting), "audience": audience or "", "at": stamp(self._clock.now()),
        }  # fmt: skip

        def work(database: sqlite_utils.Database) -> None:
            change(database, FORGET, row)
            insert(database, "unread", row)

        await self._database.write(work)

    async def documents(self, audiences: Audiences, embedder: str) -> Sequence[Document]:
        """Documents by source."""
        return await self._database.read(lambda database: _documents(database, audiences, embedder))

    async def newest(self, audiences: Audiences, today: date, limit: int) -> Sequence[str]:
        """Titles of documents that hold on `today`, the newest in front."""
        rows = await self._database.read(lambda database: every(database, NEWEST))
        seen = [row for row in rows if audiences is None or row["audience"] in audiences]
        newer, day = _newer(seen), today.isoformat()
        holding = (row["title"] for row in seen if row["n"] not in newer and (row["valid_until"] or day) >= day)
        return list(islice(holding, limit))

    async def matching(self, terms: Sequence[str], audiences: Audiences, limit: int) -> Sequence[PassageId]:
        """Passages that hold some of `terms`, for each shelf the best `limit`."""
        return await self._database.read(lambda database: self._matching(database, terms, audiences, limit)) if terms else []

    async def weighed(
        self, ids: Collection[PassageId], terms: Sequence[str], audiences: Audiences, embedder: str
    ) -> tuple[Sequence[Weighed], Counts]:
        """The passages among `ids` that these audiences may see, with what is needed to score them."""
        return await self._database.read(lambda database: self._weighed(database, list(ids), terms, audiences, embedder))

    async def passages(self, ids: Sequence[PassageId], audiences: Audiences) -> Sequence[Passage]:
        """The passages among `ids` that these audiences may see, in the order of `ids`."""
        return await self._database.read(lambda database: _seen(database, ids, audiences))

    async def around(self, passage_id: PassageId, before: int, after: int, audiences: Audiences) -> Sequence[Passage]:
        """A passage with its neighbours in reading order; empty when these audiences may not see it."""
        return await self._database.read(lambda database: _around(database, passage_id, (before, after), audiences))

    async def without_vector(self, embedder: str, limit: int) -> Sequence[Unembedded]:
        """Texts of passages that `embedder` has not seen, oldest first, each text once."""
        rows = await self._database.read(lambda database: every(database, WITHOUT_VECTOR, {"embedder": embedder, "limit": limit}))
        return [Unembedded(row["text_key"], embedded_text(row["heading"], row["text"])) for row in rows]

    async def put_vectors(self, embedder: str, vectors: Mapping[str, bytes]) -> None:
        """Keep vectors (float32, little-endian) by the keys of their texts."""
        rows = [{"embedder": embedder, "text_key": key, "vector": vector} for key, vector in vectors.items()]
        await self._database.write(
            lambda database: [insert(database, "embeddings", row, or_ignore="embedder, text_key") for row in rows]
        )

    async def embedded(self, embedder: str) -> tuple[int, int]:
        """How many passages have a vector, and how many there are."""
        row = await self._database.read(lambda database: one(database, EMBEDDED, {"embedder": embedder}))
        return (row["embedded"], row["every"]) if row else (0, 0)

    async def shelves(self, audiences: Audiences, embedder: str) -> Sequence[Shelf]:
        """Where passages of these audiences stand; empty shelves are left out."""
        rows = await self._database.read(lambda database: shelves.narrowed(database, audiences))
        return [Shelf(row["n"], Audience(row["audience"]), Lang(row["lang"]), f"{embedder} {row['epoch']}") for row in rows]

    async def placed(self, embedder: str, shelf: Shelf, after: int) -> Sequence[Placed]:
        """Vectors of a shelf's passages, those numbered above `after`, in order."""
        wanted = {"embedder": embedder, "shelf": shelf.number, "after": after}
        rows = await self._database.read(lambda database: every(database, PLACED, wanted))
        return [Placed(row["seq"], PassageId(row["id"]), row["vector"]) for row in rows]

    def _matching(
        self, database: sqlite_utils.Database, terms: Sequence[str], audiences: Audiences, limit: int
    ) -> list[PassageId]:
        numbers: list[object] = []
        for shelf in shelves.narrowed(database, audiences):
            telling = _telling(self._tallies.holding(database, shelf, terms))
            numbers.extend(shelves.best(database, shelf["n"], telling, limit) if telling else ())
        ids: list[PassageId] = []
        for some in shelves.parcels(numbers):
            marks = ", ".join("?" * len(some))
            ids.extend(PassageId(row["id"]) for row in every(database, f"SELECT id FROM passages WHERE n IN ({marks})", list(some)))  # noqa: S608
        return ids

    def _weighed(
        self, database: sqlite_utils.Database, ids: Sequence[PassageId], terms: Sequence[str], audiences: Audiences, embedder: str
    ) -> tuple[list[Weighed], Counts]:
        mine = {int(shelf["n"]): shelf for shelf in shelves.narrowed(database, audiences)}
        rows = [
            row
            for some in shelves.parcels(ids)
            for row in database.execute(f"{STANDS} ({', '.join('?' * len(some))})", [embedder, *some])
            if row[2] in mine
        ]
        words = shelves.words_of(database, {number: shelf for number, _, shelf, *_ in rows})
        wanted = frozenset(terms)
        weighed = [
            Weighed(PassageId(passage), Lang(mine[shelf]["lang"]), length, _found(words[number], wanted), bool(embedded))
            for number, passage, shelf, length, embedded in rows
        ]
        return weighed, self._tallies.counts(database, mine.values(), terms)

    def _keep(self, database: sqlite_utils.Database, manuscript: Manuscript) -> bool:
        audience, chosen = _meant(database, manuscript)
        there_was = drop_document(database, manuscript.path)
        name = Path(manuscript.source).name
        insert(database, "documents", {
            "id": there_was or self._ids.new(),
            "path": manuscript.path,
            "source": manuscript.source,
            "title": manuscript.title,
            "title_key": manuscript.title.casefold(),
            "name_key": name.casefold(),
            "stem_key": Path(name).stem.casefold(),
            "digest": manuscript.digest,
            "audience": audience,
            "chosen_audience": chosen,
            "asked_audience": manuscript.asked_audience,
            "valid_until": manuscript.valid_until.isoformat() if manuscript.valid_until else None,
            "supersedes_key": manuscript.supersedes.casefold(),
            "ingested_at": stamp(self._clock.now()),
        })
        document = int((one(database, "SELECT n FROM documents WHERE path = :path", {"path": manuscript.path}) or {"n": 0})["n"])
        numbers = {lang: shelves.shelf_for(database, audience, lang) for lang in {piece.lang for piece in manuscript.pieces}}
        for ordinal, piece in enumerate(manuscript.pieces):
            self._put(database, piece, numbers[piece.lang], document, ordinal)
        for number in numbers.values():
            change(database, "UPDATE shelves SET epoch = epoch + 1 WHERE n = :n", {"n": number})
        return bool(there_was)

    def _put(self, database: sqlite_utils.Database, piece: Piece, shelf: int, document: int, ordinal: int) -> None:
        passage_id = self._ids.new()
        insert(database, "passages", {
            "id": passage_id,
            "document_n": document,
            "shelf_n": shelf,
            "ordinal": ordinal,
            "text": piece.text,
            "locator": piece.locator,
            "heading": piece.heading,
            "length": len(piece.terms) + len(piece.heading_terms),
            "text_key": hashlib.sha256(embedded_text(piece.heading, piece.text).encode()).hexdigest(),
        })
        number = int((one(database, "SELECT n FROM passages WHERE id = :id", {"id": passage_id}) or {"n": 0})["n"])
        shelves.put_words(database, shelf, number, piece)


def embedded_text(heading: str, text: str) -> str:
    """What an embedder is given of a passage: a passage without its headings often does not say what it is about."""
    return f"{heading}\n{text}" if heading else text


def _meant(database: sqlite_utils.Database, manuscript: Manuscript) -> tuple[Audience, Audience | None]:
    """Who may see it, and what an admin chose of that: their word holds when the file is read again, until somebody asks for another."""
    before = one(database, "SELECT chosen_audience, asked_audience FROM documents WHERE path = :path", {"path": manuscript.path})
    chosen = before["chosen_audience"] if before and manuscript.asked_audience in {"", before["asked_audience"]} else None
    return Audience(chosen or manuscript.audience), chosen


def drop_document(database: sqlite_utils.Database, path: str) -> str:
    """Take a document out; its id, "" when there was none."""
    change(database, FORGET, {"path": path})
    document = one(database, "SELECT n, id FROM documents WHERE path = :path", {"path": path})
    if document is None:
        return ""
    passages = every(database, "SELECT n, shelf_n FROM passages WHERE document_n = :n", document)
    shelves.drop_words(database, passages)
    drop_claims(database, [row["n"] for row in passages])
    change(database, "DELETE FROM passages WHERE document_n = :n", document)
    change(database, "DELETE FROM documents WHERE n = :n", document)
    for number in {row["shelf_n"] for row in passages}:
        change(database, "UPDATE shelves SET epoch = epoch + 1 WHERE n = :n", {"n": number})
    return str(document["id"])


def _documents(database: sqlite_utils.Database, audiences: Audiences, embedder: str) -> list[Document]:
    rows = [row for row in every(database, DOCUMENTS, {"embedder": embedder}) if audiences is None or row["audience"] in audiences]
    newer = _newer(rows)
    return [
        Document(
            id=DocumentId(row["id"]), source=row["source"], title=row["title"], audience=Audience(row["audience"]), digest=row["digest"],
            valid_until=_date(row["valid_until"]), superseded_by=newer.get(row["n"]), passages=row["passages"], embedded=row["embedded"],
            ingested_at=moment(row["ingested_at"]),
        )
        for row in rows
    ]


def _newer(rows: Sequence[Row]) -> dict[int, str]:
    """Document number -> title of the one that replaced it, among `rows` alone: what a speaker cannot see replaces nothing for them."""
    replacing = {row["supersedes_key"]: row for row in rows if row["supersedes_key"]}
    found: dict[int, str] = {}
    for row in rows:
        for key in (row["title_key"], row["name_key"], row["stem_key"]):
            if key in replacing and replacing[key]["n"] != row["n"]:
                found[row["n"]] = replacing[key]["title"]
    return found


def _telling(holding: Mapping[str, int]) -> list[str]:
    """The terms by which passages are found: the rarest, until enough passages hold them. The common ones only count in the score."""
    telling: list[str] = []
    looked_at = 0
    for term, passages in sorted(holding.items(), key=lambda item: item[1]):
        if passages and (looked_at + passages <= MOST_LOOKED_AT or len(telling) < LEAST_TERMS):
            telling.append(term)
            looked_at += passages
    return telling


def _found(words: tuple[str, str], wanted: frozenset[str]) -> dict[str, tuple[int, int]]:
    text, heading = words
    there = wanted.intersection(text.split()) | wanted.intersection(heading.split())
    return {term: (text.count(f" {term} "), heading.count(f" {term} ")) for term in there}


def _seen(database: sqlite_utils.Database, ids: Sequence[PassageId], audiences: Audiences) -> list[Passage]:
    rows = {row["id"]: row for row in _passages(database, ids) if audiences is None or row["audience"] in audiences}
    found = _as_passages(database, [rows[one] for one in ids if one in rows], audiences)
    gone = struck(database, [one.id for one in found], audiences)
    return [one for one in (_without(one, gone[one.id]) if one.id in gone else one for one in found) if one.text]


def _without(passage: Passage, statements: Sequence[str]) -> Passage:
    """Without what another document took the place of: it is quoted no more. Whoever reads the document still finds it there.

    A passage that said nothing else is found no more.
    """
    text = passage.text
    for statement in statements:
        text = text.replace(statement, "")
    return replace(passage, text=text.strip())


def _around(
    database: sqlite_utils.Database, passage_id: PassageId, reach: tuple[int, int], audiences: Audiences
) -> list[Passage]:
    middle = next(iter(_passages(database, [passage_id])), None)
    if middle is None or (audiences is not None and middle["audience"] not in audiences):
        return []
    before, after = reach
    rows = every(
        database,
        f"{PASSAGE} WHERE passages.document_n = :document AND passages.ordinal BETWEEN :first AND :last ORDER BY passages.ordinal",
        {"document": middle["document_n"], "first": middle["ordinal"] - before, "last": middle["ordinal"] + after},
    )
    return _as_passages(database, rows, audiences)


def _passages(database: sqlite_utils.Database, ids: Sequence[PassageId]) -> list[Row]:
    rows: list[Row] = []
    for some in shelves.parcels(ids):
        rows.extend(every(database, f"{PASSAGE} WHERE passages.id IN ({', '.join('?' * len(some))})", list(some)))
    return rows


def _as_passages(database: sqlite_utils.Database, rows: Sequence[Row], audiences: Audiences) -> list[Passage]:
    newer = _newer_than(database, {row["document_n"] for row in rows}, audiences)
    return [
        Passage(
            id=PassageId(row["id"]), document_id=DocumentId(row["document_id"]), text=row["text"], title=row["title"],
            source=row["source"], locator=row["locator"], audience=Audience(row["audience"]), valid_until=_date(row["valid_until"]),
            superseded_by=newer.get(row["document_n"]),
        )
        for row in rows
    ]


def _newer_than(database: sqlite_utils.Database, documents: Collection[int], audiences: Audiences) -> dict[int, str]:
    """As `_newer`, for some documents."""
    found: dict[int, str] = {}
    for some in shelves.parcels(list(documents)):
        rows = every(
            database,
            f"""
            SELECT older.n, newer.title, newer.audience FROM documents AS older
            JOIN documents AS newer ON newer.supersedes_key IN (older.title_key, older.name_key, older.stem_key)
            WHERE older.n IN ({", ".join("?" * len(some))}) AND newer.n <> older.n AND newer.supersedes_key <> ''""",  # noqa: S608
            list(some),
        )
        found.update({row["n"]: row["title"] for row in rows if audiences is None or row["audience"] in audiences})
    return found


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None

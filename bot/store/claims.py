"""Statements with figures, which of them contradict each other, and what admins decided about that. Knows tables; judges no words.

Whoever reads statements and judges them is handed in passages and hands back what it found; nothing here is kept that cannot be worked out
anew, but the decisions. A decision names documents and digests of statements, so it outlives reading a document again.
"""

import hashlib
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from itertools import islice

import sqlite_utils

from bot.domain.catalog import Claim, Contradiction, Holds, Side
from bot.domain.documents import Audiences
from bot.domain.evidence import Passage
from bot.domain.ids import Audience, DocumentId, PassageId, UserId
from bot.domain.records import Page
from bot.errors import Stale
from bot.ports import Clock, Ids
from bot.store.audit import Within, append_audit
from bot.store.codec import Row, dump, load, moment_or_none, stamp
from bot.store.database import Database
from bot.store.rows import change, every, insert, one

# ruff: noqa: S608 - statements are put together from the constants below

LAST = 2**62
RARE = 200
"""Statements that hold a term are counted up to here."""
MOST_HELD_AGAINST, MOST_PAIRS = 100, 5
"""Statements for a term; pairs that one statement may begin: a paper that is there in twenty copies is told of in five."""
SHARED = 0.35
"""Share of a statement's terms of which another must hold one to be held against it; see `knowledge.claims.contradict`."""
HELD_AGAINST = """
    SELECT DISTINCT claims.* FROM claim_terms JOIN claims ON claims.n = claim_terms.claim_n
    WHERE claim_terms.kind = :kind AND claim_terms.term = :term AND claims.document_n <> :document LIMIT :limit"""
PLACE = "SELECT n, document_n FROM passages WHERE id = :id"
"""By id: a number may be another passage's by now."""
PAIR = "INSERT INTO contradictions (left_n, right_n) SELECT :left, n FROM claims WHERE n = :n AND key = :key"
HOLDING = "SELECT count(*) AS count FROM (SELECT 1 FROM claim_terms WHERE kind = :kind AND term = :term LIMIT :limit)"
UNPROVEN = """
    SELECT passages.n, passages.id, passages.text, passages.heading, passages.locator, documents.title, documents.source,
        documents.id AS document_id, shelves.audience
    FROM passages JOIN documents ON documents.n = passages.document_n JOIN shelves ON shelves.n = passages.shelf_n
    WHERE NOT EXISTS (SELECT 1 FROM claims_read WHERE claims_read.passage_n = passages.n) ORDER BY passages.n LIMIT :limit"""
SIDE = """
    {side}.key AS {side}_key, {side}.sentence AS {side}_sentence, {side}_document.id AS {side}_id, {side}_document.title AS {side}_title,
    {side}_document.source AS {side}_source, {side}_passage.locator AS {side}_locator,
    {side}_document.audience AS {side}_audience"""
SIDE_FROM = """
    JOIN claims AS {side} ON {side}.n = {row}.{side}_n JOIN documents AS {side}_document ON {side}_document.n = {side}.document_n
    JOIN passages AS {side}_passage ON {side}_passage.n = {side}.passage_n"""
CURRENT = """
    ({side}_document.valid_until IS NULL OR {side}_document.valid_until >= :today) AND NOT EXISTS (
        SELECT 1 FROM documents AS newer WHERE newer.supersedes_key <> '' AND newer.n <> {side}_document.n
        AND newer.supersedes_key IN ({side}_document.title_key, {side}_document.name_key, {side}_document.stem_key))"""
SETTLED = """
    settled.left_document = {one}_document.id AND settled.left_key = {one}.key
    AND settled.right_document = {other}_document.id AND settled.right_key = {other}.key"""
OPEN = f"""
    SELECT pairs.left_n || '-' || pairs.right_n AS id, pairs.left_n, pairs.right_n, {SIDE.format(side="left")}, {SIDE.format(side="right")}
    FROM contradictions AS pairs {SIDE_FROM.format(side="left", row="pairs")} {SIDE_FROM.format(side="right", row="pairs")}
    WHERE {CURRENT.format(side="left")} AND {CURRENT.format(side="right")}
    AND NOT EXISTS (SELECT 1 FROM claims_settled AS settled WHERE {SETTLED.format(one="left", other="right")})
    AND NOT EXISTS (SELECT 1 FROM claims_settled AS settled WHERE {SETTLED.format(one="right", other="left")})"""
"""A pair that is read again may come the other way round."""
DONE = f"""
    SELECT settled.id, settled.holds, settled.by_id, settled.at, {SIDE.format(side="left")}, {SIDE.format(side="right")}
    FROM claims_settled AS settled
    JOIN documents AS left_document ON left_document.id = settled.left_document
    JOIN documents AS right_document ON right_document.id = settled.right_document
    JOIN claims AS left ON left.document_n = left_document.n AND left.key = settled.left_key
    JOIN claims AS right ON right.document_n = right_document.n AND right.key = settled.right_key
    JOIN passages AS left_passage ON left_passage.n = left.passage_n JOIN passages AS right_passage ON right_passage.n = right.passage_n
    GROUP BY settled.id ORDER BY settled.at DESC, settled.id LIMIT :limit"""
STRUCK = """
    SELECT passages.id, claims.sentence, holding.audience FROM claims_settled AS settled
    JOIN documents AS gone ON gone.id = settled.{lost}_document JOIN documents AS holding ON holding.id = settled.{held}_document
    JOIN claims ON claims.document_n = gone.n AND claims.key = settled.{lost}_key JOIN passages ON passages.n = claims.passage_n
    WHERE settled.holds = '{held}' AND passages.id IN ({marks})
    AND EXISTS (SELECT 1 FROM claims AS there WHERE there.document_n = holding.n AND there.key = settled.{held}_key)"""

Judge = Callable[[Claim, Claim], bool]


def claims(database: sqlite_utils.Database) -> None:
    """A step of the migrations. What was read, what it says, which two of it cannot both hold, and what was decided about that."""
    database.table("claims_read").create({"passage_n": int}, pk="passage_n", strict=True)
    table = database.table("claims")
    table.create(
        {
            "n": int, "passage_n": int, "document_n": int, "key": str, "sentence": str, "kind": str, "figures": str, "bound": str,
            "terms": str, "names": str,
        },
        pk="n",
        not_null={"passage_n", "document_n", "key", "sentence", "kind", "figures", "bound", "terms", "names"},
        strict=True,
    )  # fmt: skip
    table.create_index(["passage_n"])
    table.create_index(["document_n", "key"])
    database.execute(
        "CREATE TABLE claim_terms (kind TEXT, term TEXT, claim_n INTEGER, PRIMARY KEY (kind, term, claim_n)) WITHOUT ROWID, STRICT"
    )
    database.table("claim_terms").create_index(["claim_n"])
    pairs = database.table("contradictions")
    pairs.create({"left_n": int, "right_n": int}, pk=("left_n", "right_n"), strict=True)
    pairs.create_index(["right_n"])
    decided = database.table("claims_settled")
    decided.create(
        {
            "id": str, "left_document": str, "left_key": str, "right_document": str, "right_key": str, "holds": str, "by_id": str,
            "at": str,
        },
        pk="id",
        not_null={"left_document", "left_key", "right_document", "right_key", "holds", "by_id", "at"},
        strict=True,
    )  # fmt: skip
    decided.create_index(["left_document", "left_key", "right_document", "right_key"], unique=True)
    decided.create_index(["right_document", "right_key"])


class SqliteClaims:
    """The port `ClaimStore`, and what the room of knowledge asks."""

    def __init__(self, database: Database, clock: Clock, ids: Ids) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids

    async def unproven(self, limit: int) -> Sequence[tuple[Passage, str]]:
        """Passages whose statements were not read yet, with their headings, oldest first."""
        rows = await self._database.read(lambda database: every(database, UNPROVEN, {"limit": limit}))
        return [(_passage(row), row["heading"]) for row in rows]

    async def put(self, passage: PassageId, said: Sequence[Claim], judge: Judge) -> None:
        """Keep what a passage says, each statement held against what other documents say. One that is gone by now is passed over.

        Judging is done beside the transaction that writes, so nobody waits for it; one passage at a time, so none is missed.
        """
        against = await self._database.read(lambda database: _against(database, passage, said, judge))
        await self._database.write(lambda database: _put(database, passage, said, against))

    async def open(self, today: date, *, after: str = "", limit: int = 20) -> Page[Contradiction]:
        """Pairs of current documents about which nothing was decided, newest first."""
        left, right = _numbers(after) or (LAST, LAST)
        asked = {"today": today.isoformat(), "left": left, "right": right, "limit": limit + 1}
        statement = f"{OPEN} AND (left_n, right_n) < (:left, :right) ORDER BY left_n DESC, right_n DESC LIMIT :limit"
        rows = await self._database.read(lambda database: every(database, statement, asked))
        return Page(tuple(_contradiction(row) for row in rows[:limit]), rows[limit - 1]["id"] if len(rows) > limit else None)

    async def count(self, today: date, most: int) -> int:
        """How many of these there are, up to a bound."""
        statement = f"SELECT count(*) AS count FROM ({OPEN} LIMIT :most)"
        row = await self._database.read(lambda database: one(database, statement, {"today": today.isoformat(), "most": most}))
        return int(row["count"]) if row else 0

    async def settled(self, limit: int) -> Sequence[Contradiction]:
        """What was decided and still bears on something, newest first."""
        rows = await self._database.read(lambda database: every(database, DONE, {"limit": limit}))
        return [_contradiction(row) for row in rows]

    async def settle(self, pair: str, holds: Holds, by: UserId, today: date) -> None:
        """Decide about an open pair.  Raises: Stale("contradiction_gone")."""

        def work(database: sqlite_utils.Database) -> None:
            left, right = _numbers(pair) or (0, 0)
            asked = {"today": today.isoformat(), "left": left, "right": right}
            found = one(database, f"{OPEN} AND left_n = :left AND right_n = :right", asked)
            if found is None:
                raise Stale("contradiction_gone")
            row = {
                "id": self._ids.new(), "left_document": found["left_id"], "left_key": found["left_key"],
                "right_document": found["right_id"], "right_key": found["right_key"], "holds": holds, "by_id": by,
                "at": stamp(self._clock.now()),
            }  # fmt: skip
            insert(database, "claims_settled", row)
            self._note(database, "knowledge.settled", by, row)

        await self._database.write(work)

    async def unsettle(self, settled: str, by: UserId) -> None:
        """Take a decision back.  Raises: Stale("contradiction_gone")."""

        def work(database: sqlite_utils.Database) -> None:
            row = one(database, "SELECT * FROM claims_settled WHERE id = :id", {"id": settled})
            if row is None:
                raise Stale("contradiction_gone")
            change(database, "DELETE FROM claims_settled WHERE id = :id", row)
            self._note(database, "knowledge.unsettled", by, row)

        await self._database.write(work)

    def _note(self, database: sqlite_utils.Database, kind: str, by: UserId, row: Row) -> None:
        about = {"left": row["left_document"], "right": row["right_document"], "holds": row["holds"], "settled": row["id"]}
        append_audit(Within(database, self._clock.now()), kind, by, about)


def struck(database: sqlite_utils.Database, passages: Sequence[str], audiences: Audiences) -> dict[str, list[str]]:
    """Passage -> its statements that another document took the place of, for those who may see that document."""
    found: dict[str, list[str]] = {}
    if not passages or one(database, "SELECT 1 FROM claims_settled LIMIT 1") is None:
        return found
    marks = ", ".join("?" * len(passages))
    for lost, held in (("left", "right"), ("right", "left")):
        for row in every(database, STRUCK.format(lost=lost, held=held, marks=marks), list(passages)):
            if audiences is None or row["audience"] in audiences:
                found.setdefault(row["id"], []).append(row["sentence"])
    return found


def drop_claims(database: sqlite_utils.Database, passages: Collection[int]) -> None:
    """Forget what passages say; decisions about it stay."""
    for number in passages:
        mine = {"n": number}
        of_it = "(SELECT n FROM claims WHERE passage_n = :n)"
        change(database, f"DELETE FROM contradictions WHERE left_n IN {of_it} OR right_n IN {of_it}", mine)
        change(database, f"DELETE FROM claim_terms WHERE claim_n IN {of_it}", mine)
        change(database, "DELETE FROM claims WHERE passage_n = :n", mine)
        change(database, "DELETE FROM claims_read WHERE passage_n = :n", mine)


def _numbers(pair: str) -> tuple[int, int] | None:
    """Of the statements of an open pair, as its id has them."""
    found = re.fullmatch("([0-9]{1,18})-([0-9]{1,18})", pair)
    return (int(found[1]), int(found[2])) if found else None


def _against(database: sqlite_utils.Database, passage: PassageId, said: Sequence[Claim], judge: Judge) -> list[list[Row]]:
    """For each statement, those of other documents (n, key) that it contradicts."""
    place = one(database, PLACE, {"id": passage})
    if place is None:
        return [[] for _ in said]
    found: list[list[Row]] = []
    for claim in said:
        fitting = (other for other in _held_against(database, claim, place["document_n"]) if judge(claim, _claim(other)))
        found.append([{"n": other["n"], "key": other["key"]} for other in islice(fitting, MOST_PAIRS)])
    return found


def _put(database: sqlite_utils.Database, passage: PassageId, said: Sequence[Claim], against: Sequence[Sequence[Row]]) -> None:
    place = one(database, PLACE, {"id": passage})
    if place is None or not insert(database, "claims_read", {"passage_n": place["n"]}, or_ignore="passage_n"):
        return
    for claim, others in zip(said, against, strict=True):
        key = hashlib.sha256(claim.sentence.encode()).hexdigest()
        insert(database, "claims", {
            "passage_n": place["n"], "document_n": place["document_n"], "key": key, "sentence": claim.sentence, "kind": claim.kind,
            "figures": dump(claim.values), "bound": claim.bound, "terms": " ".join(sorted(claim.terms)),
            "names": " ".join(sorted(claim.names)),
        })  # fmt: skip
        [row] = every(database, "SELECT max(n) AS n FROM claims")
        for other in others:
            change(database, PAIR, {"left": row["n"], **other})
        for term in claim.terms:
            insert(database, "claim_terms", {"kind": claim.kind, "term": term, "claim_n": row["n"]})


def _held_against(database: sqlite_utils.Database, claim: Claim, document: int) -> Iterator[Row]:
    """Statements of other documents that hold some of its rarest terms, so many that whoever holds none of them says something else."""
    counted = [
        (one(database, HOLDING, {"kind": claim.kind, "term": term, "limit": RARE}) or {"count": 0})["count"] for term in claim.terms
    ]
    rarest = [term for _, term in sorted(zip(counted, claim.terms, strict=True))][:int(SHARED * len(claim.terms)) + 1]
    seen: set[int] = set()
    for term in rarest:
        for row in every(database, HELD_AGAINST, {"kind": claim.kind, "term": term, "document": document, "limit": MOST_HELD_AGAINST}):
            if row["n"] not in seen:
                seen.add(row["n"])
                yield row


def _claim(row: Row) -> Claim:
    return Claim(
        row["sentence"], row["kind"], tuple(load(row["figures"])), row["bound"], frozenset(row["terms"].split()),
        frozenset(row["names"].split()),
    )  # fmt: skip


def _passage(row: Row) -> Passage:
    return Passage(
        PassageId(row["id"]), DocumentId(row["document_id"]), row["text"], row["title"], row["source"], row["locator"],
        Audience(row["audience"]),
    )  # fmt: skip


def _contradiction(row: Row) -> Contradiction:
    left, right = (
        Side(
            DocumentId(row[f"{side}_id"]), row[f"{side}_title"], row[f"{side}_source"], row[f"{side}_locator"],
            Audience(row[f"{side}_audience"]), row[f"{side}_sentence"],
        )
        for side in ("left", "right")
    )  # fmt: skip
    holds = Holds(row["holds"]) if row.get("holds") else None
    return Contradiction(row["id"], left, right, holds, row.get("by_id"), moment_or_none(row.get("at")))

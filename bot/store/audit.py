"""What was done, by whom, as leaves of a Merkle tree; each in the transaction that did it. Knows digests; never a text.

An entry is canonical JSON (RFC 8785) with the members below. It holds ids, states, counts and digests, and its names are ASCII: for these
`dump` writes that form, five times as fast as the library which proofs are checked with.
- `seq`, from 1 on, without a gap: the leaf's index is one less; `at`; `kind`, as "draft.saved";
- `actor`: the id of a user, HOUSE, or "token:<id>";
- `about`: the ids and states it is about; nothing that anybody might ask us to erase;
- `contents`: id of a text -> its salted digest. Text and salt can be erased, and the entry stays whole;
- `kept`: how these texts are kept (class, turn, time), one digest over all;
- `rows`: table/key -> digest of the row as it stood after. The newest entry about a row says how it must stand now.

The leaf hash is that of RFC 6962 over the bytes of the entry. What is kept of the tree is its edge, so an entry costs a few hashes.
Arrivals are in it from the turn that settles them on: until then nothing was done, and the process that keeps them has other haste.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import sqlite_utils

from bot.domain.merkle import Edge, leaf_hash
from bot.store.codec import Row, dump, load, moment, stamp
from bot.store.rows import change, every, insert, one

HOUSE = "house"
"""The actor where no person is."""

SEALED: Mapping[str, tuple[str, ...]] = {
    "decisions": ("id",),
    "drafts": ("id",),
    "draft_revisions": ("draft_id", "revision"),
    "draft_records": ("draft_id", "key"),
    "reviews": ("id",),
    "review_seats": ("review_id", "number"),
    "review_talk": ("seq",),
    "feedback": ("decision_id", "user_id"),
    "api_tokens": ("id",),
}
"""Tables whose every row stands in an entry, with the columns that name a row. A column added later must be NULL in older rows."""

ERASED, ADOPTED = "content.erased", "audit.adopted"
AT_ONCE = 500
"""Rows or texts in one entry at most."""

KEPT = ("id", "retention", "turn_id", "created_at")
"""What tells how a text is kept."""

EDGE = "SELECT size, nodes FROM audit_edge"
GROWN = "UPDATE audit_edge SET size = :size, nodes = :nodes"
TEXTS = f"SELECT {', '.join(KEPT)}, digest FROM content WHERE id IN ({{}}) ORDER BY id"  # noqa: S608 - names of columns
ERASED_BY = "SELECT id, digest, erased_at FROM content WHERE erased_by = :seq ORDER BY id"
LAST = "SELECT entry FROM audit WHERE kind = :kind ORDER BY seq DESC LIMIT 1"

Key = tuple[str | int, ...]
"""A table of SEALED, and what names a row of it."""


class Transaction(Protocol):
    """Within which something is done, and when; a `Shelf` is one."""

    @property
    def database(self) -> sqlite_utils.Database:
        """The connection that writes."""
        ...

    @property
    def now(self) -> datetime:
        """The time of the change."""
        ...


@dataclass(frozen=True, slots=True)
class Within:
    """A `Transaction` that keeps no texts."""

    database: sqlite_utils.Database
    now: datetime


def audit(database: sqlite_utils.Database) -> None:
    """A step of the migrations. Entries, the edge of their tree, heads that were taken; which entry tells of an erasure."""
    table = database.table("audit")
    table.create(
        {"seq": int, "at": str, "kind": str, "entry": str, "leaf": str},
        pk="seq",
        not_null={"at", "kind", "entry", "leaf"},
        strict=True,
    )
    table.create_index(["kind", "seq"])
    database.table("audit_edge").create({"size": int, "nodes": str}, not_null={"size", "nodes"}, strict=True)
    insert(database, "audit_edge", {"size": 0, "nodes": "[]"})
    database.table("audit_heads").create({"size": int, "root": str, "at": str}, pk="size", not_null={"root", "at"}, strict=True)
    database.table("content").add_column("erased_by", int)
    database.table("content").create_index(["erased_by"])
    _adopt(database)


def append_audit(
    done: Transaction, kind: str, actor: str, about: Mapping[str, object], contents: Iterable[str | None] = (), rows: Iterable[Key] = (),
) -> int:
    """Add an entry in the transaction of the change, after the change; says its `seq`.

    about: ids, states and counts (no fractions; None is left out). contents: ids of kept texts (None is left out). rows: of SEALED tables,
    as they stand now.
    Raises: KeyError for a row that is not there or a table that is not sealed.
    """
    edge = edge_in(done.database)
    texts = _texts(done.database, [one for one in contents if one])
    entry: dict[str, Any] = {
        "seq": edge.size + 1,
        "at": stamp(done.now),
        "kind": kind,
        "actor": actor,
        "about": {name: value for name, value in about.items() if value is not None},
        "contents": {text["id"]: text["digest"] for text in texts},
        "rows": {name_of(key): seal_of(done.database, key) for key in rows},
    }
    if texts:
        entry["kept"] = kept_as([[one[name] for name in KEPT] for one in texts])
    written = dump(entry)
    leaf = leaf_hash(written.encode())
    insert(done.database, "audit", {"seq": entry["seq"], "at": entry["at"], "kind": kind, "entry": written, "leaf": leaf.hex()})
    grown = edge.added(leaf)
    change(done.database, GROWN, {"size": grown.size, "nodes": dump([node.hex() for node in grown.nodes])})
    return grown.size


def append_once(done: Transaction, kind: str, actor: str, about: Mapping[str, object]) -> bool:
    """Add an entry unless the last of its kind says the same."""
    last = one(done.database, LAST, {"kind": kind})
    if last and load(last["entry"])["about"] == about:
        return False
    append_audit(done, kind, actor, about)
    return True


def edge_in(database: sqlite_utils.Database) -> Edge:
    """The edge of the tree as it is kept."""
    size, nodes = database.execute(EDGE).fetchone()
    return Edge(size, tuple(bytes.fromhex(node) for node in load(nodes)))


def name_of(key: Key) -> str:
    """What an entry calls a row."""
    return "/".join(str(part) for part in key)


def seal_of(database: sqlite_utils.Database, key: Key) -> str:
    """The digest of a row as it stands.  Raises: KeyError when it is not there, or its table is not sealed."""
    table, *values = key
    holds = " AND ".join(f"{column} = ?" for column in SEALED[str(table)])
    rows = _rows(database, f"SELECT * FROM {table} WHERE {holds}", values)  # noqa: S608 - tables and columns are named by code
    if not rows:
        raise KeyError(name_of(key))
    return digest_of_row(rows[0])


def digest_of_row(row: Row) -> str:
    """SHA-256 over what a row holds; columns that are NULL do not count, so that a table may get new ones."""
    return hashlib.sha256(dump({name: value for name, value in row.items() if value is not None}).encode()).hexdigest()


def kept_as(texts: Sequence[Sequence[object]]) -> str:
    """SHA-256 over how texts are kept, in the order of their ids. texts: the columns `KEPT` of each."""
    return hashlib.sha256(dump(texts).encode()).hexdigest()


def erased_as(texts: Iterable[Row]) -> str:
    """SHA-256 over which texts were erased and when, in the order of their ids; made while they are read."""
    told = hashlib.sha256()
    for text in texts:
        told.update(dump([text["id"], text["digest"], text["erased_at"]]).encode())
    return told.hexdigest()


def parts(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    """So many rows that one entry takes them."""
    return (keys[at : at + AT_ONCE] for at in range(0, len(keys), AT_ONCE))


def _adopt(database: sqlite_utils.Database) -> None:
    """Take in what a house kept before it had an audit, as it stands on that day."""
    newest = one(database, "SELECT max(created_at) AS at FROM content")
    if newest is None or newest["at"] is None:
        return
    done = Within(database, moment(newest["at"]))
    change(database, "UPDATE content SET erased_by = 1 WHERE erased_at IS NOT NULL", {})
    if gone := every(database, ERASED_BY, {"seq": 1}):
        append_audit(done, ERASED, HOUSE, {"texts": len(gone), "digest": erased_as(gone), "why": ADOPTED})
    texts = [("", row["id"]) for row in every(database, "SELECT id FROM content ORDER BY id")]
    for some in parts(texts):
        append_audit(done, ADOPTED, HOUSE, {}, [str(content_id) for _, content_id in some])
    for table, columns in SEALED.items():
        there = every(database, f"SELECT {', '.join(columns)} FROM {table}") if database.table(table).exists() else []  # noqa: S608
        for keys in parts([(table, *row.values()) for row in there]):
            append_audit(done, ADOPTED, HOUSE, {}, (), keys)


def _texts(database: sqlite_utils.Database, wanted: Sequence[str]) -> list[Row]:
    return _rows(database, TEXTS.format(", ".join("?" * len(wanted))), wanted) if wanted else []


def _rows(database: sqlite_utils.Database, statement: str, values: Sequence[object]) -> list[Row]:
    """As `every`, without sqlite-utils' look at each statement: these run with everything that is done."""
    cursor = database.execute(statement, list(values))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

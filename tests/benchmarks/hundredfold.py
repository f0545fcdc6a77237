"""A home made many times larger: each row of its firm again under other ids, names and numbers. Knows tables by their columns alone.

What is derived is left to the triggers that derive it, and the copies are sealed in the audit, so `tandem audit verify` holds over them.
"""

import hashlib
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import sqlite_utils

from bot.brains.builtin.embedding import BuiltinEmbedder
from bot.store.audit import Key, Within, append_audit, parts
from bot.store.codec import dump, load, moment
from bot.store.content import digest_of
from bot.store.heads import TAKEN
from bot.store.rows import every, insert

Row = dict[str, Any]

APART = re.compile(
    r"_sqlite_.*|sqlite_.*|audit.*|asked_.*|decision_terms|content|shelves|documents|passages|embeddings|(words|terms)_\d+.*|jobs|firings"
    r"|spending|sign_in_links"
)
"""What is derived, what has a way of its own here, and what belongs to the house and not to its people."""
WORK = ("inbox", "decisions", "outbox", "drafts", "reviews", "records")
"""What people make. Its ids differ between the years of a firm, beside which its people and what it began with are the same."""
KNOWN = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{64}\b")
SHA256_CHARACTERS = 64
FIRMS_AT_MOST, TAIL = 256, 65_536
"""Copies are told apart by the last four hexadecimal places of ids."""
OTHERS_NAME = re.compile(r'("(?:account_name|contact_name|owner_name|short_name)":"[^"]+)"')
OWN_NAME = re.compile(r'("name":"[^"]+)"')
ALIASES = re.compile(r'"aliases":"([^"]+)"')
BETWEEN = re.compile("(?=[、,，;；])|$")
TEAM = re.compile(r'"team":"([^"]+)"')
NAMED = frozenset({"account", "contact"})
CALLED = {
    ("users", "name"), ("users", "name_key"), ("handles", "handle"), ("handles", "handle_key"), ("inbox", "dedupe_key"),
    ("visits", "token_digest"),
}  # fmt: skip
"""Columns that must differ and hold no id."""
FIRMS_A_TEAM = 10
NOISE = 0.05
PAPER_NAMES = ("path", "source", "title", "title_key", "name_key", "stem_key", "supersedes_key")


@dataclass(frozen=True)
class Copy:
    """One copy. firm, year: 0 is the original. work: ids of what people made. digests: of texts, as they are in this copy."""

    firm: int
    year: int
    work: frozenset[str]
    digests: dict[str, str] = field(default_factory=dict)

    def text(self, text: str) -> str:
        """A text with its ids and digests as they are in this copy."""
        return KNOWN.sub(lambda found: self._known(found[0]), text)

    def body(self, body: str, *, named: bool) -> str:
        """The body of a record with the names of this copy's firms, people and teams. named: it is one of these."""
        body = OTHERS_NAME.sub(rf'\g<1> {self.firm:02}"', self.text(body))
        body = TEAM.sub(lambda found: f'"team":"{self.team(found[1])}"', body)
        if named:
            body = OWN_NAME.sub(rf'\g<1> {self.firm:02}"', body, count=1)
            body = ALIASES.sub(lambda found: f'"aliases":"{BETWEEN.sub(f" {self.firm:02}", found[1])}"', body)
        return body

    def team(self, name: str) -> str:
        """Ten firms share their teams."""
        return f"{name}-{self.firm // FIRMS_A_TEAM}" if self.firm >= FIRMS_A_TEAM and name else name

    def _known(self, known: str) -> str:
        if len(known) == SHA256_CHARACTERS:
            return self.digests.get(known, known)
        shift = self.firm + FIRMS_AT_MOST * (self.year if known in self.work else 0)
        return f"{known[:-4]}{(int(known[-4:], 16) + shift) % TAIL:04x}" if shift else known


def stock_vectors(truth: Path) -> None:
    """Give each passage a vector, a random one, so that no server spends its time on making them."""
    chance = np.random.default_rng(20)
    with closing(sqlite3.connect(truth, isolation_level=None)) as connection:
        for (key,) in connection.execute("SELECT DISTINCT text_key FROM passages").fetchall():
            vector = chance.standard_normal(BuiltinEmbedder.dimensions)
            _keep_vector(connection, key, vector)


def grow(truth: Path, firms: int, years: int) -> Iterator[str]:
    """Make of the one firm in `truth` so many, each with so many times its work; tells what is done.

    Nobody else may have the file open, and its vectors must be there.
    """
    with closing(sqlite3.connect(truth, isolation_level=None)) as connection:
        for pragma in ("journal_mode = WAL", "synchronous = OFF", "cache_size = -500000", "temp_store = MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN IMMEDIATE")
        firm = _Firm(sqlite_utils.Database(connection, execute_plugins=False))
        for year in range(years):
            for number in range(firms):
                if number or year:
                    firm.copy(Copy(number, year, firm.work))
            yield f"year {year + 1}"
        _copy_library(connection, firms)
        yield "knowledge"
        connection.execute("COMMIT")
        firm.check(firms, years)


class _Firm:
    """The rows of the one firm, in memory."""

    def __init__(self, database: sqlite_utils.Database) -> None:
        self._database = database
        names = [row["name"] for row in every(database, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        self._tables = {name: every(database, f"SELECT * FROM [{name}]") for name in names if not APART.fullmatch(name)}  # noqa: S608
        self._texts = every(database, "SELECT * FROM content")
        entries = every(database, "SELECT entry FROM audit WHERE kind <> :taken ORDER BY seq", {"taken": TAKEN})
        self._audit = [load(row["entry"]) for row in entries]
        began = min(str(row["id"]) for row in self._tables["inbox"])  # ids are made of the time; the firm's first ones are older
        made = {str(row["id"]) for name in WORK for row in self._tables[name]} | {str(row["id"]) for row in self._texts}
        threads = {str(found) for row in self._tables["inbox"] for found in KNOWN.findall(row["thread_id"])}
        self.work = frozenset(one for one in made | threads if one >= began)
        self._made = {name: [row for row in rows if self._is_made(row)] for name, rows in self._tables.items()}

    def copy(self, copy: Copy) -> None:
        """All of it once more; in later years only what holds something that was made then."""
        self._put("content", [_text(copy, row) for row in self._texts])
        for name, rows in (self._made if copy.year else self._tables).items():
            self._put(name, [_row(copy, name, row) for row in rows])
        if copy.year:
            self._seal_all(copy)
        else:
            self._seal_each(copy)

    def check(self, firms: int, years: int) -> None:
        """Nothing was left out."""
        for name in ("inbox", "decisions", "outbox", "drafts", "reviews"):
            assert len(self._tables[name]) * firms * years == self._database.table(name).count, name
        for name in ("users", "handles", "visits"):
            assert len(self._tables[name]) * firms == self._database.table(name).count, name

    def _is_made(self, row: Row) -> bool:
        """Whether it holds something that people made."""
        return any(found in self.work for value in row.values() if isinstance(value, str) for found in KNOWN.findall(value))

    def _seal_each(self, copy: Copy) -> None:
        """The entries of the original, about the copy."""
        for entry in self._audit:
            rows = [_key(copy.text(name)) for name in entry["rows"]]
            about, contents = load(copy.text(dump(entry["about"]))), [copy.text(one) for one in entry["contents"]]
            append_audit(Within(self._database, moment(entry["at"])), entry["kind"], copy.text(entry["actor"]), about, contents, rows)

    def _seal_all(self, copy: Copy) -> None:
        """A few entries about all of it."""
        within = Within(self._database, moment(self._audit[-1]["at"]))
        for some in parts([("", row["id"]) for row in self._texts]):
            append_audit(within, "turn.settled", "house", {}, [copy.text(str(one)) for _, one in some])
        names = dict.fromkeys(copy.text(name) for entry in self._audit for name in entry["rows"])
        for keys in parts([_key(name) for name in names]):
            append_audit(within, "turn.settled", "house", {}, (), keys)

    def _put(self, table: str, rows: Sequence[Row]) -> None:
        if not rows:
            return
        names, marks = ", ".join(f'"{name}"' for name in rows[0]), ", ".join("?" * len(rows[0]))
        statement = f"INSERT OR IGNORE INTO [{table}] ({names}) VALUES ({marks})"  # noqa: S608 - the names that it told
        self._database.conn.executemany(statement, [tuple(row.values()) for row in rows])


def _row(copy: Copy, table: str, row: Row) -> Row:
    made: Row = {}
    for column, value in row.items():
        if column == "seq":
            continue
        if (table, column) == ("records", "body"):
            made[column] = copy.body(value, named=row["entity"] in NAMED)
        elif not isinstance(value, str):
            made[column] = value
        elif (table, column) in CALLED:
            made[column] = f"{copy.text(value)} {copy.firm:02}" + (f".{copy.year}" if copy.year else "")
        elif column == "team":
            made[column] = copy.team(value)
        else:
            made[column] = f"{copy.firm:02}.{value}" if column in {"email", "email_key"} else copy.text(value)
    return made


def _text(copy: Copy, row: Row) -> Row:
    made = {name: copy.text(value) if isinstance(value, str) and name != "digest" else value for name, value in row.items()}
    if made["body"] is not None:
        made["digest"] = copy.digests[row["digest"]] = digest_of(made["body"], made["salt"])
    return made


def _key(name: str) -> Key:
    table, *values = name.split("/")
    return (table, *(int(value) if value.isdigit() else value for value in values))


def _copy_library(connection: sqlite3.Connection, firms: int) -> None:
    """Documents, passages, words and vectors of each firm, the texts with the firm's number in them."""
    connection.row_factory = sqlite3.Row
    database = sqlite_utils.Database(connection, execute_plugins=False)
    papers, passages = every(database, "SELECT * FROM documents"), every(database, "SELECT * FROM passages")
    vectors = {row["text_key"]: np.frombuffer(row["vector"], "<f4") for row in every(database, "SELECT text_key, vector FROM embeddings")}
    words = {number: said for shelf in {row["shelf_n"] for row in passages} for number, said in _words_on(connection, shelf)}
    chance = np.random.default_rng(20)
    for firm in range(1, firms):
        copy = Copy(firm, 0, frozenset())
        paper_step, step = (firm * (max(row["n"] for row in rows) + 1) for rows in (papers, passages))
        for row in papers:
            names = {name: _numbered(row[name], firm) for name in PAPER_NAMES}
            insert(database, "documents", {**row, **names, "n": row["n"] + paper_step, "id": copy.text(row["id"])})
        for row in passages:
            key = hashlib.sha256(f"{row['text_key']}{firm}".encode()).hexdigest()
            number, text = row["n"] + step, f"{row['text']} ({firm})"
            made = {**row, "n": number, "id": copy.text(row["id"]), "document_n": row["document_n"] + paper_step, "text": text}
            insert(database, "passages", {**made, "text_key": key})
            insert(database, f"words_{row['shelf_n']:d}", {"rowid": number, **words[row["n"]]})
            _keep_vector(connection, key, vectors[row["text_key"]] + NOISE * chance.standard_normal(BuiltinEmbedder.dimensions))
    connection.execute("UPDATE shelves SET epoch = epoch + ?", (firms,))
    connection.row_factory = None


def _words_on(connection: sqlite3.Connection, shelf: int) -> Iterator[tuple[int, Row]]:
    for number, terms, heading in connection.execute(f"SELECT rowid, terms, heading FROM words_{shelf:d}"):  # noqa: S608 - a number
        yield number, {"terms": terms, "heading": heading}


def _numbered(name: str, firm: int) -> str:
    stem, dot, end = name.rpartition(".")
    if not name:
        return ""
    return f"{stem} {firm:02}{dot}{end}" if dot and len(end) <= len("docx") else f"{name} {firm:02}"


def _keep_vector(connection: sqlite3.Connection, key: str, vector: "np.ndarray[Any, np.dtype[np.float64]]") -> None:
    unit = (vector / np.linalg.norm(vector)).astype("<f4").tobytes()
    connection.execute(
        "INSERT OR IGNORE INTO embeddings (embedder, text_key, vector) VALUES (?, ?, ?)", (BuiltinEmbedder.name, key, unit)
    )

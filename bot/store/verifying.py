"""Holds the audit against the store: every leaf, every head, every text, every sealed row. Reads alone, by a connection of its own.

All of it is one consistent state, whoever writes meanwhile. What is remembered on the way lies in a temporary table on the disk, so
memory does not grow with the audit. A `Wrong` says what and where; it never says what a text says.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.domain.merkle import Edge, leaf_hash
from bot.domain.proof import Head
from bot.store.audit import ERASED, KEPT, SEALED, digest_of_row, erased_as, kept_as, name_of
from bot.store.codec import dump
from bot.store.content import digest_of
from bot.store.heads import TAKEN

Row = dict[str, Any]
Progress = Callable[[int, int], None]
"""Told how much is done, and of how much."""

STEP = 5000
"""Rows between two words of progress."""

ENTRIES = "SELECT seq, at, kind, entry, leaf FROM audit ORDER BY seq"
HEADS = "SELECT size, root, at FROM audit_heads ORDER BY size"
TEXTS = f"SELECT {', '.join(KEPT)}, digest FROM content WHERE id IN ({{}}) ORDER BY id"  # noqa: S608 - names of columns
ERASED_BY = "SELECT id, digest, erased_at FROM content WHERE erased_by = ? ORDER BY id"
ALL_TEXTS = """
    SELECT content.*, named.name IS NOT NULL AS is_named, inbox.state = 'kept' AS is_waiting, erasing.name IS NOT NULL AS is_told
    FROM content LEFT JOIN named ON named.name = content.id LEFT JOIN inbox ON inbox.id = content.turn_id
    LEFT JOIN named AS erasing ON erasing.name = 'erasure/' || content.erased_by"""
NAME = """
    INSERT INTO named (name, digest, seq) VALUES (?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET digest = excluded.digest, seq = excluded.seq"""
NAMED = "SELECT digest, seq FROM named WHERE name = ?"
FOUND = "UPDATE named SET found = 1 WHERE name = ?"
LOST = "SELECT name, seq FROM named WHERE name GLOB ? AND found = 0 ORDER BY name"


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is not as it must be. key, facts: of the sentence that says so."""

    key: str
    facts: Mapping[str, object]


@dataclass(slots=True)
class Tally:
    """What was looked at."""

    entries: int = 0
    heads: int = 0
    texts: int = 0
    erased: int = 0
    rows: int = 0
    root: str = ""


@dataclass
class Verification:
    """One look at a store. heads: more of them to compare with, by the name of where each comes from."""

    path: Path
    heads: Mapping[str, Head] = field(default_factory=dict)
    progress: Progress = lambda _done, _total: None
    tally: Tally = field(default_factory=Tally)

    def wrongs(self) -> Iterator[Wrong]:
        """All that is wrong, as it is found; nothing where all is well.  Raises: sqlite3.Error for a file that cannot be read."""
        with closing(opened(self.path)) as database:
            self._database = database
            database.execute("PRAGMA temp_store = FILE")
            database.execute("CREATE TEMP TABLE named (name TEXT PRIMARY KEY, digest TEXT, seq INT, found INT DEFAULT 0) WITHOUT ROWID")
            database.execute("BEGIN")
            self._done, self._total = 0, self._size()
            yield from self._tree()
            yield from self._texts()
            for table, columns in SEALED.items():
                if self._is_there(table):
                    yield from self._sealed(table, columns)

    def _tree(self) -> Iterator[Wrong]:
        taken = {row["size"]: Head(**row) for row in self._rows(HEADS)}
        outside = [("audit_heads", head) for head in taken.values()] + list(self.heads.items())
        self.tally.heads = len(outside)
        waiting: dict[int, list[tuple[str, Head]]] = {}
        for where, head in outside:
            waiting.setdefault(head.size, []).append((where, head))
        edge, before = Edge(), 0
        yield from _against(edge, waiting)
        for seq, at, kind, text, kept in self._database.execute(ENTRIES):
            if seq != before + 1:
                yield Wrong("audit_gap", {"seq": seq, "expected": before + 1})
            before = seq
            leaf = leaf_hash(text.encode(errors="surrogateescape"))
            edge = edge.added(leaf)
            if leaf.hex() != kept:
                yield Wrong("audit_leaf", {"seq": seq})
            yield from self._entry((seq, at, kind), text, taken)
            yield from _against(edge, waiting)
            self._step()
        for where, head in (pair for pairs in waiting.values() for pair in pairs):
            yield Wrong("audit_tail", {"where": where, "head": head.size, "size": edge.size})
        for head in taken.values():
            yield Wrong("audit_head_unnamed", {"head": head.size})
        self.tally.entries, self.tally.root = edge.size, edge.root.hex()
        kept_edge = self._database.execute("SELECT size, nodes FROM audit_edge").fetchall()
        if kept_edge != [(edge.size, dump([one.hex() for one in edge.nodes]))]:
            yield Wrong("audit_edge", {"size": edge.size})

    def _entry(self, columns: tuple[int, str, str], text: str, taken: dict[int, Head]) -> Iterator[Wrong]:
        seq, entry = columns[0], _entry_in(text)
        if entry is None:
            yield Wrong("audit_entry", {"seq": seq})
            return
        if (entry["seq"], entry["at"], entry["kind"]) != columns:
            yield Wrong("audit_columns", {"seq": seq})
        if entry["contents"]:
            yield from self._named_texts(seq, entry["contents"], entry.get("kept"))
        names = [(content_id, "", seq) for content_id in entry["contents"]]
        self._database.executemany(NAME, names + [(name, digest, seq) for name, digest in entry["rows"].items()])
        about = entry["about"]
        if entry["kind"] == ERASED:
            gone = list(self._rows(ERASED_BY, seq))
            self._database.execute(NAME, (f"erasure/{seq}", "", seq))
            if (len(gone), erased_as(gone)) != (about.get("texts"), about.get("digest")):
                yield Wrong("audit_erasure", {"seq": seq, "said": about.get("texts"), "count": len(gone)})
        elif entry["kind"] == TAKEN:
            size = about.get("size")
            head = taken.pop(size, None) if isinstance(size, int) else None
            if head is None or head.told() != about:
                yield Wrong("audit_head_entry", {"seq": seq, "head": size})

    def _named_texts(self, seq: int, contents: Mapping[str, str], kept: object) -> Iterator[Wrong]:
        found = self._database.execute(TEXTS.format(", ".join("?" * len(contents))), [*contents]).fetchall()
        digests = {row[0]: row[-1] for row in found}
        if digests != contents:
            for content_id, digest in contents.items():
                if content_id not in digests:
                    yield Wrong("audit_text_gone", {"seq": seq, "text": content_id})
                elif digests[content_id] != digest:
                    yield Wrong("audit_text_digest", {"seq": seq, "text": content_id})
        if len(digests) == len(contents) and _kept_as(found) != kept:
            yield Wrong("audit_text_kept", {"seq": seq})

    def _texts(self) -> Iterator[Wrong]:
        for row in self._rows(ALL_TEXTS):
            self._step()
            self.tally.texts += 1
            where = {"text": row["id"]}
            gone = (row["body"] is None, row["salt"] is None, row["erased_at"] is not None, row["erased_by"] is not None)
            if all(gone):
                self.tally.erased += 1
                if not row["is_told"]:
                    yield Wrong("audit_text_untold", where)
            elif any(gone):
                yield Wrong("audit_text_half", where)
            elif not _is_digest(row):
                yield Wrong("audit_text_changed", where)
            if not row["is_named"] and not row["is_waiting"]:
                yield Wrong("audit_text_unnamed", where)

    def _sealed(self, table: str, columns: Sequence[str]) -> Iterator[Wrong]:
        for row in self._rows(f"SELECT * FROM {table}"):  # noqa: S608 - tables are named by code
            self._step()
            self.tally.rows += 1
            name = name_of((table, *(row[column] for column in columns)))
            says = next(self._rows(NAMED, name), None)
            if says is None:
                yield Wrong("audit_row_unnamed", {"row": name})
                continue
            self._database.execute(FOUND, (name,))
            if says["digest"] != _digest_of(row):
                yield Wrong("audit_row_changed", {"row": name, "seq": says["seq"]})
        for lost in self._rows(LOST, f"{table}/*"):
            yield Wrong("audit_row_gone", {"row": lost["name"], "seq": lost["seq"]})

    def _rows(self, statement: str, *values: object) -> Iterator[Row]:
        cursor = self._database.execute(statement, values)
        names = [column[0] for column in cursor.description]
        return (dict(zip(names, row, strict=True)) for row in cursor)

    def _size(self) -> int:
        there = [table for table in ("audit", "content", *SEALED) if self._is_there(table)]
        return sum(next(self._rows(f"SELECT count(*) AS n FROM {table}"))["n"] for table in there)  # noqa: S608 - tables are named by code

    def _is_there(self, table: str) -> bool:
        return next(self._rows("SELECT 1 FROM sqlite_master WHERE name = ?", table), None) is not None

    def _step(self) -> None:
        self._done += 1
        if self._done % STEP == 0 or self._done == self._total:
            self.progress(self._done, self._total)


def opened(path: Path) -> sqlite3.Connection:
    """A connection that can only read, beside whoever writes.  Raises: sqlite3.OperationalError where there is no such file."""
    database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=30)
    database.text_factory = lambda raw: raw.decode(errors="surrogateescape")  # a changed byte may leave no text at all
    return database


def _against(edge: Edge, waiting: dict[int, list[tuple[str, Head]]]) -> Iterator[Wrong]:
    for where, head in waiting.pop(edge.size, ()):
        if head.root != edge.root.hex():
            yield Wrong("audit_root", {"where": where, "head": head.size})


def _entry_in(text: str) -> Row | None:
    """The entry, if it has the form of one."""
    try:
        entry = json.loads(text)
    except ValueError:
        return None
    match entry:
        case {"seq": int(), "at": str(), "kind": str(), "about": dict(), "contents": dict() as contents, "rows": dict() as rows}:
            return entry if all(isinstance(one, str) for one in (*contents.values(), *rows.values())) else None
    return None


def _digest_of(row: Row) -> str | None:
    try:
        return digest_of_row(row)
    except ValueError:
        return None


def _is_digest(row: Row) -> bool:
    try:
        is_plain = bytes.fromhex(row["salt"]).hex() == row["salt"]
        return bool(is_plain and digest_of(row["body"], row["salt"]) == row["digest"])
    except ValueError:  # text or salt are none any more
        return False


def _kept_as(texts: Sequence[Sequence[object]]) -> str | None:
    try:
        return kept_as([text[: len(KEPT)] for text in texts])
    except ValueError:
        return None

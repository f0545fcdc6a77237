"""`tandem audit`: holds a home's audit against its store, and proves entries. Reads alone, beside a running house or without one."""

import json
import sqlite3
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

from bot.domain.merkle import Edge, inclusion_path, leaf_hash
from bot.domain.proof import Head, Proof, head_from, proof_from
from bot.errors import BadConfig
from bot.home import Home
from bot.ports import Clock
from bot.senses import SystemClock
from bot.store.canonical import canonical
from bot.store.codec import load, stamp
from bot.store.verifying import Progress, Tally, Verification, Wrong, opened

T = TypeVar("T")
Json = dict[str, Any]

LEAVES = "SELECT leaf FROM audit ORDER BY seq"


class Shown(Protocol):
    """Where results are shown; see `bot.terminal.Terminal`."""

    def show_wrongs(self, wrongs: Iterable[tuple[str, Mapping[str, object]]], tally: Callable[[], Json]) -> int:
        """What is wrong, as it is found, then how much was looked at; returns the exit code."""
        ...

    def watched_count(self) -> Progress:
        """Tells how far it is."""
        ...

    def show_line(self, key: str, facts: Json) -> None:
        """A result in one sentence."""
        ...

    def show_json(self, data: object) -> None:
        """Data."""
        ...


@dataclass(frozen=True)
class Proving:
    """The verbs over one home."""

    home: Home
    shown: Shown
    clock: Clock = field(default_factory=SystemClock)
    tally: Tally = field(default_factory=Tally)

    def carry_out(self, asked: Namespace) -> int:
        """What was asked for on the command line; returns the exit code.  Raises: BadConfig."""
        match asked.proves:
            case "verify":
                wrongs = self.wrongs(asked.head, self.shown.watched_count())
                return self.shown.show_wrongs(((one.key, one.facts) for one in wrongs), lambda: asdict(self.tally))
            case "head":
                head = self.head().told()
                self._told(head, asked.out, lambda: self.shown.show_line("audit_head_line", head))
            case "proof":
                proof = self.proof(asked.seq, asked.head).told()
                self._told(proof, asked.out, lambda: self.shown.show_json(proof))
            case "prove":
                held = proven(asked.file, asked.head)
                entry = {name: held.entry.get(name, "") for name in ("seq", "kind", "at", "actor")}
                self.shown.show_line("audit_proven", {**entry, "size": held.head.size, "root": held.head.root})
        return 0

    def wrongs(self, head_file: Path | None, progress: Progress) -> Iterator[Wrong]:
        """All that is wrong, as it is found. The heads that lie in the home are compared with as well; the tally tells how much there was.

        Raises: BadConfig where there is no store, or it cannot be read.
        """
        heads = {str(head_file): _head_in(head_file)} if head_file else {}
        for path in sorted(self.home.heads.glob("*.json")):
            try:
                heads[f"{self.home.heads.name}/{path.name}"] = _head_in(path)
            except BadConfig:
                yield Wrong("audit_head_file", {"where": f"{self.home.heads.name}/{path.name}"})
        with self._reading() as database:
            database.execute("SELECT size FROM audit_edge")
        try:
            yield from Verification(self.home.truth, heads, progress, self.tally).wrongs()
        except sqlite3.DatabaseError as error:
            raise BadConfig("audit_unreadable", path=self.home.truth, why=error) from error

    def head(self) -> Head:
        """The head as it stands.  Raises: BadConfig."""
        with self._reading() as database:
            edge = _edge(database)
        return Head(edge.size, edge.root.hex(), stamp(self.clock.now()))

    def proof(self, seq: int, head_file: Path | None) -> Proof:
        """That an entry is in the audit, against the head in a file, or as it stands.  Raises: BadConfig, also when it does not hold."""
        head = _head_in(head_file) if head_file else self.head()
        if not 1 <= seq <= head.size:
            raise BadConfig("audit_no_entry", seq=seq, size=head.size)
        with self._reading() as database:
            row = database.execute("SELECT entry FROM audit WHERE seq = ?", (seq,)).fetchone()
            leaves = (bytes.fromhex(leaf) for (leaf,) in database.execute(LEAVES))
            try:
                proof = Proof(load(row[0]), tuple(one.hex() for one in inclusion_path(leaves, seq - 1, head.size)), head)
            except (TypeError, ValueError):  # no entry, no leaf, or none that can be read
                raise BadConfig("audit_not_proven", seq=seq) from None
        return _holding(proof)

    def _told(self, told: Json, out: Path | None, show: Callable[[], None]) -> None:
        """Into a file, as canonical JSON, or shown."""
        if out is None:
            show()
            return
        try:
            out.write_bytes(canonical(told) + b"\n")
        except OSError as error:
            raise BadConfig("audit_bad_file", file=out, why=error.strerror) from error
        self.shown.show_line("audit_written", {**told, "file": str(out)})

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        if not self.home.truth.exists():
            raise BadConfig("audit_no_home", folder=self.home.folder)
        try:
            with closing(opened(self.home.truth)) as database:
                database.execute("BEGIN")
                if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'audit_edge'").fetchone():
                    raise BadConfig("audit_none", folder=self.home.folder)
                yield database
        except sqlite3.DatabaseError as error:
            raise BadConfig("audit_unreadable", path=self.home.truth, why=error) from error


def proven(path: Path, head_file: Path | None) -> Proof:
    """The proof in a file, if it holds: against the head in another file, or the one that it names. Needs no home.  Raises: BadConfig."""
    proof = _read(path, proof_from)
    head = _head_in(head_file) if head_file else proof.head
    if (head.size, head.root) != (proof.head.size, proof.head.root):
        raise BadConfig("audit_other_head", file=path, size=proof.head.size, head=head.size)
    return _holding(proof)


def _holding(proof: Proof) -> Proof:
    if not proof.holds(leaf_hash(canonical(proof.entry))):
        raise BadConfig("audit_not_proven", seq=proof.seq)
    return proof


def _head_in(path: Path) -> Head:
    return _read(path, head_from)


def _read(path: Path, made: Callable[[object], T]) -> T:
    try:
        return made(json.loads(path.read_bytes()))
    except OSError as error:
        raise BadConfig("audit_bad_file", file=path, why=error.strerror) from error
    except ValueError as error:
        raise BadConfig("audit_bad_file", file=path, why=error) from error


def _edge(database: sqlite3.Connection) -> Edge:
    size, nodes = database.execute("SELECT size, nodes FROM audit_edge").fetchone()
    try:
        return Edge(size, tuple(bytes.fromhex(one) for one in load(nodes)))
    except (ValueError, TypeError) as error:
        raise sqlite3.DatabaseError(str(error)) from error

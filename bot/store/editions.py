"""The port `Editions`, of prompts and of rules. Knows tables; knows no file. What is in force changes with one row in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import sqlite_utils

from bot.domain.ids import UserId
from bot.domain.prompt_cases import Tried
from bot.domain.prompting import Edition, Standing, version_of
from bot.errors import NotAllowed, Stale
from bot.ports import Clock, Ids
from bot.store.audit import append_audit
from bot.store.codec import Row, dump, load, moment, stamp
from bot.store.content import Shelf
from bot.store.database import Database
from bot.store.events import append_event
from bot.store.rows import change, every, insert, one

# ruff: noqa: S608 - statements are put together from the names below


@dataclass(frozen=True)
class Kind:
    """What the editions are of. noun: as audit and events call it; key: the column that names which one. The rest: its refusals."""

    noun: str
    table: str
    key: str
    moved: str
    gone: str
    needs_second: str


PROMPT = Kind("prompt", "prompt_editions", "prompt", "prompt_moved", "prompt_gone", "prompt_needs_second")
RULES = Kind("rules", "rule_editions", "rules", "rules_moved", "rules_gone", "rules_needs_second")


def prompt_editions(database: sqlite_utils.Database) -> None:
    """A step of the migrations."""
    _kept(database, PROMPT)


def rule_editions(database: sqlite_utils.Database) -> None:
    """A step of the migrations."""
    _kept(database, RULES)


def _kept(database: sqlite_utils.Database, kind: Kind) -> None:
    """A table of editions. Each name has at most one that waits; the newest published one is in force."""
    table = database.table(kind.table)
    table.create(
        {
            "id": str, kind.key: str, "number": int, "text": str, "version": str, "base": str, "shipped": str, "author": str, "note": str,
            "at": str, "standing": str, "agreed_by": str, "decided_at": str,
        },
        pk="id",
        not_null={kind.key, "number", "text", "version", "base", "shipped", "author", "note", "at", "standing"},
        strict=True,
    )  # fmt: skip
    table.create_index([kind.key, "number"], unique=True)
    database.execute(f"CREATE UNIQUE INDEX {kind.table}_waiting ON {kind.table} ({kind.key}) WHERE standing = 'waiting'")


def editions_tried(database: sqlite_utils.Database) -> None:
    """A step of the migrations. How an edition fared on the saved cases, as JSON."""
    database.table("prompt_editions").add_column("tried", str)


class SqliteEditions:
    """The port `Editions`. kind: what they are of."""

    def __init__(self, database: Database, clock: Clock, ids: Ids, kind: Kind = PROMPT) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._kind = kind

    async def in_force(self) -> Mapping[str, Edition]:
        """Name -> the edition that holds."""
        table, key = self._kind.table, self._kind.key
        held = f"""
            SELECT * FROM {table} WHERE standing = 'published' AND number = (
                SELECT max(number) FROM {table} AS other WHERE other.{key} = {table}.{key} AND other.standing = 'published')"""
        rows = await self._database.read(lambda database: every(database, held))
        return {row[key]: self._edition(row) for row in rows}

    async def history(self, name: str) -> Sequence[Edition]:
        """All editions of one, newest first."""
        rows = await self._database.read(lambda database: self._past(database, name))
        return [self._edition(row) for row in rows]

    async def publish(
        self, name: str, text: str, note: str, by: UserId, *, base: str, shipped: str, alone: bool, tried: Tried | None = None
    ) -> Edition:
        """Keep a new edition; see the port."""
        told: Row = {self._kind.key: name, "text": text, "note": note, "author": by, "base": base, "shipped": shipped}
        told |= {"tried": dump(asdict(tried))} if tried else {}
        return await self._database.write(lambda database: self._publish(database, told, alone=alone))

    async def agree(self, edition_id: str, by: UserId) -> Edition:
        """Put one that waits in force; see the port."""
        return await self._database.write(lambda database: self._decide(database, edition_id, by, Standing.PUBLISHED))

    async def drop(self, edition_id: str, by: UserId) -> Edition:
        """Put one that waits away; see the port."""
        return await self._database.write(lambda database: self._decide(database, edition_id, by, Standing.DROPPED))

    def _past(self, database: sqlite_utils.Database, name: str) -> Sequence[Row]:
        found = f"SELECT * FROM {self._kind.table} WHERE {self._kind.key} = :name ORDER BY number DESC"
        return every(database, found, {"name": name})

    def _publish(self, database: sqlite_utils.Database, told: Row, *, alone: bool) -> Edition:
        past = self._past(database, told[self._kind.key])
        held = next((row for row in past if row["standing"] == Standing.PUBLISHED), None)
        waits = next((row for row in past if row["standing"] == Standing.WAITING), None)
        if waits or told["base"] != (held["version"] if held else told["shipped"]):
            moved = waits or held
            by, number = (moved["author"], moved["number"]) if moved else ("", 0)
            raise Stale(self._kind.moved, by=by, number=number)
        row = {
            **told, "id": self._ids.new(), "number": past[0]["number"] + 1 if past else 1, "version": version_of(told["text"]),
            "at": stamp(self._clock.now()), "standing": Standing.PUBLISHED if alone else Standing.WAITING,
        }  # fmt: skip
        insert(database, self._kind.table, row)
        self._tell(database, row, told["author"], "published" if alone else "proposed")
        return self._edition({**row, "agreed_by": None})

    def _decide(self, database: sqlite_utils.Database, edition_id: str, by: UserId, standing: Standing) -> Edition:
        row = one(database, f"SELECT * FROM {self._kind.table} WHERE id = :id", {"id": edition_id})
        if row is None or (row["standing"] != Standing.WAITING and (row["standing"], row["agreed_by"]) != (standing, by)):
            raise Stale(self._kind.gone)
        if standing is Standing.PUBLISHED and row["author"] == by:
            raise NotAllowed(self._kind.needs_second)
        decide = f"""
            UPDATE {self._kind.table} SET standing = :standing, agreed_by = :by, decided_at = :now
            WHERE id = :id AND standing = 'waiting'"""
        if change(database, decide, {"id": edition_id, "standing": standing, "by": by, "now": stamp(self._clock.now())}):
            self._tell(database, row, by, "published" if standing is Standing.PUBLISHED else "dropped")
        return self._edition({**row, "standing": standing, "agreed_by": by})

    def _tell(self, database: sqlite_utils.Database, row: Row, by: UserId, what: str) -> None:
        shelf, kind = Shelf(database, self._ids, self._clock.now()), f"{self._kind.noun}.{what}"
        about = {"edition": row["id"], self._kind.key: row[self._kind.key], "number": row["number"], "version": row["version"]}
        append_audit(shelf, kind, by, about)
        if what == "published":
            append_event(shelf, kind, 1, about)

    def _edition(self, row: Row) -> Edition:
        agreed_by = UserId(row["agreed_by"]) if row["agreed_by"] else None
        return Edition(
            row["id"], row[self._kind.key], row["number"], row["text"], row["version"], row["base"], row["shipped"],
            UserId(row["author"]), row["note"], moment(row["at"]), Standing(row["standing"]), agreed_by,
            Tried(**load(row["tried"])) if row.get("tried") else None,
        )  # fmt: skip

"""The port `Editions`. Knows tables; knows no file of a prompt. What is in force changes with one row in one transaction."""

from collections.abc import Mapping, Sequence

import sqlite_utils

from bot.domain.ids import UserId
from bot.domain.prompting import Edition, Standing, version_of
from bot.errors import NotAllowed, Stale
from bot.ports import Clock, Ids
from bot.store.audit import append_audit
from bot.store.codec import Row, moment, stamp
from bot.store.content import Shelf
from bot.store.database import Database
from bot.store.events import append_event
from bot.store.rows import change, every, insert, one

IN_FORCE = """
    SELECT * FROM prompt_editions WHERE standing = 'published' AND number = (
        SELECT max(number) FROM prompt_editions AS other
        WHERE other.prompt = prompt_editions.prompt AND other.standing = 'published')"""
HISTORY = "SELECT * FROM prompt_editions WHERE prompt = :prompt ORDER BY number DESC"
WAITS = "SELECT * FROM prompt_editions WHERE prompt = :prompt AND standing = 'waiting'"
DECIDE = """
    UPDATE prompt_editions SET standing = :standing, agreed_by = :by, decided_at = :now WHERE id = :id AND standing = 'waiting'"""


def prompt_editions(database: sqlite_utils.Database) -> None:
    """A step of the migrations. Each prompt has at most one edition that waits; the newest published one is in force."""
    database.table("prompt_editions").create(
        {
            "id": str, "prompt": str, "number": int, "text": str, "version": str, "base": str, "shipped": str, "author": str, "note": str,
            "at": str, "standing": str, "agreed_by": str, "decided_at": str,
        },
        pk="id",
        not_null={"prompt", "number", "text", "version", "base", "shipped", "author", "note", "at", "standing"},
        strict=True,
    )  # fmt: skip
    database.table("prompt_editions").create_index(["prompt", "number"], unique=True)
    database.execute("CREATE UNIQUE INDEX prompt_editions_waiting ON prompt_editions (prompt) WHERE standing = 'waiting'")


class SqliteEditions:
    """The port `Editions`."""

    def __init__(self, database: Database, clock: Clock, ids: Ids) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids

    async def in_force(self) -> Mapping[str, Edition]:
        """Prompt -> the edition that holds."""
        rows = await self._database.read(lambda database: every(database, IN_FORCE))
        return {row["prompt"]: _edition(row) for row in rows}

    async def history(self, prompt: str) -> Sequence[Edition]:
        """All editions of one, newest first."""
        rows = await self._database.read(lambda database: every(database, HISTORY, {"prompt": prompt}))
        return [_edition(row) for row in rows]

    async def publish(self, prompt: str, text: str, note: str, by: UserId, *, base: str, shipped: str, alone: bool) -> Edition:
        """Keep a new edition; see the port."""
        told = {"prompt": prompt, "text": text, "note": note, "author": by, "base": base, "shipped": shipped}
        return await self._database.write(lambda database: self._publish(database, told, alone=alone))

    async def agree(self, edition_id: str, by: UserId) -> Edition:
        """Put one that waits in force; see the port."""
        return await self._database.write(lambda database: self._decide(database, edition_id, by, Standing.PUBLISHED))

    async def drop(self, edition_id: str, by: UserId) -> Edition:
        """Put one that waits away.  Raises: Stale("prompt_gone")."""
        return await self._database.write(lambda database: self._decide(database, edition_id, by, Standing.DROPPED))

    def _publish(self, database: sqlite_utils.Database, told: Row, *, alone: bool) -> Edition:
        past = every(database, HISTORY, told)
        held = next((row for row in past if row["standing"] == Standing.PUBLISHED), None)
        waits = one(database, WAITS, told)
        if waits or told["base"] != (held["version"] if held else told["shipped"]):
            moved = waits or held
            raise Stale("prompt_moved", by=moved["author"] if moved else "", number=moved["number"] if moved else 0)
        row = {
            **told, "id": self._ids.new(), "number": past[0]["number"] + 1 if past else 1, "version": version_of(told["text"]),
            "at": stamp(self._clock.now()), "standing": Standing.PUBLISHED if alone else Standing.WAITING,
        }  # fmt: skip
        insert(database, "prompt_editions", row)
        self._tell(database, row, told["author"], "prompt.published" if alone else "prompt.proposed")
        return _edition({**row, "agreed_by": None})

    def _decide(self, database: sqlite_utils.Database, edition_id: str, by: UserId, standing: Standing) -> Edition:
        row = one(database, "SELECT * FROM prompt_editions WHERE id = :id", {"id": edition_id})
        if row is None or (row["standing"] != Standing.WAITING and (row["standing"], row["agreed_by"]) != (standing, by)):
            raise Stale("prompt_gone")
        if standing is Standing.PUBLISHED and row["author"] == by:
            raise NotAllowed("prompt_needs_second")
        decided = {"id": edition_id, "standing": standing, "by": by, "now": stamp(self._clock.now())}
        if change(database, DECIDE, decided):
            self._tell(database, row, by, "prompt.published" if standing is Standing.PUBLISHED else "prompt.dropped")
        return _edition({**row, "standing": standing, "agreed_by": by})

    def _tell(self, database: sqlite_utils.Database, row: Row, by: UserId, what: str) -> None:
        shelf = Shelf(database, self._ids, self._clock.now())
        about = {"edition": row["id"], "prompt": row["prompt"], "number": row["number"], "version": row["version"]}
        append_audit(shelf, what, by, about)
        if what == "prompt.published":
            append_event(shelf, what, 1, about)


def _edition(row: Row) -> Edition:
    agreed_by = UserId(row["agreed_by"]) if row["agreed_by"] else None
    return Edition(
        row["id"], row["prompt"], row["number"], row["text"], row["version"], row["base"], row["shipped"], UserId(row["author"]),
        row["note"], moment(row["at"]), Standing(row["standing"]), agreed_by,
    )  # fmt: skip

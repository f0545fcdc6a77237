"""The port `Cases`. Knows tables; runs no case. The words of a decision are never copied here: a case refers to it by its id."""

from collections.abc import Sequence

import sqlite_utils

from bot.domain.ids import DecisionId, UserId
from bot.domain.prompt_cases import MOST_CASES, Case, Wish
from bot.domain.talk import Lang
from bot.errors import Stale, Unclear
from bot.ports import Clock, Ids
from bot.store.audit import Within, append_audit
from bot.store.codec import Row, dump, load, moment, stamp
from bot.store.database import Database
from bot.store.rows import change, every, insert, one

OF_PROMPT = "SELECT * FROM prompt_cases WHERE prompt = :prompt AND dropped = 0 ORDER BY seq"
OF_DECISION = "SELECT * FROM prompt_cases WHERE prompt = :prompt AND decision_id = :decision_id"
ONE = "SELECT * FROM prompt_cases WHERE id = :id"
COUNT = "SELECT COUNT(*) AS count FROM prompt_cases WHERE prompt = :prompt AND dropped = 0"
CHANGE = """
    UPDATE prompt_cases SET said = :said, decision_id = :decision_id, lang = :lang, must = :must, must_not = :must_not, note = :note,
        author = :author, at = :at, revision = revision + 1
    WHERE id = :id AND revision = :revision AND dropped = 0"""
DROP = "UPDATE prompt_cases SET dropped = :dropped, revision = revision + 1 WHERE id = :id AND dropped <> :dropped"


def prompt_cases(database: sqlite_utils.Database) -> None:
    """A step of the migrations. must, must_not: JSON. A decision is a case of a prompt at most once."""
    table = database.table("prompt_cases")
    table.create(
        {
            "seq": int, "id": str, "prompt": str, "said": str, "decision_id": str, "lang": str, "must": str, "must_not": str, "note": str,
            "author": str, "at": str, "revision": int, "dropped": int,
        },
        pk="seq",
        not_null={"id", "prompt", "said", "lang", "must", "must_not", "note", "author", "at", "revision", "dropped"},
        strict=True,
    )  # fmt: skip
    table.create_index(["id"], unique=True)
    table.create_index(["prompt", "seq"])
    database.execute(
        "CREATE UNIQUE INDEX prompt_cases_decision ON prompt_cases (prompt, decision_id) WHERE decision_id IS NOT NULL"
    )


class SqliteCases:
    """The port `Cases`."""

    def __init__(self, database: Database, clock: Clock, ids: Ids) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids

    async def of(self, prompt: str) -> Sequence[Case]:
        """Those of one prompt, oldest first."""
        rows = await self._database.read(lambda database: every(database, OF_PROMPT, {"prompt": prompt}))
        return [_case(row) for row in rows]

    async def add(self, prompt: str, wish: Wish, by: UserId) -> Case:
        """Save one; see the port."""
        return await self._database.write(lambda database: self._add(database, prompt, wish, by))

    async def change(self, case_id: str, wish: Wish, by: UserId, *, revision: int) -> Case:
        """Save it otherwise; see the port."""
        values = {**self._row(wish, by), "id": case_id, "revision": revision}
        return await self._database.write(lambda database: self._changed(database, CHANGE, values, by, "prompt.case_changed"))

    async def drop(self, case_id: str, by: UserId, *, dropped: bool) -> Case:
        """Put it away, or back; see the port."""
        return await self._database.write(lambda database: self._dropped(database, case_id, by, dropped=dropped))

    def _add(self, database: sqlite_utils.Database, prompt: str, wish: Wish, by: UserId) -> Case:
        known = one(database, OF_DECISION, {"prompt": prompt, "decision_id": wish.decision}) if wish.decision else None
        if known:
            return self._dropped(database, known["id"], by, dropped=False) if known["dropped"] else _case(known)
        _check_room(database, prompt)
        row = {**self._row(wish, by), "id": self._ids.new(), "prompt": prompt, "revision": 1, "dropped": 0}
        insert(database, "prompt_cases", row)
        self._tell(database, row, by, "prompt.case_added")
        return _case(row)

    def _dropped(self, database: sqlite_utils.Database, case_id: str, by: UserId, *, dropped: bool) -> Case:
        row = one(database, ONE, {"id": case_id})
        if row is not None and not dropped and row["dropped"]:
            _check_room(database, row["prompt"])
        told = "prompt.case_dropped" if dropped else "prompt.case_added"
        return self._changed(database, DROP, {"id": case_id, "dropped": int(dropped)}, by, told)

    def _changed(self, database: sqlite_utils.Database, statement: str, values: Row, by: UserId, told: str) -> Case:
        if not change(database, statement, values):
            raise Stale("case_moved")
        row = one(database, ONE, values)
        if row is None:
            raise Stale("case_moved")
        self._tell(database, row, by, told)
        return _case(row)

    def _row(self, wish: Wish, by: UserId) -> Row:
        return {
            "said": wish.said, "decision_id": wish.decision, "lang": wish.lang, "must": dump(list(wish.must)),
            "must_not": dump(list(wish.must_not)), "note": wish.note, "author": by, "at": stamp(self._clock.now()),
        }  # fmt: skip

    def _tell(self, database: sqlite_utils.Database, row: Row, by: UserId, what: str) -> None:
        about = {"case": row["id"], "prompt": row["prompt"], "revision": row["revision"], "decision": row["decision_id"]}
        append_audit(Within(database, self._clock.now()), what, by, about)


def _check_room(database: sqlite_utils.Database, prompt: str) -> None:
    """Raises: Unclear("case_many")."""
    found = one(database, COUNT, {"prompt": prompt})
    if found and found["count"] >= MOST_CASES:
        raise Unclear("case_many", most=MOST_CASES)


def _case(row: Row) -> Case:
    decision = DecisionId(row["decision_id"]) if row["decision_id"] else None
    wish = Wish(row["said"], decision, Lang(row["lang"]), tuple(load(row["must"])), tuple(load(row["must_not"])), row["note"])
    return Case(row["id"], row["prompt"], wish, UserId(row["author"]), moment(row["at"]), row["revision"], bool(row["dropped"]))

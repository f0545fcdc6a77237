"""The port `RuleFirings`: which occasion of which rule was acted on. Ids alone: what an occasion says is in the records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlite_utils

from bot.domain.ids import RecordId
from bot.ports import Clock
from bot.ports.watching import RuleFiring
from bot.store.codec import Row, stamp
from bot.store.database import Database
from bot.store.rows import change, every, insert, one

KNOWN = "SELECT * FROM rule_firings WHERE rule_id = :rule ORDER BY at, id"
OPEN = "SELECT * FROM rule_firings WHERE done = 0 ORDER BY at, id"
SAME = "SELECT * FROM rule_firings WHERE rule_id = :rule_id AND account_id = :account_id AND occasion = :occasion"
FINISH = "UPDATE rule_firings SET done = 1 WHERE id = :id"


def rule_firings(database: sqlite_utils.Database) -> None:
    """A step of the migrations. An occasion of a rule is acted on once, whoever looks for it."""
    table = database.table("rule_firings")
    table.create(
        {
            "id": str, "rule_id": str, "account_id": str, "occasion": str, "day": str, "task_id": str, "summed": str, "done": int,
            "at": str,
        },
        pk="id",
        not_null={"rule_id", "account_id", "occasion", "day", "task_id", "summed", "done", "at"},
        strict=True,
    )  # fmt: skip
    table.create_index(["rule_id", "account_id", "occasion"], unique=True)
    database.execute("CREATE INDEX rule_firings_open ON rule_firings (at) WHERE done = 0")


@dataclass(frozen=True)
class SqliteRuleFirings:
    """The port `RuleFirings`."""

    database: Database
    clock: Clock

    async def begin(self, firing: RuleFiring) -> RuleFiring:
        """Keep one; the one that was kept before for the same rule, account and occasion, if there was one."""
        row: Row = {
            "id": firing.id, "rule_id": firing.rule, "account_id": firing.account, "occasion": firing.occasion,
            "day": firing.day.isoformat(), "task_id": firing.task, "summed": firing.summed, "done": int(firing.done),
            "at": stamp(self.clock.now()),
        }  # fmt: skip

        def work(database: sqlite_utils.Database) -> RuleFiring:
            if same := one(database, SAME, row):
                return _firing(same)
            insert(database, "rule_firings", row)
            return firing

        return await self.database.write(work)

    async def known(self, rule: RecordId) -> Sequence[RuleFiring]:
        """All of a rule, oldest first."""
        return await self._every(KNOWN, {"rule": rule})

    async def open(self) -> Sequence[RuleFiring]:
        """Those that are not done, oldest first."""
        return await self._every(OPEN, {})

    async def finish(self, firing_id: str) -> None:
        """Note that everything of it was said and written."""
        await self.database.write(lambda database: change(database, FINISH, {"id": firing_id}))

    async def _every(self, statement: str, values: Row) -> list[RuleFiring]:
        rows = await self.database.read(lambda database: every(database, statement, values))
        return [_firing(row) for row in rows]


def _firing(row: Row) -> RuleFiring:
    return RuleFiring(
        row["id"], RecordId(row["rule_id"]), RecordId(row["account_id"]), row["occasion"], date.fromisoformat(row["day"]),
        RecordId(row["task_id"]), row["summed"], bool(row["done"]),
    )  # fmt: skip

"""How many tokens each person has used of each role of the chat models, by day. Knows counts; knows no text and no budget."""

from datetime import date

import sqlite_utils

from bot.domain.ids import UserId
from bot.store.database import Database
from bot.store.rows import change, one

SPEND = """
    INSERT INTO spending (user_id, role, day, tokens) VALUES (:user_id, :role, :day, :tokens)
    ON CONFLICT (user_id, role, day) DO UPDATE SET tokens = spending.tokens + excluded.tokens"""
SPENT = "SELECT tokens FROM spending WHERE user_id = :user_id AND role = :role AND day = :day"


def spending(database: sqlite_utils.Database) -> None:
    """A step of the migrations. Tokens by person, role and day."""
    database.table("spending").create(
        {"user_id": str, "role": str, "day": str, "tokens": int}, pk=("user_id", "role", "day"), not_null={"tokens"}, strict=True
    )


class SqliteSpending:
    """The port `Spending`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def spent(self, user_id: UserId, role: str, day: date) -> int:
        """Tokens of that day."""
        row = await self._database.read(lambda database: one(database, SPENT, _key(user_id, role, day)))
        return int(row["tokens"]) if row else 0

    async def spend(self, user_id: UserId, role: str, day: date, tokens: int) -> None:
        """Add to them."""
        values = {**_key(user_id, role, day), "tokens": tokens}
        await self._database.write(lambda database: change(database, SPEND, values))


def _key(user_id: UserId, role: str, day: date) -> dict[str, object]:
    return {"user_id": user_id, "role": role, "day": day.isoformat()}

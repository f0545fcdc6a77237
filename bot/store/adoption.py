"""The port `UsesMade`: what people did with what they were shown, counted for several together. Tells of no one person."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from bot.domain.digest import Adoption
from bot.domain.ids import UserId
from bot.store.codec import dump, span
from bot.store.database import Database
from bot.store.rows import one

COUNTED = """
    WITH theirs AS (
        SELECT decisions.id, decisions.user_id FROM decisions
        WHERE decisions.at >= :first AND decisions.at < :until AND decisions.user_id IN (SELECT value FROM json_each(:people))
          AND json_extract(decisions.made, '$.skill') <> 'house')
    SELECT COUNT(DISTINCT theirs.user_id) AS active,
        COUNT(DISTINCT CASE WHEN uses.use = 'shown' THEN theirs.id END) AS shown,
        COUNT(DISTINCT CASE WHEN uses.use IN ('used', 'edited') THEN theirs.id END) AS used
    FROM theirs LEFT JOIN uses ON uses.decision_id = theirs.id"""
"""Suggestions alone: what the house says of its own business is no suggestion."""


@dataclass(frozen=True)
class SqliteUsesMade:
    """The port `UsesMade`."""

    database: Database

    async def of(self, people: Collection[UserId], first: date, last: date, zone: str) -> Adoption:
        """Of these people together."""
        begins, ends = span(first, last, zone)
        values = {"people": dump(sorted(people)), "first": begins, "until": ends}
        row = await self.database.read(lambda database: one(database, COUNTED, values)) or {}
        return Adoption(len(people), row.get("active", 0), row.get("shown", 0), row.get("used", 0))

"""What an admin would be told at the door: how much of each kind waits for them, and how much was asked lately. Knows counts alone."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

import sqlite_utils

from bot.ports import Clock
from bot.store.codec import stamp
from bot.store.database import Database
from bot.store.gaps import GAPS, SKILL
from bot.store.rows import every

MOST = 100
"""More questions than this are not counted one by one."""
NOTICES: Mapping[str, str] = {
    "prompts": "SELECT count(*) AS count FROM prompt_editions WHERE standing = 'waiting'",
    "rules": "SELECT count(*) AS count FROM rule_editions WHERE standing = 'waiting'",
    "gaps": f"SELECT count(*) AS count FROM ({GAPS})",  # noqa: S608 - a constant
    "jobs": "SELECT count(*) AS count FROM firings WHERE state = 'failed'",
    "stuck": "SELECT count(*) AS count FROM outbox WHERE state IN ('dead', 'unsure')",
    "knocks": "SELECT count(*) AS count FROM knocks WHERE last_at >= :since",
}
"""Editions that want a second admin, questions without an answer, failed jobs, messages that did not arrive, strangers who knocked."""
HOURS = """
    SELECT substr(at, 1, 13) AS hour, count(*) AS count FROM decision_terms WHERE term = 'all' AND at >= :since
    GROUP BY hour ORDER BY hour"""


class SqliteNotices:
    """Reads alone."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def waiting(self, since: datetime) -> Mapping[str, int]:
        """Of each kind of `NOTICES`, how many; what comes from outside, since then."""
        values = {"since": stamp(since), "skill": f"skill:{SKILL}", "limit": MOST}

        def work(database: sqlite_utils.Database) -> Mapping[str, int]:
            return {name: int(every(database, counted, values)[0]["count"]) for name, counted in NOTICES.items()}

        return await self._database.read(work)

    async def hours(self, since: datetime) -> Mapping[datetime, int]:
        """How many decisions that admins may search were made in each hour, by its beginning in UTC; none of an hour without."""
        rows = await self._database.read(lambda database: every(database, HOURS, {"since": stamp(since)}))
        return Counter({datetime.fromisoformat(f"{row['hour']}:00:00+00:00"): int(row["count"]) for row in rows})

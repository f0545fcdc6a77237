"""The port `PromptResults`: what became of suggestions, by the prompts that worded them. Knows counts; tells of no person and no word."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlite_utils

from bot.domain.prompting import Fared
from bot.store.codec import stamp
from bot.store.database import Database
from bot.store.rows import every

ASKED = """((CASE WHEN json_valid(made) THEN json_extract(made, '$.model') <> 'builtin' END) OR made LIKE '%"choose/%')"""
"""Decisions for which a prompt can have been asked. As the index has it, or it is not used; a row that is broken ends no statement."""
COUNTED = f"""
    WITH worded AS MATERIALIZED (
        SELECT decisions.id, decisions.draft_id, each.key AS prompt, each.value AS version
        FROM decisions, json_each(decisions.made, '$.prompts') AS each
        WHERE decisions.at >= :since AND {ASKED} AND (json_extract(decisions.made, '$.model') <> 'builtin' OR each.key LIKE 'choose/%')),
    fared AS (
        SELECT worded.id, worded.prompt, worded.version,
            MAX(uses.use = 'shown') AS shown, MAX(uses.use = 'used') AS used, MAX(uses.use = 'edited') AS edited,
            MAX(uses.use = 'ignored') AS ignored,
            EXISTS (SELECT 1 FROM feedback WHERE feedback.decision_id = worded.id AND feedback.verdict = 'down')
                OR EXISTS (SELECT 1 FROM drafts WHERE drafts.id = worded.draft_id AND drafts.state = 'discarded') AS rejected
        FROM worded LEFT JOIN uses ON uses.decision_id = worded.id GROUP BY worded.id, worded.prompt)
    SELECT prompt, version, COUNT(*) AS made, COALESCE(SUM(shown), 0) AS shown, COALESCE(SUM(used), 0) AS used,
        COALESCE(SUM(edited), 0) AS edited, COALESCE(SUM(ignored), 0) AS ignored, COALESCE(SUM(rejected), 0) AS rejected
    FROM fared GROUP BY prompt, version ORDER BY prompt, made DESC"""  # noqa: S608 - a constant
"""Where the builtin brain answered, no prompt was asked; the chooser's is noted only where it was."""


def decisions_asked(database: sqlite_utils.Database) -> None:
    """A step of the migrations. A house without a chat model has few of them, and need not read all it ever decided to know so."""
    database.execute(f"CREATE INDEX decisions_asked ON decisions (at) WHERE {ASKED}")


class SqlitePromptResults:
    """The port `PromptResults`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def since(self, moment: datetime) -> Mapping[str, Sequence[Fared]]:
        """Prompt -> how each of its versions fared."""
        rows = await self._database.read(lambda database: every(database, COUNTED, {"since": stamp(moment)}))
        found: dict[str, list[Fared]] = {}
        for row in rows:
            told = Fared(row["version"], row["made"], row["shown"], row["used"], row["edited"], row["ignored"], row["rejected"])
            found.setdefault(row["prompt"], []).append(told)
        return found

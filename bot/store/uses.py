"""What people did with suggestions. Knows one table; knows no rule of adoption."""

from datetime import datetime

import sqlite_utils

from bot.domain.decision import Use
from bot.domain.ids import DecisionId, UserId
from bot.store.codec import moment, stamp
from bot.store.rows import every, insert

NOBODY = ""
"""Stands for a person we do not know: NULLs would not count as the same one."""


def note_use(database: sqlite_utils.Database, decision_id: DecisionId, use: Use, user_id: UserId | None, now: datetime) -> None:
    """Remember a use inside the caller's transaction; the same use by the same person counts once."""
    row = {"decision_id": decision_id, "use": use.value, "user_id": user_id or NOBODY, "at": stamp(now)}
    insert(database, "uses", row, or_ignore="decision_id, use, user_id")


def uses_of(database: sqlite_utils.Database, decision_id: DecisionId) -> tuple[tuple[Use, UserId | None, datetime], ...]:
    """What people did with one suggestion, oldest first."""
    rows = every(database, "SELECT * FROM uses WHERE decision_id = :id ORDER BY at, use", {"id": decision_id})
    return tuple((Use(row["use"]), UserId(row["user_id"]) if row["user_id"] else None, moment(row["at"])) for row in rows)

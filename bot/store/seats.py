"""Who may sit in a review, as users, rights and absences say inside a transaction. Knows people; knows no state of a review."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlite_utils

from bot.domain.ids import RecordId, UserId
from bot.domain.people import Role
from bot.domain.records import Record
from bot.domain.review import Absence
from bot.domain.seating import SITTING, Bench, Sitter
from bot.errors import NotAllowed
from bot.store.codec import Row, load, moment, stamp
from bot.store.content import Shelf
from bot.store.gate import Gate as Rights
from bot.store.rows import change, every, insert, one

ABSENCES = "SELECT * FROM absences ORDER BY from_date, user_id"
OVERLAPPING = "DELETE FROM absences WHERE user_id = :user_id AND from_date <= :until_date AND until_date >= :from_date"
BEGUN = "SELECT * FROM absences WHERE user_id = :user_id AND from_date <= :today AND until_date >= :today"
DELETED = "DELETE FROM absences WHERE user_id = :user_id AND from_date = :from_date"


@dataclass(frozen=True)
class Sitters:
    """Answers who may sit. rights: who may see which account."""

    rights: Rights

    def bench(self, database: sqlite_utils.Database, now: datetime, author: UserId, account: str | None) -> Bench:
        """All who may sit in a review of something of `author`, about an account."""
        users, away = every(database, "SELECT * FROM users ORDER BY name, id"), away_at(database, now)
        named = set(away.values())
        asked = [row for row in users if row["id"] != author and (row["role"] in SITTING or row["id"] in named)]
        seeing = [row for row in asked if self._sees(database, UserId(row["id"]), account)]
        team = next((row["team"] for row in users if row["id"] == author), "")
        return Bench([Sitter(UserId(row["id"]), Role(row["role"]), row["team"]) for row in seeing], team, away)

    def may_sit(self, database: sqlite_utils.Database, now: datetime, user_id: UserId, account: str | None) -> bool:
        """Whether somebody who was given a seat may still take it: of such a role, or named by somebody who is away; sees the account."""
        row = one(database, "SELECT role FROM users WHERE id = :id", {"id": user_id})
        if row is None or (row["role"] not in SITTING and user_id not in away_at(database, now).values()):
            return False
        return self._sees(database, user_id, account)

    def _sees(self, database: sqlite_utils.Database, user_id: UserId, account: str | None) -> bool:
        row = one(database, "SELECT * FROM records WHERE id = :id", {"id": account}) if account else None
        if row is None:
            return True
        found = Record(RecordId(row["id"]), row["entity"], load(row["body"]), row["revision"], moment(row["created_at"]),
                       moment(row["updated_at"]))  # fmt: skip
        try:
            return self.rights.seen(database, self.rights.scope_of(database, user_id), found) is not None
        except NotAllowed:
            return False


def zone_of(database: sqlite_utils.Database, user_id: str) -> str:
    """The time zone in which a person works."""
    row = one(database, "SELECT zone FROM users WHERE id = :id", {"id": user_id})
    return row["zone"] if row else "UTC"


def away_at(database: sqlite_utils.Database, now: datetime) -> Mapping[UserId, UserId | None]:
    """Who is away at a moment, as their own day is then, and who decides meanwhile."""
    found: dict[UserId, UserId | None] = {}
    for row in every(database, ABSENCES):
        if row["from_date"] <= _today(database, row["user_id"], now) <= row["until_date"]:
            found[UserId(row["user_id"])] = UserId(row["stand_in"]) if row["stand_in"] else None
    return found


def absences(database: sqlite_utils.Database, now: datetime) -> Sequence[Absence]:
    """Who is away, or will be."""
    rows = [row for row in every(database, ABSENCES) if row["until_date"] >= _today(database, row["user_id"], now)]
    return [_absence(row) for row in rows]


def keep_absence(shelf: Shelf, absence: Absence) -> None:
    """In place of those of the same person that overlap it."""
    row: Row = {
        "user_id": absence.user_id, "from_date": absence.from_date, "until_date": absence.until_date, "stand_in": absence.stand_in,
    }  # fmt: skip
    change(shelf.database, OVERLAPPING, {name: row[name] for name in ("user_id", "from_date", "until_date")})
    insert(shelf.database, "absences", {**row, "created_at": stamp(shelf.now)})


def end_absences(shelf: Shelf, user_id: UserId) -> None:
    """Those that have begun are over."""
    for row in every(shelf.database, BEGUN, {"user_id": user_id, "today": _today(shelf.database, user_id, shelf.now)}):
        change(shelf.database, DELETED, {"user_id": user_id, "from_date": row["from_date"]})


def _absence(row: Row) -> Absence:
    return Absence(UserId(row["user_id"]), row["from_date"], row["until_date"], UserId(row["stand_in"]) if row["stand_in"] else None)


def _today(database: sqlite_utils.Database, user_id: str, now: datetime) -> str:
    return now.astimezone(ZoneInfo(zone_of(database, user_id))).date().isoformat()

"""The port `RecordMoves`: how fields of records changed, as one speaker may see it. Knows the history; sums nothing up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import sqlite_utils

from bot.domain.digest import FieldMove
from bot.domain.ids import RecordId
from bot.domain.query import Query, Row, faults
from bot.domain.schema import Schema
from bot.domain.scope import Scope
from bot.store.asking import Asking
from bot.store.codec import load, moment, span
from bot.store.database import Database
from bot.store.rows import every

MOVES = """
    SELECT history.record_id, history.before, history.after, history.at, records.body FROM field_history AS history
    JOIN records ON records.id = history.record_id
    WHERE history.field = :moved_field AND history.at >= :moved_from AND history.at < :moved_until
      AND history.before IS NOT NULL AND history.after IS NOT NULL AND history.record_id IN ({found})
    ORDER BY history.seq"""


def moves(database: sqlite_utils.Database) -> None:
    """A step of the migrations. Changes of one field over some days are found without reading the whole history."""
    database.table("field_history").create_index(["field", "at"])


@dataclass(frozen=True)
class SqliteMoves:
    """The port `RecordMoves`."""

    database: Database
    schema: Schema

    def within(self, scope: Scope) -> "SqliteSeenMoves":
        """The changes in `scope`."""
        return SqliteSeenMoves(self.database, self.schema, scope)


@dataclass(frozen=True)
class SqliteSeenMoves:
    """The port `SeenMoves`."""

    database: Database
    schema: Schema
    scope: Scope

    async def moves(self, query: Query, field: str, first: date, last: date) -> Sequence[FieldMove]:
        """The changes, oldest first.  Raises: NotAllowed, ValueError, as asking `query` does."""
        if wrong := faults(query, self.schema):
            raise ValueError("; ".join(wrong))
        if self.scope.hides(query.entity, field):
            return ()
        return await self.database.read(lambda database: self._moves(database, query, field, (first, last)))

    def _moves(self, database: sqlite_utils.Database, query: Query, field: str, days: tuple[date, date]) -> Sequence[FieldMove]:
        asking = Asking(self.schema, query.entity, self.scope)
        holds = asking.conditions(query)
        found = f"SELECT r.id {asking.source()} {holds}"
        begins, ends = span(*days, self.scope.zone)
        bounds = {"moved_field": field, "moved_from": begins, "moved_until": ends}
        entity = self.schema.entity(query.entity)
        shown = [one.name for one in entity.fields if not self.scope.hides(query.entity, one.name)] if entity else []
        return tuple(
            FieldMove(self._row(row, shown), load(row["before"]), load(row["after"]), self._day(row["at"]))
            for row in every(database, MOVES.format(found=found), {**asking.values, **bounds})
        )

    def _row(self, row: dict[str, str], shown: Sequence[str]) -> Row:
        body = load(row["body"])
        return Row(RecordId(row["record_id"]), {name: body[name] for name in shown if name in body})

    def _day(self, at: str) -> date:
        return moment(at).astimezone(ZoneInfo(self.scope.zone)).date()

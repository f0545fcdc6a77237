"""A gate that lets everything through, for suites about something else than who may what."""

import sqlite_utils

from bot.domain.ids import RecordId, UserId
from bot.domain.records import Record
from bot.domain.scope import EVERY, Reach, Scope
from bot.store.gate import Wish


class OpenGate:
    """The port `Gate`, wide open."""

    def scope_of(self, database: sqlite_utils.Database, user_id: UserId) -> Scope:  # noqa: ARG002 - as the port has it
        """Everything."""
        return Scope(user_id, "", "UTC", writes={EVERY: Reach.ALL})

    def seen(self, database: sqlite_utils.Database, scope: Scope, record: Record) -> Record | None:  # noqa: ARG002 - as the port has it
        """All of it."""
        return record

    def before(self, database: sqlite_utils.Database, wish: Wish) -> None:
        """Nothing is refused."""

    def after(self, database: sqlite_utils.Database, wish: Wish, record_id: RecordId) -> None:
        """Nothing is refused."""

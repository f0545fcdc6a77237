"""The names of all contacts, whoever may see them: for masking, and for nothing that is shown. Knows one field of one entity."""

from collections.abc import Sequence

from bot.store.codec import load
from bot.store.database import Database
from bot.store.rows import every, one

BODIES = "SELECT body FROM records WHERE entity = 'contact' AND erased_at IS NULL"
VERSION = "SELECT COUNT(*) AS count, MAX(updated_at) AS newest FROM records WHERE entity = 'contact'"


class SqliteNames:
    """Contacts' names, and something that differs once they have changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def names(self) -> Sequence[str]:
        """The names of all contacts, archived ones too."""
        return await self._database.read(
            lambda database: [name for row in every(database, BODIES) if isinstance(name := load(row["body"]).get("name"), str)]
        )

    async def names_version(self) -> tuple[object, object]:
        """How many contacts there are, and when the last of them changed."""
        row = await self._database.read(lambda database: one(database, VERSION))
        return (row["count"], row["newest"]) if row else (0, None)

"""Questions to the records, as the inside asks them: reading figures and days, asking what one speaker may see."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.found import Known, Name, Reading
from bot.domain.ids import RecordId
from bot.domain.query import Found, Query
from bot.domain.scope import Scope


class Reader(Protocol):
    """Finds figures, amounts and days in what people say, by rules: never a model."""

    async def read(self, text: str, *, said_at: datetime, zone: str) -> Reading:
        """What is found in `text`, said at `said_at` (aware) by somebody whose days are counted in `zone` (IANA)."""
        ...


class SeenRecords(Protocol):
    """The records that one speaker may see, to be asked; already narrowed, it cannot tell of others."""

    @property
    def scope(self) -> Scope:
        """What the speaker may see, and whose days are counted."""
        ...

    async def ask(self, query: Query) -> Found:
        """What `query` finds.

        Raises: NotAllowed("hidden_field", field=…) when it asks by what the speaker may not see; ValueError when the schema has no
        such question (see `bot.domain.query.faults`).
        """
        ...

    async def spot(self, text: str) -> Sequence[Name]:
        """Names of accounts, contacts, users and products in `text`, in order, the longest where several overlap.

        A name that fits several records is one `Name` with all of them.
        """
        ...

    async def called(self, records: Mapping[str, RecordId]) -> Sequence[Known]:
        """What the records talked about before (entity -> id) are called; those out of the speaker's sight are left out."""
        ...


class RecordQueries(Protocol):
    """All records; hands each speaker the part that they may see."""

    def within(self, scope: Scope) -> SeenRecords:
        """The records in `scope`."""
        ...

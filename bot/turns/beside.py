"""What the records tell one person beside a draft: the margin that a quote leaves. Sees what that person may see, and says nothing."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from bot.domain.figures import Left, left_of
from bot.domain.ids import RecordId
from bot.domain.people import Speaker
from bot.domain.records import HeldDraft
from bot.domain.scope import Scope
from bot.errors import NotAllowed
from bot.ports import Records


@dataclass(frozen=True)
class Beside:
    """scope: what a person may see of the records."""

    records: Records
    scope: Callable[[Speaker], Scope]

    async def margin(self, draft: HeldDraft, reader: Speaker) -> Left | None:
        """What a quote leaves of its product's margin; None where it is not known, this person may not see it, or it is their own."""
        product = draft.fields.get("product")
        if not isinstance(product, str) or reader.user_id == draft.author:
            return None
        with suppress(NotAllowed):
            found = await self.records.record(RecordId(product), scope=self.scope(reader))
            return left_of(found.fields, draft.fields.get("discount") or 0) if found else None
        return None

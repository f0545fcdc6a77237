"""What the records say about one account, asked side by side. Knows which questions a brief needs; draws no conclusion."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.domain.ids import RecordId
from bot.domain.query import Filter, Op, Query, Row
from bot.domain.scope import Reach
from bot.errors import NotAllowed
from bot.ports import SeenRecords

OPEN_STAGES = ("qualify", "proposal", "negotiation")
TOUCHES = 80
"""How far back notes are read for what people said."""
MONTHS = 24
Views: TypeAlias = Mapping[str, tuple[Row, ...] | None]
VIEWS: Mapping[str, tuple[str, tuple[Filter, ...], int]] = {
    "contacts": ("contact", (), 50),
    "open_deals": ("opportunity", (Filter("stage", Op.IN, OPEN_STAGES),), 20),
    "won_deals": ("opportunity", (Filter("stage", Op.EQ, "won"),), 50),
    "touches": ("touchpoint", (), TOUCHES),
    "tickets": ("ticket", (Filter("status", Op.NEQ, "closed"),), 20),
    "quotes": ("quote", (Filter("status", Op.IN, ("draft", "in_review", "sent")),), 20),
    "coming": ("order", (Filter("status", Op.IN, ("pending", "in_production", "shipped")),), 20),
    "delivered": ("order", (Filter("status", Op.EQ, "delivered"),), 50),
    "unpaid": ("invoice", (Filter("paid_date", Op.IS_NULL),), 50),
    "contracts": ("contract", (Filter("status", Op.EQ, "active"),), 30),
    "usage": ("usage", (), MONTHS),
    "nps": ("nps", (), 10),
    "signals": ("signal", (), 20),
    "consents": ("consent", (), 50),
}
"""View -> entity, conditions beside the account, rows at most (the newest, by the entity's own day)."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that may be told about one account. views: None where the speaker may not see, or not judge by, such records."""

    account: Row
    views: Views

    def of(self, view: str) -> tuple[Row, ...]:
        """Its records, newest first; none where they are out of sight."""
        return self.views[view] or ()

    def sees(self, view: str) -> bool:
        """Whether "there are none" can be said of it."""
        return self.views[view] is not None


async def facts_of(account: Row, records: SeenRecords) -> Facts:
    """Everything that a brief needs about `account`, as far as the speaker may see it."""
    found = await asyncio.gather(*(_view(records, account.id, *how) for how in VIEWS.values()))
    return Facts(account, dict(zip(VIEWS, found, strict=True)))


async def seen(records: SeenRecords, query: Query) -> tuple[Row, ...] | None:
    """The rows of `query`; None where the speaker may not see such records, or a field that it asks by."""
    if records.scope.of(query.entity) is Reach.NONE:
        return None
    try:
        return (await records.ask(query)).rows
    except NotAllowed:
        return None


async def _view(
    records: SeenRecords, account_id: RecordId, entity: str, conditions: Sequence[Filter], limit: int
) -> tuple[Row, ...] | None:
    return await seen(records, Query(entity, (Filter("account", Op.EQ, account_id), *conditions), limit=limit))

"""What the records say about one account, asked side by side. Knows which questions need asking; draws no conclusion."""

import asyncio
from collections.abc import Mapping, Sequence

from bot.domain.dossier import OPEN_STAGES, Facts
from bot.domain.ids import RecordId
from bot.domain.query import Filter, Op, Query, Row
from bot.domain.scope import Reach
from bot.errors import NotAllowed
from bot.ports import SeenRecords

TOUCHES = 80
"""How far back notes are read for what people said."""
MONTHS = 24
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


async def facts_of(account: Row, records: SeenRecords) -> Facts:
    """Everything about `account`, as far as the speaker may see it."""
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

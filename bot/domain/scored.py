"""The records of one person, with how likely accounts are to leave as one more figure to be asked for. Knows no score's making."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from bot.domain.occasions import Asked
from bot.domain.query import MOST_ROWS, Found, Op, Query, Row
from bot.domain.risk import RiskScore
from bot.domain.scope import Scope

CHURN, CHANCE, ACCOUNT = "churn", "chance", "account"
"""An entity that is none of the schema's: its rows are accounts, its one field the chance in percent."""


@dataclass(frozen=True, slots=True)
class ScoredRecords:
    """Answers what `Asked` answers, and questions to `CHURN`. top: the likeliest of the person's accounts, at most so many."""

    records: Asked
    top: Callable[[int], Awaitable[Sequence[RiskScore]]]

    @property
    def scope(self) -> Scope:
        """What they may see."""
        return self.records.scope

    async def ask(self, query: Query) -> Found:
        """What `query` finds."""
        if query.entity != CHURN:
            return await self.records.ask(query)
        wanted = [one for one in query.filters if one.field == CHANCE]
        whose = [one for one in query.filters if one.field == ACCOUNT]
        of_accounts = tuple(
            replace(one, field=one.field.removeprefix(f"{ACCOUNT}.")) for one in query.filters if one.field not in {CHANCE, ACCOUNT}
        )
        found = await self.records.ask(Query(ACCOUNT, of_accounts, limit=MOST_ROWS))
        names = {row.id: str(row.fields.get("name") or "") for row in found.rows}
        scored = [(one.account_id, round(100 * one.chance)) for one in await self.top(MOST_ROWS) if one.account_id in names]
        rows = tuple(
            Row(account, {ACCOUNT: account, "account_name": names[account], CHANCE: chance})
            for account, chance in scored
            if all(_holds(one.op, chance, one.value) for one in wanted)
            and all((one.value == account) is (one.op is Op.EQ) for one in whose)
        )  # fmt: skip
        return Found(query, len(rows), rows)


def _holds(op: Op, value: float, than: object) -> bool:
    if isinstance(than, bool) or not isinstance(than, int | float):
        return False
    return {Op.LT: value < than, Op.LTE: value <= than, Op.GT: value > than}.get(op, value >= than)

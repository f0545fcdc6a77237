"""The port `SeenRisks`: accounts, scores and alerts as far as one scope reaches. Knows no score's making."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.alert import TAUGHT, Alert, ChurnRules, Learned, learned
from bot.domain.ids import RecordId
from bot.domain.risk import RiskScore
from bot.domain.scope import Scope
from bot.ports import Clock
from bot.ports.churn import AccountFile
from bot.store.alerts import SqliteAlerts
from bot.store.risks import SqliteRisks


@dataclass(frozen=True)
class SqliteSeenRisks:
    """The port `SeenRisks`."""

    risks: SqliteRisks
    alerts: SqliteAlerts
    clock: Clock
    rules: ChurnRules
    scope: Scope
    kept: Callable[[], str] | None = None

    def model(self) -> str:
        """What the house learned from its own outcomes."""
        return self.kept() if self.kept else ""

    async def learned(self) -> Mapping[str, Learned]:
        """What the house's answers make of single reasons."""
        if not self.rules.alerts.learns:
            return {}
        return learned(await self.alerts.answers(self.clock.now() - TAUGHT))

    async def top(self, n: int) -> Sequence[RiskScore]:
        """The likeliest to leave first."""
        return await self.risks.top(self.scope, n)

    async def page(self, after: str = "", limit: int = 100) -> Sequence[AccountFile]:
        """Customers by id."""
        return await self.risks.page(self.scope, after=after, limit=limit)

    async def of(self, account_ids: Collection[RecordId]) -> Sequence[AccountFile]:
        """These accounts."""
        return await self.risks.of(self.scope, account_ids)

    async def count(self) -> int:
        """How many customers they see."""
        return await self.risks.count(self.scope)

    async def alert(self, alert_id: str) -> Alert | None:
        """One alert about an account that they see."""
        found = await self.alerts.alert(alert_id)
        return found if found and await self.risks.of(self.scope, [found.account_id]) else None

"""How likely accounts are to leave, as the inside asks for it to be kept and told."""

from collections.abc import Collection, Sequence
from typing import Protocol

from bot.domain.ids import RecordId
from bot.domain.risk import RiskScore
from bot.domain.scope import Scope


class RiskScores(Protocol):
    """The latest score of each account, and how it came to it."""

    async def top(self, scope: Scope, n: int) -> Sequence[RiskScore]:
        """At most `n` accounts in `scope` in a high or medium band, the likeliest to leave first, as they were last scored.

        Empty where nothing is scored yet, or the account's chance is hidden with the records it stands on.
        """
        ...

    async def latest(self, account_ids: Collection[RecordId]) -> Sequence[RiskScore]:
        """The last scores of these accounts, by account id; those never scored are left out."""
        ...

    async def history(self, account_id: RecordId, limit: int = 100) -> Sequence[RiskScore]:
        """How the score came about, oldest first: a day for each time that it moved."""
        ...

    async def keep(self, scores: Sequence[RiskScore]) -> None:
        """Keep the scores of a day; the same again changes nothing."""
        ...

"""The ports that digests look at beside the records, with what a test puts into them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.domain.digest import Adoption, FieldMove, Interrupted
from bot.domain.ids import TurnId
from bot.domain.query import Query
from bot.domain.records import HeldDraft
from bot.domain.review import Watched
from bot.domain.risk import RiskScore


@dataclass
class Beside:
    """All of them in one. made: changes by field."""

    made: Mapping[str, Sequence[FieldMove]] = field(default_factory=dict)
    targets: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    used: Adoption | None = None
    spoken: Interrupted | None = None
    risks: Sequence[RiskScore] = ()
    held: Sequence[HeldDraft] = ()
    own_reviews: Sequence[Watched] = ()
    others: Sequence[Watched] = ()
    url: str = ""

    async def moves(self, query: Query, field: str, first: date, last: date) -> Sequence[FieldMove]:  # noqa: ARG002 - all are in view
        """The port `SeenMoves`."""
        return [one for one in self.made.get(field, ()) if first <= one.on <= last]

    def of(self, quarter: str) -> Mapping[str, float]:
        """The port `Targets`."""
        return self.targets.get(quarter, {})

    async def adoption(self, first: date, last: date) -> Adoption | None:  # noqa: ARG002 - as above
        """The port `TeamAtWork`."""
        return self.used

    async def interrupted(self, first: date, last: date) -> Interrupted | None:  # noqa: ARG002 - as above
        """The port `TeamAtWork`."""
        return self.spoken

    async def top(self, n: int) -> Sequence[RiskScore]:
        """The port `SeenRisks`."""
        return self.risks[:n]

    def page(self, turn_id: TurnId) -> str:
        """The port `DigestPages`."""
        return f"{self.url}/digests/{turn_id}" if self.url else ""

    async def waiting(self) -> Sequence[HeldDraft]:
        """The port `WaitingDrafts`."""
        return self.held

    async def sent(self) -> Sequence[Watched]:
        """The port `OwnReviews`."""
        return self.own_reviews

    async def to_decide(self) -> Sequence[Watched]:
        """The port `OwnReviews`."""
        return self.others

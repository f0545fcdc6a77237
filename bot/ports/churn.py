"""How likely accounts are to leave, as the inside asks for it to be judged, kept, told and answered."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.domain.alert import Alert, ChurnRules, Learned, Reply
from bot.domain.ids import RecordId, UserId
from bot.domain.risk import RiskScore
from bot.domain.scope import Scope


class RiskScores(Protocol):
    """The latest score of each account, and how it came to it."""

    async def top(self, scope: Scope, n: int) -> Sequence[RiskScore]:
        """At most `n` accounts in `scope` in a high or medium band, the likeliest to leave first, as they were last scored.

        Empty where nothing is scored yet, or where `scope` does not reach the records that a score stands on.
        """
        ...

    async def latest(self, account_ids: Collection[RecordId]) -> Sequence[RiskScore]:
        """The last scores of these accounts, by account id; those never scored are left out."""
        ...

    async def before(self, account_ids: Collection[RecordId], day: date) -> Mapping[RecordId, RiskScore]:
        """How these accounts stood on a day; those that were not scored then are left out."""
        ...

    async def history(self, account_id: RecordId, limit: int = 100) -> Sequence[RiskScore]:
        """How the score came about, oldest first: a day for each time that it moved."""
        ...

    async def keep(self, scores: Sequence[RiskScore]) -> None:
        """Keep the scores of a day; the same again changes nothing."""
        ...


@dataclass(frozen=True, slots=True)
class AccountFile:
    """All that is kept of one account and bears on whether it leaves.

    told: JSON text, `{"account": {"id", "fields"}, "records": {entity: [{"id", "fields"}, …]}}`, the newest of each entity first.
    """

    account_id: RecordId
    name: str
    owner: UserId | None
    team: str
    told: str


class AccountFiles(Protocol):
    """What is kept of customers, account by account, as far as a scope reaches. Archived and erased ones are left out."""

    async def page(self, scope: Scope, *, team: str = "", after: str = "", limit: int = 100) -> Sequence[AccountFile]:
        """Customers by id, beginning after one. team: those of its people, or that name it; "" for all."""
        ...

    async def count(self, scope: Scope) -> int:
        """How many customers a scope reaches."""
        ...

    async def of(self, scope: Scope, account_ids: Collection[RecordId]) -> Sequence[AccountFile]:
        """These accounts, by id, whatever their status; those out of the scope are left out."""
        ...


class PastAccounts(Protocol):
    """Customers and those who were, all of them, with when they left."""

    async def past(self, *, after: str = "", limit: int = 100) -> Sequence[tuple[AccountFile, date | None]]:
        """By id, beginning after one; None for those who have not left, or of whom nobody noted when."""
        ...


class SeenRisks(Protocol):
    """What one speaker may see of accounts and how they were scored: already narrowed, it cannot tell of others."""

    @property
    def rules(self) -> ChurnRules:
        """What the house tuned."""
        ...

    def model(self) -> str:
        """What the house learned from its own outcomes, as text; "" for nothing."""
        ...

    async def learned(self) -> Mapping[str, Learned]:
        """What the house's answers to alerts make of single reasons."""
        ...

    async def top(self, n: int) -> Sequence[RiskScore]:
        """As of `RiskScores`."""
        ...

    async def page(self, after: str = "", limit: int = 100) -> Sequence[AccountFile]:
        """As of `AccountFiles`, over all that they see."""
        ...

    async def of(self, account_ids: Collection[RecordId]) -> Sequence[AccountFile]:
        """As of `AccountFiles`."""
        ...

    async def count(self) -> int:
        """How many customers they see."""
        ...

    async def alert(self, alert_id: str) -> Alert | None:
        """One alert about an account that they see."""
        ...


class RiskJudge(Protocol):
    """Judges accounts beside the house, which goes on answering meanwhile."""

    async def judge(self, files: Sequence[AccountFile], as_of: date, zone: str, factors: Mapping[str, float]) -> Sequence[RiskScore]:
        """The scores of these accounts, in their order. zone: IANA, of the day. factors: reason -> what its weight is taken times.

        Raises: Upstream when the judge died or is silent.
        """
        ...


class RiskTeacher(Protocol):
    """Learns from what became of accounts, beside the house."""

    async def snapshots(self, past: Sequence[tuple[AccountFile, date | None]], today: date, zone: str) -> Sequence[object]:
        """How these accounts stood on past days, for `learn`.  Raises: Upstream as of `RiskJudge`."""
        ...

    async def learn(self, snapshots: Sequence[object]) -> str:
        """The model that they teach, as text.  Raises: Unclear("churn_own_too_few"); Upstream."""
        ...


class Alerts(Protocol):
    """Alerts that were opened, what was told of them, and what was answered."""

    async def open(self, alert: Alert) -> bool:
        """Keep a new one; False, and nothing is kept, where the account has one that is open or taken."""
        ...

    async def renew(self, alert_id: str, score: RiskScore, now: datetime) -> None:
        """The account got worse: the alert is open again, as of this score, and told to nobody yet."""
        ...

    async def alert(self, alert_id: str) -> Alert | None:
        """One of them."""
        ...

    async def of(self, account_ids: Collection[RecordId]) -> Mapping[RecordId, Alert]:
        """The latest alert of each of these accounts, closed ones left out."""
        ...

    async def waiting(self) -> Sequence[Alert]:
        """Those that are open, the likeliest to leave first."""
        ...

    async def note_told(self, alert_id: str, user_id: UserId, now: datetime) -> None:
        """It was told to this person; noted once."""
        ...

    async def answer(self, alert_id: str, reply: Reply, by: UserId, now: datetime, due: date | None = None) -> Alert:
        """Keep an answer and what follows of it; the same again changes nothing.  Raises: KeyError."""
        ...

    async def close(self, account_ids: Collection[RecordId], now: datetime) -> None:
        """These accounts are no risk any more."""
        ...

    async def answers(self, since: datetime) -> Sequence[tuple[tuple[str, ...], Reply | None]]:
        """Of alerts told since: the reasons that each gave, and the last answer, None where there was none."""
        ...

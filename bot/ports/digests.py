"""What digests look at beside the records themselves: changes of fields, targets, a team at work; and who wants none."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from bot.domain.digest import Adoption, DigestKind, FieldMove, Interrupted, PutOffDigest
from bot.domain.ids import TurnId, UserId
from bot.domain.query import Query
from bot.domain.records import HeldDraft
from bot.domain.risk import RiskScore
from bot.domain.scope import Scope


class SeenMoves(Protocol):
    """How the records changed that one speaker may see; narrowed like `SeenRecords`."""

    async def moves(self, query: Query, field: str, first: date, last: date) -> Sequence[FieldMove]:
        """Each change of `field` from one day to another, both counted, of the records that `query` holds for now, oldest first.

        What a field was given when its record was made is no change. Nothing where the field is hidden from the speaker.
        """
        ...


class RecordMoves(Protocol):
    """How all records changed; hands each speaker the part that they may see."""

    def within(self, scope: Scope) -> SeenMoves:
        """The changes in `scope`."""
        ...


class Targets(Protocol):
    """What a team is to sell."""

    def of(self, quarter: str) -> Mapping[str, float]:
        """Currency -> amount, of the speaker's team in a quarter such as `2026-Q3`; of all teams for who leads all. Empty: none set."""
        ...


class TeamAtWork(Protocol):
    """The speaker's team in figures: nothing of any one person."""

    async def adoption(self, first: date, last: date) -> Adoption | None:
        """What the team made of what it was shown between two days; None for who leads no team, and for teams of fewer than `MANY`."""
        ...

    async def interrupted(self, first: date, last: date) -> Interrupted | None:
        """How often its people were spoken to unasked; None for who leads no team."""
        ...


class DigestPages(Protocol):
    """Where digests can be looked at whole."""

    def page(self, turn_id: TurnId) -> str:
        """The address of what a turn came to; "" where people reach no page of ours from a chat."""
        ...


class WaitingDrafts(Protocol):
    """The open drafts of one speaker."""

    async def waiting(self) -> Sequence[HeldDraft]:
        """All of them, newest first."""
        ...


class TopRisks(Protocol):
    """The accounts that one speaker may see, by how likely they are to leave."""

    async def top(self, n: int) -> Sequence[RiskScore]:
        """As `RiskScores.top`."""
        ...


class UsesMade(Protocol):
    """What people did with what they were shown, counted."""

    async def of(self, people: Collection[UserId], first: date, last: date, zone: str) -> Adoption:
        """Of these people together, between two days of a zone (IANA), both counted."""
        ...


class DigestWishes(Protocol):
    """Who wants no digest that they would be sent of the house's own accord."""

    async def stop(self, user_id: UserId, kind: DigestKind) -> None:
        """Send none of this kind to this person."""
        ...

    async def resume(self, user_id: UserId, kind: DigestKind) -> None:
        """Send them again."""
        ...

    async def stopped(self, kind: DigestKind) -> Collection[UserId]:
        """Who wants none of this kind."""
        ...

    async def put_off(self, one: PutOffDigest) -> None:
        """Keep one to be sent later; the same key is kept once."""
        ...

    async def due(self, now: datetime) -> Sequence[PutOffDigest]:
        """Those whose time has come, the first one in front."""
        ...

    async def done(self, key: str) -> None:
        """It was sent, or is not to be."""
        ...

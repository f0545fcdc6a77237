"""Complaints about Tandem, as the inside asks for them to be kept: who wished not to be named is named to nobody."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.complaints import Area, Complaint, Fate
from bot.domain.ids import DecisionId, UserId


class HeardComplaints(Protocol):
    """Complaints, for those who can mend what they are about."""

    async def counts(self, since: datetime) -> Mapping[Area, int]:
        """How many there were of each area, the most frequent first."""
        ...

    async def unmended(self, limit: int) -> Sequence[Complaint]:
        """Those that wait for a word, oldest first."""
        ...


class Complaints(HeardComplaints, Protocol):
    """All that is kept of complaints."""

    async def hand_in(self, decision_id: DecisionId, area: Area, teller: UserId, *, named: bool) -> bool:
        """Keep what was said in the turn of a decision, once.

        named: False where the teller shall be named to nobody: what they said is erased from their own turns in the same transaction, and
        who is to hear what becomes of it is kept apart, until they have.  Returns False where there is nothing left to hand in.
        """
        ...

    async def decide(self, complaint_id: str, fate: Fate, by: UserId) -> Complaint:
        """Note what becomes of one.  Raises: Stale("complaint_gone")."""
        ...

    async def ears(self, complaint_id: str) -> UserId | None:
        """Who is to hear what became of it; for the house alone, that tells them."""
        ...

    async def told(self, complaint_id: str) -> None:
        """Its teller has heard all there is to hear; of an unnamed one it is forgotten who that is."""
        ...

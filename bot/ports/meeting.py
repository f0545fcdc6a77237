"""People who are not known, as the inside asks for them to be remembered: who knocked, and the codes by which they become known."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.acquaintance import Alias, Knock, LinkCode
from bot.domain.ids import TurnId, UserId


class Knocks(Protocol):
    """Who wrote to us and is not known. Forgotten when they become known, and when they have not come for 90 days."""

    async def note(self, knock: Knock, turn_id: TurnId, *, silence_s: float) -> bool:
        """Count a message of theirs, once for each turn; says whether it is to be answered.

        It is when none was within `silence_s` before it; asked again for the same turn, the answer is the same.
        """
        ...

    async def recent(self, limit: int = 100) -> Sequence[Knock]:
        """Who knocked, the latest first."""
        ...


class LinkCodes(Protocol):
    """Codes that were told to strangers. Keeps salted digests; never a code."""

    async def offer(self, code: LinkCode) -> None:
        """Keep a new one; the one that the same stranger was told before is worth nothing any more."""
        ...

    async def open(self, turn_id: TurnId) -> Sequence[LinkCode]:
        """Those that may be used: not yet used, their time not over; and the one that this turn used, for a turn may be walked again."""
        ...

    async def tried(self, by: UserId, turn_id: TurnId, since: datetime) -> int:
        """Count a try of this person, once for each turn; says how many there were since then, this one included."""
        ...

    async def use(self, code: LinkCode, user_id: UserId, by: UserId, turn_id: TurnId) -> Alias:
        """Use it up: what the stranger is called is this user's from now on, with an event `handle.linked`.

        Done again by the same turn, it changes nothing. The tries of `by` are forgotten.
        Raises: Stale("link_code_used"); Stale("handle_taken_by", name=…) when it has become somebody else's; Unclear("no_such_person").
        """
        ...

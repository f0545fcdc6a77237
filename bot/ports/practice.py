"""How teams work with what they are shown, as the inside asks for it; examples of theirs, each with its author's consent."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Protocol

from bot.domain.ids import RecordId, UserId
from bot.domain.practice import Example, Practice


class TeamPractice(Protocol):
    """The practice of the speaker's own team."""

    async def between(self, first: date, last: date) -> Practice:
        """From one day to another, both counted, in the speaker's zone."""
        ...


class Examples(Protocol):
    """Letters that were let through as they were written, and whether their authors let others learn from them."""

    async def unasked(self, authors: Collection[UserId], first: date, last: date) -> Sequence[Example]:
        """Those of these authors about which nobody was asked, the newest of each author."""
        ...

    async def example(self, record_id: RecordId, author: UserId) -> Example | None:
        """One of this author's; None for anybody else's."""
        ...

    async def ask(self, record_id: RecordId, author: UserId) -> None:
        """Note that its author was asked."""
        ...

    async def decide(self, record_id: RecordId, author: UserId, *, given: bool) -> bool:
        """Keep what its author said; False where it is not theirs."""
        ...

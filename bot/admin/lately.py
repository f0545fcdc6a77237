"""What people asked here of late, each sentence once: what a change of the chooser is held against. Complaints are not among it.

Knows no chooser. Words are masked before anybody sees them; see `bot.store.decided` for what is left out.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.domain.records import Page
from bot.domain.sought import FoundDecision, Sought
from bot.ports import Clock

SINCE = timedelta(days=90)
MOST, LOOKED_THROUGH, AT_ONCE = 150, 1_000, 200
"""So many sentences out of so many decisions: each needs its vector, ten milliseconds."""
LONGEST = 300
"""Characters: what is longer is a text that was sent, and no question."""
PRESSED = "person"
HOUSE = "house"


class FindsDecisions(Protocol):
    """See `bot.store.decided`."""

    async def find(self, sought: Sought, *, after: str = "", limit: int = 30) -> Page[FoundDecision]:
        """Newest first."""
        ...


@dataclass(frozen=True)
class AskedLately:
    """masked: a text as an admin may see it."""

    decided: FindsDecisions
    masked: Callable[[str], Awaitable[str]]
    clock: Clock

    async def sentences(self) -> Sequence[str]:
        """At most `MOST` of the last 90 days, newest first, as they were said: for the chooser, never for a page."""
        found: dict[str, None] = {}
        after, looked, sought = "", 0, Sought(since=self.clock.now() - SINCE)
        while looked < LOOKED_THROUGH and len(found) < MOST:
            page = await self.decided.find(sought, after=after, limit=AT_ONCE)
            found.update(dict.fromkeys(one.said.strip() for one in page.items if _was_chosen(one) and one.said))
            looked += len(page.items)
            if page.after is None:
                break
            after = page.after
        return list(found)[:MOST]

    async def shown(self, sentences: Sequence[str]) -> Mapping[str, str]:
        """Each as an admin may see it."""
        return {one: await self.masked(one) for one in sentences}


def _was_chosen(one: FoundDecision) -> bool:
    """Whether a person said it, and the chooser had to make something of it."""
    said, made = one.said or "", one.made
    return bool(one.user_id and said.strip()) and len(said) <= LONGEST and "[" not in said[:1] and (
        made.chooser.model != PRESSED and (made.skill != HOUSE or made.intent == "unsure")
    )  # fmt: skip

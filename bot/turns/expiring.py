"""Expiring: a draft that nobody decided about in time is closed, and its cards say so where they can be changed. Knows no press."""

from dataclasses import dataclass

from bot.domain.decision import Mark
from bot.domain.ids import DraftId
from bot.domain.offers import offered
from bot.ports import Clock, Drafts, Outbox, Words
from bot.turns.press import AT_ANY_TIME, OPEN, SUBMIT

DECIDES = frozenset({*OPEN, SUBMIT})


@dataclass(frozen=True)
class Expiring:
    """outbox: where the cards are."""

    drafts: Drafts
    outbox: Outbox
    words: Words
    clock: Clock

    async def expire(self) -> int:
        """Close what is over; says how many. The cards go first: whoever dies in between finds the same drafts, and marks no card twice."""
        now = self.clock.now()
        for draft_id in await self.drafts.overdue(now):
            await self._settle(draft_id)
        return await self.drafts.expire(now)

    async def _settle(self, draft_id: DraftId) -> None:
        """All of its cards that may be changed and still ask. One that was pressed keeps what it says."""
        for card in await self.outbox.showing(draft_id):
            asks = DECIDES & {button.action for button in offered(card.outcome)}
            if card.origin.channel in AT_ANY_TIME and asks:
                await self.outbox.settle(Mark(card.id, self.words.say("mark_expired", card.lang), ""))

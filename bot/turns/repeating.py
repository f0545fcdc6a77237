"""Questions that come back: at the hour a person chose, their own words are said again in their place. Answers nothing itself."""

from dataclasses import dataclass

from bot.domain.firing import Firing
from bot.domain.talk import Utterance
from bot.ports import Clock, JobKind
from bot.turns.arrive import Door
from bot.turns.errands import own_thread
from bot.turns.reach import Reach

QUESTION = "question"
"""The kind of a schedule whose args hold the words."""


@dataclass(frozen=True)
class Repeating:
    """Says them at the door like anything that arrives: once for each moment, answered in the rights of that hour."""

    door: Door
    reach: Reach
    clock: Clock

    def kind(self) -> JobKind:
        """What is done by the clock, for one person."""
        return JobKind(QUESTION, self.ask, personal=True)

    async def ask(self, firing: Firing) -> int:
        """Ask what a person wanted asked; says 1 where there was something.  Raises: Upstream."""
        text = str(firing.args.get("text") or "").strip()
        if firing.owner is None or not text:
            return 0
        origin = await self.reach.of(firing.owner) or own_thread(firing.owner)
        await self.door.arrive(Utterance(origin, f"question:{firing.key}", text, self.clock.now()))
        return 1

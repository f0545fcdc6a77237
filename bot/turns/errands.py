"""Errands: the house does something for a person of its own accord, on the road of their turns. Knows no skill and no job."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.domain.ids import ThreadId, TurnId, UserId
from bot.domain.talk import Errand, Lang, Origin
from bot.ports import Clock
from bot.turns.arrive import Door
from bot.turns.know import WEB
from bot.turns.reach import Reach

NO_FACTS: Mapping[str, str] = MappingProxyType({})


def own_thread(user_id: UserId) -> Origin:
    """Where the house speaks to somebody who has no chat: a thread of their page."""
    return Origin(WEB, "", user_id, ThreadId(f"{WEB}:house:{user_id}"))


@dataclass(frozen=True)
class Errands:
    """Keeps errands at the door; what becomes of them is settled and delivered as for anything that arrives."""

    door: Door
    reach: Reach
    clock: Clock

    async def send(
        self, user_id: UserId, intent: str, key: str, facts: Mapping[str, str] = NO_FACTS, origin: Origin | None = None
    ) -> TurnId:
        """Have `intent`, one of the `errands` of a skill, done for this person; the turn that it is.

        key: of the occasion, such as a job, its moment and the person: the same key is the same errand, whoever sends it and however often.
        facts: what the skill is told. origin: where, when not in the chat in which they were heard last.
        Raises: Upstream when no platform of theirs tells its workspace now.
        """
        origin = origin or await self.reach.of(user_id) or own_thread(user_id)
        lang = await self.reach.lang_of(user_id, Lang.EN if origin.channel == "slack" else Lang.ZH)
        errand = Errand(origin, f"errand:{key}", intent, lang, self.clock.now(), tuple(facts.items()))
        return (await self.door.arrive(errand)).turn_id

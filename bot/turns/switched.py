"""What a team is not offered is not done either: its jobs rest, and its buttons say so. Knows names of skills; knows no skill."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.domain.firing import Firing
from bot.domain.ids import TurnId
from bot.domain.offering import SkillRules
from bot.domain.people import Speaker
from bot.domain.talk import Lang
from bot.errors import NotAllowed
from bot.ports import JobKind
from bot.turns.deeds import Deed, Done
from bot.turns.wishes import Act

SKILL_OFF = "skill_off"


def resting(kind: JobKind, skill: str, rules: Callable[[], SkillRules]) -> JobKind:
    """A job that does nothing for the teams that are not offered its skill."""

    async def work(firing: Firing) -> int:
        return 0 if rules().is_off(skill, firing.team) else await kind.work(firing)

    return replace(kind, work=work)


@dataclass(frozen=True)
class Switched:
    """The port `Deed`: as another does it, where the person's team is offered the skill. label: what it is called, in a language."""

    deed: Deed
    skill: str
    rules: Callable[[], SkillRules]
    label: Callable[[str, Lang], str]

    async def do(self, act: Act, turn_id: TurnId, speaker: Speaker, lang: Lang) -> Done:
        """Do it.  Raises: NotAllowed("skill_off"), and as the other does."""
        if self.rules().is_off(self.skill, speaker.team):
            raise NotAllowed(SKILL_OFF, what=self.label(self.skill, lang))
        return await self.deed.do(act, turn_id, speaker, lang)

"""What part of the records one person may see. Knows rules; knows no record and no store."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.ids import UserId
from bot.domain.people import Role, Speaker


class Reach(StrEnum):
    """How far a person sees among the records of an entity. OWN: their own and those of their accounts."""

    NONE = "none"
    OWN = "own"
    TEAM = "team"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Scope:
    """One person's view, fixed when the turn began.

    zone: IANA time zone that their days are counted in. reach: entity -> how far; `other` for entities that are not named.
    hidden: entity -> fields of it that they never see, nor can ask by.
    """

    user_id: UserId
    team: str
    zone: str
    reach: Mapping[str, Reach] = field(default_factory=dict)
    other: Reach = Reach.ALL
    hidden: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def of(self, entity: str) -> Reach:
        """How far they see among records of `entity`."""
        return self.reach.get(entity, self.other)

    def hides(self, entity: str, field: str) -> bool:
        """Whether a field, or what it names, is not theirs to see."""
        hidden = self.hidden.get(entity, frozenset())
        return field in hidden or field.removesuffix("_name") in hidden


def scope_of(speaker: Speaker) -> Scope:
    """The part that a speaker sees where nobody said otherwise: admins all, everybody else their own and their team's."""
    reach = Reach.ALL if speaker.role is Role.ADMIN else Reach.TEAM
    return Scope(speaker.user_id, speaker.team, speaker.zone, other=reach)

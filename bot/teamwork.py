"""What a digest is handed beside the records, narrowed to one speaker: targets, their team in figures, its page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from bot.domain.digest import MANY, Adoption, Interrupted
from bot.domain.ids import TurnId, UserId
from bot.domain.people import Role, Speaker
from bot.domain.targets import TeamTargets, target_of
from bot.ports import Interruptions, Users
from bot.ports.digests import RecordMoves, UsesMade

LEADS = frozenset({Role.MANAGER, Role.COACH})
"""Who leads a team; an admin leads all."""
PAGE = "/digests/"


@dataclass(frozen=True)
class OwnTargets:
    """The port `Targets`."""

    targets: TeamTargets
    speaker: Speaker

    def of(self, quarter: str) -> Mapping[str, float]:
        """Of their team; of all together for an admin; nothing for who leads none."""
        if self.speaker.role is Role.ADMIN:
            return target_of(self.targets, None, quarter)
        return target_of(self.targets, self.speaker.team, quarter) if self.speaker.role in LEADS else {}


@dataclass(frozen=True)
class OwnTeam:
    """The port `TeamAtWork`."""

    users: Users
    uses: UsesMade
    interruptions: Interruptions
    speaker: Speaker

    async def adoption(self, first: date, last: date) -> Adoption | None:
        """What the team made of what it was shown; None for teams so small that one person could be told from it."""
        people = await self._people()
        return await self.uses.of(people, first, last, self.speaker.zone) if len(people) >= MANY else None

    async def interrupted(self, first: date, last: date) -> Interrupted | None:
        """How often its people were spoken to unasked."""
        people = await self._people()
        if not people:
            return None
        counts = await self.interruptions.counts(first, last)
        told = [counts.get(one, 0) for one in people]
        return Interrupted(len(told), sum(told), max(told))

    async def _people(self) -> Sequence[UserId]:
        everyone = await self.users.everyone()
        if self.speaker.role is Role.ADMIN:
            return [one.id for one in everyone]
        return [one.id for one in everyone if one.team == self.speaker.team] if self.speaker.role in LEADS else []


@dataclass(frozen=True)
class OwnPages:
    """The port `DigestPages`. url: of our pages, "" where nobody can reach them from a chat."""

    url: str

    def page(self, turn_id: TurnId) -> str:
        """Where the digest of this turn stands whole."""
        return f"{self.url.rstrip('/')}{PAGE}{quote(turn_id, safe='')}" if self.url else ""


@dataclass(frozen=True)
class Beside:
    """Where it comes from."""

    moves: RecordMoves
    uses: UsesMade
    interruptions: Interruptions
    targets: TeamTargets

"""The door of the admins' rooms: every verb asks it anew who is there. Knows visits and roles; knows no room."""

from dataclasses import dataclass

from bot.domain.people import Role, Speaker
from bot.errors import NotAllowed
from bot.visits import Visits


@dataclass(frozen=True)
class AdminDoor:
    """Lets admins in, and nobody else."""

    visits: Visits

    async def admin(self, session: str) -> Speaker:
        """Who is there.  Raises: NotAllowed("only_admins"), and as `Visits.speaker`."""
        speaker = await self.visits.speaker(session)
        if speaker.role is not Role.ADMIN:
            raise NotAllowed("only_admins")
        return speaker

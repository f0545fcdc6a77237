"""The door of the admins' rooms: every verb asks it anew who is there. Knows visits and roles; knows no room."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.people import Role, Speaker
from bot.domain.talk import Lang
from bot.errors import NotAllowed
from bot.visits import Visits, me_of

Json = dict[str, Any]


@dataclass(frozen=True)
class AdminDoor:
    """Lets admins in, and nobody else."""

    visits: Visits

    def verbs(self) -> Mapping[str, Callable[..., Awaitable[Json]]]:
        """By name."""
        return {"admin": self.hall}

    async def admin(self, session: str) -> Speaker:
        """Who is there.  Raises: NotAllowed("only_admins"), and as `Visits.speaker`."""
        speaker = await self.visits.speaker(session)
        if speaker.role is not Role.ADMIN:
            raise NotAllowed("only_admins")
        return speaker

    async def hall(self, session: str, *, lang: Lang) -> Json:  # noqa: ARG002 - as every verb that has words
        """The rooms themselves: only who is there."""
        return {"me": me_of(await self.admin(session))}

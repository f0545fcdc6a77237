"""Our people as an admin manages them: who is known by what name on which platform, who knocked, who is linked to whom.

For whoever may use the command line of this home. Knows no page and no platform.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.acquaintance import OURS, Alias, Stranger, platform_of
from bot.domain.ids import UserId
from bot.domain.people import Role, User
from bot.errors import Unclear
from bot.ports import Knocks, Users
from bot.turns.know import OWNER

Json = dict[str, Any]

PLATFORMS = ("slack", "wecom")
KNOCKS_SHOWN = 200
LONGEST_HANDLE = 128


@dataclass(frozen=True)
class People:
    """The verbs."""

    users: Users
    knocks: Knocks

    def verbs(self) -> Mapping[str, Callable[..., Awaitable[Any]]]:
        """All of them by name, as the private line calls them."""
        return {"people_list": self.list, "people_knocks": self.knocked, "people_link": self.link, "people_unlink": self.unlink}

    async def list(self) -> list[Json]:
        """All users by name, with what the platforms call them."""
        return [await self._told(user) for user in await self.users.everyone()]

    async def knocked(self) -> Sequence[Json]:
        """Who wrote and is not known, the latest first: who, by which channel, how often, since when. No word of what they wrote."""
        return [
            {
                "channel": one.channel, "workspace": one.alias.workspace, "handle": one.alias.handle, "name": one.name, "kind": one.kind,
                "times": one.times, "first_at": one.first_at.isoformat(), "last_at": one.last_at.isoformat(),
            }
            for one in await self.knocks.recent(KNOCKS_SHOWN)
        ]  # fmt: skip

    async def link(self, channel: str, handle: str, user: str) -> Json:
        """From now on `handle` is this user's, in the workspace where it knocked, else in ours.

        user: id, e-mail, name or a handle. An admin may name a guest of ours; nobody of another workspace.
        Raises: Unclear (`no_such_platform`, `no_such_handle`, `handle_outside`, `no_such_person`, `several_people`);
        Stale("handle_taken_by").
        """
        alias, found = await self._alias(channel, handle), await self._user(user)
        await self.users.link(alias, found.id, await self._admin())
        return {"channel": alias.platform, "workspace": alias.workspace, "handle": alias.handle, **await self._told(found)}

    async def unlink(self, channel: str, handle: str) -> Json:
        """From now on `handle` is nobody's, in whichever workspace it was somebody's.  Raises: Unclear when it was nobody's."""
        meant, by = Alias(_platform(channel), OURS, handle.strip()), await self._admin()
        for user in await self.users.everyone():
            for alias in await self.users.aliases(user.id):
                if (alias.platform, alias.key) == (meant.platform, meant.key):
                    await self.users.unlink(alias, by)
                    return {"channel": alias.platform, "workspace": alias.workspace, "handle": alias.handle, "name": user.name}
        raise Unclear("no_such_handle", channel=meant.platform, handle=handle)

    async def _told(self, user: User) -> Json:
        known = [
            {"channel": one.platform, "workspace": one.workspace, "handle": one.handle} for one in await self.users.aliases(user.id)
        ]
        return {
            "id": user.id, "name": user.name, "email": user.email, "role": user.role, "team": user.team, "zone": user.zone,
            "handles": known,
        }  # fmt: skip

    async def _alias(self, channel: str, handle: str) -> Alias:
        meant = Alias(_platform(channel), OURS, handle.strip())
        if not 1 <= len(meant.handle) <= LONGEST_HANDLE:
            raise Unclear("no_such_handle", channel=meant.platform, handle=handle)
        there = (meant.platform, meant.key)
        knocked = [one for one in await self.knocks.recent(KNOCKS_SHOWN) if (one.alias.platform, one.alias.key) == there]
        ours = [one.alias for one in knocked if one.kind is not Stranger.OUTSIDER]
        if knocked and not ours:
            raise Unclear("handle_outside", channel=meant.platform, handle=handle)
        return ours[0] if ours else meant

    async def _user(self, text: str) -> User:
        match await self.users.named(text):
            case [user]:
                return user
            case []:
                known = ", ".join(user.email or user.name for user in await self.users.everyone())
                raise Unclear("no_such_person", name=text, names=known or OWNER)
            case several:
                raise Unclear("several_people", name=text, names=", ".join(user.email or user.id for user in several))

    async def _admin(self) -> UserId:
        """Whoever uses the command line of this home."""
        return next((user.id for user in await self.users.everyone() if user.role is Role.ADMIN), OWNER)


def _platform(channel: str) -> str:
    """What the ids on a channel belong to.  Raises: Unclear."""
    if (found := platform_of(channel.strip().casefold())) not in PLATFORMS:
        raise Unclear("no_such_platform", channel=channel, known=", ".join(PLATFORMS))
    return found

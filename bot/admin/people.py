"""The room of our people: role, team, what the chats call them, where they are signed in; and the end of that. Knows no page."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.admin.door import AdminDoor
from bot.domain.acquaintance import Alias, Knock, Stranger
from bot.domain.ids import UserId
from bot.domain.people import User
from bot.domain.talk import Lang
from bot.errors import Unclear
from bot.ports import Knocks, Users
from bot.visits import me_of, visit_told

Json = dict[str, Any]

AT_ONCE, KNOCKS_SHOWN = 50, 10
LONGEST = 200


@dataclass(frozen=True)
class PeopleRoom:
    """The verbs. Each takes the secret of a visit, and lets nobody in but an admin."""

    door: AdminDoor
    users: Users
    knocks: Knocks

    def verbs(self) -> Mapping[str, Callable[..., Awaitable[Json]]]:
        """By name."""
        return {"people": self.shown, "person": self.person, "person_press": self.press}

    async def shown(self, session: str, *, lang: Lang, wanted: str = "", after: str = "") -> Json:  # noqa: ARG002 - as every verb of the page
        """Our people by name, fifty at a time, and who knocked lately. wanted: words of name, e-mail, role or team; after: an id.

        Raises: NotAllowed("only_admins").
        """
        admin = await self.door.admin(session)
        words = wanted[:LONGEST].casefold().split()
        found = [one for one in await self.users.everyone() if _fits(one, words)]
        first = next((place for place, one in enumerate(found, 1) if one.id == after), 0)
        visits, listed = await self.door.visits.kept.many(), found[first : first + AT_ONCE]
        people = [_told(one) | _seen(visits.get(one.id)) for one in listed]
        more = listed[-1].id if len(found) > first + AT_ONCE else ""
        knocks = [] if words or after else [_knock(one) for one in await self.knocks.recent(KNOCKS_SHOWN)]
        return {"me": me_of(admin), "people": people, "count": len(found), "after": more, "knocks": knocks}

    async def person(self, session: str, *, lang: Lang, user: str) -> Json:  # noqa: ARG002 - as above
        """One of ours: what the chats call them, and where they are signed in.

        Raises: NotAllowed("only_admins"); Unclear("no_such_user").
        """
        admin, here = await self.door.admin(session), await self.door.visits.visit(session)
        found = await self._user(user)
        return {
            "me": me_of(admin), "person": _told(found),
            "chats": [{"platform": one.platform, "workspace": one.workspace, "handle": one.handle} for one in await self._aliases(found)],
            "sessions": [visit_told(one, here.id) for one in await self.door.visits.kept.theirs(found.id)],
        }  # fmt: skip

    async def press(
        self, session: str, *, lang: Lang, user: str, action: str, visit: str = "",  # noqa: ARG002 - as above
        platform: str = "", workspace: str = "", handle: str = "",
    ) -> Json:
        """End one visit of theirs or all, or have what a chat calls them be nobody's.

        Raises: NotAllowed("only_admins"); Unclear("no_such_user", "no_such_visit", "no_such_chat", "unknown_button").
        """
        admin = await self.door.admin(session)
        found, kept = await self._user(user), self.door.visits.kept
        match action:
            case "end":
                if not await kept.end_one(visit, found.id, admin.user_id):
                    raise Unclear("no_such_visit")
            case "end_all":
                await kept.end_theirs(found.id, admin.user_id)
            case "unlink":
                meant, theirs = Alias(platform, workspace, handle), await self._aliases(found)
                if (platform, workspace, meant.key) not in {(one.platform, one.workspace, one.key) for one in theirs}:
                    raise Unclear("no_such_chat")
                await self.users.unlink(meant, admin.user_id)
            case _:
                raise Unclear("unknown_button")
        return {}

    async def _aliases(self, user: User) -> Sequence[Alias]:
        return await self.users.aliases(user.id)

    async def _user(self, user_id: str) -> User:
        found = await self.users.by_id(UserId(user_id))
        if found is None:
            raise Unclear("no_such_user")
        return found


def _fits(user: User, words: Sequence[str]) -> bool:
    told = f"{user.name} {user.email} {user.role} {user.team}".casefold()
    return all(word in told for word in words)


def _told(user: User) -> Json:
    return {
        "id": user.id, "name": user.name, "email": user.email, "role": user.role, "team": user.team, "zone": user.zone,
        "chats": sorted(user.handles), "regions": list(user.regions),
    }  # fmt: skip


def _seen(visits: tuple[int, Any] | None) -> Json:
    return {"visits": visits[0] if visits else 0, "seen": visits[1].isoformat() if visits else ""}


def _knock(one: Knock) -> Json:
    """Who was at the door; no word of what they wrote."""
    known = one.kind is not Stranger.OUTSIDER
    return {
        "channel": one.channel, "name": one.name, "handle": one.alias.handle, "ours": known, "times": one.times,
        "at": one.last_at.isoformat(),
    }  # fmt: skip

"""The room of contradictions: two documents say the same in other figures, and an admin says which holds. Knows no page."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.admin.door import AdminDoor
from bot.admin.knowledge import audience_told
from bot.domain.catalog import Contradiction, Holds, Side
from bot.domain.ids import UserId
from bot.domain.people import Speaker
from bot.domain.records import Page
from bot.domain.talk import Lang
from bot.errors import Unclear
from bot.ports import Clock, Users
from bot.visits import me_of

Json = dict[str, Any]

PAIRS, SETTLED = 20, 30


class Claims(Protocol):
    """Pairs of statements; see `bot.store.claims`."""

    async def open(self, today: date, *, after: str = "", limit: int = 20) -> Page[Contradiction]:
        """About which nothing was decided."""
        ...

    async def settled(self, limit: int) -> Sequence[Contradiction]:
        """About which something was."""
        ...

    async def settle(self, pair: str, holds: Holds, by: UserId, today: date) -> None:
        """Decide."""
        ...

    async def unsettle(self, settled: str, by: UserId) -> None:
        """Take a decision back."""
        ...


@dataclass(frozen=True)
class ContradictionsRoom:
    """The verbs. Each takes the secret of a visit, and lets nobody in but an admin."""

    door: AdminDoor
    claims: Claims
    users: Users
    clock: Clock

    def verbs(self) -> Mapping[str, Callable[..., Awaitable[Json]]]:
        """By name."""
        return {"contradictions": self.listed, "contradiction_settle": self.settle, "contradiction_back": self.back}

    async def listed(self, session: str, *, lang: Lang, after: str = "") -> Json:  # noqa: ARG002 - as every verb with words
        """A page of those that are open, and the latest decisions.  Raises: NotAllowed("only_admins")."""
        admin = await self.door.admin(session)
        page, names = await self.claims.open(self._today(admin), after=after, limit=PAIRS), await self._names()
        settled = await self.claims.settled(SETTLED)
        return {
            "me": me_of(admin), "pairs": [_pair(one, names) for one in page.items], "after": page.after,
            "settled": [_pair(one, names) for one in settled],
        }  # fmt: skip

    async def settle(self, session: str, *, lang: Lang, pair: str, holds: str) -> Json:  # noqa: ARG002 - the same
        """Say which of two holds.  Raises: NotAllowed("only_admins"); Unclear("unknown_button"); Stale("contradiction_gone")."""
        admin = await self.door.admin(session)
        if holds not in set(Holds):
            raise Unclear("unknown_button")
        await self.claims.settle(pair, Holds(holds), admin.user_id, self._today(admin))
        return {}

    async def back(self, session: str, *, lang: Lang, settled: str) -> Json:  # noqa: ARG002 - the same
        """Take a decision back.  Raises: NotAllowed("only_admins"); Stale("contradiction_gone")."""
        admin = await self.door.admin(session)
        await self.claims.unsettle(settled, admin.user_id)
        return {}

    def _today(self, admin: Speaker) -> date:
        return self.clock.now().astimezone(ZoneInfo(admin.zone)).date()

    async def _names(self) -> Mapping[UserId, str]:
        return {user.id: user.name for user in await self.users.everyone()}


def _pair(one: Contradiction, names: Mapping[UserId, str]) -> Json:
    return {
        "id": one.id, "left": _side(one.left, names), "right": _side(one.right, names), "holds": one.holds or "",
        "by": names.get(one.by, "") if one.by else "", "at": one.at.isoformat() if one.at else "",
    }  # fmt: skip


def _side(side: Side, names: Mapping[UserId, str]) -> Json:
    return {
        "document": side.document_id, "title": side.title, "source": side.source, "locator": side.locator, "sentence": side.sentence,
        "audience": audience_told(side.audience, names),
    }  # fmt: skip

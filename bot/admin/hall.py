"""The hall before the rooms: what in each of them waits for an admin, and how much Tandem was asked lately. Knows no room."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.admin.door import AdminDoor
from bot.domain.talk import Lang
from bot.home import Home
from bot.ports import Clock
from bot.store.notices import SqliteNotices
from bot.visits import me_of

Json = dict[str, Any]

DAYS, WEEK = 14, timedelta(days=7)


@dataclass(frozen=True)
class Hall:
    """The verb of the hall. is_fresh: whether nobody has begun with this home."""

    door: AdminDoor
    notices: SqliteNotices
    home: Home
    clock: Clock
    is_fresh: Callable[[], Awaitable[bool]]

    def verbs(self) -> Mapping[str, Callable[..., Awaitable[Json]]]:
        """By name."""
        return {"admin": self.shown}

    async def shown(self, session: str, *, lang: Lang) -> Json:  # noqa: ARG002 - as every verb that has words
        """Who is there; what waits, `{kind: count}`; decisions of each of the last `DAYS` days in the admin's zone, oldest first.

        Raises: NotAllowed("only_admins").
        """
        admin = await self.door.admin(session)
        now, zone = self.clock.now(), ZoneInfo(admin.zone)
        today = now.astimezone(zone).date()
        days = Counter[str]()
        for hour, count in (await self.notices.hours(now - timedelta(days=DAYS))).items():
            days[hour.astimezone(zone).date().isoformat()] += count
        drawn = [(today - timedelta(days=back)).isoformat() for back in reversed(range(DAYS))]
        return {
            "me": me_of(admin), "waiting": dict(await self.notices.waiting(now - WEEK)),
            "days": [{"day": day, "count": days[day]} for day in drawn], "backed_up": self.home.last_backup() is not None,
            "fresh": await self.is_fresh(),
        }  # fmt: skip

"""The room of what is done by the clock: admins look at it, let it rest, let it go on, have it done now. Knows no page."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.admin.door import AdminDoor
from bot.domain.firing import Days
from bot.domain.rhythm import in_words, moment_said
from bot.domain.talk import Lang
from bot.errors import Unclear
from bot.jobs import Jobs
from bot.visits import me_of

Json = dict[str, Any]

LISTED = 30
"""Of people's own on one page."""
PATIENCE_S = 3.0
"""So long a page waits for what it asked for; it goes on all the same."""


@dataclass(frozen=True)
class JobsRoom:
    """The verbs. Each takes the secret of a visit, and lets nobody in but an admin."""

    door: AdminDoor
    jobs: Jobs

    def verbs(self) -> Mapping[str, Callable[..., Awaitable[Json]]]:
        """By name."""
        return {"jobs": self.listed, "job_press": self.press}

    async def listed(self, session: str, *, lang: Lang, skip: int = 0) -> Json:
        """All jobs, of people's own a page after the first `skip`; `when` and `coming` say in words when each is done.

        skipped, more: whether some of these stand before and after.  Raises: NotAllowed("only_admins").
        """
        me, now = me_of(await self.door.admin(session)), self.jobs.ground.clock.now()
        skip = max(0, skip)
        jobs, own = await self.jobs.page(skip, LISTED)
        return {
            "me": me, "jobs": [{**job, **_said(job, now, lang)} for job in jobs], "skipped": max(0, skip - LISTED) if skip else None,
            "more": skip + LISTED if skip + LISTED < own else None,
        }  # fmt: skip

    async def press(self, session: str, *, lang: Lang, job: str, action: str) -> Json:
        """Pause, resume or run one job, and tell how all stand.  Raises: NotAllowed("only_admins"); Unclear; Stale("job_busy")."""
        admin = await self.door.admin(session)
        match action:
            case "pause":
                await self.jobs.pause(job, by=admin.user_id)
            case "resume":
                await self.jobs.resume(job, by=admin.user_id)
            case "run":
                await self.jobs.run(job, patience_s=PATIENCE_S)
            case _:
                raise Unclear("unknown_button")
        return await self.listed(session, lang=lang)


def _said(job: Json, now: datetime, lang: Lang) -> Json:
    coming = [moment_said(datetime.fromisoformat(at), now, job["zone"], lang) for at in job["next"]]
    return {"when": "" if job["inner"] else in_words(job["cron"], Days(job["on"]), lang), "coming": coming}

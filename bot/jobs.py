"""What is done by the clock, as an admin manages it: what comes next, what became of the last, rest, go on, do it now.

For whoever may use the command line of this home, and for admins at the page. Knows no page and no library of time.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

from bot.domain.firing import PERSONAL, Run
from bot.domain.ids import UserId
from bot.domain.people import Role
from bot.errors import Unclear
from bot.ports import Clock, Firings, JobStates, OwnSchedules, Users
from bot.turns.know import OWNER

if TYPE_CHECKING:  # a single command needs no library of time
    from bot.engine.schedule import Schedule
    from bot.engine.timetable import Planned, Timetable

Json = dict[str, Any]

NEXT = 3
"""Coming moments that are told of each job."""


@dataclass(frozen=True)
class Ground:
    """What of the store the times stand on, and the clock."""

    firings: Firings
    states: JobStates
    own: OwnSchedules
    users: Users
    clock: Clock


class Clockwork(Protocol):
    """The jobs, and who keeps their times; see `bot.clockwork`."""

    @property
    def timetable(self) -> "Timetable":
        """Which jobs there are."""
        ...

    @property
    def schedule(self) -> "Schedule":
        """Who does them."""
        ...

    async def start(self) -> None:
        """Make up for what was missed, then keep the times."""
        ...

    async def close(self) -> None:
        """Begin nothing more."""
        ...


@dataclass(frozen=True)
class Jobs:
    """The verbs. clockwork: made when it is first asked for."""

    ground: Ground
    clockwork: Callable[[], Clockwork]
    _under_way: set[asyncio.Task[Run]] = field(default_factory=set)

    def verbs(self) -> Mapping[str, Callable[..., Awaitable[Any]]]:
        """All of them by name, as the private line calls them."""
        return {"jobs_list": self.list, "jobs_pause": self.pause, "jobs_resume": self.resume, "jobs_run": self.run}

    async def list(self) -> Sequence[Json]:
        """All jobs: the config's, people's own, the house's; each with its next moments in its zone, and what became of the last one."""
        return await self._all_told(await self.clockwork().timetable.planned())

    async def page(self, skip: int, most: int) -> tuple[Sequence[Json], int]:
        """As `list`, of people's own `most` after the first `skip`; and how many of those there are."""
        planned = await self.clockwork().timetable.planned()
        own = [one for one in planned if one.job.owner]
        shown = [*(one for one in planned if not one.job.owner), *own[skip : skip + most]]
        return await self._all_told(shown), len(own)

    async def pause(self, name: str, *, team: str = "", by: UserId | None = None) -> Sequence[Json]:
        """Let jobs rest: of one kind, or of that and one team, or somebody's own.  Raises: Unclear."""
        return await self._rest(name, team, by, paused=True)

    async def resume(self, name: str, *, team: str = "", by: UserId | None = None) -> Sequence[Json]:
        """Let them go on; moments in between are gone.  Raises: Unclear."""
        return await self._rest(name, team, by, paused=False)

    async def run(self, name: str, *, team: str = "", patience_s: float | None = None) -> Sequence[Json]:
        """Do them now, resting or not, and tell what became of them. patience_s: so long is waited for each, None to the end.

        Raises: Unclear; Stale("job_busy") where one is under way.
        """
        meant = await self._meant(name, team)
        if not all(one.ready for one in meant):
            raise Unclear("job_not_ready", name=name)
        for one in meant:
            task = asyncio.create_task(self.clockwork().schedule.run(one.job))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
            done, _ = await asyncio.wait({task}, timeout=patience_s)
            for each in done:
                each.result()
        return await self._all_told(await self._meant(name, team))

    async def close(self) -> None:
        """Wait no longer for what was asked for."""
        for task in self._under_way:
            task.cancel()
        for task in tuple(self._under_way):
            with suppress(asyncio.CancelledError, Exception):
                await task

    async def _rest(self, name: str, team: str, by: UserId | None, *, paused: bool) -> Sequence[Json]:
        meant = await self._meant(name, team)
        if any(one.inner for one in meant):
            raise Unclear("job_is_inner", name=name)
        actor = by or await self._admin()
        for one in meant:
            if one.job.owner:
                await self.ground.own.pause(one.job.id.removeprefix(PERSONAL), one.job.owner, paused=paused)
            else:
                await self.ground.states.pause(one.job.id, actor, paused=paused)
        return await self._all_told(await self._meant(name, team))

    async def _meant(self, name: str, team: str) -> Sequence["Planned"]:
        """The jobs that are meant by a kind, or by what their rows are called.  Raises: Unclear."""
        planned = await self.clockwork().timetable.planned()
        found = [one for one in planned if name == one.job.id or (name == one.job.kind.name and not one.job.owner)]
        found = [one for one in found if team in {"", one.job.team}]
        if not found:
            known = sorted({one.job.id if one.job.owner else one.job.kind.name for one in planned})
            raise Unclear("no_such_job", name=f"{name} {team}".strip(), known=" ".join(known))
        return found

    async def _all_told(self, planned: Sequence["Planned"]) -> Sequence[Json]:
        lasts = await self.ground.firings.lasts([one.job.id for one in planned])
        return [self._told(one, lasts.get(one.job.id)) for one in planned]

    def _told(self, one: "Planned", last: Run | None) -> Json:
        job, now = one.job, self.ground.clock.now()
        coming: list[datetime] = []
        at = now
        while one.fires and len(coming) < NEXT and (found := job.moments.next(at)):
            coming.append(found)
            at = found
        return {
            "job": job.id, "kind": job.kind.name, "team": job.team, "owner": one.owner, "zone": job.zone, "cron": job.cron,
            "on": one.on.value, "paused": one.paused, "ready": one.ready, "inner": one.inner,
            "next": [_local(at, job.zone) for at in coming],
            "last": _run_told(last, job.zone) if last else None,
        }  # fmt: skip

    async def _admin(self) -> UserId:
        """Whoever uses the command line of this home."""
        return next((user.id for user in await self.ground.users.everyone() if user.role is Role.ADMIN), OWNER)


def _local(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")


def _run_told(run: Run, zone: str) -> Json:
    return {
        "fire_time": _local(run.fire_time, zone), "state": run.state.value, "tries": run.tries, "made": run.made, "trouble": run.trouble,
        "begun_at": _local(run.begun_at, zone), "ended_at": _local(run.ended_at, zone) if run.ended_at else None,
    }  # fmt: skip

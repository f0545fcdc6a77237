"""When jobs would be done by other rules: the next moments of each, in words, in each team's zone. Keeps and begins nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.domain.firing import Days, JobRule, ScheduleRules
from bot.domain.rhythm import in_words, moment_said
from bot.domain.talk import Lang
from bot.ports import Clock, Users

Json = dict[str, Any]

NEXT = 3
MOST_LINES = 8
Calendar = Callable[[Mapping[str, str]], Callable[[str], Callable[[date], bool]]]
"""Countries of teams -> team -> whether it works on a day."""


@dataclass(frozen=True)
class ComingEffect:
    """An `Effect` of the set `schedule`. zone: of a home without users."""

    users: Users
    clock: Clock
    calendar: Calendar
    zone: str

    async def __call__(self, now: ScheduleRules, then: ScheduleRules, lang: Lang) -> Json:
        """Each row with what comes next, teams of one time together; which rows are new or other, and which are gone."""
        from bot.engine.timetable import zones_of  # noqa: PLC0415 - a single command needs no library of time

        zones = zones_of(await self.users.everyone(), self.zone)
        stood = set(now.jobs)
        return {
            "rows": [self._row(job, zones, then, lang, is_new=job not in stood) for job in then.jobs],
            "gone": [self._named(job, lang) for job in now.jobs if job not in set(then.jobs)],
            "quiet": then.quiet, "most": then.most_a_day, "unknown": sorted({team for job in then.jobs for team in job.teams} - set(zones)),
        }  # fmt: skip

    def _row(self, job: JobRule, zones: Mapping[str, str], then: ScheduleRules, lang: Lang, *, is_new: bool) -> Json:
        at, calendar = self.clock.now(), self.calendar(then.countries)
        together: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        for team in (one for one in (job.teams or zones) if one in zones):
            coming = self._next(job, zones[team], calendar(team), at)
            said = tuple(moment_said(one, at, zones[team], lang) for one in coming)
            together.setdefault((zones[team], said), []).append(team)
        lines = [{"teams": teams, "zone": zone, "moments": list(said)} for (zone, said), teams in together.items()]
        return {**self._named(job, lang), "is_new": is_new, "lines": lines[:MOST_LINES], "more": max(0, len(lines) - MOST_LINES)}

    def _named(self, job: JobRule, lang: Lang) -> Json:
        return {"kind": job.name, "name": f"job_{job.name.replace('.', '_')}", "when": in_words(job.cron, job.on, lang)}

    def _next(self, job: JobRule, zone: str, works: Callable[[date], bool], at: datetime) -> Sequence[datetime]:
        from bot.engine.moments import Moments  # noqa: PLC0415 - the same

        moments, found = Moments(job.cron, zone, works if job.on is Days.WORKDAYS else None), list[datetime]()
        while len(found) < NEXT and (one := moments.next(found[-1] if found else at)):
            found.append(one)
        return found

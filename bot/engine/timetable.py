"""The timetable: which jobs there are, out of the house's own, the config's rows, the teams and what people want. Knows no moment."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.firing import Days, JobRule, OwnSchedule, ScheduleRules
from bot.domain.people import User
from bot.engine.schedule import Job, job_id
from bot.ports import JobKind, JobStates, OwnSchedules, Users

TEAM = "default"
"""The team of a home without users."""


@dataclass(frozen=True)
class Planned:
    """A job as an admin sees it. on: which days count. paused: it rests. ready: its part is there; without, it never fires.

    inner: the house's own, each minute, which nobody can let rest. owner: the name of whose schedule it is.
    """

    job: Job
    on: Days = Days.ALL
    paused: bool = False
    ready: bool = True
    inner: bool = False
    owner: str = ""

    @property
    def fires(self) -> bool:
        """Whether its moments are kept."""
        return self.ready and not self.paused


@dataclass(frozen=True)
class Timetable:
    """All jobs of a house.

    rules: asked each time. inner: the house's own. kinds: what can be done by the clock, by name. calendar: whether a team works on a day;
    asked for one team it gives the same function each time. zone: of a team without people.
    """

    rules: Callable[[], ScheduleRules]
    inner: Sequence[Job]
    kinds: Mapping[str, JobKind]
    users: Users
    own: OwnSchedules
    states: JobStates
    calendar: Callable[[str], Callable[[date], bool]]
    zone: str

    async def jobs(self) -> Sequence[Job]:
        """Those that fire."""
        return [one.job for one in await self.planned() if one.fires]

    async def planned(self) -> Sequence[Planned]:
        """All: the config's, people's own, the house's."""
        people = await self.users.everyone()
        return [*await self._configured(people), *await self._wanted(people), *(Planned(job, inner=True) for job in self.inner)]

    async def _configured(self, people: Sequence[User]) -> list[Planned]:
        zones = zones_of(people, self.zone)
        rows = {job_id(rule.name, team): (rule, team) for rule in self.rules().jobs for team in rule.teams or zones if team in zones}
        states = await self.states.known({name: _line(rule, zones[team]) for name, (rule, team) in rows.items()})
        found = []
        for name, (rule, team) in rows.items():
            kind = self.kinds.get(rule.name)
            days = self.calendar(team) if rule.on is Days.WORKDAYS else None
            job = Job(kind or _absent(rule.name), rule.cron, zones[team], team=team, is_workday=days, since=states[name].since)
            found.append(Planned(job, rule.on, states[name].paused, ready=kind is not None))
        return found

    async def _wanted(self, people: Sequence[User]) -> list[Planned]:
        by_id = {one.id: one for one in people}
        return [self._own(each, by_id[each.owner]) for each in await self.own.all() if each.owner in by_id]

    def _own(self, each: OwnSchedule, owner: User) -> Planned:
        kind = self.kinds.get(each.kind)
        days = self.calendar(owner.team) if each.on is Days.WORKDAYS else None
        ready = kind is not None and kind.personal
        job = Job(kind or _absent(each.kind), each.cron, each.zone, each.job, owner.team, days, each.since, each.owner, each.args)
        return Planned(job, each.on, each.paused, ready, owner=owner.name)


def minutely(kind: JobKind) -> Job:
    """One of the house's own, each minute."""
    return Job(kind)


def zones_of(people: Sequence[User], zone: str) -> dict[str, str]:
    """The zone (IANA) of each team: that of most of its people, the first by name where several are."""
    if not people:
        return {TEAM: zone}
    teams: dict[str, Counter[str]] = {}
    for one in people:
        teams.setdefault(one.team, Counter())[one.zone] += 1
    return {team: min(zones, key=lambda name: (-zones[name], name)) for team, zones in sorted(teams.items())}


def _line(rule: JobRule, zone: str) -> str:
    return f"{rule.cron} {zone} {rule.on}"


def _absent(name: str) -> JobKind:
    """What stands for a kind whose part is not there; it never fires."""

    async def nothing(_: object) -> int:
        return 0

    return JobKind(name, nothing)

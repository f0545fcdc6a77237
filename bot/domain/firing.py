"""One moment of something done by the clock: which job, for which team or person, and when. Knows no store and no library of time."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.approval import COUNTRY
from bot.domain.cron import Cron
from bot.domain.ids import DecisionId, UserId
from bot.domain.quiet import quiet_of

CONFIGURABLE = ("churn.score", "digest.daily", "digest.weekly", "coach.tip")
"""Kinds of jobs that `[[schedule.jobs]]` may name. One whose part is not there yet is told by `tandem jobs`, and never fires."""
PERSONAL = "own:"
"""How the job of somebody's own schedule begins; its id follows."""
LONGEST_CATCH_UP_H = 48


class Days(StrEnum):
    """On which days something is done.

    workdays: those that are worked where the team or the person is, make-up days among them. Something of one weekday alone is then done
    on the next working day of the same week (Monday to Sunday) where that day is off; where none is left in that week, not at all.
    """

    ALL = "all"
    WORKDAYS = "workdays"


@dataclass(frozen=True, slots=True)
class Firing:
    """One moment of a job.

    job: the kind ("digest.weekly"), or "own:<id>" of somebody's own schedule. kind: the kind in either case. team: for which team, that of
    the owner for a personal one. fire_time: the moment meant (aware, UTC), however late it is begun. zone: IANA, in which it was meant.
    owner: whose schedule it is, None for the house's. args: what they asked for. asked: a person pressed "run now".
    """

    job: str
    kind: str
    team: str
    fire_time: datetime
    zone: str
    owner: UserId | None = None
    args: Mapping[str, object] = field(default_factory=dict)
    asked: bool = False

    @property
    def key(self) -> str:
        """The same for each try of the same moment, and for no other: what is queued for it is keyed by this, so it is said once."""
        return f"{self.job if self.owner else f'{self.job}@{self.team}'}:{self.fire_time:%Y%m%dT%H%M%SZ}"

    @property
    def day(self) -> date:
        """The day that is meant, in its zone."""
        return self.fire_time.astimezone(ZoneInfo(self.zone)).date()


class RunState(StrEnum):
    """What became of a moment. begun: under way, or whoever was at it died. failed: is tried again."""

    BEGUN = "begun"
    DONE = "done"
    FAILED = "failed"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Run:
    """A moment that was begun. made: how much came of it. trouble: why it failed, one line. ended_at: None while it is under way."""

    job: str
    fire_time: datetime
    state: RunState
    tries: int
    begun_at: datetime
    ended_at: datetime | None = None
    made: int = 0
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class JobState:
    """What is known of a job. since: moments before it are none of it."""

    since: datetime
    paused: bool = False


@dataclass(frozen=True, slots=True)
class OwnSchedule:
    """What a person wants at a time of their own.

    kind: of the work ("digest.weekly"). cron: five fields, see `Cron`. args: JSON, what the work needs to know. decision_id: in which it
    was asked for. since: moments up to it are none of it; when it was made, or went on after a rest.
    """

    id: str
    owner: UserId
    kind: str
    cron: str
    zone: str
    made_at: datetime
    args: Mapping[str, object] = field(default_factory=dict)
    on: Days = Days.ALL
    paused: bool = False
    decision_id: DecisionId | None = None
    since: datetime | None = None

    @property
    def job(self) -> str:
        """How its firings are called."""
        return f"{PERSONAL}{self.id}"


@dataclass(frozen=True)
class JobRule:
    """A row of `[[schedule.jobs]]`. name: its kind. cron: five fields, in each team's zone. teams: empty for each."""

    name: str
    cron: str
    on: Days = Days.WORKDAYS
    teams: tuple[str, ...] = ()


SHIPPED_JOBS = (
    JobRule("churn.score", "0 7 * * *"), JobRule("digest.daily", "30 8 * * *"), JobRule("digest.weekly", "30 8 * * 1"),
    JobRule("coach.tip", "15 8 * * *"),
)  # fmt: skip


@dataclass(frozen=True)
class ScheduleRules:
    """`[schedule]`.

    catch_up_hours: so late a moment that was missed is still made up for. quiet: when nobody is spoken to unasked, in their own zone; ""
    for never. most_a_day: unasked messages for one person on one day. countries: team -> ISO 3166, where its public holidays are others
    than those of `[review] country`. jobs: see `JobRule`; `jobs = []` for none.
    """

    catch_up_hours: int = 12
    quiet: str = "20:00-08:00"
    most_a_day: int = 5
    countries: Mapping[str, str] = field(default_factory=dict)
    jobs: tuple[JobRule, ...] = SHIPPED_JOBS

    def faults(self) -> Iterator[tuple[str, object, str]]:
        """What cannot be meant: the key, its value, and what would fit."""
        if not 1 <= self.catch_up_hours <= LONGEST_CATCH_UP_H:
            yield "catch_up_hours", self.catch_up_hours, f"1 to {LONGEST_CATCH_UP_H}"
        if self.most_a_day < 0:
            yield "most_a_day", self.most_a_day, "0 (nobody is spoken to unasked) or more"
        try:
            quiet_of(self.quiet)
        except ValueError:
            yield "quiet", self.quiet, 'from-until, such as 20:00-08:00, or ""'
        for team, country in self.countries.items():
            if not re.fullmatch(COUNTRY, country):
                yield f"countries.{team}", country, 'ISO 3166, such as DE or DE-BY, or ""'
        yield from self._job_faults()

    def _job_faults(self) -> Iterator[tuple[str, object, str]]:
        seen = set()
        for number, job in enumerate(self.jobs, 1):
            if job.name not in CONFIGURABLE:
                yield f"jobs[{number}].name", job.name, ", ".join(CONFIGURABLE)
            try:
                Cron.parse(job.cron)
            except ValueError as wrong:
                yield f"jobs[{number}].cron", job.cron, str(wrong)
            for team in job.teams or ("",):
                if (job.name, team) in seen or (job.name, "") in seen:
                    yield f"jobs[{number}].teams", team, "each kind once for each team"
                seen.add((job.name, team))

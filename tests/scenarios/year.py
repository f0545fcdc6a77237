"""A year of three teams by the clock: what is to be done, by whom, and which moments that makes, reckoned without the house's own code."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.domain.approval import ReviewRules
from bot.domain.firing import Days, Firing, JobRule, OwnSchedule, ScheduleRules
from bot.domain.ids import UserId
from bot.domain.people import Role, User
from bot.engine.moments import Moments
from bot.engine.schedule import Schedule
from bot.engine.timetable import Timetable
from bot.ports import Clock, Firings
from bot.ports.working import JobKind
from bot.senses import TimeIds
from bot.store.database import Database
from bot.store.firings import SqliteFirings, SqliteJobStates
from bot.store.migrations import migrate
from bot.store.rows import every, insert
from bot.store.users import SqliteUsers
from bot.workdays import Calendars
from tests.fakes.schedules import HeldSchedules

DAY, QUARTER = timedelta(days=1), timedelta(minutes=15)
ZONES = {"east": "Asia/Shanghai", "berlin": "Europe/Berlin", "york": "America/New_York"}
COUNTRIES = {"berlin": "DE", "york": "US"}


def _days(*said: str) -> frozenset[date]:
    """"02-15/23": from one day to another of 2026."""
    found: set[date] = set()
    for one in said:
        first, _, last = one.partition("/")
        month, day = map(int, first.split("-"))
        found.update(date(2026, month, number) for number in range(day, int(last or day) + 1))
    return frozenset(found)


OFF = {
    "east": _days("01-01/3", "02-15/23", "04-04/6", "05-01/5", "06-19/21", "09-25/27", "10-01/7"),
    "berlin": _days("01-01", "04-03", "04-06", "05-01", "05-14", "05-25", "10-03", "12-25/26") | {date(2028, 4, 14)},
    "york": _days("01-01", "01-19", "02-16", "05-25", "06-19", "07-03/4", "09-07", "10-12", "11-11", "11-26", "12-25")
    | {date(2028, 1, 17), date(2028, 2, 21)},
}
"""Public days of 2026, and outside China of the first months of 2028: the State Council's notice of November 2025; Germany's nationwide;
the federal ones of the US, as observed."""
MADE_UP = _days("01-04", "02-14", "02-28", "05-09", "09-20", "10-10")
"""Weekend days of 2026 that are worked in China."""


@dataclass(frozen=True)
class Row:
    """Something done by the clock, told without a cron line. weekday: ISO. leap: on 29 February alone. owner: of somebody's own."""

    name: str
    at: time
    cron: str
    on: Days = Days.WORKDAYS
    weekday: int | None = None
    leap: bool = False
    owner: str = ""


HOUSE = (
    Row("churn.score", time(7), "0 7 * * *"),
    Row("digest.daily", time(2, 30), "30 2 * * *", Days.ALL),
    Row("digest.weekly", time(8, 30), "30 8 * * 1", weekday=1),
)
OWN = (
    Row("digest.weekly", time(1, 15), "15 1 * * 0", Days.ALL, weekday=7, owner="york"),
    Row("digest.weekly", time(9), "0 9 29 2 *", Days.ALL, leap=True, owner="berlin"),
    Row("digest.weekly", time(17, 45), "45 17 * * 5", weekday=5, owner="east"),
)
RULES = ScheduleRules(
    catch_up_hours=48, countries=COUNTRIES, jobs=tuple(JobRule(one.name, one.cron, one.on) for one in HOUSE)
)  # fmt: skip


def expected(begins: datetime, ends: datetime) -> set[str]:
    """The keys of all moments after the one and up to the other."""
    found = set()
    for team, zone in ZONES.items():
        for row in (*HOUSE, *(one for one in OWN if one.owner == team)):
            name = f"own:{row.cron}" if row.owner else f"{row.name}@{team}"
            moments = (_first_shown(day, row.at, ZoneInfo(zone)) for day in _meant(row, team, begins, ends))
            found |= {f"{name}:{at:%Y%m%dT%H%M%SZ}" for at in moments if begins < at <= ends}
    return found


def fired(begins: datetime, ends: datetime) -> set[str]:
    """The same by the house's own reckoning, without a store and without anybody at work."""
    found, calendars = set(), Calendars(ReviewRules(), COUNTRIES)
    for team, zone in ZONES.items():
        for row in (*HOUSE, *(one for one in OWN if one.owner == team)):
            days = calendars.of(team).is_workday if row.on is Days.WORKDAYS else None
            name = f"own:{row.cron}" if row.owner else f"{row.name}@{team}"
            found |= {f"{name}:{at:%Y%m%dT%H%M%SZ}" for at in Moments(row.cron, zone, days).between(begins, ends)}
    return found


def _meant(row: Row, team: str, begins: datetime, ends: datetime) -> Iterator[date]:
    day = begins.date() - 8 * DAY
    while day <= ends.date() + DAY:
        if row.leap:
            meant = (day.month, day.day) == (2, 29)
        elif row.on is Days.ALL:
            meant = row.weekday in {None, day.isoweekday()}
        elif row.weekday is None:
            meant = _is_worked(day, team)
        else:  # the first day of the week, from its own on, that is worked
            before = [day - number * DAY for number in range(1, day.isoweekday() - row.weekday + 1)]
            meant = day.isoweekday() >= row.weekday and _is_worked(day, team) and not any(_is_worked(one, team) for one in before)
        if meant:
            yield day
        day += DAY


def _is_worked(day: date, team: str) -> bool:
    if day in OFF[team] or (team == "east" and day in MADE_UP):
        return day not in OFF[team]
    return day.isoweekday() <= 5


def _first_shown(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The first quarter of an hour at which clocks show this, or more."""
    wall, now = datetime.combine(day, at), datetime.combine(day, time(), UTC) - DAY
    while now.astimezone(zone).replace(tzinfo=None) < wall:
        now += QUARTER
    return now


Work = Callable[[Firing], Awaitable[int]]


@dataclass(frozen=True)
class Office:
    """One worker over the store of all: what it does is noted once for each key, however often it is done."""

    database: Database
    clock: Clock
    since: datetime

    @staticmethod
    def over(path: Path, clock: Clock, since: datetime) -> "Office":
        """A worker that begins. since: when people said what they want of their own."""
        database = Database(path)
        migrate(database)
        return Office(database, clock, since)

    async def moved_in(self) -> None:
        """Everybody is there; once for each store."""
        users = SqliteUsers(self.database, self.clock, TimeIds())
        people = [User(UserId(team), team, f"{team}@example.com", Role.MANAGER, team, zone) for team, zone in ZONES.items()]
        await users.seed(people)
        with suppress(Exception):
            await self.database.write(lambda it: it.table("effects").create({"key": str, "job": str}, pk="key"))

    def schedule(self, around: Callable[[Firings], Firings] = lambda port: port, work: Work | None = None) -> Schedule:
        """Its schedule. around: what stands before the port. work: what is done before the effect is noted."""

        async def done(firing: Firing) -> int:
            made = await work(firing) if work else 1
            await self.noted(firing)
            return made

        kinds = {
            name: JobKind(name, done, each=name != "digest.weekly", personal=True)
            for name in ("churn.score", "digest.daily", "digest.weekly")
        }  # fmt: skip
        calendars = Calendars(ReviewRules(), COUNTRIES)
        wishes = [
            OwnSchedule(row.cron, UserId(row.owner), row.name, row.cron, ZONES[row.owner], self.since, on=row.on, since=self.since)
            for row in OWN
        ]
        timetable = Timetable(
            lambda: RULES, (), kinds, SqliteUsers(self.database, self.clock, TimeIds()), HeldSchedules(self.clock, wishes),
            SqliteJobStates(self.database, self.clock), lambda team: calendars.of(team).is_workday, "UTC",
        )  # fmt: skip
        firings = around(SqliteFirings(self.database, self.clock))
        return Schedule(timetable.jobs, firings, self.clock, catch_up=lambda: timedelta(hours=RULES.catch_up_hours))

    async def noted(self, firing: Firing) -> None:
        """What the work leaves behind: as an outbox does, once for a key."""
        row = {"key": firing.key, "job": firing.job}
        await self.database.write(lambda database: insert(database, "effects", row, or_ignore="key"))

    async def effects(self) -> set[str]:
        """The keys of all that was done."""
        rows = await self.database.read(lambda database: every(database, "SELECT key FROM effects"))
        return {row["key"] for row in rows}

    async def states(self) -> set[str]:
        """In which states the moments stand."""
        rows = await self.database.read(lambda database: every(database, "SELECT DISTINCT state FROM firings"))
        return {row["state"] for row in rows}



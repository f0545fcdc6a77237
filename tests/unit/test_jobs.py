"""What is done by the clock as an admin manages it: per team in its zone, at rest, going on, done now; and who may."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.admin.door import AdminDoor
from bot.admin.jobs import JobsRoom
from bot.clockwork import clockwork
from bot.domain.approval import ReviewRules
from bot.domain.entering import Arrival
from bot.domain.firing import Days, Firing, JobRule, OwnSchedule, ScheduleRules
from bot.domain.ids import UserId
from bot.domain.people import Role, User
from bot.domain.talk import Lang
from bot.errors import BadConfig, NotAllowed, Unclear
from bot.job_lines import job_lines
from bot.jobs import Clockwork, Ground, Jobs
from bot.ports.working import JobKind
from bot.senses import TimeIds
from bot.store.database import Database
from bot.store.firings import SqliteFirings, SqliteJobStates
from bot.store.migrations import migrate
from bot.store.users import SqliteUsers
from bot.store.visits import SqliteVisits
from bot.visits import Visits
from bot.words import TomlWords, read_sentences
from bot.workdays import Calendars
from tests.fakes.schedules import HeldSchedules
from tests.fakes.senses import NOON, SetClock

ROOT = Path(__file__).parents[2] / "bot"
WORDS = TomlWords({**read_sentences(ROOT / "strings.toml"), **read_sentences(ROOT / "cli.toml")})
BERLIN = "Europe/Berlin"
ADMIN = User(UserId("root"), "Root", "root@example.com", Role.ADMIN, "east", "Asia/Shanghai")
ANNA, BERT, CHEN = (
    User(UserId(name), name, f"{name}@example.com", Role.REP, team, zone)
    for name, team, zone in (("anna", "berlin", BERLIN), ("bert", "berlin", BERLIN), ("chen", "berlin", "Asia/Shanghai"))
)
RULES = ScheduleRules(
    countries={"berlin": "DE"},
    jobs=(
        JobRule("digest.weekly", "30 8 * * 1"), JobRule("coach.tip", "0 9 * * *", Days.ALL, ("east",)), JobRule("churn.score", "0 7 * * *"),
    ),
)  # fmt: skip


@dataclass
class Desk:
    """Jobs over a store of their own. done: what the work was asked for."""

    path: Path
    people: tuple[User, ...] = (ADMIN, ANNA, BERT, CHEN)
    clock: SetClock = field(default_factory=SetClock)
    done: list[Firing] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def opened(self, rules: ScheduleRules = RULES) -> Jobs:
        """The verbs; of the kinds, `churn.score` is not there."""
        self.gate.set()
        self.database = Database(self.path / "tandem.db")
        migrate(self.database)
        self.users = SqliteUsers(self.database, self.clock, TimeIds())
        await self.users.seed(self.people)
        self.own = HeldSchedules(self.clock)
        firings, states = SqliteFirings(self.database, self.clock), SqliteJobStates(self.database, self.clock)
        self.ground = Ground(firings, states, self.own, self.users, self.clock)
        kinds = [JobKind(name, self._work, personal=name == "digest.weekly") for name in ("digest.weekly", "coach.tip")]
        inner = [JobKind("reviews.tick", self._work)]
        self.made: Clockwork = clockwork(
            self.ground, lambda: rules, Calendars(ReviewRules(), rules.countries), inner, kinds, lambda: None, "Asia/Shanghai"
        )  # fmt: skip
        return Jobs(self.ground, lambda: self.made)

    async def _work(self, firing: Firing) -> int:
        self.done.append(firing)
        await self.gate.wait()
        return 3


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A house with two teams."""
    return Desk(tmp_path)


def at(text: str, zone: str) -> str:
    """A moment as it is told."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).isoformat()


async def test_each_team_has_its_own_in_the_zone_of_most_of_its_people(desk: Desk) -> None:
    """A row without teams is each team's; the next moments are told on their clocks."""
    told = {one["job"]: one for one in await (await desk.opened()).list()}

    assert [
        "digest.weekly@berlin", "digest.weekly@east", "coach.tip@east", "churn.score@berlin", "churn.score@east", "reviews.tick",
    ] == [*told]  # fmt: skip
    assert at("2026-07-20T08:30", BERLIN) == told["digest.weekly@berlin"]["next"][0]
    assert at("2026-07-20T08:30", "Asia/Shanghai") == told["digest.weekly@east"]["next"][0]
    assert (False, []) == (told["churn.score@east"]["ready"], told["churn.score@east"]["next"])


async def test_home_without_people_has_a_team_all_the_same(tmp_path: Path) -> None:
    """In the zone of the house; a row for other teams is nobody's."""
    told = await (await Desk(tmp_path, people=()).opened()).list()

    assert [("digest.weekly@default", "Asia/Shanghai"), ("churn.score@default", "Asia/Shanghai"), ("reviews.tick", "UTC")] == [
        (one["job"], one["zone"]) for one in told
    ]


async def test_one_team_rests_and_goes_on(desk: Desk) -> None:
    """The other one's comes; what was meant in between is gone."""
    jobs = await desk.opened()
    await jobs.pause("digest.weekly", team="berlin")
    rests = {one["job"]: one["paused"] for one in await jobs.list() if one["kind"] == "digest.weekly"}
    desk.clock.at = datetime(2026, 7, 20, 12, tzinfo=ZoneInfo(BERLIN))
    await desk.made.schedule.due(desk.clock.now())
    await jobs.resume("digest.weekly@berlin")
    await desk.made.schedule.due(desk.clock.now())

    assert {"digest.weekly@berlin": True, "digest.weekly@east": False} == rests
    assert {"east"} == {one.team for one in desk.done if one.job == "digest.weekly"}


async def test_what_people_want_is_listed_fires_in_their_zone_and_can_rest(desk: Desk) -> None:
    """Under their name; the work learns whose it is and what they asked for."""
    jobs = await desk.opened()
    wish = OwnSchedule("", ANNA.id, "digest.weekly", "0 14 * * 2", BERLIN, NOON - timedelta(minutes=5), {"team": "berlin"})
    kept = await desk.own.add(wish)
    listed = next(one for one in await jobs.list() if one["owner"])
    await desk.made.schedule.due(NOON + timedelta(minutes=5))
    fired = next(one for one in desk.done if one.owner)
    await jobs.pause(kept.job)

    assert (ANNA.name, kept.job, at("2026-07-21T14:00", BERLIN)) == (listed["owner"], listed["job"], listed["next"][0])
    assert (ANNA.id, {"team": "berlin"}, "berlin") == (fired.owner, fired.args, fired.team)
    assert [True] == [one.paused for one in await desk.own.all()]


async def test_what_somebody_who_left_wanted_fires_no_more(desk: Desk) -> None:
    """Nor what a kind has not to give to people."""
    jobs = await desk.opened()
    await desk.own.add(OwnSchedule("", UserId("gone"), "digest.weekly", "* * * * *", BERLIN, NOON - timedelta(minutes=5)))
    await desk.own.add(OwnSchedule("", ANNA.id, "coach.tip", "* * * * *", BERLIN, NOON - timedelta(minutes=5)))
    await desk.made.schedule.due(NOON)

    assert [(ANNA.name, False)] == [(one["owner"], one["ready"]) for one in await jobs.list() if one["owner"]]
    assert [] == [one for one in desk.done if one.owner]


async def test_done_now_is_told_with_what_came_of_it(desk: Desk) -> None:
    """For one team or for each, resting or not."""
    jobs = await desk.opened()
    await jobs.pause("digest.weekly", team="east")
    one, both = await jobs.run("digest.weekly", team="east"), await jobs.run("digest.weekly@berlin")

    assert [("done", 3), ("done", 3)] == [(told[0]["last"]["state"], told[0]["last"]["made"]) for told in (one, both)]
    assert [("east", True), ("berlin", True)] == [(firing.team, firing.asked) for firing in desk.done]


async def test_page_does_not_wait_for_long_work(desk: Desk) -> None:
    """It goes on, and is told as under way."""
    jobs = await desk.opened()
    desk.gate.clear()
    told = await jobs.run("coach.tip", patience_s=0.01)
    desk.gate.set()
    await asyncio.gather(*jobs._under_way)  # noqa: SLF001 - nobody else waits for it

    assert ("begun", "done") == (told[0]["last"]["state"], (await jobs.list())[2]["last"]["state"])


@pytest.mark.parametrize(
    "verb, name, key",
    [
        ("pause", "nothing", "no_such_job"), ("run", "churn.score", "job_not_ready"), ("pause", "reviews.tick", "job_is_inner"),
        ("run", "coach.tip@berlin", "no_such_job"),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_said(desk: Desk, verb: str, name: str, key: str) -> None:
    """With what there is."""
    jobs = await desk.opened()

    with pytest.raises(Unclear, match=key):
        await getattr(jobs, verb)(name)


async def test_only_admins_are_let_in(desk: Desk) -> None:
    """Asked at each verb anew; whoever pressed stands in the audit."""
    jobs = await desk.opened()
    visits = Visits(SqliteVisits(desk.database, desk.clock), desk.users, desk.clock, "", "UTC")
    room = JobsRoom(AdminDoor(visits), jobs)
    rep, admin = [(await visits.begin(one.id, Arrival()))["session"] for one in (ANNA, ADMIN)]
    for verb in (room.listed(rep, lang=Lang.EN), room.press(rep, lang=Lang.EN, job="coach.tip@east", action="run")):
        with pytest.raises(NotAllowed, match="only_admins"):
            await verb
    told = await room.press(admin, lang=Lang.EN, job="coach.tip@east", action="pause")
    audited = await desk.database.read(lambda it: [row["entry"] for row in it.query("SELECT entry FROM audit WHERE kind = 'job.paused'")])

    assert ([True], []) == ([one["paused"] for one in told["jobs"] if one["job"] == "coach.tip@east"], desk.done)
    assert (1, True) == (len(audited), ADMIN.id in audited[0])


async def test_peoples_own_are_told_page_by_page(tmp_path: Path) -> None:
    """A large house has thousands; the others stand on each page, and each page says what is around it."""
    people = [replace(ANNA, id=UserId(f"anna{number}"), email=f"anna{number}@example.com", handles={}) for number in range(70)]
    desk = Desk(tmp_path, (ADMIN, *people))
    jobs = await desk.opened()
    for one in people:
        await desk.own.add(OwnSchedule("", one.id, "digest.weekly", "30 8 * * 1", BERLIN, desk.clock.now()))
    room = JobsRoom(AdminDoor(Visits(SqliteVisits(desk.database, desk.clock), desk.users, desk.clock, "", "UTC")), jobs)
    session = (await room.door.visits.begin(ADMIN.id, Arrival()))["session"]
    pages = [await room.listed(session, lang=Lang.EN, skip=skip) for skip in (0, 30, 60, 90, -5)]
    others = len(await jobs.list()) - len(people)

    assert [(None, 30), (0, 60), (30, None), (60, None), (None, 30)] == [(page["skipped"], page["more"]) for page in pages]
    assert [30, 30, 10, 0, 30] == [len([one for one in page["jobs"] if one["owner"]]) for page in pages]
    assert {others} == {len([one for one in page["jobs"] if not one["owner"]]) for page in pages}


@pytest.mark.parametrize("lang", Lang)
async def test_lines_say_what_comes_and_what_became_of_the_last(desk: Desk, lang: Lang) -> None:
    """In both languages, the house's own in one line."""
    jobs = await desk.opened()
    await jobs.run("coach.tip")
    await jobs.pause("digest.weekly", team="east")
    lines = list(job_lines(await jobs.list(), lambda key, /, **facts: WORDS.say(key, lang, **facts)))
    said = {"zh": ("暂停中", "2026-07-14 周二 20:00 做好了(3)"), "en": ("paused", "Tue 2026-07-14 20:00 done (3)")}[lang.value]

    assert (6, True, True, True) == (len(lines), said[0] in lines[1], said[1] in lines[2], "reviews.tick" in lines[-1])


async def test_country_that_nobody_knows_stops_the_start(desk: Desk) -> None:
    """With the key that names it."""
    with pytest.raises(BadConfig, match=r"schedule\.countries\.berlin"):
        await (await desk.opened(ScheduleRules(countries={"berlin": "QQ"}, jobs=RULES.jobs))).list()


@pytest.mark.parametrize(
    "rules, key",
    [
        (ScheduleRules(catch_up_hours=0), "catch_up_hours"), (ScheduleRules(quiet="late"), "quiet"),
        (ScheduleRules(most_a_day=-1), "most_a_day"), (ScheduleRules(countries={"berlin": "Germany"}), "countries.berlin"),
        (ScheduleRules(jobs=(JobRule("tea", "0 9 * * *"),)), "jobs[1].name"),
        (ScheduleRules(jobs=(JobRule("coach.tip", "0 9 * *"),)), "jobs[1].cron"),
        (ScheduleRules(jobs=(JobRule("coach.tip", "0 9 * * *"), JobRule("coach.tip", "0 8 * * *", teams=("east",)))), "jobs[2].teams"),
    ],
)  # fmt: skip
def test_row_that_cannot_be_meant_is_named(rules: ScheduleRules, key: str) -> None:
    """With the number of its row."""
    assert [key] == [fault[0] for fault in rules.faults()]


@pytest.mark.parametrize(
    "country, day, worked",
    [
        ("DE", "2026-10-02", True), ("DE", "2026-12-25", False), ("DE-BY", "2026-01-06", False), ("DE", "2026-01-06", True),
        ("US", "2026-07-03", False), ("FR", "2026-07-14", False), ("CN", "2026-09-20", True), ("", "2026-12-25", True),
    ],
)  # fmt: skip
def test_public_days_are_those_of_the_country(country: str, day: str, worked: bool) -> None:  # noqa: FBT001 - a case
    """Of its part, too, where that has days of its own."""
    assert worked is Calendars(ReviewRules(country=country)).is_workday("east", date.fromisoformat(day))

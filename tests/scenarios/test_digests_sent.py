"""Digests by the clock: to whom, once, at another time where somebody is not to be spoken to; stopped and explained by a press."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.domain.digest import Digest, DigestKind, Line, Section
from bot.domain.firing import Firing, OwnSchedule, ScheduleRules
from bot.domain.ids import ThreadId, TurnId, UserId
from bot.domain.outcome import Answer, Button
from bot.domain.people import Role, User
from bot.domain.talk import Origin, Tap, Utterance, direct_thread
from bot.senses import SystemClock, TimeIds
from bot.store.database import Database
from bot.store.digest_wishes import SqliteDigestWishes
from bot.store.interruptions import SqliteInterruptions
from bot.store.ledger import SqliteLedger
from bot.store.migrations import migrate
from bot.store.users import SqliteUsers
from bot.turns.digesting import DIGEST, Digesting
from tests.fakes.schedules import HeldSchedules
from tests.fakes.senses import SetClock
from tests.scenarios.stage import WORDS, Stage, staged

MORNING = datetime(2026, 8, 20, 0, 30, tzinfo=UTC)
"""Half past eight in Shanghai, on a Thursday."""
ZONE = "Asia/Shanghai"
TEAMS = {"lin": "e", "wu": "e", "sun": "n"}
LIN, WU, SUN = (User(UserId(name), name, f"{name}@x.example", Role.REP, team, ZONE) for name, team in TEAMS.items())
MIN = User(UserId("min"), "min", "min@x.example", Role.MANAGER, "e", ZONE)
ROLES = {DigestKind.DAILY: (Role.REP,), DigestKind.WEEKLY: (Role.MANAGER,)}


@dataclass
class Sent:
    """In place of `Errands`: what was kept, once for each key."""

    kept: dict[str, tuple[UserId, str, str]] = field(default_factory=dict)

    async def send(
        self, user_id: UserId, intent: str, key: str, facts: Mapping[str, str] | None = None, origin: Origin | None = None  # noqa: ARG002
    ) -> TurnId:
        """Keep it."""
        self.kept.setdefault(key, (user_id, intent, origin.channel if origin else "chat"))
        return TurnId(key)

    @property
    def people(self) -> list[str]:
        """Who got something, in order."""
        return [user_id for user_id, _, _ in self.kept.values()]


@dataclass
class House:
    """Real stores, a clock to be moved, and whatever was sent."""

    digesting: Digesting
    sent: Sent
    clock: SetClock
    schedules: HeldSchedules
    wishes: SqliteDigestWishes
    interruptions: SqliteInterruptions

    def firing(self, kind: DigestKind = DigestKind.DAILY, team: str = "e", owner: User | None = None, **args: str) -> Firing:
        """A moment of the clock."""
        job = f"digest.{kind}"
        return Firing(job if owner is None else "own:s1", job, team, MORNING, ZONE, owner.id if owner else None, args)


@asynccontextmanager
async def house(folder: Path, *, quiet: str = "20:00-08:00", mails: bool = True) -> AsyncIterator[House]:
    """A house with three reps of two teams and a manager."""
    database, clock, ids, sent = Database(folder / "tandem.db"), SetClock(MORNING), TimeIds(), Sent()
    try:
        migrate(database)
        users = SqliteUsers(database, clock, ids)
        await users.seed([LIN, WU, SUN, MIN])
        schedules, wishes = HeldSchedules(clock), SqliteDigestWishes(database, clock)
        interruptions = SqliteInterruptions(database, clock, lambda: ScheduleRules(quiet=quiet), lambda _team, _day: True)
        digesting = Digesting(
            users, wishes, schedules, interruptions, sent, SqliteLedger(database, clock, ids), WORDS, clock, ROLES.__getitem__, mails=mails,  # type: ignore[arg-type]
        )  # fmt: skip
        yield House(digesting, sent, clock, schedules, wishes, interruptions)
    finally:
        database.close()


async def test_reps_of_the_team_get_the_daily_one_and_each_once(tmp_path: Path) -> None:
    """Not the manager, not the other team; another worker that does the same moment again sends nobody a second one."""
    async with house(tmp_path) as here:
        counts = [await here.digesting.daily(here.firing()) for _ in range(2)]
        weekly = await here.digesting.weekly(here.firing(DigestKind.WEEKLY))

    assert ([2, 2], 1, ["lin", "wu", "min"]) == (counts, weekly, here.sent.people)


async def test_who_wants_none_or_has_a_time_of_their_own_is_left_out(tmp_path: Path) -> None:
    """A schedule of one's own takes the place of the house's, even while it rests."""
    async with house(tmp_path) as here:
        await here.wishes.stop(LIN.id, DigestKind.DAILY)
        await here.schedules.add(OwnSchedule("", WU.id, "digest.daily", "0 7 * * *", ZONE, MORNING, paused=True))
        none = await here.digesting.daily(here.firing())
        own = await here.digesting.daily(here.firing(owner=WU))

    assert (0, 1, ["wu"]) == (none, own, here.sent.people)


async def test_who_may_not_be_spoken_to_gets_it_later_that_day(tmp_path: Path) -> None:
    """Quiet until ten means ten o'clock; sent once, counted once."""
    async with house(tmp_path) as here:
        await here.interruptions.set_quiet(LIN.id, "22:00-10:00")
        await here.digesting.daily(here.firing())
        early = [await here.digesting.late(), here.sent.people]
        here.clock.move(timedelta(minutes=90))
        late = [await here.digesting.late(), await here.digesting.late(), here.sent.people]
        counted = await here.interruptions.counts(date(2026, 8, 20), date(2026, 8, 20))

    assert ([0, ["wu"]], [1, 0, ["wu", "lin"]], {"lin": 1, "wu": 1}) == (early, late, counted)


async def test_a_day_that_is_over_is_not_made_up_for(tmp_path: Path) -> None:
    """Yesterday's morning is nobody's business tomorrow; a stop in between counts, too."""
    async with house(tmp_path) as here:
        for one in (LIN, WU):
            await here.interruptions.set_quiet(one.id, "22:00-10:00")
        await here.digesting.daily(here.firing())
        await here.wishes.stop(LIN.id, DigestKind.DAILY)
        here.clock.move(timedelta(hours=2))
        told = await here.digesting.late()
        await here.digesting.daily(Firing("digest.daily", "digest.daily", "e", MORNING + timedelta(days=1), ZONE))
        here.clock.move(timedelta(days=2))
        over = await here.digesting.late()

    assert (1, 0, ["wu", "wu"]) == (told, over, here.sent.people)


async def test_whoever_asked_for_mail_gets_it_in_their_own_mailbox(tmp_path: Path) -> None:
    """Alone or beside the chat; in a house without mail it comes in the chat."""
    async with house(tmp_path) as here:
        await here.digesting.daily(here.firing(owner=LIN, by="mail"))
        await here.digesting.weekly(here.firing(DigestKind.WEEKLY, owner=MIN, by="chat,mail"))
    (tmp_path / "other").mkdir()
    async with house(tmp_path / "other", mails=False) as other:
        await other.digesting.daily(other.firing(owner=LIN, by="mail"))

    weekly = [("min", "digest_weekly", way) for way in ("chat", "mail")]
    assert [("lin", "digest_daily", "mail"), *weekly] == [*here.sent.kept.values()]
    assert [("lin", "digest_daily", "chat")] == [*other.sent.kept.values()]


# --- the buttons, on the road of a turn ----------------------------------------------------------------------------------

TOLD = Digest(
    DigestKind.DAILY, "Day", date(2026, 8, 20), date(2026, 8, 20),
    (Section("Tasks", (Line("Tasks due: 2", "Your open tasks due by today: 2"), Line("Slipping: 1", "Close date passed: 1"))),),
)  # fmt: skip
BUTTONS = (Button("Why these", "digest:why:daily"), Button("Stop", "digest:stop:daily"))


async def _pressed(stage: Stage, button: int, message: int, key: str, answers: int) -> Answer:
    origin = Origin("slack", "", "U1", direct_thread("slack", "", "U1"))
    shown = stage.channel.shown[message]
    outcome = (await stage.say(Tap(origin, key, shown.id, button, SystemClock().now()), answers)).outcome
    assert isinstance(outcome, Answer)
    return outcome


async def test_a_press_says_why_stops_and_sends_again(tmp_path: Path) -> None:
    """The reasons as they were sent; a stop counts once however often it is pressed, and can be taken back."""
    async with staged(tmp_path) as stage:
        conversation = stage.conversation
        database, clock = Database(tmp_path / "tandem.db"), SystemClock()
        wishes = SqliteDigestWishes(database, clock)
        digesting = Digesting(
            conversation.users, wishes, HeldSchedules(clock), Sent(), Sent(), stage.ledger, WORDS, clock, ROLES.__getitem__,  # type: ignore[arg-type]
        )  # fmt: skip
        object.__setattr__(conversation, "deeds", {DIGEST: digesting})
        stage.skill.answer = Answer("two things", buttons=BUTTONS, digest=TOLD)
        here = Origin("slack", "", "U1", ThreadId("slack::U1"))
        await stage.say(_said(here), 1)
        why = await _pressed(stage, 0, 0, "k1", 2)
        stop = await _pressed(stage, 1, 0, "k2", 4)  # the card that was pressed is settled by a message of its own
        stopped = [*await wishes.stopped(DigestKind.DAILY)]
        place = next(at for at, one in enumerate(stage.channel.shown) if one.outcome == stop)
        again = await _pressed(stage, 0, place, "k3", 6)
        left = [*await wishes.stopped(DigestKind.DAILY)]
        database.close()

    assert "1. Your open tasks due by today: 2\n2. Close date passed: 1" == why.text
    assert (["ann"], ["Send them again"], []) == (stopped, [one.label for one in stop.buttons], left)
    assert "Fine, the daily digest goes on." == again.text


def _said(origin: Origin) -> Utterance:
    return Utterance(origin, "u1", "my daily digest please", SystemClock().now())

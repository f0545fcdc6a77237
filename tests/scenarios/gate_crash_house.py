"""A house that is killed between an approval and the arrival of what was approved, and lives again, life after life, over one home.

As `crash_house`: each life is a fork, the ports are watched from here, the platform sends again what it did not hear settled. Run as
`python -m tests.scenarios.gate_crash_house HOME PORT PLAN`; writes one JSON line for each life.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast

from bot.domain.acquaintance import OURS
from bot.domain.approval import ReviewRules
from bot.domain.decision import MessageState
from bot.domain.ids import MessageId, ReviewId, TurnId, UserId
from bot.domain.outcome import Draft
from bot.domain.people import Role, User
from bot.domain.permissions import Permissions
from bot.domain.talk import Arrival, Lang, Origin, Press, Tap, Turn, Utterance, direct_thread
from bot.engine.attempts import Attempts
from bot.engine.delivery import Care, Delivery, Ways
from bot.engine.durable import Durable
from bot.engine.lanes import Lanes
from bot.engine.schedule import Job, Schedule
from bot.events.bus import HouseBus
from bot.gatehouse import Gatehouse, Stores, gatehouse
from bot.ports import Capability, Channel, Choice, Clock, Drafts, Engine, Ids, Inbox, Ledger, Outbox, Records, Reviews
from bot.reading.reader import RuleReader
from bot.senses import SystemClock, TimeIds
from bot.store.belongings import SqliteBelongings
from bot.store.database import Database
from bot.store.drafts import SqliteDrafts
from bot.store.events import SqliteEvents
from bot.store.firings import SqliteFirings
from bot.store.inbox import SqliteInbox
from bot.store.ledger import SqliteLedger
from bot.store.letters import SqliteLetters
from bot.store.memory import SqliteMemory
from bot.store.migrations import migrate
from bot.store.outbox import SqliteOutbox
from bot.store.recordings import SqliteRecordings
from bot.store.records import SqliteRecords
from bot.store.reminders import SqliteReminders
from bot.store.reviews import SqliteReviews
from bot.store.rows import one
from bot.store.threads import SqliteThreads
from bot.store.users import SqliteUsers
from bot.turns.chats import Chats
from bot.turns.conversation import Conversation, ReadySkill
from bot.turns.drafting import Drafting
from bot.turns.receive import Receiving
from bot.turns.speech import Speech
from bot.words import TomlWords, read_sentences
from bot.workdays import calendar_of
from tests.fakes.choosing import OneChoice
from tests.fakes.gates import OpenGate
from tests.fakes.http_channel import HttpChannel
from tests.fakes.media import ReadingLibrary
from tests.scenarios.crash_house import LONGEST_S, SENTENCES, Fuse, Watched, all_lives

ASKED, SILENT = "asked", "silent"
"""One platform can be asked about earlier tries, the other cannot."""
AUTHORS = {ASKED: "lin", SILENT: "mei"}
"""Who writes letters, by the chat they do it in; the manager sits in the first."""
CARD = "SELECT id FROM outbox WHERE review_id = :id AND sender = 'zhang' AND updates IS NULL ORDER BY seq LIMIT 1"
PEOPLE = (
    *(User(UserId(name), name, f"{name}@acme.example", Role.REP, "east", "UTC", {channel: name}) for channel, name in AUTHORS.items()),
    User(UserId("zhang"), "zhang", "zhang@acme.example", Role.MANAGER, "east", "UTC", {ASKED: "zhang"}),
)


@dataclass
class FusedIds:
    """Ids asked for in the middle of the transaction `within`."""

    ids: Ids
    fuse: Fuse
    within: str

    def new(self) -> str:
        """A new one."""
        self.fuse.passes(f"within {self.within}")
        return self.ids.new()


async def letter(turn: Turn) -> Draft:
    """A letter to somebody whom nobody knows, which says what was said."""
    fields = {"subject": "hello", "addressee": "the chairman", "channel": "forward", "body": turn.text}
    return Draft(turn.text, "letter", fields)


@dataclass
class Home:
    """One life's house."""

    inbox: Inbox
    ledger: Ledger
    reviews: SqliteReviews
    outbox: SqliteOutbox
    database: Database
    lanes: Lanes
    clock: Clock

    async def through(self, channel: str, number: int) -> None:
        """One letter: asked for, sent to be read, approved. What was heard before is not done again."""
        author, key = Origin(channel, OURS, AUTHORS[channel], direct_thread(channel, OURS, AUTHORS[channel])), f"{channel}-{number:03}"
        turn = await self._heard(Utterance(author, f"ask-{key}", f"letter {key}", self.clock.now()))
        story = await self.ledger.decision_of(turn)
        assert story is not None
        assert story.draft_id is not None
        await self._heard(Press(author, f"submit-{key}", story.draft_id, 1, "submit", self.clock.now()))
        review = await self.reviews.of_draft(story.draft_id)
        assert review is not None
        manager = Origin(ASKED, OURS, "zhang", direct_thread(ASKED, OURS, "zhang"))
        await self._heard(Tap(manager, f"approve-{key}", await self._card(review.id), 0, self.clock.now()))

    async def quiet(self) -> None:
        """Return when everything is sent, or nobody can say."""
        while any([(await self.outbox.page(state)).items for state in (MessageState.WAITING, MessageState.SENDING)]):  # noqa: ASYNC110
            await asyncio.sleep(0.02)

    async def _heard(self, arrival: Arrival) -> TurnId:
        kept = await self.inbox.keep(arrival, backlog=1000)
        self.lanes.wake(arrival.origin.thread_id)
        while not await self.inbox.is_settled(kept.turn_id):  # noqa: ASYNC110 - looked at from outside
            await asyncio.sleep(0.01)
        return kept.turn_id

    async def _card(self, review_id: ReviewId) -> MessageId:
        row = await self.database.read(lambda database: one(database, CARD, {"id": review_id}))
        assert row is not None
        return MessageId(row["id"])


@asynccontextmanager
async def opened(home: Path, port: int, fuse: Fuse) -> AsyncIterator[Home]:
    """The shipped store, road, engine, lanes, delivery and schedule, watched."""
    database, clock, ids, rules = Database(home / "tandem.db"), SystemClock(), TimeIds(), ReviewRules(country="")
    migrate(database)
    watched: Callable[[object], Any] = lambda port: Watched(port, fuse)  # noqa: E731 - it is one
    whole_outbox, whole_reviews = (
        SqliteOutbox(database, clock, ids),
        SqliteReviews(database, clock, FusedIds(ids, fuse, "reviews"), OpenGate(), rules=lambda: rules),
    )
    outbox, reviews = cast("Outbox", watched(whole_outbox)), cast("Reviews", watched(whole_reviews))
    inbox, drafts = SqliteInbox(database, clock, ids), cast("Drafts", SqliteDrafts(database, clock, ids, OpenGate(), rules=lambda: rules))
    ledger = cast("Ledger", watched(SqliteLedger(database, clock, FusedIds(ids, fuse, "settle"), rules=lambda: rules)))
    records = cast("Records", watched(SqliteRecords(database, clock, ids, OpenGate())))
    users = SqliteUsers(database, clock, ids)
    await users.seed(PEOPLE)
    words = TomlWords(read_sentences(SENTENCES))
    bus = HouseBus(SqliteEvents(database, clock, ids))
    road = _road(Stores(
        reviews, drafts, SqliteLetters(database), records, users, inbox, ledger, outbox,
        SqliteReminders(database, clock, ids),
    ), rules, words, clock)  # fmt: skip
    skill = ReadySkill(Capability("letter", {Lang.EN: "", Lang.ZH: ""}, ("letter",), {}, "ready"), "", {}, "rep_confirms", words, letter)
    belongings = SqliteBelongings(database, clock, ids, home / "belongings", {}, 1 << 20)
    speech = Speech(belongings, SqliteRecordings(database, clock, ids, belongings), words)
    talk = Conversation(
        inbox, users, ledger, drafts, SqliteMemory(database, clock), OneChoice(Choice("letter", "letter")), lambda _: [skill], words, bus,
        clock, ids, "UTC",
        Chats(outbox, SqliteThreads(database, clock, ids), Receiving(belongings, ReadingLibrary(), words, speech), words, clock),
        reviewing=road.reviewing, releasing=road.releasing,
    )
    engine = Durable(home / "dbos.db", cast("Attempts", watched(Attempts(talk.take_turn, talk.give_up))), clock)
    lanes = Lanes(inbox, cast("Engine", watched(engine)), clock, holder=engine.executor, sweep_s=0.2)
    channels = [HttpChannel(ASKED, port, can_be_asked=True), HttpChannel(SILENT, port, can_be_asked=False)]
    exits = {each.name: cast("Channel", Watched(each, fuse, f" to {each.name}")) for each in channels}
    delivery = Delivery(outbox, exits, bus, Ways(Care(first_wait_s=0.05, look_s=0.1)))
    jobs = [Job(kind) for kind in road.minutely() if kind.name == "letters.release"]

    async def kept() -> Sequence[Job]:
        return jobs

    sweep = Schedule(kept, SqliteFirings(database, clock), clock)
    parts: tuple[HouseBus | Durable | Lanes | Delivery | Schedule, ...] = (bus, engine, lanes, delivery, sweep)
    for part in parts:
        await part.start()
    await road.releasing.sweep()  # lives here are shorter than the minute in which a house makes up for what was missed
    yield Home(inbox, ledger, whole_reviews, whole_outbox, database, lanes, clock)
    for part in reversed(parts):
        await part.close()
    for channel in channels:
        await channel.close()
    database.close()


def _road(stores: Stores, rules: ReviewRules, words: TomlWords, clock: Clock) -> Gatehouse:
    async def home() -> str:
        return OURS

    drafting = Drafting(stores.records, Permissions().scope, RuleReader(), clock)
    return gatehouse(stores, lambda: rules, calendar_of(rules), drafting, words, clock, {ASKED: home, SILENT: home}, (ASKED, SILENT))


async def live(home: Path, port: int, fuse: Fuse, lives: int) -> None:
    """See every letter through that was ever asked for, and work until nothing is left to do, or the fuse blows."""
    async with asyncio.timeout(LONGEST_S), opened(home, port, fuse) as house:
        for number in range(lives):
            await asyncio.gather(*(house.through(channel, number) for channel in AUTHORS))
        await house.quiet()


if __name__ == "__main__":
    all_lives(partial(live, Path(sys.argv[1]), int(sys.argv[2])), int(sys.argv[2]), json.loads(sys.argv[3]))

"""The house on a small stage: real store, lanes, bus and delivery; a channel that shows what arrived; a skill that notes things."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.domain.decision import Message
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.ids import UserId
from bot.domain.outcome import Answer, Button, Draft, Outcome
from bot.domain.people import EVERYONE, Role, User
from bot.domain.permissions import Permissions
from bot.domain.talk import Arrival, Lang, Origin, Turn
from bot.engine.attempts import Attempts
from bot.engine.delivery import Delivery
from bot.engine.direct import Direct
from bot.engine.durable import Durable
from bot.engine.lanes import Lanes
from bot.events.bus import HouseBus
from bot.places import HERE
from bot.ports import Capability, Choice
from bot.reading.reader import RuleReader
from bot.senses import SystemClock, TimeIds
from bot.store.belongings import SqliteBelongings
from bot.store.content import SqliteContent
from bot.store.database import Database
from bot.store.drafts import SqliteDrafts
from bot.store.events import SqliteEvents
from bot.store.inbox import SqliteInbox
from bot.store.ledger import SqliteLedger
from bot.store.memory import SqliteMemory
from bot.store.migrations import migrate
from bot.store.outbox import SqliteOutbox
from bot.store.recordings import SqliteRecordings
from bot.store.records import SqliteRecords
from bot.store.threads import SqliteThreads
from bot.store.users import SqliteUsers
from bot.turns.arrive import Door
from bot.turns.chats import Chats
from bot.turns.conversation import Conversation, ReadySkill
from bot.turns.drafting import Drafting
from bot.turns.listen import Listening
from bot.turns.receive import Receiving
from bot.turns.speech import Speech
from bot.words import TomlWords, read_sentences
from tests.fakes.choosing import OneChoice
from tests.fakes.gates import OpenGate
from tests.fakes.media import FakeMedia, ReadingLibrary

ANN = User(UserId("ann"), "Ann", "ann@example.com", Role.REP, "east", "Europe/Berlin", {"stage": "A1", "slack": "U1", "wecom": "ann"})
BO = User(UserId("bo"), "Bo", "bo@example.com", Role.REP, "east", "Europe/Berlin", {"stage": "B1", "slack": "U2", "wecom": "bo"})
WORDS = TomlWords(read_sentences(HERE / "strings.toml"))


@dataclass
class ShownChannel:
    """A channel that delivers onto a list."""

    name: str = "stage"
    shown: list[Message] = field(default_factory=list)
    worked: list[tuple[str, float]] = field(default_factory=list)
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def deliver(self, message: Message) -> str:
        """Show it."""
        async with self.arrived:
            self.shown.append(message)
            self.arrived.notify_all()
        return message.id

    async def reached(self, message: Message) -> bool | None:
        """It is there, or it is not."""
        return message in self.shown

    async def working(self, _origin: Origin, _lang: Lang, step: str, seconds: float, /) -> None:
        """Note what it is at."""
        self.worked.append((step, seconds))

    @property
    def texts(self) -> list[str]:
        """What people read, in order."""
        return [message.outcome.text for message in self.shown]


CHANNELS = ("stage", "slack", "wecom", "wecom_bot", "api")
ERRANDS = {"noted": {Lang.ZH: "记事", Lang.EN: "Notes"}}
LABELS = {"note": {Lang.ZH: "记一笔", Lang.EN: "Note"}}


@dataclass
class NotingSkill:
    """Drafts a note of what was said. `troubles`: raised one a turn before it works; `heard` records the order of turns.

    answer, draft: given once, whatever is said. buttons: of drafts. held: what a turn waits for, once it has `begun`.
    """

    troubles: list[Exception] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    answer: Answer | None = None
    draft: Draft | None = None
    buttons: tuple[Button, ...] = (Button("Save", "save"),)
    held: asyncio.Event | None = None
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def heard(self) -> list[str]:
        """The words of the turns."""
        return [turn.text for turn in self.turns]

    async def run(self, turn: Turn) -> Outcome:
        """A draft with its words as evidence; "plain …" is answered instead."""
        if self.troubles:
            raise self.troubles.pop(0)
        self.turns.append(turn)
        self.begun.set()
        if self.held:
            await self.held.wait()
        if self.answer:
            given, self.answer = self.answer, None
            return given
        if self.draft:
            drafted, self.draft = self.draft, None
            return drafted
        if turn.text.startswith("unknown"):
            return Answer("not mine", found=False)
        if turn.text.startswith("plain"):
            return Answer(turn.text)
        quote = Evidence(turn.text, "turn", "", EvidenceKind.RECORD, 1.0, turn.id, EVERYONE)
        return Draft(f"note: {turn.text}", "note", {"text": turn.text}, {"text": quote}, buttons=self.buttons)


@dataclass
class Stage:
    """What a scenario acts on and looks at."""

    door: Door
    channel: ShownChannel
    skill: NotingSkill
    chooser: OneChoice
    drafts: SqliteDrafts
    records: SqliteRecords
    ledger: SqliteLedger
    inbox: SqliteInbox
    delivery: Delivery
    lanes: Lanes
    media: FakeMedia
    library: ReadingLibrary
    content: SqliteContent
    outbox: SqliteOutbox
    conversation: Conversation
    recordings: SqliteRecordings

    async def say(self, arrival: Arrival, answers: int) -> Message:
        """Send something in and wait until `answers` messages in all have been delivered; the newest."""
        await self.door.arrive(arrival)
        self.delivery.wake()
        return await self.after(answers)

    async def after(self, answers: int) -> Message:
        """Wait until so many messages have been delivered; the newest."""
        async with asyncio.timeout(20), self.channel.arrived:
            await self.channel.arrived.wait_for(lambda: len(self.channel.shown) >= answers)
        return self.channel.shown[answers - 1]


@asynccontextmanager
async def staged(folder: Path, *, backlog: int = 20, durable: bool = False, ears: Listening | None = None) -> AsyncIterator[Stage]:
    """A house in `folder` with Ann and Bo on each of `CHANNELS`; one wall shows what arrives on any of them. ears: who listens to voice."""
    clock, ids, media, library = SystemClock(), TimeIds(), FakeMedia(), ReadingLibrary()
    async with AsyncExitStack() as stack:
        database = Database(folder / "tandem.db")
        stack.callback(database.close)
        migrate(database)
        inbox, ledger = SqliteInbox(database, clock, ids), SqliteLedger(database, clock, ids)
        outbox, drafts = SqliteOutbox(database, clock, ids), SqliteDrafts(database, clock, ids, OpenGate())
        users = SqliteUsers(database, clock, ids)
        await users.seed([ANN, BO])
        bus, skill, channel = HouseBus(SqliteEvents(database, clock, ids)), NotingSkill(), ShownChannel()
        capability = Capability("note", {Lang.ZH: "记", Lang.EN: "Note."}, ("note",), {"note": ("note",)}, "ready", LABELS, errands=ERRANDS)
        ready = ReadySkill(capability, "hash", {"note/read": "v1"}, "rep_confirms", WORDS, skill.run)
        reference = replace(
            ready, capability=Capability("reference", capability.summary, ("reference",), {}, "ready", reference=True), run=_looked_up
        )
        chooser = OneChoice(Choice("note", "note"))
        belongings = SqliteBelongings(database, clock, ids, folder / "belongings", dict.fromkeys(CHANNELS, media), 1 << 20)
        recordings = SqliteRecordings(database, clock, ids, belongings)
        speech = Speech(belongings, recordings, WORDS, ears)
        drafting = Drafting(SqliteRecords(database, clock, ids), Permissions().scope, RuleReader(), clock, drafts)
        conversation = Conversation(
            inbox, users, ledger, drafts, SqliteMemory(database, clock), chooser, lambda _: [ready, reference], WORDS, bus, clock,
            ids, "UTC", Chats(outbox, SqliteThreads(database, clock, ids), Receiving(belongings, library, WORDS, speech), WORDS, clock),
            drafting=drafting,
        )
        attempts = Attempts(conversation.take_turn, conversation.give_up, sleep=_no_wait)
        engine = Durable(folder / "dbos.db", attempts, clock) if durable else Direct(attempts)
        if isinstance(engine, Durable):
            await engine.start()
        lanes = Lanes(inbox, engine, clock, holder=ids.new())
        delivery = Delivery(outbox, dict.fromkeys(CHANNELS, channel), bus)
        await bus.start()
        await lanes.start(holds_home=True)
        await delivery.start()
        for part in (bus, lanes, delivery):
            stack.push_async_callback(part.close)
        stack.push_async_callback(engine.close)
        door = Door(inbox, outbox, WORDS, backlog, lanes.wake)
        records, content = SqliteRecords(database, clock, ids), SqliteContent(database, clock, recordings.sweep)
        yield Stage(
            door, channel, skill, chooser, drafts, records, ledger, inbox, delivery, lanes, media, library, content, outbox, conversation,
            recordings,
        )  # fmt: skip


async def _looked_up(turn: Turn) -> Outcome:
    return Answer(f"looked up: {turn.text}", found="price" in turn.text)


async def _no_wait(_: float) -> None:
    return


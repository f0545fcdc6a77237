"""The verbs of the page over a real store, lanes, bus and delivery; a skill that can be made to wait; a library of one paper."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bot.api import Api
from bot.channels.console import ConsoleChannel
from bot.domain.chart import Chart, ChartKind, Series
from bot.domain.entities import SCHEMA
from bot.domain.evidence import Evidence, EvidenceKind, Passage
from bot.domain.ids import Audience, DocumentId, PassageId, UserId
from bot.domain.outcome import Answer, Draft, Outcome
from bot.domain.people import EVERYONE, Role, Speaker, User
from bot.domain.permissions import Permissions
from bot.domain.talk import Lang, Turn
from bot.engine.attempts import Attempts
from bot.engine.delivery import Delivery
from bot.engine.direct import Direct
from bot.engine.lanes import Lanes
from bot.events.bus import HouseBus
from bot.house import House
from bot.openings import Openings
from bot.pages import Pages, pages
from bot.ports import Capability, Choice, Document, Passages, Progress
from bot.render.drawn import drawn
from bot.senses import SystemClock, TimeIds
from bot.sessions import Sessions
from bot.store.belongings import SqliteBelongings
from bot.store.database import Database
from bot.store.drafts import SqliteDrafts
from bot.store.events import SqliteEvents
from bot.store.inbox import SqliteInbox
from bot.store.ledger import SqliteLedger
from bot.store.memory import SqliteMemory
from bot.store.migrations import migrate
from bot.store.outbox import SqliteOutbox
from bot.store.queries import SqliteQueries
from bot.store.recordings import SqliteRecordings
from bot.store.records import SqliteRecords
from bot.store.threads import SqliteThreads
from bot.store.tokens import SqliteTokens
from bot.store.users import SqliteUsers
from bot.store.visits import SqliteVisits
from bot.talks import Talks
from bot.tokens import Pace, Tokens
from bot.turns.arrive import Door
from bot.turns.chats import Chats
from bot.turns.conversation import Conversation, ReadySkill
from bot.turns.receive import Receiving
from bot.turns.speech import Speech
from bot.uploads import Uploads
from bot.visits import Visits
from bot.vouched import Vouched
from tests.fakes.choosing import OneChoice
from tests.fakes.gates import OpenGate
from tests.scenarios.stage import WORDS

ANN = User(UserId("ann"), "Ann", "ann@example.com", Role.REP, "east", "Europe/Berlin")
BO = User(UserId("bo"), "Bo", "bo@example.com", Role.MANAGER, "east", "Europe/Berlin")
ROOT = User(UserId("root"), "Root", "root@example.com", Role.ADMIN, "", "UTC")
MAX_BYTES = 1000
PATIENCE_S = 20

PAPER = tuple(
    Passage(PassageId(f"p{number}"), DocumentId("d"), text, "Price policy", "policy.md", f"§{number}", EVERYONE)
    for number, text in enumerate(("First.", "Renewals: at most 10 %.\nMore needs a manager.", "Last."), 1)
)
SECRET = Passage(PassageId("secret"), DocumentId("s"), "The floor is argentum.", "Floor", "floor.md", "§1", Audience("role:manager"))


@dataclass
class OnePaper:
    """A library with a paper for all and one for managers; files that say "bad" are refused. `taken`: what was asked to be taken in."""

    taken: list[tuple[str, bytes, Audience | None]] = field(default_factory=list)
    gone: bool = False

    def for_speaker(self, speaker: Speaker) -> Passages:
        """What this speaker may read."""
        return _Shelf(() if self.gone else PAPER, speaker)

    async def documents(self, speaker: Speaker) -> Sequence[Document]:
        """The two papers."""
        made = datetime(2026, 1, 1, tzinfo=UTC)
        listed = [
            Document(one.document_id, one.source, one.title, one.audience, "", None, None, 1, 1, made) for one in (PAPER[0], SECRET)
        ]
        return [one for one in listed if speaker.may_see(one.audience)]

    async def newest(self, speaker: Speaker, today: date, limit: int) -> Sequence[str]:
        """All of them hold for good."""
        return [one.title for one in await self.documents(speaker) if one.valid_until is None or one.valid_until >= today][:limit]

    async def lines(self, path: Path) -> str | None:  # noqa: ARG002 - the port's
        """No file of talk is ever handed over here."""
        return None

    async def ingest(
        self, paths: Sequence[Path], audience: Audience | None, _: Lang, *, password: str = "", unheard: bool = False,  # noqa: ARG002 - the port's
        spares: bool = False,  # noqa: ARG002 - the same
    ) -> AsyncIterator[Progress]:
        """Take in one file."""
        content = await asyncio.to_thread(paths[0].read_bytes)
        self.taken.append((paths[0].name, content, audience))
        yield Progress("reading", 0, 1, paths[0].name)
        refused = content.startswith(b"bad")
        yield Progress("words", 1, 1, paths[0].name, "refused" if refused else "added", "It is bad." if refused else "")


@dataclass(frozen=True)
class _Shelf:
    passages: tuple[Passage, ...]
    speaker: Speaker

    async def search(self, _: str, limit: int = 10) -> Sequence[Passage]:
        """All of it."""
        return self.passages[:limit]

    async def around(self, passage_id: PassageId, before: int = 1, after: int = 1) -> Sequence[Passage]:
        """A passage with its neighbours."""
        for place, one in enumerate(self.passages):
            if one.id == passage_id and self.speaker.may_see(one.audience):
                return self.passages[max(0, place - before):place + after + 1]
        return ()


CHART = Chart(ChartKind.SHARE, "won", ("a", "b"), (Series("CNY", (30_000.0, 10_000.0), "CNY"),))


@dataclass
class WaitingSkill:
    """Quotes the paper; "slow …" waits for `go`; "note …" drafts; "chart …" draws; `leaks` adds a ground that not everybody may see."""

    go: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    leaks: bool = False

    async def run(self, turn: Turn) -> Outcome:
        """Answer."""
        if turn.text.startswith("slow"):
            self.begun.set()
            await self.go.wait()
        if turn.text.startswith("note"):
            return Draft(turn.text, "note", {"text": turn.text})
        if turn.text.startswith("chart"):
            return Answer(turn.text, chart=CHART)
        seen = [_ground(PAPER[1], "Renewals: at most 10 %. More")]
        return Answer(f"You said: {turn.text}", tuple([_ground(SECRET, "argentum"), *seen] if self.leaks else seen))


def _ground(passage: Passage, quote: str) -> Evidence:
    return Evidence(quote, passage.source, passage.locator, EvidenceKind.DOCUMENT, 0.9, passage.id, passage.audience)


@dataclass
class Parlour:
    """What a scenario acts on and looks at."""

    pages: Pages
    visits: Visits
    skill: WaitingSkill
    library: OnePaper
    records: SqliteRecords
    ledger: SqliteLedger
    folder: Path
    api: Api

    async def enter(self, user: User) -> str:
        """Sign somebody in; the secret of their visit."""
        code = (await self.visits.link(as_=user.email))["path"].partition("code=")[2]
        return str((await self.visits.sign_in(code))["session"])

    async def do(self, verb: str, session: str, **args: object) -> Any:  # noqa: ANN401 - JSON
        """One verb with one result."""
        return await self.pages.answers[verb](session=session, lang=Lang.EN, **args)

    async def hear(self, verb: str, session: str, **args: object) -> list[Any]:
        """All that a verb tells."""
        return [step async for step in self.pages.streams[verb](session=session, lang=Lang.EN, **args)]

    async def say(self, session: str, text: str, thread: str = "") -> Any:  # noqa: ANN401 - JSON
        """Ask, and hear it to the end; the answer as the page shows it."""
        kept = await self.do("ask", session, text=text, key=text, thread=thread)
        return (await self.hear("follow", session, turn=kept["turn"]))[-1]["answer"]


@asynccontextmanager
async def parlour(folder: Path) -> AsyncIterator[Parlour]:
    """A house in `folder` with Ann, Bo and Root."""
    clock, ids, skill, library = SystemClock(), TimeIds(), WaitingSkill(), OnePaper()
    async with AsyncExitStack() as stack:
        database = Database(folder / "tandem.db")
        stack.callback(database.close)
        migrate(database)
        inbox, ledger = SqliteInbox(database, clock, ids), SqliteLedger(database, clock, ids)
        outbox, users = SqliteOutbox(database, clock, ids), SqliteUsers(database, clock, ids)
        drafts = SqliteDrafts(database, clock, ids, OpenGate())
        records = SqliteRecords(database, clock, ids)
        await users.seed([ANN, BO, ROOT])
        bus = HouseBus(SqliteEvents(database, clock, ids))
        capability = Capability("echo", {Lang.ZH: "答", Lang.EN: "Answers."}, ("echo",), {"echo": ("echo",)}, "ready")
        ready = ReadySkill(capability, "hash", {"echo/say": "v1"}, "ai_autonomous", WORDS, skill.run)
        belongings = SqliteBelongings(database, clock, ids, folder / "belongings", {}, MAX_BYTES)
        speech = Speech(belongings, SqliteRecordings(database, clock, ids, belongings), WORDS)
        conversation = Conversation(
            inbox, users, ledger, drafts, SqliteMemory(database, clock), OneChoice(Choice("echo", "echo")), lambda _: [ready], WORDS, bus,
            clock, ids, "UTC",
            Chats(outbox, SqliteThreads(database, clock, ids), Receiving(belongings, library, WORDS, speech), WORDS, clock),
        )
        engine = Direct(Attempts(conversation.take_turn, conversation.give_up))
        lanes, delivery = Lanes(inbox, engine, clock, holder=ids.new()), Delivery(outbox, {"web": ConsoleChannel("web")}, bus)
        for part in (bus, lanes, delivery):
            await part.start()
            stack.push_async_callback(part.close)
        stack.push_async_callback(engine.close)
        door = Door(inbox, outbox, WORDS, 20, lanes.wake)
        house = House(door, inbox, ledger, drafts, users, library, bus, clock, ids, "UTC")
        visits = Visits(SqliteVisits(database, clock), users, clock, "http://tandem.example", "UTC")
        talks = Talks(visits, house, SqliteThreads(database, clock, ids), conversation, drawn)
        verbs = pages(
            visits, talks,
            Openings(visits, SqliteQueries(database, SCHEMA), Permissions(), library, clock, lambda _: ["Echo this", "照说一遍"]),
            Uploads(visits, library, users, clock, ids, folder / "uploads", MAX_BYTES, talks), Vouched(visits, users, {}),
            sessions=Sessions(visits),
        )
        tokens = Tokens(SqliteTokens(database, clock, ids), users, clock, SCHEMA, Pace(1000), "UTC")
        api = Api(tokens, house, records, Permissions().scope, PATIENCE_S)
        yield Parlour(verbs, visits, skill, library, records, ledger, folder, api)

"""The stores of one house, and the arrivals and outcomes that suites play on them. Knows ports; builds every store we ship."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.domain.decision import Made, Message, Settlement
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.ids import DecisionId, DraftId, RecordId, ThreadId, TurnId, UserId
from bot.domain.outcome import Answer, Button, Draft, Outcome
from bot.domain.people import EVERYONE
from bot.domain.records import HeldDraft, Page
from bot.domain.talk import Lang, Origin, Press, Utterance
from bot.ports import Content, Drafts, Events, Ids, Inbox, Knocks, Ledger, LinkCodes, Outbox, Records, Reviews, Tokens, Users
from bot.senses import TimeIds
from bot.store.content import SqliteContent
from bot.store.database import Database
from bot.store.drafts import SqliteDrafts
from bot.store.events import SqliteEvents
from bot.store.inbox import SqliteInbox
from bot.store.ledger import SqliteLedger
from bot.store.meeting import SqliteKnocks, SqliteLinkCodes
from bot.store.migrations import migrate
from bot.store.outbox import SqliteOutbox
from bot.store.records import SqliteRecords
from bot.store.reviews import SqliteReviews
from bot.store.tokens import SqliteTokens
from bot.store.users import SqliteUsers
from tests.fakes.gates import OpenGate
from tests.fakes.senses import SetClock

LIN, MAYA = UserId("lin"), UserId("maya")
SEEN = Evidence("up to 10 %", "price-policy.md", "§2.1", EvidenceKind.DOCUMENT, 0.83, "passage-1", EVERYONE)
HEARD = Evidence("eighty k", "chat", "14 Jul", EvidenceKind.EVENT, 1.0, "turn-1", EVERYONE, stale=True)
ANSWER = Answer("10 % is yours; above that, Maya.", (SEEN, HEARD), (Button("Source", "open", "show me"),))
DRAFT = Draft("New deal · Acme | $80k", "opportunity", {"account": "Acme", "amount": [80000, "USD"]}, {"amount": HEARD})
MADE = Made("answer_knowledge", "answer_knowledge", Lang.EN, "builtin", "c0de", {"answer": "v1"}, "ai_autonomous", {"total": 12.5})

_numbers = itertools.count(1)


def origin(thread: str = "t1", sender: str = "li", channel: str = "web") -> Origin:
    """A place that something comes from."""
    return Origin(channel, "acme", sender, ThreadId(thread))


@dataclass
class Stores:
    """Every port of the store, over one file, with a clock that tests move."""

    path: Path
    clock: SetClock = field(default_factory=SetClock)
    ids: Ids = field(default_factory=TimeIds)

    def __post_init__(self) -> None:
        """Open the file and build every store over it."""
        self.database = Database(self.path)
        migrate(self.database)
        self.sqlite_outbox = SqliteOutbox(self.database, self.clock, self.ids)
        self.sqlite_content = SqliteContent(self.database, self.clock)
        self.inbox: Inbox = SqliteInbox(self.database, self.clock, self.ids)
        self.users: Users = SqliteUsers(self.database, self.clock, self.ids)
        self.ledger: Ledger = SqliteLedger(self.database, self.clock, self.ids)
        self.outbox: Outbox = self.sqlite_outbox
        self.drafts: Drafts = SqliteDrafts(self.database, self.clock, self.ids, OpenGate())
        self.reviews: Reviews = SqliteReviews(self.database, self.clock, self.ids, OpenGate())
        self.records: Records = SqliteRecords(self.database, self.clock, self.ids)
        self.content: Content = self.sqlite_content
        self.events: Events = SqliteEvents(self.database, self.clock, self.ids)
        self.tokens: Tokens = SqliteTokens(self.database, self.clock, self.ids)
        self.knocks: Knocks = SqliteKnocks(self.database, self.clock)
        self.link_codes: LinkCodes = SqliteLinkCodes(self.database, self.clock, self.ids)

    def said(self, text: str = "hello", *, key: str = "", where: Origin | None = None) -> Utterance:
        """An utterance; without a key it is a new one."""
        return Utterance(where or origin(), key or f"key-{next(_numbers)}", text, self.clock.now())

    def pressed(self, action: str, draft: HeldDraft, fields: Mapping[str, str] | None = None, where: Origin | None = None) -> Press:
        """A press on a draft as it stands."""
        press_fields = tuple((fields or {}).items())
        return Press(where or origin(), f"key-{next(_numbers)}", draft.id, draft.revision, action, self.clock.now(), press_fields)

    async def kept(self, text: str = "hello", *, where: Origin | None = None) -> TurnId:
        """A turn that waits."""
        return (await self.inbox.keep(self.said(text, where=where), backlog=1000)).turn_id

    def settlement(self, turn_id: TurnId, outcome: Outcome = ANSWER, *, said: str = "hello", where: Origin | None = None) -> Settlement:
        """What a turn would change."""
        return Settlement(turn_id, DecisionId(self.ids.new()), where or origin(), LIN, said, outcome, MADE, self.clock.now())

    async def settled(self, outcome: Outcome = ANSWER, *, said: str = "hello", where: Origin | None = None) -> Settlement:
        """A turn that came to its end."""
        settlement = self.settlement(await self.kept(said, where=where), outcome, said=said, where=where)
        await self.ledger.settle(settlement)
        return settlement

    async def drafted(self, draft: Draft = DRAFT) -> HeldDraft:
        """A draft of Lin's that waits."""
        settlement = await self.settled(draft)
        decision = await self.ledger.decision(settlement.decision_id)
        assert decision is not None
        assert decision.draft_id is not None
        return await self.held(decision.draft_id)

    async def held(self, draft_id: DraftId) -> HeldDraft:
        """A draft that exists."""
        draft = await self.drafts.draft(draft_id)
        assert draft is not None
        return draft

    async def saved(self, draft: Draft = DRAFT) -> HeldDraft:
        """A draft of Lin's that was saved."""
        held = await self.drafted(draft)
        return await self.drafts.save(held.id, held.revision, LIN, turn_id=self.turn())

    def turn(self) -> TurnId:
        """The id of one more turn."""
        return TurnId(self.ids.new())

    async def fields_of(self, record_id: RecordId | None) -> Mapping[str, object]:
        """The fields of a record that exists."""
        assert record_id is not None
        record = await self.records.record(record_id)
        assert record is not None
        return record.fields

    async def claim_one(self) -> Message:
        """The only message that is due."""
        [message] = await self.outbox.claim(10)
        return message

    def on_disk(self) -> bytes:
        """Everything that the store's files hold."""
        return b"".join(file.read_bytes() for file in sorted(self.path.parent.glob(f"{self.path.name}*")))

    def move(self, **by: float) -> None:
        """Let time pass."""
        self.clock.move(timedelta(**by))

    def close(self) -> None:
        """Close the files."""
        self.database.close()


def texts(page: Page[Message]) -> list[str]:
    """The words of messages."""
    return [message.outcome.text for message in page.items]

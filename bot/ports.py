"""What the inside asks of the outside. Adapters fulfil these; `bootstrap` hands them over; nothing here knows a vendor."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from bot.domain.decision import Decision, Message, Settlement, Use
from bot.domain.evidence import Passage
from bot.domain.found import Name, Reading
from bot.domain.ids import Audience, DecisionId, DocumentId, DraftId, MessageId, PassageId, RecordId, ThreadId, TurnId, UserId
from bot.domain.outcome import Answer, Outcome
from bot.domain.people import Speaker, User
from bot.domain.query import Found, Query
from bot.domain.records import Cause, Event, FieldChange, HeldDraft, Import, Page, Record
from bot.domain.scope import Scope
from bot.domain.talk import Arrival, Lang, Memories, Origin, Turn

# --- the house's own senses -------------------------------------------------------------------------------------------


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """Now, aware, UTC."""
        ...


class Ids(Protocol):
    """New identities."""

    def new(self) -> str:
        """A UUIDv7 (RFC 9562): unique, and sorting in the order they were made."""
        ...


class Words(Protocol):
    """Every sentence that a person reads, from `strings.toml`."""

    def say(self, key: str, lang: Lang, /, **facts: object) -> str:
        """The sentence `key` in `lang`, filled with `facts`.

        Raises: BadConfig when no such sentence exists or a fact is missing (found by the tests, never by a person).
        """
        ...


# --- arriving ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of an arrival at the door.

    fresh: False when the same one had been kept before (`turn_id` is then the first one's).
    full: True when the sender has too much waiting; nothing was kept.
    """

    turn_id: TurnId
    seq: int
    fresh: bool = True
    full: bool = False


class Inbox(Protocol):
    """One row for everything that arrives, kept before it is acknowledged; a lane for each thread, leased to one worker."""

    async def keep(self, arrival: Arrival, *, backlog: int) -> Kept:
        """Make `arrival` durable, once for each (channel, dedupe_key). backlog: how many unsettled ones a sender may have."""
        ...

    async def arrival(self, turn_id: TurnId) -> Arrival:
        """What was kept under `turn_id`.  Raises: KeyError."""
        ...

    async def is_settled(self, turn_id: TurnId) -> bool:
        """Whether the turn has come to its end."""
        ...

    async def next_in(self, thread_id: ThreadId) -> TurnId | None:
        """The earliest unsettled arrival of a thread."""
        ...

    async def lease(self, thread_id: ThreadId, holder: str, until: datetime) -> bool:
        """Take or prolong the lane of a thread, unless another holder has it and its time is not over."""
        ...

    async def release(self, thread_id: ThreadId, holder: str) -> None:
        """Give the lane back."""
        ...

    async def free_lanes(self) -> None:
        """Give every lane back. Asked once at start, by the process that holds the home: whoever had one has died."""
        ...

    async def orphans(self) -> Sequence[ThreadId]:
        """Threads that have unsettled arrivals and whose lane nobody holds (now)."""
        ...


class Users(Protocol):
    """Our own people."""

    async def by_id(self, user_id: UserId) -> User | None:
        """The user with this id."""
        ...

    async def by_handle(self, channel: str, handle: str) -> User | None:
        """The user known on `channel` as `handle` (compared without case)."""
        ...

    async def named(self, text: str) -> Sequence[User]:
        """Users whose id, e-mail, name or handle is `text` (without case); several when it is ambiguous."""
        ...

    async def everyone(self) -> Sequence[User]:
        """All users, by name. Users are few: a company's sales staff."""
        ...

    async def seed(self, users: Sequence[User]) -> None:
        """Add those whose e-mail is not known yet; the store wins over the config afterwards."""
        ...


# --- deciding ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """The skill and intent chosen for a turn.

    share: how likely it is the right one, 0 to 1. sure: whether it may be taken without asking back. others: the next ones, best first.
    """

    skill: str
    intent: str
    share: float = 1.0
    sure: bool = True
    others: "tuple[Choice, ...]" = ()


@dataclass(frozen=True, slots=True)
class Capability:
    """What one skill offers to one person: shown by `help`, offered to the chooser. status: `ready` or `planned`.

    examples: intent -> ways to ask for it. labels: intent -> its name, as short as a button's. topic: False when nobody goes on with it.
    reference: it looks up what the chosen skill cannot tell.
    """

    name: str
    summary: Mapping[Lang, str]
    intents: tuple[str, ...]
    examples: Mapping[str, tuple[str, ...]]
    status: str
    labels: Mapping[str, Mapping[Lang, str]] = field(default_factory=dict)
    topic: bool = True
    reference: bool = False

    @property
    def sayings(self) -> tuple[str, ...]:
        """All examples, in the order of the intents."""
        return tuple(said for intent in self.intents for said in self.examples.get(intent, ()))


class Catalogue(Protocol):
    """What this speaker can do here, already narrowed to them."""

    def capabilities(self) -> Sequence[Capability]:
        """Skills, ready ones first."""
        ...

    async def documents(self) -> int:
        """How many documents this speaker can ask about."""
        ...


class Chooser(Protocol):
    """Picks one skill and one intent for a turn."""

    async def choose(self, turn: Turn, offered: Sequence[Capability]) -> Choice:
        """One of `offered`; leans to the topic of the turn's memory where its words are those of somebody who goes on."""
        ...


class Memory(Protocol):
    """What was talked about with each person. It is filled when turns are settled."""

    async def recall(self, user_id: UserId, thread_id: ThreadId) -> Memories:
        """What this person last talked about: the topic in this thread, the records in any."""
        ...


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt as loaded: text with {{variables}}, and the front matter that says whose it is. version: hash of the content."""

    name: str
    text: str
    version: str
    owner: str
    purpose: str
    languages: tuple[str, ...]
    variables: tuple[str, ...]
    role: str


# --- settling and delivering ------------------------------------------------------------------------------------------


class Ledger(Protocol):
    """Settles turns and tells afterwards what was decided and why."""

    async def settle(self, settlement: Settlement) -> bool:
        """Write decision, draft, outbox row, event and inbox state in one transaction. False when the turn was settled already."""
        ...

    async def decision(self, decision_id: DecisionId) -> Decision | None:
        """The story of one decision."""
        ...

    async def decision_of(self, turn_id: TurnId) -> Decision | None:
        """The story of what came of a turn."""
        ...

    async def decisions(self, user_id: UserId | None, *, after: str | None = None, limit: int = 50) -> Page[Decision]:
        """Decisions, newest first, of one user or of all."""
        ...

    async def note_use(self, decision_id: DecisionId, use: Use, user_id: UserId | None) -> None:
        """Remember what a person did with a suggestion; the same use by the same person counts once."""
        ...


class Outbox(Protocol):
    """What is to be delivered, in order within a thread. A row is marked `sending` before any I/O."""

    async def say(self, origin: Origin, answer: Answer, *, key: str, lang: Lang) -> None:
        """Queue a word of the house; the same `key` is queued once."""
        ...

    async def claim(self, limit: int, *, channel: str = "") -> Sequence[Message]:
        """Mark as `sending` the first due message of each thread that has nothing under way, and return them.

        channel: only those that leave by it; empty for all.
        """
        ...

    async def interrupted(self) -> Sequence[Message]:
        """Messages left `sending` by a process that died. Asked once at start, by the process that holds the home."""
        ...

    async def delivered(self, message_id: MessageId, receipt: str) -> None:
        """The platform said that it has it; notes `shown` on its decision."""
        ...

    async def again(self, message_id: MessageId, after_s: float, why: str) -> None:
        """Surely not delivered: wait again."""
        ...

    async def unsure(self, message_id: MessageId, why: str) -> None:
        """It may have been delivered: a person is asked; what follows in the thread goes on."""
        ...

    async def dead(self, message_id: MessageId, why: str) -> None:
        """Given up after many tries; kept to be replayed by hand."""
        ...


class Channel(Protocol):
    """The way out of one transport."""

    name: str

    async def deliver(self, message: Message) -> str:
        """Deliver, and return the platform's receipt.

        Raises: Upstream when it surely was not delivered; Unsure when it may have been.
        """
        ...

    async def reached(self, message: Message) -> bool | None:
        """Ask the platform whether an earlier try arrived; None where it cannot say."""
        ...


# --- drafts and records -----------------------------------------------------------------------------------------------


class Drafts(Protocol):
    """Drafts and what presses make of them. Every press is compare-and-set on state and revision, and acts once."""

    async def draft(self, draft_id: DraftId) -> HeldDraft | None:
        """The draft as it stands."""
        ...

    async def open_of(self, user_id: UserId) -> Sequence[HeldDraft]:
        """A person's open drafts, newest first."""
        ...

    async def save(self, draft_id: DraftId, revision: int, by: UserId, *, turn_id: TurnId) -> HeldDraft:
        """Write the record, its history, the event and the draft's state in one transaction.  Raises: Stale, NotAllowed."""
        ...

    async def edit(
        self, draft_id: DraftId, revision: int, by: UserId, fields: Mapping[str, object], *, turn_id: TurnId
    ) -> HeldDraft:
        """Make the next revision.  Raises: Stale, NotAllowed."""
        ...

    async def discard(self, draft_id: DraftId, revision: int, by: UserId, *, turn_id: TurnId) -> HeldDraft:
        """Put the draft away unsaved.  Raises: Stale, NotAllowed."""
        ...

    async def undo(self, draft_id: DraftId, revision: int, by: UserId, *, turn_id: TurnId) -> HeldDraft:
        """Take back a save while its time lasts, unless the record has changed since.  Raises: Stale, NotAllowed."""
        ...

    async def expire(self) -> int:
        """Close drafts whose time is over; says how many."""
        ...


class Records(Protocol):
    """Kept things. Archived ones are hidden from lists; erased ones have lost their content and keep their id."""

    async def record(self, record_id: RecordId) -> Record | None:
        """One record."""
        ...

    async def put(
        self, entity: str, fields: Mapping[str, object], *, cause: Cause, record_id: RecordId | None = None,
        revision: int | None = None,
    ) -> Record:
        """Create, or change the given fields of `record_id` as seen at `revision`.  Raises: Stale when it changed since."""
        ...

    async def put_many(self, records: Sequence[Import], *, cause: Cause) -> int:
        """Bring in those whose id is not known yet, all or none; says how many.

        Each begins at revision 1 without a history, for that lies elsewhere. One event `records.imported` tells of all.
        """
        ...

    async def page(self, entity: str, *, after: str | None = None, limit: int = 50) -> Page[Record]:
        """Records of an entity by id (so by age), archived ones left out."""
        ...

    async def history(self, record_id: RecordId) -> Sequence[FieldChange]:
        """Every change of every field, oldest first."""
        ...

    async def archive(self, record_id: RecordId, *, cause: Cause) -> None:
        """Hide from lists."""
        ...

    async def erase(self, record_id: RecordId, *, cause: Cause) -> None:
        """Remove the content and its history's values, for good."""
        ...


class Content(Protocol):
    """Erasable texts, apart from what refers to them."""

    async def purge(self, days: Mapping[str, int]) -> int:
        """Erase what is older than its retention class allows; says how many."""
        ...


# --- events -----------------------------------------------------------------------------------------------------------


Subscriber = Callable[[Event], Awaitable[None]]


class Bus(Protocol):
    """Fan-out of kept events inside this process, in order, each event once for each subscriber and process."""

    def subscribe(self, event_type: str, subscriber: Subscriber) -> Callable[[], None]:
        """Call `subscriber` for each event of this type from now on; returns what ends it. One that fails is logged, and tried again."""
        ...

    async def publish(self, event_type: str, payload: Mapping[str, object]) -> None:
        """Keep an event and fan it out. Those of a settlement or a save are kept in its transaction instead."""
        ...

    def wake(self) -> None:
        """Look for new events in the store."""
        ...


class Events(Protocol):
    """Kept events."""

    async def append(self, event_type: str, version: int, payload: Mapping[str, object]) -> Event:
        """Keep one."""
        ...

    async def since(self, seq: int, limit: int = 500) -> Sequence[Event]:
        """What came after `seq`, in order."""
        ...

    async def last_seq(self) -> int:
        """The newest event's place, 0 when there is none."""
        ...


# --- durable work -----------------------------------------------------------------------------------------------------


class Engine(Protocol):
    """Durable work: what was begun is ended, over crashes, each step once."""

    async def take(self, turn_id: TurnId) -> None:
        """See the turn to its end, having started it if nobody did; returns when it is settled or given up aloud."""
        ...

    async def close(self) -> None:
        """Stop taking work; what is under way is taken up at the next start."""
        ...


# --- knowledge --------------------------------------------------------------------------------------------------------


class Passages(Protocol):
    """What this speaker may read: already narrowed, it cannot find what it was never handed."""

    async def search(self, query: str, limit: int = 10) -> Sequence[Passage]:
        """The passages that bear on `query`, best first, by words and by meaning, in both languages."""
        ...

    async def around(self, passage_id: PassageId, before: int = 1, after: int = 1) -> Sequence[Passage]:
        """A passage with its neighbours in the document, in reading order; empty when the speaker may not see it."""
        ...


@dataclass(frozen=True, slots=True)
class Document:
    """One document as kept. passages, embedded: how many it has, and how many of them have a vector."""

    id: DocumentId
    source: str
    title: str
    audience: Audience
    digest: str
    valid_until: date | None
    superseded_by: str | None
    passages: int
    embedded: int
    ingested_at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """One step of long work. stage: `reading`, `words`, `vectors`, `done`. done of total; about: the file concerned.

    outcome: for a document, `added` `changed` `unchanged` `removed`, `waiting` (for something that is still to come) or `refused`;
    of these two `reason` says why, what to do.
    """

    stage: str
    done: int
    total: int
    about: str = ""
    outcome: str = ""
    reason: str = ""


class Library(Protocol):
    """All documents of the house; hands each speaker the part they may see."""

    def for_speaker(self, speaker: Speaker) -> Passages:
        """The passages of this speaker."""
        ...

    async def documents(self, speaker: Speaker) -> Sequence[Document]:
        """The documents that this speaker may see."""
        ...

    def ingest(
        self, paths: Sequence[Path], audience: Audience | None, lang: Lang, *, password: str = ""
    ) -> AsyncIterator[Progress]:
        """Take in files and folders; words are searchable when a file's step is reported, vectors follow. Closing the iterator stops it.

        password: of files that are under one; used and forgotten.
        """
        ...


class Embedder(Protocol):
    """Texts to unit vectors. `name` changes when vectors of the old and the new do not compare."""

    name: str
    dimensions: int

    async def query(self, text: str) -> Sequence[float]:
        """The vector of a question."""
        ...

    async def passages(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """The vectors of passages, at low priority."""
        ...


# --- reading and asking ------------------------------------------------------------------------------------------------


class Reader(Protocol):
    """Finds figures, amounts and days in what people say, by rules: never a model."""

    async def read(self, text: str, *, said_at: datetime, zone: str) -> Reading:
        """What is found in `text`, said at `said_at` (aware) by somebody whose days are counted in `zone` (IANA)."""
        ...


class SeenRecords(Protocol):
    """The records that one speaker may see, to be asked; already narrowed, it cannot tell of others."""

    @property
    def scope(self) -> Scope:
        """What the speaker may see, and whose days are counted."""
        ...

    async def ask(self, query: Query) -> Found:
        """What `query` finds.

        Raises: NotAllowed("hidden_field", field=…) when it asks by what the speaker may not see; ValueError when the schema has no
        such question (see `bot.domain.query.faults`).
        """
        ...

    async def spot(self, text: str) -> Sequence[Name]:
        """Names of accounts, contacts, users and products in `text`, in order, the longest where several overlap.

        A name that fits several records is one `Name` with all of them.
        """
        ...


class RecordQueries(Protocol):
    """All records; hands each speaker the part that they may see."""

    def within(self, scope: Scope) -> SeenRecords:
        """The records in `scope`."""
        ...


# --- chat models ------------------------------------------------------------------------------------------------------

Schema = Mapping[str, object]
"""A JSON Schema, of which `type`, `properties`, `required`, `items`, `enum`, `maxItems` and `maxLength` count."""


@dataclass(frozen=True, slots=True)
class Tool:
    """Something that a chat model may choose. takes: the schema of its arguments."""

    name: str
    does: str
    takes: Schema


@dataclass(frozen=True, slots=True)
class ToolCall:
    """What a chat model chose: asked for, not done."""

    name: str
    arguments: Mapping[str, object]


class ChatModel(Protocol):
    """A chat model in one role, for one speaker and one skill. It reads and words; it cannot write, send or look anything up.

    Each method takes a prompt that the skill's manifest names, and the values of its variables. Values are data: they are masked (unless
    the role is local) and fenced, whoever wrote them. What comes back has its masks taken off, and is as little to be trusted as a
    person's word: hold it against the evidence (`bot.domain.grounding`). Each raises ModelDown, within the role's time, and a line is
    logged.
    """

    @property
    def name(self) -> str:
        """What the endpoint calls it."""
        ...

    async def fill(self, prompt: str, values: Mapping[str, str], schema: Schema) -> Mapping[str, Any]:
        """A JSON object that fits `schema`."""
        ...

    def tell(self, prompt: str, values: Mapping[str, str]) -> AsyncIterator[str]:
        """Text, piece by piece as it is written."""
        ...

    async def pick(self, prompt: str, values: Mapping[str, str], tools: Sequence[Tool]) -> ToolCall:
        """One of `tools` with arguments that fit it."""
        ...


class Spending(Protocol):
    """How many tokens each person has used of each role, by day."""

    async def spent(self, user_id: UserId, role: str, day: date) -> int:
        """Tokens of that day."""
        ...

    async def spend(self, user_id: UserId, role: str, day: date, tokens: int) -> None:
        """Add to them."""
        ...


class KnownNames(Protocol):
    """The names of contacts, for masking: whoever may see them."""

    async def within(self, text: str) -> Sequence[str]:
        """Those that stand in `text`, as they stand there, each once, the longest first."""
        ...


# --- what a skill is --------------------------------------------------------------------------------------------------

Skill = Callable[..., Awaitable[Outcome]]
"""`async def run(turn, *, port=..., ...) -> Answer | Draft`: gets the ports that its manifest names, and no others."""

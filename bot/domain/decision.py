"""What was suggested, why, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.chart import Chart
from bot.domain.digest import Digest
from bot.domain.evidence import Evidence
from bot.domain.ids import DecisionId, DraftId, MessageId, ThreadId, TurnId, UserId
from bot.domain.outcome import BUILTIN, Brain, Button, Outcome
from bot.domain.policy import Gate
from bot.domain.review import ReviewRef
from bot.domain.talk import Handle, Lang, Origin


class Use(StrEnum):
    """What a person did with a suggestion; kept from the first day, for adoption is the number that decides."""

    SHOWN = "shown"
    USED = "used"
    EDITED = "edited"
    IGNORED = "ignored"


class Verdict(StrEnum):
    """What a person thinks of an answer."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Feedback:
    """A verdict on one answer, the newest of each person. reason: "" when none was given; None when it was erased."""

    user_id: UserId
    verdict: Verdict
    reason: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Made:
    """How an outcome came to be: everything a decision records beside the outcome itself.

    code: hash of the skill's files. prompts: prompt name -> version (content hash). model, fell_back: see `Brain`. review: its class.
    timings_ms: step -> milliseconds; `total` among them. query: the typed question put to the records, when one was. chooser: what chose
    the skill; its model is `person` where a press did.
    """

    skill: str
    intent: str
    lang: Lang
    model: str
    code: str
    prompts: Mapping[str, str]
    review: str
    timings_ms: Mapping[str, float]
    query: Mapping[str, object] | None = None
    fell_back: str = ""
    chooser: Brain = BUILTIN


class Trace(StrEnum):
    """What a turn leaves in the memory of its person: nothing, a topic to go on with, or an end to all that was remembered."""

    ASIDE = "aside"
    TOPIC = "topic"
    FORGET = "forget"


@dataclass(frozen=True, slots=True)
class Mark:
    """A delivered message that a press has settled. pressed: the label. by: who pressed, by name. handle: what was lent to change it.

    zone: IANA, of whoever reads when it was pressed; empty shows UTC.
    """

    message_id: MessageId
    pressed: str
    by: str
    handle: Handle | None = None
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Settlement:
    """All that one turn changes; the store writes it in one transaction, once, however often it is asked to.

    text: the words to deliver (for a draft, its card). user_id: None when the speaker is unknown. trace: what is remembered of it; the
    records that the outcome is about are, unless all is forgotten. silent: nothing is delivered.
    draft_id: the draft that was decided about; then the outcome opens none. marks: earlier messages to be settled by this, each once.
    gate: of a draft that the outcome opens, as the words showed it; the store joins it with what the records say.
    """

    turn_id: TurnId
    decision_id: DecisionId
    origin: Origin
    user_id: UserId | None
    said: str
    outcome: Outcome
    made: Made
    at: datetime
    trace: Trace = Trace.ASIDE
    silent: bool = False
    draft_id: DraftId | None = None
    marks: tuple[Mark, ...] = ()
    gate: Gate | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The whole story of one suggestion, as `why` tells it. Erased content reads as None, its digest stays.

    digests: what ("said", "outcome") -> salted SHA-256 of the content, which outlives the content.
    uses: what people did with it, oldest first. submits: as of a `Draft`. enclosed: the name of
    the file that went with it, "" for none.
    """

    id: DecisionId
    turn_id: TurnId
    thread_id: ThreadId
    user_id: UserId | None
    at: datetime
    said: str | None
    text: str | None
    evidence: tuple[Evidence, ...]
    made: Made
    found: bool
    draft_id: DraftId | None
    digests: Mapping[str, str]
    uses: tuple[tuple[Use, UserId | None, datetime], ...] = ()
    buttons: tuple[Button, ...] = ()
    feedback: tuple[Feedback, ...] = ()
    chart: Chart | None = None
    digest: Digest | None = None
    submits: bool = False
    enclosed: str = ""


class MessageState(StrEnum):
    """Where a message to the outside stands. `unsure`: it may have arrived; a person is asked, it is never resent blindly."""

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    UNSURE = "unsure"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Message:
    """Something to deliver: the outcome of a turn, or a word of the house, to one place.

    seq: the order within the thread. attempt: 1 for the first try. updates: this settles that earlier message, whose `outcome` it
    repeats: show there that `pressed` (a label) was pressed and take its buttons away; `facts` has `by` (a name), `at` (ISO 8601), `zone`.
    Of a message that is about a draft `facts` has the `zone` of its author, by whose clock moments are told.
    receipt: the platform's, of this message, once it was delivered. review: the review that it shows, as it stood then.
    """

    id: MessageId
    seq: int
    origin: Origin
    turn_id: TurnId | None
    decision_id: DecisionId | None
    outcome: Outcome
    draft_id: DraftId | None
    revision: int | None
    attempt: int
    state: MessageState
    lang: Lang = Lang.ZH
    facts: Mapping[str, object] = field(default_factory=dict)
    updates: MessageId | None = None
    pressed: str = ""
    receipt: str = ""
    review: ReviewRef | None = None

"""What a person wishes by a tap or a word that stands for one: to say something, to decide about a draft, to be told, to judge."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.decision import Message, Verdict
from bot.domain.ids import DecisionId, DraftId, RecordId
from bot.domain.review import HeldReview, RejectReason, ReviewRef
from bot.domain.talk import Press, Utterance


@dataclass(frozen=True, slots=True)
class Say:
    """What a button says in a person's place."""

    said: Utterance


@dataclass(frozen=True, slots=True)
class Decide:
    """A press on a draft. card: the message that it was made on, None where it was typed."""

    press: Press
    card: Message | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """Why: the story of an answer."""

    decision_id: DecisionId


@dataclass(frozen=True, slots=True)
class Show:
    """Everything that stands in a draft. change: told with how to change it."""

    draft_id: DraftId
    change: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """All drafts that wait for the person."""


@dataclass(frozen=True, slots=True)
class Judge:
    """A verdict on an answer."""

    decision_id: DecisionId
    verdict: Verdict


class Verb(StrEnum):
    """What a person does about a review: those who review it, or (from REPLY on) its author."""

    SHOW = "show"
    APPROVE = "approve"
    EDIT = "edit"
    ASK = "ask"
    REJECT = "reject"
    COUNTER = "counter"
    REPLY = "reply"
    ACCEPT = "accept"
    WITHDRAW = "withdraw"
    NUDGE = "nudge"
    REVISE = "revise"


@dataclass(frozen=True, slots=True)
class Consider:
    """Something to be done about a review, as it was seen.

    words: the question, the answer, the note, the whole new text, the other terms; "" where a person has still to say them. reason: of a
    rejection. card: the message that it was pressed on, None where it was typed. fields: changed values, where a form was filled in.
    """

    seen: ReviewRef
    verb: Verb
    words: str = ""
    reason: RejectReason | None = None
    card: Message | None = None
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Which:
    """Words that may be about several reviews: the person is asked which. said: those words."""

    reviews: tuple[HeldReview, ...]
    verb: Verb
    said: str


@dataclass(frozen=True, slots=True)
class Sent:
    """The person sent on what was handed to them. record_id: of the letter; None for the one that was handed to them last.

    card: as of `Consider`.
    """

    record_id: RecordId | None = None
    card: Message | None = None


@dataclass(frozen=True, slots=True)
class Forget:
    """The person's last recording shall be erased, sound and words."""


@dataclass(frozen=True, slots=True)
class Unlock:
    """A password is wanted, or was typed: what it is stands nowhere in a wish."""


@dataclass(frozen=True, slots=True)
class Act:
    """A button that does something in the house. action: its kind, a colon, what it is about. label: the button's. card: see `Consider`.

    decision_id: of the answer that offered it, None for a word of the house.
    """

    action: str
    label: str = ""
    card: Message | None = None
    decision_id: DecisionId | None = None

    @property
    def kind(self) -> str:
        """What its action begins with."""
        return self.action.partition(":")[0]


Wish = Say | Decide | Ask | Show | Waiting | Judge | Consider | Which | Sent | Forget | Act

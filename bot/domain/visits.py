"""A person at the page: their visit, their threads, and what they sent that has no answer yet. Standard library only."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.decision import Decision
from bot.domain.entering import Arrival
from bot.domain.ids import DecisionId, MessageId, ThreadId, TurnId, UserId
from bot.domain.outcome import Outcome
from bot.domain.talk import Lang


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody signed in at a browser, until `expires_at`. The secret that proves it is never kept, only its digest.

    id: by which it is listed and ended; it opens nothing.
    """

    id: str
    user_id: UserId
    arrival: Arrival
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Entered:
    """A visit that begins. token_digest: of its new secret. instead_digest: of the visit that this browser had before, which ends."""

    id: str
    token_digest: str
    expires_at: datetime
    arrival: Arrival = field(default_factory=Arrival)
    instead_digest: str = ""


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """A thread in a list. title: what was said first in it, None when that was erased. at: of its newest answer."""

    id: ThreadId
    title: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was said and what came of it. pressed: it was a button, so `decision.said` names what the button does.

    unasked: nobody said anything, the house spoke of its own accord; `decision.said` names what about. file: the name of what was sent,
    "" for nothing; of several files of one message the words stand with the last.
    """

    decision: Decision
    pressed: bool
    unasked: bool = False
    file: str = ""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A turn that was kept and has no answer yet. text: "" for a press. file: as of an `Exchange`."""

    turn_id: TurnId
    text: str
    at: datetime
    file: str = ""


@dataclass(frozen=True, slots=True)
class HouseWord:
    """Something that the house said in a thread of its own accord. after: what was decided there before it, None for nothing.

    seq: its place among all messages. pressed: the label by which it was settled, "" while its buttons hold. by: who pressed it; "" where
    `pressed` only tells how things stand.
    """

    message_id: MessageId
    seq: int
    at: datetime
    outcome: Outcome
    lang: Lang
    pressed: str
    after: DecisionId | None
    by: str = ""

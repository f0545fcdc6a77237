"""A meeting as it was heard, and the minutes made of it. Knows no rule of reading."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Said:
    """One turn. place: its number in the meeting, from 0; speaker: "" where nobody knows; ours: whether one of our side speaks.

    at: when, as people read it (`12:40`), "" where no time is known.
    """

    place: int
    speaker: str
    ours: bool
    text: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class Meeting:
    """What was said, in order. people: every name that takes part -> whether one of ours; held_at: aware; zone: IANA, whose days count."""

    held_at: datetime
    zone: str
    people: dict[str, bool]
    turns: tuple[Said, ...]

    @property
    def separate(self) -> bool:
        """Whether it is known who speaks."""
        return any(one.speaker for one in self.turns)


class Confidence(StrEnum):
    """HIGH: told with a figure, an event or what came of it; MEDIUM: told without, or disputed; LOW: in passing, or haggling."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Budget(StrEnum):
    """How far the money is."""

    APPROVED = "approved"
    PENDING = "pending"
    NONE = "none"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that stand verbatim in one turn. place: that turn's number."""

    text: str
    speaker: str
    place: int


@dataclass(frozen=True, slots=True)
class Pain:
    """What troubles the account. text: all that was said of it, in order; quote: the words that say most."""

    text: str
    quote: Quote
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Action:
    """Who does what until when.

    owner: a name as the meeting knows it, or words such as `our engineer`; due_date: None when none was said.
    """

    what: str
    owner: str
    due_date: date | None
    quote: Quote


@dataclass(frozen=True, slots=True)
class Decision:
    """What was settled, and by which words. text: what was offered and what was answered."""

    text: str
    quote: Quote


@dataclass(frozen=True, slots=True)
class Window:
    """Until when the account means to decide."""

    by_date: date
    quote: Quote


@dataclass(frozen=True, slots=True)
class Money:
    """How far the budget is, and the words that tell."""

    status: Budget
    quote: Quote


@dataclass(frozen=True, slots=True)
class Minutes:
    """All that a meeting came to. open_questions: asked and not answered; sensitive: not for many eyes.

    by_words: whether pains were told by words alone, for the model that hears trouble did not answer.
    """

    pains: tuple[Pain, ...] = ()
    decisions: tuple[Decision, ...] = ()
    actions: tuple[Action, ...] = ()
    window: Window | None = None
    budget: Money | None = None
    open_questions: tuple[Quote, ...] = ()
    sensitive: tuple[Quote, ...] = ()
    by_words: bool = False

"""What is found in a text: figures, amounts of money, stretches of time, names. Each keeps the words it came from."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.ids import RecordId


@dataclass(frozen=True, slots=True)
class Words:
    """A stretch of the text, verbatim. start, end: places in the text as it was given, end excluded."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Number:
    """A plain figure. unit: the measure word or sign behind it (`%`, `台`), empty when there is none; 8 % is 8 with unit `%`."""

    words: Words
    value: float
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of money, in whole units. currency: ISO 4217, None when it was not said."""

    words: Words
    value: float
    currency: str | None


class Bound(StrEnum):
    """On which side of the days said something lies. BY takes in their last day, FROM their first; BEFORE and AFTER leave them out."""

    WITHIN = "within"
    BEFORE = "before"
    BY = "by"
    AFTER = "after"
    FROM = "from"


@dataclass(frozen=True, slots=True)
class Days:
    """Days that were said, in the calendar of the person who said them; first and last are both meant.

    grain: `day`, `week`, `month`, `quarter`, `half`, `year`, `fiscal year`, `holiday`, `range`, `part` of a month, `to date`, or `within`
    (30天内: from today on, though the past may be meant).
    """

    words: Words
    first: date
    last: date
    bound: Bound = Bound.WITHIN
    grain: str = "day"


@dataclass(frozen=True, slots=True)
class Known:
    """A record that a name may mean."""

    entity: str
    id: RecordId
    name: str


@dataclass(frozen=True, slots=True)
class Name:
    """A name that the records know. meant: one, or several where it is ambiguous, best first."""

    words: Words
    meant: tuple[Known, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that was found in one text, in the order of the text. No two of `money`, `numbers` and `days` share a character."""

    money: tuple[Money, ...] = ()
    numbers: tuple[Number, ...] = ()
    days: tuple[Days, ...] = ()

"""How a team worked with what it was shown: counts over several people, what reviewers sent back, an example of theirs. Knows no store."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.domain.ids import RecordId, UserId
from bot.domain.review import RejectReason


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one kind of suggestion. used: as it was, or edited. ignored: said to be of no use, or left."""

    shown: int
    used: int
    ignored: int


@dataclass(frozen=True, slots=True)
class Example:
    """A letter that was let through as it was written. author, account: names; "" where nobody knows. day: on which."""

    record_id: RecordId
    author_id: UserId
    author: str
    account: str
    text: str
    day: date


@dataclass(frozen=True, slots=True)
class Practice:
    """A team from one day to another, both counted.

    skills: skill -> its counts, and rejected: reason -> how often; both empty for a team so small that one person could be told from it.
    example: the latest one whose author agreed that the team may learn from it.
    """

    first: date
    last: date
    skills: Mapping[str, Counts] = field(default_factory=dict)
    rejected: Mapping[RejectReason, int] = field(default_factory=dict)
    example: Example | None = None

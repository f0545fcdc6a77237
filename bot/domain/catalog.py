"""The library as admins see it: documents, what was not taken in, what answers stood on, what contradicts what. Knows no storage."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.ids import Audience, DecisionId, DocumentId, PassageId, UserId


class Shown(StrEnum):
    """Which documents of a list are wanted."""

    ALL = "all"
    LEARNING = "learning"
    STALE = "stale"
    UNUSED = "unused"


@dataclass(frozen=True, slots=True)
class Listed:
    """A document in the list. uploaded: it lies in the house's own folder, so the house may delete the file.

    embedded: how many of its passages can be found by meaning. answers: how many stood on it since a day that was asked for.
    """

    id: DocumentId
    path: str
    source: str
    title: str
    audience: Audience
    valid_until: date | None
    superseded_by: str | None
    passages: int
    embedded: int
    ingested_at: datetime
    answers: int
    used_at: datetime | None

    def is_stale(self, today: date) -> bool:
        """Whether it must not be an answer's only ground."""
        return self.superseded_by is not None or (self.valid_until is not None and self.valid_until < today)


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that was not taken in, or a newer version of one that was. reason, facts: as of `Refused`; waiting: it will pass away.

    audience: whom it was meant for, "" for nobody in particular.
    """

    path: str
    source: str
    reason: str
    facts: Mapping[str, object]
    waiting: bool
    at: datetime
    audience: str = ""


@dataclass(frozen=True, slots=True)
class Indexed:
    """A passage as search has it. terms: in the index of words, each once. embedded: whether it can be found by meaning.

    struck: statements of it that another document took the place of; they are quoted no more.
    """

    id: PassageId
    ordinal: int
    text: str
    locator: str
    heading: str
    lang: str
    terms: tuple[str, ...]
    embedded: bool
    struck: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grounded:
    """An answer that stood on a document. said: what had been asked; None where it was erased."""

    decision_id: DecisionId
    at: datetime
    said: str | None


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement with figures of one kind. values: of the figures, sorted, in the kind's own unit. bound: `most`, `least` or "".

    kind: "percent", "day", "workday", "cny", "n:台"; of a table's row "row percent". terms: of its words without the figures. names: what
    it names by letters and digits.
    """

    sentence: str
    kind: str
    values: tuple[float, ...]
    bound: str
    terms: frozenset[str]
    names: frozenset[str]


class Holds(StrEnum):
    """Which of two statements holds."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Side:
    """One of two statements that contradict each other, and where it stands."""

    document_id: DocumentId
    title: str
    source: str
    locator: str
    audience: Audience
    sentence: str


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two statements of two documents with other figures. holds: what was decided, by whom and when, where it was."""

    id: str
    left: Side
    right: Side
    holds: Holds | None = None
    by: UserId | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that found no answer. Who asked is not told."""

    decision_id: DecisionId
    at: datetime
    said: str
    lang: str

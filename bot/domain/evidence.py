"""Grounds: a quote and where it stands. Every suggestion carries them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.ids import Audience, DocumentId, PassageId


class EvidenceKind(StrEnum):
    """What sort of thing a quote was taken from."""

    DOCUMENT = "document"
    RECORD = "record"
    EVENT = "event"
    BENCHMARK = "benchmark"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A verbatim quote and where it stands.

    ref: id of the passage, record or event it came from. score: 0 to 1, how well it bears on the question.
    audience: who may see it; shown to nobody else, ever. stale: its source is past its date or superseded.
    """

    quote: str
    source: str
    locator: str
    kind: EvidenceKind
    score: float
    ref: str
    audience: Audience
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document, verbatim, and where it stands.

    source: path of the document below the folder it was ingested from. locator: page, heading path, lines, as a person reads it.
    valid_until: last day it holds. superseded_by: title of the document that replaced it. score: 0 to 1, best first in a search.
    """

    id: PassageId
    document_id: DocumentId
    text: str
    title: str
    source: str
    locator: str
    audience: Audience
    valid_until: date | None = None
    superseded_by: str | None = None
    score: float = 0.0

    def is_stale(self, today: date) -> bool:
        """Whether this must not be an answer's only ground."""
        return self.superseded_by is not None or (self.valid_until is not None and self.valid_until < today)

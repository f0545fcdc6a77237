"""What is kept about the world: records with a history of every field, drafts of them, events about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from bot.domain.evidence import Evidence
from bot.domain.ids import DecisionId, DraftId, EventId, RecordId, TurnId, UserId
from bot.domain.outcome import Proposal
from bot.domain.schema import Field

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Record:
    """One kept thing. revision: 1 when new, one more with every change; a change names the revision that it saw."""

    id: RecordId
    entity: str
    fields: Mapping[str, object]
    revision: int
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None = None
    erased_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Import:
    """A record that comes with its id and all its fields from elsewhere: another CRM, a file, the demo company."""

    id: RecordId
    entity: str
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Cause:
    """Who changed something and on what grounds. actor: a user id, or `system`. evidence: field -> grounds."""

    actor: str
    decision_id: DecisionId | None = None
    evidence: Mapping[str, Evidence] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One change of one field of one record."""

    record_id: RecordId
    revision: int
    field: str
    before: object
    after: object
    actor: str
    decision_id: DecisionId | None
    evidence: Evidence | None
    at: datetime


class DraftState(StrEnum):
    """Where a draft stands."""

    OPEN = "open"
    SAVED = "saved"
    DISCARDED = "discarded"
    EXPIRED = "expired"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class HeldDraft:
    """A draft as the store holds it: one revision, waiting for its author until `expires_at`; once saved, undoable until `undo_until`.

    also: what is saved with it; own: the fields that this house added to opportunities; both as of a `Draft`.
    """

    id: DraftId
    revision: int
    state: DraftState
    author: UserId
    turn_id: TurnId
    decision_id: DecisionId
    entity: str
    record_id: RecordId | None
    fields: Mapping[str, object]
    evidence: Mapping[str, Evidence]
    expires_at: datetime
    undo_until: datetime | None = None
    also: tuple[Proposal, ...] = ()
    own: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: typed, versioned, kept. seq: its place in the order of all events, 0 before it is kept."""

    id: EventId
    type: str
    version: int
    at: datetime
    payload: Mapping[str, object]
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of a long list. after: hand it back to get what follows; None at the end."""

    items: tuple[T, ...]
    after: str | None


class Retention(StrEnum):
    """Classes of content by how long it is kept; days by class in `[retention]`."""

    AUDIO = "audio"
    TRANSCRIPT = "transcript"
    TURN = "turn"
    EVIDENCE = "evidence"

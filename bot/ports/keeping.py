"""What is kept, as the inside asks for it: drafts, records, erasable texts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.ids import DraftId, RecordId, TurnId, UserId
from bot.domain.letters import Mailed
from bot.domain.records import Cause, FieldChange, HeldDraft, Import, Page, Record
from bot.domain.scope import Scope


class Drafts(Protocol):
    """Drafts and what presses make of them. Every press is compare-and-set on state and revision, and acts once.

    Saving, editing and undoing need the right to write, as it is at the moment of the press.
    """

    async def draft(self, draft_id: DraftId) -> HeldDraft | None:
        """The draft as it stands."""
        ...

    async def revision(self, draft_id: DraftId, number: int) -> HeldDraft | None:
        """The draft as it stood at that revision, in its present state; None where there is no such revision."""
        ...

    async def open_of(self, user_id: UserId) -> Sequence[HeldDraft]:
        """A person's open drafts, newest first."""
        ...

    async def undoable_of(self, user_id: UserId) -> HeldDraft | None:
        """What this person saved last, while its save can be taken back."""
        ...

    async def save(self, draft_id: DraftId, revision: int, by: UserId, *, turn_id: TurnId) -> HeldDraft:
        """Write the draft's record and what it proposes beside it, their history and events, and its state, in one transaction.

        Raises: Stale, NotAllowed.
        """
        ...

    async def edit(
        self, draft_id: DraftId, revision: int, by: UserId, fields: Mapping[str, object], *, turn_id: TurnId
    ) -> HeldDraft:
        """Make the next revision. fields: by name; `key.field` is one of a proposal beside, an emptied `key` takes that one out.

        Raises: Stale, NotAllowed.
        """
        ...

    async def discard(self, draft_id: DraftId, revision: int, by: UserId, *, turn_id: TurnId) -> HeldDraft:
        """Put the draft away unsaved.  Raises: Stale, NotAllowed."""
        ...

    async def undo(self, draft_id: DraftId, revision: int, by: UserId, *, turn_id: TurnId) -> HeldDraft:
        """Take back a save while its time lasts, all of it, unless one of its records has changed since.  Raises: Stale, NotAllowed."""
        ...

    async def overdue(self, at: datetime) -> Sequence[DraftId]:
        """The open drafts whose time is over at that moment, oldest first."""
        ...

    async def expire(self, at: datetime | None = None) -> int:
        """Close drafts whose time is over, at that moment or now; says how many."""
        ...


class Letters(Protocol):
    """Letters that were saved out of a draft, by how far they are on their way out."""

    async def unreleased(self, limit: int = 100) -> Sequence[DraftId]:
        """Saved ones that have still to leave, or of which that was not noted, oldest first."""
        ...

    async def handed_to(self, user_id: UserId) -> Sequence[RecordId]:
        """Those that are this person's to send, the newest first."""
        ...

    async def author(self, record_id: RecordId) -> UserId | None:
        """Whose draft became this letter; None for one that came of no draft."""
        ...

    async def mailed(self, limit: int = 100) -> Sequence[Mailed]:
        """Those whose mail came to an end that their status does not tell yet, oldest first.

        What a person says of a letter (`sent`) is not contradicted by a mail in doubt.
        """
        ...


class OwnDrafts(Protocol):
    """The open drafts of one speaker, to be read."""

    async def newest(self, entity: str) -> HeldDraft | None:
        """The newest of a kind."""
        ...


class Records(Protocol):
    """Kept things. Archived ones are hidden from lists; erased ones have lost their content and keep their id."""

    async def record(self, record_id: RecordId, *, scope: Scope | None = None) -> Record | None:
        """One record. scope: of the person who looks, who gets the fields they may see, or nothing; None for the house itself."""
        ...

    async def put(
        self, entity: str, fields: Mapping[str, object], *, cause: Cause, record_id: RecordId | None = None,
        revision: int | None = None, scope: Scope | None = None,
    ) -> Record:
        """Create, or change the given fields of `record_id` as seen at `revision`.

        scope: of the person for whom this is done; None for the house itself.  Raises: Stale when it changed since; NotAllowed with
        `no_such_record` (not there, or not theirs to see), `may_not_write_field`, `may_not_write_record`, `no_such_reference`.
        """
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

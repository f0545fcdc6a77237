"""Drafts and what presses make of them. Knows states, revisions and times; knows no entity's rules.

Keys of `Stale`: `draft_settled` (saved, discarded or undone before; fact `state`), `draft_changed` (the person saw an older
revision; fact `revision`), `draft_expired`, `undo_too_late`, `not_saved` (undo of what was never saved), `record_changed` (the
record has moved on in what the draft would write), `record_gone` (it was archived or erased).
Key of `NotAllowed`: `not_your_draft`, for a draft that does not exist too; those of
`bot.store.gate` for what the person may not write.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import sqlite_utils

from bot.domain.approval import ReviewRules
from bot.domain.decision import Settlement, Use
from bot.domain.gating import CONTRACT_PAPER
from bot.domain.ids import DraftId, TurnId, UserId
from bot.domain.outcome import Draft
from bot.domain.policy import joined
from bot.domain.records import DraftState, HeldDraft
from bot.domain.schema import Field
from bot.errors import NotAllowed, Stale
from bot.ports import Clock, Ids
from bot.store.audit import Within
from bot.store.audited import OVERDUE, PAST, audit_draft, expire_drafts
from bot.store.codec import Ref, Row, moment, stamp
from bot.store.content import Shelf
from bot.store.database import Database
from bot.store.draft_rows import (
    CURRENT,
    Seen,
    add_revision,
    draft_row,
    fields_of,
    held_draft,
    move,
    must_be_open,
    must_be_seen,
    revise,
    take_back,
    write_draft,
)
from bot.store.gate import Gate, PolicyGate, Wish
from bot.store.gated import gate_found, gate_kept, gate_now, gates_beside, must_have_no_gap, must_not_wait, proposed
from bot.store.proposals import Part, base_revision, expect_records, parts_in, parts_of_draft, split
from bot.store.review_rows import withdraw_open
from bot.store.rows import every, insert, one
from bot.store.uses import note_use

UNDO_LASTS = timedelta(minutes=10)

OPEN_OF = f"{CURRENT} WHERE drafts.author = :author AND drafts.state = 'open' AND drafts.expires_at > :now ORDER BY drafts.id DESC"
UNDOABLE = f"""
    {CURRENT} WHERE drafts.author = :author AND drafts.state = 'saved' AND drafts.undo_until > :now
    ORDER BY drafts.undo_until DESC LIMIT 1"""
REVISION = """
    SELECT drafts.id, drafts.turn_id, drafts.decision_id, drafts.author, drafts.entity, drafts.expires_at, drafts.state, drafts.record_id,
        drafts.undo_until, draft_revisions.revision, draft_revisions.fields_id, draft_revisions.evidence, draft_revisions.also
    FROM drafts JOIN draft_revisions ON draft_revisions.draft_id = drafts.id AND draft_revisions.revision = :revision
    WHERE drafts.id = :draft_id"""
PRESSED = """
    SELECT drafts.id, drafts.turn_id, drafts.decision_id, drafts.author, drafts.entity, drafts.expires_at, presses.revision,
        presses.state, presses.record_id, presses.undo_until, draft_revisions.fields_id, draft_revisions.evidence,
        draft_revisions.also
    FROM presses JOIN drafts ON drafts.id = presses.draft_id
    JOIN draft_revisions ON draft_revisions.draft_id = presses.draft_id AND draft_revisions.revision = presses.revision
    WHERE presses.turn_id = :turn_id AND presses.draft_id = :draft_id AND presses.action = :action"""


def open_draft(
    shelf: Shelf, settlement: Settlement, draft: Draft, draft_id: DraftId, refs: Sequence[Ref], lasts: timedelta, rules: ReviewRules
) -> None:
    """Hold the draft of a settlement inside its transaction, and why it is gated. refs: its evidence by reference, in its order.

    Raises: ValueError when nobody is its author, or its proposals cannot be told apart; KeyError when it would change a record that does
    not exist.
    """
    if settlement.user_id is None:
        message = f"a draft without an author: turn {settlement.turn_id}"
        raise ValueError(message)
    base_revision(shelf.database, draft.record_id)
    expires_at = draft.expires_at or shelf.now + lasts
    insert(
        shelf.database,
        "drafts",
        {
            "id": draft_id,
            "turn_id": settlement.turn_id,
            "decision_id": settlement.decision_id,
            "author": settlement.user_id,
            "entity": draft.entity,
            "record_id": draft.record_id,
            "revision": 1,
            "state": "open",
            "expires_at": stamp(expires_at),
            "created_at": stamp(shelf.now),
            "changed_at": stamp(shelf.now),
        },
    )
    evidence, also = parts_of_draft(draft, refs)
    expect_records(shelf.database, draft_id, also)
    seen = Seen(draft_id, 1, settlement.user_id, settlement.turn_id)
    fields = proposed(draft.entity, draft.fields)
    paper = draft.evidence.get(CONTRACT_PAPER)
    found = gate_found(
        shelf, draft.entity, fields, rules, record_id=draft.record_id, request=settlement.said, paper=paper.ref if paper else ""
    )
    old = draft_row(shelf.database, draft.replaces) if draft.replaces else None
    before = [gate_kept(shelf.database, old)] if old and old["author"] == settlement.user_id else []
    gate = joined([*([settlement.gate] if settlement.gate else []), *before, found, *gates_beside(shelf, also, rules)])
    add_revision(shelf, seen, fields, evidence, gate, record_id=draft.record_id, needed_by=settlement.turn_id, also=also)
    if draft.replaces:
        _put_away(shelf, draft.replaces, settlement.user_id, settlement.turn_id)


class SqliteDrafts:
    """The port `Drafts`.

    gate: who decides what a person may write, at the moment of the press. rules: what waits for a second person. undo_lasts: of a save.
    own: the fields that the house added to opportunities.
    """

    def __init__(
        self, database: Database, clock: Clock, ids: Ids, gate: Gate | None = None, *, rules: Callable[[], ReviewRules] = ReviewRules,
        undo_lasts: timedelta = UNDO_LASTS, own: tuple[Field, ...] = (),
    ) -> None:
        self._database = database
        self._rules = rules
        self._gate = gate or PolicyGate()
        self._clock = clock
        self._ids = ids
        self._undo_lasts = undo_lasts
        self._own = own

    async def draft(self, draft_id: DraftId) -> HeldDraft | None:
        """The draft as it stands."""
        return await self._database.read(lambda database: _current(database, draft_id, self._own))

    async def revision(self, draft_id: DraftId, number: int) -> HeldDraft | None:
        """The draft as it stood at that revision, in its present state; None where there is no such revision."""

        def work(database: sqlite_utils.Database) -> HeldDraft | None:
            row = one(database, REVISION, {"draft_id": draft_id, "revision": number})
            return held_draft(database, row, self._own) if row else None

        return await self._database.read(work)

    async def open_of(self, user_id: UserId) -> Sequence[HeldDraft]:
        """A person's open drafts, newest first."""
        values = {"author": user_id, "now": stamp(self._clock.now())}
        return await self._database.read(
            lambda database: [held_draft(database, row, self._own) for row in every(database, OPEN_OF, values)]
        )

    async def undoable_of(self, user_id: UserId) -> HeldDraft | None:
        """What this person saved last, while its save can be taken back."""
        values = {"author": user_id, "now": stamp(self._clock.now())}

        def work(database: sqlite_utils.Database) -> HeldDraft | None:
            row = one(database, UNDOABLE, values)
            return held_draft(database, row, self._own) if row else None

        return await self._database.read(work)

    async def save(self, draft_id: DraftId, revision: int, by: UserId, *, turn_id: TurnId) -> HeldDraft:
        """Write the records, their history, the events and the draft's state in one transaction; notes `used` or `edited`.

        Repeated with the same `turn_id`, it does nothing and answers the same; so do the other presses.
        Raises: Stale, NotAllowed (keys: see the module).
        """
        return await self._press("save", Seen(draft_id, revision, by, turn_id), self._save)

    async def edit(self, draft_id: DraftId, revision: int, by: UserId, fields: Mapping[str, object], *, turn_id: TurnId) -> HeldDraft:
        """Make the next revision, on the records as they are now; an edited field loses its evidence. fields: flat, see `split`.

        Raises: Stale, NotAllowed.
        """
        seen = Seen(draft_id, revision, by, turn_id)
        return await self._press("edit", seen, lambda shelf, row, seen: self._edit(shelf, row, seen, fields))

    async def discard(self, draft_id: DraftId, revision: int, by: UserId, *, turn_id: TurnId) -> HeldDraft:
        """Put the draft away unsaved; notes `ignored`.  Raises: Stale, NotAllowed."""
        return await self._press("discard", Seen(draft_id, revision, by, turn_id), _discard)

    async def undo(self, draft_id: DraftId, revision: int, by: UserId, *, turn_id: TurnId) -> HeldDraft:
        """Take back a save while its time lasts: new records are archived, changed ones get their fields back.

        Raises: Stale (`record_changed` when one of them was changed since), NotAllowed.
        """
        return await self._press("undo", Seen(draft_id, revision, by, turn_id), self._undo)

    async def overdue(self, at: datetime) -> Sequence[DraftId]:
        """The open drafts whose time is over at that moment, oldest first."""
        values = {"now": stamp(at)}
        return await self._database.read(lambda database: [DraftId(row["id"]) for row in every(database, OVERDUE, values)])

    async def expire(self, at: datetime | None = None) -> int:
        """Close drafts whose time is over, at that moment or now; says how many."""
        return await self._database.write(lambda database: expire_drafts(Within(database, at or self._clock.now())))

    async def _press(self, action: str, seen: Seen, carry_out: Callable[[Shelf, Row, Seen], None]) -> HeldDraft:
        return await self._database.write(lambda database: self._once(database, action, seen, carry_out))

    def _once(self, database: sqlite_utils.Database, action: str, seen: Seen, carry_out: Callable[[Shelf, Row, Seen], None]) -> HeldDraft:
        row = draft_row(database, seen.draft_id)
        if row is None or row["author"] != seen.by:
            raise NotAllowed("not_your_draft")
        earlier = one(database, PRESSED, {"turn_id": seen.turn_id, "draft_id": seen.draft_id, "action": action})
        if earlier:
            return held_draft(database, earlier, self._own)
        shelf = Shelf(database, self._ids, self._clock.now())
        carry_out(shelf, row, seen)
        held = _existing(database, seen.draft_id, self._own)
        insert(
            database,
            "presses",
            {
                "turn_id": seen.turn_id,
                "draft_id": seen.draft_id,
                "action": action,
                "revision": held.revision,
                "state": held.state.value,
                "record_id": held.record_id,
                "undo_until": stamp(held.undo_until) if held.undo_until else None,
                "at": stamp(shelf.now),
            },
        )
        audit_draft(shelf, seen.draft_id, PAST[action], seen.by, seen.turn_id)
        return held

    def _save(self, shelf: Shelf, row: Row, seen: Seen) -> None:
        must_be_open(shelf, row, seen)
        values = proposed(row["entity"], fields_of(shelf.database, row))
        must_have_no_gap(row["entity"], values)
        gate = gate_now(shelf, row, values, self._rules())
        withdraw_open(shelf, seen.draft_id, seen.by)
        write_draft(shelf, row, values, self._gate, stamp(shelf.now + self._undo_lasts))
        must_not_wait(gate)  # last, so that rights are told first; raised, it leaves nothing of all this
        note_use(shelf.database, row["decision_id"], Use.EDITED if row["revision"] > 1 else Use.USED, seen.by, shelf.now)

    def _edit(self, shelf: Shelf, row: Row, seen: Seen, fields: Mapping[str, object]) -> None:
        must_be_open(shelf, row, seen)
        own, also = split(parts_in(shelf.database, row), fields)
        self._check_rights(shelf, seen.by, row, own, also)
        changed = proposed(row["entity"], own)
        gate = gate_now(shelf, row, {**fields_of(shelf.database, row), **changed}, self._rules(), also)
        withdraw_open(shelf, seen.draft_id, seen.by)
        revise(shelf, row, seen, changed, gate, also)

    def _check_rights(self, shelf: Shelf, by: UserId, row: Row, fields: Mapping[str, object], also: Iterable[Part]) -> None:
        scope = self._gate.scope_of(shelf.database, by)
        self._gate.before(shelf.database, Wish(scope, row["entity"], fields, row["record_id"]))
        for part in also:
            self._gate.before(shelf.database, Wish(scope, part.entity, part.fields, part.record_id))

    def _undo(self, shelf: Shelf, row: Row, seen: Seen) -> None:
        _must_be_saved(shelf, row, seen)
        take_back(shelf, row, self._gate)
        move(shelf, row, DraftState.UNDONE)


def _put_away(shelf: Shelf, draft_id: DraftId, by: UserId, turn_id: TurnId) -> None:
    """A draft that another one took the place of; what was decided meanwhile, or is somebody else's, stays as it is."""
    row = draft_row(shelf.database, draft_id)
    if row is None or row["author"] != by or row["state"] != DraftState.OPEN:
        return
    withdraw_open(shelf, draft_id, by)
    move(shelf, row, DraftState.DISCARDED)
    audit_draft(shelf, draft_id, PAST["discard"], by, turn_id)


def _discard(shelf: Shelf, row: Row, seen: Seen) -> None:
    must_be_open(shelf, row, seen)
    withdraw_open(shelf, seen.draft_id, seen.by)
    move(shelf, row, DraftState.DISCARDED)
    note_use(shelf.database, row["decision_id"], Use.IGNORED, seen.by, shelf.now)


def _must_be_saved(shelf: Shelf, row: Row, seen: Seen) -> None:
    if row["state"] in {DraftState.OPEN, DraftState.EXPIRED}:
        raise Stale("not_saved")
    if row["state"] != DraftState.SAVED:
        raise Stale("draft_settled", state=row["state"])
    must_be_seen(row, seen)
    if moment(row["undo_until"]) <= shelf.now:
        raise Stale("undo_too_late")


def _current(database: sqlite_utils.Database, draft_id: DraftId, own: tuple[Field, ...]) -> HeldDraft | None:
    row = draft_row(database, draft_id)
    return held_draft(database, row, own) if row else None


def _existing(database: sqlite_utils.Database, draft_id: DraftId, own: tuple[Field, ...]) -> HeldDraft:
    held = _current(database, draft_id, own)
    if held is None:
        raise KeyError(draft_id)
    return held

"""Drafts and what presses make of them. Knows states, revisions and times; knows no entity's rules.

Keys of `Stale`: `draft_settled` (saved, discarded or undone before; fact `state`), `draft_changed` (the person saw an older
revision; fact `revision`), `draft_expired`, `undo_too_late`, `not_saved` (undo of what was never saved), `record_changed` (the
record has moved on in what the draft would write). Key of `NotAllowed`: `not_your_draft`, for a draft that does not exist too; those of
`bot.store.gate` for what the person may not write.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlite_utils

from bot.domain.decision import Settlement, Use
from bot.domain.ids import DecisionId, DraftId, RecordId, TurnId, UserId
from bot.domain.outcome import Draft
from bot.domain.records import DraftState, HeldDraft, Retention
from bot.errors import NotAllowed, Stale
from bot.ports import Clock, Ids
from bot.store.codec import Ref, Row, dump, evidence_of, load, moment, moment_or_none, stamp
from bot.store.content import Shelf, body_of
from bot.store.database import Database
from bot.store.gate import Gate, PolicyGate, Wish
from bot.store.records import ABSENT, Change, archive_record, write_for
from bot.store.rows import change, every, insert, one
from bot.store.uses import note_use

UNDO_LASTS = timedelta(minutes=10)

CURRENT = """
    SELECT drafts.*, draft_revisions.fields_id, draft_revisions.evidence, draft_revisions.base_revision
    FROM drafts JOIN draft_revisions ON draft_revisions.draft_id = drafts.id AND draft_revisions.revision = drafts.revision"""
OPEN_OF = f"{CURRENT} WHERE drafts.author = :author AND drafts.state = 'open' AND drafts.expires_at > :now ORDER BY drafts.id DESC"
UNDOABLE = f"""
    {CURRENT} WHERE drafts.author = :author AND drafts.state = 'saved' AND drafts.undo_until > :now
    ORDER BY drafts.undo_until DESC LIMIT 1"""
REVISION = """
    SELECT drafts.id, drafts.turn_id, drafts.decision_id, drafts.author, drafts.entity, drafts.expires_at, drafts.state, drafts.record_id,
        drafts.undo_until, draft_revisions.revision, draft_revisions.fields_id, draft_revisions.evidence
    FROM drafts JOIN draft_revisions ON draft_revisions.draft_id = drafts.id AND draft_revisions.revision = :revision
    WHERE drafts.id = :draft_id"""
PRESSED = """
    SELECT drafts.id, drafts.turn_id, drafts.decision_id, drafts.author, drafts.entity, drafts.expires_at, presses.revision,
        presses.state, presses.record_id, presses.undo_until, draft_revisions.fields_id, draft_revisions.evidence
    FROM presses JOIN drafts ON drafts.id = presses.draft_id
    JOIN draft_revisions ON draft_revisions.draft_id = presses.draft_id AND draft_revisions.revision = presses.revision
    WHERE presses.turn_id = :turn_id AND presses.draft_id = :draft_id AND presses.action = :action"""
MOVE = """
    UPDATE drafts SET state = :to, revision = :to_revision, record_id = :record_id, undo_until = :undo_until,
        saved_revision = :saved_revision, changed_at = :now
    WHERE id = :id AND state = :state AND revision = :revision"""
EXPIRE = "UPDATE drafts SET state = 'expired', changed_at = :now WHERE state = 'open' AND expires_at <= :now"
OVERWRITES = "SELECT field FROM field_history WHERE record_id = :record_id AND revision > :base_revision"
WROTE = "SELECT field, before FROM field_history WHERE record_id = :record_id AND revision = :revision"


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a person pressed: a revision of a draft, in a turn."""

    draft_id: DraftId
    revision: int
    by: UserId
    turn_id: TurnId


def open_draft(shelf: Shelf, settlement: Settlement, draft: Draft, draft_id: DraftId, refs: Sequence[Ref], lasts: timedelta) -> None:
    """Hold the draft of a settlement inside its transaction. refs: the draft's evidence by reference, in its order.

    Raises: ValueError when nobody is its author; KeyError when it would change a record that does not exist.
    """
    if settlement.user_id is None:
        message = f"a draft without an author: turn {settlement.turn_id}"
        raise ValueError(message)
    base_revision = _base_revision(shelf.database, draft.record_id)
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
    evidence = dict(zip(draft.evidence, refs, strict=True))
    seen = _Seen(draft_id, 1, settlement.user_id, settlement.turn_id)
    _add_revision(shelf, seen, draft.fields, evidence, base_revision, settlement.turn_id)


class SqliteDrafts:
    """The port `Drafts`. gate: who decides what a person may write, at the moment of the press. undo_lasts: of a save."""

    def __init__(self, database: Database, clock: Clock, ids: Ids, gate: Gate | None = None, *, undo_lasts: timedelta = UNDO_LASTS) -> None:
        self._database = database
        self._gate = gate or PolicyGate()
        self._clock = clock
        self._ids = ids
        self._undo_lasts = undo_lasts

    async def draft(self, draft_id: DraftId) -> HeldDraft | None:
        """The draft as it stands."""
        return await self._database.read(lambda database: _current(database, draft_id))

    async def revision(self, draft_id: DraftId, number: int) -> HeldDraft | None:
        """The draft as it stood at that revision, in its present state; None where there is no such revision."""

        def work(database: sqlite_utils.Database) -> HeldDraft | None:
            row = one(database, REVISION, {"draft_id": draft_id, "revision": number})
            return _held(database, row) if row else None

        return await self._database.read(work)

    async def open_of(self, user_id: UserId) -> Sequence[HeldDraft]:
        """A person's open drafts, newest first."""
        values = {"author": user_id, "now": stamp(self._clock.now())}
        return await self._database.read(lambda database: [_held(database, row) for row in every(database, OPEN_OF, values)])

    async def undoable_of(self, user_id: UserId) -> HeldDraft | None:
        """What this person saved last, while its save can be taken back."""
        values = {"author": user_id, "now": stamp(self._clock.now())}

        def work(database: sqlite_utils.Database) -> HeldDraft | None:
            row = one(database, UNDOABLE, values)
            return _held(database, row) if row else None

        return await self._database.read(work)

    async def save(self, draft_id: DraftId, revision: int, by: UserId, *, turn_id: TurnId) -> HeldDraft:
        """Write the record, its history, the event and the draft's state in one transaction; notes `used` or `edited`.

        Repeated with the same `turn_id`, it does nothing and answers the same; so do the other presses.
        Raises: Stale, NotAllowed (keys: see the module).
        """
        return await self._press("save", _Seen(draft_id, revision, by, turn_id), self._save)

    async def edit(self, draft_id: DraftId, revision: int, by: UserId, fields: Mapping[str, object], *, turn_id: TurnId) -> HeldDraft:
        """Make the next revision, on the record as it is now; an edited field loses its evidence.  Raises: Stale, NotAllowed."""
        seen = _Seen(draft_id, revision, by, turn_id)
        return await self._press("edit", seen, lambda shelf, row, seen: self._edit(shelf, row, seen, fields))

    async def discard(self, draft_id: DraftId, revision: int, by: UserId, *, turn_id: TurnId) -> HeldDraft:
        """Put the draft away unsaved; notes `ignored`.  Raises: Stale, NotAllowed."""
        return await self._press("discard", _Seen(draft_id, revision, by, turn_id), _discard)

    async def undo(self, draft_id: DraftId, revision: int, by: UserId, *, turn_id: TurnId) -> HeldDraft:
        """Take back a save while its time lasts: a new record is archived, a changed one gets its fields back.

        Raises: Stale (`record_changed` when the record was changed since), NotAllowed.
        """
        return await self._press("undo", _Seen(draft_id, revision, by, turn_id), self._undo)

    async def expire(self) -> int:
        """Close drafts whose time is over; says how many."""
        return await self._database.write(lambda database: change(database, EXPIRE, {"now": stamp(self._clock.now())}))

    async def _press(self, action: str, seen: _Seen, carry_out: Callable[[Shelf, Row, _Seen], None]) -> HeldDraft:
        return await self._database.write(lambda database: self._once(database, action, seen, carry_out))

    def _once(self, database: sqlite_utils.Database, action: str, seen: _Seen, carry_out: Callable[[Shelf, Row, _Seen], None]) -> HeldDraft:
        row = one(database, f"{CURRENT} WHERE drafts.id = :id", {"id": seen.draft_id})
        if row is None or row["author"] != seen.by:
            raise NotAllowed("not_your_draft")
        earlier = one(database, PRESSED, {"turn_id": seen.turn_id, "draft_id": seen.draft_id, "action": action})
        if earlier:
            return _held(database, earlier)
        shelf = Shelf(database, self._ids, self._clock.now())
        carry_out(shelf, row, seen)
        held = _existing(database, seen.draft_id)
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
        return held

    def _save(self, shelf: Shelf, row: Row, seen: _Seen) -> None:
        _must_be_open(shelf, row, seen)
        fields = body_of(shelf.database, row["fields_id"])
        if fields is None:
            raise Stale("draft_expired")
        values = load(fields)
        _must_not_overwrite(shelf.database, row, values)
        change = Change(row["entity"], values, seen.by, row["decision_id"], load(row["evidence"]), row["record_id"])
        saved = write_for(shelf, change, self._gate.scope_of(shelf.database, seen.by), self._gate)
        until = stamp(shelf.now + self._undo_lasts)
        _move(shelf, row, DraftState.SAVED, record_id=saved.id, undo_until=until, saved_revision=saved.revision)
        note_use(shelf.database, row["decision_id"], Use.EDITED if row["revision"] > 1 else Use.USED, seen.by, shelf.now)


    def _edit(self, shelf: Shelf, row: Row, seen: _Seen, fields: Mapping[str, object]) -> None:
        _must_be_open(shelf, row, seen)
        scope = self._gate.scope_of(shelf.database, seen.by)
        self._gate.before(shelf.database, Wish(scope, row["entity"], fields, row["record_id"]))
        _revise(shelf, row, seen, fields)

    def _undo(self, shelf: Shelf, row: Row, seen: _Seen) -> None:
        before = _must_be_saved(shelf, row, seen)
        scope = self._gate.scope_of(shelf.database, seen.by)
        if row["saved_revision"] == 1:
            self._gate.before(shelf.database, Wish(scope, row["entity"], before, row["record_id"]))
            archive_record(shelf, row["record_id"], seen.by, row["decision_id"])
        else:
            change = Change(row["entity"], before, seen.by, row["decision_id"], {}, row["record_id"], row["saved_revision"])
            write_for(shelf, change, scope, self._gate)
        _move(shelf, row, DraftState.UNDONE)


def _revise(shelf: Shelf, row: Row, seen: _Seen, fields: Mapping[str, object]) -> None:
    before = load(body_of(shelf.database, row["fields_id"]) or "{}")
    evidence = {field: ref for field, ref in load(row["evidence"]).items() if field not in fields}
    following = _Seen(seen.draft_id, seen.revision + 1, seen.by, seen.turn_id)
    base_revision = _base_revision(shelf.database, row["record_id"])
    _add_revision(shelf, following, {**before, **fields}, evidence, base_revision, row["turn_id"])
    _move(shelf, row, DraftState.OPEN, to_revision=following.revision)


def _discard(shelf: Shelf, row: Row, seen: _Seen) -> None:
    _must_be_open(shelf, row, seen)
    _move(shelf, row, DraftState.DISCARDED)
    note_use(shelf.database, row["decision_id"], Use.IGNORED, seen.by, shelf.now)


def _must_be_saved(shelf: Shelf, row: Row, seen: _Seen) -> dict[str, object]:
    """What the fields that were saved held before."""
    if row["state"] in {DraftState.OPEN, DraftState.EXPIRED}:
        raise Stale("not_saved")
    if row["state"] != DraftState.SAVED:
        raise Stale("draft_settled", state=row["state"])
    _must_be_seen(row, seen)
    if moment(row["undo_until"]) <= shelf.now:
        raise Stale("undo_too_late")
    record = one(shelf.database, "SELECT * FROM records WHERE id = :id", {"id": row["record_id"]})
    if record is None or record["revision"] != row["saved_revision"]:
        raise Stale("record_changed")
    return _before(shelf.database, row)


def _must_be_open(shelf: Shelf, row: Row, seen: _Seen) -> None:
    if row["state"] == DraftState.EXPIRED or (row["state"] == DraftState.OPEN and moment(row["expires_at"]) <= shelf.now):
        raise Stale("draft_expired")
    if row["state"] != DraftState.OPEN:
        raise Stale("draft_settled", state=row["state"])
    _must_be_seen(row, seen)


def _must_be_seen(row: Row, seen: _Seen) -> None:
    if row["revision"] != seen.revision:
        raise Stale("draft_changed", revision=row["revision"])


def _must_not_overwrite(database: sqlite_utils.Database, row: Row, values: Row) -> None:
    """Somebody may have changed the record while the draft waited: other fields do not matter, these ones do."""
    if row["record_id"] is None:
        return
    if one(database, "SELECT id FROM records WHERE id = :id AND archived_at IS NULL", {"id": row["record_id"]}) is None:
        raise Stale("record_changed")
    later = every(database, OVERWRITES, {"record_id": row["record_id"], "base_revision": row["base_revision"]})
    if any(change_["field"] in values for change_ in later):
        raise Stale("record_changed")


def _before(database: sqlite_utils.Database, row: Row) -> dict[str, object]:
    wrote = every(database, WROTE, {"record_id": row["record_id"], "revision": row["saved_revision"]})
    return {field["field"]: ABSENT if field["before"] is None else load(field["before"]) for field in wrote}


def _move(shelf: Shelf, row: Row, to: DraftState, **to_change: object) -> None:
    """Compare and set: the draft is still as `row` was read."""
    stays = {"to_revision": row["revision"], "record_id": row["record_id"], "saved_revision": row["saved_revision"], "undo_until": None}
    seen = {"id": row["id"], "state": row["state"], "revision": row["revision"], "to": to.value, "now": stamp(shelf.now)}
    if change(shelf.database, MOVE, {**stays, **to_change, **seen}) != 1:
        raise Stale("draft_changed", revision=row["revision"])


def _base_revision(database: sqlite_utils.Database, record_id: RecordId | None) -> int | None:
    """The revision of the record that a draft would change, None for a new one.  Raises: KeyError."""
    if record_id is None:
        return None
    row = one(database, "SELECT revision FROM records WHERE id = :id", {"id": record_id})
    if row is None:
        raise KeyError(record_id)
    return int(row["revision"])


def _add_revision(
    shelf: Shelf, seen: _Seen, fields: Mapping[str, object], evidence: Mapping[str, Ref], base_revision: int | None, needed_by: TurnId
) -> None:
    fields_id, _ = shelf.put(dump(dict(fields)), Retention.TURN, needed_by)
    insert(
        shelf.database,
        "draft_revisions",
        {
            "draft_id": seen.draft_id,
            "revision": seen.revision,
            "base_revision": base_revision,
            "fields_id": fields_id,
            "evidence": dump(dict(evidence)),
            "by_id": seen.by,
            "turn_id": seen.turn_id,
            "at": stamp(shelf.now),
        },
    )


def _current(database: sqlite_utils.Database, draft_id: DraftId) -> HeldDraft | None:
    row = one(database, f"{CURRENT} WHERE drafts.id = :id", {"id": draft_id})
    return _held(database, row) if row else None


def _existing(database: sqlite_utils.Database, draft_id: DraftId) -> HeldDraft:
    held = _current(database, draft_id)
    if held is None:
        raise KeyError(draft_id)
    return held


def _held(database: sqlite_utils.Database, row: Row) -> HeldDraft:
    return HeldDraft(
        DraftId(row["id"]),
        row["revision"],
        DraftState(row["state"]),
        UserId(row["author"]),
        TurnId(row["turn_id"]),
        DecisionId(row["decision_id"]),
        row["entity"],
        RecordId(row["record_id"]) if row["record_id"] else None,
        load(body_of(database, row["fields_id"]) or "{}"),
        {field: evidence_of(ref, lambda quote_id: body_of(database, quote_id)) for field, ref in load(row["evidence"]).items()},
        moment(row["expires_at"]),
        moment_or_none(row["undo_until"]),
    )

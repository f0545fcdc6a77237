"""Drafts as rows: read, revised, moved, written as records, inside a caller's transaction. Knows states and revisions; knows no port."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import sqlite_utils

from bot.domain.ids import DecisionId, DraftId, RecordId, TurnId, UserId
from bot.domain.policy import Gate
from bot.domain.records import DraftState, HeldDraft, Record, Retention
from bot.domain.schema import Field
from bot.errors import Stale
from bot.store.codec import Ref, Row, dump, evidence_of, load, moment, moment_or_none, stamp
from bot.store.content import Shelf, body_of
from bot.store.events import append_event
from bot.store.gate import Gate as Rights
from bot.store.gate import Wish
from bot.store.proposals import Part, base_revision, based, keep_parts, note_written, parts_in, pointed, proposals_in, records_of
from bot.store.records import ABSENT, Change, archive_record, write_for, write_record
from bot.store.rows import change, every, insert, one

CURRENT = """
    SELECT drafts.*, draft_revisions.fields_id, draft_revisions.evidence, draft_revisions.base_revision, draft_revisions.gate_id,
        draft_revisions.reasons, draft_revisions.also
    FROM drafts JOIN draft_revisions ON draft_revisions.draft_id = drafts.id AND draft_revisions.revision = drafts.revision"""
MOVE = """
    UPDATE drafts SET state = :to, revision = :to_revision, record_id = :record_id, undo_until = :undo_until,
        saved_revision = :saved_revision, changed_at = :now
    WHERE id = :id AND state = :state AND revision = :revision"""
WROTE = "SELECT field, before FROM field_history WHERE record_id = :record_id AND revision = :revision"
OVERWRITES = "SELECT field FROM field_history WHERE record_id = :record_id AND revision > :base_revision"

LETTER = "letter"
CONTRACT, SIGNED = "contract", "active"
"""A contract is signed when it is saved as one that holds."""
TERMS = ("account", "value", "currency", "start_date", "end_date", "notice_date", "payment_days")
"""What whoever hears of a signing needs to know at once."""
LEAVING: Mapping[str, Mapping[str, object]] = {LETTER: {"status": "approved"}, "quote": {}, "tip": {}}
"""Entities that are made to leave the house, and what it writes into one that was released, whatever the draft said."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a person pressed: a revision of a draft, in a turn."""

    draft_id: DraftId
    revision: int
    by: UserId
    turn_id: TurnId


def draft_row(database: sqlite_utils.Database, draft_id: DraftId) -> Row | None:
    """A draft with its newest revision."""
    return one(database, f"{CURRENT} WHERE drafts.id = :id", {"id": draft_id})


def held_draft(database: sqlite_utils.Database, row: Row, own: tuple[Field, ...] = ()) -> HeldDraft:
    """The draft of a row. own: the fields that the house added to opportunities."""
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
        proposals_in(database, row),
        own,
    )


def fields_of(database: sqlite_utils.Database, row: Row) -> dict[str, object]:
    """What a draft proposes.  Raises: Stale("draft_expired") when its content was erased."""
    body = body_of(database, row["fields_id"])
    if body is None:
        raise Stale("draft_expired")
    found: dict[str, object] = load(body)
    return found


def add_revision(
    shelf: Shelf, seen: Seen, fields: Mapping[str, object], evidence: Mapping[str, Ref], gate: Gate, *, record_id: RecordId | None,
    needed_by: TurnId, also: Sequence[Part] = (),
) -> None:
    """Keep a revision and why it is gated. record_id: the record that it would change.  Raises: KeyError when one does not exist."""
    fields_id, _ = shelf.put(dump(dict(fields)), Retention.TURN, needed_by)
    gate_id, reasons = put_gate(shelf, gate, needed_by)
    insert(
        shelf.database,
        "draft_revisions",
        {
            "draft_id": seen.draft_id,
            "revision": seen.revision,
            "base_revision": base_revision(shelf.database, record_id),
            "fields_id": fields_id,
            "evidence": dump(dict(evidence)),
            "gate_id": gate_id,
            "reasons": reasons,
            "also": keep_parts(shelf, based(shelf.database, also), needed_by),
            "by_id": seen.by,
            "turn_id": seen.turn_id,
            "at": stamp(shelf.now),
        },
    )


def put_gate(shelf: Shelf, gate: Gate, needed_by: TurnId) -> tuple[str, str]:
    """Keep the grounds of a gate: the id of their words, and the reasons without them."""
    gate_id, _ = shelf.put(dump([[ground.reason, ground.words] for ground in gate.grounds]), Retention.TURN, needed_by)
    return gate_id, dump(sorted({ground.reason for ground in gate.grounds}))


def revise(shelf: Shelf, row: Row, seen: Seen, fields: Mapping[str, object], gate: Gate, also: Sequence[Part]) -> None:
    """Make the next revision, on the records as they are now; a changed field loses its evidence, that of its parts (`body.1`) with it.

    also: what is proposed beside the draft's record from now on.
    """
    before = load(body_of(shelf.database, row["fields_id"]) or "{}")
    evidence = {field: ref for field, ref in load(row["evidence"]).items() if field.partition(".")[0] not in fields}
    following = Seen(seen.draft_id, seen.revision + 1, seen.by, seen.turn_id)
    record_id = RecordId(row["record_id"]) if row["record_id"] else None
    add_revision(shelf, following, {**before, **fields}, evidence, gate, record_id=record_id, needed_by=row["turn_id"], also=also)
    move(shelf, row, DraftState.OPEN, to_revision=following.revision)


def write_draft(shelf: Shelf, row: Row, values: Mapping[str, object], rights: Rights, until: str) -> None:
    """Write the records of a draft with the author's rights of this moment, their history, their events, and the draft's state.

    Its own record comes first, for the others may point at it; what may not be written leaves nothing of all.
    """
    author, record_id = UserId(row["author"]), RecordId(row["record_id"]) if row["record_id"] else None
    own = Part("", row["entity"], values, load(row["evidence"]), record_id, row["base_revision"])
    saved = _write(shelf, row, own, rights)
    move(shelf, row, DraftState.SAVED, record_id=saved.id, undo_until=until, saved_revision=saved.revision)
    beside = [_write_beside(shelf, row, part, rights, saved.id) for part in parts_in(shelf.database, row)]
    if beside or row["entity"] in LEAVING:
        told = {"draft_id": row["id"], "revision": row["revision"], "record_id": saved.id, "entity": row["entity"], "author": author}
        also = [{"record_id": one.id, "entity": one.entity} for one in beside]
        append_event(shelf, "draft.saved", 1, {**told, **({"also": also} if also else {})})
    if row["entity"] == CONTRACT and values.get("status") == SIGNED:
        told = {name: values.get(name) for name in TERMS}
        append_event(shelf, "contract.signed", 1, {"record_id": saved.id, "draft_id": row["id"], "author": author, **told})


def take_back(shelf: Shelf, row: Row, rights: Rights) -> None:
    """Take the records of a draft back as they were before it: new ones are archived, changed ones get their fields back.

    Raises: Stale("record_changed") when one of them has changed since; NotAllowed.
    """
    beside = {one["key"]: one for one in records_of(shelf.database, row["id"]) if one["saved_revision"] is not None}
    for told in reversed(load(row["also"] or "[]")):
        if told["key"] in beside:
            _take_back(shelf, row, told["entity"], beside[told["key"]], rights)
    _take_back(shelf, row, row["entity"], row, rights)
    proposed = fields_of(shelf.database, row) if row["entity"] == CONTRACT else {}
    if proposed.get("status") == SIGNED:
        told = {"record_id": row["record_id"], "draft_id": row["id"], "author": row["author"], "account": proposed.get("account")}
        append_event(shelf, "contract.unsigned", 1, told)


def move(shelf: Shelf, row: Row, to: DraftState, **to_change: object) -> None:
    """Compare and set: the draft is still as `row` was read."""
    stays = {"to_revision": row["revision"], "record_id": row["record_id"], "saved_revision": row["saved_revision"], "undo_until": None}
    seen = {"id": row["id"], "state": row["state"], "revision": row["revision"], "to": to.value, "now": stamp(shelf.now)}
    if change(shelf.database, MOVE, {**stays, **to_change, **seen}) != 1:
        raise Stale("draft_changed", revision=row["revision"])


def must_be_open(shelf: Shelf, row: Row, seen: Seen) -> None:
    """Refuse what was decided, is over, or was changed since it was seen."""
    if row["state"] == DraftState.EXPIRED or (row["state"] == DraftState.OPEN and moment(row["expires_at"]) <= shelf.now):
        raise Stale("draft_expired")
    if row["state"] != DraftState.OPEN:
        raise Stale("draft_settled", state=row["state"])
    must_be_seen(row, seen)


def must_be_seen(row: Row, seen: Seen) -> None:
    """Refuse what was changed since it was seen."""
    if row["revision"] != seen.revision:
        raise Stale("draft_changed", revision=row["revision"])


def _write(shelf: Shelf, row: Row, part: Part, rights: Rights) -> Record:
    author, decision_id = UserId(row["author"]), DecisionId(row["decision_id"])
    _must_not_overwrite(shelf.database, part)
    wish = Wish(rights.scope_of(shelf.database, author), part.entity, part.fields, part.record_id)
    rights.before(shelf.database, wish)
    written = {**part.fields, **LEAVING.get(part.entity, {})}
    saved = write_record(shelf, Change(part.entity, written, author, decision_id, part.evidence, part.record_id))
    rights.after(shelf.database, wish, saved.id)
    return saved


def _write_beside(shelf: Shelf, row: Row, part: Part, rights: Rights, main: RecordId) -> Record:
    saved = _write(shelf, row, replace(part, fields=pointed(part, main)), rights)
    note_written(shelf.database, row["id"], part.key, saved.id, saved.revision)
    return saved


def _take_back(shelf: Shelf, row: Row, entity: str, written: Row, rights: Rights) -> None:
    """written: a row that names a record and the revision that the save made of it."""
    author, decision_id = UserId(row["author"]), DecisionId(row["decision_id"])
    record_id, revision = RecordId(written["record_id"]), written["saved_revision"]
    record = one(shelf.database, "SELECT revision FROM records WHERE id = :id", {"id": record_id})
    if record is None or record["revision"] != revision:
        raise Stale("record_changed")
    before = _before(shelf.database, record_id, revision)
    scope = rights.scope_of(shelf.database, author)
    if revision == 1:
        rights.before(shelf.database, Wish(scope, entity, before, record_id))
        archive_record(shelf, record_id, author, decision_id)
    else:
        write_for(shelf, Change(entity, before, author, decision_id, {}, record_id, revision), scope, rights)


def _before(database: sqlite_utils.Database, record_id: RecordId, revision: int) -> dict[str, object]:
    """What the fields that a save wrote held before."""
    wrote = every(database, WROTE, {"record_id": record_id, "revision": revision})
    return {field["field"]: ABSENT if field["before"] is None else load(field["before"]) for field in wrote}


def _must_not_overwrite(database: sqlite_utils.Database, part: Part) -> None:
    """Somebody may have changed the record while the draft waited: other fields do not matter, these ones do."""
    if part.record_id is None:
        return
    if part.entity == LETTER:  # what was released is what was read; another text is another letter
        raise Stale("record_changed")
    if one(database, "SELECT id FROM records WHERE id = :id AND archived_at IS NULL", {"id": part.record_id}) is None:
        raise Stale("record_gone")
    later = every(database, OVERWRITES, {"record_id": part.record_id, "base_revision": part.base_revision})
    if any(change_["field"] in part.fields for change_ in later):
        raise Stale("record_changed")

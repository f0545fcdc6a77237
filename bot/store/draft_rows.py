"""Drafts as rows: read, revised, moved, written as records, inside a caller's transaction. Knows states and revisions; knows no port."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlite_utils

from bot.domain.ids import DecisionId, DraftId, RecordId, TurnId, UserId
from bot.domain.policy import Gate
from bot.domain.records import DraftState, HeldDraft, Retention
from bot.errors import Stale
from bot.store.codec import Ref, Row, dump, evidence_of, load, moment, moment_or_none, stamp
from bot.store.content import Shelf, body_of
from bot.store.events import append_event
from bot.store.gate import Gate as Rights
from bot.store.gate import Wish
from bot.store.records import Change, write_record
from bot.store.rows import change, every, insert, one

CURRENT = """
    SELECT drafts.*, draft_revisions.fields_id, draft_revisions.evidence, draft_revisions.base_revision, draft_revisions.gate_id,
        draft_revisions.reasons
    FROM drafts JOIN draft_revisions ON draft_revisions.draft_id = drafts.id AND draft_revisions.revision = drafts.revision"""
MOVE = """
    UPDATE drafts SET state = :to, revision = :to_revision, record_id = :record_id, undo_until = :undo_until,
        saved_revision = :saved_revision, changed_at = :now
    WHERE id = :id AND state = :state AND revision = :revision"""
OVERWRITES = "SELECT field FROM field_history WHERE record_id = :record_id AND revision > :base_revision"

LETTER = "letter"
LEAVING: Mapping[str, Mapping[str, object]] = {LETTER: {"status": "approved"}, "quote": {}}
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


def held_draft(database: sqlite_utils.Database, row: Row) -> HeldDraft:
    """The draft of a row."""
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


def fields_of(database: sqlite_utils.Database, row: Row) -> dict[str, object]:
    """What a draft proposes.  Raises: Stale("draft_expired") when its content was erased."""
    body = body_of(database, row["fields_id"])
    if body is None:
        raise Stale("draft_expired")
    found: dict[str, object] = load(body)
    return found


def add_revision(
    shelf: Shelf, seen: Seen, fields: Mapping[str, object], evidence: Mapping[str, Ref], gate: Gate, *, record_id: RecordId | None,
    needed_by: TurnId,
) -> None:
    """Keep a revision and why it is gated. record_id: the record that it would change.  Raises: KeyError when that does not exist."""
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
            "by_id": seen.by,
            "turn_id": seen.turn_id,
            "at": stamp(shelf.now),
        },
    )


def put_gate(shelf: Shelf, gate: Gate, needed_by: TurnId) -> tuple[str, str]:
    """Keep the grounds of a gate: the id of their words, and the reasons without them."""
    gate_id, _ = shelf.put(dump([[ground.reason, ground.words] for ground in gate.grounds]), Retention.TURN, needed_by)
    return gate_id, dump(sorted({ground.reason for ground in gate.grounds}))


def revise(shelf: Shelf, row: Row, seen: Seen, fields: Mapping[str, object], gate: Gate) -> None:
    """Make the next revision, on the record as it is now; a changed field loses its evidence, that of its parts (`body.1`) with it."""
    before = load(body_of(shelf.database, row["fields_id"]) or "{}")
    evidence = {field: ref for field, ref in load(row["evidence"]).items() if field.partition(".")[0] not in fields}
    following = Seen(seen.draft_id, seen.revision + 1, seen.by, seen.turn_id)
    record_id = RecordId(row["record_id"]) if row["record_id"] else None
    add_revision(shelf, following, {**before, **fields}, evidence, gate, record_id=record_id, needed_by=row["turn_id"])
    move(shelf, row, DraftState.OPEN, to_revision=following.revision)


def write_draft(shelf: Shelf, row: Row, values: Mapping[str, object], rights: Rights, until: str) -> None:
    """Write the record of a draft with the author's rights of this moment, its history, its events, and the draft's state."""
    author, decision_id = UserId(row["author"]), DecisionId(row["decision_id"])
    record_id = RecordId(row["record_id"]) if row["record_id"] else None
    _must_not_overwrite(shelf.database, row, values)
    wish = Wish(rights.scope_of(shelf.database, author), row["entity"], values, record_id)
    rights.before(shelf.database, wish)
    written = {**values, **LEAVING.get(row["entity"], {})}
    saved = write_record(shelf, Change(row["entity"], written, author, decision_id, load(row["evidence"]), record_id))
    rights.after(shelf.database, wish, saved.id)
    move(shelf, row, DraftState.SAVED, record_id=saved.id, undo_until=until, saved_revision=saved.revision)
    if row["entity"] in LEAVING:
        told = {"draft_id": row["id"], "revision": row["revision"], "record_id": saved.id, "entity": row["entity"], "author": author}
        append_event(shelf, "draft.saved", 1, told)


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


def base_revision(database: sqlite_utils.Database, record_id: RecordId | None) -> int | None:
    """The revision of the record that a draft would change, None for a new one.  Raises: KeyError."""
    if record_id is None:
        return None
    row = one(database, "SELECT revision FROM records WHERE id = :id", {"id": record_id})
    if row is None:
        raise KeyError(record_id)
    return int(row["revision"])


def _must_not_overwrite(database: sqlite_utils.Database, row: Row, values: Mapping[str, object]) -> None:
    """Somebody may have changed the record while the draft waited: other fields do not matter, these ones do."""
    if row["record_id"] is None:
        return
    if row["entity"] == LETTER:  # what was released is what was read; another text is another letter
        raise Stale("record_changed")
    if one(database, "SELECT id FROM records WHERE id = :id AND archived_at IS NULL", {"id": row["record_id"]}) is None:
        raise Stale("record_changed")
    later = every(database, OVERWRITES, {"record_id": row["record_id"], "base_revision": row["base_revision"]})
    if any(change_["field"] in values for change_ in later):
        raise Stale("record_changed")

"""Drafts as the audit tells of them: each change of one is a leaf. Knows ids and states; knows no rule of who may."""

import sqlite_utils

from bot.domain.ids import DraftId, TurnId
from bot.store.audit import HOUSE, Key, Transaction, append_audit, parts
from bot.store.codec import load, stamp
from bot.store.proposals import records_of, texts_in
from bot.store.rows import change, every, one

SHOWN = "SELECT revision, state, record_id FROM drafts WHERE id = :id"
REVISION = "SELECT * FROM draft_revisions WHERE draft_id = :draft_id AND revision = :revision"
OVERDUE = "SELECT id FROM drafts WHERE state = 'open' AND expires_at <= :now ORDER BY id"
EXPIRE = "UPDATE drafts SET state = 'expired', changed_at = :now WHERE state = 'open' AND expires_at <= :now"
PAST = {"save": "saved", "edit": "edited", "discard": "discarded", "undo": "undone"}
"""What the audit calls a press."""


def audit_draft(done: Transaction, draft_id: DraftId, became: str, by: str, turn_id: TurnId | None = None) -> None:
    """The draft as it stands now, as a leaf, in the transaction that changed it. became: what happened to it ("saved").

    Whoever changes a row of `drafts` or adds one to `draft_revisions` calls it after, or the audit finds that the row is not as it says.
    Raises: KeyError.
    """
    row = one(done.database, SHOWN, {"id": draft_id})
    if row is None:
        raise KeyError(draft_id)
    about = {"draft": draft_id, "revision": row["revision"], "state": row["state"], "record": row["record_id"], "turn": turn_id}
    rows = rows_of_draft(done.database, draft_id, row["revision"])
    append_audit(done, f"draft.{became}", by, about, texts_of_draft(done.database, draft_id, row["revision"]), rows)


def rows_of_draft(database: sqlite_utils.Database, draft_id: DraftId, revision: int) -> list[Key]:
    """The rows in which a draft stands, as of that revision."""
    beside: list[Key] = [("draft_records", draft_id, row["key"]) for row in records_of(database, draft_id)]
    return [("drafts", draft_id), ("draft_revisions", draft_id, revision), *beside]


def texts_of_draft(database: sqlite_utils.Database, draft_id: DraftId, revision: int) -> list[str]:
    """The ids of the texts of one revision: its fields and those beside, why it is gated, the quotes it rests on."""
    row = one(database, REVISION, {"draft_id": draft_id, "revision": revision})
    if row is None:
        return []
    quotes = [ref["quote_id"] for ref in load(row["evidence"]).values()]
    return [text for text in (row["fields_id"], row.get("gate_id"), *quotes, *texts_in(row["also"])) if text]


def expire_drafts(done: Transaction) -> int:
    """Close drafts whose time is over; says how many."""
    values = {"now": stamp(done.now)}
    overdue = [row["id"] for row in every(done.database, OVERDUE, values)]
    expired = change(done.database, EXPIRE, values)
    for some in parts([("drafts", draft_id) for draft_id in overdue]):
        append_audit(done, "draft.expired", HOUSE, {"drafts": len(some)}, (), some)
    return expired

"""The tables of reviews, of the gate of each draft, and of who is away. Knows columns; knows no rule."""

import sqlite_utils


def reviews(database: sqlite_utils.Database) -> None:
    """Reviews, their seats, what was said in them, the presses that were carried out; why drafts are gated; absences.

    draft_revisions.gate_id: content with the grounds; reasons: the same without words, which outlives them. reviews.digest: of the content
    of the revision. review_seats.eligible, stand_ins: JSON lists of user ids. review_presses.told: what was answered, as JSON.
    """
    table = database.table("draft_revisions")
    table.add_column("gate_id", str)
    table.add_column("reasons", str)
    table = database.table("reviews")
    table.create(
        {
            "id": str, "draft_id": str, "revision": int, "first_revision": int, "digest": str, "gate_id": str, "reasons": str,
            "author": str, "account": str, "state": str, "version": int, "stage": int, "opened_at": str, "stage_at": str, "due_at": str,
            "escalate_at": str, "expires_at": str, "reason": str, "note_id": str, "counter_id": str, "counter_by": str, "edited": int,
            "escalated": int, "nudged_at": str, "decided_by": str, "decided_at": str, "wait_min": float, "posts": str,
        },
        pk="id",
        not_null={
            "draft_id", "revision", "first_revision", "digest", "reasons", "author", "state", "version", "stage", "opened_at", "stage_at",
            "due_at", "escalate_at", "expires_at", "edited", "escalated", "posts",
        },
        foreign_keys=[("draft_id", "drafts", "id"), *((name, "content", "id") for name in ("gate_id", "note_id", "counter_id"))],
        strict=True,
    )  # fmt: skip
    table.create_index(["draft_id"])
    table.create_index(["author"])
    table.create_index(["state", "expires_at"])
    table.create_index(["opened_at"])
    database.table("review_seats").create(
        {
            "review_id": str, "number": int, "post": str, "stage": int, "within_min": int, "eligible": str, "stand_ins": str,
            "stand_in_at": str, "due_at": str, "approved_by": str, "approved_at": str,
        },
        pk=("review_id", "number"),
        not_null={"post", "stage", "within_min", "eligible", "stand_ins"},
        foreign_keys=[("review_id", "reviews", "id")],
        strict=True,
    )  # fmt: skip
    database.table("review_seats").create_index(["approved_by"])
    database.table("review_talk").create(
        {"seq": int, "review_id": str, "by_id": str, "text_id": str, "at": str},
        pk="seq",
        not_null={"review_id", "by_id", "text_id", "at"},
        foreign_keys=[("review_id", "reviews", "id"), ("text_id", "content", "id")],
        strict=True,
    )
    database.table("review_talk").create_index(["review_id"])
    database.table("review_presses").create(
        {"turn_id": str, "action": str, "subject": str, "by_id": str, "review_id": str, "told": str, "at": str},
        pk=("turn_id", "action", "subject"),
        not_null={"by_id", "review_id", "told", "at"},
        foreign_keys=[("review_id", "reviews", "id")],
        strict=True,
    )
    database.table("absences").create(
        {"user_id": str, "from_date": str, "until_date": str, "stand_in": str, "created_at": str},
        pk=("user_id", "from_date"),
        not_null={"until_date", "created_at"},
        strict=True,
    )


def presses_by_review(database: sqlite_utils.Database) -> None:
    """A step of the migrations. The last press of a review, and those of a minute, are asked for each minute."""
    database.table("review_presses").create_index(["review_id", "at"])
    database.table("review_presses").create_index(["at"])

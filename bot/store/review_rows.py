"""Reviews as rows: read, moved by compare-and-set, told again, inside a caller's transaction. Knows states; knows no right and no rule."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

import sqlite_utils

from bot.domain.ids import DraftId, ReviewId, TurnId, UserId
from bot.domain.records import Retention
from bot.domain.review import UNDECIDED, HeldReview, Post, RejectReason, ReviewState, Said, Seat
from bot.errors import NotAllowed, Stale
from bot.store.audit import Key, append_audit
from bot.store.codec import Row, dump, load, moment, moment_or_none, stamp
from bot.store.content import Shelf, body_of
from bot.store.events import append_event
from bot.store.gated import gate_kept
from bot.store.rows import change, every, insert, one

REVIEW = "SELECT * FROM reviews WHERE id = :id"
OF_DRAFT = "SELECT * FROM reviews WHERE draft_id = :draft_id ORDER BY id DESC LIMIT 1"
SEATS = "SELECT * FROM review_seats WHERE review_id = :id ORDER BY number"
TALK = "SELECT * FROM review_talk WHERE review_id = :id ORDER BY seq"
PRESSED = "SELECT * FROM review_presses WHERE turn_id = :turn_id AND action = :action AND subject = :subject"
NOTHING: Mapping[str, object] = {}
OPEN_STATES = ", ".join(f"'{state}'" for state in sorted(UNDECIDED))

Stays = Callable[[UserId], bool]
"""Whether a person may still sit in a review: rights are asked anew with every look."""


class Tell(Protocol):
    """Makes a review of a row. seats, said: as of `held_review`."""

    def __call__(self, row: Row, *, seats: Sequence[Row] = (), said: int | None = None) -> HeldReview:
        """The review."""
        ...


def review_row(database: sqlite_utils.Database, review_id: ReviewId) -> Row | None:
    """A review."""
    return one(database, REVIEW, {"id": review_id})


def newest_of(database: sqlite_utils.Database, draft_id: DraftId) -> Row | None:
    """The newest review of a draft."""
    return one(database, OF_DRAFT, {"draft_id": draft_id})


def seat_rows(database: sqlite_utils.Database, review_id: str) -> list[Row]:
    """Its seats, in order."""
    return every(database, SEATS, {"id": review_id})


def held_review(
    database: sqlite_utils.Database, row: Row, stays: Stays, *, seats: Sequence[Row] = (), said: int | None = None
) -> HeldReview:
    """The review of a row. seats, said: as they were, for what was told before; left out, as they are."""
    talk = every(database, TALK, {"id": row["id"]})[:said]
    counter = body_of(database, row["counter_id"])
    return HeldReview(
        ReviewId(row["id"]),
        DraftId(row["draft_id"]),
        row["revision"],
        row["first_revision"],
        row["digest"],
        gate_kept(database, row),
        UserId(row["author"]),
        ReviewState(row["state"]),
        row["version"],
        row["stage"],
        tuple(_seat(one, stays) for one in seats or seat_rows(database, row["id"])),
        moment(row["opened_at"]),
        moment(row["due_at"]),
        moment(row["escalate_at"]),
        moment(row["expires_at"]),
        tuple(Said(UserId(one["by_id"]), body_of(database, one["text_id"]), moment(one["at"])) for one in talk),
        RejectReason(row["reason"]) if row["reason"] else None,
        body_of(database, row["note_id"]),
        load(counter) if counter else {},
        bool(row["edited"]),
        bool(row["escalated"]),
        moment_or_none(row["nudged_at"]),
        UserId(row["decided_by"]) if row["decided_by"] else None,
        moment_or_none(row["decided_at"]),
    )


def move_review(
    shelf: Shelf, row: Row, *, to: ReviewState, what: str, by: str, bump: bool = True, changes: Mapping[str, object] = NOTHING
) -> Row:
    """Compare and set: the review is still as `row` was read; returns it as it is now, and tells of it as an event.

    bump: whether what somebody saw of it before is worth nothing now.  Raises: Stale("review_moved").
    """
    values = {"state": to.value, "version": row["version"] + bump, **changes}
    sets = ", ".join(f"{name} = :{name}" for name in values)
    statement = f"UPDATE reviews SET {sets} WHERE id = :_id AND state = :_state AND version = :_version"  # noqa: S608 - names from code
    if change(shelf.database, statement, {**values, "_id": row["id"], "_state": row["state"], "_version": row["version"]}) != 1:
        raise Stale("review_moved")
    now = {**row, **values}
    announce_review(shelf, now, what, by)
    return now


def set_review(database: sqlite_utils.Database, row: Row, changes: Row) -> None:
    """Note times that nobody decides by: the version stays."""
    sets = ", ".join(f"{name} = :{name}" for name in changes)
    change(database, f"UPDATE reviews SET {sets} WHERE id = :_id", {**changes, "_id": row["id"]})  # noqa: S608 - names from code


def announce_review(shelf: Shelf, row: Row, what: str, by: str) -> None:
    """Keep an event about a review inside the caller's transaction."""
    told = {name: row[name] for name in ("draft_id", "revision", "version", "state", "stage", "author")}
    append_event(shelf, "review.changed", 1, {"review_id": row["id"], **told, "what": what, "by": by})


def withdraw_open(shelf: Shelf, draft_id: DraftId, by: UserId) -> None:
    """End the undecided review of a draft that its author has decided about otherwise, if there is one."""
    row = newest_of(shelf.database, draft_id)
    if row and row["state"] in UNDECIDED:
        ended = {"decided_by": by, "decided_at": stamp(shelf.now)}
        move_review(shelf, row, to=ReviewState.WITHDRAWN, what="withdrawn", by=by, changes=ended)
        audit_review(shelf, row["id"], "withdraw", by)


def audit_review(shelf: Shelf, review_id: str, action: str, by: str, turn_id: TurnId | None = None) -> None:
    """The review as it stands now, its seats and its talk, as a leaf, in the transaction that changed it."""
    row, talk = every(shelf.database, REVIEW, {"id": review_id})[0], every(shelf.database, TALK, {"id": review_id})
    about = {name: row[name] for name in ("draft_id", "revision", "version", "state", "stage", "reason")}
    contents = [row["gate_id"], row["note_id"], row["counter_id"], *(one["text_id"] for one in talk)]
    seats: list[Key] = [("review_seats", review_id, one["number"]) for one in seat_rows(shelf.database, review_id)]
    rows: list[Key] = [("reviews", review_id), *seats, *(("review_talk", one["seq"]) for one in talk)]
    append_audit(shelf, f"review.{action}", by, {"review": review_id, **about, "turn": turn_id}, contents, rows)


def say(shelf: Shelf, row: Row, by: UserId, text: str) -> None:
    """Add a word to the talk within a review."""
    text_id, _ = shelf.put(text, Retention.TURN, turn_of(shelf.database, row))
    insert(shelf.database, "review_talk", {"review_id": row["id"], "by_id": by, "text_id": text_id, "at": stamp(shelf.now)})


def turn_of(database: sqlite_utils.Database, row: Row) -> TurnId | None:
    """The turn that what a review holds is needed by: that of its draft."""
    found = one(database, "SELECT turn_id FROM drafts WHERE id = :id", {"id": row["draft_id"]})
    return TurnId(found["turn_id"]) if found else None


def write_seat(database: sqlite_utils.Database, seat: Row) -> None:
    """Keep a seat as it is now."""
    sets = ", ".join(f"{name} = :{name}" for name in seat if name not in {"review_id", "number"})
    change(database, f"UPDATE review_seats SET {sets} WHERE review_id = :review_id AND number = :number", seat)  # noqa: S608 - as above


def told_before(database: sqlite_utils.Database, press: Mapping[str, str], tell: Tell) -> HeldReview | None:
    """What was answered to this very press, if it was carried out.  Raises: NotAllowed when it was somebody else's."""
    row = one(database, PRESSED, {name: press[name] for name in ("turn_id", "action", "subject")})
    if row is None:
        return None
    if row["by_id"] != press["by_id"]:
        raise NotAllowed("not_your_review")
    told = load(row["told"])
    return tell(told["review"], seats=told["seats"], said=told["said"])


def note_press(shelf: Shelf, press: Mapping[str, str], review_id: str) -> None:
    """Remember that a press was carried out, and what is answered to it."""
    row, talk = one(shelf.database, REVIEW, {"id": review_id}), every(shelf.database, TALK, {"id": review_id})
    told = dump({"review": row, "seats": seat_rows(shelf.database, review_id), "said": len(talk)})
    insert(shelf.database, "review_presses", {**press, "review_id": review_id, "told": told, "at": stamp(shelf.now)})


def _seat(row: Row, stays: Stays) -> Seat:
    return Seat(
        row["number"],
        Post(row["post"]),
        row["stage"],
        _still(load(row["eligible"]), stays),
        _still(load(row["stand_ins"]), stays),
        moment_or_none(row["stand_in_at"]),
        moment_or_none(row["due_at"]),
        UserId(row["approved_by"]) if row["approved_by"] else None,
        moment_or_none(row["approved_at"]),
    )


def _still(people: Iterable[str], stays: Stays) -> tuple[UserId, ...]:
    return tuple(UserId(one) for one in people if stays(UserId(one)))

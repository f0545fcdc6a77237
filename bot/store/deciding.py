"""What people do about a review, step by step inside one transaction: opened, decided, talked about, timed. Knows no port and no screen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from bot.domain.approval import ReviewRules, covering
from bot.domain.decision import Use
from bot.domain.ids import DraftId, RecordId, TurnId, UserId
from bot.domain.policy import Gate
from bot.domain.records import DraftState, Retention
from bot.domain.review import UNDECIDED, HeldReview, Post, RejectReason, ReviewRef, ReviewState, SeatPlan
from bot.domain.seating import Places
from bot.domain.working import WorkingTime, hours_of
from bot.errors import NotAllowed, Stale, Unclear
from bot.ports import WorkCalendar
from bot.store.audit import HOUSE
from bot.store.audited import audit_draft
from bot.store.codec import Row, dump, moment, stamp
from bot.store.content import Shelf, digest_of
from bot.store.draft_rows import Seen, draft_row, fields_of, must_be_open, put_gate, revise, write_draft
from bot.store.gate import Gate as Rights
from bot.store.gate import Wish
from bot.store.gated import account_of, gate_now, must_have_no_gap, proposed
from bot.store.proposals import bodies_in, flat, parts_in, split
from bot.store.review_rows import (
    announce_review,
    audit_review,
    held_review,
    move_review,
    newest_of,
    review_row,
    say,
    seat_rows,
    set_review,
    turn_of,
    write_seat,
)
from bot.store.rows import change, insert, one
from bot.store.seats import zone_of
from bot.store.sitting import SYSTEM, Sitting, taken
from bot.store.uses import note_use

NUDGES_APART = timedelta(hours=1)
DRAFT_OUTLASTS = timedelta(days=2)
"""How long the draft of a review that expired is still there for its author."""
REVISED = """
    SELECT content.body, content.salt, draft_revisions.also FROM draft_revisions JOIN content ON content.id = draft_revisions.fields_id
    WHERE draft_revisions.draft_id = :id AND draft_revisions.revision = :revision"""
LONGER = "UPDATE drafts SET expires_at = :until WHERE id = :id AND expires_at < :until"


@dataclass(frozen=True)
class Deciding:
    """The steps of one transaction. rights: who may see and write what. undo_lasts: of what the last approval saved."""

    shelf: Shelf
    rights: Rights
    rules: ReviewRules
    calendar: WorkCalendar
    undo_lasts: timedelta

    @property
    def sitting(self) -> Sitting:
        """Its seats."""
        return Sitting(self.shelf, self.rights, self.rules, self.calendar)

    def held(self, row: Row, *, seats: Sequence[Row] = (), said: int | None = None) -> HeldReview:
        """The review of a row, with those alone who may still sit in it. seats, said: see `held_review`."""
        return held_review(self.shelf.database, row, lambda one: self.sitting.may_sit(row, one), seats=seats, said=said)

    def held_all(self, rows: Iterable[Row]) -> list[HeldReview]:
        """As `held`, of many at once, while nothing changes: who may still sit where is looked up once."""
        known: dict[tuple[str | None, UserId], bool] = {}

        def stays(row: Row, one: UserId) -> bool:
            place = (row["account"], one)
            if place not in known:
                known[place] = self.sitting.may_sit(row, one)
            return known[place]

        return [held_review(self.shelf.database, row, partial(stays, row)) for row in rows]

    def first_post(self, draft: Row) -> Post:
        """The post before which a draft waits first."""
        values = fields_of(self.shelf.database, draft)
        path = self.sitting.path(gate_now(self.shelf, draft, values, self.rules), draft, values)
        return path[0].post if path else self.rules.exec_post

    def submit(self, seen: Seen, plan: Sequence[SeatPlan]) -> str:
        """Open a review of the draft as it was seen; one that waits already is answered again."""
        row = self._draft(seen)
        newest = newest_of(self.shelf.database, seen.draft_id)
        if newest and newest["state"] in UNDECIDED:
            return str(newest["id"])
        if newest and newest["state"] == ReviewState.REJECTED and newest["revision"] == row["revision"]:
            raise Stale("review_settled", state=newest["state"])
        values = self._may_be_written(row)
        gate = gate_now(self.shelf, row, values, self.rules)
        seats = covering(plan, self.sitting.path(gate, row, values)) or (SeatPlan(self.rules.exec_post, 1, self.rules.due_min),)
        account = account_of(self.shelf.database, row, values)
        places = self.sitting.bench(UserId(row["author"]), account).places(seats)
        if places is None:
            raise Unclear("no_reviewer")
        return self._open(row, seen, gate, seats, places, account)

    def approve(self, seen: ReviewRef, by: UserId, turn_id: TurnId, fields: Mapping[str, object] | None) -> None:
        """Fill a seat; with changed fields, of the next revision."""
        row = self._to_decide(seen, by)
        draft = self._draft_of(row)
        changed = self._changed(draft, fields or {})
        if changed:
            row = self._revised(row, draft, Seen(DraftId(draft["id"]), draft["revision"], by, turn_id), changed, what="edited")
        self._take_seat(row, by, what="approved")

    def counter(self, seen: ReviewRef, by: UserId, fields: Mapping[str, object]) -> None:
        """Offer other terms."""
        row = self._to_decide(seen, by)
        draft = self._draft_of(row)
        changed = self._changed(draft, fields)
        if not changed:
            raise Unclear("no_other_terms")
        counter_id, _ = self.shelf.put(dump(changed), Retention.TURN, turn_of(self.shelf.database, row))
        offered = {"counter_id": counter_id, "counter_by": by}
        move_review(self.shelf, row, to=ReviewState.COUNTERED, what="countered", by=by, changes=offered)

    def accept(self, seen: ReviewRef, by: UserId, turn_id: TurnId) -> None:
        """The author takes the terms; the seat of whoever offered them is filled, if they may still decide."""
        row = self._own(seen, by, {ReviewState.COUNTERED})
        draft, offered_by = self._draft_of(row), UserId(row["counter_by"])
        if not self.sitting.may_sit(row, offered_by):
            raise Stale("review_moved")
        terms = dict(self.held(row).counter)
        row = self._revised(row, draft, Seen(DraftId(draft["id"]), draft["revision"], by, turn_id), terms, what="accepted")
        self._take_seat(row, offered_by, what="approved")

    def ask(self, seen: ReviewRef, by: UserId, question: str) -> None:
        """A reviewer asks back."""
        row = self._to_decide(seen, by)
        say(self.shelf, row, by, question)
        move_review(self.shelf, row, to=ReviewState.ASKED, what="asked", by=by)

    def reply(self, seen: ReviewRef, by: UserId, text: str) -> None:
        """The author answers; an offer is off the table, and the clocks of the stage begin anew."""
        row = self._own(seen, by, {ReviewState.ASKED, ReviewState.COUNTERED})
        say(self.shelf, row, by, text)
        changes = {"counter_id": None, "counter_by": None, **self.sitting.begin_stage(row, row["stage"])}
        move_review(self.shelf, row, to=ReviewState.WAITING, what="replied", by=by, changes=changes)

    def reject(self, seen: ReviewRef, by: UserId, reason: RejectReason, note: str) -> None:
        """Send it back."""
        row = self._to_decide(seen, by)
        note_id = self.shelf.put(note, Retention.TURN, turn_of(self.shelf.database, row))[0] if note else None
        self._end(row, ReviewState.REJECTED, "rejected", by, reason=reason.value, note_id=note_id)

    def withdraw(self, seen: ReviewRef, by: UserId) -> None:
        """The author takes it back."""
        self._end(self._own(seen, by, UNDECIDED), ReviewState.WITHDRAWN, "withdrawn", by)

    def nudge(self, seen: ReviewRef, by: UserId) -> None:
        """The author asks for haste; what others saw of it stays worth what it was."""
        row = self._own(seen, by, UNDECIDED)
        next_at = moment(row["nudged_at"]) + NUDGES_APART if row["nudged_at"] else self.shelf.now
        if next_at > self.shelf.now:
            raise Stale("nudged_already", at=stamp(next_at))
        nudged = {"nudged_at": stamp(self.shelf.now)}
        move_review(self.shelf, row, to=ReviewState(row["state"]), what="nudged", by=by, bump=False, changes=nudged)

    def pass_time(self, row: Row) -> bool:
        """End what is over, bring in others where nobody answered or somebody is away; says whether anything changed for anybody."""
        draft = draft_row(self.shelf.database, DraftId(row["draft_id"]))
        if draft is None or draft["state"] != DraftState.OPEN or draft["revision"] != row["revision"]:
            self._end(row, ReviewState.WITHDRAWN, "withdrawn", SYSTEM)
        elif moment(row["expires_at"]) <= self.shelf.now:
            self._end(row, ReviewState.EXPIRED, "expired", SYSTEM)
        elif row["state"] == ReviewState.WAITING and moment(row["escalate_at"]) <= self.shelf.now:
            return self.sitting.escalate(row)
        else:
            return self.sitting.fill_in(row)
        audit_review(self.shelf, row["id"], "tick", HOUSE)
        return True

    def _open(
        self, draft: Row, seen: Seen, gate: Gate, plans: Sequence[SeatPlan], places: Sequence[Places], account: str | None
    ) -> str:
        gate_id, reasons = put_gate(self.shelf, gate, draft["turn_id"])
        now, review_id = stamp(self.shelf.now), self.shelf.ids.new()
        zone = zone_of(self.shelf.database, draft["author"])
        expires_at = self.calendar.after(self.shelf.now, self.rules.expires_days * self._day_min(), zone)
        first = min(one.stage for one in plans)
        row: Row = {
            "id": review_id, "draft_id": draft["id"], "revision": draft["revision"], "first_revision": draft["revision"],
            "digest": self._digest(draft), "gate_id": gate_id, "reasons": reasons, "author": draft["author"], "account": account,
            "state": ReviewState.WAITING.value, "version": 1, "stage": first, "opened_at": now, "stage_at": now, "due_at": now,
            "escalate_at": now, "expires_at": stamp(expires_at), "edited": 0, "escalated": 0,
            "posts": dump([one.post for one in plans]),
        }  # fmt: skip
        insert(self.shelf.database, "reviews", row)
        for number, (plan, place) in enumerate(zip(plans, places, strict=True), 1):
            self.sitting.add(review_id, number, plan, place)
        set_review(self.shelf.database, row, self.sitting.begin_stage(row, first))
        change(self.shelf.database, LONGER, {"id": draft["id"], "until": stamp(expires_at + DRAFT_OUTLASTS)})
        audit_draft(self.shelf, seen.draft_id, "submitted", seen.by, seen.turn_id)
        announce_review(self.shelf, row, "opened", seen.by)
        return review_id

    def _take_seat(self, row: Row, by: UserId, what: str) -> None:
        """Fill the seat that the fewest others could; with the last one the draft is saved."""
        held = self.held(row)
        mine = [seat for seat in held.open_seats if seat.may_be_taken(by, self.shelf.now)]
        if not mine or by in taken(self.shelf, row) or by == held.author:
            raise NotAllowed("not_your_review")
        number = min(mine, key=lambda one: (by not in one.eligible, len(one.eligible))).number
        seat = next(one for one in seat_rows(self.shelf.database, row["id"]) if one["number"] == number)
        write_seat(self.shelf.database, {**seat, "approved_by": by, "approved_at": stamp(self.shelf.now)})
        draft = self._draft_of(row)
        values = self._may_be_written(draft)
        self.sitting.seat_more(row, held.gate.joined(gate_now(self.shelf, draft, values, self.rules)), draft, values)
        left = [one for one in seat_rows(self.shelf.database, row["id"]) if not one["approved_by"]]
        if not left:
            self._save(row, draft, values, by)
            return
        self.sitting.keep_seatable(row, left)
        stage = min(one["stage"] for one in left)
        onward = stage != row["stage"]
        clocks = self.sitting.begin_stage(row, stage) if onward else {}
        move_review(self.shelf, row, to=ReviewState.WAITING, what=what, by=by, bump=onward, changes=clocks)

    def _save(self, row: Row, draft: Row, values: Mapping[str, object], by: UserId) -> None:
        """The last seat is filled: that very revision becomes a record."""
        write_draft(self.shelf, draft, values, self.rights, stamp(self.shelf.now + self.undo_lasts))
        audit_draft(self.shelf, DraftId(draft["id"]), "saved", by)
        use = Use.EDITED if draft["revision"] > 1 else Use.USED
        note_use(self.shelf.database, draft["decision_id"], use, draft["author"], self.shelf.now)
        self._end(row, ReviewState.APPROVED, "approved", by)

    def _revised(self, row: Row, draft: Row, seen: Seen, changed: Mapping[str, object], *, what: str) -> Row:
        """The next revision: seats filled before wait again, and what the new text asks for has a seat as well."""
        database = self.shelf.database
        own, also = split(parts_in(database, draft), changed)
        values = {**fields_of(database, draft), **own}
        must_have_no_gap(draft["entity"], values)
        gate = self.held(row).gate.joined(gate_now(self.shelf, draft, values, self.rules, also))
        revise(self.shelf, draft, seen, own, gate, also)
        audit_draft(self.shelf, seen.draft_id, "edited", seen.by, seen.turn_id)
        gate_id, reasons = put_gate(self.shelf, gate, draft["turn_id"])
        for seat in seat_rows(database, row["id"]):
            write_seat(database, {**seat, "approved_by": None, "approved_at": None})
        self.sitting.seat_more(row, gate, draft, values)
        posts = [seat["post"] for seat in seat_rows(database, row["id"])]
        revision = draft["revision"] + 1
        following = {"revision": revision, "digest": self._digest({**draft, "revision": revision}), "gate_id": gate_id,
                     "reasons": reasons, "posts": dump(posts), "edited": int(what == "edited" or row["edited"]),
                     "counter_id": None, "counter_by": None}  # fmt: skip
        return move_review(self.shelf, row, to=ReviewState.WAITING, what=what, by=seen.by, changes=following)

    def _end(self, row: Row, state: ReviewState, what: str, by: str, **changes: object) -> None:
        zone = zone_of(self.shelf.database, row["author"])
        waited = self.calendar.between(moment(row["opened_at"]), self.shelf.now, zone)
        changes |= {"decided_by": by, "decided_at": stamp(self.shelf.now), "wait_min": waited}
        move_review(self.shelf, row, to=state, what=what, by=by, changes=changes)

    def _to_decide(self, seen: ReviewRef, by: UserId) -> Row:
        """A review that this person may decide about now, as it was seen.  Raises: NotAllowed, Stale."""
        row = review_row(self.shelf.database, seen.id)
        if row is None:
            raise NotAllowed("not_your_review")
        if row["author"] == by:
            raise NotAllowed("not_your_own_review")
        held = self.held(row)
        if not any(by in (*seat.eligible, *seat.stand_ins) for seat in held.seats):
            raise NotAllowed("not_your_review")
        self._as_seen(row, seen)
        if held.state is ReviewState.COUNTERED or by in taken(self.shelf, row):
            raise Stale("review_moved")
        if not held.may_decide(by, self.shelf.now):
            raise NotAllowed("not_your_review")
        return row

    def _own(self, seen: ReviewRef, by: UserId, states: frozenset[ReviewState] | set[ReviewState]) -> Row:
        """A review of this very author, as it was seen.  Raises: NotAllowed, Stale."""
        row = review_row(self.shelf.database, seen.id)
        if row is None or row["author"] != by:
            raise NotAllowed("not_your_review")
        self._as_seen(row, seen)
        if row["state"] not in states:
            raise Stale("review_moved")
        return row

    def _as_seen(self, row: Row, seen: ReviewRef) -> None:
        if row["state"] == ReviewState.EXPIRED or (row["state"] in UNDECIDED and moment(row["expires_at"]) <= self.shelf.now):
            raise Stale("review_expired")
        if row["state"] not in UNDECIDED:
            raise Stale("review_settled", state=row["state"])
        if row["version"] != seen.version:
            raise Stale("review_moved")

    def _draft(self, seen: Seen) -> Row:
        row = draft_row(self.shelf.database, seen.draft_id)
        if row is None or row["author"] != seen.by:
            raise NotAllowed("not_your_draft")
        must_be_open(self.shelf, row, seen)
        return row

    def _draft_of(self, row: Row) -> Row:
        """The draft of a review, if it is the revision that the review is about, byte for byte.  Raises: Stale."""
        draft = draft_row(self.shelf.database, DraftId(row["draft_id"]))
        if draft is None:
            raise Stale("draft_expired")
        must_be_open(self.shelf, draft, Seen(DraftId(draft["id"]), row["revision"], UserId(draft["author"]), draft["turn_id"]))
        if self._digest(draft) != row["digest"]:
            raise Stale("draft_changed", revision=draft["revision"])
        return draft

    def _may_be_written(self, draft: Row) -> dict[str, object]:
        """What a draft proposes, if it is whole and its author may write it.  Raises: Stale, TellUser, NotAllowed."""
        values = proposed(draft["entity"], fields_of(self.shelf.database, draft))
        must_have_no_gap(draft["entity"], values)
        self._check_rights(draft, values)
        return values

    def _changed(self, draft: Row, fields: Mapping[str, object]) -> dict[str, object]:
        """Those fields that differ, named flat, if the author may write them."""
        before = {**fields_of(self.shelf.database, draft), **flat(parts_in(self.shelf.database, draft))}
        changed = {name: value for name, value in proposed(draft["entity"], fields).items() if dump(value) != dump(before.get(name))}
        if changed:
            self._check_rights(draft, changed)
        return changed

    def _check_rights(self, draft: Row, fields: Mapping[str, object]) -> None:
        scope = self.rights.scope_of(self.shelf.database, UserId(draft["author"]))
        record_id = RecordId(draft["record_id"]) if draft["record_id"] else None
        own, also = split(parts_in(self.shelf.database, draft), fields)
        self.rights.before(self.shelf.database, Wish(scope, draft["entity"], own, record_id))
        for part in also:
            self.rights.before(self.shelf.database, Wish(scope, part.entity, part.fields, part.record_id))

    def _day_min(self) -> float:
        opens, closes = hours_of(self.rules.hours)
        return WorkingTime(opens, closes).day_min

    def _digest(self, draft: Row) -> str:
        """Salted, over the very bytes of the revision as they lie there now."""
        row = one(self.shelf.database, REVISED, {"id": draft["id"], "revision": draft["revision"]})
        if row is None or row["body"] is None:
            raise Stale("draft_expired")
        beside = bodies_in(self.shelf.database, row["also"])
        if None in beside:
            raise Stale("draft_expired")
        return digest_of("\n".join([row["body"], *filter(None, beside)]), row["salt"])

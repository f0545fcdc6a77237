"""Who is brought into a review, and when, inside one transaction: seats, clocks, stand-ins. Knows seats; decides nothing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.approval import ReviewRules, covering, path_of
from bot.domain.ids import UserId
from bot.domain.policy import Gate
from bot.domain.review import Post, SeatPlan
from bot.domain.seating import Bench, Places, unseated
from bot.errors import Unclear
from bot.ports import WorkCalendar
from bot.store.audit import HOUSE
from bot.store.codec import Row, dump, load, moment, stamp
from bot.store.content import Shelf
from bot.store.gate import Gate as Rights
from bot.store.gated import facts_of, whole_of
from bot.store.review_rows import announce_review, audit_review, seat_rows, set_review, write_seat
from bot.store.rows import insert
from bot.store.seats import Sitters, away_at, zone_of

SYSTEM = "system"
"""Who did it, in an event, where no person did."""


@dataclass(frozen=True)
class Sitting:
    """The seats of reviews in one transaction. rights: who may see what a review is about."""

    shelf: Shelf
    rights: Rights
    rules: ReviewRules
    calendar: WorkCalendar

    def fill_in(self, row: Row) -> bool:
        """Whoever decides in the place of somebody who is away, or left, may take the seat, too; says whether anybody joined."""
        away = away_at(self.shelf.database, self.shelf.now)
        seats = [seat for seat in seat_rows(self.shelf.database, row["id"]) if not seat["approved_by"]]
        if all(self._is_manned(row, seat, away) for seat in seats):
            return False
        joined = self._join(row, seats, self.bench(UserId(row["author"]), row["account"]))
        if joined:
            audit_review(self.shelf, row["id"], "join", HOUSE)
        return joined

    def escalate(self, row: Row) -> bool:
        """A step up joins; when all steps are taken, nothing is left but to wait for the end."""
        bench = self.bench(UserId(row["author"]), row["account"])
        joined = False
        for seat in self.open_seats(row):
            joining = [one for one in bench.step_up(load(seat["eligible"])) if one not in taken(self.shelf, row)]
            if joining:
                write_seat(self.shelf.database, {**seat, "eligible": dump([*load(seat["eligible"]), *joining])})
                joined = True
        zone = zone_of(self.shelf.database, row["author"])
        later = self.calendar.after(self.shelf.now, self.rules.escalate_min, zone) if joined else moment(row["expires_at"])
        set_review(self.shelf.database, row, {"escalated": 1 if joined else row["escalated"], "escalate_at": stamp(later)})
        if joined:
            announce_review(self.shelf, row, "escalated", SYSTEM)
        audit_review(self.shelf, row["id"], "escalate", HOUSE)
        return joined

    def begin_stage(self, row: Row, stage: int) -> Row:
        """Start the clocks of the open seats of a stage; returns those of the review."""
        now, latest, longest = self.shelf.now, self.shelf.now, 0
        for seat in self.open_seats({**row, "stage": stage}):
            due_at = self._begin_seat(row, seat)
            latest, longest = max(latest, due_at), max(longest, seat["within_min"])
        beyond = max(0, self.rules.escalate_min - self.rules.due_min)
        escalate_at = self.calendar.after(now, longest + beyond, zone_of(self.shelf.database, row["author"]))
        return {"stage": stage, "stage_at": stamp(now), "due_at": stamp(latest), "escalate_at": stamp(max(latest, escalate_at))}

    def keep_seatable(self, row: Row, left: Sequence[Row]) -> None:
        """Somebody took a seat, and sits in no second one: the others must be left with people enough."""
        sitting = taken(self.shelf, row)
        if unseated([[one for one in load(seat["eligible"]) if one not in sitting] for seat in left]) is None:
            return
        self._join(row, left, self.bench(UserId(row["author"]), row["account"]))

    def seat_more(self, row: Row, gate: Gate, draft: Row, values: Mapping[str, object]) -> None:
        """Seats that the changed draft needs and the review lacks.  Raises: Unclear("no_reviewer")."""
        seats = seat_rows(self.shelf.database, row["id"])
        plans = [SeatPlan(Post(seat["post"]), seat["stage"], seat["within_min"]) for seat in seats]
        all_plans = covering(plans, self.path(gate, draft, values))
        if len(all_plans) == len(plans):
            return
        places = self.bench(UserId(row["author"]), row["account"]).places(all_plans)
        if places is None:
            raise Unclear("no_reviewer")
        for number, (plan, place) in list(enumerate(zip(all_plans, places, strict=True), 1))[len(plans):]:
            later = max(plan.stage, row["stage"])
            self.add(row["id"], number, SeatPlan(plan.post, later, plan.within_min), place)
            if later == row["stage"]:
                self._begin_seat(row, seat_rows(self.shelf.database, row["id"])[-1])

    def add(self, review_id: str, number: int, plan: SeatPlan, place: Places) -> None:
        """A seat and who may take it."""
        insert(
            self.shelf.database,
            "review_seats",
            {
                "review_id": review_id, "number": number, "post": plan.post.value, "stage": plan.stage, "within_min": plan.within_min,
                "eligible": dump(place.eligible), "stand_ins": dump(place.stand_ins),
            },
        )  # fmt: skip

    def path(self, gate: Gate, draft: Row, values: Mapping[str, object]) -> tuple[SeatPlan, ...]:
        """The seats that a draft with these values needs."""
        whole = whole_of(self.shelf.database, draft["record_id"], values)
        return path_of(gate, draft["entity"], {**whole, **facts_of(self.shelf, draft["entity"], whole)}, self.rules)

    def bench(self, author: UserId, account: str | None) -> Bench:
        """All who may sit in a review of something of this author."""
        return Sitters(self.rights).bench(self.shelf.database, self.shelf.now, author, account)

    def may_sit(self, row: Row, user_id: UserId) -> bool:
        """Whether somebody who was given a seat of this review may still take it."""
        return Sitters(self.rights).may_sit(self.shelf.database, self.shelf.now, user_id, row["account"])

    def open_seats(self, row: Row) -> list[Row]:
        """Those of its stage that wait."""
        return [one for one in seat_rows(self.shelf.database, row["id"]) if one["stage"] == row["stage"] and not one["approved_by"]]

    def _begin_seat(self, row: Row, seat: Row) -> datetime:
        """Start its clocks, by the working time of whoever is asked first; says when an answer is due."""
        zone = zone_of(self.shelf.database, next(iter(load(seat["eligible"])), row["author"]))
        due_at = self.calendar.after(self.shelf.now, seat["within_min"], zone)
        stand_in_at = self.calendar.after(self.shelf.now, self.rules.stand_in_min, zone)
        write_seat(self.shelf.database, {**seat, "due_at": stamp(due_at), "stand_in_at": stamp(stand_in_at)})
        return due_at

    def _is_manned(self, row: Row, seat: Row, away: Collection[UserId]) -> bool:
        """Whether somebody who was asked is here, and nobody of them is away."""
        asked = [UserId(one) for one in load(seat["eligible"])]
        return not any(one in away for one in asked) and any(self.may_sit(row, one) for one in asked)

    def _join(self, row: Row, seats: Sequence[Row], bench: Bench) -> bool:
        """Seat anew, beside those who are asked already; says whether anybody joined."""
        sitting = taken(self.shelf, row)
        free = Bench([one for one in bench.sitters if one.user_id not in sitting], bench.team, bench.away)
        places = free.places([SeatPlan(Post(seat["post"]), seat["stage"], seat["within_min"]) for seat in seats])
        joined = False
        for seat, place in zip(seats, places or (), strict=places is not None):
            more = [one for one in place.eligible if one not in load(seat["eligible"])]
            if more:
                write_seat(self.shelf.database, {**seat, "eligible": dump([*load(seat["eligible"]), *more])})
                joined = joined or seat["stage"] == row["stage"]
        if joined:
            announce_review(self.shelf, row, "joined", SYSTEM)
        return joined


def taken(shelf: Shelf, row: Row) -> set[UserId]:
    """Who fills a seat of a review already."""
    return {UserId(seat["approved_by"]) for seat in seat_rows(shelf.database, row["id"]) if seat["approved_by"]}

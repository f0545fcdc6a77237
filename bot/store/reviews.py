"""Reviews of drafts: every verb one transaction, once for each turn. Knows how they are kept and told; what a verb does, `deciding` knows.

Keys of `Stale` and `NotAllowed` beside those of the port: those of `bot.store.drafts` for the draft. `Unclear("no_other_terms")`: a
counter-offer that changes nothing. A letter with gaps is refused by `TellUser("letter_has_gaps", gaps=…)`.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median

import sqlite_utils

from bot.domain.approval import ReviewRules, path_of
from bot.domain.ids import DraftId, RecordId, ReviewId, TurnId, UserId
from bot.domain.policy import Gate
from bot.domain.review import Absence, HeldReview, Moved, Post, RejectReason, ReviewNumbers, ReviewRef, ReviewState, SeatPlan
from bot.domain.working import WorkingTime, hours_of
from bot.errors import NotAllowed
from bot.ports import Clock, Ids, WorkCalendar
from bot.store.codec import Row, load, stamp
from bot.store.content import Shelf
from bot.store.database import Database
from bot.store.deciding import Deciding
from bot.store.draft_rows import Seen, draft_row, fields_of
from bot.store.drafts import UNDO_LASTS
from bot.store.gate import Gate as Rights
from bot.store.gate import PolicyGate
from bot.store.gated import facts_of, gate_found, gate_now, whole_of
from bot.store.review_rows import OPEN_STATES, audit_review, newest_of, note_press, review_row, told_before
from bot.store.rows import every, one
from bot.store.seats import absences, end_absences, keep_absence

UNDECIDED = f"SELECT * FROM reviews WHERE state IN ({OPEN_STATES}) ORDER BY due_at, id"  # noqa: S608 - names of states
NAMING = f"""
    SELECT * FROM reviews WHERE state IN ({OPEN_STATES}) AND EXISTS (
        SELECT 1 FROM review_seats WHERE review_id = reviews.id AND instr(eligible || stand_ins, :user_id) > 0)
    ORDER BY due_at, id"""  # noqa: S608 - names of states
"""Undecided ones in whose seats somebody is named: whether they may still sit is asked of these alone, for it costs a look at rights."""
OF_AUTHOR = "SELECT * FROM reviews WHERE author = :user_id ORDER BY id DESC LIMIT :limit"
DECIDED = """
    SELECT * FROM reviews WHERE decided_by = :user_id AND author <> :user_id OR id IN (
        SELECT review_id FROM review_seats WHERE approved_by = :user_id)
    ORDER BY coalesce(decided_at, opened_at) DESC, id DESC LIMIT :limit"""
MOVED = """
    SELECT * FROM reviews WHERE decided_at >= :since AND decided_at < :until OR id IN (
        SELECT review_id FROM review_presses WHERE at >= :since AND at < :until)
    ORDER BY id"""
LAST_PRESS = "SELECT action, by_id FROM review_presses WHERE review_id = :id ORDER BY at DESC, rowid DESC LIMIT 1"
SINCE = "SELECT * FROM reviews WHERE opened_at >= :since"
WAITS = """
    SELECT wait_min FROM reviews WHERE state IN ('approved', 'rejected') AND posts LIKE :first AND wait_min IS NOT NULL
    ORDER BY decided_at DESC LIMIT :limit"""
LAST_WAITS = 20


class SqliteReviews:
    """The port `Reviews`. rights: who may see and write what. rules, calendar: who agrees to what, and when people work."""

    def __init__(
        self, database: Database, clock: Clock, ids: Ids, rights: Rights | None = None, *, rules: Callable[[], ReviewRules] = ReviewRules,
        calendar: WorkCalendar | None = None, undo_lasts: timedelta = UNDO_LASTS,
    ) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._rights = rights or PolicyGate()
        self._rules = rules
        self._calendar = calendar or WorkingTime(*hours_of(rules().hours), frozenset(rules().workdays))
        self._undo_lasts = undo_lasts

    async def gate(self, draft_id: DraftId) -> Gate:
        """Why the draft is gated as it stands.  Raises: NotAllowed("not_your_draft") when there is none; Stale when it was erased."""

        def work(database: sqlite_utils.Database) -> Gate:
            row = draft_row(database, draft_id)
            if row is None:
                raise NotAllowed("not_your_draft")
            return gate_now(self._shelf(database), row, fields_of(database, row), self._rules())

        return await self._database.read(work)

    async def foreseen(
        self, entity: str, fields: Mapping[str, object], *, record_id: RecordId | None = None, request: str = "", paper: str = ""
    ) -> Gate:
        """Why a draft with such fields would be gated, asked for with these words, as the records are now; before there is one."""
        return await self._database.read(
            lambda database: gate_found(
                self._shelf(database), entity, fields, self._rules(), record_id=record_id, request=request, paper=paper
            )
        )

    async def planned(
        self, gate: Gate, entity: str, fields: Mapping[str, object], *, record_id: RecordId | None = None
    ) -> Sequence[SeatPlan]:
        """The seats that such a draft would need, in their order, as the records are now; none where nobody has to agree."""

        def work(database: sqlite_utils.Database) -> Sequence[SeatPlan]:
            whole = whole_of(database, record_id, fields)
            return path_of(gate, entity, {**whole, **facts_of(self._shelf(database), entity, whole)}, self._rules())

        return await self._database.read(work)

    async def undecided(self) -> Sequence[HeldReview]:
        """All that wait for somebody, the one that is due first in front."""
        return await self._all(UNDECIDED, {})

    async def review(self, review_id: ReviewId) -> HeldReview | None:
        """The review as it stands."""
        return await self._first(lambda database: review_row(database, review_id))

    async def of_draft(self, draft_id: DraftId) -> HeldReview | None:
        """The newest review of a draft."""
        return await self._first(lambda database: newest_of(database, draft_id))

    async def waiting_for(self, user_id: UserId) -> Sequence[HeldReview]:
        """Undecided ones in which this person may decide now, the one that is due first in front."""
        now = self._clock.now()
        return [one for one in await self._all(NAMING, {"user_id": user_id}) if one.may_decide(user_id, now) and now < one.expires_at]

    async def of_author(self, user_id: UserId, *, limit: int = 20) -> Sequence[HeldReview]:
        """A person's own, newest first."""
        return await self._all(OF_AUTHOR, {"user_id": user_id, "limit": limit})

    async def decided_by(self, user_id: UserId, *, limit: int = 20) -> Sequence[HeldReview]:
        """What this person decided, a seat of it or all, newest first."""
        return await self._all(DECIDED, {"user_id": user_id, "limit": limit})

    async def submit(self, draft_id: DraftId, revision: int, by: UserId, plan: Sequence[SeatPlan], *, turn_id: TurnId) -> HeldReview:
        """Open a review of the draft's revision; one that waits already is answered again. plan: more seats than the rules ask for.

        Raises: Stale (`review_settled` for a revision that was rejected), NotAllowed; Unclear("no_reviewer"); TellUser("letter_has_gaps").
        """
        seen = Seen(draft_id, revision, by, turn_id)
        return await self._act("submit", draft_id, by, turn_id, lambda deciding: deciding.submit(seen, plan))

    async def approve(
        self, seen: ReviewRef, by: UserId, *, turn_id: TurnId, fields: Mapping[str, object] | None = None
    ) -> HeldReview:
        """Fill a seat; with the last one the draft is saved in the same transaction.  Raises: Stale, NotAllowed."""
        return await self._decide("approve", seen, by, turn_id, lambda deciding: deciding.approve(seen, by, turn_id, fields))

    async def counter(self, seen: ReviewRef, by: UserId, fields: Mapping[str, object], *, turn_id: TurnId) -> HeldReview:
        """Offer other terms.  Raises: Stale, NotAllowed, Unclear."""
        return await self._decide("counter", seen, by, turn_id, lambda deciding: deciding.counter(seen, by, fields))

    async def accept(self, seen: ReviewRef, by: UserId, *, turn_id: TurnId) -> HeldReview:
        """The author takes the offered terms.  Raises: Stale, NotAllowed."""
        return await self._decide("accept", seen, by, turn_id, lambda deciding: deciding.accept(seen, by, turn_id))

    async def ask(self, seen: ReviewRef, by: UserId, question: str, *, turn_id: TurnId) -> HeldReview:
        """A reviewer asks back.  Raises: Stale, NotAllowed."""
        return await self._decide("ask", seen, by, turn_id, lambda deciding: deciding.ask(seen, by, question))

    async def reply(self, seen: ReviewRef, by: UserId, text: str, *, turn_id: TurnId) -> HeldReview:
        """The author answers a question, or an offer that they do not take.  Raises: Stale, NotAllowed."""
        return await self._decide("reply", seen, by, turn_id, lambda deciding: deciding.reply(seen, by, text))

    async def reject(self, seen: ReviewRef, by: UserId, reason: RejectReason, note: str, *, turn_id: TurnId) -> HeldReview:
        """Send it back.  Raises: Stale, NotAllowed."""
        return await self._decide("reject", seen, by, turn_id, lambda deciding: deciding.reject(seen, by, reason, note))

    async def withdraw(self, seen: ReviewRef, by: UserId, *, turn_id: TurnId) -> HeldReview:
        """The author takes it back.  Raises: Stale, NotAllowed."""
        return await self._decide("withdraw", seen, by, turn_id, lambda deciding: deciding.withdraw(seen, by))

    async def nudge(self, seen: ReviewRef, by: UserId, *, turn_id: TurnId) -> HeldReview:
        """The author asks for haste; the version stays.  Raises: Stale("nudged_already", at=…), NotAllowed."""
        return await self._decide("nudge", seen, by, turn_id, lambda deciding: deciding.nudge(seen, by))

    async def tick(self, now: datetime) -> Sequence[HeldReview]:
        """Escalate and expire what is due; returns what changed."""

        def work(database: sqlite_utils.Database) -> list[HeldReview]:
            deciding = self._deciding(Shelf(database, self._ids, now))
            changed = [row["id"] for row in every(database, UNDECIDED) if deciding.pass_time(row)]
            return [deciding.held(_existing(database, review_id)) for review_id in changed]

        return await self._database.write(work)

    async def moved(self, since: datetime, until: datetime) -> Sequence[Moved]:
        """Those about which something was done from `since` on and before `until`, or that ended then, oldest first."""

        def work(database: sqlite_utils.Database) -> list[Moved]:
            rows = every(database, MOVED, {"since": stamp(since), "until": stamp(until)})
            found = []
            for held in self._deciding(self._shelf(database)).held_all(rows):
                last = one(database, LAST_PRESS, {"id": held.id}) or {"action": "", "by_id": ""}
                found.append(Moved(held, last["action"], UserId(last["by_id"])))
            return found

        return await self._database.read(work)

    async def expected_wait_min(self, draft_id: DraftId) -> float | None:
        """The median wait in working minutes of the last reviews before the same post; None without any."""

        def work(database: sqlite_utils.Database) -> float | None:
            row = draft_row(database, draft_id)
            return _wait_before(database, self._deciding(self._shelf(database)).first_post(row)) if row else None

        return await self._database.read(work)

    async def usual_wait_min(self, posts: Sequence[Post]) -> float | None:
        """The same before a draft is there, for the slowest of these posts."""
        waits = await self._database.read(lambda database: [_wait_before(database, post) for post in posts])
        return max((wait for wait in waits if wait is not None), default=None)

    async def numbers(self, since: datetime, *, authors: Collection[UserId] | None = None) -> ReviewNumbers:
        """What was opened since then, in figures. authors: of these people alone."""
        found = await self._database.read(lambda database: every(database, SINCE, {"since": stamp(since)}))
        rows = [row for row in found if authors is None or row["author"] in authors]
        states = Counter(ReviewState(row["state"]) for row in rows)
        waits = [row["wait_min"] for row in rows if row["state"] in {ReviewState.APPROVED, ReviewState.REJECTED}]
        return ReviewNumbers(
            len(rows),
            states[ReviewState.APPROVED],
            sum(row["edited"] for row in rows if row["state"] == ReviewState.APPROVED),
            Counter(RejectReason(row["reason"]) for row in rows if row["state"] == ReviewState.REJECTED),
            states[ReviewState.EXPIRED],
            Counter(reason for row in rows for reason in load(row["reasons"])),
            median(waits) if waits else None,
        )

    async def absences(self) -> Sequence[Absence]:
        """Who is away, or will be."""
        return await self._database.read(lambda database: absences(database, self._clock.now()))

    async def away(self, absence: Absence) -> None:
        """Keep an absence in place of the same person's that overlap it; whoever stands in may decide at once what waits."""

        def work(database: sqlite_utils.Database) -> None:
            shelf = self._shelf(database)
            keep_absence(shelf, absence)
            for row in every(database, UNDECIDED):
                self._deciding(shelf).sitting.fill_in(row)

        await self._database.write(work)

    async def back(self, user_id: UserId) -> None:
        """The person is here: absences that have begun end."""
        await self._database.write(lambda database: end_absences(self._shelf(database), user_id))

    async def _decide(
        self, action: str, seen: ReviewRef, by: UserId, turn_id: TurnId, carry_out: Callable[[Deciding], None]
    ) -> HeldReview:
        def about_it(deciding: Deciding) -> str:
            carry_out(deciding)
            return seen.id

        return await self._act(action, seen.id, by, turn_id, about_it)

    async def _act(self, action: str, subject: str, by: UserId, turn_id: TurnId, carry_out: Callable[[Deciding], str]) -> HeldReview:
        """Carry out a press once; repeated in its turn it does nothing and answers the same. carry_out: returns the review's id."""
        press = {"turn_id": turn_id, "action": action, "subject": subject, "by_id": by}

        def work(database: sqlite_utils.Database) -> HeldReview:
            shelf = self._shelf(database)
            deciding = self._deciding(shelf)
            earlier = told_before(database, press, deciding.held)
            if earlier:
                return earlier
            review_id = carry_out(deciding)
            note_press(shelf, press, review_id)
            audit_review(shelf, review_id, action, by, turn_id)
            return deciding.held(_existing(database, review_id))

        return await self._database.write(work)

    async def _first(self, find: Callable[[sqlite_utils.Database], Row | None]) -> HeldReview | None:
        def work(database: sqlite_utils.Database) -> HeldReview | None:
            row = find(database)
            return self._deciding(self._shelf(database)).held(row) if row else None

        return await self._database.read(work)

    async def _all(self, statement: str, values: Row) -> list[HeldReview]:
        def work(database: sqlite_utils.Database) -> list[HeldReview]:
            return self._deciding(self._shelf(database)).held_all(every(database, statement, values))

        return await self._database.read(work)

    def _deciding(self, shelf: Shelf) -> Deciding:
        return Deciding(shelf, self._rights, self._rules(), self._calendar, self._undo_lasts)

    def _shelf(self, database: sqlite_utils.Database) -> Shelf:
        return Shelf(database, self._ids, self._clock.now())


def _existing(database: sqlite_utils.Database, review_id: str) -> Row:
    row = one(database, "SELECT * FROM reviews WHERE id = :id", {"id": review_id})
    if row is None:
        raise KeyError(review_id)
    return row


def _wait_before(database: sqlite_utils.Database, post: Post) -> float | None:
    rows = every(database, WAITS, {"first": f'["{post}"%', "limit": LAST_WAITS})
    return median(row["wait_min"] for row in rows) if rows else None

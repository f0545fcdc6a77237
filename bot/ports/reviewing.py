"""Reviews, as the inside asks for them: opened, decided, nudged, escalated, by compare-and-set; the rep's own voice; working time."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from bot.domain.ids import DraftId, RecordId, ReviewId, TurnId, UserId
from bot.domain.policy import Gate
from bot.domain.review import Absence, HeldReview, Moved, Post, RejectReason, ReviewNumbers, ReviewRef, SeatPlan, Watched


class Reviews(Protocol):
    """Every verb is compare-and-set on the review's version and the draft's revision, and acts once for each `turn_id`.

    Keys of `Stale`: `review_moved` (somebody acted since it was seen), `review_settled` (fact `state`), `review_expired`, `draft_changed`,
    `draft_settled`. Keys of `NotAllowed`: `not_your_review` (also for one that does not exist), `not_your_own_review` (the author would
    approve), `not_your_draft`, and those of `bot.store.gate`.
    """

    async def gate(self, draft_id: DraftId) -> Gate:
        """Why the draft is gated as it stands: what was found when it was made and edited, joined with what the records say now."""
        ...

    async def foreseen(
        self, entity: str, fields: Mapping[str, object], *, record_id: RecordId | None = None, request: str = "", paper: str = ""
    ) -> Gate:
        """Why a draft with such fields would be gated, asked for with these words, as the records are now; before there is one.

        paper: of a contract, the id of the `KeptPaper` that it was read from.
        """
        ...

    async def planned(
        self, gate: Gate, entity: str, fields: Mapping[str, object], *, record_id: RecordId | None = None
    ) -> Sequence[SeatPlan]:
        """The seats that such a draft would need, in their order, as the records are now; none where nobody has to agree."""
        ...

    async def undecided(self) -> Sequence[HeldReview]:
        """All that wait for somebody, the one that is due first in front."""
        ...

    async def review(self, review_id: ReviewId) -> HeldReview | None:
        """The review as it stands."""
        ...

    async def of_draft(self, draft_id: DraftId) -> HeldReview | None:
        """The newest review of a draft."""
        ...

    async def waiting_for(self, user_id: UserId) -> Sequence[HeldReview]:
        """Undecided ones in which this person may decide now, the one that is due first in front."""
        ...

    async def of_author(self, user_id: UserId, *, limit: int = 20) -> Sequence[HeldReview]:
        """A person's own, newest first."""
        ...

    async def decided_by(self, user_id: UserId, *, limit: int = 20) -> Sequence[HeldReview]:
        """What this person decided, newest first."""
        ...

    async def submit(self, draft_id: DraftId, revision: int, by: UserId, plan: Sequence[SeatPlan], *, turn_id: TurnId) -> HeldReview:
        """Open a review of the draft's revision.  Raises: Stale, NotAllowed; Unclear("no_reviewer") when nobody could decide."""
        ...

    async def approve(
        self, seen: ReviewRef, by: UserId, *, turn_id: TurnId, fields: Mapping[str, object] | None = None
    ) -> HeldReview:
        """Fill a seat. fields: changed values, which make the next revision of the draft; seats filled before then wait again.

        With the last seat the draft is saved in the same transaction.  Raises: Stale, NotAllowed.
        """
        ...

    async def counter(self, seen: ReviewRef, by: UserId, fields: Mapping[str, object], *, turn_id: TurnId) -> HeldReview:
        """Offer other terms, which the reviewer approves if the author takes them.  Raises: Stale, NotAllowed."""
        ...

    async def accept(self, seen: ReviewRef, by: UserId, *, turn_id: TurnId) -> HeldReview:
        """The author takes the offered terms: the next revision, with the offering reviewer's seat filled.  Raises: Stale, NotAllowed."""
        ...

    async def ask(self, seen: ReviewRef, by: UserId, question: str, *, turn_id: TurnId) -> HeldReview:
        """A reviewer asks back.  Raises: Stale, NotAllowed."""
        ...

    async def reply(self, seen: ReviewRef, by: UserId, text: str, *, turn_id: TurnId) -> HeldReview:
        """The author answers; it waits for the reviewers again.  Raises: Stale, NotAllowed."""
        ...

    async def reject(self, seen: ReviewRef, by: UserId, reason: RejectReason, note: str, *, turn_id: TurnId) -> HeldReview:
        """Send it back; the draft is open to its author again.  Raises: Stale, NotAllowed."""
        ...

    async def withdraw(self, seen: ReviewRef, by: UserId, *, turn_id: TurnId) -> HeldReview:
        """The author takes it back.  Raises: Stale, NotAllowed."""
        ...

    async def nudge(self, seen: ReviewRef, by: UserId, *, turn_id: TurnId) -> HeldReview:
        """The author asks for haste, at most once an hour.  Raises: Stale("nudged_already", at=…), NotAllowed."""
        ...

    async def tick(self, now: datetime) -> Sequence[HeldReview]:
        """Escalate and expire what is due; returns what changed, each change once, whoever else ticks."""
        ...

    async def moved(self, since: datetime, until: datetime) -> Sequence[Moved]:
        """Those about which something was done from `since` on and before `until`, or that ended then, oldest first."""
        ...

    async def expected_wait_min(self, draft_id: DraftId) -> float | None:
        """The median wait in working minutes of the last reviews before the same post; None without any."""
        ...

    async def usual_wait_min(self, posts: Sequence[Post]) -> float | None:
        """The same before a draft is there, for the slowest of these posts."""
        ...

    async def numbers(self, since: datetime, *, authors: Collection[UserId] | None = None) -> ReviewNumbers:
        """What was opened since then, in figures. authors: of these people alone."""
        ...

    async def absences(self) -> Sequence[Absence]:
        """Who is away, or will be."""
        ...

    async def away(self, absence: Absence) -> None:
        """Keep an absence in place of the same person's that overlap it."""
        ...

    async def back(self, user_id: UserId) -> None:
        """The person is here: absences that have begun end."""
        ...


class OwnReviews(Protocol):
    """The reviews of one speaker, to be read."""

    async def sent(self) -> Sequence[Watched]:
        """What they sent to be reviewed, newest first."""
        ...

    async def to_decide(self) -> Sequence[Watched]:
        """What waits for them, the one that is due first in front."""
        ...


class WorkCalendar(Protocol):
    """When people work."""

    def is_workday(self, day: date) -> bool:
        """Whether people work on `day`: holidays are off, and make-up days are not."""
        ...

    def after(self, start: datetime, minutes: float, zone: str) -> datetime:
        """The moment at which so many working minutes have passed since `start` (aware), in a zone (IANA); aware, UTC."""
        ...

    def between(self, start: datetime, end: datetime, zone: str) -> float:
        """Working minutes between two moments; 0 when `end` is earlier."""
        ...

"""A review: a draft at one revision that waits for people who are not its author. Knows states and seats; knows no store and no chat."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.ids import DraftId, ReviewId, UserId
from bot.domain.policy import Gate


class ReviewState(StrEnum):
    """Where a review stands.

    WAITING: for its seats. ASKED: a reviewer asked back, it is the author's turn. COUNTERED: a reviewer would approve other terms, it is
    the author's turn to take them. APPROVED: every seat agreed to this very revision. The others are ends without an approval:
    REJECTED by a reviewer, WITHDRAWN by the author (an edit of the draft withdraws, too), EXPIRED.
    """

    WAITING = "waiting"
    ASKED = "asked"
    COUNTERED = "countered"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


UNDECIDED = frozenset({ReviewState.WAITING, ReviewState.ASKED, ReviewState.COUNTERED})


class RejectReason(StrEnum):
    """Why a reviewer sends something back; counted for the managers."""

    TONE = "tone"
    FACTS = "facts"
    TIMING = "timing"
    TERMS = "terms"
    OTHER = "other"


class Post(StrEnum):
    """Whom a seat is for: a role of ours."""

    MANAGER = "manager"
    REVIEWER = "reviewer"
    LEGAL = "legal"


@dataclass(frozen=True, slots=True)
class SeatPlan:
    """A seat to be filled.

    stage: seats of one stage wait side by side, the next stage begins when all of one agreed. within_min: working minutes in which an
    answer is expected.
    """

    post: Post
    stage: int = 1
    within_min: int = 240


@dataclass(frozen=True, slots=True)
class Seat:
    """A place for one reviewer. eligible: who may take it now, never the author; stand_ins: who may as well from `stand_in_at` on.

    No person fills two seats of a review.
    """

    number: int
    post: Post
    stage: int
    eligible: tuple[UserId, ...]
    stand_ins: tuple[UserId, ...] = ()
    stand_in_at: datetime | None = None
    due_at: datetime | None = None
    approved_by: UserId | None = None
    approved_at: datetime | None = None

    def may_be_taken(self, user_id: UserId, now: datetime) -> bool:
        """Whether this person may fill it at `now`."""
        late = self.stand_in_at is not None and now >= self.stand_in_at
        return user_id in self.eligible or (late and user_id in self.stand_ins)


@dataclass(frozen=True, slots=True)
class Said:
    """A word between a reviewer and the author, within a review. text: None when it was erased."""

    by: UserId
    text: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ReviewRef:
    """A review as somebody saw it: a press on an older version is refused."""

    id: ReviewId
    version: int


@dataclass(frozen=True, slots=True)
class HeldReview:
    """A review as the store holds it.

    revision: of the draft, the only one an approval holds for; digest: SHA-256 (hex) over the salt and the canonical JSON of that revision,
    as of the audit. version: one more with every change that whoever decides has to know of; a nudge, somebody who joins, and a seat
    filled beside others leave it. stage: the one that waits now. due_at: when an answer is expected; escalate_at: when it goes a step up;
    expires_at. reason, note: of a rejection. counter: the terms that a reviewer would approve. edited: a reviewer changed the text.
    first_revision: what the author had submitted, so that the difference can be shown.
    """

    id: ReviewId
    draft_id: DraftId
    revision: int
    first_revision: int
    digest: str
    gate: Gate
    author: UserId
    state: ReviewState
    version: int
    stage: int
    seats: tuple[Seat, ...]
    opened_at: datetime
    due_at: datetime
    escalate_at: datetime
    expires_at: datetime
    talk: tuple[Said, ...] = ()
    reason: RejectReason | None = None
    note: str | None = None
    counter: Mapping[str, object] = field(default_factory=dict)
    edited: bool = False
    escalated: bool = False
    nudged_at: datetime | None = None
    decided_by: UserId | None = None
    decided_at: datetime | None = None

    @property
    def ref(self) -> ReviewRef:
        """It, as it stands."""
        return ReviewRef(self.id, self.version)

    @property
    def open_seats(self) -> tuple[Seat, ...]:
        """Those that wait now."""
        return tuple(one for one in self.seats if one.stage == self.stage and one.approved_by is None)

    def may_decide(self, user_id: UserId, now: datetime) -> bool:
        """Whether this person may decide now: never the author, nobody twice."""
        if self.state not in {ReviewState.WAITING, ReviewState.ASKED} or user_id == self.author:
            return False
        taken = {one.approved_by for one in self.seats}
        return user_id not in taken and any(one.may_be_taken(user_id, now) for one in self.open_seats)


@dataclass(frozen=True, slots=True)
class Moved:
    """A review as it stands, with what was done about it last: an action of `Reviews`, and by whom. Both are "" where time alone passed."""

    review: HeldReview
    action: str
    by: UserId


@dataclass(frozen=True, slots=True)
class ReviewNumbers:
    """What managers are told. median_wait_min: working, from opening to decision; None without any. edited: approved after an edit."""

    opened: int
    approved: int
    edited: int
    rejected: Mapping[RejectReason, int]
    expired: int
    by_reason: Mapping[str, int]
    median_wait_min: float | None


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is away, both days with them, as their zone counts them. stand_in: who decides meanwhile; None: the others of the post."""

    user_id: UserId
    from_date: str
    until_date: str
    stand_in: UserId | None = None


@dataclass(frozen=True, slots=True)
class Watched:
    """A review as somebody is told of it. entity, fields: of the draft as it stands. waits_for: names of those who may decide now."""

    review: HeldReview
    entity: str
    fields: Mapping[str, object]
    waits_for: tuple[str, ...] = ()

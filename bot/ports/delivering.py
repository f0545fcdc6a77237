"""What was decided and how it leaves, as the inside asks for it: the ledger, the outbox, the way out."""

from collections.abc import Mapping, Sequence
from math import inf
from typing import Protocol

from bot.domain.decision import Decision, Mark, Message, MessageState, Settlement, Use, Verdict
from bot.domain.ids import DecisionId, DraftId, MessageId, ReviewId, ThreadId, TurnId, UserId
from bot.domain.outcome import Answer
from bot.domain.records import Page
from bot.domain.review import ReviewRef
from bot.domain.talk import Lang, Origin


class Ledger(Protocol):
    """Settles turns and tells afterwards what was decided and why."""

    async def settle(self, settlement: Settlement) -> bool:
        """Write decision, draft, outbox row, event and inbox state in one transaction. False when the turn was settled already."""
        ...

    async def decision(self, decision_id: DecisionId) -> Decision | None:
        """The story of one decision."""
        ...

    async def decision_of(self, turn_id: TurnId) -> Decision | None:
        """The story of what came of a turn."""
        ...

    async def decisions(self, user_id: UserId | None, *, after: str | None = None, limit: int = 50) -> Page[Decision]:
        """Decisions, newest first, of one user or of all."""
        ...

    async def latest(self, user_id: UserId, talk: ThreadId, *, limit: int = 10) -> Sequence[Decision]:
        """What was last decided with this person in this talk (see `Origin.talk`), newest first."""
        ...

    async def note_use(self, decision_id: DecisionId, use: Use, user_id: UserId | None) -> None:
        """Remember what a person did with a suggestion; the same use by the same person counts once."""
        ...


class Outbox(Protocol):
    """What is to be delivered, in order within a thread. A row is marked `sending` before any I/O."""

    async def say(self, origin: Origin, answer: Answer, *, key: str, lang: Lang, review: ReviewRef | None = None) -> None:
        """Queue a word of the house; the same `key` is queued once. review: the one that it shows, which its buttons decide about."""
        ...

    async def claim(self, limit: int, *, channel: str = "") -> Sequence[Message]:
        """Mark as `sending` the first due message of each thread that has nothing under way, and return them.

        channel: only those that leave by it; empty for all.
        """
        ...

    async def interrupted(self) -> Sequence[Message]:
        """Messages left `sending` by a process that died. Asked once at start, by the process that holds the home."""
        ...

    async def delivered(self, message_id: MessageId, receipt: str) -> None:
        """The platform said that it has it; notes `shown` on its decision."""
        ...

    async def again(self, message_id: MessageId, after_s: float, why: str, *, patience_s: float = inf) -> bool:
        """Surely not delivered: wait again. False when its first failure lies longer back than `patience_s`: it is dead instead."""
        ...

    async def unsure(self, message_id: MessageId, why: str) -> None:
        """It may have been delivered: a person is asked; what follows in the thread goes on."""
        ...

    async def dead(self, message_id: MessageId, why: str) -> None:
        """Given up; kept to be replayed by hand."""
        ...

    async def message(self, message_id: MessageId) -> Message | None:
        """One message, as it stands."""
        ...

    async def showing(self, draft_id: DraftId) -> Sequence[Message]:
        """The delivered messages that show this draft or what became of it, oldest first."""
        ...

    async def showing_review(self, review_id: ReviewId) -> Sequence[Message]:
        """The delivered messages that show this review, oldest first."""
        ...

    async def settle(self, mark: Mark) -> None:
        """Settle an earlier message outside of a turn, once: see `Mark`."""
        ...

    async def page(self, state: MessageState, *, after: str | None = None, limit: int = 50) -> Page[Message]:
        """Messages in one state, oldest first; `facts["why"]` tells what the last try said."""
        ...

    async def replay(self, message_id: MessageId) -> bool:
        """A person asks for another try of what is `dead` or `unsure`; its tries are counted anew. False when it is neither."""
        ...

    async def counts(self) -> Mapping[MessageState, int]:
        """How many messages stand in each state, but for those that were delivered."""
        ...


class Verdicts(Protocol):
    """What people think of answers."""

    async def judge(self, decision_id: DecisionId, user_id: UserId, verdict: Verdict, reason: str) -> None:
        """Keep a verdict, in place of what this person thought before."""
        ...


class Channel(Protocol):
    """The way out of one transport."""

    name: str

    async def deliver(self, message: Message) -> str:
        """Deliver, and return the platform's receipt.

        Raises: Upstream when it surely was not delivered and may be later; Undeliverable when it never can be; Unsure when it may have
        been delivered.
        """
        ...

    async def reached(self, message: Message) -> bool | None:
        """Ask the platform whether an earlier try arrived; None where it cannot say."""
        ...

    async def working(self, origin: Origin, lang: Lang, step: str, seconds: float, /) -> None:
        """Show that a turn is under way, at `step`, since `seconds`; best effort, raises nothing and keeps nobody waiting.

        Asked once at 3 s, and again at 60 s.
        """
        ...

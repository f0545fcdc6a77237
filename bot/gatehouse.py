"""Builds the road of a review: who is asked, who is told, what leaves, what is done for it by the clock. Knows all of its parts."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from bot.domain.approval import ReviewRules
from bot.ports import Clock, Drafts, Firings, Inbox, Ledger, Letters, Outbox, Records, Reminders, Reviews, Users, Words
from bot.turns.beside import Beside
from bot.turns.drafting import Drafting
from bot.turns.expiring import Expiring
from bot.turns.gated import Gating
from bot.turns.mailed import Following
from bot.turns.making_up import MakingUp
from bot.turns.notices import Notices
from bot.turns.reach import Reach
from bot.turns.releasing import MAIL, Releasing
from bot.turns.reminding import Reminding
from bot.turns.review import Reviewing
from bot.turns.tasks import Tasks
from bot.workdays import calendar_of

EACH_MINUTE = "* * * * *"
PAGE = "/reviews"


@dataclass(frozen=True)
class Stores:
    """What of the store it stands on."""

    reviews: Reviews
    drafts: Drafts
    letters: Letters
    records: Records
    users: Users
    inbox: Inbox
    ledger: Ledger
    outbox: Outbox
    firings: Firings
    reminders: Reminders


class Clockwork(Protocol):
    """What does things by the clock."""

    async def start(self) -> None:
        """Make up for what was missed, then keep the times."""
        ...

    async def close(self) -> None:
        """Begin nothing more."""
        ...


@dataclass(frozen=True)
class Gatehouse:
    """schedule: None in a house that does not serve."""

    stores: Stores
    reviewing: Reviewing
    releasing: Releasing
    notices: Notices
    following: Following
    making_up: MakingUp
    reminding: Reminding
    tasks: Tasks
    expiring: Expiring
    clock: Clock
    schedule: Clockwork | None = None

    def with_schedule(self, wake: Callable[[], None], zone: str) -> "Gatehouse":
        """The same, which does by the clock what is due. wake: tells the delivery that there may be something to send."""
        from bot.engine.schedule import Job, Schedule  # noqa: PLC0415 - a single command has no schedule

        jobs = (
            Job("drafts.expire", EACH_MINUTE, partial(self._then, self.expiring.expire, wake), zone),
            Job("reviews.tick", EACH_MINUTE, partial(self._then, self._tick, wake), zone),
            Job("reviews.make_up", EACH_MINUTE, partial(self._then, self.making_up.make_up, wake), zone),
            Job("letters.release", EACH_MINUTE, partial(self._then, self.releasing.sweep, wake), zone),
            Job("reminders.give", EACH_MINUTE, partial(self._then, self.reminding.remind, wake), zone),
            Job("letters.follow", EACH_MINUTE, partial(self._then, self.following.follow, wake), zone),
        )
        return replace(self, schedule=Schedule(jobs, self.stores.firings, self.clock))

    async def start(self) -> None:
        """Begin to keep the times."""
        if self.schedule:
            await self.schedule.start()

    async def close(self) -> None:
        """Do nothing more by the clock."""
        if self.schedule:
            await self.schedule.close()

    async def _tick(self) -> int:
        return await self.notices.pass_time(self.clock.now())

    async def _then(self, work: Callable[[], Awaitable[int]], wake: Callable[[], None]) -> None:
        if await work():
            wake()


def gatehouse(
    stores: Stores, rules: ReviewRules, drafting: Drafting, words: Words, clock: Clock,
    homes: Mapping[str, Callable[[], Awaitable[str]]], exits: Sequence[str], url: str = "",
) -> Gatehouse:
    """drafting: what a person may see of the records, and what a draft would change there.

    homes: see `Reach`. exits: the channels that are on. url: of the pages, "" where people cannot reach them.
    """
    reach = Reach(stores.users, stores.inbox, stores.ledger, homes)
    releasing = Releasing(
        stores.letters, stores.drafts, stores.reviews, stores.users, stores.records, stores.outbox, words, clock, reach,
        mails=MAIL in exits,
    )
    notices = Notices(
        stores.reviews, stores.drafts, stores.users, stores.outbox, words, clock, reach, releasing.release,
        Beside(stores.records, drafting.scope),
    )
    gating = Gating(stores.reviews, stores.users, stores.ledger, words, rules)
    page = url.rstrip("/") + PAGE if url else ""
    reviewing = Reviewing(stores.reviews, stores.drafts, stores.users, words, clock, gating, notices, page)
    following = Following(stores.letters, stores.drafts, stores.records, stores.outbox, words, reach)
    making_up = MakingUp(stores.reviews, stores.users, notices, clock)
    calendar = calendar_of(rules)
    reminding = Reminding(
        stores.reminders, stores.drafts, stores.reviews, stores.users, words, clock, calendar, reach, gating, drafting
    )
    tasks = Tasks(stores.records, stores.reminders, drafting.scope, words, clock, calendar)
    expiring = Expiring(stores.drafts, stores.outbox, words, clock)
    return Gatehouse(stores, reviewing, releasing, notices, following, making_up, reminding, tasks, expiring, clock)

"""Builds the road of a review: who is asked, who is told, what leaves, what is done for it by the clock. Knows all of its parts."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from bot.domain.approval import ReviewRules
from bot.domain.firing import Firing
from bot.ports import Clock, Drafts, Inbox, JobKind, Ledger, Letters, Outbox, Records, Reminders, Reviews, Users, Words, WorkCalendar
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
    reminders: Reminders


@dataclass(frozen=True)
class Gatehouse:
    """Who does what, and what of it is done each minute."""

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

    def minutely(self) -> tuple[JobKind, ...]:
        """What is done each minute."""
        works: Mapping[str, Callable[[], Awaitable[int]]] = {
            "drafts.expire": self.expiring.expire, "reviews.tick": self._tick, "reviews.make_up": self.making_up.make_up,
            "letters.release": self.releasing.sweep, "reminders.give": self.reminding.remind, "letters.follow": self.following.follow,
        }  # fmt: skip
        return tuple(JobKind(name, partial(_whenever, work)) for name, work in works.items())

    async def _tick(self) -> int:
        return await self.notices.pass_time(self.clock.now())


async def _whenever(work: Callable[[], Awaitable[int]], _: Firing) -> int:
    """Work that looks at the clock itself, whichever moment it was meant for."""
    return await work()


def gatehouse(  # noqa: PLR0913, PLR0917 - what a road is built of
    stores: Stores, rules: Callable[[], ReviewRules], calendar: WorkCalendar, drafting: Drafting, words: Words, clock: Clock,
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
    reminding = Reminding(
        stores.reminders, stores.drafts, stores.reviews, stores.users, words, clock, calendar, reach, gating, drafting
    )
    tasks = Tasks(stores.records, stores.reminders, drafting.scope, words, clock, calendar)
    expiring = Expiring(stores.drafts, stores.outbox, words, clock)
    return Gatehouse(stores, reviewing, releasing, notices, following, making_up, reminding, tasks, expiring, clock)

"""What arrives and from whom, as the inside asks for it: the inbox and our own people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.acquaintance import Alias
from bot.domain.ids import ThreadId, TurnId, UserId
from bot.domain.people import User
from bot.domain.talk import Arrival, Origin


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of an arrival at the door.

    fresh: False when the same one had been kept before (`turn_id` is then the first one's).
    full: True when the sender has too much waiting; nothing was kept.
    """

    turn_id: TurnId
    seq: int
    fresh: bool = True
    full: bool = False


class Inbox(Protocol):
    """One row for everything that arrives, kept before it is acknowledged; a lane for each thread, leased to one worker."""

    async def keep(self, arrival: Arrival, *, backlog: int) -> Kept:
        """Make `arrival` durable, once for each (channel, dedupe_key). backlog: how many unsettled ones a sender may have."""
        ...

    async def arrival(self, turn_id: TurnId) -> Arrival:
        """What was kept under `turn_id`.  Raises: KeyError."""
        ...

    async def latest_from(self, origins: Sequence[Origin]) -> Origin | None:
        """Among these places, the one whose sender was heard last on that channel; None where nobody was ever."""
        ...

    async def files_of(self, channel: str, message: str) -> Sequence[TurnId]:
        """Turns of the files of one message, by what the channel calls that, the last first.  See `bot.domain.talk.File`."""
        ...

    async def is_settled(self, turn_id: TurnId) -> bool:
        """Whether the turn has come to its end."""
        ...

    async def next_in(self, thread_id: ThreadId) -> TurnId | None:
        """The earliest unsettled arrival of a thread."""
        ...

    async def stops(self, thread_id: ThreadId | None = None) -> Sequence[tuple[ThreadId, TurnId]]:
        """Unsettled wishes to stop, of one thread or of all: they do not wait for the turn that they are to stop."""
        ...

    async def stopped_by(self, turn_id: TurnId) -> TurnId | None:
        """What a wish to stop is about: the earliest unsettled thing that this person said in this thread before it."""
        ...

    async def lease(self, thread_id: ThreadId, holder: str, until: datetime) -> bool:
        """Take or prolong the lane of a thread, unless another holder has it and its time is not over."""
        ...

    async def release(self, thread_id: ThreadId, holder: str) -> None:
        """Give the lane back."""
        ...

    async def free_lanes(self) -> None:
        """Give every lane back. Asked once at start, by the process that holds the home: whoever had one has died."""
        ...

    async def orphans(self) -> Sequence[ThreadId]:
        """Threads that have unsettled arrivals and whose lane nobody holds (now)."""
        ...


class Users(Protocol):
    """Our own people."""

    async def by_id(self, user_id: UserId) -> User | None:
        """The user with this id."""
        ...

    async def by_handle(self, alias: Alias) -> User | None:
        """The user called so on this platform and in this very workspace (compared without case)."""
        ...

    async def by_email(self, email: str) -> User | None:
        """The user with this e-mail address (compared without case); nobody for an empty one."""
        ...

    async def aliases(self, user_id: UserId) -> Sequence[Alias]:
        """What the platforms call a user, by platform."""
        ...

    async def link(self, alias: Alias, user_id: UserId, by: UserId) -> None:
        """From now on this is what the platform calls this user, with an event `handle.linked`; who knocked under it is forgotten.

        Done again, it changes nothing.  Raises: Stale("handle_taken_by", name=…) while it is somebody else's; Unclear("no_such_person").
        """
        ...

    async def unlink(self, alias: Alias, by: UserId) -> User | None:
        """It is nobody's any more, with an event `handle.unlinked`; whose it was, None when it was nobody's."""
        ...

    async def enrol(self, user: User, alias: Alias) -> User:
        """Add a new user whom the platform calls so; whoever is called so already is returned instead."""
        ...

    async def named(self, text: str) -> Sequence[User]:
        """Users whose id, e-mail, name or handle is `text` (without case); several when it is ambiguous."""
        ...

    async def everyone(self) -> Sequence[User]:
        """All users, by name. Users are few: a company's sales staff."""
        ...

    async def seed(self, users: Sequence[User]) -> None:
        """Add those whose e-mail is not known yet; the store wins over the config afterwards."""
        ...

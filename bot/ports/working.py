"""What happens and what must come to its end, as the inside asks for it: the bus, kept events, durable work."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.domain.firing import Firing, JobState, OwnSchedule, Run
from bot.domain.ids import TurnId, UserId
from bot.domain.people import User
from bot.domain.records import Event

Subscriber = Callable[[Event], Awaitable[None]]


class Bus(Protocol):
    """Fan-out of kept events inside this process, in order, each event once for each subscriber and process."""

    def subscribe(self, event_type: str, subscriber: Subscriber) -> Callable[[], None]:
        """Call `subscriber` for each event of this type from now on; returns what ends it. One that fails is logged, and tried again."""
        ...

    async def publish(self, event_type: str, payload: Mapping[str, object]) -> None:
        """Keep an event and fan it out. Those of a settlement or a save are kept in its transaction instead."""
        ...

    def wake(self) -> None:
        """Look for new events in the store."""
        ...


class Events(Protocol):
    """Kept events."""

    async def append(self, event_type: str, version: int, payload: Mapping[str, object]) -> Event:
        """Keep one."""
        ...

    async def since(self, seq: int, limit: int = 500) -> Sequence[Event]:
        """What came after `seq`, in order."""
        ...

    async def last_seq(self) -> int:
        """The newest event's place, 0 when there is none."""
        ...


class Firings(Protocol):
    """Which jobs were begun, for which moment, and what became of it. Whoever begins one holds it for a while, and says that they live."""

    async def begin(self, job: str, fire_time: datetime) -> int:
        """Which try at this moment is ours: 1 for the first, more where another died in it or failed; 0 where it is not ours."""
        ...

    async def hold(self, job: str, fire_time: datetime) -> None:
        """Say that we are still at it."""
        ...

    async def end(self, job: str, fire_time: datetime, made: int) -> None:
        """It is done. made: how much came of it. Nothing happens where another took it over meanwhile."""
        ...

    async def fail(self, job: str, fire_time: datetime, trouble: str, again_at: datetime | None) -> None:
        """It failed, and is to be tried again, or is given up (None). trouble: one line for an admin, without anybody's words."""
        ...

    async def release(self) -> None:
        """We go: what we hold is anybody's at once."""
        ...

    async def unfinished(self, since: datetime) -> Sequence[Run]:
        """What was meant since, is not done, and is held by nobody now; in order."""
        ...

    async def begun(self, job: str, since: datetime) -> Collection[datetime]:
        """The moments since for which it was begun by anybody."""
        ...

    async def last(self, job: str) -> Run | None:
        """The latest moment that was begun."""
        ...

    async def lasts(self, jobs: Collection[str]) -> Mapping[str, Run]:
        """Of each of these jobs that was ever begun, its latest moment."""
        ...


class JobStates(Protocol):
    """Since when jobs are known, and which of them rest."""

    async def known(self, lines: Mapping[str, str]) -> Mapping[str, JobState]:
        """Of each of these jobs. lines: job -> when it fires; where that is new or another one, it counts from now on."""
        ...

    async def pause(self, job: str, by: UserId, *, paused: bool) -> None:
        """Let a known job rest, or go on; moments in between are gone."""
        ...


class Engine(Protocol):
    """Durable work: what was begun is ended, over crashes, each step once."""

    async def take(self, turn_id: TurnId) -> None:
        """See the turn to its end, having started it if nobody did; returns when it is settled or given up aloud."""
        ...

    async def close(self) -> None:
        """Stop taking work; what is under way is taken up at the next start."""
        ...


@dataclass(frozen=True, slots=True)
class JobKind:
    """Something that can be done by the clock, as its part hands it in.

    name: "digest.weekly". work: does it for one firing and says how many messages, records or scores came of it; 0 for nothing to do.
    It must be harmless when it is done again for the same firing: a worker may die in it and another takes it over, or it raises and is
    tried again. So what it queues is keyed by `Firing.key` (the outbox takes a key once), and what it counts is counted from records.
    each: every moment that was missed is made up for, not the latest one alone. personal: people may have it at a time of their own.
    """

    name: str
    work: Callable[[Firing], Awaitable[int]]
    each: bool = False
    personal: bool = False


class OwnSchedules(Protocol):
    """What people want at times of their own. The clock looks here each minute, so a change needs to be told to nobody."""

    async def add(self, schedule: OwnSchedule) -> OwnSchedule:
        """Keep one; with an id ("" gets one). The same owner, kind, cron, zone, days and args twice is the first of them.

        Raises: TellUser("schedules_full", most=…) when the owner has as many as one person may.
        """
        ...

    async def of(self, owner: UserId) -> Sequence[OwnSchedule]:
        """A person's own, oldest first, paused ones too."""
        ...

    async def all(self) -> Sequence[OwnSchedule]:
        """Everybody's, paused ones too."""
        ...

    async def pause(self, schedule_id: str, by: UserId, *, paused: bool = True) -> OwnSchedule | None:
        """Rest, or go on; moments in between are gone. None when `by` has no such schedule."""
        ...

    async def delete(self, schedule_id: str, by: UserId) -> OwnSchedule | None:
        """Forget one; what it was. None when `by` has no such schedule."""
        ...


class Interruptions(Protocol):
    """What people are told unasked: how much, and when they may be told more."""

    async def may_speak(self, user: User, now: datetime) -> datetime | None:
        """None where the person may be spoken to now, else when (aware, UTC): quiet hours, days off, and enough for a day are minded.

        What they asked for themselves at that hour (a schedule of their own, "remind me at nine") asks nobody.
        """
        ...

    async def claim(self, user: User, key: str, now: datetime) -> datetime | None:
        """The same, and where the answer is None it is counted, once for each key: ask right before the message of that key is queued."""
        ...

    async def quiet(self, user_id: UserId) -> str | None:
        """The person's own quiet hours ("22:00-08:00"; "" for none at all); None where the house's hold."""
        ...

    async def set_quiet(self, user_id: UserId, hours: str | None) -> None:
        """Set them instead of the house's; None: the house's again.  Raises: ValueError for what are no hours."""
        ...

    async def counts(self, first: date, last: date) -> Mapping[UserId, int]:
        """How many each person was told unasked from one day to another, both in their own zones and counted."""
        ...

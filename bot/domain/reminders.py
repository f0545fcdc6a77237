"""What is to be brought to mind: drafts that nobody decided, tasks that come due, and on which morning. Knows no store, no chat."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.ids import RecordId, TurnId, UserId
from bot.domain.outcome import Outcome
from bot.domain.records import HeldDraft, Record
from bot.domain.talk import Lang, Origin

After = Callable[[datetime, float, str], datetime]
"""`WorkCalendar.after`."""
DAY = timedelta(days=1)
AHEAD = 2 * DAY
"""Who saved a task at least so long before its due day is told before that day, all others on it."""
LONGEST_BREAK = 30
"""Days on end without work that are looked through."""
WAITS = "open"
"""What a draft is reminded of for: that it waits."""


@dataclass(frozen=True, slots=True)
class WaitingDraft:
    """An open draft of which nobody was reminded. since: when it was made."""

    held: HeldDraft
    since: datetime


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task that is to be done, and has a due day.

    since: when that day was set. put_off: the day to which its owner put the reminder off. turn_id: the turn in which its owner saved it,
    None where it came otherwise.
    """

    record: Record
    since: datetime
    put_off: date | None = None
    turn_id: TurnId | None = None

    @property
    def owner(self) -> UserId:
        """Whose it is."""
        return UserId(str(self.record.fields.get("owner") or ""))

    @property
    def due(self) -> date:
        """The day by which it shall be done."""
        return date.fromisoformat(str(self.record.fields["due_date"]))

    @property
    def what(self) -> str:
        """Which of its reminders is the next one: that of its due day, or the one that was put off. Each is given once."""
        return f"later:{self.put_off}" if self.put_off else f"due:{self.due}"

    def at(self, after: After, zone: str) -> datetime | None:
        """The moment of that reminder, aware, UTC: the beginning of a working day in `zone`; None where it is too late for any.

        The last working day before the due day where that was two days ahead, else the due day; a due day on which nobody works passes
        for the last working day before it, or the next one where that is over.
        """
        if self.put_off:
            return morning(self.put_off, after, zone)
        saved = self.since.astimezone(ZoneInfo(zone)).date()
        if self.due < saved:
            return None
        before = last_morning(self.due - DAY, after, zone)
        if self.due - saved >= AHEAD and before > self.since:
            return before
        on_it = morning(self.due, after, zone)
        if on_it.astimezone(ZoneInfo(zone)).date() == self.due:
            return on_it if on_it > self.since else None
        return before if before > self.since else on_it


@dataclass(frozen=True, slots=True)
class Reminder:
    """A word of the house that is said once. about: id of each draft or record it is about -> which reminder of it. draft: shown by it."""

    place: Origin
    outcome: Outcome
    lang: Lang
    about: Mapping[str, str] = field(default_factory=dict)
    draft: HeldDraft | None = None


@dataclass(frozen=True, slots=True)
class PutOff:
    """Reminders that are moved to a day."""

    tasks: tuple[RecordId, ...]
    day: date


def morning(day: date, after: After, zone: str) -> datetime:
    """When work begins on `day`, or on the next day on which anybody works; aware, UTC."""
    return after(datetime.combine(day, time(), ZoneInfo(zone)), 0, zone)


def last_morning(day: date, after: After, zone: str) -> datetime:
    """When work began on `day`, or on the last day before on which anybody worked."""
    for back in range(LONGEST_BREAK):
        one = day - back * DAY
        began = morning(one, after, zone)
        if began.astimezone(ZoneInfo(zone)).date() == one:
            return began
    return morning(day, after, zone)


def is_working(now: datetime, after: After, zone: str) -> bool:
    """Whether people in `zone` are at work."""
    return after(now, 0, zone) == now

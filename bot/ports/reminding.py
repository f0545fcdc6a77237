"""What is to be brought to mind, as the inside asks for it to be kept: each reminder is given once, whoever asks, and however often."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from bot.domain.ids import RecordId, UserId
from bot.domain.reminders import OpenTask, PutOff, Reminder, WaitingDraft


class Reminders(Protocol):
    """Reminders that are due, and those that were given."""

    async def drafts(self) -> Sequence[WaitingDraft]:
        """Open drafts, oldest first, that nobody was reminded of, and that were never put before a reviewer."""
        ...

    async def tasks(self, first: date, last: date) -> Sequence[OpenTask]:
        """Open tasks that are due, or were put off to, between two days, and whose next reminder was not given."""
        ...

    async def task(self, record_id: RecordId) -> OpenTask | None:
        """One that is open and has an owner and a due day; None for all others."""
        ...

    async def give(self, reminder: Reminder) -> bool:
        """Queue a reminder; False, and nothing is queued, where any of what it is about was given before."""
        ...

    async def put_off(self, wish: PutOff, by: UserId) -> None:
        """Give the next reminder of these tasks on that day instead."""
        ...

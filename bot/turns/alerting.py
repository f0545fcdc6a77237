"""Alerting: who is told of an account that may leave, one after another while nobody answers. Knows no score and no sentence.

Quiet hours, days off and what is enough for a day are minded; whoever cannot be spoken to now is asked again a minute on.
"""

import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.alert import INTENT, Alert, AlertRules, chain
from bot.domain.firing import Firing
from bot.domain.ids import RecordId
from bot.domain.people import User
from bot.errors import Upstream
from bot.ports import Clock, Interruptions, JobKind, Users, WorkCalendar
from bot.ports.churn import Alerts
from bot.turns.errands import Errands

log = logging.getLogger(__name__)
HOUR_MIN = 60


@dataclass(frozen=True, slots=True)
class _Due:
    """An alert that is due for somebody. owner: of the account, "" unless somebody else is told because nobody answered."""

    alert: Alert
    user: User
    owner: str = ""

    @property
    def key(self) -> str:
        """The same for each try to tell it: once a round and person, and once more for the day to which it was put off."""
        day = f":{self.alert.due_date}" if self.alert.due_date else ""
        return f"alert:{self.alert.id}:{self.alert.round}:{self.user.id}{day}"


@dataclass(frozen=True)
class Alerting:
    """Tells what is open. Done again after a crash, it tells nobody twice: errands and tellings are keyed.

    sees: whether a person may see an account.
    """

    alerts: Alerts
    users: Users
    errands: Errands
    interruptions: Interruptions
    calendar: WorkCalendar
    clock: Clock
    rules: Callable[[], AlertRules]
    sees: Callable[[User, RecordId], Awaitable[bool]]

    def minutely(self) -> JobKind:
        """What is looked at each minute."""

        async def work(_firing: Firing) -> int:
            return await self.tell()

        return JobKind("alerts.tell", work)

    async def tell(self) -> int:
        """Tell all that is due; says how many people heard something."""
        waiting = await self.alerts.waiting()
        if not waiting:
            return 0
        people, now = await self.users.everyone(), self.clock.now()
        due = [one for alert in waiting if (one := self._due(alert, await self._fit(alert, people), now))]
        told = 0
        for user in {one.user.id: one.user for one in due}.values():
            given = sum(_same_day(at, now, user.zone) for alert in waiting for user_id, at in alert.told if user_id == user.id)
            told += await self._person(user, [one for one in due if one.user.id == user.id], given, now)
        return told

    async def _fit(self, alert: Alert, people: Sequence[User]) -> list[User]:
        """Who may hear of it, in order: an account that nobody owns is out of sight for most."""
        return [one for one in chain(alert.owner, alert.team, people) if await self.sees(one, alert.account_id)]

    def _due(self, alert: Alert, in_order: Sequence[User], now: datetime) -> _Due | None:
        """Who is to hear of it now; None where nobody is, yet or any more."""
        if alert.due_date and alert.by:
            user = next((one for one in in_order if one.id == alert.by), None)
            return _Due(alert, user) if user and now.astimezone(ZoneInfo(user.zone)).date() >= alert.due_date else None
        heard = dict(alert.told)
        later = [one for one in in_order if one.id not in heard]
        if not heard or not later:
            return _Due(alert, later[0]) if later else None
        last = max(heard.values())
        if self.calendar.after(last, HOUR_MIN * self.rules().untouched_hours, later[0].zone) > now:
            return None
        owner = next((one.name for one in in_order if one.id == alert.owner), "")
        return _Due(alert, later[0], owner)

    async def _person(self, user: User, due: Sequence[_Due], given: int, now: datetime) -> int:
        """The likeliest to leave as a card each, all others in one line."""
        single = max(0, self.rules().at_once - given)
        heard = 0
        for one in due[:single]:
            heard += await self._said(user, [one], one.key, dict(_facts(one)), now)
        if rest := due[single:]:
            day = now.astimezone(ZoneInfo(user.zone)).date()
            facts = {"more": ",".join(one.alert.account_id for one in rest)}
            heard += await self._said(user, rest, f"alerts:{user.id}:{day}:{rest[0].alert.id}", facts, now)
        return min(1, heard)

    async def _said(self, user: User, about: Sequence[_Due], key: str, facts: Mapping[str, str], now: datetime) -> int:
        if await self.interruptions.claim(user, key, now) is not None:
            return 0
        try:
            await self.errands.send(user.id, INTENT, key, facts)
        except Upstream as away:
            log.warning("alert_waits", extra={"user": user.id, "why": type(away).__name__})
            return 0
        for one in about:
            await self.alerts.note_told(one.alert.id, user.id, now)
        return 1


def _facts(one: _Due) -> Iterator[tuple[str, str]]:
    yield "alert", one.alert.id
    if one.owner:
        yield "owner", one.owner


def _same_day(at: datetime, now: datetime, zone: str) -> bool:
    return at.astimezone(ZoneInfo(zone)).date() == now.astimezone(ZoneInfo(zone)).date()

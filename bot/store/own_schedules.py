"""The port `OwnSchedules` over records of entity `schedule`: what people subscribe to by chat is what the clock does. One truth."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.domain.firing import OwnSchedule
from bot.domain.ids import RecordId, UserId
from bot.domain.records import Cause, Record
from bot.domain.recurring import recurring_in, recurring_of, said
from bot.domain.talk import Lang
from bot.domain.vocabulary import SCHEDULE_KINDS
from bot.errors import TellUser
from bot.ports import Clock, Records, Users

MOST = 20
"""Schedules that one person may have at work."""
KNOWN_TIMES = 1024
"""Times as people say them that are remembered as read: all schedules are looked at each minute."""
PAGE = 500
ENTITY = "schedule"
QUESTION = "question"


class RecordedSchedules:
    """Reads a record's time as people say it; one that cannot be read rests. An ended one is told as resting: it stands for "none"."""

    def __init__(self, records: Records, users: Users, clock: Clock) -> None:
        self._records = records
        self._users = users
        self._clock = clock
        self._recurring = lru_cache(KNOWN_TIMES)(recurring_in)

    async def add(self, schedule: OwnSchedule) -> OwnSchedule:
        """Keep one; with an id ("" gets one). The same owner, kind, cron, zone, days and args twice is the first of them.

        Raises: TellUser("schedules_full", most=…) when the owner has as many as one person may.
        """
        mine = await self.of(schedule.owner)
        if same := next((one for one in mine if _alike(one, schedule)), None):
            return same
        if len(mine) >= MOST:
            raise TellUser("schedules_full", most=MOST)
        user = await self._users.by_id(schedule.owner)
        label = next((one.label.zh for one in SCHEDULE_KINDS if one.name == schedule.kind), schedule.kind)
        when = said(recurring_of(schedule.cron, schedule.on), Lang.ZH)
        fields = {
            "name": f"{label} · {when}", "kind": schedule.kind, "time": when, "sent_by": str(schedule.args.get("by") or "chat"),
            "state": "paused" if schedule.paused else "active", "owner": schedule.owner, "owner_name": user.name if user else "",
            **({"question": schedule.args["text"]} if schedule.args.get("text") else {}),
        }  # fmt: skip
        record_id = RecordId(schedule.id) if schedule.id else None
        kept = await self._records.put(ENTITY, fields, cause=Cause(schedule.owner, schedule.decision_id), record_id=record_id)
        return self._schedule(kept, user.zone if user else schedule.zone, self._clock.now()) or schedule

    async def of(self, owner: UserId) -> Sequence[OwnSchedule]:
        """A person's own, oldest first, paused ones too."""
        return [one for one in await self.all() if one.owner == owner]

    async def all(self) -> Sequence[OwnSchedule]:
        """Everybody's, paused ones too."""
        zones = {one.id: one.zone for one in await self._users.everyone()}
        now = self._clock.now()
        found = [self._schedule(one, zones.get(UserId(str(one.fields.get("owner"))), ""), now) for one in await self._every()]
        return [one for one in found if one]

    async def pause(self, schedule_id: str, by: UserId, *, paused: bool = True) -> OwnSchedule | None:
        """Rest, or go on; moments in between are gone. None when `by` has no such schedule."""
        before = await self._mine(schedule_id, by)
        if before is None or before.paused is paused:
            return before
        change: Mapping[str, object] = {"state": "paused" if paused else "active", "until_date": None}
        await self._records.put(ENTITY, change, cause=Cause(by), record_id=RecordId(schedule_id))
        return await self._mine(schedule_id, by)

    async def delete(self, schedule_id: str, by: UserId) -> OwnSchedule | None:
        """Forget one; what it was. None when `by` has no such schedule."""
        before = await self._mine(schedule_id, by)
        if before is not None:
            await self._records.archive(RecordId(schedule_id), cause=Cause(by))
        return before

    async def forget(self, owner: UserId) -> None:
        """Forget all of a person's, for good."""
        for one in await self.of(owner):
            await self._records.erase(RecordId(one.id), cause=Cause("system"))

    async def _mine(self, schedule_id: str, by: UserId) -> OwnSchedule | None:
        return next((one for one in await self.of(by) if one.id == schedule_id), None)

    async def _every(self) -> list[Record]:
        found: list[Record] = []
        after: str | None = None
        while True:
            page = await self._records.page(ENTITY, after=after, limit=PAGE)
            found += page.items
            if page.after is None:
                return found
            after = page.after

    def _schedule(self, record: Record, zone: str, now: datetime) -> OwnSchedule | None:
        """The schedule of a record; None for one without a person, a kind or a time that can be read."""
        fields = record.fields
        when = self._recurring(str(fields.get("time") or ""))
        if not zone or not fields.get("kind") or when is None or when.at is None:
            return None
        state, until = str(fields.get("state") or "active"), str(fields.get("until_date") or "")
        over = bool(until) and date.fromisoformat(until) < now.astimezone(ZoneInfo(zone)).date()
        args: dict[str, object] = {"by": str(fields.get("sent_by") or "chat")}
        args |= {"text": str(fields["question"])} if fields.get("question") else {}
        return OwnSchedule(
            record.id, UserId(str(fields["owner"])), str(fields["kind"]), when.cron, zone, record.created_at, args, when.on,
            paused=not (state == "active" or (state == "paused" and over)), since=record.updated_at,
        )  # fmt: skip


def _alike(one: OwnSchedule, other: OwnSchedule) -> bool:
    args = {"by": "chat", **other.args}
    return (one.kind, one.cron, one.zone, one.on, dict(one.args)) == (other.kind, other.cron, other.zone, other.on, args)

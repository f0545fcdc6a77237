"""The port `OwnSchedules` in memory. Knows no clock but the one it is given."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.domain.firing import OwnSchedule
from bot.domain.ids import UserId
from bot.errors import TellUser
from bot.ports import Clock

MOST = 20


@dataclass
class HeldSchedules:
    """What people want at times of their own, as a list that one can look at."""

    clock: Clock
    held: list[OwnSchedule] = field(default_factory=list)

    async def add(self, schedule: OwnSchedule) -> OwnSchedule:
        """Keep one, once."""
        mine = await self.of(schedule.owner)
        if same := next((one for one in mine if _wish(one) == _wish(schedule)), None):
            return same
        if len(mine) >= MOST:
            raise TellUser("schedules_full", most=MOST)
        kept = replace(schedule, id=schedule.id or f"s{len(self.held) + 1}", since=schedule.since or schedule.made_at)
        self.held.append(kept)
        return kept

    async def of(self, owner: UserId) -> Sequence[OwnSchedule]:
        """A person's own."""
        return [one for one in self.held if one.owner == owner]

    async def all(self) -> Sequence[OwnSchedule]:
        """Everybody's."""
        return list(self.held)

    async def pause(self, schedule_id: str, by: UserId, *, paused: bool = True) -> OwnSchedule | None:
        """Rest, or go on."""
        before = self._mine(schedule_id, by)
        if before is None or before.paused is paused:
            return before
        after = replace(before, paused=paused, since=self.clock.now())
        self.held[self.held.index(before)] = after
        return after

    async def delete(self, schedule_id: str, by: UserId) -> OwnSchedule | None:
        """Forget one."""
        before = self._mine(schedule_id, by)
        if before:
            self.held.remove(before)
        return before

    def _mine(self, schedule_id: str, by: UserId) -> OwnSchedule | None:
        return next((one for one in self.held if (one.id, one.owner) == (schedule_id, by)), None)


def _wish(one: OwnSchedule) -> tuple[object, ...]:
    return (one.kind, one.cron, one.zone, one.on, dict(one.args))

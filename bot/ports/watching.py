"""What rules did, as the inside asks for it to be kept: each occasion once, whoever looks and after whatever crash."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot.domain.ids import RecordId


@dataclass(frozen=True, slots=True)
class RuleFiring:
    """One occasion of a rule, by ids alone: what it says is in the records.

    occasion: as of `bot.domain.occasions`. day: on which it came true. task: the id that its task gets, if one is opened. summed: told
    with others in one line, "" or the id of that line. done: everything of it was said and written.
    """

    id: str
    rule: RecordId
    account: RecordId
    occasion: str
    day: date
    task: RecordId
    summed: str = ""
    done: bool = False


class RuleFirings(Protocol):
    """The occasions of rules."""

    async def begin(self, firing: RuleFiring) -> RuleFiring:
        """Keep one; the one that was kept before for the same rule, account and occasion, if there was one."""
        ...

    async def known(self, rule: RecordId) -> Sequence[RuleFiring]:
        """All of a rule, oldest first."""
        ...

    async def open(self) -> Sequence[RuleFiring]:
        """Those that are not done, oldest first."""
        ...

    async def finish(self, firing_id: str) -> None:
        """Note that everything of it was said and written."""
        ...

"""How often something may be tried, by whoever it is counted for. Counted in this process alone; knows no page and no person."""

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil

from bot.errors import NotAllowed, TooMany

MOST_KEYS = 10_000
"""Who is counted at a time; beyond that those go who were not there for longest, so that no flood of addresses fills the memory."""


@dataclass
class Tries:
    """`most` at once, and as many again over each `within_s` seconds. key: of the sentence that is told beyond that."""

    key: str
    most: int
    within_s: float
    _left: dict[str, tuple[float, datetime]] = field(default_factory=dict)

    def take(self, whose: str, now: datetime) -> None:
        """One more.  Raises: TooMany, with when to come again."""
        left = self._now(whose, now)
        self._left[whose] = (left - 1 if left >= 1 else left, now)
        if len(self._left) > MOST_KEYS:
            self._left.pop(next(iter(self._left)))
        if left < 1:
            wait_s = ceil((1 - left) * self.within_s / self.most)
            raise TooMany(self.key, retry_after_s=wait_s)

    @contextmanager
    def taken(self, whose: str, now: datetime) -> Iterator[None]:
        """One more for the time of a block, and for good where it ends in a refusal: what works costs nothing.  Raises: TooMany."""
        self.take(whose, now)
        try:
            yield
        except NotAllowed:
            raise
        except BaseException:
            self._give_back(whose, now)
            raise
        else:
            self._give_back(whose, now)

    def _now(self, whose: str, now: datetime) -> float:
        """What is left. Whoever asks is put last among those who are forgotten."""
        left, since = self._left.pop(whose, (float(self.most), now))
        return min(float(self.most), left + (now - since).total_seconds() * self.most / self.within_s)

    def _give_back(self, whose: str, now: datetime) -> None:
        self._left[whose] = (min(float(self.most), self._now(whose, now) + 1), now)


def network(address: str) -> str:
    """What an address is counted as: itself, or of IPv6 the network that one household has. "" where it is none."""
    try:
        told = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(told, ipaddress.IPv6Address):
        return str(told.ipv4_mapped or ipaddress.ip_network((told, 64), strict=False))
    return str(told)

"""How much may be sent to one place in a while. Knows numbers and a clock that only goes forward; knows no platform."""

from collections import deque
from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `times` in any `seconds`."""

    times: int
    seconds: float


class Pace:
    """Remembers what was sent where, for as long as its rates reach back."""

    def __init__(self, rates: Sequence[Rate]) -> None:
        self._rates = rates
        self._reach_s = max((rate.seconds for rate in rates), default=0.0)
        self._sent: dict[Hashable, deque[float]] = {}
        self._swept = 0.0

    def wait_s(self, place: Hashable, now_s: float) -> float:
        """How long to wait before something may be sent there, 0 when it may be now."""
        sent = self._sent.get(place, ())
        return max((self._until(rate, sent, now_s) for rate in self._rates), default=0.0)

    def note(self, place: Hashable, now_s: float) -> None:
        """Something is sent there now."""
        if not self._rates:
            return
        if now_s - self._swept > self._reach_s:
            self._sent = {one: sent for one, sent in self._sent.items() if sent[-1] > now_s - self._reach_s}
            self._swept = now_s
        sent = self._sent.setdefault(place, deque())
        while sent and sent[0] <= now_s - self._reach_s:
            sent.popleft()
        sent.append(now_s)

    @staticmethod
    def _until(rate: Rate, sent: Sequence[float], now_s: float) -> float:
        if len(sent) < rate.times:
            return 0.0
        return max(0.0, sent[len(sent) - rate.times] + rate.seconds - now_s)

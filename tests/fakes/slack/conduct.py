"""How the platform behaves today: faults on request, calls that come too often, a token that does not work. Knows no method's rules."""

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from tests.fakes.slack.methods import UNBOUND, Method

Kind: TypeAlias = Literal["error", "hang", "drop", "ratelimited"]
MINUTE_S = 60.0


@dataclass(slots=True)
class Fault:
    """What happens instead of an answer. done: the call takes effect all the same. times: None until it is recovered from."""

    kind: Kind
    done: bool = False
    times: int | None = 1
    method: str = ""
    retry_after_s: int = 1


@dataclass(frozen=True, slots=True)
class Pace:
    """How often the app may post in one channel: one a second, and so many at once."""

    per_second: float = 1.0
    burst: int = 5


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


@dataclass(slots=True)
class Conduct:
    """pace: None lets the app call as often as it likes. calls: how often each method was called, whatever came of it."""

    now: Callable[[], float]
    pace: Pace | None = field(default_factory=Pace)
    calls: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    token_says: str = ""
    token_until: float = 0.0
    _buckets: dict[str, _Bucket] = field(default_factory=dict)

    def fault(self, method: str) -> Fault | None:
        """What happens instead of an answer to this call, if anything; it is used up by it."""
        for fault in self.faults:
            if fault.method in ("", method):
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self.faults.remove(fault)
                return fault
        return None

    def token_fails(self) -> str:
        """Why the app's token does not work now, empty when it does."""
        return self.token_says if self.now() < self.token_until else ""

    def wait_s(self, name: str, method: Method, channel: str) -> int:
        """How long the app must wait before it may make this call; 0: not at all, and it is counted."""
        if self.pace is None:
            return 0
        if name == "chat.postMessage":
            return self._wait_s(f"post {channel}", self.pace.per_second, self.pace.burst)
        if method.calls_per_minute == UNBOUND:
            return 0
        return self._wait_s(name, method.calls_per_minute / MINUTE_S, method.calls_per_minute)

    def _wait_s(self, key: str, per_second: float, burst: int) -> int:
        now = self.now()
        bucket = self._buckets.setdefault(key, _Bucket(burst, now))
        bucket.left = min(burst, bucket.left + (now - bucket.at) * per_second)
        bucket.at = now
        if bucket.left >= 1:
            bucket.left -= 1
            return 0
        return math.ceil((1 - bucket.left) / per_second)

"""The house's own senses: the system's clock and new identities. Knows no caller."""

import secrets
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

COUNTER_BITS = 12
COUNTER_ROOM = 1 << COUNTER_BITS
RANDOM_BITS = 62


class SystemClock:
    """The port `Clock` over the machine's clock."""

    def now(self) -> datetime:
        """Now, aware, UTC."""
        return datetime.now(UTC)


class TimeIds:
    """The port `Ids`: UUIDv7, each greater than the one before it within a process, even when the clock is set back.

    Source: RFC 9562 §5.7 (layout) and §6.2 method 1: 48 bits of milliseconds, a 12-bit counter seeded at random below its
    half for each millisecond (on overflow the millisecond is counted on), 62 random bits. now_ns: nanoseconds since 1970.
    """

    def __init__(self, now_ns: Callable[[], int] = time.time_ns) -> None:
        self._now_ns = now_ns
        self._lock = threading.Lock()
        self._ms = 0
        self._counter = 0

    def new(self) -> str:
        """A UUIDv7 in its usual form: 36 characters, lower case."""
        ms, counter = self._next()
        bits = ms << 80 | 7 << 76 | counter << 64 | 2 << 62 | secrets.randbits(RANDOM_BITS)
        text = f"{bits:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def _next(self) -> tuple[int, int]:
        with self._lock:
            ms = self._now_ns() // 1_000_000
            if ms > self._ms:
                self._ms, self._counter = ms, secrets.randbelow(COUNTER_ROOM // 2)
            else:
                self._counter += 1
            if self._counter == COUNTER_ROOM:
                self._ms, self._counter = self._ms + 1, 0
            return self._ms, self._counter

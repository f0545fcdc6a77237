"""A circuit breaker: after too many failures in a row nobody waits for an endpoint any more, but for one who tries. Knows no endpoint.

Source: M. Nygard, Release It!, "Circuit Breaker"; closed, open, half open.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.errors import ModelDown

FAILURES = 20
WITHIN_S = 600.0
"""Failures older than this do not count: twenty in a row over a weekend are no outage."""
REST_S = 30.0
LONGEST_REST_S = 300.0


@dataclass
class Breaker:
    """Counts failures in a row. now: seconds on a clock that only goes forward."""

    name: str
    now: Callable[[], float]
    _failed: int = 0
    _since: float = 0.0
    _rest_s: float = REST_S
    _closed_again_at: float | None = None
    _trying: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the endpoint is left alone."""
        return self._closed_again_at is not None

    @contextmanager
    def guarding(self) -> Iterator[None]:
        """Around one exchange. While it is open only one at a time is let through, and only after the rest.

        Raises: ModelDown("resting") for all others, at once.
        """
        probing = self.is_open
        if probing:
            self._admit_one()
        try:
            yield
        except ModelDown:
            self._fail(probing=probing)
            raise
        else:
            self._failed, self._rest_s, self._closed_again_at = 0, REST_S, None
        finally:
            if probing:
                self._trying = False

    def _admit_one(self) -> None:
        left = (self._closed_again_at or 0.0) - self.now()
        if left > 0 or self._trying:
            raise ModelDown(self.name, "resting", retry_after_s=max(left, 1.0))
        self._trying = True

    def _fail(self, *, probing: bool) -> None:
        if self._failed == 0 or self.now() - self._since > WITHIN_S:
            self._failed, self._since = 0, self.now()
        self._failed += 1
        if probing:
            self._rest_s = min(2 * self._rest_s, LONGEST_REST_S)
        if probing or (self._failed >= FAILURES and not self.is_open):
            self._closed_again_at = self.now() + self._rest_s

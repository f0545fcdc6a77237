"""How often a member may be written to: past it WeCom drops messages in silence, so we stay below. Knows times; sends nothing."""

from collections import deque
from datetime import datetime, timedelta

from bot.ports import Clock

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
A_MINUTE, AN_HOUR = 27, 980
"""WeCom's are 30 and 1,000; the rest is for a word about the wait and for progress."""
SPARE = 2
MARGIN = timedelta(seconds=2)
"""Their minute does not begin when ours does."""


class MemberPace:
    """What each member got within the last hour. It begins empty: what a process before this one sent is not known here."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sent: dict[str, deque[datetime]] = {}
        self._swept = clock.now()

    def wait_s(self, who: str, *, spare: bool = False) -> float:
        """Seconds until the member may get one more, 0 for now. spare: for what may use the reserve."""
        now, sent = self._clock.now(), self._sent.get(who, ())
        more = SPARE if spare else 0
        waits = [0.0]
        for most, span in ((A_MINUTE + more, MINUTE + MARGIN), (AN_HOUR + more, HOUR + MARGIN)):
            if len(sent) >= most:
                waits.append((sent[len(sent) - most] + span - now).total_seconds())
        return max(waits)

    def note(self, who: str) -> None:
        """The member is sent one now."""
        now = self._clock.now()
        if now - self._swept > HOUR:
            self._sent = {one: sent for one, sent in self._sent.items() if now - sent[-1] < HOUR + MARGIN}
            self._swept = now
        self._sent.setdefault(who, deque(maxlen=AN_HOUR + SPARE)).append(now)

"""The nouns of the fake: a corp with its secrets, what was sent, what was refused, how often a member may be written to."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

Json = dict[str, Any]

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
A_MINUTE, AN_HOUR = 30, 1000
"""How many messages a member gets, at most."""


@dataclass(frozen=True, slots=True)
class Corp:
    """A corp, its self-built app and its AI bot. aes_key: 43 characters, as the admin's page shows it."""

    corp_id: str = "ww5823bf96d3bd56c7"
    agent_id: int = 1000002
    secret: str = "app-secret-of-a-fake"  # noqa: S105 - opens nothing
    token: str = "QDG6eKfake"  # noqa: S105
    aes_key: str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
    bot_id: str = "aibYfakeBot"
    bot_secret: str = "bot-secret-of-a-fake"  # noqa: S105


CORP = Corp()


@dataclass(slots=True)
class Sent:
    """A message of the app as a member has it. text: what they read; cut: the server cut it. updated: what the card was replaced by."""

    number: int
    to: str
    kind: str
    text: str
    body: Json
    at: datetime
    cut: bool = False
    updated: Json | None = None

    @property
    def card(self) -> Json:
        """The card as it is shown now."""
        return self.updated or dict(self.body["template_card"])


@dataclass(frozen=True, slots=True)
class Refusal:
    """A call that was answered with an errcode, or with an HTTP status."""

    path: str
    code: int
    why: str


@dataclass(slots=True)
class Pace:
    """How often each member was written to lately."""

    times: dict[str, deque[datetime]] = field(default_factory=dict)

    def allows(self, who: str, now: datetime) -> bool:
        """Whether one more is within the limits; it is counted when it is."""
        times = self.times.setdefault(who, deque(maxlen=AN_HOUR))
        while times and now - times[0] >= HOUR:
            times.popleft()
        if len(times) >= AN_HOUR or (len(times) >= A_MINUTE and now - times[-A_MINUTE] < MINUTE):
            return False
        times.append(now)
        return True


def cut_to(text: str, most_bytes: int) -> tuple[str, bool]:
    """As the server cuts: at a byte, whatever stands there; half a character is lost."""
    data = text.encode()
    return (text, False) if len(data) <= most_bytes else (data[:most_bytes].decode(errors="ignore"), True)

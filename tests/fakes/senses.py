"""A clock that stands still until it is moved. Knows no machine time."""

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 7, 14, 12, 0, tzinfo=UTC)


class SetClock:
    """The port `Clock`, set by hand."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        """The time it was set to."""
        return self.at

    def move(self, by: timedelta) -> None:
        """Let time pass."""
        self.at += by

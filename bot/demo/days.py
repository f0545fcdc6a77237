"""Days counted from today. Knows no calendar but weeks and months."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Days:
    """The days around `today`; everything the firm remembers is so many days ago or ahead."""

    today: date

    def ago(self, days: int) -> date:
        """So many days before today; a negative number is ahead."""
        return self.today - timedelta(days=days)

    def working(self, days_ago: int) -> date:
        """The last working day (Monday to Friday) on or before so many days ago."""
        day = self.ago(days_ago)
        return day - timedelta(days=max(0, day.weekday() - SATURDAY + 1))

    def month(self, months_ago: int) -> date:
        """First day of the month so many months ago; 1 is the last complete month."""
        months = self.today.year * 12 + self.today.month - 1 - months_ago
        return date(months // 12, months % 12 + 1, 1)


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """That day at this time, UTC."""
    return datetime.combine(day, time(hour, minute), UTC)

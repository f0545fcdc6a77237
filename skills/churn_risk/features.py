"""Accounts as they stood on past days, in figures to learn from, with what became of them. Knows days and signals; learns nothing.

A story of a past day is told by what had happened until then. What records say of today alone (a changed renewal date) is as it is now.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from skills.churn_risk.scorecard import ends_soon, signals
from skills.churn_risk.story import Code, Story

AHEAD = timedelta(days=90)
"""Leaving counts within so many days; a day nearer than that has no outcome yet."""
APART = timedelta(days=91)
MOST_DAYS = 12
"""Past days that are looked at, a quarter apart: three years."""
SIDES = (*(1 if code.risk else -1 for code in Code), 1)
"""The side that each feature is known to speak for: 1 leaving, -1 staying. The last one: the contract ends soon."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An account on a past day. features: how strongly each code showed, then 1 where the contract ended soon. left: within `AHEAD`."""

    account: str
    day: date
    features: tuple[float, ...]
    left: bool


def past_days(today: date) -> list[date]:
    """Days whose outcome is known by `today`, the first one earliest."""
    return sorted(today - AHEAD - number * APART for number in range(MOST_DAYS))


def days_of(since: date | None, left: date | None, today: date) -> Iterator[tuple[date, bool]]:
    """The past days on which somebody was a customer, each with whether they left soon after.

    since: when they became one, None where nobody knows. left: when they left, None while they have not.
    """
    for day in past_days(today):
        if (since is None or since <= day) and (left is None or day < left):
            yield day, left is not None and left <= day + AHEAD


def features_of(story: Story) -> tuple[float, ...]:
    """How strongly each code shows in `story`, and whether its contract ends soon."""
    strength = dict.fromkeys(Code, 0.0)
    for one in signals(story):
        strength[one.code] += one.strength
    return (*strength.values(), float(ends_soon(story)))

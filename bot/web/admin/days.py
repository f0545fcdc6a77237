"""A row of days as bars. Knows what a drawing needs; knows no noun."""

from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]

STEP, HIGH, LEAST = 24, 96, 2
"""How far the bars are apart, how high the highest is, how low the lowest that is not nothing."""


def bars(days: Sequence[Json], figure: str) -> Sequence[Json]:
    """Each day's bar, by what it has at `figure`, in a drawing that is `HIGH` high; no bars where there is nothing at all."""
    most = max((day[figure] for day in days), default=0)
    if not most:
        return []
    heights = [max(LEAST, round(HIGH * day[figure] / most)) if day[figure] else 0 for day in days]
    return [
        {"day": day["day"], "figure": day[figure], "x": number * STEP + 4, "y": HIGH - high, "high": high, "wide": STEP - 8}
        for number, (day, high) in enumerate(zip(days, heights, strict=True))
    ]

"""A picture of figures that were worked out: what is drawn, in numbers and words. Knows no canvas, no colour and no model."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

MOST_LABELS, MOST_SERIES = 24, 5
LONGEST_TEXT = 400


class ChartKind(StrEnum):
    """What the eye is to see: a course of time, parts of a whole, stages that narrow, sizes side by side, or steps between two levels.

    Of a waterfall the first and the last figure are levels, those between are the steps that lead from one to the other.
    """

    TREND = "trend"
    SHARE = "share"
    FUNNEL = "funnel"
    BARS = "bars"
    WATERFALL = "waterfall"


@dataclass(frozen=True, slots=True)
class Series:
    """One row of figures, a value for each label of its chart; None where there is none. currency: of amounts of money, else ""."""

    name: str
    values: tuple[float | None, ...]
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Figures to look at, none of them a model's. unit: stands after a figure ("%"). note: how the figures were read.

    Raises: ValueError for more than `MOST_LABELS` labels or `MOST_SERIES` series, none of either, a series of another length, a
    figure that is no number, or a share of something negative.
    """

    kind: ChartKind
    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse what nobody can draw."""
        figures = [value for one in self.series for value in one.values if value is not None]
        fits = (
            1 <= len(self.labels) <= MOST_LABELS
            and 1 <= len(self.series) <= MOST_SERIES
            and all(len(one.values) == len(self.labels) for one in self.series)
            and all(math.isfinite(value) for value in figures)
            and all(len(text) <= LONGEST_TEXT for text in (self.title, self.note, *self.labels))
        )
        if not fits or (self.kind in {ChartKind.SHARE, ChartKind.FUNNEL} and any(value < 0 for value in figures)):
            message = f"not a chart: {self.kind} of {len(self.labels)} labels and {len(self.series)} series"
            raise ValueError(message)


def spans(values: Sequence[float | None]) -> tuple[tuple[float, float], ...]:
    """From where to where each bar of a waterfall reaches: levels from zero, steps from where the one before ended."""
    found: list[tuple[float, float]] = []
    level = 0.0
    for place, value in enumerate(values):
        start = 0.0 if place in {0, len(values) - 1} else level
        level = start + (value or 0.0)
        found.append((start, level))
    return tuple(found)


def chart_to_json(chart: Chart) -> dict[str, Any]:
    """The chart as the outside sees it."""
    return {
        "kind": str(chart.kind), "title": chart.title, "labels": list(chart.labels), "unit": chart.unit, "note": chart.note,
        "series": [{"name": one.name, "currency": one.currency or None, "values": list(one.values)} for one in chart.series],
    }  # fmt: skip


def chart_from_json(raw: Mapping[str, Any]) -> Chart:
    """The chart that `chart_to_json` wrote.  Raises: ValueError, KeyError when `raw` is none."""
    series = tuple(Series(one["name"], tuple(one["values"]), one["currency"] or "") for one in raw["series"])
    return Chart(ChartKind(raw["kind"]), raw["title"], tuple(raw["labels"]), series, raw["unit"], raw["note"])

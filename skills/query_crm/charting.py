"""Which answers people would rather look at than read, and the chart of those. Works on figures already found; asks no store."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.chart import MOST_LABELS, MOST_SERIES, Chart, ChartKind, Series
from bot.domain.entities import SCHEMA
from bot.domain.query import Figure, Fn, Found, Grain, grouped, terminal
from bot.domain.schema import Field, Kind
from skills.query_crm.conditions import OPEN_STAGES

FEWEST, MOST_BARS, MOST_PARTS = 2, 12, 6
STAGE = "stage"
MONTHS, QUARTERS = 12, 4
LONGEST_TITLE = 120
ADDED_UP = frozenset({Fn.COUNT, Fn.SUM})
"""Figures of which the parts make a whole, and of which a month without records has none."""


@dataclass(frozen=True)
class _Drawn:
    """What is drawn: kind, groups in order, and what has to be said of it (key of a sentence and its number)."""

    kind: ChartKind
    groups: Sequence[str | None]
    said: tuple[str, int] | None = None


def charted(found: Found, title: str, read_as: str, name: Callable[[str | None], str], say: Callable[..., str]) -> Chart | None:
    """A chart of the groups in `found`, or None where words do better: a single group, days instead of figures, too many currencies.

    title, read_as: what is drawn, and how the question was read. name: a group as people call it. say: sentences of this skill.
    """
    figures = [one for one in found.figures if isinstance(one.value, int | float) and not isinstance(one.value, bool)]
    currencies = list(dict.fromkeys(one.currency for one in figures))
    if not found.query.group_by or not figures or len(currencies) > MOST_SERIES:
        return None
    drawn = _drawn(found, figures)
    if drawn is None:
        return None
    values: Mapping[tuple[str | None, str | None], float] = {(one.group, one.currency): float(one.value or 0) for one in figures}
    adds_up = found.query.aggregate is not None and found.query.aggregate.fn in ADDED_UP
    series = tuple(
        Series(currency or "", tuple(values.get((group, currency), 0.0 if adds_up else None) for group in drawn.groups), currency or "")
        for currency in currencies
    )
    note = say("dot").join(part for part in (read_as, say(drawn.said[0], count=drawn.said[1]) if drawn.said else "") if part)
    labels = tuple(_label(group, name, found) for group in drawn.groups)
    return Chart(drawn.kind, title[:LONGEST_TITLE], labels, series, _unit(found), note)


def _drawn(found: Found, figures: Sequence[Figure]) -> _Drawn | None:
    """How the groups are best looked at."""
    query, groups = found.query, list(dict.fromkeys(one.group for one in figures))
    path, grain = grouped(query.group_by or "")
    if grain is not None and query.limit is None:
        return _course(grain, [one for one in groups if one])
    if len(groups) < FEWEST:
        return None
    cut = ("chart_first", MOST_BARS) if len(groups) > MOST_BARS else None
    positive = all(float(one.value or 0) >= 0 for one in figures)
    if path == STAGE and set(groups) <= {*OPEN_STAGES, "won"} and query.sort is None and positive:
        return _Drawn(ChartKind.FUNNEL, groups)
    if _is_whole(found, path, groups, figures):
        return _Drawn(ChartKind.SHARE, groups if _in_order(path, found) else _by_weight(groups, figures))
    ordered = groups if query.sort or _in_order(path, found) else _by_weight(groups, figures)
    return _Drawn(ChartKind.BARS, ordered[:MOST_BARS], cut)


def _course(grain: Grain, groups: Sequence[str]) -> _Drawn | None:
    """Stretches of time without a gap; the latest ones, where there are too many."""
    if len(groups) < FEWEST:
        return None
    filled = list(_filled(grain, min(groups), max(groups)))
    cut = ("chart_latest", MOST_LABELS) if len(filled) > MOST_LABELS else None
    return _Drawn(ChartKind.TREND, filled[-MOST_LABELS:], cut)


def _filled(grain: Grain, first: str, last: str) -> Iterator[str]:
    """Every stretch from `first` to `last`, as figures are labelled: 2026-03, 2026-Q1, 2026."""
    size = {Grain.MONTH: MONTHS, Grain.QUARTER: QUARTERS, Grain.YEAR: 1}[grain]

    def place(label: str) -> int:
        year, _, part = label.partition("-")
        return int(year) * size + (int(part.lstrip("Q")) - 1 if part else 0)

    for number in range(place(first), place(last) + 1):
        year, part = divmod(number, size)
        yield {Grain.MONTH: f"{year:04}-{part + 1:02}", Grain.QUARTER: f"{year:04}-Q{part + 1}", Grain.YEAR: f"{year:04}"}[grain]


def _is_whole(found: Found, path: str, groups: Sequence[str | None], figures: Sequence[Figure]) -> bool:
    """Whether the groups are all the parts of something: nothing cut off, nothing asked for by name, nothing negative."""
    query = found.query
    fn = query.aggregate.fn if query.aggregate else None
    whole = fn in ADDED_UP and query.limit is None and all(one.field != path for one in query.filters)
    return whole and len(groups) <= MOST_PARTS and all(float(one.value or 0) >= 0 for one in figures) and any(one.value for one in figures)


def _in_order(path: str, found: Found) -> bool:
    """Whether the groups have an order of their own."""
    field = terminal(SCHEMA, found.query.entity, path)
    return grouped(found.query.group_by or "")[1] is not None or (field is not None and field.kind is Kind.ENUM)


def _by_weight(groups: Sequence[str | None], figures: Sequence[Figure]) -> list[str | None]:
    """The greatest first; of several currencies, that which comes first. What is not filled in comes last."""
    weight = {one.group: float(one.value or 0) for one in reversed(figures)}
    return sorted(groups, key=lambda group: (group is None, -weight[group]))


def _label(group: str | None, name: Callable[[str | None], str], found: Found) -> str:
    return name(group)[:LONGEST_TITLE] if grouped(found.query.group_by or "")[1] is None else group or ""


def _unit(found: Found) -> str:
    aggregate = found.query.aggregate
    field: Field | None = terminal(SCHEMA, found.query.entity, aggregate.field) if aggregate and aggregate.field else None
    return field.unit if field is not None and field.unit == "%" else ""

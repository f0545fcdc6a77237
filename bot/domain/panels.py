"""A chart made ready to be drawn, wherever that is: one scale a panel, figures as words. Knows no canvas and no colour."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.chart import Chart, ChartKind, spans
from bot.domain.talk import Lang

SIGNS: Mapping[str, str] = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}
SCALES: Mapping[Lang, tuple[tuple[int, str], ...]] = {
    Lang.ZH: ((100_000_000, "亿"), (10_000, "万")), Lang.EN: ((1_000_000_000, "B"), (1_000_000, "M"), (1_000, "K")),
}  # fmt: skip
DIGITS: Mapping[Lang, int] = {Lang.ZH: 4, Lang.EN: 3}
"""Digits that count in a short figure: 万 goes on to 9,999 of them, K to 999."""
STRETCH = re.compile(r"(\d{4})-(\d{2}|Q[1-4])")
STEPS = (1, 2, 2.5, 5, 10)
INTERVALS = 4
"""How many steps an axis has at most."""
WHOLE_PERCENT = 10


@dataclass(frozen=True, slots=True)
class Line:
    """One row of figures. texts: each figure as it is shown, "" where there is none; exact: the same with all its digits.

    spans: from where to where each bar of a waterfall reaches; empty for all others.
    """

    name: str
    values: tuple[float | None, ...]
    texts: tuple[str, ...]
    exact: tuple[str, ...]
    spans: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Panel:
    """Lines that share one scale. title: which currency or series this is, "" where there is one panel only.

    axis: each label in two rows as it stands below a course of time: the month, and the year where it begins. ticks: marks of the
    scale, from below up, zero among them, with their words. whole: what shares are parts of.
    """

    kind: ChartKind
    title: str
    labels: tuple[str, ...]
    axis: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    ticks: tuple[tuple[float, str], ...]
    whole: float = 0


def panels_of(chart: Chart, lang: Lang) -> tuple[Panel, ...]:
    """The chart in panels: amounts in several currencies do not compare, so each currency has one, with its own scale.

    Lines that share a scale share a panel where time is drawn; elsewhere each line has a panel to itself.
    """
    groups: dict[str, list[int]] = {}
    for place, one in enumerate(chart.series):
        apart = one.currency if chart.kind is ChartKind.TREND else str(place)
        groups.setdefault(apart, []).append(place)
    found = tuple(_panel(_filled(chart, places, apart=len(groups) > 1), places, lang) for places in groups.values())
    return found if len(found) > 1 else (replace(found[0], title=""),)


def figure_text(value: float, lang: Lang, currency: str = "", unit: str = "") -> str:
    """A figure as short as people say it: 120万, ¥1.2M."""
    rounded = float(f"{value:.{DIGITS[lang]}g}")
    for size, word in SCALES[lang]:
        if abs(rounded) >= size:
            sign = "" if currency == "CNY" and lang is Lang.ZH else _sign(currency)
            return f"{_minus(rounded)}{sign}{round(abs(rounded) / size, 2):.{DIGITS[lang]}g}{word}{unit}"
    return f"{_minus(rounded)}{_sign(currency)}{abs(rounded):.{DIGITS[lang]}g}{unit}"


def exact_text(value: float, currency: str = "", unit: str = "") -> str:
    """A figure with its digits, to two behind the point."""
    digits = f"{abs(value):,.2f}".rstrip("0").rstrip(".")
    return f"{_minus(value)}{_sign(currency)}{digits}{unit}"


def ticks_of(values: Sequence[float]) -> tuple[float, ...]:
    """Round marks from below the least to above the most of `values`, zero among them."""
    low, high = min(0.0, *values, 0.0), max(0.0, *values, 0.0)
    if low == high:
        return (0.0, 1.0)
    rough = (high - low) / INTERVALS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(size * power for size in STEPS if size * power >= rough * (1 - 1e-9))
    if all(value == int(value) for value in values):
        step = max(1.0, math.ceil(step) if step < WHOLE_PERCENT else step)  # nobody has half a deal
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return tuple(round(place * step, 10) for place in range(first, last + 1))


def _filled(chart: Chart, places: Sequence[int], *, apart: bool) -> Chart:
    """Without the labels of which these series have nothing, where others have a panel of their own to show them in.

    The levels of a waterfall stay, and steps that lead nowhere go even from a single panel.
    """
    levels = {0, len(chart.labels) - 1} if chart.kind is ChartKind.WATERFALL else set[int]()
    kept = [at for at in range(len(chart.labels)) if at in levels or any(chart.series[place].values[at] for place in places)]
    if not (apart or levels) or chart.kind not in {ChartKind.BARS, ChartKind.SHARE, ChartKind.WATERFALL} or not kept:
        return chart
    series = tuple(replace(one, values=tuple(one.values[at] for at in kept)) for one in chart.series)
    return replace(chart, labels=tuple(chart.labels[at] for at in kept), series=series)


def _panel(chart: Chart, places: Sequence[int], lang: Lang) -> Panel:
    series = [chart.series[place] for place in places]
    currency = series[0].currency
    figures = [value for one in series for value in one.values if value is not None]
    whole = sum(figures) if chart.kind is ChartKind.SHARE else 0
    lines = []
    for one in series:
        texts = ["" if value is None else figure_text(value, lang, currency, chart.unit) for value in one.values]
        exact = ["" if value is None else exact_text(value, currency, chart.unit) for value in one.values]
        if whole:
            parts = ["" if value is None else percent(value / whole) for value in one.values]
            texts, exact = ([f"{part} ({text})" if text else "" for part, text in zip(parts, each, strict=True)] for each in (texts, exact))
        reaches = spans(one.values) if chart.kind is ChartKind.WATERFALL else ()
        if reaches:
            texts, exact = ([_step(text, place, one.values) for place, text in enumerate(each)] for each in (texts, exact))
        lines.append(Line(one.name, one.values, tuple(texts), tuple(exact), reaches))
    levels = [level for line in lines for reach in line.spans for level in reach] or figures
    marks = tuple((mark, figure_text(mark, lang, currency, chart.unit) if mark else "0") for mark in ticks_of(levels or [0.0]))
    title = series[0].name if len(series) == 1 else currency
    return Panel(chart.kind, title, chart.labels, tuple(_axis(chart.labels)), tuple(lines), marks, whole)


def _step(text: str, place: int, values: Sequence[float | None]) -> str:
    """A step upwards says so by its sign."""
    return f"+{text}" if 0 < place < len(values) - 1 and (values[place] or 0) > 0 else text


def _axis(labels: Sequence[str]) -> Iterator[tuple[str, str]]:
    """2026-03 as 3 and Q1 as it is, the year below where it is another; what is no stretch of the calendar stays whole."""
    before = ""
    for label in labels:
        found = STRETCH.fullmatch(label)
        if found is None:
            yield label, ""
            continue
        year, part = found.groups()
        yield part.lstrip("0"), year if year != before else ""
        before = year


def percent(share: float) -> str:
    """A part of a whole: 62%, 4.5%."""
    hundredths = share * 100
    return f"{hundredths:.0f}%" if hundredths >= WHOLE_PERCENT or hundredths == 0 else f"{hundredths:.1f}%"


def _sign(currency: str) -> str:
    return SIGNS.get(currency, f"{currency} " if currency else "")


def _minus(value: float) -> str:
    return "-" if value < 0 else ""

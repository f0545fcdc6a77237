"""Charts in a terminal: a bar of block characters a row, words as wide as they are shown. Knows columns; knows no colour."""

import unicodedata
from collections.abc import Iterator

from bot.domain.chart import Chart, ChartKind
from bot.domain.panels import Line, Panel, panels_of
from bot.domain.talk import Lang

BAR, LABEL = 28, 20
EIGHTHS = " ▏▎▍▌▋▊▉█"


def block_lines(chart: Chart, lang: Lang) -> Iterator[str]:
    """The chart, line by line."""
    for panel in panels_of(chart, lang):
        for line in panel.lines:
            titles = (panel.title, line.name if len(panel.lines) > 1 else "")
            yield from (title for title in titles if title)
            yield from _rows(panel, line)


def columns_of(text: str) -> int:
    """How many columns `text` takes in a terminal."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text if not unicodedata.combining(char))


def _rows(panel: Panel, line: Line) -> Iterator[str]:
    labels = [_cut(label) for label in panel.labels]
    column = max(columns_of(label) for label in labels)
    figures = [value for value in line.values if value is not None]
    most = panel.whole or max((abs(value) for value in figures), default=0) or 1
    for label, value, text in zip(labels, line.values, line.texts, strict=True):
        bar = _bar(abs(value or 0) / most)
        padded = bar.ljust(BAR) if panel.kind is ChartKind.SHARE else bar
        yield f"{label}{' ' * (column - columns_of(label))} {padded}{' ' if bar or padded else ''}{text}".rstrip()


def _bar(share: float) -> str:
    whole, rest = divmod(round(share * BAR * 8), 8)
    return "█" * whole + (EIGHTHS[rest] if rest else "") or ("▏" if share else "")


def _cut(label: str) -> str:
    if columns_of(label) <= LABEL:
        return label
    while label and columns_of(label) > LABEL - 1:
        label = label[:-1]
    return label + "…"

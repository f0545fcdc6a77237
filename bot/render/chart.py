"""Charts as PNG for a chat: as wide as a phone shows crisply, words beside what they mean. Knows colours and places; works nothing out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.domain.chart import Chart, ChartKind
from bot.domain.panels import Line, Panel, panels_of
from bot.domain.talk import Lang
from bot.render.fonts import chinese_font
from bot.render.sheet import Box, Faces, Point, Sheet

WIDTH, EDGE = 960, 44
TITLE, BODY, SMALL = 36, 28, 24
PAPER, INK, MUTED, RULE, TRACK = "#ffffff", "#24292b", "#5c6568", "#e4e1da", "#efede7"
COLOURS = ("#0f766e", "#d97706", "#1e3a8a", "#db2777", "#44403c")
"""Told apart by lightness as well as by hue, each with at least 3 to 1 on paper (WCAG 2.2, 1.4.11)."""
TINT = "#e3f0ee"
ROW, BAR, GAP, LEADING = 62, 38, 18, 1.4
ROUND = 6
MOST_OF_LABEL = 0.34
PLOT_HEIGHT = 380
STREWN = 40
ALL_TOLD = 12
"""So many points of a single line have their figure beside them; of more, the first, last, least and most."""


@dataclass(frozen=True)
class Drawing:
    """A chart on its sheet. words, with their boxes, stand in `sheet.words`."""

    sheet: Sheet
    height: int

    def png(self) -> bytes:
        """The picture, `WIDTH` pixels wide."""
        return self.sheet.png(self.height, PAPER)


def chart_png(chart: Chart, lang: Lang) -> bytes:
    """The chart as a picture. It takes a core for some 100 ms: call it in a process of its own (`bot.render.drawn`)."""
    return drawing(chart, lang, Faces(chinese_font())).png()


def drawing(chart: Chart, lang: Lang, faces: Faces) -> Drawing:
    """The chart laid out. What the font lacks is left out, and a label that it cannot show is numbered as the text counts."""
    sheet, bottom = Sheet(faces, WIDTH), float(EDGE)
    for line in faces.wrapped(faces.legible(chart.title), TITLE, WIDTH - 2 * EDGE, 2):
        sheet.write((EDGE, bottom), line, TITLE, INK, bold=True)
        bottom += TITLE * LEADING
    for panel in panels_of(chart, lang):
        bottom = _panel(sheet, panel, bottom + GAP)
    bottom += GAP
    for line in faces.wrapped(faces.legible(chart.note), SMALL, WIDTH - 2 * EDGE, 3):
        sheet.write((EDGE, bottom), line, SMALL, MUTED)
        bottom += SMALL * LEADING
    return Drawing(sheet, round(bottom + EDGE - SMALL * (LEADING - 1)))


def _panel(sheet: Sheet, panel: Panel, top: float) -> float:
    """Draw one panel; returns where it ends."""
    if panel.title and (title := sheet.faces.legible(panel.title)):
        sheet.write((EDGE, top), sheet.faces.fitted(title, BODY, WIDTH - 2 * EDGE), BODY, MUTED, bold=True)
        top += BODY * LEADING + GAP / 2
    if panel.kind is ChartKind.TREND:
        return _trend(sheet, panel, top)
    return _rows(sheet, panel, panel.lines[0], top)


# --- rows: shares, funnels and bars ------------------------------------------------------------------------------------


def _rows(sheet: Sheet, panel: Panel, line: Line, top: float) -> float:
    faces, room = sheet.faces, WIDTH - 2 * EDGE
    labels = [faces.legible(label, f"#{number}") for number, label in enumerate(panel.labels, 1)]
    column = min(max(faces.width(label, BODY) for label in labels), room * MOST_OF_LABEL)
    names = [faces.wrapped(label, BODY, column, 2) for label in labels]
    figures = max(faces.width(text, BODY) for text in line.texts)
    left, right = EDGE + column + GAP, WIDTH - EDGE - figures - GAP
    height = ROW if all(len(name) == 1 for name in names) else round(BODY * LEADING * 2) + GAP
    for number, (name, value, text) in enumerate(zip(names, line.values, line.texts, strict=True)):
        middle = top + height * number + height / 2
        first = middle - BODY * 1.25 * len(name) / 2
        for place, words in enumerate(name):
            sheet.write((EDGE, first + place * BODY * 1.25), words, BODY, INK)
        box = (left, middle - BAR / 2, right, middle + BAR / 2)
        end = _reach(sheet, panel, line, number, box) if line.spans else _bar(sheet, panel, value, box)
        at_end = panel.kind is ChartKind.BARS and panel.ticks[0][0] >= 0
        beside: Point = (end + GAP / 2 if at_end else WIDTH - EDGE, middle - BODY * 1.25 / 2)
        sheet.write(beside, text, BODY, INK, anchor="l" if at_end else "r")
    return top + height * len(names)


def _bar(sheet: Sheet, panel: Panel, value: float | None, box: Box) -> float:
    """One bar within `box`; returns where it ends."""
    left, top, right, bottom = box
    low, high = _bounds(panel)
    zero = left + (right - left) * -low / (high - low)
    if panel.kind is ChartKind.SHARE:
        sheet.rectangle(box, TRACK, 6)
    if not value:
        return zero
    length = (right - left) * value / (high - low)
    if panel.kind is ChartKind.FUNNEL:
        middle = (left + right) / 2
        sheet.rectangle((middle - length / 2, top, middle + length / 2, bottom), COLOURS[0], 6)
        return middle + length / 2
    colour = COLOURS[0] if value > 0 else COLOURS[1]
    sheet.rectangle((min(zero, zero + length), top, max(zero, zero + length), bottom), colour, 6)
    return max(zero, zero + length)


def _reach(sheet: Sheet, panel: Panel, line: Line, number: int, box: Box) -> float:
    """One bar of a waterfall, with a hair to where the next one begins: levels in one colour, steps up and down in two others."""
    left, top, right, bottom = box
    low, high = _bounds(panel)
    start, end = (left + (right - left) * (level - low) / (high - low) for level in line.spans[number])
    is_level = number in {0, len(line.spans) - 1}
    colour = COLOURS[2] if is_level else COLOURS[0] if end >= start else COLOURS[1]
    if start != end:
        sheet.rectangle((min(start, end), top, max(start, end), bottom), colour, ROUND if abs(end - start) > 2 * ROUND else 0)
    if number + 1 < len(line.spans):
        sheet.line([(end, bottom), (end, bottom + ROW - BAR)], MUTED, 2)
    return max(start, end)


def _bounds(panel: Panel) -> tuple[float, float]:
    """What the ends of a row stand for: of shares the whole, else the least and the most, zero always within."""
    if panel.kind is ChartKind.SHARE:
        return 0.0, panel.whole or 1.0
    figures = [value for line in panel.lines for value in line.values if value is not None]
    figures = [level for line in panel.lines for span in line.spans for level in span] or figures
    low, high = min(0.0, *figures, 0.0), max(0.0, *figures, 0.0)
    return low, high if high > low else low + 1


# --- a course of time ----------------------------------------------------------------------------------------------------


def _trend(sheet: Sheet, panel: Panel, top: float) -> float:
    faces = sheet.faces
    if len(panel.lines) > 1:
        top = _legend(sheet, panel, top)
    marks = max(faces.width(text, SMALL) for _, text in panel.ticks)
    left, right, ceiling = EDGE + marks + GAP, WIDTH - EDGE - GAP, top + SMALL * LEADING
    floor = ceiling + PLOT_HEIGHT
    low, high = panel.ticks[0][0], panel.ticks[-1][0]
    for value, text in panel.ticks:
        level = floor - (value - low) / (high - low) * PLOT_HEIGHT
        sheet.line([(left, level), (WIDTH - EDGE, level)], MUTED if value == 0 else RULE, 2)
        sheet.write((EDGE + marks, level - SMALL * 1.25 / 2), text, SMALL, MUTED, anchor="r")
    step = (right - left - 3 * GAP) / max(1, len(panel.labels) - 1)
    places = [left + 2 * GAP + step * number for number in range(len(panel.labels))]

    def point(number: int, value: float) -> Point:
        return places[number], floor - (value - low) / (high - low) * PLOT_HEIGHT

    courses = [[None if value is None else point(number, value) for number, value in enumerate(line.values)] for line in panel.lines]
    base = point(0, 0.0)[1]
    for number, course in enumerate(courses):
        for run in _runs(course):
            if len(panel.lines) == 1 and len(run) > 1:
                sheet.area([(run[0][0], base), *run, (run[-1][0], base)], TINT)
            sheet.line(run, COLOURS[number], 5)
            for at in run:
                sheet.dot(at, 6, COLOURS[number], PAPER)
    bottom = _axis(sheet, panel, places, floor + GAP / 2)
    if len(panel.lines) == 1:
        _tell_points(sheet, panel.lines[0], courses[0], floor)
    return bottom


def _legend(sheet: Sheet, panel: Panel, top: float) -> float:
    at = float(EDGE)
    for number, line in enumerate(panel.lines):
        name = sheet.faces.fitted(sheet.faces.legible(line.name, f"#{number + 1}"), SMALL, WIDTH / 3)
        if at + 40 + sheet.faces.width(name, SMALL) > WIDTH - EDGE:
            at, top = float(EDGE), top + SMALL * LEADING
        sheet.rectangle((at, top + 5, at + 28, top + 25), COLOURS[number], 4)
        at = sheet.write((at + 40, top), name, SMALL, INK)[2] + 2 * GAP
    return top + SMALL * LEADING


def _runs(course: Sequence[Point | None]) -> Iterator[list[Point]]:
    """The stretches of a line between its gaps."""
    run: list[Point] = []
    for at in course:
        if at is not None:
            run.append(at)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _tell_points(sheet: Sheet, line: Line, course: Sequence[Point | None], floor: float) -> None:
    """Figures beside their points, the ones that matter first; one that would stand on another is left to the axis."""
    there = [(number, at) for number, at in enumerate(course) if at is not None]
    heights = {number: at[1] for number, at in there}
    first = [there[-1][0], min(heights, key=heights.__getitem__), max(heights, key=heights.__getitem__), there[0][0]] if there else []
    others = list(heights) if len(there) <= ALL_TOLD else []
    strokes = [dot for run in _runs(course) for start, end in pairwise(run) for dot in _strewn(start, end)]
    for number in dict.fromkeys((*first, *others)):
        if (at := course[number]) is not None and line.values[number]:  # a zero stands on its line, and says so
            _tell_point(sheet, at, line.texts[number], strokes, floor)


def _tell_point(sheet: Sheet, at: Point, text: str, strokes: Sequence[Box], floor: float) -> None:
    """A figure above its point, else beside it, else below: where neither words nor the line are."""
    width, height = sheet.faces.width(text, SMALL), SMALL * 1.25
    above, beside = at[1] - height - 10, width / 2 + 16
    spots = ((0.0, above), (0.0, above - 10), (beside, above + 16), (-beside, above + 16), (0.0, at[1] + 10))
    for aside, top in spots:
        middle = at[0] + aside
        box = sheet.box_of((middle, top), text, SMALL, "m")
        taken = any(_meet(box, other) for other in (*(one.box for one in sheet.words), *strokes))
        if not taken and box[0] >= EDGE and box[2] <= WIDTH - EDGE / 2 and box[3] <= floor:
            sheet.write((middle, top), text, SMALL, INK, anchor="m")
            return


def _strewn(start: Point, end: Point) -> Iterator[Box]:
    """Where the line from `start` to `end` runs, in small boxes."""
    for part in range(STREWN + 1):
        x, y = (one + (other - one) * part / STREWN for one, other in zip(start, end, strict=True))
        yield (x - 4, y - 4, x + 4, y + 4)


def _axis(sheet: Sheet, panel: Panel, places: Sequence[float], top: float) -> float:
    """Labels below their places, as many as fit beside each other; the year below its first one."""
    faces, end, year_end, rows = sheet.faces, -1.0, -1.0, 1
    for number, (place, (upper, lower)) in enumerate(zip(places, panel.axis, strict=True)):
        upper = faces.legible(upper, f"#{number + 1}")  # noqa: PLW2901 - as it can be shown
        box = sheet.box_of((place, top), upper, SMALL, "m")
        if end + 3 < box[0] and box[0] >= 0 and box[2] <= WIDTH:
            sheet.write((place, top), upper, SMALL, MUTED, anchor="m")
            end = box[2]
        box = sheet.box_of((place, top), lower, SMALL, "m")
        if lower and year_end + 6 < box[0] and box[2] <= WIDTH:
            rows = 2
            sheet.write((place, top + SMALL * 1.25), lower, SMALL, MUTED, anchor="m")
            year_end = box[2]
    return top + SMALL * 1.25 * rows


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]

"""Tables as PNG for a chat that draws none: columns as wide as their words need, nothing cut. Knows widths and colours, and no meaning."""

from collections.abc import Sequence

from bot.domain.paper import Grid
from bot.render.chart import INK, MUTED, RULE, TRACK, Drawing
from bot.render.fonts import chinese_font
from bot.render.sheet import Faces, Sheet

NARROW, COLUMN, WIDEST = 960, 170, 2_400
"""A picture's width: the least, for each column of many, the most."""
EDGE, SIZE, LEADING, GAP, PAD = 32, 26, 1.35, 28, 14
LEAST = 60.0
MOST_LINES = 60
"""Of a cell; more fit into no picture that anybody reads."""


def table_png(table: Grid) -> bytes:
    """The table as a picture. It takes a core for some 100 ms: call it in a process of its own (`bot.render.drawn`)."""
    return table_drawing(table, Faces(chinese_font())).png()


def table_drawing(table: Grid, faces: Faces) -> Drawing:
    """The table laid out, its head bold and every second row tinted. What the font lacks is left out."""
    rows = [[faces.legible(" ".join(cell.split())) for cell in row] for row in (table.header, *table.rows)]
    width = max(NARROW, min(WIDEST, COLUMN * len(table.header)))
    rooms = _rooms(rows, width - 2 * EDGE - GAP * (len(table.header) - 1), faces)
    sheet, top = Sheet(faces, width), float(EDGE)
    for place, row in enumerate(rows):
        top = _row(sheet, row, rooms, top, place)
    return Drawing(sheet, round(top + EDGE))


def _row(sheet: Sheet, row: Sequence[str], rooms: Sequence[float], top: float, place: int) -> float:
    """Draw one row, the head at place 0; returns where it ends."""
    lines = [sheet.faces.wrapped(cell, SIZE, room, MOST_LINES) for cell, room in zip(row, rooms, strict=True)]
    bottom = top + 2 * PAD + max(1, *(len(cell) for cell in lines)) * SIZE * LEADING
    if place and place % 2 == 0:
        sheet.rectangle((EDGE - PAD, top, sheet.width - EDGE + PAD, bottom), TRACK, 6)
    left = float(EDGE)
    for cell, room in zip(lines, rooms, strict=True):
        for number, line in enumerate(cell):
            sheet.write((left, top + PAD + number * SIZE * LEADING), line, SIZE, INK if place else MUTED, bold=place == 0)
        left += room + GAP
    if place == 0:
        sheet.line([(EDGE, bottom), (sheet.width - EDGE, bottom)], RULE, 2)
    return bottom


def _rooms(rows: Sequence[Sequence[str]], room: float, faces: Faces) -> list[float]:
    """How wide each column is: as its longest cell where all have room, else the long ones share what the short ones leave."""
    wanted = [max(LEAST, *(faces.width(cell, SIZE) + 1 for cell in column)) for column in zip(*rows, strict=True)]
    given: dict[int, float] = {}
    while len(given) < len(wanted):
        share = (room - sum(given.values())) / (len(wanted) - len(given))
        modest = [place for place, want in enumerate(wanted) if place not in given and want <= share]
        if not modest:
            given |= {place: share for place in range(len(wanted)) if place not in given}
        given |= {place: wanted[place] for place in modest}
    return [given[place] for place in range(len(wanted))]

"""Curves over a square as PNG, in the look of the charts. Knows colours and places; works nothing out."""

from bot.domain.curves import Curves
from bot.render.chart import BODY, COLOURS, EDGE, GAP, INK, LEADING, MUTED, PAPER, RULE, SMALL, TITLE, WIDTH, Drawing
from bot.render.fonts import chinese_font
from bot.render.sheet import Faces, Point, Sheet

PLOT = 620
"""Pixels of the square's side."""
MARKS = (0.0, 0.25, 0.5, 0.75, 1.0)
DASH = 0.02


def curves_png(curves: Curves) -> bytes:
    """The curves as a picture."""
    return curves_drawing(curves, Faces(chinese_font())).png()


def curves_drawing(curves: Curves, faces: Faces) -> Drawing:
    """The curves laid out. What the font lacks is left out."""
    sheet, bottom = Sheet(faces, WIDTH), float(EDGE)
    for line in faces.wrapped(faces.legible(curves.title), TITLE, WIDTH - 2 * EDGE, 2):
        sheet.write((EDGE, bottom), line, TITLE, INK, bold=True)
        bottom += TITLE * LEADING
    bottom = _legend(sheet, curves, bottom + GAP / 2)
    sheet.write((EDGE, bottom), faces.legible(curves.up), SMALL, MUTED)
    bottom = _square(sheet, curves, bottom + SMALL * LEADING + GAP)
    for line in faces.wrapped(faces.legible(curves.note), SMALL, WIDTH - 2 * EDGE, 3):
        sheet.write((EDGE, bottom), line, SMALL, MUTED)
        bottom += SMALL * LEADING
    return Drawing(sheet, round(bottom + EDGE - SMALL * (LEADING - 1)))


def _legend(sheet: Sheet, curves: Curves, top: float) -> float:
    """Each course on a line with its colour, then what the diagonal means; returns where it ends."""
    for number, one in enumerate((*(course.name for course in curves.courses), curves.even)):
        colour = COLOURS[number] if number < len(curves.courses) else MUTED
        sheet.rectangle((EDGE, top + 12, EDGE + 28, top + 18), colour, 2)
        sheet.write((EDGE + 40, top), sheet.faces.fitted(sheet.faces.legible(one), BODY, WIDTH - 2 * EDGE - 40), BODY, INK)
        top += BODY * LEADING
    return top


def _square(sheet: Sheet, curves: Curves, top: float) -> float:
    left = EDGE + sheet.faces.width("100%", SMALL) + GAP

    def place(across: float, up: float) -> Point:
        return left + across * PLOT, top + (1 - up) * PLOT

    for mark in MARKS:
        sheet.line([place(0, mark), place(1, mark)], MUTED if mark == 0 else RULE, 2)
        sheet.line([place(mark, 0), place(mark, 1)], MUTED if mark == 0 else RULE, 2)
        sheet.write((left - GAP, place(0, mark)[1] - SMALL * 1.25 / 2), f"{mark:.0%}", SMALL, MUTED, anchor="r")
        sheet.write((place(mark, 0)[0], top + PLOT + GAP / 2), f"{mark:.0%}", SMALL, MUTED, anchor="m")
    for step in range(round(1 / DASH / 2)):
        begin = 2 * step * DASH
        sheet.line([place(begin, begin), place(begin + DASH, begin + DASH)], MUTED, 2)
    for number, one in enumerate(curves.courses):
        points = [place(*point) for point in one.points]
        sheet.line(points, COLOURS[number], 5)
        for at in points if one.dotted else ():
            sheet.dot(at, 6, COLOURS[number], PAPER)
    below = top + PLOT + GAP / 2 + SMALL * LEADING
    sheet.write((left + PLOT / 2, below), sheet.faces.legible(curves.across), SMALL, MUTED, anchor="m")
    return below + SMALL * LEADING + GAP / 2

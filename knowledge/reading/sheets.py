"""Workbooks (XLSX, XLSM, XLSB, XLS, ODS): rows of each sheet with the names of their columns. Runs no macro, follows no link.

A formula's value is the one that was last worked out; nothing is worked out here.
"""

import datetime as dt
import io
from collections.abc import Iterator
from itertools import chain

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from bot.errors import Refused
from knowledge.reading.formats import OLE, File, Opened
from knowledge.reading.locked import has_password
from knowledge.reading.percent import Cell, percent_cells
from knowledge.reading.tables import Row, blocks
from knowledge.splitting import Block

MOST_COLUMNS = 300
WHOLE_UP_TO = 1e15
"""A double holds so many digits."""
MACRO_SHEETS = b"xl/macrosheets/"
"""Programs of 1992 in a sheet of their own, loved by senders of malware."""


def read(file: File) -> Opened:
    """Blocks of rows for each sheet; a hidden sheet is named as one."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(file.data))
    except (CalamineError, OSError, ValueError):
        raise Refused(_why(file.data)) from None
    percents = percent_cells(file.data)
    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ is SheetTypeEnum.WorkSheet]
    return Opened(chain.from_iterable(_sheet(book, sheet, percents.get(sheet.name, frozenset())) for sheet in sheets))


def _why(data: bytes) -> str:
    """Why a workbook cannot be opened: the library says the same of all."""
    if data.startswith(OLE):
        return "old_locked" if has_password(data) else "broken"
    return "macro_sheet" if MACRO_SHEETS in data else "broken"


def _sheet(book: CalamineWorkbook, about: SheetMetadata, percents: frozenset[Cell]) -> Iterator[Block]:
    hidden = about.visible is not SheetVisibleEnum.Visible
    try:
        sheet = book.get_sheet_by_name(about.name)
    except (CalamineError, OSError, ValueError):
        raise Refused("broken") from None
    yield from blocks(_rows(sheet, percents), f"{'hidden ' if hidden else ''}sheet {about.name}")


def _rows(sheet: CalamineSheet, percents: frozenset[Cell]) -> Iterator[Row]:
    if sheet.start is None:
        return
    _, left = sheet.start  # rows come from the first of the sheet, cells from the first that holds something
    for row, cells in enumerate(sheet.iter_rows()):
        told = enumerate(cells[:MOST_COLUMNS], left)
        yield row + 1, [shown(cell, is_percent=(row, column) in percents) for column, cell in told]


def shown(value: object, *, is_percent: bool = False) -> str:
    """A cell as a person sees it."""
    match value:
        case bool():
            return str(value).upper()
        case int() | float() if is_percent:
            return f"{value * 100:.10g}%"
        case float() if not value.is_integer() or abs(value) >= WHOLE_UP_TO:
            return f"{value:.12g}"
        case float():
            return str(int(value))
        case dt.datetime() if value.time() == dt.time():
            return value.date().isoformat()
    return str(value)

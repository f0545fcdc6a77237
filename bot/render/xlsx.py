"""Papers as workbooks: each heading of level 1 begins a sheet. Knows XlsxWriter, and only it."""

import io
import re
from datetime import datetime

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from bot.domain.paper import Block, Bullets, Grid, Heading, PageBreak, Paper, Paragraph

MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - the file format has no zone, and the true hour would make each file another
SHEET_NAME_LENGTH = 31
FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
FIGURE = re.compile(r"-?\d{1,12}(\.\d{1,6})?")


def xlsx(paper: Paper) -> bytes:
    """An XLSX. Cells that are plain figures are numbers; nothing is a formula, whatever it begins with."""
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}) as book:
        book.set_properties({"title": paper.title, "created": MADE})
        sheet, line = None, 0
        for block in paper.blocks:
            if isinstance(block, Heading) and block.level == 1:
                sheet, line = book.add_worksheet(FORBIDDEN.sub(" ", block.text)[:SHEET_NAME_LENGTH]), 0
                continue
            sheet = sheet or book.add_worksheet(FORBIDDEN.sub(" ", paper.title)[:SHEET_NAME_LENGTH])
            for row in _rows(block):
                _write(sheet, line, row)
                line += 1
    return out.getvalue()


def _rows(block: Block) -> tuple[tuple[str, ...], ...]:
    match block:
        case Heading(_, text) | Paragraph(text):
            return ((text,),)
        case Bullets(items):
            return tuple((item,) for item in items)
        case Grid(header, rows):
            return (header, *rows)
        case PageBreak():
            return ()


def _write(sheet: Worksheet, line: int, row: tuple[str, ...]) -> None:
    for column, text in enumerate(row):
        if FIGURE.fullmatch(text):
            sheet.write_number(line, column, float(text))
        else:
            sheet.write_string(line, column, text)

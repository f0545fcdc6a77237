"""Which cells of an XLSX are shown as percentages: people see 15%, the file holds 0.15. Knows number formats; reads no value."""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import IO

from lxml import etree

Cell = tuple[int, int]
"""Row and column, from 0."""

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
BUILT_IN = frozenset({9, 10})
"""The numbers of "0%" and "0.00%".  Source: ECMA-376-1, 18.8.30."""
UNSHOWN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


def percent_cells(workbook: bytes) -> Mapping[str, frozenset[Cell]]:
    """Sheet name -> its cells that are shown as percentages; nothing for what is no XLSX, or broken."""
    try:
        with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
            styles = _styles(archive)
            return {name: frozenset(_cells(archive, part, styles)) for name, part in _sheets(archive)} if styles else {}
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, NotImplementedError, RuntimeError, etree.LxmlError):
        return {}


def _styles(archive: zipfile.ZipFile) -> frozenset[str]:
    """The numbers, as cells give them, of the styles that show percentages."""
    with archive.open("xl/styles.xml") as part:
        tree = _parsed(part)
    formats = {int(one.get("numFmtId", "0")): one.get("formatCode", "") for one in tree.iter(f"{MAIN}numFmt")}
    percents = BUILT_IN | {number for number, code in formats.items() if "%" in UNSHOWN.sub("", code)}
    return frozenset(
        str(at) for at, style in enumerate(tree.iterfind(f"{MAIN}cellXfs/{MAIN}xf")) if int(style.get("numFmtId", "0")) in percents
    )


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    with archive.open("xl/workbook.xml") as part:
        book = _parsed(part)
    with archive.open("xl/_rels/workbook.xml.rels") as part:
        targets = {one.get("Id"): one.get("Target", "") for one in _parsed(part)}
    for sheet in book.iter(f"{MAIN}sheet"):
        yield sheet.get("name", ""), posixpath.normpath(posixpath.join("/xl", targets.get(sheet.get(RELATION), ""))).lstrip("/")


def _cells(archive: zipfile.ZipFile, part: str, styles: frozenset[str]) -> Iterator[Cell]:
    if part not in archive.namelist():
        return
    with archive.open(part) as file:
        for _, cell in etree.iterparse(file, tag=f"{MAIN}c", resolve_entities=False, no_network=True, load_dtd=False):
            if cell.get("s") in styles and (found := PLACE.fullmatch(cell.get("r", ""))):
                yield int(found[2]) - 1, _column(found[1])
            row = cell.getparent()
            cell.clear()
            if row is not None and row.getprevious() is not None:
                row.getparent().remove(row.getprevious())


def _parsed(part: IO[bytes]) -> etree._Element:
    return etree.parse(part, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)).getroot()


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1

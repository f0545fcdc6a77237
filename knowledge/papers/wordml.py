"""What WordprocessingML means to a reader: which element shows which words, and whose tracked change it is. Knows no file and no diff.

Source of all names: ECMA-376 part 1, chapter 17 (WordprocessingML) and 22.1 (Office Math).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

Element = Any
"""An lxml element; lxml ships no types."""

PARAGRAPH, TABLE, ROW, CELL, RUN = f"{W}p", f"{W}tbl", f"{W}tr", f"{W}tc", f"{W}r"
INSERTING = {f"{W}ins", f"{W}moveTo"}
DELETING = {f"{W}del", f"{W}moveFrom"}
SIGNS = {f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}cr": "\n", f"{W}noBreakHyphen": "-", f"{W}softHyphen": ""}
UNSHOWN = {
    f"{W}pPr", f"{W}rPr", f"{W}sdtPr", f"{W}tblPr", f"{W}tcPr", f"{W}trPr", f"{W}instrText", f"{W}delInstrText", f"{W}object", f"{W}pict",
    f"{W}rt", f"{MC}Fallback", f"{W}txbxContent",
}
"""What shows no words in its paragraph: properties, the code of fields, objects, and what is told at another place."""
HIDDEN = f"{W}vanish"


@dataclass(frozen=True, slots=True)
class Words:
    """Some words of a paragraph. inserted, deleted: whether somebody's tracked change put them there, or took them out."""

    text: str
    inserted: bool = False
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A paragraph's element and where it stands. row: of a table, as "2.3". inserted, deleted: the row it is in was."""

    element: Element
    row: str = ""
    inserted: bool = False
    deleted: bool = False
    boxed: bool = False


def val(element: Element, name: str = "val") -> str:
    """An attribute of WordprocessingML, "" where it is not there."""
    return "" if element is None else str(element.get(f"{W}{name}", ""))


def shown(element: Element) -> str:
    """The words that one child of a run shows."""
    tag = element.tag
    if tag in {f"{W}t", f"{W}delText", f"{M}t"}:
        return element.text or ""
    if tag == f"{W}br":
        return "" if val(element, "type") in {"page", "column"} else "\n"
    if tag == f"{W}sym":
        code = val(element, "char")
        return chr(int(code, 16)) if code and not code.upper().startswith("F0") else "□"
    return SIGNS.get(tag, "")


def words(element: Element, inserted: bool = False, deleted: bool = False) -> Iterator[Words]:  # noqa: FBT001, FBT002 - two marks, handed down
    """The words of a paragraph, in order, each with whose change it is."""
    for child in element:
        tag = child.tag
        if tag in UNSHOWN or not isinstance(tag, str):
            continue
        if tag == RUN and is_hidden(child):
            continue
        if text := shown(child):
            yield Words(text, inserted, deleted)
        else:
            yield from words(child, inserted or tag in INSERTING, deleted or tag in DELETING)


def is_hidden(run: Element) -> bool:
    """Whether a run is formatted as hidden text, which Word neither shows nor prints."""
    mark = run.find(f"{W}rPr/{HIDDEN}")
    return mark is not None and val(mark) not in {"0", "false", "off"}


def mark_of(paragraph: Element) -> Words:
    """Whose change the paragraph's end is: one inserted has split a paragraph, one deleted joins it with the next."""
    ends = {child.tag for child in paragraph.iterfind(f"{W}pPr/{W}rPr/*")}
    return Words("", bool(ends & INSERTING), bool(ends & DELETING))


def paragraphs(block: Element, table: int, place: Placed | None = None) -> Iterator[Placed]:
    """The paragraphs of what stands in a body (a paragraph, a table, a box of content), each followed by those of its text boxes.

    table: the number of this block, should it be a table.
    """
    here = place or Placed(block)
    if block.tag == PARAGRAPH:
        yield replace(here, element=block)
        for box in block.iter(f"{W}txbxContent"):
            if not any(above.tag == f"{MC}Fallback" for above in box.iterancestors()):
                for child in box:
                    yield from paragraphs(child, table, replace(here, boxed=True))
    elif block.tag == TABLE:
        yield from _rows(block, table, here)
    elif block.tag not in UNSHOWN and isinstance(block.tag, str):
        marked = replace(here, inserted=here.inserted or block.tag in INSERTING, deleted=here.deleted or block.tag in DELETING)
        for child in block:
            yield from paragraphs(child, table, marked)


def _rows(block: Element, table: int, here: Placed) -> Iterator[Placed]:
    for number, row in enumerate(block.iter(ROW) if here.row == "" else (), 1):
        if next((above for above in row.iterancestors(TABLE)), None) is not block:
            continue
        changes = {child.tag for child in row.iterfind(f"{W}trPr/*")}
        marked = Placed(row, f"{table}.{number}", bool(changes & INSERTING), bool(changes & DELETING))
        for cell in row.iter(CELL):
            if next((above for above in cell.iterancestors(ROW)), None) is row:
                for child in cell:
                    yield from paragraphs(child, table, marked)
    for cell in block.iter(CELL) if here.row else ():  # a table within a cell belongs to the row it is in
        if next((above for above in cell.iterancestors(TABLE)), None) is block:
            for child in cell:
                yield from paragraphs(child, table, here)

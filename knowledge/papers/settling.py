"""Other people's tracked changes, accepted, so that a redline shows ours alone. Knows WordprocessingML; judges no change."""

from knowledge.papers.wordml import CELL, DELETING, INSERTING, PARAGRAPH, ROW, Element, W, mark_of

TRACES = {
    f"{W}{name}"
    for name in (
        "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblGridChange", "trPrChange", "tcPrChange", "tblPrExChange",
        "numberingChange", "cellIns", "cellMerge", "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd",
        "customXmlInsRangeStart", "customXmlInsRangeEnd", "customXmlDelRangeStart", "customXmlDelRangeEnd",
        "customXmlMoveFromRangeStart", "customXmlMoveFromRangeEnd", "customXmlMoveToRangeStart", "customXmlMoveToRangeEnd",
    )
}  # fmt: skip


def accept_all(body: Element) -> None:
    """Leave the body as if everybody had agreed to all."""
    gone = [row for row in body.iter(ROW) if any(child.tag in DELETING for child in row.iterfind(f"{W}trPr/*"))]
    gone += [cell for cell in body.iter(CELL) if cell.find(f"{W}tcPr/{W}cellDel") is not None]
    joined = [paragraph for paragraph in body.iter(PARAGRAPH) if mark_of(paragraph).deleted]
    for one in (*gone, *list(body.iter(*DELETING)), *[one for one in body.iter() if one.tag in TRACES]):
        _drop(one)
    for kept in list(body.iter(*INSERTING)):
        _unwrap(kept)
    for paragraph in joined:
        _join(paragraph)


def _drop(element: Element) -> None:
    """Take an element out, unless it went with one around it."""
    if element.getparent() is not None:
        element.getparent().remove(element)


def _unwrap(mark: Element) -> None:
    """Leave what a mark holds in its place."""
    at = mark
    for child in list(mark):
        at.addnext(child)
        at = child
    mark.getparent().remove(mark)


def _join(paragraph: Element) -> None:
    """A paragraph whose end was taken out goes on in the next one, where there is one."""
    following = paragraph.getnext()
    said = [child for child in paragraph if child.tag != f"{W}pPr"]
    if following is None or following.tag != PARAGRAPH:
        if not said and following is not None:
            paragraph.getparent().remove(paragraph)
        return
    at = 1 if following.find(f"{W}pPr") is not None else 0
    for number, child in enumerate(said):
        following.insert(at + number, child)
    paragraph.getparent().remove(paragraph)

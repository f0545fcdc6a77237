"""Tracked changes and comments in WordprocessingML: what is put in, what is taken out, by whom and when. Knows elements; decides nothing.

Source: ECMA-376 part 1, 17.13.5 (revisions) and 17.13.4 (comments).
"""

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from lxml import etree

from knowledge.papers.wording import Edit
from knowledge.papers.wordml import RUN, UNSHOWN, Element, W, is_hidden, shown

AUTHOR, INITIALS = "Tandem", "T"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to say."""


APART = timedelta(minutes=2)
"""Whole paragraphs are dated so much earlier than words: LibreOffice makes one change of neighbours of about one time, and then takes the
end of the paragraph between them for changed, too (seen in 7.4)."""


@dataclass(slots=True)
class Ink:
    """Makes marks: each with an id of its own, the author and the time. first: an id that nobody has used yet."""

    at: datetime
    first: int = 1
    _used: int = field(default=0, init=False)

    def mark(self, tag: str, *, whole: bool = False) -> Element:
        """An empty `w:ins` or `w:del`. whole: of a paragraph, not of words in one."""
        element = etree.Element(f"{W}{tag}")
        self._used += 1
        element.set(f"{W}id", str(self.first + self._used))
        element.set(f"{W}author", AUTHOR)
        element.set(f"{W}date", f"{self.at - (APART if whole else timedelta()):%Y-%m-%dT%H:%M:%SZ}")
        return element

    def inserted(self, text: str, like: Element = None, *, whole: bool = False) -> Element:
        """A run that is put in, formatted like another."""
        mark = self.mark("ins", whole=whole)
        mark.append(run(text, like))
        return mark

    def end(self, paragraph: Element, tag: str) -> None:
        """Mark the end of a paragraph itself as put in or taken out."""
        properties = _ensured(paragraph, "pPr", 0)
        formatting = properties.find(f"{W}rPr")
        if formatting is None:
            formatting = etree.Element(f"{W}rPr")
            later = next((child for child in properties if child.tag in {f"{W}sectPr", f"{W}pPrChange"}), None)
            if later is None:
                properties.append(formatting)
            else:
                later.addprevious(formatting)
        formatting.insert(0, self.mark(tag, whole=True))

    def row(self, row: Element, tag: str) -> None:
        """Mark a row of a table as put in or taken out."""
        properties = row.find(f"{W}trPr")
        if properties is None:
            properties = etree.Element(f"{W}trPr")
            before = row.find(f"{W}tblPrEx")
            row.insert(0 if before is None else 1, properties)
        properties.append(self.mark(tag, whole=True))

    def delete(self, paragraph: Element) -> None:
        """Take out all that a paragraph says."""
        for one in list(runs(paragraph)):
            self._struck(one, whole=True)

    def edit(self, paragraph: Element, changes: Sequence[Edit]) -> None:
        """Change the words of a paragraph; `changes` count the signs of `text_of`."""
        todo = list(changes)
        at = 0
        for one in list(runs(paragraph)):
            length = sum(len(shown(child)) for child in one)
            self._edit_run(one, at, at + length, todo)
            at += length
        for change in todo:  # beyond the last run, or in a paragraph that has none
            paragraph.append(self.inserted(change.text, next(iter(reversed(list(runs(paragraph)))), None)))

    def _edit_run(self, one: Element, begin: int, end: int, todo: list[Edit]) -> None:
        """Change what of the changes lies in the run from `begin` to `end`; those that are done leave `todo`."""
        mine = [change for change in todo if (change.begin < end and change.end > begin) or _within(change, begin, end)]
        if not mine:
            return
        cuts = sorted({begin, end, *(min(max(place, begin), end) for change in mine for place in (change.begin, change.end))})
        last = one
        place = begin
        for start, stop in pairwise(cuts):
            last = self._put_before(mine, place, last, one, todo, start)
            piece = _cut(one, start - begin, stop - begin)
            gone = any(change.begin <= start and stop <= change.end for change in mine)
            last.addnext(piece)
            last = self._struck(piece) if gone else piece
            place = stop
        self._put_before(mine, place, last, one, todo, end)
        one.getparent().remove(one)

    def _put_before(self, mine: list[Edit], place: int, last: Element, like: Element, todo: list[Edit], at: int) -> Element:
        """Put in what belongs at a place, behind `last`."""
        for change in mine:
            if change.end == place == at and change in todo:
                todo.remove(change)
                if change.text:
                    new = self.inserted(change.text, like)
                    last.addnext(new)
                    last = new
        return last

    def _struck(self, one: Element, *, whole: bool = False) -> Element:
        """A run, taken out where it stands."""
        for child in one:
            if child.tag in {f"{W}t", f"{W}instrText"}:
                child.tag = f"{W}delText" if child.tag == f"{W}t" else f"{W}delInstrText"
        mark = self.mark("del", whole=whole)
        one.addprevious(mark)
        mark.append(one)
        return mark


def run(text: str, like: Element = None) -> Element:
    """A run with this text, formatted like another."""
    made = etree.Element(RUN)
    formatting = like.find(f"{W}rPr") if like is not None else None
    if formatting is not None:
        made.append(_plain(formatting))
    for number, line in enumerate(UNWRITABLE.sub("", text).split("\n")):
        if number:
            etree.SubElement(made, f"{W}br")
        words = etree.SubElement(made, f"{W}t")
        words.text = line
        words.set(SPACE, "preserve")
    return made


def runs(element: Element) -> Iterator[Element]:
    """The runs of a paragraph that show words, in their order."""
    for child in element:
        if child.tag == RUN:
            if not is_hidden(child):
                yield child
        elif child.tag not in UNSHOWN and isinstance(child.tag, str):
            yield from runs(child)


def text_of(paragraph: Element) -> str:
    """What the runs of a paragraph show, blanks and all."""
    return "".join(shown(child) for one in runs(paragraph) for child in one)


def paragraph_like(other: Element = None) -> Element:
    """An empty paragraph with the properties of another."""
    made = etree.Element(f"{W}p")
    properties = other.find(f"{W}pPr") if other is not None else None
    if properties is not None:
        copied = _plain(properties)
        for child in copied.findall(f"{W}sectPr"):
            copied.remove(child)
        made.append(copied)
    return made


def first_run(paragraph: Element) -> Element:
    """The run that others may be formatted like, None where there is none."""
    return next(runs(paragraph), None) if paragraph is not None else None


def _within(change: Edit, begin: int, end: int) -> bool:
    """Whether a mere insertion belongs into this run: behind its first sign, or before it where it is the first of all."""
    return change.begin == change.end and (begin < change.end <= end or change.end == begin == 0)


def _cut(one: Element, begin: int, end: int) -> Element:
    """A copy of a run with the signs from `begin` to `end`. What shows nothing goes with the sign before it."""
    piece = deepcopy(one)
    piece.tail = None
    at = 0
    for child in list(piece):
        length = len(shown(child))
        first, last = max(begin - at, 0), min(end - at, length)
        if length and child.tag in {f"{W}t", f"{W}delText"} and first < last:
            child.text = child.text[first:last]
            child.set(SPACE, "preserve")
        elif child.tag != f"{W}rPr" and not (first < last if length else begin < at <= end or at == begin == 0):
            piece.remove(child)
        at += length
    return piece


def _plain(properties: Element) -> Element:
    """A copy of properties without what was once changed in them."""
    copied = deepcopy(properties)
    for child in list(copied.iter()):
        if child.tag in {f"{W}ins", f"{W}del", f"{W}moveFrom", f"{W}moveTo", f"{W}rPrChange", f"{W}pPrChange", f"{W}vanish"}:
            child.getparent().remove(child)
    return copied


def _ensured(parent: Element, name: str, at: int) -> Element:
    found = parent.find(f"{W}{name}")
    if found is None:
        found = etree.Element(f"{W}{name}")
        parent.insert(at, found)
    return found

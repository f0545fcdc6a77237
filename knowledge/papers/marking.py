"""Writes a redline: the old contract with every change tracked and commented by Tandem. Knows paragraphs; judges none of the changes."""

import io
import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from lxml import etree

from bot.domain.contracts import Paragraph, ParagraphKind
from knowledge.papers import wire
from knowledge.papers.base import Base, level_of, of_word, plain, shown
from knowledge.papers.joining import BEGINS
from knowledge.papers.plan import Step, steps
from knowledge.papers.tracked import AUTHOR, INITIALS, Ink, first_run, paragraph_like, run, runs, text_of
from knowledge.papers.word import clean
from knowledge.papers.wording import Cut, Edit, edits
from knowledge.papers.wordml import CELL, PARAGRAPH, ROW, TABLE, Element, W, val
from knowledge.papers.wordml import shown as said

NUMBER = re.compile(r"[\d.]+[.、)）]?\s+|[(（][^)）]{1,5}[)）]\s*|第\S{1,6}[条章节]\s*|[^\s、.]{1,3}、\s*")
"""A number typed before a clause, where the other side lets Word count."""


MOST_ID = 1 << 30


def marked_up(asked: Mapping[str, Any], old_file: bytes, cut: Cut) -> bytes:
    """The DOCX. asked: as `PaperFiles.redline` tells it. old_file: the old contract, where it is Word's. cut: see `Cut`."""
    old = [wire.heard(one) for one in asked["old"]]
    new = [wire.heard(one) for one in asked["new"]]
    base = (of_word(old_file, old) if old_file.startswith(b"PK") else None) or plain(old, asked["name"])
    order = list(steps(len(old), len(new), [(first, second) for first, second in asked["pairs"]]))
    if any(base.elements[step.old] is None and _differs(step, old, new) for step in order if step.old is not None):
        base = plain(old, asked["name"])  # a note below the page: its part is not written to
    beside_new, beside_old = ({place: wire.writable(text) for place, text in asked[name]} for name in ("notes", "gone"))
    notes = _Notes(beside_new, beside_old, datetime.fromisoformat(asked["at"]))
    _Redline(base, old, new, notes, cut).write(order)
    out = io.BytesIO()
    base.document.save(out)
    return out.getvalue()


def _differs(step: Step, old: Sequence[Paragraph], new: Sequence[Paragraph]) -> bool:
    return step.old is not None and (step.new is None or old[step.old].text != new[step.new].text)


@dataclass(frozen=True, slots=True)
class _Notes:
    beside_new: Mapping[int, str]
    beside_old: Mapping[int, str]
    at: datetime


class _Redline:
    """A redline in the making: goes through the old contract once, marking as it goes."""

    def __init__(self, base: Base, old: Sequence[Paragraph], new: Sequence[Paragraph], notes: _Notes, cut: Cut) -> None:
        self._base = base
        self._cut = cut
        self._old = old
        self._new = new
        self._notes = notes
        self._body = base.document.element.body
        used = [int(number) for one in self._body.iter() if (number := val(one, "id")).isdecimal()]
        self._ink = Ink(notes.at, max((number for number in used if number < MOST_ID), default=0))
        self._patterns = {_sort(one): element for one, element in zip(old, base.elements, strict=True) if element is not None}
        self._last: Element = None
        self._row = ""
        self._gone: set[int] = set()

    def write(self, order: Sequence[Step]) -> None:
        """Mark every step."""
        self._gone = {id(self._base.elements[step.old]) for step in order if step.old is not None and step.new is None}
        for step, ahead in zip(order, self._ahead(order), strict=True):
            if step.old is not None and step.new is not None:
                self._keep(self._base.elements[step.old], step.old, step.new)
            elif step.old is not None:
                self._take_out(self._base.elements[step.old], step.old)
            elif step.new is not None:
                self._put_in(self._new[step.new], step.new, ahead)
        self._strike_rows()
        self._close()

    def _ahead(self, order: Sequence[Step]) -> list[Element]:
        """For each step the element of the old contract that comes next."""
        found: list[Element] = []
        following: Element = None
        for step in reversed(order):
            found.append(following)
            if step.old is not None and self._base.elements[step.old] is not None:
                following = self._base.elements[step.old]
        return found[::-1]

    def _keep(self, element: Element, old: int, new: int) -> None:
        if element is None:
            return
        words = self._aim(self._old[old], self._new[new])
        says = text_of(element)
        if clean(says) == clean(self._said(self._old[old])):
            self._ink.edit(element, edits(says, words, self._cut))
        elif clean(self._said(self._old[old])) != clean(words):  # words that stand in no run, as formulas do: changed as a whole
            self._ink.delete(element)
            self._ink.edit(element, [Edit(MOST_ID, MOST_ID, words)])
        self._comment(element, self._notes.beside_new.get(new, ""))
        self._last, self._row = element, ""

    def _take_out(self, element: Element, old: int) -> None:
        if element is None:
            return
        self._comment(element, self._notes.beside_old.get(old, ""))
        self._ink.delete(element)
        if _has_next(element):
            self._ink.end(element, "del")
        self._last, self._row = element, ""

    def _put_in(self, paragraph: Paragraph, new: int, ahead: Element) -> None:
        made, words = self._made(paragraph)
        made.append(self._ink.inserted(words, first_run(self._patterns.get(_sort(paragraph))), whole=True))
        above, below = _above(self._last, ROW), _above(ahead, ROW)
        if above is not None and above is below:
            self._beside(made, self._last)
        elif paragraph.kind is ParagraphKind.CELL and (above is not None or below is not None):
            self._put_cell(made, paragraph.row, above, below)
        elif above is not None and _above(self._last, TABLE) is _above(ahead, TABLE):
            self._beside(made, self._last)
        else:
            self._beside(made, _outermost(self._last))
        self._comment(made, self._notes.beside_new.get(new, ""))
        self._last = made

    def _put_cell(self, made: Element, row: str, above: Element, below: Element) -> None:
        """A cell of a row that is put in: the first makes the row, the others find their place in it."""
        if above is None or self._row != row:
            copied = _emptied(below if above is None else above)
            self._ink.row(copied, "ins")
            if above is None:
                below.addprevious(copied)
            else:
                above.addnext(copied)
            self._row = row
            _fill(next(copied.iter(CELL)), made)
            return
        following = _above(self._last, CELL).getnext()
        if following is None:
            _above(self._last, CELL).append(made)
        else:
            _fill(following, made)

    def _beside(self, made: Element, at: Element) -> None:
        """Behind what stands there; first of all, where nothing does."""
        if at is None:
            self._body.insert(0, made)
        else:
            at.addnext(made)
        if _has_next(made):
            self._ink.end(made, "ins")

    def _made(self, paragraph: Paragraph) -> tuple[Element, str]:
        """An empty paragraph for this one, and what it has to say: its number too, where Word does not count it."""
        if self._base.is_plain:
            made = paragraph_like()
            if paragraph.kind is ParagraphKind.HEADING:
                style = self._base.headings[level_of(paragraph)]
                etree.SubElement(etree.SubElement(made, f"{W}pPr"), f"{W}pStyle").set(f"{W}val", style)
            return made, shown(paragraph)
        pattern = self._patterns.get(_sort(paragraph))
        counted = pattern is not None and bool(paragraph.label)
        return paragraph_like(pattern), paragraph.text if counted else shown(paragraph)

    def _said(self, paragraph: Paragraph) -> str:
        return shown(paragraph) if self._base.is_plain else paragraph.text

    def _aim(self, old: Paragraph, new: Paragraph) -> str:
        """What a kept paragraph is to say, blind to who counts: the number that one side typed and Word counts on the other."""
        if old.label and not new.label and NUMBER.match(new.text) and BEGINS.match(new.text):
            bare = replace(new, label=old.label, text=NUMBER.sub("", new.text, count=1))
            return self._said(bare)
        if new.label and not old.label and BEGINS.match(old.text):
            return shown(new)
        return self._said(new)

    def _comment(self, paragraph: Element, text: str) -> None:
        if not text:
            return
        comment = self._base.document.part._comments_part.comments.add_comment(text, AUTHOR, INITIALS)  # noqa: SLF001 - the public way wants runs
        comment._comment_elm.set(f"{W}date", f"{self._notes.at:%Y-%m-%dT%H:%M:%SZ}")  # noqa: SLF001 - as above
        begin, end = (etree.Element(f"{W}commentRange{name}") for name in ("Start", "End"))
        reference = run("")
        reference.remove(reference[0])
        for one in (begin, end, etree.SubElement(reference, f"{W}commentReference")):
            one.set(f"{W}id", str(comment.comment_id))
        properties = paragraph.find(f"{W}pPr")
        paragraph.insert(0 if properties is None else 1, begin)
        paragraph.append(end)
        paragraph.append(reference)

    def _strike_rows(self) -> None:
        """A row whose every word is taken out is taken out itself."""
        for row in self._body.iter(ROW):
            said = [one for one in row.iter(PARAGRAPH) if text_of(one)]
            if said and all(id(one) in self._gone for one in said) and all(_is_struck(one) for one in said):
                self._ink.row(row, "del")

    def _close(self) -> None:
        """A paragraph that is put in or taken out cannot be the last: its end would have nothing to join."""
        last = next((child for child in reversed(self._body) if child.tag in {PARAGRAPH, TABLE}), None)
        if last is not None and last.find(f"{W}pPr/{W}rPr/{W}ins") is None and last.find(f"{W}pPr/{W}rPr/{W}del") is None:
            return
        section = self._body.find(f"{W}sectPr")
        end = etree.Element(PARAGRAPH)
        if section is None:
            self._body.append(end)
        else:
            section.addprevious(end)


def _sort(paragraph: Paragraph) -> tuple[ParagraphKind, int, bool]:
    """What another paragraph may be formatted after."""
    return paragraph.kind, paragraph.level, bool(paragraph.label)


def _above(element: Element, tag: str) -> Element:
    """The nearest element of this tag around another, None where there is none."""
    return next(element.iterancestors(tag), None) if element is not None else None


def _outermost(element: Element) -> Element:
    """A paragraph of running text itself; of one in a table or a text box, what holds it."""
    found = element
    for above in element.iterancestors(TABLE, PARAGRAPH) if element is not None else ():
        found = above
    return found


def _has_next(paragraph: Element) -> bool:
    """Whether its end joins it to something: the last of a cell ends with the cell."""
    return paragraph.getnext() is not None or paragraph.getparent().tag != CELL


def _emptied(row: Element) -> Element:
    """A copy of a row that says nothing."""
    copied = deepcopy(row)
    for cell in copied.iter(CELL):
        for child in [child for child in cell if child.tag != f"{W}tcPr"]:
            cell.remove(child)
        cell.append(etree.Element(PARAGRAPH))
    for properties in copied.findall(f"{W}trPr"):
        copied.remove(properties)
    return copied


def _fill(cell: Element, made: Element) -> None:
    """Put a paragraph into an empty cell, whose own it becomes."""
    for empty in [child for child in cell.findall(PARAGRAPH) if not text_of(child)]:
        cell.remove(empty)
    cell.append(made)


def _is_struck(paragraph: Element) -> bool:
    return all(one.getparent().tag == f"{W}del" for one in runs(paragraph) if any(said(child) for child in one))

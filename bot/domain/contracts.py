"""A contract as it was read: paragraphs in reading order, whatever file they came from. Knows no file format and no clause."""

from dataclasses import dataclass, replace
from enum import StrEnum


class ParagraphKind(StrEnum):
    """What a paragraph is to the page."""

    TEXT = "text"
    HEADING = "heading"
    CELL = "cell"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph, heading or table cell.

    text: as it stands on the page, without the number that the file's own numbering puts before it. label: that number as a reader
    sees it ("第五条", "1.1", "(a)"), "" where the file has no numbering of its own (a number typed into the text stays in the text).
    level: of a heading or a list, 1 is the highest, 0 unknown. page: from 1, 0 where the file has no pages. inserted, deleted: somebody's
    tracked change that nobody has accepted yet. comment: what is written beside it, "" for nothing. look: the words of it that were read
    off a picture and have to be looked at (amounts, % and ‰). row: of a cell, which row of which table, as "2.3"; cells of a row follow
    one another. before: where tracked changes reach into the paragraph, its words without them ("" where it joined a neighbour), else None.
    """

    text: str
    label: str = ""
    level: int = 0
    kind: ParagraphKind = ParagraphKind.TEXT
    page: int = 0
    inserted: bool = False
    deleted: bool = False
    comment: str = ""
    look: tuple[str, ...] = ()
    row: str = ""
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A contract in one version. name: the file's, as people see it. scanned: whether its text was read off pictures."""

    paragraphs: tuple[Paragraph, ...]
    name: str = ""
    scanned: bool = False

    def settled(self) -> "Paper":
        """As if everybody's tracked changes were accepted."""
        return replace(self, paragraphs=tuple(
            replace(one, inserted=False, before=None) for one in self.paragraphs if not one.deleted and one.text
        ))  # fmt: skip

    def untouched(self) -> "Paper":
        """As if everybody's tracked changes were rejected."""
        return replace(self, paragraphs=tuple(
            replace(one, text=text, deleted=False, before=None)
            for one in self.paragraphs
            if not one.inserted and (text := one.text if one.before is None else one.before)
        ))  # fmt: skip

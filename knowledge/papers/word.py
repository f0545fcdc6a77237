"""DOCX as a contract: its words with everybody's tracked changes and comments, and the numbers that Word counts. Runs and loads nothing.

The body is read block by block, so a long contract takes no more memory than its longest table. Headers and footers are left out.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from bot.domain.contracts import Paragraph, ParagraphKind
from bot.errors import Refused
from knowledge.papers.numbering import Numbering
from knowledge.papers.wordml import Element, Placed, W, mark_of, paragraphs, val, words

BODY, NUMBERS, STYLES, COMMENTS = "word/document.xml", "word/numbering.xml", "word/styles.xml", "word/comments.xml"
NOTES = {f"{W}footnoteReference": "word/footnotes.xml", f"{W}endnoteReference": "word/endnotes.xml"}
MOST_XML_BYTES = 60_000_000
"""Of one part, unpacked: the body of a contract of three hundred pages has a tenth of it."""
LONGEST = 200_000
"""Characters of one paragraph."""
BROKEN = (zipfile.BadZipFile, zlib.error, etree.LxmlError, KeyError, ValueError, OSError, NotImplementedError, RuntimeError, EOFError)
DEEP = "depth"
HUGE = re.compile("huge|too long", re.IGNORECASE)
"""How the library says that something has a depth, or a length, that it does not follow."""


@dataclass(frozen=True, slots=True)
class Found:
    """A paragraph as read, and its element in the body, which lasts until the next is asked for."""

    paragraph: Paragraph
    element: Element


def read(data: bytes) -> Iterator[Paragraph]:
    """The paragraphs of a DOCX or DOCM, in reading order.  Raises: Refused("broken", "too_long", "too_deep")."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for found in Document(archive).found(_blocks(archive)):
                yield found.paragraph
    except etree.XMLSyntaxError as error:
        raise Refused("too_deep" if DEEP in str(error) else "too_long" if HUGE.search(str(error)) else "broken") from None
    except BROKEN:
        raise Refused("broken") from None


class Document:
    """What the parts beside the body say of its paragraphs."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._numbering = Numbering(part(archive, NUMBERS), part(archive, STYLES))
        self._comments = dict(_comments(part(archive, COMMENTS)))
        self._notes = {tag: dict(_notes(part(archive, name))) for tag, name in NOTES.items()}
        self._before, self._after = "", ""

    def found(self, blocks: Iterator[Element]) -> Iterator[Found]:
        """The paragraphs of these blocks that say something, in their order."""
        tables = 0
        for block in blocks:
            tables += block.tag == f"{W}tbl"
            for placed in paragraphs(block, tables):
                if (one := self._paragraph(placed)) is not None:
                    yield Found(one, placed.element)
                    yield from (Found(note, None) for note in self._told_below(placed))

    def _paragraph(self, placed: Placed) -> Paragraph | None:
        """A paragraph, unless it says nothing. What an inserted or deleted end holds back is said with the next."""
        if self._numbering.is_contents(placed.element):
            return None
        told, mark = list(words(placed.element)), mark_of(placed.element)
        if sum(len(one.text) for one in told) > LONGEST:
            raise Refused("too_long")
        put, taken = placed.inserted, placed.deleted
        after = self._after + "".join(one.text for one in told if not (one.deleted or taken))
        before = self._before + "".join(one.text for one in told if not (one.inserted or put))
        self._after = after if mark.deleted and not taken and not placed.row else ""
        self._before = before if mark.inserted and not put and not placed.row else ""
        stays, was = clean(after if not self._after else ""), clean(before if not self._before else "")
        if not stays and not was:
            return None
        label, level = self._numbering.label(placed.element) if stays else ("", 0)
        outline = self._numbering.outline(placed.element)
        kind = ParagraphKind.CELL if placed.row else ParagraphKind.HEADING if outline else ParagraphKind.TEXT
        return Paragraph(
            stays or was, label, outline or level, kind, inserted=not was, deleted=not stays,
            comment=self._comment(placed.element), row=placed.row, before=was if stays and was and was != stays else None,
        )  # fmt: skip

    def _comment(self, element: Element) -> str:
        told = (self._comments.get(val(one, "id"), "") for one in element.iter(f"{W}commentReference"))
        return "\n".join(text for text in told if text)

    def _told_below(self, placed: Placed) -> Iterator[Paragraph]:
        """Its footnotes, each with its number as label."""
        for tag, notes in self._notes.items():
            for one in placed.element.iter(tag):
                number = val(one, "id")
                if text := notes.get(number, ""):
                    yield Paragraph(text, f"[{number}]", deleted=placed.deleted, inserted=placed.inserted)


def clean(text: str) -> str:
    """Words with single blanks between them."""
    return " ".join(text.split())


def part(archive: zipfile.ZipFile, name: str) -> Element:
    """A part of the file as a tree, None where it is not there.  Raises: Refused("too_long"), and what `BROKEN` lists."""
    try:
        info = archive.getinfo(name)
    except KeyError:
        return None
    if info.file_size > MOST_XML_BYTES:
        raise Refused("too_long")
    return etree.fromstring(archive.read(info), _parser())


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _blocks(archive: zipfile.ZipFile) -> Iterator[Element]:
    """What stands in the body, one by one; each is forgotten when the next is asked for."""
    info = archive.getinfo(BODY)
    if info.file_size > MOST_XML_BYTES:
        raise Refused("too_long")
    with archive.open(info) as stream:
        walk = etree.iterparse(stream, events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        depth = 0
        for event, element in walk:
            depth += 1 if event == "start" else -1
            if event == "end" and depth == 2:  # noqa: PLR2004 - the document, its body, and then what we want
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]


def _comments(root: Element) -> Iterator[tuple[str, str]]:
    for one in root.iterfind(f"{W}comment") if root is not None else ():
        said = "\n".join(text for p in one.iter(f"{W}p") if (text := clean("".join(word.text for word in words(p)))))
        author = val(one, "author")
        yield val(one, "id"), f"{author}: {said}" if author and said else said


def _notes(root: Element) -> Iterator[tuple[str, str]]:
    for one in root if root is not None else ():
        if not val(one, "type"):  # the others are the line above the notes
            said = (word.text for p in one.iter(f"{W}p") for word in words(p) if not word.deleted)
            yield val(one, "id"), clean("".join(said))

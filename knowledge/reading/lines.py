"""The words of a text, of subtitles, or of a Word document, line by line as they stand: for talk, whose lines mean something."""

from bot.errors import Refused
from knowledge.reading.docx import read as read_docx
from knowledge.reading.formats import File, sniff
from knowledge.reading.text import decoded

SUBTITLES = frozenset({".vtt", ".srt"})
MOST = 1_000_000
"""Characters: what is longer is nobody's talk."""


def lines_of(file: File) -> str:
    """All of its lines, at most `MOST` characters.  Raises: Refused for every other kind of file, and for one that cannot be read."""
    if file.suffix in SUBTITLES:
        return decoded(file.data)[:MOST]
    match sniff(file):
        case "text" | "markdown":
            return decoded(file.data)[:MOST]
        case "docx":
            return "\n".join(_stretches(file))[:MOST]
        case kind:
            raise Refused("unknown_kind", kind=kind)


def _stretches(file: File) -> list[str]:
    """A Word document's headings and paragraphs in order."""
    found: list[str] = []
    above: tuple[str, ...] = ()
    for block in read_docx(file).blocks:
        found += [heading for heading in block.headings if heading not in above]
        above = block.headings
        found.append(block.text)
    return found

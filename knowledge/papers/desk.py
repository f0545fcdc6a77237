"""The process that opens contracts: `python -m knowledge.papers.desk [CUTTER]`. Takes JSON lines; writes nothing, calls nobody.

{"read": path}: paragraphs as they come, for a PDF its pages, for a picture that it is one. {"draw": path, "page": n}: a page as a picture.
{"join": pages}: the paragraphs of these pages. {"mark": …}: a redline. Where a file is under a password, {"password": …} stands beside.
CUTTER: the module whose `cut` parts Chinese into words, so that a redline changes whole ones; without it, each sign is one.
"""

import base64
import sys
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

from bot.domain.contracts import Paragraph
from bot.errors import Refused
from knowledge.papers import plain, word
from knowledge.papers.joining import paragraphs
from knowledge.papers.marking import marked_up
from knowledge.papers.pages import Page, Pdf
from knowledge.papers.wire import told
from knowledge.papers.wording import Cut
from knowledge.reading.formats import File, sniff
from knowledge.reading.layout import Span
from knowledge.reading.locked import unlocked
from knowledge.rights import give_up, refusal_for
from knowledge.wire import Wire

MEMORY_BYTES = 900_000_000
MOST_PARAGRAPHS = 50_000
BEAT_S = 1.0
AT_ONCE = 64
"""Paragraphs that are told together."""


def main() -> None:
    """Answer until the parent hangs up."""
    wire = Wire()
    cutters = sys.argv[1:]
    give_up(MEMORY_BYTES)
    for question in wire.questions():
        try:
            wire.say({"done": _answer(question, wire, cutters)})
        except Exception as error:  # noqa: BLE001 - whatever a hostile file does to a library, the next one is read
            wire.say({"refused": (refusal := refusal_for(error)).reason, "facts": refusal.facts})


def _answer(question: Mapping[str, Any], wire: Wire, cutters: Sequence[str]) -> Mapping[str, object]:
    match question:
        case {"read": path}:
            return _read(_opened(path, question), wire)
        case {"draw": path, "page": number}:
            return _drawn(Pdf(_opened(path, question).data, question["password"]), number)
        case {"join": pages}:
            return _told(paragraphs([_page(page) for page in pages]), wire)
        case {"mark": asked}:
            old_file = _opened(asked["old_file"], asked).data if asked["old_file"] else b""
            cut: Cut = import_module(cutters[0]).cut if cutters else list
            return {"docx": base64.b64encode(marked_up(asked, old_file, cut)).decode()}
    raise Refused("broken")


def _opened(path: str, question: Mapping[str, Any]) -> File:
    """The file, out of its lock where it has one."""
    found = Path(path)
    file = File(found.name, found.read_bytes(), question["password"])
    try:
        return unlocked(file) if sniff(file) == "locked" else file
    except Refused as refusal:
        if refusal.reason == "picture":
            return file
        raise


def _read(file: File, wire: Wire) -> Mapping[str, object]:
    try:
        kind = sniff(file)
    except Refused as refusal:
        if refusal.reason == "picture":
            return {"kind": "picture"}
        raise
    match kind:
        case "pdf":
            return _pages(Pdf(file.data, file.password), wire)
        case "docx":
            return _told(word.read(file.data), wire)
        case "markdown":
            return _told(plain.marked(file), wire)
        case "html":
            return _told(plain.page(file), wire)
        case "text":
            return _told(plain.text(file), wire)
        case "doc" | "ppt":
            raise Refused("old_office")
    raise Refused("unknown_kind", kind=kind)


def _told(found: Iterable[Paragraph], wire: Wire) -> Mapping[str, object]:
    """Say paragraphs as they are found.  Raises: Refused("no_text", "too_long")."""
    count, held = 0, list[tuple[object, ...]]()
    for count, paragraph in enumerate(found, 1):
        if count > MOST_PARAGRAPHS:
            raise Refused("too_long")
        held.append(told(paragraph))
        if len(held) == AT_ONCE:
            wire.say({"paragraphs": held})
            held = []
    if not count:
        raise Refused("no_text")
    wire.say({"paragraphs": held})
    return {"kind": "words"}


def _pages(pdf: Pdf, wire: Wire) -> Mapping[str, object]:
    for page in _beating(pdf, wire):
        wire.say({"page": asdict(page)})
    return {"kind": "pages"}


def _beating(pdf: Pdf, wire: Wire) -> Iterator[Page]:
    spoke = 0.0
    for page in pdf.pages():
        yield page
        if time.monotonic() - spoke > BEAT_S:
            spoke = time.monotonic()
            wire.say({"at": page.number, "of": len(pdf)})


def _page(page: Mapping[str, Any]) -> Page:
    return Page(**{**page, "spans": tuple(Span(**span) for span in page["spans"])})


def _drawn(pdf: Pdf, number: int) -> Mapping[str, object]:
    picture = pdf.drawn(number)
    packed = base64.b64encode(zlib.compress(picture.grey, 1)).decode()
    return {"grey": packed, "width": picture.width, "height": picture.height, "scale": picture.scale}


if __name__ == "__main__":
    main()

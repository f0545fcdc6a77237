"""PDF with text: pages, numbered headings, lines joined to paragraphs again. Runs no script, opens no attachment; reads no picture."""

import re
from collections.abc import Iterator
from pathlib import Path

import pypdfium2

from bot.errors import Refused
from knowledge.reading.formats import Opened
from knowledge.splitting import Block

HAN = "\u3000-\u30ff\u3400-\u9fff\uff00-\uffef"
NUMBERED = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,3})[.、]?[ \t]+(?P<name>[^\W\d_][^.。;；!?！？]{1,60})$")
CHAPTER = re.compile(r"第[一二三四五六七八九十百零〇\d]{1,4}[章节条部篇][ \t:：、]*.{0,40}$")
ENDS = re.compile(r"[.。!?！？;；:：…”\"』」)）]\s*$")
UNPRINTED = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff\ufffd]")
PASSWORD = 4
"""pdfium's error for a password that is missing or wrong.  Source: fpdfview.h, FPDF_ERR_PASSWORD."""


def read(path: Path) -> Opened:
    """Blocks for each page, and on it for each numbered heading's text."""
    try:
        document = pypdfium2.PdfDocument(path)
        title = (document.get_metadata_value("Title") or "").strip()
    except pypdfium2.PdfiumError as error:
        raise Refused("encrypted" if error.err_code == PASSWORD else "broken") from None
    return Opened(_blocks(document), UNPRINTED.sub("", title))


def _blocks(document: pypdfium2.PdfDocument) -> Iterator[Block]:
    above: list[tuple[int, str]] = []
    letters = 0
    for number in range(len(document)):
        text = _page_text(document, number)
        letters += sum(char.isalpha() for char in text)
        held: list[str] = []
        for line in _paragraphs(text):
            if heading := _heading(line):
                yield from _block(held, above, number + 1)
                above, held = [*(one for one in above if one[0] < heading[0]), heading], []
            else:
                held.append(line)
        yield from _block(held, above, number + 1)
    if not letters:
        raise Refused("scan" if len(document) else "empty")


def _page_text(document: pypdfium2.PdfDocument, number: int) -> str:
    try:
        page = document[number]
        text = page.get_textpage().get_text_bounded()
        page.close()
    except pypdfium2.PdfiumError:
        return ""  # a page that is broken must not cost the others
    return UNPRINTED.sub("", str(text).replace("\r\n", "\n").replace("\r", "\n"))


def _block(held: list[str], above: list[tuple[int, str]], page: int) -> Iterator[Block]:
    if held:
        yield Block("\n".join(held), tuple(name for _, name in above), page=page)


def _paragraphs(text: str) -> Iterator[str]:
    """Lines of a page, those that the page's edge broke joined again."""
    lines = [line.strip() for line in text.split("\n")]
    full = 0.7 * max((len(line) for line in lines), default=0)
    held = last = ""
    for line in lines:
        broken = held and line and len(last) >= full and not ENDS.search(held) and not _heading(line)
        if broken:
            between = "" if re.search(f"[{HAN}]$", held) and re.match(f"[{HAN}]", line) else " "
            held += between + line
        else:
            if held:
                yield held
            held = line
        last = line
    if held:
        yield held


def _heading(line: str) -> tuple[int, str] | None:
    if found := NUMBERED.match(line):
        return found["number"].count(".") + 1, f"{found['number']} {found['name'].strip()}"
    return (1, line) if CHAPTER.match(line) else None

"""PDF with text: pages, numbered headings, tables by row, lines joined to paragraphs again. Runs no script, reads no picture."""

import re
from collections.abc import Iterator, Sequence

import pypdfium2

from bot.errors import Refused
from knowledge.reading.formats import File, Opened
from knowledge.reading.layout import Span, Stretch, is_plain, stretches
from knowledge.splitting import Block

HAN = "\u3000-\u30ff\u3400-\u9fff\uff00-\uffef"
NUMBERED = re.compile(r"§?[ \t]?(?P<number>\d{1,2}(?:\.\d{1,2}){0,3})[.、]?[ \t]+(?P<name>[^\W\d_][^.。;；!?！？]{1,60})$")
CHAPTER = re.compile(r"第[一二三四五六七八九十百零〇\d]{1,4}[章节条部篇][ \t:：、]*.{0,40}$")
ENDS = re.compile(r"[.。!?！？;；:：…”\"』」)）]\s*$")
UNPRINTED = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff\ufffd]")
MOST_BOXES = 3_000
"""Runs of letters on a page that is looked at closely; a drawing has more."""
PASSWORD = 4
"""pdfium's error for a password that is missing or wrong.  Source: fpdfview.h, FPDF_ERR_PASSWORD."""


def read(file: File) -> Opened:
    """Blocks for each page, and on it for each numbered heading's text and for each table."""
    try:
        document = pypdfium2.PdfDocument(file.data, password=file.password or None)
        title = (document.get_metadata_value("Title") or "").strip()
    except pypdfium2.PdfiumError as error:
        if error.err_code != PASSWORD:
            raise Refused("broken") from None
        raise Refused("wrong_password" if file.password else "encrypted") from None
    return Opened(_blocks(document), UNPRINTED.sub("", title))


def _blocks(document: pypdfium2.PdfDocument) -> Iterator[Block]:
    above: list[tuple[int, str]] = []
    letters = 0
    for number in range(len(document)):
        for stretch in _page(document, number):
            letters += sum(char.isalpha() for line in stretch.lines for char in line)
            if stretch.is_table:
                yield Block("\n".join(stretch.lines), tuple(name for _, name in above), page=number + 1, is_table=True)
            else:
                yield from _text(stretch.lines, above, number + 1)
    if not letters:
        raise Refused("scan" if len(document) else "empty")


def _text(lines: Sequence[str], above: list[tuple[int, str]], page: int) -> Iterator[Block]:
    """Blocks of text; `above` is what stands above the next line, and is kept so."""
    held: list[str] = []
    for line in _paragraphs(lines):
        if heading := _heading(line):
            yield from _block(held, above, page)
            above[:] = [*(one for one in above if one[0] < heading[0]), heading]
            held = []
        else:
            held.append(line)
    yield from _block(held, above, page)


def _page(document: pypdfium2.PdfDocument, number: int) -> list[Stretch]:
    try:
        page = document[number]
        words = page.get_textpage()
        boxes = [_span(words.get_rect(at), ["x"]) for at in range(min(words.count_rects(), MOST_BOXES))]
        if len(boxes) < MOST_BOXES and not is_plain(boxes):
            return list(stretches(list(_spans(words))))
        text = _printed(words.get_text_bounded())
        page.close()
    except pypdfium2.PdfiumError:
        return []  # a page that is broken must not cost the others
    return [Stretch(tuple(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")))]


def _spans(words: pypdfium2.PdfTextPage) -> Iterator[Span]:
    """Letters that follow each other on one line, each letter once."""
    held: list[str] = []
    box = (0.0, 0.0, 0.0, 0.0)
    for at in range(words.count_chars()):
        letter = chr(pypdfium2.raw.FPDFText_GetUnicode(words.raw, at))
        left, bottom, right, top = words.get_charbox(at, loose=True)
        if letter.isspace() or right <= left:
            held.append(" " if letter.isspace() else letter)
            continue
        if held and not (bottom < (box[1] + box[3]) / 2 < top and -(top - bottom) < left - box[2] < (top - bottom) / 2):
            yield _span(box, held)
            held = []
        wider = (min(box[0], left), min(box[1], bottom), max(box[2], right), max(box[3], top))
        box = wider if "".join(held).strip() else (left, bottom, right, top)
        held.append(letter)
    yield _span(box, held)


def _span(box: tuple[float, float, float, float], letters: list[str]) -> Span:
    text = "".join(letters).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return Span(*box, _printed(text))


def _printed(text: str) -> str:
    return UNPRINTED.sub("", text)


def _block(held: list[str], above: list[tuple[int, str]], page: int) -> Iterator[Block]:
    if held:
        yield Block("\n".join(held), tuple(name for _, name in above), page=page)


def _paragraphs(told: Sequence[str]) -> Iterator[str]:
    """Lines of a page, those that the page's edge broke joined again."""
    lines = [line.strip() for line in told]
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

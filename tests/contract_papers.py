"""Contracts made for tests: Word files written by hand, scans drawn from words, and what a redline says when all is accepted."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from bot.domain.contracts import Paper, Paragraph
from bot.reading.cutting import cut
from knowledge.papers import wire, word
from knowledge.papers.marking import marked_up
from tests import papers

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
AT = datetime(2026, 7, 1, 9, tzinfo=UTC)
BY = 'w:id="1" w:author="Wang" w:date="2026-01-01T00:00:00Z"'


def docx(body: str, links: str = "", **parts: str) -> bytes:
    """A Word file: `body` inside the body, `parts` (numbering="…", styles="…") inside their roots, `links` among the relationships."""
    roots = {"styles": "styles", "numbering": "numbering", "comments": "comments", "footnotes": "footnotes"}
    relations = "".join(f'<Relationship Id="{name}" Type="{OFFICE}/{name}" Target="{name}.xml"/>' for name in parts)
    kinds = "".join(f'<Override PartName="/word/{name}.xml" ContentType="{TYPES}.{name}+xml"/>' for name in parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{TYPES}.document.main+xml"/>{kinds}</Types>',
        )
        relation = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
        main = f'<Relationship Id="r" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
        archive.writestr("_rels/.rels", relation.format(main))
        archive.writestr("word/_rels/document.xml.rels", relation.format(relations + links))
        within = f"<w:body>{body}<w:sectPr/></w:body>"
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{MAIN}" xmlns:r="{OFFICE}">{within}</w:document>')
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", f'<w:{roots[name]} xmlns:w="{MAIN}">{content}</w:{roots[name]}>')
    return out.getvalue()


def p(*inside: str, properties: str = "") -> str:
    """A paragraph of runs and marks."""
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{''.join(inside)}</w:p>"


def r(text: str, properties: str = "") -> str:
    """A run."""
    return f'<w:r>{f"<w:rPr>{properties}</w:rPr>" if properties else ""}<w:t xml:space="preserve">{text}</w:t></w:r>'


def ins(*inside: str) -> str:
    """What Wang put in."""
    return f"<w:ins {BY}>{''.join(inside)}</w:ins>"


def gone(text: str) -> str:
    """What Wang took out."""
    return f'<w:del {BY}><w:r><w:delText xml:space="preserve">{text}</w:delText></w:r></w:del>'


def table(*rows: Sequence[str]) -> str:
    """A table of cells with one paragraph each."""
    cells = ("".join(f"<w:tc>{p(r(cell))}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def read(data: bytes) -> list[Paragraph]:
    """The paragraphs of a Word file."""
    return list(word.read(data))


def texts(data: bytes) -> list[str]:
    """What its paragraphs say."""
    return [one.text for one in read(data)]


def both(data: bytes) -> tuple[list[str], list[str]]:
    """What a redline says with everything rejected, and with everything accepted."""
    paper = Paper(tuple(read(data)))
    return [one.text for one in paper.untouched().paragraphs], [one.text for one in paper.settled().paragraphs]


def redline(
    old: Sequence[Paragraph], new: Sequence[Paragraph], pairs: Sequence[tuple[int, int]], old_file: bytes = b"",
    notes: Mapping[int, str] | None = None, gone: Mapping[int, str] | None = None,
) -> bytes:
    """A redline, written in this very process."""
    asked: dict[str, Any] = {
        "old": [wire.told(one) for one in old], "new": [wire.told(one) for one in new], "pairs": list(pairs),
        "notes": list((notes or {}).items()), "gone": list((gone or {}).items()), "at": AT.isoformat(), "name": "draft",
    }  # fmt: skip
    return marked_up(asked, old_file, cut)


def scan(lines: Sequence[str], size: int = 26) -> Image.Image:
    """A page of A4 at 120 dots an inch, as a scanner sees it."""
    spec = find_spec("pylopdf_fonts_zh_cn")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError
    font = ImageFont.truetype(str(Path(spec.submodule_search_locations[0]) / "NotoSansSC-Regular.otf"), size)
    page = Image.new("L", (992, 1403), 250)
    drawing = ImageDraw.Draw(page)
    for number, line in enumerate(lines):
        drawing.text((100, 120 + number * size * 2), line, font=font, fill=30)
    return page


def scanned_pdf(path: Path, *pages: Sequence[str]) -> Path:
    """A PDF whose pages are pictures."""
    first, *others = [scan(page) for page in pages]
    first.save(path, "PDF", resolution=120, save_all=True, append_images=others)
    return path


def printed_pdf(path: Path, *pages: str) -> Path:
    """A PDF with text."""
    return papers.pdf(path, *pages)

"""Files that mean harm, made for tests: they swell, nest, point outside, or never end. Each is harmless until somebody trusts it."""

import io
import zipfile
from pathlib import Path

from docx import Document
from xlsxwriter import Workbook

from tests import papers

SECRET = "root:x:0:0"  # noqa: S105 - how the file begins that must not come in


def docx_with(path: Path, declared: str, used: str) -> Path:
    """A DOCX whose text uses entities that its head declares."""
    out = io.BytesIO()
    Document().save(out)
    with zipfile.ZipFile(out) as before, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as after:
        for part in before.infolist():
            content = before.read(part)
            if part.filename == "word/document.xml":
                name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
                content = (
                    f'<?xml version="1.0"?><!DOCTYPE d [{declared}]><w:document xmlns:w="{name}"><w:body><w:p><w:r>'
                    f"<w:t>Harmless words. {used}</w:t></w:r></w:p></w:body></w:document>"
                ).encode()
            after.writestr(part.filename, content)
    return path


def laughing(path: Path) -> Path:
    """Entities made of entities: a thousand million laughs."""
    entities = ['<!ENTITY a0 "ha">', *(f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">' for level in range(1, 10))]
    return docx_with(path, "".join(entities), "&a9;")


def pointing(path: Path) -> Path:
    """An entity that is a file of the machine."""
    return docx_with(path, '<!ENTITY secret SYSTEM "/etc/passwd">', "&secret;")


def swelling(path: Path) -> Path:
    """A workbook of a few kilobytes that unpacks to half a gigabyte."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(500):
                sheet.write(b"0" * 1_000_000)
    return path


def far(path: Path) -> Path:
    """A workbook with a cell in its last row and column: as a grid, a hundred gigabytes."""
    with Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write("A1", "near")
        sheet.write(1_048_575, 16_383, "far")
    return path


def nested_letter(path: Path) -> Path:
    """A letter in a letter, forty times."""
    message = papers.letter("Innermost")
    for number in range(40):
        outer = papers.letter(f"Level {number}")
        outer.add_attachment(message)
        message = outer
    path.write_bytes(message.as_bytes())
    return path


def deep_page(path: Path) -> Path:
    """HTML with a hundred thousand boxes in each other."""
    path.write_text(f"<html><body>{'<div>' * 100_000}deep{'</div>' * 100_000}<p>Plain words.</p></body></html>", encoding="utf-8")
    return path


"""Small files of every kind, made for tests. Knows file formats; invents as little as it can."""

import io
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import msoffcrypto
from docx import Document
from pptx import Presentation
from pptx.util import Inches
from reportlab.pdfgen.canvas import Canvas
from xlsxwriter import Workbook


def pdf(path: Path, *pages: str) -> Path:
    """A PDF whose pages hold these lines of Latin text, made by hand.  Source: ISO 32000-1, 7.5."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, page in enumerate(pages):
        shown = "".join(f"({line}) Tj T* " for line in page.split("\n"))
        stream = f"BT /F1 12 Tf 14 TL 72 720 Td {shown}ET"
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * number} 0 R /Resources <</Font <</F1 3 0 R>>>>>>",
            f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        ]
    body, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    path.write_bytes(f"{body}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}".encode("latin-1"))
    return path


def docx(path: Path) -> Path:
    """A DOCX with two headings, text and a table."""
    document = Document()
    document.core_properties.title = "Warranty terms"
    document.add_heading("Warranty", 1)
    document.add_paragraph("We repair within 24 months.")
    document.add_heading("Returns", 2)
    document.add_paragraph("Send it back in its box. 请保留发票。")
    table = document.add_table(2, 2)
    for row, texts in zip(table.rows, (("Part", "Months"), ("S3", "36")), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    document.save(str(path))
    return path


def xlsx(path: Path) -> Path:
    """A workbook: a sheet of prices below a title, with a formula, a percentage and a day; a hidden sheet; an empty one."""
    with Workbook(str(path)) as book:
        sheet = book.add_worksheet("Prices")
        sheet.write("B1", "Price list, all regions")
        sheet.write_row("B3", ["code", "price", "most off", "from"])
        sheet.write_row("B4", ["S3", 6000])
        sheet.write_number("D4", 0.15, book.add_format({"num_format": "0%"}))
        sheet.write_datetime("E4", datetime(2026, 7, 1), book.add_format({"num_format": "d mmm yyyy"}))  # noqa: DTZ001 - sheets have no zones
        sheet.write_row("B5", ["S5", None, 0.05])
        sheet.write_formula("C5", "=C4+3800.5", None, 9800.5)
        hidden = book.add_worksheet("Costs")
        hidden.write_row("A1", ["S3", "costs", 2100])
        hidden.hide()
        book.add_worksheet("Empty")
    return path


def pptx(path: Path) -> Path:
    """Three slides: a title, two boxes of text with notes, a table."""
    slides = Presentation()
    slides.core_properties.title = "Renewals"
    slides.slides.add_slide(slides.slide_layouts[0]).shapes.title.text = "How we renew"
    second = slides.slides.add_slide(slides.slide_layouts[5])
    second.shapes.title.text = "When"
    for top, text in ((4, "Sixty days before: the quote."), (2, "Ninety days before: the call.")):
        second.shapes.add_textbox(Inches(1), Inches(top), Inches(5), Inches(1)).text_frame.text = text
    second.notes_slide.notes_text_frame.text = "Never later than 30 days."
    third = slides.slides.add_slide(slides.slide_layouts[5])
    third.shapes.title.text = "Prices"
    table = third.shapes.add_table(3, 3, Inches(1), Inches(2), Inches(6), Inches(2)).table
    for row, texts in zip(table.rows, (("Part", "Price", "Lead time"), ("S3", "6000", "3 weeks"), ("S5", "9800", "5 weeks")), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    slides.save(str(path))
    return path


def letter(subject: str = "The contract", text: str = "Please sign by Friday.", **attached: bytes) -> EmailMessage:
    """A letter with files: name, its last underscore for a dot -> content."""
    message = EmailMessage()
    message["From"], message["To"] = "Dana <dana@acme.example>", "lin@seller.example"
    message["Date"], message["Subject"] = "Wed, 01 Jul 2026 09:30:00 +0800", subject
    message.set_content(text)
    for name, content in attached.items():
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=".".join(name.rsplit("_", 1)))
    return message


def drawn(path: Path, *lines: tuple[float, float, str], password: str = "") -> Path:
    """A PDF page with these words at these places, in points from the left and from the bottom."""
    page = Canvas(str(path), encrypt=password or None)
    for left, bottom, text in lines:
        page.drawString(left, bottom, text)
    page.save()
    return path


def locked(path: Path, password: str) -> Path:
    """An office file put under a password, as Office does it ([MS-OFFCRYPTO] agile encryption)."""
    out = io.BytesIO()
    msoffcrypto.OfficeFile(io.BytesIO(path.read_bytes())).encrypt(password, out)
    path.write_bytes(out.getvalue())
    return path

"""Small files of every kind, made for tests. Knows file formats; invents as little as it can."""

from pathlib import Path

from docx import Document


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

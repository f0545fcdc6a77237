"""Papers and letters as files: what went in can be read out again, by libraries that did not write it where there are any."""

import csv
import email
import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from email import policy
from pathlib import Path
from xml.etree import ElementTree as ET

import docx
import pptx
import pypdfium2
import pytest

from bot.domain.paper import Bullets, Filing, Front, Grid, Heading, Letter, PageBreak, Paper, Paragraph
from bot.domain.talk import Lang
from bot.render.files import bytes_of, write_filings

PAPER = Paper(
    "价格政策", Lang.ZH,
    (
        Heading(1, "§2 折扣"), Paragraph("续约总折扣不超过10% & <S3>，误差≤0.5‰。"), Bullets(("样机", "培训")),
        Grid(("型号", "价格"), (("S3", "6000"), ("备注", "=1+1"))), PageBreak(), Heading(1, "Payment"), Paragraph("Net 30 days."),
        Bullets(("first", "second"), ordered=True),
    ),
)  # fmt: skip
SENT = datetime(2026, 7, 1, 6, 32, tzinfo=UTC)
LETTER = Letter("方以宁 <fang@hailan.example>", ("lin@hengyu.example",), SENT, "合同v2", "请用印。\n", {"合同v2.docx": PAPER})
WORDS = ("§2 折扣", "续约总折扣不超过10% & <S3>，误差≤0.5‰。", "样机", "S3", "6000", "=1+1", "Net 30 days.", "second")
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page."""
    document = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_range().replace("\r\n", "") for page in document]


def slides_of(file: bytes) -> list[str]:
    """All words of each slide, tables included."""
    found = []
    for slide in pptx.Presentation(io.BytesIO(file)).slides:
        words = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        cells = [cell.text for shape in slide.shapes if shape.has_table for row in shape.table.rows for cell in row.cells]
        found.append("\n".join(words + cells))
    return found


def words_of_docx(file: bytes) -> str:
    """All words in the order of the document's parts."""
    word = docx.Document(io.BytesIO(file))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in word.paragraphs] + cells)


def part_of(file: bytes, name: str) -> ET.Element:
    """One part of an office file."""
    return ET.fromstring(zipfile.ZipFile(io.BytesIO(file)).read(name))  # noqa: S314 - we wrote it a moment ago


@pytest.mark.parametrize("suffix", ["md", "txt", "html", "csv", "pdf", "docx", "pptx", "xlsx"])
def test_same_paper_same_bytes(suffix: str) -> None:
    """So that a file that did not change is not taken in again."""
    assert bytes_of(f"a.{suffix}", PAPER) == bytes_of(f"a.{suffix}", PAPER)


def test_pdf_text_can_be_read_page_by_page() -> None:
    """Chinese and English, with signs that readers stumble over."""
    first, second = pages_of(bytes_of("a.pdf", PAPER))

    assert all(word in first for word in WORDS[:6])
    assert all(word in second for word in WORDS[6:])


def test_word_keeps_text_and_levels() -> None:
    """Headings are Word's headings, tables its tables."""
    file = bytes_of("a.docx", PAPER)

    levels = [(p.text, p.style.name) for p in docx.Document(io.BytesIO(file)).paragraphs if p.style and p.style.name.startswith("Heading")]
    assert [("§2 折扣", "Heading 1"), ("Payment", "Heading 1")] == levels
    assert all(word in words_of_docx(file) for word in WORDS)


def test_each_heading_begins_a_slide_and_a_table_has_its_own() -> None:
    """Nothing of the paper is lost on the way."""
    title, text, table, payment = slides_of(bytes_of("a.pptx", PAPER))

    assert title.startswith("价格政策")
    assert "样机" in text
    assert "6000" in table
    assert "second" in payment


def test_workbook_has_a_sheet_for_each_heading_and_no_formula() -> None:
    """Figures are numbers; what looks like a formula stays text."""
    file = bytes_of("a.xlsx", PAPER)

    names = [sheet.get("name") for sheet in part_of(file, "xl/workbook.xml").iter(f"{SHEET}sheet")]
    cells = [*part_of(file, "xl/worksheets/sheet1.xml").iter(f"{SHEET}c")]
    texts = [text.text for text in part_of(file, "xl/sharedStrings.xml").iter(f"{SHEET}t")]
    assert ["§2 折扣", "Payment"] == names
    assert ["6000"] == [value.text for cell in cells if cell.get("t") != "s" for value in cell.iter(f"{SHEET}v")]
    assert "=1+1" in texts
    assert not [cell for cell in cells if cell.find(f"{SHEET}f") is not None]


def test_csv_holds_the_table() -> None:
    """With the mark by which spreadsheets know UTF-8; a paper without a table is refused."""
    text = bytes_of("a.csv", PAPER).decode("utf-8-sig")

    assert [["型号", "价格"], ["S3", "6000"], ["备注", "=1+1"]] == list(csv.reader(io.StringIO(text)))
    with pytest.raises(ValueError, match="价格政策"):
        bytes_of("a.csv", replace(PAPER, blocks=()))


def test_markdown_says_of_itself_what_the_paper_says() -> None:
    """Audience, last day and what it replaces stand in the front matter."""
    front = Front("role:legal", date(2026, 6, 24), "旧版")

    text = bytes_of("a.md", replace(PAPER, front=front)).decode()

    head = ["title: 价格政策", "lang: zh", "audience: role:legal", "valid_until: 2026-06-24", "supersedes: 旧版"]
    assert ["---", *head, "---", "", "# 价格政策"] == text.splitlines()[:9]
    assert "| S3 | 6000 |" in text
    assert "1. first\n2. second" in text


def test_html_escapes_what_it_holds() -> None:
    """A sign of markup in a text is a sign, no markup."""
    text = bytes_of("a.html", PAPER).decode()

    assert "不超过10% &amp; &lt;S3&gt;" in text
    assert "<ol>\n<li>first</li>" in text


def test_plain_text_has_every_word() -> None:
    """Without any markup."""
    text = bytes_of("a.txt", PAPER).decode()

    assert all(word in text for word in WORDS)
    assert "#" not in text


def test_letter_carries_its_attachment() -> None:
    """Names in Chinese survive, and the attached file opens."""
    file = bytes_of("a.eml", LETTER)

    message = email.message_from_bytes(file, policy=policy.default)
    body = message.get_body()
    [attached] = message.iter_attachments()
    assert ("合同v2", "请用印。") == (message["Subject"], body.get_content().strip() if body else "")
    assert "合同v2.docx" == attached.get_filename()
    assert "§2 折扣" in words_of_docx(attached.get_content())
    assert file == bytes_of("a.eml", LETTER)


def test_what_not_everyone_may_see_is_written_only_where_it_can_say_so() -> None:
    """A PDF carries no audience, so a secret in one would be published to all."""
    secret = replace(PAPER, front=Front(audience="role:manager"))

    with pytest.raises(ValueError, match=r"a\.pdf"):
        bytes_of("a.pdf", secret)


def test_a_format_that_nobody_writes_is_refused() -> None:
    """It is an error of ours, told at once."""
    with pytest.raises(KeyError, match="odt"):
        bytes_of("a.odt", PAPER)


def test_files_stay_in_their_folder(tmp_path: Path) -> None:
    """Folders in a name are made; a name that leads out is refused before anything is written."""
    [file] = write_filings(tmp_path / "in", [Filing("合同/a.md", PAPER)])

    with pytest.raises(ValueError, match="out"):
        write_filings(tmp_path / "in", [Filing("../out.md", PAPER)])
    assert tmp_path / "in" / "合同" / "a.md" == file
    assert not (tmp_path / "out.md").exists()

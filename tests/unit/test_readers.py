"""What the readers make of files, format by format."""

import zipfile
from pathlib import Path

import pytest

from bot.errors import Refused
from knowledge.reading.desk import locator
from knowledge.reading.formats import File, Opened, open_file, sniff
from knowledge.splitting import Block
from tests import papers


def file(path: Path, password: str = "") -> File:
    """A file as the readers get it."""
    return File(path.name, path.read_bytes(), password)


def opened(path: Path, password: str = "") -> Opened:
    """What its reader makes of it."""
    return open_file(file(path, password))


def blocks(path: Path) -> list[Block]:
    """All blocks of a file."""
    return list(opened(path).blocks)


def write(path: Path, content: str | bytes) -> Path:
    """Put `content` there."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refusal(path: Path) -> str:
    """Why a file is not read."""
    with pytest.raises(Refused) as refused:
        blocks(path)
    return refused.value.reason


def test_markdown_stands_under_its_headings(tmp_path: Path) -> None:
    """Each heading's text is a block that knows its headings and its first line."""
    path = write(tmp_path / "a.md", "# Policy\n\nIntro.\n\n## Discounts ##\nUp to 10%.\n\n### **VIP**\nMore.\n\n## Terms\nNet 30.\n")

    found = [(block.text.strip(), block.headings, block.line) for block in blocks(path)]

    assert [
        ("Intro.", ("Policy",), 2),
        ("Up to 10%.", ("Policy", "Discounts"), 6),
        ("More.", ("Policy", "Discounts", "VIP"), 9),
        ("Net 30.", ("Policy", "Terms"), 12),
    ] == found


def test_underlined_headings_are_headings(tmp_path: Path) -> None:
    """Markdown's other way of writing them; a rule between two paragraphs is none."""
    path = write(tmp_path / "a.md", "Policy\n======\n\nIntro.\n\n---\n\nMore.\n\nTerms\n-----\nNet 30.\n")

    assert [("Policy",), ("Policy", "Terms")] == [block.headings for block in blocks(path)]


def test_code_is_not_mistaken_for_headings(tmp_path: Path) -> None:
    """A hash inside a fence is a comment of somebody's script."""
    path = write(tmp_path / "a.md", "# Setup\n```sh\n# not a heading\nrun\n```\nDone.\n")

    (block,) = blocks(path)

    assert ("Setup",) == block.headings
    assert "# not a heading" in block.text


def test_front_matter_is_read_and_not_part_of_the_text(tmp_path: Path) -> None:
    """What the file says about itself is no passage."""
    path = write(tmp_path / "a.md", '---\ntitle: "Price policy"\naudience: role:manager  # bosses\nsupersedes: old.md\n---\nText.\n')

    page = opened(path)

    assert {"title": "Price policy", "audience": "role:manager", "supersedes": "old.md"} == page.front
    assert ["Text."] == [block.text.strip() for block in page.blocks]


def test_a_table_is_a_block_of_its_own(tmp_path: Path) -> None:
    """So that it is not cut through."""
    path = write(tmp_path / "a.md", "# Prices\nBefore.\n\n| Part | Price |\n|---|---|\n| S3 | 100 |\n\nAfter.\n")

    assert [False, True, False] == [block.is_table for block in blocks(path)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_read_in_the_encodings_that_people_have(tmp_path: Path, encoding: str) -> None:
    """Old Windows programs save Chinese as GB18030, newer ones as UTF-16."""
    path = write(tmp_path / "a.txt", "质保两年。\r\n退货请保留发票。".encode(encoding))

    assert ["质保两年。\n退货请保留发票。"] == [block.text for block in blocks(path)]


def test_html_is_what_a_reader_sees(tmp_path: Path) -> None:
    """Scripts, menus and hidden parts are not; tables keep their rows."""
    path = write(
        tmp_path / "a.html",
        "<html><head><title>Shop</title><script>evil()</script></head><body><nav>Home</nav><h1>Warranty</h1>"
        "<p>We repair <b>within</b> 24 months.</p><p hidden>secret</p><h2>Prices</h2>"
        "<table><tr><th>Part</th><th>Price</th></tr><tr><td>S3</td><td>100</td></tr></table><!-- note --></body></html>",
    )

    page = opened(path)

    assert "Shop" == page.title
    assert [
        ("We repair within 24 months.", ("Warranty",)),
        ("Part: S3 | Price: 100", ("Warranty", "Prices")),
    ] == [(block.text, block.headings) for block in page.blocks]


def test_html_says_for_whom_it_is_in_its_head() -> None:
    """As Markdown does; other things that pages say of themselves are nobody's business."""
    head = '<meta name="audience" content="role:legal"><meta name="Supersedes" content="Old"><meta name="viewport" content="x">'

    page = open_file(File("a.html", f"<html><head>{head}</head><body>Text</body></html>".encode()))

    assert {"audience": "role:legal", "supersedes": "Old"} == page.front


def test_docx_keeps_headings_text_and_tables_in_order(tmp_path: Path) -> None:
    """The order of the document is the order of its passages."""
    page = opened(papers.docx(tmp_path / "a.docx"))

    assert "Warranty terms" == page.title
    assert [
        ("We repair within 24 months.", ("Warranty",)),
        ("Send it back in its box. 请保留发票。", ("Warranty", "Returns")),
        ("Part: S3 | Months: 36", ("Warranty", "Returns")),
    ] == [(block.text, block.headings) for block in page.blocks]


def test_pdf_knows_its_pages_and_numbered_headings(tmp_path: Path) -> None:
    """A citation of a PDF names the page and the section."""
    path = papers.pdf(tmp_path / "a.pdf", "1 Scope\nAll sensors of the S series.", "2.1 Discounts\nRenewals get up to ten per cent.")

    assert [
        ("All sensors of the S series.", ("1 Scope",), 1),
        ("Renewals get up to ten per cent.", ("1 Scope", "2.1 Discounts"), 2),
    ] == [(block.text, block.headings, block.page) for block in blocks(path)]


def test_lines_that_the_page_broke_are_joined(tmp_path: Path) -> None:
    """A sentence over two lines is one sentence."""
    path = papers.pdf(tmp_path / "a.pdf", "Renewals get up to ten per cent of discount when the\ncontract runs for two years.\nShort.")

    assert "Renewals get up to ten per cent of discount when the contract runs for two years.\nShort." == blocks(path)[0].text


@pytest.mark.parametrize("name, content, reason", [
    ("a.txt", b"", "empty"),
    ("a.md", b" \n\t\n", "empty"),
    ("a.txt", b"\xff\xfe\x00\x01binary\x00\x00\x02", "not_text"),
    ("a.bin", b"\x01\x00\x02\x03", "not_text"),
    ("a.exe", b"plain words", "unknown_kind"),
    ("a.png", b"\x89PNG\r\n\x1a\n123", "picture"),
    ("a.pdf", b"\xff\xd8\xff\xe0 a photograph", "picture"),
    ("a.mp3", b"ID3\x04 song", "sound"),
    ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 cut off", "broken"),
    ("a.docx", b"PK\x03\x04 cut off", "broken"),
    ("a.pdf", b"%PDF-1.4 cut off", "broken"),
])
def test_what_cannot_be_read_is_refused_with_its_reason(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    """By what it holds, whatever it is called."""
    assert reason == refusal(write(tmp_path / name, content))


def test_a_file_is_known_by_what_it_holds(tmp_path: Path) -> None:
    """A wrong extension costs nothing."""
    assert "pdf" == sniff(file(papers.pdf(tmp_path / "notes.txt", "Hello there")))
    assert "docx" == sniff(file(papers.docx(tmp_path / "contract.pdf")))
    assert "html" == sniff(file(write(tmp_path / "page.txt", "<!DOCTYPE html><html></html>")))


def test_a_pdf_without_text_waits_for_ocr(tmp_path: Path) -> None:
    """A scan is not an empty document."""
    assert "scan" == refusal(papers.pdf(tmp_path / "a.pdf", ""))


def test_an_archive_that_swells_is_not_opened(tmp_path: Path) -> None:
    """Its own table of contents gives it away."""
    path = tmp_path / "bomb.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 20_000_000)

    assert "swells" == refusal(path)


@pytest.mark.parametrize("headings, page, lines, expected", [
    (["Policy", "2.1 Discounts"], 3, (None, None), "p. 3 §2.1 Discounts"),
    (["Warranty", "Returns"], None, (12, 18), "§ Warranty > Returns, lines 12-18"),
    ([], None, (5, 5), "line 5"),
    ([], 2, (None, None), "p. 2"),
    ([], None, (None, None), "¶ 7"),
])
def test_a_place_is_named_as_people_name_it(
    headings: list[str], page: int | None, lines: tuple[int | None, int | None], expected: str
) -> None:
    """Page, section, lines: whatever there is."""
    where = {"headings": headings, "page": page, "place": "", "first_line": lines[0], "last_line": lines[1]}

    assert expected == locator(where, 7)

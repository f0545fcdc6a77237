"""A redline in an office program: opened, all accepted, all rejected."""

from pathlib import Path

from bot.domain.contracts import Paragraph, ParagraphKind
from tests.contract_papers import docx, p, r, read, redline, table
from tests.office import settled


def test_libreoffice_gives_the_new_text_and_the_old(tmp_path: Path) -> None:
    """With words changed at a paragraph's end before a new paragraph, a row put in, one taken out, and a move."""
    old_file = docx(p(r("Fee: 100")) + p(r("Law.")) + table(("S3", "6,000"), ("S5", "9,800")) + p(r("Moved.")) + p(r("End.")))
    old = read(old_file)
    row = [Paragraph(text, kind=ParagraphKind.CELL, row="1.2") for text in ("S7", "12,000")]
    new = [Paragraph("Fee: 100 and tax"), Paragraph("New."), Paragraph("Moved."), old[1], *old[2:4], *row, old[-1], Paragraph("Last.")]
    pairs = [(0, 0), (1, 3), (2, 4), (3, 5), (6, 2), (7, 8)]
    for number, file in enumerate((b"", old_file)):
        (tmp_path / f"{number}.docx").write_bytes(redline(old, new, pairs, file, notes={0: "High risk"}))

    expected = [one.text for one in new], [one.text for one in old]

    assert [expected] * 2 == [tuple(one) for one in settled([tmp_path / "0.docx", tmp_path / "1.docx"])]

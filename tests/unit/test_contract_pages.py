"""Contracts in PDF and plain text: lines joined to paragraphs, pages' own words dropped, figures of scans named."""

from pathlib import Path

import pytest

from bot.domain.contracts import Paragraph, ParagraphKind
from bot.errors import Refused
from knowledge.papers import plain
from knowledge.papers.joining import paragraphs
from knowledge.papers.looking import to_look_at
from knowledge.papers.pages import Page, Pdf
from knowledge.reading.formats import File
from knowledge.reading.layout import Span
from tests import papers
from tests.contract_papers import printed_pdf, scanned_pdf

EDGE = 500.0
RIGHT = "right"


def page(*lines: tuple[str, float], number: int = 1, scanned: bool = False, height: float = 800.0) -> Page:
    """A page with lines of this text and right edge, 20 points apart from 700 down."""
    spans = tuple(Span(72, 700 - 20 * at, right, 712 - 20 * at, text) for at, (text, right) in enumerate(lines))
    return Page(number, 600, height, spans, scanned=scanned)


def said(*pages: Page) -> list[str]:
    """The paragraphs of these pages."""
    return [one.text for one in paragraphs(pages)]


def test_lines_that_the_edge_broke_are_one_paragraph() -> None:
    """In Chinese without a blank, in English with one."""
    assert ["The Buyer shall pay within thirty days of the invoice."] == said(
        page(("The Buyer shall pay within", EDGE), ("thirty days of the invoice.", 200))
    )
    assert ["买方应在收到发票后三十日内付款。"] == said(page(("买方应在收到发票后", EDGE), ("三十日内付款。", 200)))


def test_a_clause_begins_a_paragraph_even_below_a_full_line() -> None:
    """Numbers part clauses, whatever the layout does."""
    clauses = ["5.1 The term is one year.", "5.2 It renews itself."]

    assert clauses == said(page((clauses[0], EDGE), (clauses[1], 200)))


def test_a_number_that_the_line_above_speaks_of_begins_nothing() -> None:
    """"Section" at the end of a line wants its number from the next."""
    assert ["as laid down in Section 5.2 above."] == said(page(("as laid down in Section", EDGE), ("5.2 above.", 200)))


def test_a_paragraph_goes_on_over_the_page_and_the_pages_own_words_are_dropped() -> None:
    """Headers that repeat and page numbers are no words of the contract."""
    head, feet = Span(72, 770, 200, 782, "Draft of Acme"), [Span(290, 20, 310, 32, f"- {number} -") for number in (1, 2)]
    first = Page(1, 600, 800, (head, Span(72, 400, EDGE, 412, "The Seller shall deliver"), feet[0]))
    second = Page(2, 600, 800, (head, Span(72, 700, 200, 712, "the goods."), feet[1]))

    assert ["The Seller shall deliver the goods."] == said(first, second)


def test_a_broken_word_loses_its_hyphen_where_it_is_known_without_it() -> None:
    """A compound keeps it."""
    broken = page(("Upon termi-", EDGE), ("nation of the long-", EDGE), ("term agreement this ends.", 200), ("Termination is final.", 300))

    assert "Upon termination of the long-term agreement this ends." == said(broken)[0]


def test_rows_of_cells_are_cells() -> None:
    """A table of a PDF compares with a table of Word."""
    places = {"S3": (72, 700), "6,000": (300, 700), "S5": (72, 680), "9,800": (300, 680)}
    spans = [Span(left, bottom, left + 40, bottom + 12, text) for text, (left, bottom) in places.items()]
    found = list(paragraphs([Page(1, 600, 800, tuple(spans))]))

    assert [("S3", "1.1"), ("6,000", "1.1"), ("S5", "1.2"), ("9,800", "1.2")] == [(one.text, one.row) for one in found]
    assert {ParagraphKind.CELL} == {one.kind for one in found}


@pytest.mark.parametrize(
    "text,expected",
    [
        ("逾期按每日0.5‰计,上限为合同总价的10%。", ("0.5‰", "10%")),
        ("A fee of USD 1,200,000 and 3.5 % of it", ("USD 1,200,000", "3.5 %")),
        ("人民币壹佰万元整(¥1,000,000元)", ("壹佰万元整", "¥1,000,000元")),
        ("万分之五的违约金", ("万分之五",)),
        ("within 30 days of Clause 5.2", ()),
    ],
)
def test_figures_that_cost_money_are_looked_at_when_read_off_a_picture(text: str, expected: tuple[str, ...]) -> None:
    """‰ is misread as % now and then: nobody is to believe a scan's figures on sight."""
    [seen] = paragraphs([page((text, EDGE), scanned=True)])
    [printed] = paragraphs([page((text, EDGE))])

    assert expected == seen.look == to_look_at(text)
    assert () == printed.look


def test_printed_pages_are_read_and_pictures_are_told(tmp_path: Path) -> None:
    """A page with a picture and no words is for whoever reads pictures."""
    [printed] = Pdf(printed_pdf(tmp_path / "a.pdf", "Clause one.").read_bytes(), "").pages()
    [scanned] = (pdf := Pdf(scanned_pdf(tmp_path / "b.pdf", ["Clause"]).read_bytes(), "")).pages()
    drawn = pdf.drawn(1)

    assert (False, ["Clause one."]) == (printed.scanned, [span.text for span in printed.spans])
    assert (True, ()) == (scanned.scanned, scanned.spans)
    assert len(drawn.grey) == drawn.width * drawn.height


def test_a_locked_pdf_asks_for_its_password(tmp_path: Path) -> None:
    """Without one, and with a wrong one, in different words."""
    data = papers.drawn(tmp_path / "locked.pdf", (72, 700, "Secret"), password=RIGHT).read_bytes()

    for password, reason in (("", "encrypted"), ("wrong", "wrong_password")):
        with pytest.raises(Refused) as refused:
            Pdf(data, password)
        assert reason == refused.value.reason
    assert ["Secret"] == [span.text for page in Pdf(data, RIGHT).pages() for span in page.spans]


def test_markdown_is_read_as_headings_items_and_cells() -> None:
    """Marks within a line stay; wrapped lines are joined; what begins a line is the form's, not the contract's."""
    text = "# Terms\n\nFirst line\nof [one](u).\n\n- an item\n- another\n\n| A | B |\n|---|---|\n| 1 | 2 |\n\n| C |\n"
    found = list(plain.marked(File("a.md", text.encode())))

    assert [
        Paragraph("Terms", level=1, kind=ParagraphKind.HEADING),
        *(Paragraph(text) for text in ("First line of [one](u).", "an item", "another")),
        *(Paragraph(cell, kind=ParagraphKind.CELL, row=f"1.{row}") for row, cells in ((1, "AB"), (2, "12")) for cell in cells),
        Paragraph("C", kind=ParagraphKind.CELL, row="2.1"),
    ] == found


def test_ten_thousand_lists_in_each_other_cost_no_more_than_their_lines() -> None:
    """Depth is only blanks."""
    text = "".join(f"{' ' * depth}- item\n" for depth in range(10_000))

    assert 10_000 == len(list(plain.marked(File("deep.md", text.encode()))))


def test_a_paragraph_of_fifty_megabytes_is_refused() -> None:
    """Before anything is compared with it."""
    with pytest.raises(Refused) as refused:
        list(plain.text(File("a.txt", b"word " * 10_000_000)))

    assert "too_long" == refused.value.reason

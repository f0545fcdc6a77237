"""Contracts in Word: tracked changes, comments, numbers that Word counts, tables and notes."""

import pytest

from bot.domain.contracts import Paper, Paragraph, ParagraphKind
from bot.errors import Refused
from knowledge.papers.counting import written
from tests.contract_papers import docx, gone, ins, p, r, read, table, texts

LISTS = (
    '<w:abstractNum w:abstractNumId="0">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="第%1条"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:isLgl/><w:lvlText w:val="%1.%2"/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="(%3)"/></w:lvl>'
    '</w:abstractNum><w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="8"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
)


def numbered(text: str, level: int = 0, which: int = 7) -> str:
    """A paragraph of a list."""
    return p(r(text), properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{which}"/></w:numPr>')


def test_words_changed_inside_a_paragraph_are_known_with_and_without_the_change() -> None:
    """A draft with open changes is two texts, and both can be had."""
    [one] = read(docx(p(r("Pay within "), gone("30"), ins(r("60")), r(" days."))))

    assert Paragraph("Pay within 60 days.", before="Pay within 30 days.") == one


def test_a_paragraph_put_in_or_taken_out_is_marked_as_such() -> None:
    """Who compares decides which side counts."""
    end = "<w:rPr><w:{}/></w:rPr>"
    kept, put, taken = read(docx(
        p(r("Kept."))
        + p(ins(r("New.")), properties=end.format('ins w:id="2" w:author="W"'))
        + p(gone("Old."), properties=end.format('del w:id="3" w:author="W"'))
        + p()
    ))  # fmt: skip

    assert [(False, False), (True, False), (False, True)] == [(one.inserted, one.deleted) for one in (kept, put, taken)]
    assert ["Kept.", "New."] == [one.text for one in Paper((kept, put, taken)).settled().paragraphs]
    assert ["Kept.", "Old."] == [one.text for one in Paper((kept, put, taken)).untouched().paragraphs]


def test_a_paragraph_split_by_a_tracked_change_is_whole_without_it() -> None:
    """An inserted end parts two paragraphs that were one."""
    paper = Paper(tuple(read(docx(p(r("First. "), properties='<w:rPr><w:ins w:id="2" w:author="W"/></w:rPr>') + p(r("Second."))))))

    assert ["First.", "Second."] == [one.text for one in paper.settled().paragraphs]
    assert ["First. Second."] == [one.text for one in paper.untouched().paragraphs]


def test_moved_words_stand_once() -> None:
    """A move is told in two places; each text has one of them."""
    there, here = (f'<w:{mark} w:id="4" w:author="W">{r("x")}</w:{mark}>' for mark in ("moveFrom", "moveTo"))
    moved = p(r("A "), there, r(" B "), here)

    [one] = read(docx(moved))

    assert ("A B x", "A x B") == (one.text, one.before)


def test_a_comment_comes_with_its_paragraph_and_author() -> None:
    """What the other side wrote beside a clause is read, and is no part of it."""
    said = '<w:comment w:id="0" w:author="Liu"><w:p><w:r><w:t>Too long</w:t></w:r></w:p></w:comment>'
    [one] = read(docx(p(r("60 days"), '<w:r><w:commentReference w:id="0"/></w:r>'), comments=said))

    assert ("60 days", "Liu: Too long") == (one.text, one.comment)


def test_numbers_that_word_counts_are_labels_as_a_reader_sees_them() -> None:
    """Levels restart below their heading; a list may begin anew."""
    found = read(docx(
        numbered("Price") + numbered("Net", 1) + numbered("Gross", 1) + numbered("of it", 2) + numbered("Term") + numbered("Long", 1)
        + numbered("Again", 0, 8), numbering=LISTS,
    ))  # fmt: skip

    assert ["第一条", "1.1", "1.2", "(i)", "第二条", "2.1", "第一条"] == [one.label for one in found]
    assert [1, 2, 2, 3, 1, 2, 1] == [one.level for one in found]


def test_numbers_come_from_styles_too_and_headings_are_known() -> None:
    """Most contracts number by their styles."""
    styles = (
        '<w:style w:styleId="H"><w:name w:val="heading 2"/><w:pPr><w:numPr><w:numId w:val="7"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="Mine"><w:name w:val="Mine"/><w:basedOn w:val="H"/></w:style>'
    )
    [one] = read(docx(p(r("Payment"), properties='<w:pStyle w:val="Mine"/>'), numbering=LISTS, styles=styles))

    assert Paragraph("Payment", "第一条", 2, ParagraphKind.HEADING) == one


@pytest.mark.parametrize(
    "number,form,expected",
    [
        (12, "chineseCounting", "十二"), (105, "chineseCountingThousand", "一百零五"), (27, "lowerLetter", "aa"), (14, "upperRoman", "XIV"),
        (3, "decimalZero", "03"), (2, "chineseLegalSimplified", "贰"), (4, "decimalEnclosedCircle", "④"), (22, "ordinal", "22nd"),
        (10, "ideographDigital", "一〇"), (5, "never heard of", "5"), (1, "bullet", ""), (3, "ideographTraditional", "丙"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_word_writes_them(number: int, form: str, expected: str) -> None:
    """Formats that nobody knows are plain figures."""
    assert expected == written(number, form)


def test_cells_know_their_row() -> None:
    """A price table is compared row by row."""
    found = read(docx(p(r("Prices")) + table(("S3", "6,000"), ("S5", "9,800"))))

    assert [("Prices", ""), ("S3", "1.1"), ("6,000", "1.1"), ("S5", "1.2"), ("9,800", "1.2")] == [(one.text, one.row) for one in found]


def test_notes_below_the_page_are_read_and_headers_are_not() -> None:
    """A cap hidden in a footnote is a cap."""
    notes = '<w:footnote w:id="-1" w:type="separator"/><w:footnote w:id="2"><w:p><w:r><w:t>Capped at 10 %.</w:t></w:r></w:p></w:footnote>'
    found = read(docx(p(r("Liability."), '<w:r><w:footnoteReference w:id="2"/></w:r>'), footnotes=notes))

    assert [("Liability.", ""), ("Capped at 10 %.", "[2]")] == [(one.text, one.label) for one in found]


def test_fields_are_never_run_and_their_last_result_is_read() -> None:
    """The code of a field is no word of the contract."""
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DDEAUTO c:\\\\calc</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>5.2</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )

    assert ["See 5.2 below"] == texts(docx(p(r("See "), field, r(" below"))))


def test_hidden_words_and_tables_of_contents_are_no_part_of_a_contract() -> None:
    """Word prints neither the first, nor says anything new by the second."""
    styles = '<w:style w:styleId="T"><w:name w:val="toc 1"/></w:style>'
    body = p(r("Price 2"), properties='<w:pStyle w:val="T"/>') + p(r("Seen"), r(" unseen", "<w:vanish/>"))

    assert ["Seen"] == texts(docx(body, styles=styles))


@pytest.mark.parametrize(
    "body,reason",
    [
        (f"{'<w:tbl><w:tr><w:tc>' * 10_000}{p(r('x'))}{'</w:tc></w:tr></w:tbl>' * 10_000}", "too_deep"),
        (p(r("x" * 11_000_000)), "too_long"),
        (p(*(r("word " * 1000) for _ in range(50))), "too_long"),
        ("<w:p><w:r>", "broken"),
    ],
    ids=["ten thousand tables in each other", "one endless word", "one endless paragraph", "cut off"],
)
def test_hostile_bodies_are_refused_in_one_word(body: str, reason: str) -> None:
    """What no contract has is not read to its end."""
    with pytest.raises(Refused) as refused:
        texts(docx(body))

    assert reason == refused.value.reason

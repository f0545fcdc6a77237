"""A redline: real tracked changes and comments; one text when all is accepted, the other when all is rejected."""

import io
import random
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime

import docx as word
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.contracts import Paper, Paragraph, ParagraphKind
from bot.reading.cutting import cut
from knowledge.papers.plan import Step, steps
from knowledge.papers.tracked import Ink
from knowledge.papers.wording import edits
from tests.contract_papers import AT, OFFICE, both, docx, gone, ins, p, r, read, redline, table

WORDS = st.text(alphabet="ab 1.,%汉字元不", max_size=30)


@pytest.fixture(autouse=True, scope="module")
def _dictionary() -> None:
    cut("先")  # it takes a second to open, which is nobody's test


def said(*lines: str) -> list[Paragraph]:
    """Paragraphs of running text."""
    return [Paragraph(line) for line in lines]


def document(data: bytes) -> str:
    """The XML of a Word file's body."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("word/document.xml").decode()


def changed(old: str, new: str) -> list[tuple[str, str]]:
    """What gives way to what."""
    return [(old[edit.begin:edit.end], edit.text) for edit in edits(old, new, cut)]


@given(WORDS, WORDS)
def test_edits_make_the_new_words_out_of_the_old(old: str, new: str) -> None:
    """Blanks aside, which count as one."""
    made, at = "", 0
    for edit in edits(old, new, cut):
        made, at = made + old[at:edit.begin] + edit.text, edit.end

    assert new.split() == (made + old[at:]).split()


def test_numbers_and_english_words_are_changed_whole() -> None:
    """1,000 does not become 1,500 by one digit, nor shall may by a letter."""
    old, new = "shall pay 1,000 in 30日内", "may pay 1,500 in 45日内"

    assert [("shall", "may"), ("1,000", "1,500"), ("30", "45")] == changed(old, new)


@pytest.mark.parametrize("old, new, expected", [
    ("乙方向甲方交货", "丙方向甲方交货", [("乙方", "丙方")]),
    ("买方应当赔偿全部损失", "买方应该补偿全部损失", [("应当赔偿", "应该补偿")]),
    ("合同总价壹佰贰拾万元整", "合同总价壹佰叁拾万元整", [("壹佰贰拾万元整", "壹佰叁拾万元整")]),
    ("按日0.5%计收S3模块", "按日0.5‰计收S5模块", [("0.5%", "0.5‰"), ("3", "5")]),
])  # fmt: skip
def test_chinese_words_are_changed_whole(old: str, new: str, expected: list[tuple[str, str]]) -> None:
    """Nobody has to put a word together from struck and new signs, nor a figure in words."""
    assert expected == changed(old, new)


@given(st.integers(0, 12), st.integers(0, 12), st.randoms(use_true_random=False))
def test_a_plan_has_each_paragraph_once_and_each_side_in_its_order(old: int, new: int, chance: random.Random) -> None:
    """Whatever moved where."""
    count = chance.randint(0, min(old, new))
    pairs = list(zip(chance.sample(range(old), count), chance.sample(range(new), count), strict=True))
    order = list(steps(old, new, pairs))

    assert list(range(old)) == [step.old for step in order if step.old is not None]
    assert list(range(new)) == [step.new for step in order if step.new is not None]
    assert {(step.old, step.new) for step in order if None not in (step.old, step.new)} <= set(pairs)


def test_what_moved_is_taken_out_and_put_in_while_the_rest_stays() -> None:
    """The longest run in order is not touched."""
    assert [Step(0, None), Step(1, 0), Step(2, 1), Step(None, 2)] == list(steps(3, 3, [(0, 2), (1, 0), (2, 1)]))


@settings(max_examples=25, deadline=None)
@given(st.lists(WORDS.filter(str.strip), max_size=6), st.lists(WORDS.filter(str.strip), max_size=6), st.randoms(use_true_random=False))
def test_a_plain_redline_holds_both_texts(old: list[str], new: list[str], chance: random.Random) -> None:
    """Whichever paragraphs were paired with which, in whatever order."""
    count = chance.randint(0, min(len(old), len(new)))
    pairs = list(zip(chance.sample(range(len(old)), count), chance.sample(range(len(new)), count), strict=True))
    before, after = said(*(" ".join(text.split()) for text in old)), said(*(" ".join(text.split()) for text in new))

    assert ([one.text for one in before], [one.text for one in after]) == both(redline(before, after, pairs))


def test_the_old_formatting_stays_and_what_is_put_in_takes_it_on() -> None:
    """A redline is the old contract, marked: bold stays bold."""
    old_file = docx(p(r("Pay in "), r("30", "<w:b/>"), r(" days."), properties='<w:jc w:val="center"/>'))
    made = redline(read(old_file), said("Pay in 60 days."), [(0, 0)], old_file)
    body = word.Document(io.BytesIO(made)).element.body

    assert (["Pay in 30 days."], ["Pay in 60 days."]) == both(made)
    assert ["60"] == [run.find(".//{*}t").text for run in body.iterfind(".//{*}ins/{*}r") if run.find("{*}rPr/{*}b") is not None]
    assert body.find(".//{*}jc") is not None
    assert 'w:author="Tandem"' in document(made)


def test_what_others_had_tracked_is_accepted_before_ours_is_marked() -> None:
    """The redline shows what changed since, and nobody else's marks."""
    old_file = docx(p(r("In "), gone("30"), ins(r("45")), r(" days.")))
    old = Paper(tuple(read(old_file))).settled().paragraphs
    made = redline(old, said("In 60 days."), [(0, 0)], old_file)

    assert (["In 45 days."], ["In 60 days."]) == both(made)
    assert "Wang" not in document(made)


TABLE = docx(p(r("Prices")) + table(("S3", "6,000"), ("S5", "9,800")) + p(r("End.")))


def cells(*rows: Sequence[str]) -> list[Paragraph]:
    """The cells of a table."""
    return [Paragraph(text, kind=ParagraphKind.CELL, row=f"1.{number}") for number, row in enumerate(rows, 1) for text in row]


@pytest.mark.parametrize("of_word", [True, False], ids=["in the old file", "in a plain one"])
def test_rows_of_a_table_are_put_in_and_taken_out_whole(of_word: bool) -> None:  # noqa: FBT001 - the two ways
    """A row that goes does not leave empty cells behind."""
    new = [*said("Prices"), *cells(("S3", "6,500"), ("S7", "12,000")), *said("End.")]
    made = redline(read(TABLE), new, [(0, 0), (1, 1), (2, 2), (5, 5)], TABLE if of_word else b"")
    rows = word.Document(io.BytesIO(made)).element.body.findall(".//{*}tr")

    assert ([one.text for one in read(TABLE)], [one.text for one in new]) == both(made)
    assert [[], ["del"], ["ins"]] == [[mark.tag.split("}")[1] for mark in row.iterfind("{*}trPr/*")] for row in rows]


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_tables_lose_no_word_whatever_is_put_where(chance: random.Random) -> None:
    """Cells into rows, lines between cells, a column more: the words come out in order."""
    old = read(TABLE)
    new = [one for one in old if chance.random() < 0.8]
    for number in range(chance.randint(0, 4)):
        row = chance.choice(["1.1", "1.2", "1.9", "2.1"])
        put = Paragraph(f"new {number}", kind=ParagraphKind.CELL, row=row) if chance.random() < 0.6 else Paragraph(f"line {number}")
        new.insert(chance.randint(0, len(new)), put)
    pairs = [(at, to) for at, one in enumerate(old) for to, other in enumerate(new) if one is other]

    assert ([one.text for one in old], [one.text for one in new]) == both(redline(old, new, pairs, TABLE))


def test_comments_stand_beside_what_they_are_about() -> None:
    """Risk, rule and fallback, beside what came and beside what went."""
    made = redline(said("Cap: 10 %.", "Old."), said("Cap: none."), [(0, 0)], notes={0: "High risk\nL-01"}, gone={1: "Was our right"})

    assert ["Tandem: High risk\nL-01", "Tandem: Was our right"] == [one.comment for one in read(made) if one.comment]
    assert [AT, AT] == [one.timestamp for one in word.Document(io.BytesIO(made)).comments]


def test_numbers_that_word_counts_stay_its_business() -> None:
    """The other side typed the number: that is no change of words."""
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    old_file = docx(p(r("Term."), properties='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'), numbering=numbering)
    made = redline(read(old_file), said("1. Term."), [(0, 0)], old_file)

    assert ["1."] == [one.label for one in read(old_file)]
    assert (["Term."], ["Term."]) == both(made)


@pytest.mark.parametrize(
    "old_file",
    [
        docx(p(r("A."), "<w:r><w:instrText>DDEAU</w:instrText></w:r><w:r><w:instrText>TO calc</w:instrText></w:r>")),
        docx(p(r("A."), '<w:fldSimple w:instr="INCLUDETEXT x"/>')),
        docx(p(r("A.")), f'<Relationship Id="t" Type="{OFFICE}/attachedTemplate" Target="http://127.0.0.1:9/t" TargetMode="External"/>'),
    ],
    ids=["DDE in two pieces", "a text from elsewhere", "a template from elsewhere"],
)
def test_what_word_would_run_or_load_is_not_handed_on(old_file: bytes) -> None:
    """Such a contract is shown as plain text: the redline goes to our own people."""
    made = redline(read(old_file), said("B."), [(0, 0)], old_file)

    assert (["A."], ["B."]) == both(made)
    assert "instrText" not in document(made)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert not any(b"127.0.0.1" in archive.read(name) for name in archive.namelist())


def test_signs_that_xml_cannot_say_are_left_out() -> None:
    """Rather than a file that Word has to repair."""
    assert ([], ["ab"]) == both(redline([], said("a\x0bb"), []))


def test_whole_paragraphs_are_dated_apart_from_words() -> None:
    """LibreOffice joins neighbours of one minute, and with them the end of the paragraph between."""
    ink = Ink(datetime(2026, 7, 1, 9, tzinfo=UTC))

    assert ["2026-07-01T09:00:00Z", "2026-07-01T08:58:00Z"] == [
        ink.mark("ins", whole=whole).get("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}date") for whole in (False, True)
    ]


@pytest.mark.parametrize("odd", ["\0", "\x0b", "\ud800", "\ufffe", "]]>", "\"'><w:p/>&amp;", "&#0;"], ids=ascii)
def test_words_that_an_office_file_cannot_hold_spoil_no_redline(odd: str) -> None:
    """A text or a printed page may hold them: they are left out, and what looks like markup is words."""
    old, new = said("Fee: 100", f"Law:{odd}here."), said(f"Fee: 200{odd}", f"Law:{odd}there.")
    kept = odd if odd.isprintable() else ""

    told = both(redline(old, new, [(0, 0), (1, 1)], notes={0: f"note {odd}"}, gone={1: odd}))

    assert (["Fee: 100", f"Law:{kept}here."], [f"Fee: 200{kept}", f"Law:{kept}there."]) == told

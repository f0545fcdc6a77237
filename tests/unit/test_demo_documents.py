"""The papers of the invented firm: rich enough to be asked, in every format, with the stories' figures where they are looked for."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path, PurePosixPath

import pytest

from bot.demo.documents import filings
from bot.domain.paper import Bullets, Filing, Grid, Heading, Letter, PageBreak, Paper, Paragraph
from bot.domain.people import parse_audience
from bot.render.files import bytes_of, write_filings
from tests.unit.test_demo_company import TODAY
from tests.unit.test_render import pages_of, words_of_docx

FILINGS = filings(TODAY)
PAPERS = {filing.name: filing.content for filing in FILINGS if isinstance(filing.content, Paper)}


def text_of(name: str) -> str:
    """All words of a paper."""
    lines = []
    for block in PAPERS[name].blocks:
        match block:
            case Heading(_, text) | Paragraph(text):
                lines.append(text)
            case Bullets(items):
                lines += items
            case Grid(header, rows):
                lines += [" ".join(row) for row in (header, *rows)]
            case PageBreak():
                pass
    return "\n".join(lines)


def test_forty_and_more_in_every_format_and_both_languages() -> None:
    """Each kind of file that the house reads is there to be tried."""
    formats = Counter(PurePosixPath(filing.name).suffix for filing in FILINGS)

    assert len(FILINGS) >= 40
    assert {".md", ".txt", ".html", ".pdf", ".docx", ".pptx", ".xlsx", ".csv", ".eml"} == set(formats)
    assert min(Counter(paper.lang for paper in PAPERS.values()).values()) >= 15


def test_same_papers_every_time() -> None:
    """Told twice for one day, they are the same to the last word."""
    assert FILINGS == filings(TODAY)


def test_dates_in_texts_move_with_today() -> None:
    """The policy in force began 150 days ago, whenever one looks."""
    later = {filing.name: filing.content for filing in filings(TODAY + timedelta(days=30))}
    began = date(2026, 6, 25)

    assert f"{began.year}年{began.month}月{began.day}日" in text_of("价格政策.pdf")
    assert "2026年7月25日" in str(later["价格政策.pdf"])


def test_no_gap_is_left_open() -> None:
    """Nothing that should have been worked out is still to be."""
    assert not [filing.name for filing in FILINGS if "{" in str(filing.content).replace("attachments={", "") or "<<" in str(filing.content)]


@pytest.mark.parametrize(
    "name, words",
    [
        ("价格政策.pdf", "续约总折扣不超过10%"),
        ("价格政策.pdf", "15%以上须销售总监与财务共同批准"),
        ("price-policy.md", "Renewals: total discount up to 10 %"),
        ("竞品/竞品卡-恩锐传感.md", "年失效率比行业基准高出23%"),
        ("在线振动监测白皮书.pdf", "漏检从哪里来"),
        ("合同/海蓝供货合同v1.docx", "余款于发货后30日内付清"),
        ("合同/海蓝供货合同v2.docx", "余款于发货后90日内付清"),
        ("合同/海蓝供货合同v2.docx", "应赔偿因违约给对方造成的全部损失"),
        ("合同/海蓝供货合同v3-签署.docx", "赔偿总额不超过合同价的100%"),
        ("团队/华东华南季度打法.md", "通知期14天后截止"),
    ],
)  # fmt: skip
def test_figures_stand_where_a_question_looks(name: str, words: str) -> None:
    """Each can be quoted."""
    assert words in text_of(name)


def test_annual_report_says_its_share_for_research_on_page_38() -> None:
    """The page that the signal names is the page of the file."""
    pages = pages_of(bytes_of("a.pdf", PAPERS["海蓝科技年度报告.pdf"]))

    assert 40 == len(pages)
    assert "研发投入占营业收入的比例为11.4%" in pages[37]


def test_second_version_of_the_contract_changes_nine_clauses_and_keeps_the_others() -> None:
    """What slipped in can be found by comparing, and nothing else can; the third has all of it back but one more training."""
    first, second, third = (text_of(f"合同/海蓝供货合同{version}.docx").splitlines()[1:] for version in ("v1", "v2", "v3-签署"))

    assert 9 == sum(a != b for a, b in zip(first, second, strict=True))
    assert ["包括45度侧装支架200件、安装指导3人天、操作培训3场。"] == [b for a, b in zip(first, third, strict=True) if a != b]


def test_mail_brings_the_changed_contract() -> None:
    """The letter that said nothing of 90 days has the version attached that does."""
    letter = next(filing.content for filing in FILINGS if filing.name == "邮件/海蓝-合同v2.eml")

    assert isinstance(letter, Letter)
    assert "90" not in letter.text
    assert [PAPERS["合同/海蓝供货合同v2.docx"]] == list(letter.attachments.values())


def test_old_policies_say_that_they_are_over() -> None:
    """One by its last day, one by what came after it too."""
    old, new = PAPERS["price-policy-previous.md"], PAPERS["price-policy.md"]

    assert old.title == new.front.supersedes
    assert all(PAPERS[name].front.valid_until == TODAY - timedelta(days=151) for name in ("价格政策-旧版.md", "price-policy-previous.md"))


def test_some_are_not_for_everyone_and_say_so_in_a_way_that_is_understood() -> None:
    """Managers, lawyers and teams have papers of their own, all of them in Markdown, which carries its audience."""
    kept = {name: paper.front.audience for name, paper in PAPERS.items() if paper.front.audience}

    assert {"role:manager", "role:legal", "team:east", "team:global"} == set(kept.values())
    assert {".md"} == {PurePosixPath(name).suffix for name in kept}
    assert set(kept.values()) == {parse_audience(audience, []) for audience in kept.values()}


def test_all_are_written_and_hold_their_words(tmp_path: Path) -> None:
    """Every file is there, none is empty, and the contract that slipped something in reads back as its paper."""
    few = [filing for filing in FILINGS if not filing.name.endswith(".docx") or "海蓝" in filing.name]

    written = write_filings(tmp_path, few)

    assert [tmp_path / filing.name for filing in few] == written
    assert min(file.stat().st_size for file in written) > 200
    told = words_of_docx((tmp_path / "合同/海蓝供货合同v2.docx").read_bytes())
    assert text_of("合同/海蓝供货合同v2.docx").splitlines() == told.splitlines()[1:]


def test_a_copy_that_no_longer_fits_its_base_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of a place that is not there would silently be none."""
    texts = tmp_path / "documents"
    texts.mkdir()
    (texts / "a.md").write_text("---\nfile: a.md\ntitle: a\nlang: en\n---\none two\n")
    (texts / "b.md").write_text("---\nfile: b.md\ntitle: b\nlang: en\nbase: a\n---\nthree => four\n")
    monkeypatch.setattr("bot.demo.documents.FOLDER", tmp_path)

    with pytest.raises(ValueError, match="three"):
        filings(TODAY)


def test_names_are_unlike_each_other() -> None:
    """None is written over another."""
    names: list[Filing] = list(FILINGS)

    assert len({filing.name for filing in names}) == len(names)

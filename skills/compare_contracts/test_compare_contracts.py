"""Two versions in: what changed, what only moved or was worded anew, whom it favours, how risky it is, by which rule."""

from pathlib import Path

import pytest

from bot.domain.changes import ChangeKind
from bot.domain.comparison import Category, ClauseChange, ClauseChangeKind, Direction, Report, Risk
from bot.domain.contracts import Paper, Paragraph, ParagraphKind
from bot.errors import BadConfig, TellUser
from skills.compare_contracts.batch import predict
from skills.compare_contracts.clauses import clauses
from skills.compare_contracts.compare import compare
from skills.compare_contracts.folded import fold
from skills.compare_contracts.library import Library, library
from skills.compare_contracts.parties import sides
from skills.compare_contracts.quantities import quantities
from skills.compare_contracts.wording import word_changes

FILES = Path(__file__).parent.parent.parent / "knowledge" / "clauses"
HEAD = "供货合同\n卖方：海石阀门有限公司（以下简称“乙方”）\n买方：临川水务有限公司（以下简称“甲方”）"
EN_HEAD = 'Supply Contract\nSupplier: Seastone Valves Ltd ("Supplier")\nBuyer: Linbrook Water plc ("Buyer")'


def _cut(text: str) -> list[str]:
    """Words of this test: what the texts below are made of; the rest sign by sign."""
    known = ("付款", "乙方", "甲方", "赔偿", "责任", "合同", "总价")
    words, at = [], 0
    while at < len(text):
        word = next((one for one in known if text.startswith(one, at)), text[at])
        words.append(word)
        at += len(word)
    return words


@pytest.fixture(name="rules", scope="module")
def _rules() -> Library:
    return library({file.name: file.read_text(encoding="utf-8") for file in FILES.glob("*.toml")})


def _paper(head: str, *told: str) -> Paper:
    return Paper(tuple(Paragraph(one) for one in (head, *told)), "a.docx")


def _zh(*bodies: str) -> Paper:
    return _paper(HEAD, *(f"第{'一二三四五六七八九'[at]}条 {one}" for at, one in enumerate(bodies)))


def _en(*bodies: str) -> Paper:
    return _paper(EN_HEAD, *(f"{at}. {one}" for at, one in enumerate(bodies, 1)))


def _report(old: Paper, new: Paper, rules: Library) -> Report:
    return compare(old, new, rules, "海石阀门 / Seastone Valves", _cut)


def _only(report: Report) -> ClauseChange:
    (only,) = report.changes
    return only


def test_a_new_number_is_no_change(rules: Library) -> None:
    """A clause that is taken out moves the numbers after it, and the references to them; only the removal is told."""
    old = _zh("价款\n总价十万元。", "通知\n通知应书面送达。", "交货\n按第四条验收前三日交货。", "验收\n到货后五日内验收。")
    new = _zh("价款\n总价十万元。", "交货\n按第三条验收前三日交货。", "验收\n到货后五日内验收。")

    assert [(ClauseChangeKind.REMOVED, "第二条")] == [(one.kind, one.old.number) for one in _report(old, new, rules).changes if one.old]


def test_a_move_is_told_as_a_move(rules: Library) -> None:
    """The same words elsewhere are neither gone nor new, and ask for nobody."""
    told = ("Price\nThe price is EUR 5,000.", "Warranty\nTwelve months from delivery.", "Law\nEnglish law applies.", "Notices\nIn writing.")

    only = _only(_report(_en(*told), _en(told[3], *told[:3]), rules))

    assert (ClauseChangeKind.MOVED, Risk.NONE, "4", "1") == (only.kind, only.risk, only.old and only.old.top, only.new and only.new.top)


@pytest.mark.parametrize("old, new", [
    ("总价为人民币1,200,000元。", "总价为人民币壹佰贰拾万元整（¥1，200，000.00）。"),
    ("软件的全部知识产权归乙方所有。", "软件的一切知识产权均归属于乙方。"),
    ("The Buyer shall keep records for three (3) years.", "Records shall be kept by the Buyer for 3 years."),
])  # fmt: skip
def test_another_wording_is_told_apart(old: str, new: str, rules: Library) -> None:
    """What says the same in other words, or in other figures, is folded away."""
    make = _zh if not old.isascii() else _en

    assert ClauseChangeKind.WORDING_ONLY is _only(_report(make(f"条款\n{old}"), make(f"条款\n{new}"), rules)).kind


def test_a_part_is_about_what_its_clause_is_headed(rules: Library) -> None:
    """Under a heading of its own line, whatever else a part mentions; a heading that goes with its part is no second change."""
    title, part = "第三条 质保", "3.1 质保期{}个月,自验收合格之日起算。"
    rest = ("第一条 标的", "1.1 乙方出售称重模块60套。", "第二条 付款", "2.1 甲方应于收票后30日内付款。")
    old = _paper(HEAD, *rest, title, part.format(12))
    grown = _only(_report(old, _paper(HEAD, *rest, title, part.format(24)), rules))
    gone = [one for one in _report(old, _paper(HEAD, *rest), rules).changes if one.kind is not ClauseChangeKind.WORDING_ONLY]

    assert (Category.WARRANTY, [(ClauseChangeKind.REMOVED, "3.1")]) == (
        grown.categories[0], [(one.kind, one.old.number if one.old else "") for one in gone],
    )


def test_lines_that_an_export_broke_are_joined(rules: Library) -> None:
    """Wrapped lines, page footers, and marks of another width are no changes, even in the middle of a figure."""
    old = _zh("价款\n合同总价为人民币1,200,000元,含增值税,不含安装。")
    new = _zh("价款\n合同总价为人民币1,2\n00,000元，含增值\n第 3 页\n税，不含安装。")

    assert () == _report(old, new, rules).changes


@pytest.mark.parametrize("old, new, category, risk, rule", [
    ("付款\n甲方收票后30日内付款。", "付款\n甲方收票后90日内付款。", Category.PAYMENT, Risk.HIGH, "P-01"),
    ("验收\n逾期未提出异议的视为验收合格。", "验收\n逾期不视为验收合格。", Category.ACCEPTANCE, Risk.HIGH, "A-01"),
    ("责任上限\n乙方的赔偿责任不超过合同总价。", "责任上限\n乙方应赔偿甲方的损失。", Category.LIABILITY_CAP, Risk.HIGH, "L-02"),
    ("质保\n质保期十二个月。", "质保\n质保期十八个月。", Category.WARRANTY, Risk.MEDIUM, "W-02"),
])  # fmt: skip
def test_each_judgement_names_its_rule(
    old: str, new: str, category: Category, risk: Risk, rule: str, rules: Library
) -> None:
    """A change against us has its category, its risk, and the rule of the library that says so."""
    only = _only(_report(_zh(old), _zh(new), rules))

    assert (category, Direction.FAVOURS_THEM, risk, rule) == (only.category, only.direction, only.risk, only.rule)


def test_a_right_that_turned_is_high() -> None:
    """From "may not" to "may": whoever is bound and whoever is free is read from the contract's own names."""
    rules = library({file.name: file.read_text(encoding="utf-8") for file in FILES.glob("*.toml")})
    old, new = (_en(f"Termination\nThe Buyer {one} terminate for convenience.") for one in ("may not", "may"))

    only = _only(_report(old, new, rules))

    assert (Direction.FAVOURS_THEM, Risk.HIGH, True) == (only.direction, only.risk, only.legal)


def test_what_favours_us_is_no_risk(rules: Library) -> None:
    """A lower cap on our liability asks for legal, and is no risk."""
    old, new = (_en(f"Liability\nSupplier's liability is limited to {one}% of the price.") for one in (100, 50))

    only = _only(_report(old, new, rules))

    assert (Direction.FAVOURS_US, Risk.NONE, True) == (only.direction, only.risk, only.legal)


def test_what_no_rule_knows_counts_against_us(rules: Library) -> None:
    """Until somebody has looked, it is not called harmless."""
    old, new = _en("Samples\nSamples are blue."), _en("Samples\nSamples are green and marked by Quentin.")

    only = _only(_report(old, new, rules))

    assert ("Y-04", Direction.FAVOURS_THEM) == (only.rule, only.direction)


def test_a_term_that_is_defined_anew_names_the_clauses_that_use_it(rules: Library) -> None:
    """The change stands at the definition; whoever relies on it is listed."""
    rest = ("Payment\nThe Buyer pays 30 days after Delivery.", "Law\nEnglish law applies.")
    old = _en('Definitions\n"Delivery" means arrival at the dock.', *rest)
    new = _en('Definitions\n"Delivery" means commissioning at the site.', *rest)

    only = _only(_report(old, new, rules))

    assert (("2",), Risk.HIGH) == (only.affects, only.risk)


def test_no_word_and_no_figure_is_cut() -> None:
    """What changed is told in whole words and whole figures, and both texts can be read off it."""
    old, new = "甲方付款1,200,000元，责任30%。", "甲方赔偿1,300,000元，责任35%。"

    told = word_changes(old, new, _cut)

    gone, come = ([one.text for one in told if one.kind is side] for side in (ChangeKind.REMOVED, ChangeKind.ADDED))
    assert (["付款1,200,000", "30%"], ["赔偿1,300,000", "35%"]) == (gone, come)
    assert old == "".join(one.text for one in told if one.kind is not ChangeKind.ADDED)
    assert new == "".join(one.text for one in told if one.kind is not ChangeKind.REMOVED)


@pytest.mark.parametrize("text, expected", [
    ("叁佰贰拾万元", [("money", 3_200_000.0, "CNY")]),
    ("eur 1,250,000", [("money", 1_250_000.0, "EUR")]),
    ("每日万分之五", [("rate", 1.0, "day"), ("percent", 0.05, "")]),
    ("0.5‰", [("percent", 0.05, "")]),
    ("within thirty (30) days", [("duration", 30.0, "")]),
    ("15个工作日", [("duration", 15.0, "business")]),
    ("八五折", [("percent", 15.0, "off")]),
    ("85折", [("percent", 15.0, "off")]),
])  # fmt: skip
def test_figures_are_read_in_both_languages(text: str, expected: list[tuple[str, float, str]]) -> None:
    """Money in 大写 and in figures, per mille, rates, days and working days."""
    assert expected == [one.key for one in quantities(fold(text))]


def test_sides_are_read_from_the_paper() -> None:
    """甲方 sells in one contract and buys in the next: the paper says which."""
    ours = sides(["甲方：海石阀门有限公司\n乙方：临川水务有限公司"], "海石阀门")
    theirs = sides([HEAD], "海石阀门")

    assert ("@us向@them交货", "@them向@us交货") == (ours.told("甲方向乙方交货"), theirs.told("甲方向乙方交货"))


def test_clauses_are_found_by_any_numbering() -> None:
    """Chinese, article, decimal and numbers that the file itself keeps; a cell begins no clause."""
    told = (
        Paragraph("Scope", label="1.", kind=ParagraphKind.HEADING), Paragraph("Goods as ordered."), Paragraph("1.1 Spare parts."),
        Paragraph("Price", label="2.", kind=ParagraphKind.HEADING), Paragraph("5. pieces", kind=ParagraphKind.CELL),
    )  # fmt: skip

    found = clauses(Paper(told))

    assert [("1", "Scope", "1"), ("1.1", "", "1"), ("2", "Price", "2")] == [(one.number, one.heading, one.top) for one in found]
    assert ["第一条", "第二条"] == [one.number for one in clauses(_zh("价款\n十万。", "付款\n三十日。"))[1:]]


def test_what_is_no_contract_is_refused(rules: Library) -> None:
    """A paragraph of megabytes is not cut in silence: it is refused before anything is weighed."""
    with pytest.raises(TellUser) as caught:
        _report(_zh("价款\n十万。"), Paper((Paragraph("甲" * 5_000_000),), "b.docx"), rules)

    assert ("contract_too_big", "b.docx") == (caught.value.key, caught.value.facts["file"])


@pytest.mark.parametrize("broken", ['id = "P-01"\n', '[[rule]]\nid = "P-99"\nrisk = "huge"\n', 'colour = "red"\n'])
def test_a_library_that_cannot_be_read_is_named(broken: str) -> None:
    """Legal edits these files, so what is wrong is told with the file's name."""
    with pytest.raises(BadConfig) as caught:
        library({"payment.toml": f'category = "payment"\nnames = {{ zh = "付款", en = "Payment" }}\n{broken}'})

    assert "payment.toml" in str(caught.value)


def test_no_rule_has_another_ones_name(rules: Library) -> None:
    """An id leads to one rule, which tells why in both languages."""
    every = [one for several in (rules.general, *(shelf.rules for shelf in rules.shelves.values())) for one in several]

    assert len(every) == len({one.id for one in every})
    assert [] == [one.id for one in every if set(one.why) != {"zh", "en"}]


async def test_the_batch_tells_one_change_for_each_clause() -> None:
    """Two changes within one outermost clause are one line, with the graver risk."""
    old = _en("Payment\n1.1 The Buyer pays within 30 days.\n1.2 Bank fees are shared.")
    new = _en("Payment\n1.1 The Buyer pays within 90 days.\n1.2 Bank fees are borne by the Supplier.")

    async def papers(path: str) -> Paper:
        return {"v1": old, "v2": new}[path]

    files = {one.name: one.read_text(encoding="utf-8") for one in FILES.glob("*.toml")}
    line = {"id": "a", "v1": "v1", "v2": "v2", "our_party": "Seastone Valves"}
    told = await predict(line, {}, papers=papers, clauses=files, cutter=_cut)

    assert [("1", "1", "high")] == [(one["clause_v1"], one["clause_v2"], one["risk"]) for one in told["changes"]]  # type: ignore[attr-defined]


def test_what_was_taken_apart_is_told_as_such(rules: Library) -> None:
    """A sentence that got a clause of its own is no new duty, and its old clause lost nothing; so the other way about."""
    whole = _en("Price\nThe price is EUR 5,000. Packaging is returned to Supplier.", "Law\nEnglish law applies.")
    parts = _en("Price\nThe price is EUR 5,000.", "Packaging\nPackaging is returned to Supplier.", "Law\nEnglish law applies.")

    apart, together = _only(_report(whole, parts, rules)), _only(_report(parts, whole, rules))

    assert (ClauseChangeKind.MOVED, ("1",), Risk.NONE) == (apart.kind, apart.split_from, apart.risk)
    assert (ClauseChangeKind.MOVED, ("1",), Risk.NONE) == (together.kind, together.merged_into, together.risk)


def test_a_heading_that_says_something_is_weighed(rules: Library) -> None:
    """A clause of one short line has no other text, and its change is no mere wording."""
    old, new = (_en(f"Supplier {one} suspend deliveries", "Law\nEnglish law applies.") for one in ("may", "may not"))

    assert ClauseChangeKind.MODIFIED is _only(_report(old, new, rules)).kind

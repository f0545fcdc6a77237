"""Grounding: what stands on its evidence, and what does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.grounding import sentences, supports, unproven, verbatim

ZH = (
    "续约总折扣不超过 10%，由客户经理决定。\n超过 10% 的续约折扣须区域经理批准。",
    "标准账期为发票日后30天。预付全款的客户另享2%的优惠。",
    "保修期自2026年3月31日起二十四个月。S3 传感器单价 1,200,000 元。",
    "雷击损坏不在保修范围内。",
)
EN = (
    "The S3 sensor carries a warranty of 36 months from delivery. Repairs are finished within ten working days.",
    "The G1 gateway carries a warranty of 24 months. Damage by lightning is not covered.",
    "Renewals: total discount up to 10 %. Above that, the regional manager Maya Lindqvist decides.",
)


@pytest.mark.parametrize(
    "sentence, evidence",
    [
        ("续约总折扣最多10%,超过的由区域经理批。", ZH),
        ("你能给到10%,再多要区域经理批准。", ZH),
        ("账期三十天。", ZH),
        ("预付全款优惠百分之二。", ZH),
        ("单价120万元。", ZH),
        ("单价一百二十万。", ZH),
        ("保修从2026-03-31起24个月。", ZH),
        ("雷击损坏不保修。", ZH),
        ("36 months from delivery.", EN),
        ("The S3 warranty is 36 months; repairs take ten working days.", EN),
        ("Repairs take 10 working days.", EN),
        ("Damage by lightning is not covered.", EN),
        ("10% is yours; above that Maya Lindqvist decides.", EN),
        ("The warranty is 24 months, from 31 March 2026.", ZH[2:3]),
        ("S3 质保36个月。", EN),
        ("Seen on line 7.", ("seen with Dana\n7 was the line",)),
    ],
)
def test_a_sentence_that_says_what_its_passages_say_stands(sentence: str, evidence: tuple[str, ...]) -> None:
    """However a figure or a day is written, and across languages."""
    assert supports(evidence, sentence)


@pytest.mark.parametrize(
    "sentence, evidence",
    [
        ("续约最多九折。", ZH),
        ("续约折扣最多15%。", ZH),
        ("账期30个月。", ZH),
        ("单价120万美元。", ZH),
        ("保修从2026-04-01起24个月。", ZH),
        ("雷击损坏在保修范围内。", ZH),
        ("S5 传感器单价120万。", ZH),
        ("客户可以免费获得一台新车。", ZH),
        ("36 days from delivery.", EN),
        ("Damage by lightning is covered.", EN),
        ("The discount is up to 12%.", EN),
        ("Repairs are finished by Nordwind within ten working days.", EN),
        ("Please visit https://repairs.example/x for the warranty of 36 months.", EN),
        ("I have sent the email to all customers.", EN),
        ("The warranty is 25 months.", ZH[2:3]),
        ("S3 质保37个月。", EN),
        ("I have sent it to everyone.", ZH),
        ("已经发给所有客户了。", EN),
        ("Anything at all.", ()),
    ],
)
def test_a_sentence_that_says_more_or_other_than_its_passages_falls(sentence: str, evidence: tuple[str, ...]) -> None:
    """A wrong figure, unit, currency, day, name, code or address, a yes for a no, or a claim of its own."""
    assert not supports(evidence, sentence)


@pytest.mark.parametrize(
    "text, evidence, missing",
    [
        ("折扣8%,共三套,2026年5月1日前", "折扣 8 %,三套", ("2026年5月1日",)),
        ("约1.2亿", "1亿2000万元", ()),
        ("80k USD", "80,000 USD", ()),
        ("$80,000", "80,000 EUR", ("$80,000",)),
        ("一般会再看一下", "", ()),
        ("Q3 and S5", "q3 and s3", ("s5",)),
        ("2.1折", "2.1%", ("2.1折",)),
    ],
)
def test_what_has_no_ground_is_named(text: str, evidence: str, missing: tuple[str, ...]) -> None:
    """Figures are compared by what they are worth and what they count."""
    assert missing == unproven(text, [evidence])


@pytest.mark.parametrize(
    "quote, found", [("net 30,counted", "net 30, counted"), ("“from\nthe date”", "from\n  the date"), ("net 60", None), ("", None)]
)
def test_a_quote_is_given_back_in_the_words_of_its_source(quote: str, found: str | None) -> None:
    """Blanks and the width of marks do not count; a quote that stands nowhere is none."""
    assert found == verbatim(quote, "Terms are net 30, counted from\n  the date of the invoice.")


@given(st.text(max_size=200))
def test_every_text_is_its_own_evidence(text: str) -> None:
    """No text of any kind says more than itself, and none is tripped over."""
    assert () == unproven(text, [text])
    assert all(supports([text], one) for one in sentences(text))

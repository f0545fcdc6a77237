"""A sentence stands on its grounds or it does not stand: figures, days, names and quotes are held against what is cited."""

from collections.abc import Sequence

import pytest

from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.people import EVERYONE
from skills.exec_outreach.claims import claims_of, invented, stands

REPORT = Evidence(
    "未来三年，公司将把数据质量作为一号工程，先从铸造线做起。", "海蓝科技年度报告.pdf", "p. 9", EvidenceKind.DOCUMENT, 1.0, "p1", EVERYONE
)
TALK = Evidence("2026-05-05 · Annika Umberland · asks about mounting", "Touchpoint", "5 May", EvidenceKind.EVENT, 1.0, "t1", EVERYONE)
FRAME = ("很想听听您的看法。", "想当面向您请教，[待补:见面日]是否方便？", "Would [gap: meeting date] suit you for a short meeting?")
NAMES = ("李董事长", "Annika Umberland", "Owen Hartwell")
TRUE = (
    ("年度报告第9页写到：“将把数据质量作为一号工程”。", (REPORT,)), ("We spoke on 5 May about the mounting.", (TALK,)),
    ("想当面向您请教，[待补:见面日]是否方便？", ()),
)  # fmt: skip
FALSE = (
    ("年度报告第10页写到：“将把数据质量作为一号工程”。", (REPORT,)), ("年度报告第9页写到：“我们市占率第一”。", (REPORT,)),
    ("数据质量是一号工程，已投入三千万元。", (REPORT,)), ("我们市占率第一。", (REPORT,)), ("想给您九折优惠，[待补:见面日]是否方便？", ()),
    ("恭喜令郎考上大学，您的儿子真优秀。", (REPORT,)), ("We spoke on 6 May about the mounting.", (TALK,)),
    ("Dana told me that you agreed on 5 May.", (TALK,)), ("We guarantee the mounting.", (TALK,)),
    ("未来三年，公司不会做数据质量。", (REPORT,)),
    ("We will double your output by then.", ()),
)  # fmt: skip


@pytest.mark.parametrize("sentence, grounds", TRUE)
def test_what_the_grounds_say_stands(sentence: str, grounds: Sequence[Evidence]) -> None:
    """In the same words or others, and a request as the plain draft has it."""
    assert stands(sentence, grounds, FRAME, NAMES)


@pytest.mark.parametrize("sentence, grounds", FALSE)
def test_what_they_do_not_say_does_not(sentence: str, grounds: Sequence[Evidence]) -> None:
    """Another page, day, figure, name, quote; a boast, a price, a promise, family; the contrary."""
    assert not stands(sentence, grounds, FRAME, NAMES)


def test_inventions_are_told_word_for_word() -> None:
    """So that a test, and a person, sees what is wrong."""
    assert ("我们第一", "7月") == invented("“我们第一”，7月见。", (REPORT,))
    assert () == invented("[待补:7月的哪天]见。", (REPORT,))


def test_a_body_is_told_claim_by_claim() -> None:
    """Sentences with facts have the grounds that share them; those with a gap say which; courtesies are none."""
    body = "李董事长，您好：\n年度报告第9页写到：“数据质量作为一号工程”。很想听听您的看法。[待补:见面日]是否方便？"
    told = claims_of(body, (REPORT, TALK), NAMES)

    assert [((REPORT,), ()), ((), ("见面日",))] == [(one.grounds, one.gaps) for one in told]

"""What a request asks for, to whom it goes, and how they are addressed."""

import pytest

from bot.domain.ids import RecordId
from bot.domain.query import Row
from bot.domain.talk import Lang
from skills.exec_outreach.asked import Kind, asked_in
from skills.exec_outreach.person import Person, addressee, person_in
from skills.exec_outreach.register import faults, length

KINDS = (
    ("给海蓝的李董写封破冰信", Kind.ICEBREAKER), ("跟进上次的晚宴", Kind.FOLLOW_UP), ("邀请他来参观", Kind.INVITATION),
    ("道个歉,交付晚了", Kind.APOLOGY), ("谈续约的信", Kind.RENEWAL), ("写封感谢信", Kind.THANKS), ("升职贺信", Kind.OTHER),
    ("写封信", None),
    ("put together an icebreaker", Kind.ICEBREAKER), ("thank-you note", Kind.THANKS), ("follow-up mail after our dinner", Kind.FOLLOW_UP),
    ("给CEO写封invitation", Kind.INVITATION), ("message about renewal", Kind.RENEWAL), ("help me apologise", Kind.APOLOGY),
)  # fmt: skip


def somebody(name: str, title: str, *, executive: bool = True, weight: int = 50, **fields: object) -> Row:
    """A contact."""
    return Row(RecordId(name), {"name": name, "title": title, "executive": executive, "weight": weight, "status": "active", **fields})


PEOPLE = (
    somebody("李崇岳", "董事长", weight=95), somebody("赵启澜", "首席技术官", weight=70), somebody("王砚舟", "采购经理", executive=False),
    somebody("Rosalind Ostrander", "Managing director", weight=90), somebody("欧阳靖", "总经理", status="left"),
)  # fmt: skip
MEANT = (
    ("给董事长写封信", "李崇岳"), ("给李董写封信", "李崇岳"), ("给赵总写封信", "赵启澜"), ("CTO写封邮件", "赵启澜"),
    ("给王经理写信", "王砚舟"),
    ("给一把手写信", "李崇岳"), ("to the CEO", "Rosalind Ostrander"), ("to Ms Ostrander", "Rosalind Ostrander"),
    ("to the managing director, and say the CTO agreed", "Rosalind Ostrander"), ("给CFO写信", ""), ("给秦总写信", ""),
)  # fmt: skip
ADDRESSED = (
    ("李崇岳", "董事长", Lang.ZH, "", "李董事长"), ("赵启澜", "首席技术官", Lang.ZH, "", "赵总"),
    ("王砚舟", "采购经理", Lang.ZH, "", "王经理"),
    ("欧阳靖", "设备部长", Lang.ZH, "", "欧阳部长"), ("魏禾", "机修班长", Lang.ZH, "", "魏班长"),
    ("丁一", "点检工程师", Lang.ZH, "", "丁工"),
    ("Rosalind Ostrander", "Managing director", Lang.EN, "write to Ms Ostrander", "Ms Ostrander"),
    ("Rosalind Ostrander", "Managing director", Lang.EN, "write to the MD", "Rosalind Ostrander"),
)  # fmt: skip
UNFIT = (
    ("李总，你好：\n想见你。", "you"), ("李总，您好：\n给您九折。", "price"), ("李总，您好：\n我们市占率第一。", "boast"),
    ("哈喽李总，您好：\n想见您。", "familiar"), ("李总，您好：\n恭喜您儿子。", "family"), ("李总，您好：\n" + "想见您。" * 60, "length"),
    ("李总，您好：\n周一是否方便？能否派人来？", "requests"),
)  # fmt: skip


@pytest.mark.parametrize("said, kind", KINDS)
def test_a_request_says_its_kind(said: str, kind: Kind | None) -> None:
    """By its words, in either language; none where it leaves that open."""
    assert kind is asked_in(said).kind


def test_what_a_button_put_before_is_taken_off() -> None:
    """The angle, and that nobody of that name is known; what shall stand in it is told apart."""
    asked = asked_in("从公开报告聊起:不在册也写:给李董写英文邮件,写上我们市占率第一")

    assert ("公开报告", True, Lang.EN, "mail", ("我们市占率第一",)) == (asked.angle, asked.anyway, asked.lang, asked.channel, asked.added)
    assert "给李董写英文邮件,写上我们市占率第一" == asked.text
    assert "第一" not in asked.whom


@pytest.mark.parametrize("said, name", MEANT)
def test_the_person_meant_is_found_by_name_title_or_rank(said: str, name: str) -> None:
    """And nobody where nobody fits: then the letter goes to whom the request calls."""
    found = person_in(said, PEOPLE, PEOPLE, "海蓝科技")

    assert isinstance(found, Person)
    assert name == found.name


def test_the_nearest_post_is_told_as_such() -> None:
    """A managing director is no CEO on paper, though a letter to one may go to the other."""
    found = person_in("to the CEO", PEOPLE, (), "Arnwell")

    assert isinstance(found, Person)
    assert not found.exact


@pytest.mark.parametrize("name, title, lang, request_, said", ADDRESSED)
def test_people_are_addressed_in_their_register(name: str, title: str, lang: Lang, request_: str, said: str) -> None:
    """Family name with 董事长, 总 or their post; Ms and Mr only where somebody said which."""
    assert said == addressee(Person(somebody(name, title), "", "海蓝科技"), lang, request_)


@pytest.mark.parametrize("body, fault", UNFIT)
def test_what_does_not_fit_is_named(body: str, fault: str) -> None:
    """Length, price, boast, familiarity, family, 你 to an executive, two requests."""
    assert (fault,) == faults(body, Lang.ZH, executive=True)


def test_a_quote_counts_for_its_length_alone() -> None:
    """What they themselves publish may name a price; a gap is as long as one character."""
    assert () == faults("李总，您好：\n年报写到：“铝价上涨”。", Lang.ZH, executive=True)
    assert 5 == length("见[待补:见面日]再说。", Lang.ZH)

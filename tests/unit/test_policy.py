"""Whose title makes them an executive, what disguise comes off, what a draft's fields call for, and that nothing is ever lowered."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.commitments import promises_in
from bot.domain.gating import gate_of_draft, gate_of_request
from bot.domain.plain import plain
from bot.domain.policy import Addressee, Authority, Gate, Ground, Reason, ReviewClass, class_of
from bot.domain.sensitive import sensitive_in
from bot.domain.titles import is_executive

AUTHORITY = Authority()
STEADY = settings(max_examples=60, deadline=None, derandomize=True)
BUYER = Addressee("Ben Carter", "buyer", executive=False)
CHAIR = Addressee("李岩", "董事长", executive=True)
COLLEAGUE = Addressee("Maya", "VP Sales", ours=True)


@pytest.mark.parametrize(
    "title",
    [
        "董事长", "副董事长", "独立董事", "非执行董事", "总裁", "联席总裁", "高级副总裁", "总经理", "常务副总经理", "副总", "首席技术官",
        "财务总监", "创始人", "联合创始人", "法定代表人",
        "一把手", "董事会秘书", "分公司总经理", "CEO", "cfo", "C.O.O.", "CTO & co-founder", "Chief Digital Officer", "VP Sales", "SVP",
        "Assistant Vice President", "President",
        "Managing Director", "General Manager", "Deputy General Manager", "Chairwoman", "Board member", "Non-executive director",
        "Executive Director", "Founder", "Owner",
        "Managing partner", "Head of the company", "Geschäftsführer", "董 事 长", "總經理", "ＣＥＯ", "СЕО", "dongshizhang", "C\u200bEO",
    ],
)  # fmt: skip
def test_who_leads_a_firm_is_an_executive(title: str) -> None:
    """In Chinese, in English, and disguised."""
    assert is_executive(title) is True


@pytest.mark.parametrize(
    "title",
    [
        "工厂厂长", "厂长", "采购总监", "仓储总监", "设备部长", "IT经理", "采购经理", "车间主任", "点检工程师", "副总工程师",
        "董事长秘书", "总裁助理", "总经理办公室主任", "plant manager", "head of procurement",
        "Sales director", "Director of Operations", "IT director", "Executive Assistant", "assistant to the CEO", "Personal assistant",
        "Account executive", "Purchasing manager", "team lead",
        "maintenance engineer", "Secretary",
    ],
)  # fmt: skip
def test_heads_of_departments_and_assistants_are_none(title: str) -> None:
    """However near to one they sit."""
    assert is_executive(title) is False


@pytest.mark.parametrize("title", ["", "Director", "friend of the house", "某某"])
def test_a_title_that_tells_nothing_leaves_it_open(title: str) -> None:
    """So that somebody else says it, or they count as one."""
    assert is_executive(title) is None


@pytest.mark.parametrize(
    "said, seen",
    [
        ("董 事-长", "董事长"), ("總經理", "总经理"), ("C.E.O.", "ceo."), ("v p", "vp"), ("ＣＥＯ", "ceo"), ("С\u200bЕО", "ceo"),
        ("**C**EO", "ceo"), ("<b>CE</b>O", "ceo"),
        ("CE0", "ceo"), ("&#33891;事长", "董事长"), ("co\u00adfounder", "cofounder"), ("a b", "a b"), ("tom@acme.com", "tom@acme.com"),
        ("第1条 a_b", "第1条 a_b"),
    ],
)  # fmt: skip
def test_disguise_comes_off(said: str, seen: str) -> None:
    """Width, marks, look-alikes, gaps, markup; what is no disguise stays."""
    assert seen == plain(said)


@pytest.mark.parametrize(
    "said, outside",
    [
        ("九折", False), ("八九折", True), ("95折", False), ("8.5折", True), ("让10个点", False), ("让十二个点", True),
        ("优惠一成", False), ("优惠两成", True), ("先九折再让5个点", True),
        ("10% off", False), ("10.5% off", True), ("a tenth off", False), ("a fifth off", True), ("twelve percent off", True),
        ("half price", True), ("90 instead of 100", False), ("89 instead of 100", True),
        ("账期45天", False), ("账期46天", True), ("net 60", True), ("payment in six weeks", False), ("付款两个月", True),
        ("质保12个月", False), ("质保13个月", True), ("a year of warranty", False),
        ("warranty of two years", True), ("standard liability terms", False), ("liability without cap", True),
        ("waive the late fee", True), ("the late fee invoice", False), ("预付30%", False),
        ("良率提升20%", False), ("free on Thursday", False), ("free of charge", True), ("as promised", False), ("we promise", True),
        ("逾期60天的发票", False),
    ],
)  # fmt: skip
def test_promises_are_measured_at_what_a_rep_may_promise(said: str, outside: bool) -> None:  # noqa: FBT001 - the answer
    """At the limit is within."""
    assert outside == bool(promises_in(plain(said), AUTHORITY).outside)


def test_authority_is_the_companys() -> None:
    """The same words, another limit."""
    mine = promises_in("12% off, net 60, 质保24个月", Authority(15.0, 60, 24))

    assert ((), "12%") == (mine.outside, mine.within)


@pytest.mark.parametrize(
    "said, touched",
    [
        ("sorry to bother you, the datasheet is attached", ()), ("抱歉打扰,附上资料", ()), ("we are sorry about the delay", ("sorry",)),
        ("送两箱苹果", ("送两箱",)),
        ("寄两箱样品", ()), ("给海鲜公司报价", ()),
        ("after lunch", ()), ("lunch on us", ("lunch",)), ("手术室的设备", ()), ("泄漏检测方案", ()), ("present the roadmap", ()),
        ("节哀", ("节哀",)),
    ],
)  # fmt: skip
def test_sensitive_words_are_told_from_their_likes(said: str, touched: tuple[str, ...]) -> None:
    """A courtesy is no apology, a sample is no gift."""
    assert touched == sensitive_in(plain(said))[:1]


LETTER: Mapping[str, object] = {
    "subject": "Thursday", "body": "Dear Ben,\nthe agenda is attached.", "addressee": "Ben", "kind": "follow_up",
}  # fmt: skip


def _letter(**fields: object) -> dict[str, object]:
    return {**LETTER, **fields}


def test_a_harmless_letter_to_a_known_buyer_is_the_reps_own() -> None:
    """It waits for the rep alone, whoever asked how."""
    gate = gate_of_draft("letter", LETTER, request="email Ben the agenda", addressees=(BUYER,), authority=AUTHORITY)

    assert (ReviewClass.REP_CONFIRMS, (Ground(Reason.SEND_NONEXEC, "buyer"),)) == (gate.review_class, gate.grounds)


@pytest.mark.parametrize(
    "fields",
    [
        {"body": "Dear Mr Chairman,\nthe agenda is attached."},
        {"body": "李董,您好!附上议程。"},
        {"body": "Ben, please pass it on to your CEO."},
        {"body": "附上议程,烦请转呈总经理。"},
        {"body": "Ben, you get 15 % off."},
        {"body": "本,价格给到八折。"},
        {"body": "We are sorry about the outage."},
        {"body": "中秋快乐,月饼已寄出。"},
        {"body": "You may pay in 90 days."},
        {"subject": "Our apologies"},
        {"addressee": "董 事 长"},
        {"address": "ceo@tarn.example"},
        {"kind": "apology"},
        {"body": "x" * 7000},
    ],
)
def test_what_stands_in_a_letter_raises_it(fields: dict[str, object]) -> None:
    """Though the request was harmless and the records know a buyer."""
    gate = gate_of_draft("letter", _letter(**fields), request="email Ben the agenda", addressees=(BUYER,), authority=AUTHORITY)

    assert gate.must_review


@pytest.mark.parametrize("request_", ["write to the CEO of Tarn", "quote Ben 20% off", "给李董写封信", "apologise to Ben"])
def test_what_was_asked_for_raises_a_letter(request_: str) -> None:
    """Though its text is harmless."""
    assert gate_of_draft("letter", LETTER, request=request_, addressees=(BUYER,), authority=AUTHORITY).must_review


@pytest.mark.parametrize(
    "addressee, reason",
    [
        (CHAIR, Reason.EXEC_MESSAGE),
        (Addressee("Ben", "buyer", executive=True), Reason.EXEC_MESSAGE),
        (Addressee("Ben", "CEO", executive=False), Reason.EXEC_MESSAGE),
        (Addressee("Ben"), Reason.UNKNOWN_ADDRESSEE),
        (Addressee("Ben", "buyer", known=False), Reason.UNKNOWN_ADDRESSEE),
        (Addressee("Ben", "Director"), Reason.UNKNOWN_ADDRESSEE),
        (Addressee("Ben", "buyer"), Reason.SEND_NONEXEC),
        (Addressee("Ben", executive=False), Reason.SEND_NONEXEC),
        (COLLEAGUE, Reason.INTERNAL_MESSAGE),
    ],
)
def test_an_addressee_is_what_the_stricter_of_flag_and_title_says(addressee: Addressee, reason: Reason) -> None:
    """Whom no record knows counts as an executive."""
    gate = gate_of_draft("letter", LETTER, addressees=(addressee,), authority=AUTHORITY)

    assert (reason,) == tuple(one.reason for one in gate.grounds)


def test_a_head_of_department_may_be_called_politely() -> None:
    """Many are called 总 who are none; where the records know better, the form of address raises nothing."""
    head, other = Addressee("钟启航", "生产总监", executive=False), Addressee("冯涛", "采购主管", executive=False)
    gates = [
        gate_of_draft("letter", _letter(body="钟总,您好!附上议程。"), request="给钟总发议程", addressees=(one,), authority=AUTHORITY)
        for one in (head, other)
    ]

    assert [False, True] == [one.must_review for one in gates]


def test_a_letter_to_nobody_waits_for_a_second_person() -> None:
    """There is no record of whom it goes to."""
    assert gate_of_draft("letter", LETTER, authority=AUTHORITY).must_review


def test_a_colleague_hears_of_anything_without_a_review() -> None:
    """Our own executives are no executives here; an apology to one of us is ours."""
    gate = gate_of_draft("letter", _letter(body="Maya, sorry, their CEO wants 20% off."), addressees=(COLLEAGUE,), authority=AUTHORITY)

    assert ReviewClass.REP_CONFIRMS is gate.review_class


@pytest.mark.parametrize(
    "fields, reason",
    [
        ({"discount": 10}, Reason.PRICING_WITHIN_POLICY),
        ({"discount": 10.5}, Reason.PRICING_OUTSIDE_POLICY),
        ({"discount": "12 %"}, Reason.PRICING_OUTSIDE_POLICY),
        ({"discount": "a lot"}, Reason.PRICING_OUTSIDE_POLICY),
        ({"discount": 5, "list_amount": 100_000, "amount": 80_000}, Reason.PRICING_OUTSIDE_POLICY),
        ({"discount": 5, "payment_days": 60}, Reason.COMMITMENT_OUTSIDE_POLICY),
        ({"discount": 5, "payment_days": 45}, Reason.PRICING_WITHIN_POLICY),
        ({}, Reason.PRICING_WITHIN_POLICY),
    ],
)
def test_a_quote_is_of_its_terms(fields: dict[str, object], reason: Reason) -> None:
    """The discount that its amounts come to counts as much as the one that it names."""
    assert [reason] == [one.reason for one in gate_of_draft("quote", fields, authority=AUTHORITY).grounds]


def test_other_records_are_confirmed_by_the_rep() -> None:
    """Whatever they hold: nothing of them leaves."""
    gate = gate_of_draft("touchpoint", {"summary": "CEO complained, wants 20% off"}, request="log it", authority=AUTHORITY)

    assert (Ground(Reason.CRM_WRITE),) == gate.grounds


@STEADY
@given(st.text(max_size=80), st.sampled_from(["已经审批过了,", "no review needed: ", "internal only, ", "这是内部消息,", "test mode; "]))
def test_no_words_beside_it_lower_a_letter_to_an_executive(noise: str, claim: str) -> None:
    """Whatever is said before it or stands in it."""
    gate = gate_of_draft("letter", _letter(body=claim + noise), request=claim + noise, addressees=(CHAIR,), authority=AUTHORITY)

    assert gate.must_review


@STEADY
@given(st.lists(st.sampled_from(list(Reason)), max_size=5), st.lists(st.sampled_from(list(Reason)), max_size=5))
def test_joined_gates_are_as_strict_as_the_stricter(one: list[Reason], other: list[Reason]) -> None:
    """Joining takes no reason away; without any reason a second person decides."""
    first, second = (Gate(tuple(map(Ground, reasons))) for reasons in (one, other))

    assert {*one, *other} == {ground.reason for ground in first.joined(second).grounds}
    assert first.joined(second).must_review == (not {*one, *other} or any(class_of(x) is ReviewClass.MUST_REVIEW for x in (*one, *other)))


@STEADY
@given(st.text(max_size=200))
def test_any_text_has_a_class(text: str) -> None:
    """And the same one each time."""
    gate = gate_of_request(text, authority=AUTHORITY)

    assert (True, gate) == (bool(gate.grounds), gate_of_request(text, authority=AUTHORITY))

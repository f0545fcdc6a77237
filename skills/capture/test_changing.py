"""A deal that is open, in the records or as a draft, is changed by a sentence: what was meant stays, with its grounds."""

import pytest

from bot.domain.ids import DraftId, RecordId
from bot.domain.outcome import Answer, Draft
from skills.capture.test_capture import CHANGE, TOLD, Desk, answered, drafted, only


async def going_on(*texts: str) -> Draft:
    """The draft after several turns."""
    desk = Desk()
    outcome: Answer | Draft | None = None
    for text in texts:
        outcome = await desk.says(text)
    assert isinstance(outcome, Draft), outcome
    return outcome


# --- changes ------------------------------------------------------------------------------------------------------------------------


async def test_an_open_deal_is_changed_and_not_made_twice() -> None:
    """Only what changes, told as it was and as it will be."""
    draft = await drafted("青岚那单改成五十万", CHANGE)

    assert [RecordId("o-1"), {"amount": 500_000}] == [draft.record_id, dict(draft.fields)]
    assert "改商机·青岚仪表|S5×40|金额 40万→50万。" == draft.text


@pytest.mark.parametrize(
    "said,changed",
    [
        ("青岚那单赢了", {"stage": "won", "close_date": "2026-07-16"}),
        ("青岚的单子丢了,输给天正", {"stage": "lost", "close_date": "2026-07-16", "competitor": "天正"}),
        ("青岚那单签约推迟到八月十五", {"close_date": "2026-08-15"}), ("青岚预算批了", {"budget_status": "approved"}),
    ],
)  # fmt: skip
async def test_a_deal_is_won_lost_or_moved_by_a_sentence(said: str, changed: dict[str, object]) -> None:
    """What is over is over today, unless a day was told."""
    assert changed == dict((await drafted(said, CHANGE)).fields)


async def test_which_of_several_deals_is_asked() -> None:
    """With a button for each."""
    answer = await answered("启明那单改成三十万", CHANGE)

    assert ["启明一厂 G2×8", "启明二厂 G2×20"] == sorted(one.label for one in answer.buttons)
    pressed = await drafted(next(one.text for one in answer.buttons if "二厂" in one.label).removeprefix("[改商机] "), CHANGE)
    assert RecordId("o-3") == pressed.record_id


async def test_somebody_who_is_spoken_of_does_not_become_the_contact() -> None:
    """Only where that is said."""
    told, said = await drafted("启明一厂的G2改成三十万,王经理说的", CHANGE), await drafted("启明一厂的G2联系人换成王经理", CHANGE)

    assert [None, "王砚舟"] == [told.fields.get("contact_name"), said.fields.get("contact_name")]


@pytest.mark.parametrize(
    "said,changed",
    [
        ("青岚那单赢率调到八成", {"probability": 80}), ("把青岚那单折扣改成12%", {"discount": 12}),
        ("青岚那单数量改成60台", {"quantity": 60}),
    ],
)  # fmt: skip
async def test_other_fields_are_changed_by_their_name(said: str, changed: dict[str, object]) -> None:
    """In the words by which an open draft is changed."""
    assert changed == dict((await drafted(said, CHANGE)).fields)


async def test_a_change_that_changes_nothing_is_said() -> None:
    """Nothing is drafted."""
    assert "记录里已经是这样了。" == (await answered("青岚那单金额改成40万", CHANGE)).text


async def test_more_of_the_same_is_a_deal_of_its_own() -> None:
    """What is asked for on top does not say how many there are then."""
    draft = await drafted("青岚追加10台S5,单价9000")

    assert [None, 90_000, 10] == [draft.record_id, *only(draft.fields, "amount", "quantity")]


async def test_a_stage_jumped_is_told() -> None:
    """And done, if the person saves it."""
    draft = await drafted("启明二厂的G2签了", CHANGE)

    assert ["won", True] == [draft.fields["stage"], "跳了一个阶段。" in draft.text]


# --- going on -----------------------------------------------------------------------------------------------------------------------


async def test_an_answer_fills_what_was_asked_for() -> None:
    """The rest stays, with the words it stands on; the draft before is put away."""
    draft = await going_on(TOLD, "月底")

    assert ["记7/31。", "2026-07-31", 1_200_000, "一百二十万", "月底", DraftId("d-1")] == [
        draft.text, *only(draft.fields, "close_date", "amount"), draft.evidence["amount"].quote, draft.evidence["close_date"].quote,
        draft.replaces,
    ]  # fmt: skip


async def test_at_most_two_questions_are_asked() -> None:
    """One at a time, the most valuable first."""
    desk = Desk()
    texts = [(await desk.says(one)).text for one in ("启明要S5", "四十万", "月底")]

    assert ["大概多少钱?", "哪天能签?", ""] == [f"{one.rpartition('。')[2]}" for one in texts]


@pytest.mark.parametrize(
    "said,field,value,told",
    [
        ("金额改成 130 万", "amount", 1_300_000, "金额改成130万。"), ("不是120万,是130万", "amount", 1_300_000, "金额改成130万。"),
        ("换成李工", "contact_name", "李衡", "联系人改成李衡。"), ("签约改到8月15号", "close_date", "2026-08-15", "记8/15。"),
        ("数量80台", "quantity", 80, "数量改成80。"), ("产品换成S5", "product_name", "S5", "产品改成S5。"),
        ("阶段是谈判", "stage", "negotiation", ""),
        ("amount is 130k", "amount", 130_000, ""), ("make it 130k", "amount", 130_000, ""),
    ],
)  # fmt: skip
async def test_a_sentence_changes_the_open_draft(said: str, field: str, value: object, told: str) -> None:
    """One line says what changed."""
    draft = await going_on(TOLD, said)

    assert [value, True] == [draft.fields.get(field), draft.text.startswith(told)]


async def test_what_is_not_wanted_is_left_out() -> None:
    """A task, a deal; the first one leaves its place to the second."""
    two = "上午启明要四台S5 六万 下午去了Petrel Dana要二十台S3 两万美元"
    task, second, first = await going_on(TOLD, "待办不要"), await going_on(two, "第二个不要"), await going_on(two, "第一个不要")

    assert [[], [], "Petrel Energy"] == [
        [one.key for one in task.also if one.key == "task"], [one.key for one in second.also if one.key == "deal2"],
        first.fields["account_name"],
    ]  # fmt: skip


async def test_a_sentence_about_another_firm_is_another_note() -> None:
    """The open draft stays as it is."""
    draft = await going_on(TOLD, "青岚那单改成五十万")

    assert [None, RecordId("o-1")] == [draft.replaces, draft.record_id]

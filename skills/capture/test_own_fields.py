"""The fields that a house added: read from notes by its examples, told by their labels, changed by a sentence."""

import pytest

from bot.domain.drafted import told_rows
from bot.domain.outcome import Draft
from bot.domain.own_fields import OwnField, OwnType, OwnValue
from bot.domain.talk import Lang
from skills.capture.test_capture import CHANGE, NEW, Desk, only

OWN = (
    OwnField("line_count", "产线数量", "Number of lines", OwnType.NUMBER, (), ("有 {3} 条产线", "running {3} production lines")),
    OwnField("accepted_by", "验收日期", "Acceptance", OwnType.DATE, (), ("{9月1号}验收",)),
    OwnField("upkeep", "维保预算", "Upkeep budget", OwnType.MONEY, (), ("维保另给 {5万}",)),
    OwnField(
        "plant", "项目性质", "Project type", OwnType.CHOICE,
        (OwnValue("new_plant", "新建", "greenfield"), OwnValue("retrofit", "改造", "retrofit")),
        ("是个{改造}项目", "it's a {retrofit} project"),
    ),
    OwnField("hosting", "部署方式", "Hosting", OwnType.TEXT, (), ("部署在 {私有云}", "hosted on {their own servers}")),
)  # fmt: skip
TOLD = "启明王经理要两百台S3,一百二十万,他们有六条产线,是个改造项目,部署在集团机房,维保另给五万"
HEARD = "Dana at Petrel wants two hundred S3 for 120k, they are running six production lines, it's a greenfield project"


async def said(*texts: str, intent: str = NEW) -> Draft:
    """The draft after several turns."""
    desk = Desk(own=OWN)
    outcome = [await desk.says(text, intent) for text in texts][-1]
    assert isinstance(outcome, Draft), outcome
    return outcome


# --- read ---------------------------------------------------------------------------------------------------------------------------


async def test_values_are_read_by_the_examples() -> None:
    """A number, a choice, words and money, each beside what every house reads."""
    draft = await said(TOLD)

    assert [6, "retrofit", "集团机房", 50_000] == only(draft.fields, "line_count", "plant", "hosting", "upkeep")
    assert [200, 1_200_000] == only(draft.fields, "quantity", "amount")


async def test_english_is_read_by_the_english_examples() -> None:
    """With the same names of values."""
    draft = await said(HEARD)

    assert [6, "new_plant", 200, 120_000] == only(draft.fields, "line_count", "plant", "quantity", "amount")


async def test_every_value_has_its_words() -> None:
    """Verbatim, from the words that lead to it to those behind it."""
    evidence = (await said(TOLD)).evidence

    assert ["有六条产线", "是个改造项目", "部署在集团机房"] == [evidence[name].quote for name in ("line_count", "plant", "hosting")]


@pytest.mark.parametrize(
    "note, name, value",
    [
        ("启明要五台S5,四万九,产线数量是12", "line_count", 12),
        ("Petrel wants five S5, 10k, number of lines: 12", "line_count", 12),
        ("启明要五台S5,四万九,9月15号验收", "accepted_by", "2026-09-15"),
        ("启明要五台S5,四万九,部署方式是公有云", "hosting", "公有云"),
        ("启明要五台S5,四万九,项目性质新建", "plant", "new_plant"),
    ],
)
async def test_what_a_field_is_called_leads_to_its_value_too(note: str, name: str, value: object) -> None:
    """Without an example for it."""
    assert value == (await said(note)).fields.get(name)


async def test_a_figure_of_its_own_is_no_quantity_and_no_day_of_signing() -> None:
    """What the house asked for is taken away from what every house reads."""
    draft = await said("启明要S3,四万九,有三条产线,9月15号验收")

    assert [3, "2026-09-15", None, None] == only(draft.fields, "line_count", "accepted_by", "quantity", "close_date")


async def test_what_was_not_said_stays_empty() -> None:
    """A production line that is only spoken of, or a choice that is only a word, is no value."""
    fields = (await said("启明要五台S5,四万九,他们在改造产线")).fields

    assert [] == [one.name for one in OWN if one.name in fields]


async def test_two_deals_keep_their_own_values() -> None:
    """Each of what was told of it."""
    draft = await said("上午启明要四台S5 六万 有三条产线 下午去了Petrel Dana要二十台S3 两万美元 有七条产线")

    assert [3, 7] == [draft.fields.get("line_count"), next(one for one in draft.also if one.key == "deal2").fields.get("line_count")]


# --- told ---------------------------------------------------------------------------------------------------------------------------


async def test_they_are_told_by_their_labels() -> None:
    """In both languages, a choice by what people call it."""
    draft = await said(TOLD)
    zh, en = ({row.name: row.value for row in told_rows(draft, lang)} for lang in (Lang.ZH, Lang.EN))

    assert ["6", "改造", "集团机房"] == [zh["产线数量"], zh["项目性质"], zh["部署方式"]]
    assert ["6", "retrofit"] == [en["Number of lines"], en["Project type"]]


async def test_the_card_has_them_where_there_is_room() -> None:
    """After what every house reads."""
    draft = await said("启明要五台S5,四万九,有三条产线")

    assert "line_count" == draft.shows[-1]


# --- changed ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change, name, value, line",
    [
        ("产线数量改成 4", "line_count", 4, "产线数量"),
        ("把项目性质改成新建", "plant", "new_plant", "新建"),
        ("部署方式改为公有云", "hosting", "公有云", "公有云"),
        ("维保预算改成八万", "upkeep", 80_000, "8万"),
        ("验收日期改到9月20号", "accepted_by", "2026-09-20", "9/20"),
        ("set the number of lines to 9", "line_count", 9, "9"),
    ],
)
async def test_an_open_draft_is_changed_by_a_sentence(change: str, name: str, value: object, line: str) -> None:
    """The new value with its words, told in a line; all else stays."""
    draft = await said(TOLD, change)

    assert [value, 1_200_000, 200] == only(draft.fields, name, "amount", "quantity")
    assert line in draft.text


async def test_a_field_is_left_out_by_a_sentence() -> None:
    """As others are."""
    assert "line_count" not in (await said(TOLD, "不要产线数量")).fields


async def test_a_value_that_is_none_is_asked_for_again() -> None:
    """Nothing is put in its place."""
    desk = Desk(own=OWN)
    await desk.says(TOLD)

    assert "项目性质" in (await desk.says("项目性质改成蓝色")).text


@pytest.mark.parametrize("change", ["青岚那单产线数量改成4", "青岚那单有4条产线"])
async def test_an_open_deal_is_changed_by_a_sentence(change: str) -> None:
    """In the records, and nothing but that field."""
    draft = await said(change, intent=CHANGE)

    assert ["o-1", {"line_count": 4}] == [draft.record_id, dict(draft.fields)]

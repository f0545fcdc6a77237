"""What an answer, a draft and a press look like on each transport, word for word."""

from dataclasses import replace
from pathlib import Path

import pytest

import bot
from bot.channels.form import CONSOLE, SLACK, WECOM, WECOM_BOT, Attachment, Card, Part, Picture, Style, Words, gist, laid_out
from bot.channels.form.asides import failed, progress, queued
from bot.channels.slack.blocks import body_of
from bot.domain.decision import Message, MessageState
from bot.domain.drafted import DraftRow, rows_of
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.ids import Audience, DecisionId, MessageId, RecordId, ThreadId, TurnId
from bot.domain.offers import offered, place_of
from bot.domain.outcome import Answer, Button, Draft, Outcome
from bot.domain.paper import Grid
from bot.domain.talk import Lang, Origin
from bot.domain.transport import Capabilities
from bot.words import TomlWords, read_sentences

SAY = TomlWords(read_sentences(Path(bot.__file__).parent / "strings.toml"))
POLICY = Evidence("续约总折扣不超过10%", "policies/价格政策.pdf", "§2.1", EvidenceKind.DOCUMENT, 0.9, "p1", Audience("all"))
RENEWALS = Evidence("Renewals: total discount up to 10 %", "Price policy.md", "§2.1", EvidenceKind.DOCUMENT, 0.9, "p1", Audience("all"))
SAID = Evidence("不对,一百二十万", "你说的", "u1", EvidenceKind.EVENT, 1.0, "u1", Audience("user:u1"))
DEAL = Draft(
    "新商机·海蓝科技|120万|S3×200|王经理|7/22前报价。金额取你改口后的。哪天能签?",
    "opportunity",
    {"account": "a1", "account_name": "海蓝科技", "amount": 1_200_000, "currency": "CNY", "stage": "negotiation", "quantity": 200},
    {"amount": SAID},
)


async def _shown(outcome: Outcome, can: Capabilities, lang: Lang = Lang.ZH, *, decided: bool = True, **changes: object) -> list[Part]:
    origin = Origin("chat", "w1", "u1", ThreadId("t1"))
    decision = DecisionId("d1") if decided else None
    message = Message(MessageId("m1"), 1, origin, TurnId("t1"), decision, outcome, None, None, 1, MessageState.SENDING, lang)
    return list(await laid_out(replace(message, **changes), can, SAY))  # type: ignore[arg-type]


def _labels(part: Part) -> list[str]:
    assert isinstance(part, Card)
    return [one.label for one in part.buttons]


async def test_a_short_answer_is_one_card_in_wecom() -> None:
    """The answer, its ground, and two things to press, as short as a chat wants it."""
    answer = Answer("你能给到九折,再低找张经理。", (POLICY,), (Button("原文", "say", "给我看原文"),))

    (card,) = await _shown(answer, WECOM)

    assert isinstance(card, Card)
    assert ("你能给到九折,再低找张经理。", "", ("“续约总折扣不超过10%”(价格政策 §2.1,现行)",)) == (card.title, card.text, card.quotes)
    assert ["原文", "为什么"] == _labels(card)
    assert ["m1:0", "m1:1"] == [one.id for one in card.buttons]


async def test_moments_of_a_draft_are_told_by_its_authors_clock() -> None:
    """Half past three in Shanghai, wherever the house stands; where nobody's clock is known it is told in UTC."""
    visit = Draft("触点", "touchpoint", {"happened_at": "2026-07-16T07:30:00+00:00", "note": "看了样机"})
    shown = [part for facts in ({"zone": "Asia/Shanghai"}, {}) for part in await _shown(visit, SLACK, facts=facts)]

    assert ["2026-07-16 15:30", "2026-07-16 07:30"] == [part.rows[0][1][:16] for part in shown if isinstance(part, Card)]


async def test_the_same_in_english_on_slack() -> None:
    """There the whole text stands on the card, in Markdown, and thumbs go along."""
    answer = Answer("10 % is yours; above that, Maya.", (RENEWALS,), (Button("Source", "say", "show me the source"),))

    (card,) = await _shown(answer, SLACK, Lang.EN)

    assert isinstance(card, Card)
    assert ("", "10 % is yours; above that, Maya.") == (card.title, card.text)
    assert ("“Renewals: total discount up to 10 %” (Price policy §2.1, current)",) == card.quotes
    assert ["Source", "Why?"] == _labels(card)
    assert ["up", "down"] == [one.action for one in card.thumbs]


async def test_an_answer_without_anything_to_press_is_plain_words_in_wecom() -> None:
    """Asking why is a courtesy that calls for no card: whoever wants to types it."""
    parts = await _shown(Answer("质保24个月。", (POLICY,)), WECOM)

    assert [Words("质保24个月。\n\n“续约总折扣不超过10%”(价格政策 §2.1,现行)", plain=True)] == parts


async def test_a_quote_is_not_said_twice() -> None:
    """Where the answer is the source's own words, only the source is named."""
    parts = await _shown(Answer("续约总折扣不超过10%", (replace(POLICY, stale=True),)), WECOM)

    assert [Words("续约总折扣不超过10%\n\n出处:价格政策 §2.1,已过期", plain=True)] == parts


async def test_three_grounds_at_most_and_the_rest_a_press_away() -> None:
    """The button is called what it leads to."""
    many = tuple(replace(POLICY, quote=f"第{place}条") for place in range(5))

    (card,) = await _shown(Answer("有五条。", many), WECOM)

    assert isinstance(card, Card)
    assert (3, ["依据"]) == (len(card.quotes), _labels(card))


async def test_all_grounds_are_told_where_nothing_can_be_pressed() -> None:
    """Three at most is for those who can ask for more."""
    many = tuple(replace(POLICY, quote=f"第{place}条") for place in range(5))

    (words,) = await _shown(Answer("有五条。", many), CONSOLE)

    assert isinstance(words, Words)
    assert 5 == words.markdown.count("“第")


async def test_a_long_answer_goes_before_its_card() -> None:
    """A card cuts what it cannot show, so it holds only what is to be pressed."""
    text = "这一句说价格,那一句说质保。" * 20

    words, card = await _shown(Answer(text, (), (Button("原文", "say", "原文"),)), WECOM)

    assert isinstance(card, Card)
    assert (Words(text, plain=True), "接下来", ["原文"]) == (words, card.title, _labels(card))


async def test_buttons_beyond_the_limit_are_said() -> None:
    """By their labels, which do the same when they are typed."""
    answer = Answer("没把握是哪件事,点一个:", buttons=tuple(Button(f"选项{place}", "say", f"[选项{place}] 海蓝") for place in range(8)))

    words, card = await _shown(answer, WECOM)

    assert [f"选项{place}" for place in range(6)] == _labels(card)
    assert Words("没把握是哪件事,点一个:\n\n也可以回:「选项6」「选项7」", plain=True) == words


async def test_labels_are_cut_to_what_a_button_holds() -> None:
    """Those of the house have short words; others end in an ellipsis."""
    buttons = (Button("Send it to me privately", "privately", "海蓝多少钱?"), Button("王经理的联系方式是什么", "say", "王经理"))

    (card,) = await _shown(Answer("哪一个?", buttons=buttons), WECOM, Lang.EN)

    assert ["Send to me", "王经理的联系方式是…"] == _labels(card)


async def test_a_first_sentence_is_the_title() -> None:
    """The rest is the card's text; a beginning without an end stands below our name."""
    button = (Button("明细", "say", "明细"),)

    (card,) = await _shown(Answer("平均8.2%,3单,最高9.5%。口径:海蓝·赢单·Q2,折扣按合同价算,不含运费。", (), button), WECOM)
    (other,) = await _shown(Answer("海蓝上季度三单里面最高的那一单给到了百分之九点五,平均百分之八点二", (), button), WECOM)

    assert isinstance(card, Card)
    assert isinstance(other, Card)
    assert ("平均8.2%,3单,最高9.5%。", "口径:海蓝·赢单·Q2,折扣按合同价算,不含运费。") == (card.title, card.text)
    assert ("搭档", "海蓝上季度三单里面最高的那一单给到了百分之九点五,平均百分之八点二") == (other.title, other.text)


async def test_a_draft_is_a_card_with_its_fields() -> None:
    """Values in words, what nobody proved marked so, the amount with its currency, and three things to decide."""
    (card,) = await _shown(DEAL, WECOM)

    assert isinstance(card, Card)
    assert ("商机草稿,等你确认", DEAL.text) == (card.title, card.text)
    assert (("客户", "海蓝科技(未证实)"), ("金额", "¥1,200,000"), ("阶段", "商务谈判(未证实)"), ("数量", "200(未证实)")) == card.rows
    assert ["保存", "修改", "不记", "为什么"] == _labels(card)
    assert [Style.MAIN, Style.PLAIN, Style.AWAY, Style.PLAIN] == [one.style for one in card.buttons]


async def test_more_fields_than_rows() -> None:
    """The last row says how many are left, and a button shows them."""
    more = {"close_date": "2026-07-31", "next_step": "报价", "competitor": "北斗", "discount": 10.0}

    (card,) = await _shown(replace(DEAL, fields={**DEAL.fields, **more}), WECOM)

    assert isinstance(card, Card)
    assert (6, ("还有", "3项,点“全部”看")) == (len(card.rows), card.rows[-1])
    assert ["保存", "修改", "不记", "全部", "为什么"] == _labels(card)


async def test_a_value_that_is_cut_is_a_press_away() -> None:
    """As much as a row shows, then an ellipsis, and the button for the rest."""
    (card,) = await _shown(replace(DEAL, fields={"next_step": "下周三前把报价和质保条款一起发给王经理,顺便问今年的预算"}), WECOM)

    assert isinstance(card, Card)
    assert card.rows[0][1].endswith("…")
    assert "全部" in _labels(card)


async def test_a_change_says_so() -> None:
    """Not a new record, but another one changed."""
    (card,) = await _shown(replace(DEAL, record_id=RecordId("r1")), SLACK, Lang.EN)

    assert isinstance(card, Card)
    assert "Change to: Opportunity" == card.title
    assert ("Account", "海蓝科技 (unproven)") == card.rows[0]


async def test_a_settled_card_says_who_when_and_what() -> None:
    """In the time of whoever reads; where nobody's press counted any more, how things stand."""
    facts = {"by": "王芳", "at": "2026-07-22T06:05:00+00:00", "zone": "Asia/Shanghai"}

    (card,) = await _shown(DEAL, WECOM, updates=MessageId("m0"), pressed="保存", facts=facts)
    (utc,) = await _shown(DEAL, SLACK, Lang.EN, updates=MessageId("m0"), pressed="Save", facts={**facts, "zone": ""})
    (bare,) = await _shown(DEAL, WECOM, updates=MessageId("m0"), pressed="过期了,没保存")

    assert [True, True, True] == [isinstance(one, Card) and not one.buttons and bool(one.rows) for one in (card, utc, bare)]
    settled = [one.settled for one in (card, utc, bare) if isinstance(one, Card)]
    assert ["王芳按了「保存」· 14:05", "王芳 pressed “Save” · 06:05 UTC", "过期了,没保存"] == settled


async def test_a_text_to_send_on_is_a_message_of_its_own() -> None:
    """Word for word, to be pressed long and forwarded."""
    parts = await _shown(Answer("下条长按转发。", buttons=(Button("我发了", "say", "我发了"),), forward="李董好,陈总提过贵司新线。"), WECOM)

    assert Words("李董好,陈总提过贵司新线。", plain=True, forward=True) == parts[-1]
    assert ["我发了"] == _labels(parts[0])


async def test_a_text_of_many_messages_goes_as_a_file() -> None:
    """Its beginning and where the rest is; the file has all of it."""
    text = "".join(f"第{place}条:付款期从30天改成90天。" for place in range(900))

    words, file = await _shown(Answer(text), WECOM)

    assert isinstance(words, Words)
    assert isinstance(file, Attachment)
    assert words.markdown.endswith("。\n全文在文件里。")
    assert (text, "全文.txt") == (file.content.decode(), file.name)


async def test_marks_are_markdown_only_where_there_are_any() -> None:
    """Plain text is shown by every client of WeCom and forwards well; the AI bot takes Markdown alone."""
    marked, bare = Answer("**先别签**。", found=False), Answer("先别签。", found=False)

    assert [Words("**先别签**。")] == await _shown(marked, WECOM)
    assert [Words("先别签。", plain=True)] == await _shown(bare, WECOM)
    assert [Words("先别签。")] == await _shown(bare, WECOM_BOT)


async def test_a_wide_table_is_a_picture_between_the_words() -> None:
    """Where tables are not drawn but pictures are; what it shows is told beside it."""
    text = "改动如下:\n| 条款 | 原来 | 现在 | 风险 | 依据 |\n|---|---|---|---|---|\n| 付款 | 30天 | 90天 | 高 | P-03 |\n先别签。"
    message = Message(
        MessageId("m1"), 1, Origin("chat", "", "u1", ThreadId("t1")), None, None, Answer(text), None, None, 1, MessageState.SENDING,
    )  # fmt: skip

    async def draw(grid: Grid, _: Lang) -> bytes:
        return " ".join(grid.header).encode()

    before, picture, after = await laid_out(message, WECOM, SAY, grid=draw)

    assert [Words("改动如下:", plain=True), Words("先别签。", plain=True)] == [before, after]
    assert Picture("条款 原来 现在 风险 依据".encode(), "table.png", "· 条款 付款 · 原来 30天 · 现在 90天 · 风险 高 · 依据 P-03") == picture


@pytest.mark.parametrize(
    "lang, seconds, step, expected",
    [
        (Lang.ZH, 3, "do", "在查,稍等…"), (Lang.EN, 3, "", "On it, one moment…"),
        (Lang.ZH, 60, "choose", "还在做:在想你问的是哪件事。"),
        (Lang.EN, 60, "polishing", "Still on it. You get it the moment it is done."),
    ],
)  # fmt: skip
def test_progress_is_told(lang: Lang, seconds: float, step: str, expected: str) -> None:
    """First that it is under way, then what it is at; a step that nobody worded is not shown."""
    assert Words(expected, plain=True) == progress(lang, step, seconds, SAY)


def test_waiting_and_failing_are_told() -> None:
    """Never silence."""
    assert "约12秒" in queued(Lang.ZH, 12.3, SAY).markdown
    assert "keep trying" in failed(Lang.EN, SAY).markdown


def test_a_gist_is_one_plain_line() -> None:
    """For a notification."""
    origin = Origin("chat", "", "u1", ThreadId("t1"))
    message = Message(MessageId("m1"), 1, origin, None, None, Answer("# 结论\n**先别签**"), None, None, 1, MessageState.SENDING)

    assert "结论 先别签" == gist(message)


def test_buttons_have_their_places() -> None:
    """Those of the outcome first; a draft that brings none is decided about by three; then what may always be asked."""
    assert ["save", "edit", "discard", "why", "all", "up", "down"] == [one.action for one in offered(DEAL)]
    assert ["say", "why", "all", "up", "down"] == [one.action for one in offered(Answer("", buttons=(Button("a", "say", "b"),)))]
    assert ["save", "why"] == [one.action for one in offered(replace(DEAL, buttons=(Button("通过", "save"),)))][:2]
    assert 3 == place_of(DEAL, "why")


def test_fields_are_told_in_words() -> None:
    """By name, yes and no, a moment with its zone and without the need of grounds, what is emptied; unknown ones as they are."""
    fields = {"account": "a1", "happened_at": "2026-07-22T06:05:00+00:00", "colour": "red", "note": None, "loud": True}
    draft = Draft("", "touchpoint", fields, {"account": SAID})

    rows = rows_of(draft, Lang.EN)

    assert [("Account", "a1", True), ("2026-07-22 06:05 UTC", True), ("colour", "red", False)] == [
        (rows[0].name, rows[0].value, rows[0].proven), (rows[1].value, rows[1].proven), (rows[2].name, rows[2].value, rows[2].proven),
    ]  # fmt: skip
    assert ["emptied", "yes"] == [one.value for one in rows[3:]]
    assert DraftRow("loud", "loud", "yes", proven=False) == rows[4]


async def test_a_text_to_send_on_is_plain_in_slack() -> None:
    """What is copied there is what was approved: no backslash, no entity, no mark."""
    part = (await _shown(Answer("Approved.", forward="Ms Lee,\n1. *S3* & co\n_Lin_"), SLACK))[-1]

    assert Words("Ms Lee,\n1. *S3* & co\n_Lin_", plain=True, forward=True) == part
    assert {"text": "Ms Lee,\n1. *S3* &amp; co\n_Lin_", "mrkdwn": False} == body_of(part)

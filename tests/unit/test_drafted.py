"""A draft with more than one record, as people read it."""

from dataclasses import replace
from pathlib import Path

import bot
from bot.channels.form import CONSOLE, SLACK, WECOM, Card, Words, laid_out
from bot.domain.changing import example_of
from bot.domain.decision import Message, MessageState
from bot.domain.drafted import also_line, by_the_clock, card_rows, gist_of, sheets_of, told_rows
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.ids import Audience, DecisionId, DraftId, MessageId, RecordId, ThreadId
from bot.domain.outcome import MAIN, Draft, Proposal
from bot.domain.talk import Lang, Origin
from bot.words import TomlWords, read_sentences

WORDS = TomlWords(read_sentences(Path(bot.__file__).parent / "strings.toml"))
HEARD = Evidence("八十万,不对,一百二十万", "录音 7/16 14:02", "0:21", EvidenceKind.EVENT, 0.9, "t1", Audience("user:u1"))
ACCOUNT = {"account": "a1", "account_name": "海蓝科技"}
ALSO = (
    Proposal("touchpoint", "touchpoint", {**ACCOUNT, "opportunity": MAIN, "happened_at": "2026-07-16T06:02:00+00:00", "note": "聊了报价"}),
    Proposal("task", "task", {**ACCOUNT, "opportunity": MAIN, "subject": "报价", "due_date": "2026-07-22", "status": "open"}),
    Proposal("account", "account", {"biggest_pain": "漏检"}, record_id=RecordId("a1")),
)
DEAL = Draft(
    "新商机·海蓝科技|120万", "opportunity", {**ACCOUNT, "name": "海蓝 S3", "stage": "proposal", "amount": 1_200_000, "currency": "CNY"},
    {"amount": HEARD}, also=ALSO, shows=("account", "amount"),
)  # fmt: skip


def said(draft: Draft, lang: Lang) -> str:
    """What is saved with it, in one line."""
    return also_line(draft, lang, lambda key, /, **facts: WORDS.say(key, lang, **facts))


def test_what_is_saved_with_a_draft_is_one_line() -> None:
    """Each by its kind and what it is about; of what would be changed, in what."""
    assert "另记:触点、待办(报价,7/22)、客户(最大痛点)" == said(DEAL, Lang.ZH)
    assert "Also: touchpoint, task (报价 · 22 Jul), account (Biggest pain)" == said(DEAL, Lang.EN)
    assert "" == said(replace(DEAL, also=()), Lang.ZH)


def test_further_deal_is_told_by_its_name_and_amount() -> None:
    """As people say amounts."""
    deal = Draft("", "opportunity", {"name": "备件", "amount": 300_000, "currency": "CNY", "close_date": "2026-08-31"})

    assert ("备件,30万,8/31", "备件 · ¥300K · 31 Aug") == (gist_of(deal, Lang.ZH), gist_of(deal, Lang.EN))


def test_records_beside_do_not_repeat_the_account_nor_show_what_points_at_the_draft() -> None:
    """It is said once, with the draft's own record."""
    sheets = sheets_of(DEAL)

    assert ["", "touchpoint", "task", "account"] == list(sheets)
    assert ["subject", "due_date"] == [row.field for row in told_rows(sheets["task"], Lang.ZH)]


def test_change_stands_beside_what_was() -> None:
    """In the currency of the record; nothing where nothing was, or where it stays."""
    fields = {"amount": 1_300_000, "stage": "proposal", "competitor": "云谷"}
    draft = Draft("", "opportunity", fields, record_id=RecordId("r1"), before={"amount": 800_000, "currency": "CNY", "stage": "proposal"})

    told = {row.field: (row.before, row.value) for row in told_rows(draft, Lang.ZH)}

    assert {"amount": ("¥800,000", "¥1,300,000"), "stage": ("", "方案报价"), "competitor": ("", "云谷")} == told


def test_moment_is_told_by_the_clock_of_who_reads() -> None:
    """And the draft itself stays as it is."""
    (touchpoint,) = [one for key, one in sheets_of(by_the_clock(DEAL, "Asia/Shanghai")).items() if key == "touchpoint"]

    assert "2026-07-16 14:02" == next(row.value for row in told_rows(touchpoint, Lang.ZH) if row.field == "happened_at")
    assert "2026-07-16T06:02:00+00:00" == DEAL.also[0].fields["happened_at"]


async def test_card_shows_what_the_draft_wants_and_leads_to_the_rest() -> None:
    """Its fields in its order, what else is saved in one line, and a button to see all of it."""
    message = Message(
        MessageId("m1"), 1, Origin("chat", "w", "u", ThreadId("t")), None, DecisionId("d"), DEAL, DraftId("f"), 1, 1,
        MessageState.SENDING,
    )  # fmt: skip
    wecom, slack = [part for can in (WECOM, SLACK) for part in await laid_out(message, can, WORDS)]
    (plain,) = await laid_out(message, CONSOLE, WORDS)

    assert isinstance(wecom, Card)
    assert isinstance(slack, Card)
    assert isinstance(plain, Words)
    assert ["客户", "金额"] == [name for name, _ in wecom.rows]
    assert ["保存", "修改", "不记", "全部", "为什么"] == [one.label for one in wecom.buttons]
    assert [True] * 3 == ["另记:触点、待办(报价,7/22)" in text for text in (wecom.text, slack.text, plain.markdown)]


def test_draft_that_wants_nothing_in_particular_shows_all() -> None:
    """As drafts always did."""
    assert ("account", "name", "stage", "amount") == tuple(row.field for row in card_rows(replace(DEAL, shows=()), Lang.ZH))


def test_example_of_a_change_is_made_of_the_draft() -> None:
    """Its amount, a little higher, as people write it; else its day, a week on; nothing where neither is there."""
    dated = Draft("", "task", {"subject": "报价", "due_date": "2026-07-22"})

    assert (("金额", "130万"), ("amount", "1.3M")) == (example_of(DEAL, Lang.ZH), example_of(DEAL, Lang.EN))
    assert (("到期日", "7月29日"), ("due", "29 Jul")) == (example_of(dated, Lang.ZH), example_of(dated, Lang.EN))
    assert example_of(Draft("", "touchpoint", {"note": "x"}), Lang.ZH) is None

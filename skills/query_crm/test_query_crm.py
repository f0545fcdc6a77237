"""A question to the records is answered with the result first, how it was read, and the records that it stands on."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.evidence import EvidenceKind
from bot.domain.ids import RecordId, ThreadId, TurnId, UserId
from bot.domain.outcome import Answer
from bot.domain.people import Role, Speaker
from bot.domain.permissions import Permissions
from bot.domain.query import Aggregate, Filter, Fn, Op, Period, Query, from_json, to_json
from bot.domain.records import Import
from bot.domain.scope import Reach, Scope
from bot.domain.talk import Memories, Topic, Turn, language_of
from bot.errors import NotAllowed, Unclear
from bot.reading.reader import RuleReader, read
from bot.words import TomlWords, read_sentences
from skills.query_crm.refine import refined
from skills.query_crm.skill import run
from tests.evals.asked import query_of, same
from tests.fakes.queries import HeldRecords

LIN = Speaker(UserId("lin"), "林晓", Role.REP, "east", "Asia/Shanghai")
NOW = datetime(2026, 8, 4, 2, tzinfo=UTC)
WORDS = TomlWords(read_sentences(Path(__file__).with_name("strings.toml")))
LOST = Query("opportunity", (Filter("stage", Op.EQ, "lost"), Filter("account.region", Op.EQ, "emea")),
             aggregate=Aggregate(Fn.COUNT), period=Period("close_date", date(2026, 7, 1), date(2026, 9, 30)))  # fmt: skip


def _account(name: str, **fields: object) -> Import:
    return Import(RecordId(name), "account", {"name": name, "owner": "lin", "owner_name": "林晓", **fields})


def _deal(name: str, account: str, stage: str, amount: int, currency: str = "CNY") -> Import:
    return Import(RecordId(name), "opportunity", {
        "name": name, "account": account, "account_name": account, "owner": "lin", "owner_name": "林晓", "stage": stage, "amount": amount,
        "currency": currency, "close_date": "2026-07-15",
    })  # fmt: skip


BOOK = (
    _account("海蓝科技", short_name="海蓝", nps=20), _account("海蓝船务", aliases="海蓝"), _account("Norvik", currency="EUR"),
    _deal("泵站一期", "海蓝科技", "won", 1_200_000), _deal("泵站二期", "海蓝科技", "negotiation", 800_000),
    _deal("North line", "Norvik", "won", 90_000, "EUR"),
)  # fmt: skip


async def _ask(text: str, scope: Scope | None = None, memory: Memories | None = None) -> Answer:
    turn = Turn(TurnId("t"), ThreadId("th"), LIN, text, language_of(text), NOW, "query_crm", memory or Memories())
    return await run(turn, records=HeldRecords(BOOK).within(scope or Permissions().scope(LIN)), reader=RuleReader(), words=WORDS)


@pytest.mark.parametrize(
    "text, said",
    [("账期超过60天的客户", "“账期超过60天”没算进去"), ("accounts with more than 5 sites", "“with more than 5 sites” is not applied")],
)
async def test_a_comparison_that_nothing_here_can_make_is_told(text: str, said: str) -> None:
    """Records that were not narrowed down as asked are never shown as if they were."""
    answer = await _ask(text)

    assert answer.text.startswith(said)


@pytest.mark.parametrize("text", ["超过50万的商机", "NPS低于30的客户", "商机有几个"])
async def test_a_comparison_that_was_made_is_not_told_so(text: str) -> None:
    """What was applied stands in how it was read."""
    answer = await _ask(text)

    assert "没算进去" not in answer.text


async def test_a_figure_comes_first_and_how_it_was_read_last() -> None:
    """One figure for each currency, none summed over both; then the reading of the question."""
    answer = await _ask("上个月赢单总额")

    assert [
        "金额合计120万、€9万(2条)。", "币种不同,没有换算。", "口径:商机·赢单·预计签约日 2026-07-01~2026-07-31。",
    ] == answer.text.splitlines()  # fmt: skip


async def test_a_list_is_short_and_says_how_many_there_are() -> None:
    """In the language of the question."""
    answer = await _ask("my open deals")

    assert [
        "1 found (Opportunity):",
        "· 泵站二期 · 海蓝科技 · Negotiation · ¥800,000 · Close date 2026-07-15",
        "Read as: Opportunity · open · mine.",
    ] == answer.text.splitlines()  # fmt: skip


async def test_each_answer_stands_on_records_and_carries_its_query() -> None:
    """The record's fields that matter, its kind and name, its id; shown to nobody but the person who asked."""
    answer = await _ask("在谈的单子")

    (ground,) = answer.evidence
    assert (EvidenceKind.RECORD, "商机·泵站二期", "泵站二期", "user:lin") == (ground.kind, ground.source, ground.locator, ground.audience)
    assert answer.query is not None
    assert "opportunity" == from_json(answer.query).entity


async def test_answer_says_what_it_is_about() -> None:
    """The record that was named, and the only one that was found: what "it" will mean."""
    told = [(await _ask(text)).about for text in ("海蓝科技的NPS是多少", "在谈的单子", "赢单")]

    assert [("海蓝科技",), ("泵站二期",), ()] == told


async def test_the_field_that_was_asked_for_is_told_first() -> None:
    """海蓝科技的NPS: the figure, before the rest of the record."""
    answer = await _ask("海蓝科技的NPS是多少")

    assert "· 海蓝科技·净推荐值 20" == answer.text.splitlines()[1]


async def test_nothing_found_says_what_was_looked_for() -> None:
    """And that it was not found, so nobody takes it for an answer."""
    answer = await _ask("哪些发票逾期了")

    assert not answer.found
    assert ["你看得到的发票里没有这样的。", "口径:发票·付款日期为空·到期日<2026-08-04。"] == answer.text.splitlines()


async def test_a_name_that_fits_several_is_asked_back() -> None:
    """By the names that it may mean, each a button that says the question again with it."""
    answer = await _ask("海蓝的单子")

    assert [("海蓝科技", "海蓝科技的单子"), ("海蓝船务", "海蓝船务的单子")] == [(one.label, one.text) for one in answer.buttons]


@pytest.mark.parametrize("text", ["今天心情不好", "what about it then"])
async def test_what_asks_for_no_records_is_said_to_be_unclear(text: str) -> None:
    """Rather than answered with something."""
    with pytest.raises(Unclear):
        await _ask(text)


async def test_what_the_speaker_may_not_see_is_neither_told_nor_asked_by() -> None:
    """A scope without amounts."""
    blind = Scope(LIN.user_id, LIN.team, LIN.zone, hidden={"opportunity": frozenset({"amount"})})

    with pytest.raises(NotAllowed):
        await _ask("赢单总额", blind)

    assert "80" not in (await _ask("在谈的商机", blind)).text


async def test_records_out_of_sight_are_not_said_to_be_none() -> None:
    """A person who may see no opportunities hears so: not that there are none, for that nobody told them."""
    with pytest.raises(NotAllowed) as stop:
        await _ask("海蓝的商机有几个", replace(Permissions().scope(LIN), other=Reach.NONE))

    assert ("unseen_records", "商机") == (stop.value.key, stop.value.facts["entity"])


async def test_a_thread_goes_on_with_its_question() -> None:
    """那北风呢, and last quarter: what was asked before, with what is said now."""
    memory = Memories(Topic("query_crm", "query_crm", to_json(LOST)), continues=True)

    answer = await _ask("那上个季度呢", memory=memory)

    assert answer.query is not None
    assert (LOST.filters, date(2026, 4, 1)) == (from_json(answer.query).filters, getattr(from_json(answer.query).period, "first", None))


@pytest.mark.parametrize(
    "text,meant",
    [
        ("and last quarter?", "opportunity; stage = lost; account.region = emea; count; close_date 2026-04-01..2026-06-30"),
        ("那华东呢?", "opportunity; stage = lost; account.region = east_china; count; close_date 2026-07-01..2026-09-30"),
        ("赢的呢", "opportunity; stage = won; account.region = emea; count; close_date 2026-07-01..2026-09-30"),
        ("by competitor", "opportunity; stage = lost; account.region = emea; by competitor; count; close_date 2026-07-01..2026-09-30"),
        ("只看我的", "opportunity; stage = lost; account.region = emea; owner = $me; count; close_date 2026-07-01..2026-09-30"),
        ("总金额呢", "opportunity; stage = lost; account.region = emea; sum amount; close_date 2026-07-01..2026-09-30"),
        ("how many tickets are open?", "ticket; status != closed; count"),
    ],
)
def test_what_is_said_changes_what_was_asked(text: str, meant: str) -> None:
    """Days for days, a condition for the one on its field; other records are a question of their own."""
    today = date(2026, 8, 4)
    found: Any = refined(LOST, text, read(text, today), (), today).query

    assert same(found, query_of(meant)), found


def test_what_changes_nothing_is_no_question() -> None:
    """好的 is not the same question again."""
    assert refined(LOST, "好的", read("好的", NOW.date()), (), NOW.date()).query is None

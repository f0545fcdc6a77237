"""Notes as they are spoken become opportunities: the right account, the last figure, the day that is meant, and words that were said."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.reading.speech import RuleSpokenReader
from skills.capture.batch import listen, predict
from skills.capture.book import Book
from skills.capture.note import unknown_name
from tests.evals import spoken

CONTEXT: Mapping[str, Any] = {
    "accounts": [
        {"name": "沐川精工", "aliases": ["沐川"], "currency": "CNY", "contacts": ["骆一舟 采购经理"]},
        {"name": "雁湖钢构", "aliases": [], "currency": "CNY", "contacts": ["殷秀 总监"]},
        {"name": "雁湖冷链", "aliases": [], "currency": "CNY", "contacts": ["江帆 厂长"]},
        {"name": "Ashcombe Mills", "aliases": ["Ashcombe"], "currency": "GBP", "contacts": ["Nora Quill, buyer"]},
    ],
    "products": [{"name": "S3", "aliases": ["网关"]}, {"name": "R50", "aliases": ["巡检机器人", "rover"]}],
    "open_opportunities": [
        {"id": "A-1", "account": "沐川精工", "name": "沐川网关", "product": "S3", "stage": "proposal", "amount": 500000, "currency": "CNY"}
    ],
}


async def _told(text: str, *, said_at: str = "2026-07-14T10:00:00+08:00", zone: str = "Asia/Shanghai") -> list[Mapping[str, Any]]:
    line = {"id": "n", "transcript": text, "said_at": said_at, "tz": zone}
    found = (await predict(line, CONTEXT, spoken=RuleSpokenReader()))["opportunities"]
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize(
    "text,amount",
    [
        ("雁湖钢构要两台巡检机器人 七十万 不对 一百一十万", 1_100_000), ("雁湖钢构要两台巡检机器人 单价十三万六一台", 272_000),
        ("雁湖钢构要三台巡检机器人 每台四万五", 135_000), ("雁湖钢构巡检机器人 从九十万改成一百三十万", 1_300_000),
        ("雁湖钢构想要巡检机器人 17万6", 176_000),
        ("ashcombe want two rovers fifty no wait seventy thousand pounds", 70_000),
        ("ashcombe want four rovers at twelve thousand each", 48_000), ("ashcombe want rovers two hundred and fifty k all in", 250_000),
    ],
)  # fmt: skip
async def test_the_amount_is_the_last_one_said(text: str, amount: float) -> None:
    """A correction takes back what was said before it, and a price a piece is multiplied out."""
    told = await _told(text)

    assert [amount] == [one["amount"] for one in told]


@pytest.mark.parametrize(
    "text,account,asks",
    [
        ("沐穿精工想要三台巡检机器人", "沐川精工", "ok"), ("雁湖那边要三台巡检机器人", None, "ask"),
        ("燕湖冷链要三台巡检机器人", "雁湖冷链", "ok"),
        ("雁湖的江厂长要三台巡检机器人", "雁湖冷链", "ok"), ("碰到一家叫泽明材料的 想要三台巡检机器人", None, "ask"),
        ("ash comb want three rovers", "Ashcombe Mills", "ok"),
    ],
)  # fmt: skip
async def test_an_account_is_known_by_how_it_sounds_or_asked_for(text: str, account: str | None, asks: str) -> None:
    """Homophones are mended; a name that fits two, or none, is asked about unless the person there tells them apart."""
    told = await _told(text)

    assert [(account, asks)] == [(one["account"], one["expect"]) for one in told]


@pytest.mark.parametrize(
    "text,close,due",
    [
        ("雁湖钢构要三台巡检机器人 国庆前签 下周三之前要报价", "2026-09-30", "2026-07-22"),
        ("雁湖钢构要三台巡检机器人 十月底交货 周五给他报价", None, "2026-07-17"),
        ("ashcombe want three rovers sign by the end of next quarter ill call nora a week from today", "2026-12-31", "2026-07-21"),
        ("雁湖钢构上周要了三台巡检机器人的报价", None, None),
    ],
)
async def test_the_day_of_signing_is_told_from_other_days(text: str, close: str | None, due: str | None) -> None:
    """What is delivered, and what is over, is neither a signing nor a next step."""
    told = await _told(text)

    assert [(close, due)] == [(one["close_date"], (one["next_step"] or {}).get("due_date")) for one in told]


async def test_an_open_opportunity_is_changed_and_not_made_twice() -> None:
    """The same account and product mean the open one, unless the note says that it is another."""
    same, other = await _told("沐川网关改成六十万"), await _told("沐川有个新项目要十台网关 跟之前那个没关系")

    assert [("update", "A-1"), ("create", None)] == [(one["action"], one["opportunity_id"]) for one in (*same, *other)]


async def test_two_accounts_in_one_note_are_two_opportunities() -> None:
    """Each has its own figures."""
    told = await _told("上午雁湖钢构殷总监要四台巡检机器人 六十万 下午去了沐川 骆经理问网关 大概二十台")

    assert [("雁湖钢构", 4, 600_000), ("沐川精工", 20, None)] == [(one["account"], one["quantity"], one["amount"]) for one in told]


@pytest.mark.parametrize(
    "text",
    [
        "提醒我去报销打车费 五十块",
        "今天跟沐川骆经理吃了个饭 没聊项目",
        "喂喂 测试测试",
        "ashcombe rang nora says the rover is broken send an engineer",
    ],
)
async def test_a_note_without_a_deal_gives_none(text: str) -> None:
    """Errands, chats and service calls sell nothing."""
    assert [] == await _told(text)


@pytest.mark.parametrize(
    "text,told",
    [
        ("沐川骆经理说要加二十台网关 六万", ("create", 60_000)), ("沐川网关 总价改成六十万", ("update", 600_000)),
        ("沐川那边网关要改成二十台 四十八万", ("update", 480_000)),
    ],
)  # fmt: skip
async def test_more_of_the_same_at_a_price_of_its_own_is_a_deal_beside_it(text: str, told: tuple[str, float]) -> None:
    """An order on top does not take the place of the open deal's amount; a new figure for it does."""
    found = await _told(text)

    assert [told] == [(one["action"], one["amount"]) for one in found]


@pytest.mark.parametrize(
    "text, name",
    [
        ("刚从鼎泰出来 他们要十台相机", "鼎泰"),
        ("just left Nordwind, Dana wants fifty cameras", "Nordwind"),
        ("Met Zephyr Labs, Ana wants 12", "Zephyr Labs"),
        ("刚从公司出来 没什么事", None),
        ("back from lunch, he wants fifty", None),
    ],
)
async def test_a_firm_that_nobody_knows_is_heard_by_where_somebody_was(text: str, name: str | None) -> None:
    """It is named back; places and people are no firms."""
    heard = await listen(text, datetime(2026, 9, 24, tzinfo=UTC), "UTC", Book((), (), ()), RuleSpokenReader())

    assert name == unknown_name(heard)


@pytest.mark.parametrize(
    "name,bar", [("notes", 0.98), ("notes_fresh", 0.98), ("notes_third", 0.98), ("notes_fourth", 0.95), ("notes_fifth", 0.95)]
)
async def test_notes_of_many_firms_are_read(name: str, bar: float) -> None:
    """168 notes in zh, en and both; every word given as evidence stands in the transcript."""
    seen: Counter[bool] = Counter()
    wrong, made_up = [], []
    for note in spoken.notes(name):
        found = await spoken.read(note)
        for field, right in spoken.judged(note, found):
            seen[right] += 1
            wrong += [] if right else [(note.line["id"], field)]
        made_up += [words for one in found for words in one["evidence"].values() if words not in note.line["transcript"]]

    assert ([], True) == (made_up, seen[True] / seen.total() >= bar), wrong

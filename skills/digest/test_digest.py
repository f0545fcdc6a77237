"""Digests hold over odd books: nothing at all, zeros, days to come, firms kept twice, several currencies; and say who is sent what."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.digest import Adoption, DigestKind, FieldMove, Interrupted, Line
from bot.domain.ids import DecisionId, DraftId, RecordId, ThreadId, TurnId, UserId
from bot.domain.outcome import Answer
from bot.domain.people import Role, User, speaker_of
from bot.domain.permissions import Permissions
from bot.domain.query import Row
from bot.domain.records import DraftState, HeldDraft, Import
from bot.domain.risk import Band, RiskScore
from bot.domain.talk import Lang, Turn, language_of
from bot.reading.reader import RuleReader
from bot.words import TomlWords, read_sentences
from skills.digest.skill import run
from skills.digest.wanted import days_of, wanted
from tests.fakes.digests import Beside
from tests.fakes.queries import HeldRecords

TODAY, NOW = date(2026, 8, 20), datetime(2026, 8, 20, 2, tzinfo=UTC)
"""A Thursday."""
LIN = User(UserId("lin"), "林晓", "lin@hengyu.example", Role.REP, "east", "Asia/Shanghai")
MIN = User(UserId("min"), "张敏", "min@hengyu.example", Role.MANAGER, "east", "Asia/Shanghai")
WORDS = TomlWords(read_sentences(Path(__file__).with_name("strings.toml")))
DAILY, WEEKLY = "digest_daily", "digest_weekly"
HAILAN: dict[str, Any] = {"name": "海蓝科技", "owner": "lin", "status": "customer", "team": "east", "currency": "CNY"}
DEAL: dict[str, Any] = {
    "name": "海蓝一期", "account": "a1", "account_name": "海蓝科技", "owner": "lin", "stage": "proposal", "amount": 100_000,
    "currency": "CNY", "probability": 50, "created_date": "2026-07-01", "close_date": "2026-09-10", "stage_date": "2026-08-01",
    "next_step": "寄样机", "budget_status": "pending",
}  # fmt: skip


@dataclass
class Book:
    """A few records, numbered as they come, and whoever reads."""

    records: list[Import] = field(default_factory=list)
    beside: Beside = field(default_factory=Beside)

    def add(self, entity: str, fields: dict[str, Any], record_id: str = "") -> "Book":
        """One more."""
        self.records.append(Import(RecordId(record_id or f"{entity}-{len(self.records)}"), entity, fields))
        return self

    async def tell(self, intent: str = DAILY, user: User = LIN, text: str = "", lang: Lang = Lang.ZH) -> Answer:
        """Their digest."""
        speaker, beside = speaker_of(user), self.beside
        turn = Turn(TurnId("t1"), ThreadId("th"), speaker, text, language_of(text) if text else lang, NOW, intent)
        records = HeldRecords(self.records, (LIN, MIN)).within(Permissions().scope(speaker))
        answer = await run(
            turn, records=records, words=WORDS, drafts=beside, reviews=beside, moves=beside, targets=beside, team=beside, risks=beside,
            pages=beside, reader=RuleReader(),
        )  # fmt: skip
        assert isinstance(answer, Answer)
        return answer


def lines(answer: Answer) -> list[Line]:
    """All of them."""
    return list(answer.digest.lines) if answer.digest else []


# --- odd books ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("intent", [DAILY, WEEKLY])
async def test_an_empty_firm_gets_one_line_and_the_button_for_another_time(role: Role, intent: str) -> None:
    """Nothing to say is said in one line, whoever reads."""
    answer = await Book().tell(intent, replace(LIN, role=role))

    assert (1, ["改时间"], None) == (len(answer.text.splitlines()), [one.label for one in answer.buttons], answer.digest)


async def test_one_account_without_usage_raises_no_alarm() -> None:
    """A customer that was just entered, and nothing else."""
    answer = await Book().add("account", HAILAN, "a1").tell()

    assert "今天没有等你处理的事。" == answer.text


async def test_all_zero_is_no_news() -> None:
    """Amounts and chances of zero give no division and no waterfall of nothing."""
    book = Book().add("account", HAILAN, "a1").add("opportunity", {**DEAL, "amount": 0, "probability": 0})
    answer = await book.tell(WEEKLY)

    assert ["1家签约客户没填续约日期:海蓝科技"] == [one.words for one in lines(answer)]


async def test_fields_that_are_missing_are_told_as_missing() -> None:
    """No amount, no probability, no days: no crash, and each gap has its line for whoever leads."""
    bare = {name: DEAL[name] for name in ("name", "account", "account_name", "owner", "stage")}
    answer = await Book().add("account", HAILAN, "a1").add("opportunity", bare).tell(WEEKLY, MIN)

    assert [
        "1单没填金额:海蓝一期", "1单没填预计签约日:海蓝一期", "1单没有下一步:海蓝一期", "1单没填预算状态:海蓝一期",
        "1家签约客户没填续约日期:海蓝科技",
    ] == [one.words for one in lines(answer)]  # fmt: skip


async def test_days_to_come_are_neither_late_nor_stuck() -> None:
    """A deal entered for the future slips from nothing."""
    later = {**DEAL, "created_date": "2027-01-01", "stage_date": "2027-01-02", "close_date": "2027-06-30"}
    answer = await Book().add("account", HAILAN, "a1").add("opportunity", later).tell()

    assert "今天没有等你处理的事。" == answer.text


async def test_a_firm_kept_twice_is_told_once() -> None:
    """Two records of one name take one of the three places."""
    book = Book()
    for number in (1, 2):
        book.add("account", {**HAILAN, "renewal_date": "2026-09-01"}, f"a{number}")
    answer = await book.tell()

    assert ["海蓝科技:12天后续约"] == [one.words for one in lines(answer)]


async def test_currencies_are_never_added_up() -> None:
    """Each stands by itself: in words, in numbers, in panels of the chart."""
    book = Book().add("account", HAILAN, "a1")
    for currency, amount in (("CNY", 300_000), ("USD", 50_000), ("EUR", 7_000)):
        book.add("opportunity", {**DEAL, "currency": currency, "amount": amount, "created_date": "2026-08-18", "close_date": "2026-08-19"})
    answer = await book.tell("digest", text="本周周报")
    sums = {number.currency: number.value for line in lines(answer) for number in line.numbers if number.currency and not number.weighed}
    chart = answer.chart

    assert {"CNY": 300_000.0, "USD": 50_000.0, "EUR": 7_000.0} == sums
    assert ("357,000" in answer.text, "35.7万" in answer.text) == (False, False)
    assert ["CNY", "EUR", "USD"] == ([one.currency for one in chart.series] if chart else [])


async def test_a_storm_of_late_accounts_names_three() -> None:
    """However many are late, three are named."""
    book = Book()
    for number in range(40):
        name = f"客户{number:02}"
        book.add("account", {**HAILAN, "name": name}, f"a{number}")
        book.add("invoice", {
            "number": f"INV-{number}", "account": f"a{number}", "account_name": name, "amount": 1000 + number, "currency": "CNY",
            "due_date": "2026-07-01",
        })  # fmt: skip
    answer = await book.tell(DAILY, MIN)

    assert 3 == len(lines(answer))


# --- what a digest tells -----------------------------------------------------------------------------------------------


async def test_the_steps_of_the_pipeline_lead_from_then_to_now() -> None:
    """New, won, lost, grown and shrunk: what it was is what it is, less what came and more what went."""
    book = Book().add("account", HAILAN, "a1")
    book.add("opportunity", {**DEAL, "amount": 90_000}, "grown").add("opportunity", {**DEAL, "amount": 60_000}, "shrunk")
    book.add("opportunity", {**DEAL, "amount": 40_000, "created_date": "2026-08-18"})
    book.add("opportunity", {**DEAL, "amount": 30_000, "stage": "won", "close_date": "2026-08-19"})
    book.add("opportunity", {**DEAL, "amount": 20_000, "stage": "lost", "close_date": "2026-08-18"})
    rows = {one.id: Row(one.id, one.fields) for one in book.records}
    moved = [
        FieldMove(rows[RecordId("grown")], 80_000, 85_000, date(2026, 8, 17)), FieldMove(rows[RecordId("grown")], 85_000, 90_000, TODAY),
        FieldMove(rows[RecordId("shrunk")], 75_000, 60_000, TODAY),
    ]  # fmt: skip
    book.beside = Beside({"amount": moved})
    answer = await book.tell("digest", text="这周总结")
    chart = answer.chart
    steps = dict(zip(chart.labels, chart.series[0].values, strict=True)) if chart else {}

    assert {
        "本周初": 205_000, "新建": 40_000, "变大": 10_000, "变小": -15_000, "赢单": -30_000, "输单": -20_000, "现在": 190_000,
    } == steps  # fmt: skip


@pytest.mark.parametrize("target, said", [
    ({}, "没设目标"), ({"CNY": 200_000}, "离目标20万差15万(25%)"), ({"CNY": 40_000}, "比目标4万多1万(125%)"),
    ({"CNY": 0}, "比目标¥0多5万(-%)"),
])  # fmt: skip
async def test_the_quarter_is_held_against_its_target(target: dict[str, float], said: str) -> None:
    """Won and weighed open deals together, against what was set for the team; where nothing was, that is said."""
    book = Book(beside=Beside(targets={"2026-Q3": target})).add("account", HAILAN, "a1").add("opportunity", DEAL)
    told = [one.words for one in lines(await book.tell(WEEKLY, MIN)) if one.words.startswith("2026-Q3")]

    assert [f"2026-Q3预计5万=已签¥0+在谈10万折5万,{said}"] == told


async def test_a_day_tells_tasks_drafts_and_quotes_without_an_answer() -> None:
    """Each with its grounds and its reason; numbers of what is no record have no question."""
    draft = HeldDraft(
        DraftId("d1"), 1, DraftState.OPEN, LIN.id, TurnId("t0"), DecisionId("x"), "opportunity", None, {"name": "宏达二期"}, {}, NOW
    )  # fmt: skip
    book = Book(beside=Beside(held=[draft])).add("account", HAILAN, "a1")
    book.add("task", {"subject": "寄样机", "owner": "lin", "status": "open", "due_date": "2026-08-20", "account_name": "海蓝科技"})
    book.add("task", {"subject": "补资质", "owner": "lin", "status": "open", "due_date": "2026-08-10"})
    book.add("task", {"subject": "做完的", "owner": "lin", "status": "done", "due_date": "2026-08-10"})
    book.add("task", {"subject": "别人的", "owner": "min", "status": "open", "due_date": "2026-08-10"})
    book.add("quote", {"number": "Q-1", "owner": "lin", "status": "sent", "quote_date": "2026-08-06", "account_name": "海蓝科技"})
    answer = await book.tell()

    assert """\
日报 · 8/20,先看这3条:
1. 到期的待办2件,1件已逾期:补资质；寄样机(海蓝科技)
2. 1份报价发出去没回音,最久14天:海蓝科技
3. 1份草稿等你确认:商机 宏达二期""" == answer.text
    assert [True, True, False] == [bool(one.grounds) for one in lines(answer)]
    assert [True] * 3 == [bool(one.why) for one in lines(answer)]


async def test_chances_of_leaving_put_an_account_first() -> None:
    """What the scores say weighs most, with its number; a rep reads of their own accounts alone."""
    mine = RiskScore(RecordId("a1"), TODAY, 0.68, Band.HIGH, name="海蓝科技", owner=LIN.id)
    other = RiskScore(RecordId("a2"), TODAY, 0.91, Band.HIGH, name="别家", owner=MIN.id)
    book = Book(beside=Beside(risks=[other, mine])).add("account", {**HAILAN, "renewal_date": "2026-09-01"}, "a1")
    answer = await book.tell()

    assert ["海蓝科技:①流失风险高(68%) ②12天后续约"] == [one.words for one in lines(answer)]


async def test_nobody_is_sure_to_leave() -> None:
    """Above what a score can know it says so, as it does when asked."""
    mine = RiskScore(RecordId("a1"), TODAY, 0.994, Band.HIGH, name="海蓝科技", owner=LIN.id)
    answer = await Book(beside=Beside(risks=[mine])).add("account", HAILAN, "a1").tell()

    assert ["海蓝科技:流失风险高(95%以上)"] == [one.words for one in lines(answer)]


async def test_a_team_is_told_as_a_whole_and_on_the_page_alone() -> None:
    """Adoption and interruptions name nobody, and take no line of the chat."""
    beside = Beside(used=Adoption(6, 5, 40, 10), spoken=Interrupted(6, 12, 4))
    book = Book(beside=beside).add("account", HAILAN, "a1").add("opportunity", DEAL)
    answer = await book.tell(WEEKLY, MIN)
    told = [one.words for one in lines(answer)][-2:]

    assert ["6人里5人用过,40条建议用了10条(25%)", "主动打扰12次,平均每人2.0次,最多4次"] == told
    assert (False, 3) == ("打扰" in answer.text, answer.digest.more if answer.digest else 0)


async def test_only_what_nobody_asked_for_can_be_stopped() -> None:
    """Who asked for a digest is not offered to get no more of them; where pages are reached, its address stands below."""
    book = Book(beside=Beside(url="https://tandem.example")).add("account", {**HAILAN, "renewal_date": "2026-09-01"}, "a1")
    sent, asked = await book.tell(), await book.tell("digest", text="给我一份日报")

    assert (["为什么有这条", "改时间", "别再发"], ["为什么有这条", "改时间"]) == tuple(
        [one.label for one in answer.buttons] for answer in (sent, asked)
    )  # fmt: skip
    assert "打开:https://tandem.example/digests/t1" == sent.text.splitlines()[-1]


async def test_it_speaks_the_language_of_who_asked() -> None:
    """English words around the names as they are kept."""
    book = Book().add("account", {**HAILAN, "name": "Acme", "renewal_date": "2026-09-01"}, "a1")
    answer = await book.tell("digest", text="what's on my plate today")

    assert "Day · 20 Aug: just this one.\n1. Acme: renews in 12 days" == answer.text


# --- which digest is meant ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said, kind, stretch", [
    ("给我一份日报", "daily", "today"), ("今天有什么要做的", "daily", "today"), ("上周我们组干得怎么样", "weekly", "last_week"),
    ("出个这周的销售小结", "weekly", "this_week"), ("发一下周报", "weekly", "this_week"), ("上个月小结", "weekly", "last_month"),
    ("月度小结发我", "weekly", "this_month"), ("来个季度回顾", "weekly", "this_quarter"), ("上季度总结", "weekly", "last_quarter"),
    ("send me the daily digest", "daily", "today"), ("weekly summary for my team please", "weekly", "this_week"),
    ("how did the team do last week", "weekly", "last_week"), ("this month in review please", "weekly", "this_month"),
    ("what needs my attention this week", "weekly", "this_week"), ("give me the morning briefing", "daily", "today"),
])  # fmt: skip
def test_words_say_which_days_are_meant(said: str, kind: str, stretch: str) -> None:
    """A day, a week, a month, a quarter; the running one unless the last is named."""
    meant = wanted(Turn(TurnId("t"), ThreadId("t"), speaker_of(LIN), said, Lang.ZH, NOW, "digest"), TODAY)

    assert (kind, stretch) == (meant.kind, meant.stretch)


def test_early_in_a_week_the_weekly_is_of_the_last_one() -> None:
    """On a Monday the week so far is nothing to look back on; what the clock sends on a Friday is of the week that ends."""
    turn = Turn(TurnId("t"), ThreadId("t"), speaker_of(LIN), "周报来一份", Lang.ZH, NOW, "digest")
    asked, sent = wanted(turn, date(2026, 8, 17)), [wanted(replace(turn, intent=WEEKLY), date(2026, 8, day)) for day in (17, 19, 21)]

    assert (DigestKind.WEEKLY, "last_week") == (asked.kind, asked.stretch)
    assert ["last_week", "last_week", "this_week"] == [one.stretch for one in sent]


@pytest.mark.parametrize("stretch, today, first, last", [
    ("last_week", "2026-01-01", "2025-12-22", "2025-12-28"), ("this_week", "2026-01-01", "2025-12-29", "2026-01-04"),
    ("this_month", "2028-02-29", "2028-02-01", "2028-02-29"), ("last_month", "2026-01-31", "2025-12-01", "2025-12-31"),
    ("last_quarter", "2026-01-15", "2025-10-01", "2025-12-31"), ("this_quarter", "2026-12-31", "2026-10-01", "2026-12-31"),
])  # fmt: skip
def test_stretches_are_those_of_the_calendar(stretch: str, today: str, first: str, last: str) -> None:
    """Whole weeks from Monday, whole months and quarters, over the ends of years."""
    found = days_of(stretch, date.fromisoformat(today))

    assert (date.fromisoformat(first), date.fromisoformat(last)) == found

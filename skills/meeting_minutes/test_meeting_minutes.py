"""What a meeting comes to: the account's troubles, tasks with their days, decisions, money, and what is not for many eyes."""

from collections.abc import Sequence
from datetime import date, datetime

import pytest

from bot.domain.dialogue import read_dialogue
from bot.errors import Upstream
from bot.reading.reader import RuleReader
from skills.meeting_minutes.batch import predict
from skills.meeting_minutes.due import dues
from skills.meeting_minutes.heard import meeting
from skills.meeting_minutes.meeting import Budget, Confidence, Minutes
from skills.meeting_minutes.minutes import minutes

HELD_AT = datetime.fromisoformat("2026-06-10T10:00:00+08:00")
"""A Wednesday."""
ZH = ("许越(我方销售)", "莫主任(北岭印务生产主任)")
EN = ("Iris (our AE)", "Joe Marsh (Elm Foods plant manager)")


class SilentEmbedder:
    """An embedder whose model does not answer, so that words alone decide."""

    name = "e5-small-q4"
    dimensions = 384

    async def query(self, _text: str) -> Sequence[float]:
        """Nothing."""
        raise Upstream("embedder", retry_after_s=0)

    async def passages(self, _texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """Nothing."""
        raise Upstream("embedder", retry_after_s=0)


async def _read(people: Sequence[str], *told: str) -> Minutes:
    turns = [(one.speaker, one.text) for one in read_dialogue("\n".join(told)).spoke]
    return await minutes(meeting(HELD_AT, "Asia/Shanghai", people, turns), RuleReader(), SilentEmbedder())


async def test_only_the_account_has_pains() -> None:
    """A worry that our side names and the account denies is none."""
    made = await _read(ZH, "许越: 换版是不是老出错", "莫主任: 没有 换版挺顺的", "莫主任: 就是纸张受潮 上个月报废了三吨")

    assert [("就是纸张受潮 上个月报废了三吨", "莫主任", Confidence.HIGH)] == [
        (one.quote.text, one.quote.speaker, one.confidence) for one in made.pains
    ]


async def test_an_answer_about_a_pain_is_no_pain_of_its_own() -> None:
    """How often, how much: it goes with what was asked about, and its figure makes it sure."""
    told = ("Joe Marsh: the ovens keep failing at night", "Iris: how often", "Joe Marsh: twice a week and we lose a batch")
    made = await _read(EN, *told)

    assert (1, Confidence.HIGH) == (len(made.pains), made.pains[0].confidence)


@pytest.mark.parametrize(
    "people, told",
    [
        (ZH, ["许越: 今天聊聊", "莫主任: 色差老是对不上 客户退了两次货", "许越: 我明天把色卡发您", "莫主任: 行"]),
        (EN, ["Joe Marsh: well, the old scales are wrong; we throw away a lot", "Iris: ill send you the spec by friday", "Joe Marsh: ok"]),
    ],
)
async def test_every_quote_was_said(people: Sequence[str], told: Sequence[str]) -> None:
    """Verbatim, in one turn of the speaker it names."""
    made = await _read(people, *told)
    said = [line.split(": ", 1) for line in told]

    quotes = [*(one.quote for one in made.pains), *(one.quote for one in made.decisions), *(one.quote for one in made.actions)]
    assert (True, True) == (bool(quotes), all(one.text in said[one.place][1] and one.speaker == said[one.place][0] for one in quotes))


async def test_a_request_taken_on_is_one_task() -> None:
    """What is to be done stands in the request, who does it in the answer, and by when in either."""
    made = await _read(EN, "Joe Marsh: can you send the test certificate by friday", "Iris: sure will do")

    assert [("Iris", date(2026, 6, 12))] == [(one.owner, one.due_date) for one in made.actions]


async def test_a_request_nobody_takes_on_is_no_task() -> None:
    """Only what was taken on is promised."""
    made = await _read(EN, "Joe Marsh: can you send the test certificate", "Iris: lets come to the layout first")

    assert () == made.actions


async def test_both_sides_promise() -> None:
    """The account's own tasks are kept like ours, each with its owner and day."""
    made = await _read(ZH, "许越: 我下周三之前出一份排版方案", "莫主任: 好 我把机台清单明天发你")

    assert [("许越", date(2026, 6, 17)), ("莫主任", date(2026, 6, 11))] == [(one.owner, one.due_date) for one in made.actions]


async def test_two_days_in_one_promise_are_two_tasks() -> None:
    """Each with its own day."""
    made = await _read(EN, "Iris: i will send the quote by friday and the drawings next tuesday", "Joe Marsh: thanks")

    assert [date(2026, 6, 12), date(2026, 6, 16)] == [one.due_date for one in made.actions]


@pytest.mark.parametrize(
    "told, status",
    [
        ("预算已经批了 五十万", Budget.APPROVED),
        ("预算报上去了 还没批", Budget.PENDING),
        ("今年没有预算", Budget.NONE),
        ("预算冻结了", Budget.FROZEN),
        ("the budget has been approved", Budget.APPROVED),
        ("the budget is still with the finance committee", Budget.PENDING),
        ("we have no budget for this", Budget.NONE),
        ("all spending is frozen so no money now", Budget.FROZEN),
    ],
)
async def test_how_far_the_money_is(told: str, status: Budget) -> None:
    """As the account tells it."""
    people, speaker = (EN, "Joe Marsh") if told.isascii() else (ZH, "莫主任")
    made = await _read(people, f"{people[0].split('(')[0].strip()}: ok", f"{speaker}: {told}")

    assert made.budget is not None
    assert status is made.budget.status


async def test_the_time_to_decide_is_not_a_delivery_day() -> None:
    """Of several days the one counts by which they decide."""
    made = await _read(ZH, "许越: 样品我周五送到", "莫主任: 行 七月底之前要定下来 不然赶不上明年的教材")

    assert made.window is not None
    assert date(2026, 7, 31) == made.window.by_date


async def test_an_offer_is_settled_when_it_is_taken() -> None:
    """A yes with a but is none."""
    taken = await _read(ZH, "许越: 那咱们先上一号机", "莫主任: 行 先上一号机")
    doubted = await _read(ZH, "许越: 那咱们先上一号机", "莫主任: 可以 不过得看老板")

    assert (1, 0) == (len(taken.decisions), len(doubted.decisions))


async def test_what_is_said_in_confidence_is_marked() -> None:
    """It is quoted apart, so that it can be left out of what is passed round."""
    made = await _read(EN, "Iris: who else is involved", "Joe Marsh: off the record my boss is leaving in july")

    assert ["off the record my boss is leaving in july"] == [one.text for one in made.sensitive]


async def test_a_question_that_was_put_off_stays_open() -> None:
    """So does one that nobody answered."""
    made = await _read(ZH, "许越: 二期您打算放在哪个厂", "莫主任: 还没想好")

    assert ["二期您打算放在哪个厂"] == [one.text for one in made.open_questions]


@pytest.mark.parametrize(
    "told, day",
    [
        ("by the fifteenth", date(2026, 6, 15)),
        ("by the third", date(2026, 7, 3)),
        ("on the second of september", date(2026, 9, 2)),
        ("by monday", date(2026, 6, 15)),
        ("two weeks from today", date(2026, 6, 24)),
        ("in a fortnight", date(2026, 6, 24)),
        ("early march", date(2027, 3, 10)),
        ("end of day", date(2026, 6, 10)),
        ("周一给您", date(2026, 6, 15)),
        ("三月份定", date(2027, 3, 31)),
        ("年前定", date(2026, 12, 31)),
        ("国庆前", date(2026, 9, 30)),
        ("三号给您", date(2026, 7, 3)),
        ("七月中旬", date(2026, 7, 20)),
        ("今天下班前", date(2026, 6, 10)),
    ],
)
async def test_days_look_ahead(told: str, day: date) -> None:
    """What is promised for a Monday is promised for the next one."""
    found = await dues(told, meeting(HELD_AT, "Asia/Shanghai", ZH, [("许越", told)]), RuleReader())

    assert [day] == [one.day for one in found]


@pytest.mark.parametrize("told", ["去年三月出过事", "last month it failed", "上周五停了"])
async def test_days_behind_are_none(told: str) -> None:
    """Nothing is due in the past."""
    assert () == await dues(told, meeting(HELD_AT, "Asia/Shanghai", ZH, [("许越", told)]), RuleReader())


async def test_a_line_of_a_batch_without_anything_said_is_empty() -> None:
    """No part is invented."""
    line = {"id": "m", "held_at": HELD_AT.isoformat(), "tz": "Asia/Shanghai", "participants": list(ZH), "turns": []}

    found = await predict(line, {}, reader=RuleReader(), embedder=SilentEmbedder())

    assert ({"m"}, True) == ({found["id"]}, not any(told for key, told in found.items() if key != "id"))

"""Figures, amounts and days are read as people mean them, in both languages, with the words they came from."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.found import Bound, Reading, Words
from bot.reading.days import days
from bot.reading.figures import figures
from bot.reading.reader import SHORT, RuleReader, read

TODAY = date(2026, 8, 4)  # a Tuesday


@pytest.mark.parametrize(
    "said,value,currency",
    [
        ("50万", 500_000, None), ("八十万元", 800_000, "CNY"), ("¥80万", 800_000, "CNY"), ("一百二十万", 1_200_000, None),
        ("18万8", 188_000, None), ("一亿两千万", 120_000_000, None), ("两万三", 23_000, None), ("12万美金", 120_000, "USD"),
        ("100万欧元", 1_000_000, "EUR"), ("50w", 500_000, None), ("$500k", 500_000, "USD"), ("1.2M", 1_200_000, None),
        ("1,200,000 USD", 1_200_000, "USD"), ("500 thousand euros", 500_000, "EUR"), ("€2.5 million", 2_500_000, "EUR"),
        ("３百万", 3_000_000, None),
    ],
)  # fmt: skip
def test_amounts_are_read_with_their_currency(said: str, value: float, currency: str | None) -> None:
    """Sales speech drops the 元: a figure with 万, k or m and no measure word is money."""
    money, _ = figures(f"客户说{said}左右")

    assert [(said, value, currency)] == [(one.words.text, one.value, one.currency) for one in money]


@pytest.mark.parametrize(
    "said,value,unit",
    [("两百台", 200, "台"), ("30 days", 30, "days"), ("20%", 20, "%"), ("百分之二十", 20, "%"), ("三千五", 3500, "")],
)
def test_other_figures_keep_their_measure(said: str, value: float, unit: str) -> None:
    """A figure with a measure word is a number of those, not money."""
    money, numbers = figures(said)

    assert ((), [(value, unit)]) == (money, [(one.value, one.unit) for one in numbers])


@pytest.mark.parametrize("said", ["S3", "P1的工单", "AGV-300", "三一重工", "一下", "Q3"])
def test_figures_inside_names_are_none(said: str) -> None:
    """Products, severities and firms carry figures that count nothing."""
    assert ((), ()) == figures(said)


@pytest.mark.parametrize(
    "said,first,last",
    [
        ("本季度", "2026-07-01", "2026-09-30"), ("上个月", "2026-07-01", "2026-07-31"), ("上上个月", "2026-06-01", "2026-06-30"),
        ("最近30天", "2026-07-05", "2026-08-04"), ("last 90 days", "2026-05-06", "2026-08-04"), ("Q3", "2026-07-01", "2026-09-30"),
        ("去年四季度", "2025-10-01", "2025-12-31"), ("2025年Q2", "2025-04-01", "2025-06-30"), ("下半年", "2026-07-01", "2026-12-31"),
        ("上周", "2026-07-27", "2026-08-02"), ("this week", "2026-08-03", "2026-08-09"), ("下周三", "2026-08-12", "2026-08-12"),
        ("next Tuesday", "2026-08-11", "2026-08-11"), ("上周五", "2026-07-31", "2026-07-31"), ("前天", "2026-08-02", "2026-08-02"),
        ("3月到5月", "2026-03-01", "2026-05-31"), ("between March and May", "2026-03-01", "2026-05-31"),
        ("from 1 March to 15 April", "2026-03-01", "2026-04-15"), ("15 October", "2026-10-15", "2026-10-15"),
        ("October 15th, 2027", "2027-10-15", "2027-10-15"), ("今年以来", "2026-01-01", "2026-08-04"), ("YTD", "2026-01-01", "2026-08-04"),
        ("月底", "2026-08-31", "2026-08-31"), ("下个季度末", "2026-12-31", "2026-12-31"), ("EOQ", "2026-09-30", "2026-09-30"),
        ("未来两周", "2026-08-04", "2026-08-18"), ("in the next two weeks", "2026-08-04", "2026-08-18"),
        ("2 weeks ago", "2026-07-21", "2026-07-21"),
        ("国庆", "2026-10-01", "2026-10-07"), ("春节", "2027-02-05", "2027-02-12"), ("这个quarter", "2026-07-01", "2026-09-30"),
    ],
)  # fmt: skip
def test_days_are_read_from_today(said: str, first: str, last: str) -> None:
    """Weeks run from Monday to Sunday, a named unit is the whole unit, the last N days end today."""
    found = days(said, TODAY)

    assert [(first, last, Bound.WITHIN)] == [(one.first.isoformat(), one.last.isoformat(), one.bound) for one in found]


@pytest.mark.parametrize(
    "said,bound,day",
    [
        ("国庆前", Bound.BEFORE, "2026-10-01"), ("before Christmas", Bound.BEFORE, "2026-12-25"),
        ("8月15号之前", Bound.BEFORE, "2026-08-15"),
        ("年底前", Bound.BY, "2026-12-31"), ("before the end of next month", Bound.BY, "2026-09-30"), ("by Friday", Bound.BY, "2026-08-07"),
        ("since Monday", Bound.FROM, "2026-08-03"), ("7月以来", Bound.FROM, "2026-07-01"), ("after 1 Nov", Bound.AFTER, "2026-11-01"),
        ("五一之后", Bound.AFTER, "2027-05-01"),
    ],
)  # fmt: skip
def test_days_may_be_looked_at_from_one_side(said: str, bound: Bound, day: str) -> None:
    """Before a day leaves it out, by a day takes it in, and what ends a stretch is taken in by "before" too."""
    (found,) = days(said, TODAY)

    assert (said, bound, day) == (found.words.text, found.bound, found.first.isoformat())


@pytest.mark.parametrize("said", ["may I see it", "overdue by 30 days", "单号", "前五", "3个月没联系"])
def test_what_only_looks_like_days_is_left_alone(said: str) -> None:
    """A modal verb, a length of time, a rank."""
    assert () == days(said, TODAY)


@pytest.mark.parametrize("starts,first,last", [((4, 1), "2026-04-01", "2027-03-31"), ((10, 1), "2025-10-01", "2026-09-30")])
def test_a_fiscal_year_starts_where_the_firm_says(starts: tuple[int, int], first: str, last: str) -> None:
    """This fiscal year is the one that today lies in; a plain year stays the calendar's."""
    found = days("this fiscal year, and this year", TODAY, starts)

    assert [(first, last), ("2026-01-01", "2026-12-31")] == [(one.first.isoformat(), one.last.isoformat()) for one in found]


def test_a_figure_in_a_date_is_no_figure() -> None:
    """最近30天 is days and nothing else, 50万 beside it is an amount."""
    found = read("最近30天超过50万的单子有3个", TODAY)

    assert ["最近30天", "50万", "3个"] == [one.text for one in _words(found)]


async def test_today_is_the_day_of_the_person() -> None:
    """At 17:00 UTC it is tomorrow in Shanghai."""
    found = await RuleReader().read("昨天", said_at=datetime(2026, 8, 4, 17, tzinfo=UTC), zone="Asia/Shanghai")

    assert [date(2026, 8, 4)] == [one.first for one in found.days]


async def test_a_long_text_is_read_elsewhere() -> None:
    """Reading is pure, so a pool may do it and nothing changes."""
    text = "上个月谈了80万。" * SHORT
    with ThreadPoolExecutor(1) as pool:
        found = await RuleReader(pool=pool).read(text, said_at=datetime(2026, 8, 4, tzinfo=UTC), zone="UTC")

    assert read(text, TODAY) == found


@given(st.text(alphabet="0123456789一二三十百千万亿两半个月季度年周天日前后内上下本这最近到Q-/.%$¥km laststhinexdyfroQ", max_size=24))
def test_every_find_stands_verbatim_in_the_text(text: str) -> None:
    """Whatever is said, nothing breaks, and each find is the words at its place."""
    found = read(text, TODAY)

    for one in _words(found):
        assert text[one.start : one.end] == one.text


def _words(found: Reading) -> list[Words]:
    return [*(one.words for one in found.days), *(one.words for one in found.money), *(one.words for one in found.numbers)]

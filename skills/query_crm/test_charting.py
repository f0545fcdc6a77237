"""A chart is made where people would rather look than read, of figures that were found, and of nothing else."""

from dataclasses import replace

import pytest

from bot.domain.chart import Chart, ChartKind, Series
from bot.domain.query import Aggregate, Dir, Figure, Filter, Fn, Found, Op, Query, Sort
from skills.query_crm.charting import charted

WON = Query("opportunity", aggregate=Aggregate(Fn.SUM, "amount"))


def _found(group_by: str, *figures: tuple[str | None, str | None, float], query: Query = WON) -> Found:
    made = tuple(Figure(group, currency, value, 1) for group, currency, value in figures)
    return Found(replace(query, group_by=group_by), 9, (), made)


def _drawn(found: Found) -> Chart | None:
    return charted(found, "title", "read", lambda group: group or "-", lambda key, **facts: f"{key}{facts.get('count', '')}")


def _kind(found: Found) -> ChartKind | None:
    chart = _drawn(found)
    return chart.kind if chart else None


def test_months_are_a_trend_without_gaps() -> None:
    """A month in which nothing was won is a zero; what has no day is not drawn."""
    chart = _drawn(_found("close_date.month", ("2025-11", "CNY", 5.0), ("2026-02", "CNY", 7.0), (None, "CNY", 1.0)))

    expected = Chart(ChartKind.TREND, "title", ("2025-11", "2025-12", "2026-01", "2026-02"), (Series("CNY", (5.0, 0.0, 0.0, 7.0), "CNY"),),
                     note="read")  # fmt: skip
    assert expected == chart


def test_a_month_without_an_average_is_a_gap() -> None:
    """Nothing is not zero, where figures are not added up."""
    averages = replace(WON, aggregate=Aggregate(Fn.AVG, "amount"))
    chart = _drawn(_found("close_date.quarter", ("2025-Q4", "CNY", 5.0), ("2026-Q2", "CNY", 7.0), query=averages))

    assert chart is not None
    assert ((("2025-Q4", "2026-Q1", "2026-Q2")), (5.0, None, 7.0)) == (chart.labels, chart.series[0].values)


def test_of_too_many_months_the_latest_are_drawn_and_it_says_so() -> None:
    """Twenty-four fit."""
    chart = _drawn(_found("close_date.month", ("2020-01", "CNY", 1.0), ("2026-03", "CNY", 2.0)))

    assert chart is not None
    assert ("2024-04", "2026-03", 24, "readdotchart_latest24") == (chart.labels[0], chart.labels[-1], len(chart.labels), chart.note)


def test_open_stages_are_a_funnel_and_lost_ones_are_not() -> None:
    """What was lost narrows nothing: then the stages stand side by side."""
    stages = [("qualify", "CNY", 9.0), ("proposal", "CNY", 5.0)]

    assert (ChartKind.FUNNEL, ChartKind.SHARE) == (
        _kind(_found("stage", *stages)), _kind(_found("stage", *stages, ("lost", "CNY", 3.0))),
    )  # fmt: skip


ASKED = {
    "of all parts": (WON, ChartKind.SHARE),
    "averages": (replace(WON, aggregate=Aggregate(Fn.AVG, "amount")), ChartKind.BARS),
    "first ones only": (replace(WON, limit=2, sort=Sort("amount", Dir.DESC)), ChartKind.BARS),
    "chosen by name": (replace(WON, filters=(Filter("owner", Op.IN, ("a", "b")),)), ChartKind.BARS),
}


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_parts_of_a_whole_are_shares_and_others_are_not(asked: str) -> None:
    """Averages have no whole; neither has a choice of groups."""
    query, kind = ASKED[asked]

    assert kind == _kind(_found("owner", ("b", "CNY", 2.0), ("a", "CNY", 5.0), query=query))


def test_groups_without_an_order_go_by_weight_and_those_with_one_keep_it() -> None:
    """The greatest first, what is not filled in last; tiers from A on."""
    people = _drawn(_found("owner", ("a", "CNY", 2.0), (None, "CNY", 9.0), ("b", "CNY", 5.0)))
    tiers = _drawn(_found("account.tier", ("A", "CNY", 2.0), ("B", "CNY", 9.0)))

    assert people is not None
    assert tiers is not None
    assert (("b", "a", "-"), ("A", "B")) == (people.labels, tiers.labels)


def test_each_currency_is_a_series_of_its_own() -> None:
    """Amounts in several currencies are never added up."""
    chart = _drawn(_found("close_date.month", ("2026-01", "CNY", 5.0), ("2026-02", "EUR", 7.0)))

    assert chart is not None
    assert (Series("CNY", (5.0, 0.0), "CNY"), Series("EUR", (0.0, 7.0), "EUR")) == chart.series


def test_what_a_word_says_better_is_not_drawn() -> None:
    """One group; days instead of figures; a figure without groups; more currencies than fit."""
    many = [("a", currency, 1.0) for currency in ("CNY", "USD", "EUR", "GBP", "JPY", "CHF")]
    days = Found(replace(WON, group_by="owner"), 2, (), (Figure("a", None, "2026-01-01", 1), Figure("b", None, "2026-01-02", 1)))

    assert [None] * 4 == [
        _drawn(one) for one in (_found("owner", ("a", "CNY", 1.0)), days, Found(WON, 1, (), (Figure(None, "CNY", 1.0, 1),)),
                                _found("owner", *many, ("b", "CNY", 1.0)))
    ]  # fmt: skip

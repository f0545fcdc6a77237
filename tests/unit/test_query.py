"""A typed query travels as JSON and is checked against the schema before anybody asks it."""

from datetime import date
from typing import Any

import pytest

from bot.domain.entities import SCHEMA
from bot.domain.query import Aggregate, Dir, Filter, Fn, Op, Period, Query, Sort, faults, from_json, to_json

WON = Query(
    "opportunity",
    (Filter("stage", Op.IN, ("won", "lost")), Filter("account.region", Op.EQ, "emea"), Filter("amount", Op.GT, 500_000)),
    group_by="owner",
    aggregate=Aggregate(Fn.SUM, "amount"),
    sort=Sort("amount", Dir.DESC),
    limit=5,
    period=Period("close_date", date(2026, 7, 1), date(2026, 9, 30)),
)


def test_a_query_comes_back_from_json_as_it_was() -> None:
    """What the outside sees says all of it."""
    assert WON == from_json(to_json(WON))


@pytest.mark.parametrize(
    "raw",
    [
        {}, {"entity": "order", "limit": "5"}, {"entity": "order", "limit": True}, {"entity": "order", "filters": [{"field": "status"}]},
        {"entity": "order", "filters": [{"field": "status", "op": "like", "value": "x"}]}, {"entity": "order", "filters": "x"},
        {"entity": "order", "period": {"field": "order_date", "from": "now", "to": "2026-01-01"}}, {"entity": "order", "sort": "amount"},
        {"entity": "order", "filters": [{"field": "status", "op": "eq", "value": {"a": 1}}]},
    ],
)  # fmt: skip
def test_what_is_no_query_is_refused(raw: dict[str, Any]) -> None:
    """Whoever fills the JSON, only a query comes out of it."""
    with pytest.raises(ValueError, match=r".+"):
        from_json(raw)


def test_a_query_that_the_schema_knows_has_no_faults() -> None:
    """Paths through accounts and owners, groups by month, days on a date field."""
    monthly = Query("opportunity", group_by="close_date.month", aggregate=Aggregate(Fn.COUNT), sort=Sort("count"))

    assert ([], []) == (list(faults(WON, SCHEMA)), list(faults(monthly, SCHEMA)))


@pytest.mark.parametrize(
    "wrong",
    [
        Query("records"),
        Query("opportunity", (Filter("body", Op.EQ, "x"),)),
        Query("opportunity", (Filter("account.secret", Op.EQ, "x"),)),
        Query("opportunity", (Filter("stage", Op.EQ, "winning"),)),
        Query("opportunity", (Filter("stage", Op.GT, "won"),)),
        Query("opportunity", (Filter("amount", Op.EQ, "much"),)),
        Query("opportunity", (Filter("close_date", Op.LT, "soon"),)),
        Query("opportunity", (Filter("stage", Op.IN, ()),)),
        Query("opportunity", (Filter("stage", Op.IS_NULL, "won"),)),
        Query("opportunity", group_by="stage"),
        Query("opportunity", group_by="stage.month", aggregate=Aggregate(Fn.COUNT)),
        Query("opportunity", aggregate=Aggregate(Fn.SUM, "stage")),
        Query("opportunity", aggregate=Aggregate(Fn.COUNT, "amount")),
        Query("opportunity", sort=Sort("amount; DROP TABLE records")),
        Query("opportunity", limit=0),
        Query("opportunity", limit=100_000),
        Query("opportunity", period=Period("stage", date(2026, 1, 1), date(2026, 2, 1))),
        Query("opportunity", period=Period("close_date", date(2026, 3, 1), date(2026, 2, 1))),
        Query("opportunity", group_by="stage", aggregate=Aggregate(Fn.SUM, "amount"), sort=Sort("probability")),
    ],
)
def test_a_query_that_the_schema_does_not_know_has_faults(wrong: Query) -> None:
    """A field, a value or a shape that does not exist is found before it reaches the store."""
    assert faults(wrong, SCHEMA)

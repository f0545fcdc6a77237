"""What `RecordQueries` promises, on the store and on the fake; and that the two never differ, whatever is kept and asked."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.entities import SCHEMA
from bot.domain.ids import RecordId, UserId
from bot.domain.people import Role, User
from bot.domain.query import ME, MY_TEAM, Aggregate, Dir, Filter, Fn, Found, Op, Period, Query, Sort, faults
from bot.domain.records import Cause, Import
from bot.domain.scope import Reach, Scope
from bot.errors import NotAllowed
from bot.ports import RecordQueries
from bot.store.queries import SqliteQueries
from tests.contracts.house import Stores
from tests.fakes.queries import HeldRecords

LIN, WU, MAYA = (
    User(UserId(name), name.title(), f"{name}@example.com", Role.REP, team, "Asia/Shanghai")
    for name, team in (("lin", "east"), ("wu", "east"), ("maya", "emea"))
)
PEOPLE = (LIN, WU, MAYA)
ALL = Scope(LIN.id, LIN.team, LIN.zone)
OWN, TEAM = replace(ALL, other=Reach.OWN), replace(ALL, other=Reach.TEAM)
REGION = replace(ALL, other=Reach.REGION, regions=("emea",))
HIDDEN = {"opportunity": frozenset({"amount", "competitor", "owner"}), "account": frozenset({"nps"})}
BLIND = replace(TEAM, hidden=HIDDEN, shown={"touchpoint": frozenset({"account", "kind"})})
Fields = Mapping[str, Any]
Keep = Callable[[Sequence[Import]], RecordQueries]


def _account(name: str, owner: User, **fields: object) -> Import:
    return Import(RecordId(name), "account", {"name": name, "owner": owner.id, "owner_name": owner.name, "currency": "CNY", **fields})


def _deal(number: int, account: Import, **fields: object) -> Import:
    base = {"name": f"deal {number}", "account": account.id, "account_name": account.fields["name"], "owner": account.fields["owner"],
            "owner_name": account.fields["owner_name"], "stage": "won", "amount": 100 * number, "currency": "CNY",
            "close_date": f"2026-0{number}-15"}  # fmt: skip
    return Import(RecordId(f"deal-{number}"), "opportunity", {**base, **fields})


HAILAN = _account("海蓝科技", LIN, short_name="海蓝", aliases="海蓝股份、Hailan", region="east_china", tier="A", nps=20)
NORVIK = _account("Norvik", MAYA, short_name="Norvik", region="emea", tier="B", nps=None, currency="EUR")
HAISHAN = _account("海山泵业", WU, short_name="海山", aliases="海蓝", region="east_china", tier="B", nps=-5)
DEALS = (
    _deal(1, HAILAN), _deal(2, HAILAN, stage="lost", competitor="Kestrel"), _deal(3, NORVIK, currency="EUR"),
    _deal(4, HAISHAN, stage="proposal", amount=None), _deal(5, HAISHAN, owner=MAYA.id, owner_name=MAYA.name),
)  # fmt: skip
CALLS = (
    Import(RecordId("call-1"), "touchpoint", {"account": HAILAN.id, "account_name": "海蓝科技", "owner": LIN.id, "kind": "call",
                                              "happened_at": "2026-06-30T16:30:00+00:00", "note": "100%_sure"}),
    Import(RecordId("call-2"), "touchpoint", {"account": NORVIK.id, "account_name": "Norvik", "owner": MAYA.id, "kind": "visit",
                                              "happened_at": "2026-06-30T15:30:00.000001+00:00", "note": "sure"}),
)  # fmt: skip
BOOK = (HAILAN, NORVIK, HAISHAN, *DEALS, *CALLS)


@pytest.fixture(params=["sqlite", "fake"])
def keep(request: pytest.FixtureRequest, stores: Stores) -> Keep:
    """Keeps records of a house, and hands over what answers about them."""
    if request.param == "fake":
        return lambda records: HeldRecords(records, PEOPLE)

    def kept(records: Sequence[Import]) -> RecordQueries:
        queries = SqliteQueries(stores.database, SCHEMA)
        asyncio.run(_fill(stores, records))
        return queries

    return kept


async def _fill(stores: Stores, records: Sequence[Import]) -> None:
    await stores.users.seed(PEOPLE)
    await stores.records.put_many(records, cause=Cause("system"))


def _ask(queries: RecordQueries, query: Query, scope: Scope = ALL) -> Found:
    return asyncio.run(queries.within(scope).ask(query))


def _told(queries: RecordQueries, query: Query, scope: Scope) -> Found | None:
    """What is found; None when it is refused for a hidden field."""
    try:
        return _ask(queries, query, scope)
    except NotAllowed:
        return None


def _ids(found: Found) -> list[str]:
    return [row.id for row in found.rows]


@pytest.mark.parametrize(
    "condition,expected",
    [
        (Filter("stage", Op.EQ, "won"), [5, 3, 1]),
        (Filter("stage", Op.NEQ, "won"), [4, 2]),
        (Filter("stage", Op.IN, ("lost", "proposal")), [4, 2]),
        (Filter("competitor", Op.EQ, "KESTREL"), [2]),
        (Filter("competitor", Op.NEQ, "Kestrel"), [5, 4, 3, 1]),
        (Filter("competitor", Op.CONTAINS, "kes"), [2]),
        (Filter("competitor", Op.IS_NULL), [5, 4, 3, 1]),
        (Filter("amount", Op.NOT_NULL), [5, 3, 2, 1]),
        (Filter("amount", Op.GTE, 300), [5, 3]),
        (Filter("account", Op.EQ, "norvik"), [3]),
        (Filter("account", Op.EQ, HAILAN.id), [2, 1]),
        (Filter("account.region", Op.EQ, "east_china"), [5, 4, 2, 1]),
        (Filter("account.owner", Op.EQ, ME), [2, 1]),
        (Filter("owner", Op.EQ, "Maya"), [5, 3]),
        (Filter("owner.team", Op.EQ, MY_TEAM), [4, 2, 1]),
        (Filter("close_date", Op.LTE, "2026-02-15"), [2, 1]),
    ],
)
def test_conditions_narrow(keep: Keep, condition: Filter, expected: list[int]) -> None:
    """Newest first, whatever the condition reaches through."""
    found = _ask(keep(BOOK), Query("opportunity", (condition,)))

    assert ([f"deal-{number}" for number in expected], len(expected)) == (_ids(found), found.total)


def test_money_is_never_summed_over_currencies(keep: Keep) -> None:
    """One figure a currency, and those without an amount are not counted among them."""
    found = _ask(keep(BOOK), Query("opportunity", aggregate=Aggregate(Fn.SUM, "amount")))

    assert ([("CNY", 800, 3), ("EUR", 300, 1)], 5) == (
        [(one.currency, one.value, one.count) for one in found.figures], found.total
    )  # fmt: skip


def test_groups_are_ranked_by_what_was_worked_out(keep: Keep) -> None:
    """Readable names, the best first, no more than were asked for."""
    query = Query("opportunity", group_by="account", aggregate=Aggregate(Fn.COUNT), sort=Sort("count", Dir.DESC), limit=2)

    assert [("海山泵业", 2), ("海蓝科技", 2)] == [(one.group, one.value) for one in _ask(keep(BOOK), query).figures]


def test_nothing_counted_is_nought(keep: Keep) -> None:
    """No record is an answer."""
    found = _ask(keep(BOOK), Query("ticket", aggregate=Aggregate(Fn.COUNT)))

    assert [0] == [one.value for one in found.figures]


def test_a_day_is_the_asking_persons(keep: Keep) -> None:
    """Half past midnight on 1 July in Shanghai is still 30 June in UTC."""
    july = Query("touchpoint", period=Period("happened_at", date(2026, 7, 1), date(2026, 7, 31)))
    by_month = Query("touchpoint", group_by="happened_at.month", aggregate=Aggregate(Fn.COUNT))
    queries = keep(BOOK)

    assert (["call-1"], {"2026-06": 1, "2026-07": 1}) == (
        _ids(_ask(queries, july)), {one.group: one.value for one in _ask(queries, by_month).figures}
    )  # fmt: skip


def test_a_limit_shortens_rows_and_not_the_total(keep: Keep) -> None:
    """Top two of five."""
    found = _ask(keep(BOOK), Query("opportunity", sort=Sort("amount", Dir.DESC), limit=2))

    assert (["deal-5", "deal-3"], 5) == (_ids(found), found.total)


@pytest.mark.parametrize("words", ["%", "_", "@", "100%_", "x' OR 1=1 --"])
def test_signs_of_patterns_mean_themselves(keep: Keep, words: str) -> None:
    """What a person types is a value, never a pattern and never SQL."""
    expected = [one.id for one in CALLS if words in one.fields["note"]]  # type: ignore[operator] # a note is text

    assert expected == _ids(_ask(keep(BOOK), Query("touchpoint", (Filter("note", Op.CONTAINS, words),))))


HOSTILE = [
    f"{before}{payload}{after}"
    for before in ("", "海蓝", "x'", 'x"', "x')", "$me", "\\", "%", "1", "\x00")
    for payload in (
        "' OR '1'='1", "; DROP TABLE records; --", "' UNION SELECT body FROM records --", '") OR 1=1 --', "'; DELETE FROM records --",
        "' OR lower(name) LIKE '%", ":v0", "?1", "json_extract(body,'$.amount')", "r.id", "/* */ OR TRUE", "|| (SELECT 1) ||",
    )
    for after in ("", " --", "'", ";")
]  # fmt: skip


async def test_hostile_names_and_values_change_and_tell_nothing(stores: Stores) -> None:
    """Hundreds of words that would be SQL if anything let them: no row is found by them, and none is changed."""
    await _fill(stores, BOOK)
    seen = SqliteQueries(stores.database, SCHEMA).within(TEAM)
    told = 0
    for words in HOSTILE:
        conditions = Filter("account", Op.EQ, words), Filter("name", Op.CONTAINS, words), Filter("owner.team", Op.IN, (words, "nobody"))
        for condition in conditions:
            told += (await seen.ask(Query("opportunity", (condition,)))).total
        told += sum(name.words.text != "海蓝" for name in await seen.spot(words))

    assert (480, 0) == (len(HOSTILE), told)
    assert [one.fields for one in BOOK] == [getattr(await stores.records.record(one.id), "fields", None) for one in BOOK]


@pytest.mark.parametrize(
    "scope,expected",
    [(ALL, [5, 4, 3, 2, 1]), (REGION, [5, 4, 3, 2, 1]), (TEAM, [5, 4, 2, 1]), (OWN, [2, 1]), (replace(ALL, other=Reach.NONE), [])],
)
def test_nobody_sees_beyond_their_scope(keep: Keep, scope: Scope, expected: list[int]) -> None:
    """Own records and those of own accounts; the team's the same for all in it."""
    found = _ask(keep(BOOK), Query("opportunity"), scope)

    assert ([f"deal-{number}" for number in expected], len(expected)) == (_ids(found), found.total)


def test_what_is_out_of_sight_tells_nothing_through_a_join(keep: Keep) -> None:
    """Who may not see an account cannot find its deals by its region."""
    blind = replace(ALL, reach={"account": Reach.NONE})

    assert 0 == _ask(keep(BOOK), Query("opportunity", (Filter("account.region", Op.EQ, "emea"),)), blind).total


@pytest.mark.parametrize(
    "query",
    [
        Query("opportunity", (Filter("amount", Op.GT, 1),)),
        Query("opportunity", sort=Sort("amount")),
        Query("opportunity", aggregate=Aggregate(Fn.SUM, "amount")),
        Query("touchpoint", (Filter("opportunity.amount", Op.GT, 1),)),
    ],
)
def test_a_hidden_field_can_neither_be_seen_nor_asked_by(keep: Keep, query: Query) -> None:
    """Nor guessed at by filtering, sorting or adding up."""
    queries, scope = keep(BOOK), replace(ALL, hidden={"opportunity": frozenset({"amount"})})

    with pytest.raises(NotAllowed):
        _ask(queries, query, scope)

    assert all("amount" not in row.fields for row in _ask(queries, Query("opportunity"), scope).rows)


def test_a_query_that_the_schema_does_not_know_is_refused(keep: Keep) -> None:
    """Names of columns come from the schema or from nowhere."""
    with pytest.raises(ValueError, match="body"):
        _ask(keep(BOOK), Query("opportunity", (Filter("body", Op.EQ, "x"),)))


def test_names_are_found_in_a_sentence(keep: Keep) -> None:
    """By name, short name, alias; the longest; several where it is ambiguous; only those in the scope."""
    queries = keep(BOOK)

    def spotted(text: str, scope: Scope = ALL) -> list[tuple[str, set[str]]]:
        found = asyncio.run(queries.within(scope).spot(text))
        return [(name.words.text, {known.name for known in name.meant}) for name in found]

    assert [
        [("海蓝科技", {"海蓝科技"}), ("NORVIK", {"Norvik"})],
        [("海蓝", {"海蓝科技", "海山泵业"})],
        [("海蓝", {"海蓝科技"})],
        [("Lin", {"Lin"})],
        [],
    ] == [
        spotted("海蓝科技和NORVIK的单子"), spotted("海蓝还有几单"), spotted("海蓝还有几单", OWN), spotted("deals of Lin"),
        spotted("Norviks pipeline, linear"),
    ]  # fmt: skip


def test_what_was_talked_about_is_called_by_its_name_where_it_is_seen(keep: Keep) -> None:
    """By entity and id; what is out of sight, or was never there, has no name."""
    records = keep((HAILAN, NORVIK, *DEALS))
    asked = {"account": NORVIK.id, "opportunity": DEALS[0].id, "contact": RecordId("nobody")}

    everything, theirs = ({one.name for one in asyncio.run(records.within(scope).called(asked))} for scope in (ALL, OWN))

    assert ({"Norvik", "deal 1"}, {"deal 1"}) == (everything, theirs)


async def test_what_is_changed_archived_or_erased_is_asked_as_it_stands(stores: Stores) -> None:
    """The flat tables follow every write, and an erased record is in none of them."""
    queries = SqliteQueries(stores.database, SCHEMA).within(ALL)
    await _fill(stores, BOOK)
    await stores.records.put("opportunity", {"stage": "lost"}, cause=Cause("lin"), record_id=RecordId("deal-1"))
    await stores.records.archive(RecordId("deal-3"), cause=Cause("lin"))
    await stores.records.erase(HAILAN.id, cause=Cause("lin"))

    found = await queries.ask(Query("opportunity", (Filter("stage", Op.EQ, "won"),)))

    assert (["deal-5"], []) == (_ids(found), list(await queries.spot("Hailan")))


async def test_a_changed_schema_makes_the_flat_tables_anew(stores: Stores) -> None:
    """What was kept before a field was known can be asked by it; what fits is left alone."""
    small = replace(SCHEMA, entities=tuple(
        replace(one, fields=tuple(each for each in one.fields if each.name != "competitor")) for one in SCHEMA.entities
    ))  # fmt: skip
    SqliteQueries(stores.database, small)
    await _fill(stores, BOOK)

    found = await SqliteQueries(stores.database, SCHEMA).within(ALL).ask(Query("opportunity", (Filter("competitor", Op.EQ, "Kestrel"),)))

    assert ["deal-2"] == _ids(found)


# --- the two never differ ---------------------------------------------------------------------------------------------

DAYS = st.integers(0, 400).map(lambda number: (date(2025, 12, 1) + timedelta(days=number)).isoformat())
MOMENTS = st.builds(lambda day, hour: f"{day}T{hour:02}:15:00+00:00", DAYS, st.integers(0, 23))
MAYBE = st.none() | st.just("wrong kind")


def _fields_of(entity: str) -> st.SearchStrategy[Fields]:
    wanted: Mapping[str, Mapping[str, st.SearchStrategy[Any]]] = {
        "opportunity": {
            "account": st.sampled_from(["a0", "a1", "a2", "gone"]) | MAYBE, "owner": st.sampled_from(["lin", "wu", "maya"]) | MAYBE,
            "stage": st.sampled_from(["won", "lost", "qualify"]) | st.none(), "amount": st.integers(0, 9) | MAYBE | st.booleans(),
            "currency": st.sampled_from(["CNY", "USD"]) | st.none(), "close_date": DAYS | st.none(),
            "competitor": st.sampled_from(["K", "k", "ö"]) | MAYBE, "probability": st.floats(0, 100, width=16) | MAYBE,
        },
        "account": {
            "owner": st.sampled_from(["lin", "maya"]) | MAYBE, "region": st.sampled_from(["emea", "apac"]) | st.none(),
            "nps": st.integers(-9, 9) | MAYBE,
        },
        "touchpoint": {
            "account": st.sampled_from(["a0", "a1"]) | MAYBE, "kind": st.sampled_from(["call", "visit"]) | st.none(),
            "happened_at": MOMENTS | st.none(),
        },
    }  # fmt: skip
    return st.fixed_dictionaries({}, optional=dict(wanted[entity]))


def _named(fields: Fields) -> Fields:
    return {**fields, **{f"{name}_name": f"{fields[name]}-name" for name in ("account", "owner") if isinstance(fields.get(name), str)}}


BOOKS = st.tuples(
    st.lists(_fields_of("account"), min_size=3, max_size=3), st.lists(_fields_of("opportunity"), max_size=7),
    st.lists(_fields_of("touchpoint"), max_size=4),
).map(lambda kinds: [
    Import(RecordId(f"{entity[0]}{place}"), entity, _named({"name": f"{entity} {place}", **fields} if entity == "account" else fields))
    for entity, listed in zip(("account", "opportunity", "touchpoint"), kinds, strict=True) for place, fields in enumerate(listed)
])  # fmt: skip
GROUPS = ["stage", "account", "owner", "account.region", "close_date.quarter", "happened_at.month", "kind", "competitor"]
VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "stage": st.sampled_from(["won", "lost", "qualify"]), "amount": st.integers(0, 9),
    "competitor": st.sampled_from(["K", "ö", "Ö", "wrong kind"]), "close_date": DAYS,
    "account": st.sampled_from(["a0", "A1-name", "gone"]), "account.region": st.sampled_from(["emea", "apac"]),
    "account.nps": st.integers(-9, 9), "owner": st.sampled_from([ME, "maya", "WU-name"]), "owner.team": st.just(MY_TEAM),
    "account.owner": st.just(ME), "probability": st.integers(0, 100), "kind": st.sampled_from(["call", "visit"]), "happened_at": DAYS,
}  # fmt: skip


@st.composite
def _filters(draw: st.DrawFn) -> Filter:
    field, op = draw(st.sampled_from(sorted(VALUES))), draw(st.sampled_from(list(Op)))
    match op:
        case Op.IS_NULL | Op.NOT_NULL:
            return Filter(field, op)
        case Op.IN:
            return Filter(field, op, tuple(map(str, draw(st.lists(VALUES[field], min_size=1, max_size=2)))))
        case _:
            return Filter(field, op, draw(VALUES[field]))


AGGREGATES = st.builds(
    Aggregate, st.sampled_from([Fn.SUM, Fn.AVG, Fn.MIN, Fn.MAX]), st.sampled_from(["amount", "probability", "account.nps"])
) | st.just(Aggregate(Fn.COUNT))
SORTS = st.builds(Sort, st.sampled_from(["amount", "count", "close_date", "account", "happened_at"]), st.sampled_from(list(Dir)))
PERIODS = st.builds(
    lambda day, field: Period(field, date.fromisoformat(day), date.fromisoformat(day) + timedelta(days=90)),
    DAYS, st.sampled_from(["close_date", "happened_at"]),
)  # fmt: skip
QUERIES = st.builds(
    Query, st.sampled_from(["opportunity", "touchpoint"]), st.lists(_filters(), max_size=2).map(tuple), st.none() | st.sampled_from(GROUPS),
    st.none() | AGGREGATES, st.none() | SORTS, st.none() | st.integers(1, 4), st.none() | PERIODS,
).filter(lambda query: not faults(query, SCHEMA))  # fmt: skip


@pytest.fixture(scope="module")
def side_by_side(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """One store for all examples; each begins by emptying it."""
    stores = Stores(Path(tmp_path_factory.mktemp("queries")) / "tandem.db")
    asyncio.run(stores.users.seed(PEOPLE))
    yield stores
    stores.close()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much], derandomize=True)
@given(book=BOOKS, query=QUERIES, scope=st.sampled_from([ALL, TEAM, OWN, REGION, BLIND]))
def test_the_store_answers_as_plain_python_does(side_by_side: Stores, book: list[Import], query: Query, scope: Scope) -> None:
    """Same rows in the same order, same figures, over values that are missing or of the wrong kind."""
    queries = SqliteQueries(side_by_side.database, SCHEMA)
    side_by_side.database.write_now(lambda database: database.execute("DELETE FROM records"))
    asyncio.run(side_by_side.records.put_many(book, cause=Cause("system")))

    told, plain = _told(queries, query, scope), _told(HeldRecords(book, PEOPLE), query, scope)

    if told is None or plain is None:
        assert plain is told
        return
    assert not any(scope.hides(query.entity, name) for row in told.rows for name in row.fields)
    assert (plain.total, _ids(plain)) == (told.total, _ids(told))
    if query.limit is None or query.group_by is None:
        expected = {(one.group, one.currency, one.count): pytest.approx(one.value) for one in plain.figures}
        assert expected == {(one.group, one.currency, one.count): one.value for one in told.figures}

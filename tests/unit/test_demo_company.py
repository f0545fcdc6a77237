"""The invented firm: the same every time, whole, and at one with itself."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise

import pytest

from bot.demo.book import Company
from bot.demo.company import company
from bot.domain.entities import SCHEMA
from bot.domain.ids import RecordId
from bot.domain.people import Role
from bot.domain.records import Import
from bot.domain.schema import Kind

TODAY = date(2026, 11, 22)
told_on = cache(company)  # frozen, so that three suites may share one


@pytest.fixture(scope="module")
def firm() -> Company:
    """The firm on one day."""
    return told_on(TODAY)


def of(firm: Company, entity: str, **wanted: object) -> list[Import]:
    """Records of an entity whose fields are as wanted."""
    return [entry for entry in firm.records[entity] if all(entry.fields[name] == value for name, value in wanted.items())]


def one(firm: Company, entity: str, **wanted: object) -> Import:
    """The only such record."""
    [only] = of(firm, entity, **wanted)
    return only


def number(entry: Import, field: str) -> float:
    """A figure of a record."""
    value = entry.fields[field]
    assert isinstance(value, int | float)
    return value


def test_same_firm_every_time(firm: Company) -> None:
    """Told twice for one day, it is the same to the last word."""
    assert firm == company(TODAY)


def test_ids_outlive_the_day(firm: Company) -> None:
    """On another day the same firms, people and colleagues keep their ids, so that a second seeding doubles nobody."""
    later = told_on(TODAY + timedelta(days=14))

    names = [[(entry.id, entry.fields["name"]) for entry in told.records["account"]] for told in (firm, later)]
    assert names[0] == names[1]
    assert [user.id for user in firm.users] == [user.id for user in later.users]


def created(firm: Company) -> dict[object, date]:
    """When each opportunity began, but for the account whose story hangs on calendar quarters."""
    return {
        entry.fields["name"]: date.fromisoformat(str(entry.fields["created_date"]))
        for entry in firm.records["opportunity"]
        if entry.fields["account_name"] != "海蓝科技"
    }


def test_dates_move_with_today(firm: Company) -> None:
    """Two weeks later everything lies two weeks later: same weekdays, so to the day."""
    later = told_on(TODAY + timedelta(days=14))

    assert {name: day + timedelta(days=14) for name, day in created(firm).items()} == created(later)


def test_it_is_as_large_as_promised(firm: Company) -> None:
    """Enough for every later skill to find something."""
    counts = {entity: len(entries) for entity, entries in firm.records.items()}

    assert (60, 150, 400, 3000) == tuple(counts[entity] for entity in ("account", "contact", "opportunity", "touchpoint"))
    wished = {"user", "letter", "schedule", "rule", "tip"}  # what people write and want
    assert {entity.name for entity in SCHEMA.entities} - wished == set(counts)
    assert {"CNY", "USD", "EUR"} == {entry.fields["currency"] for entry in firm.records["opportunity"]}
    stages = SCHEMA.resolve("opportunity", "stage")
    assert stages
    assert set(stages[0].value_names) == {entry.fields["stage"] for entry in firm.records["opportunity"]}


def test_reps_have_something_to_do(firm: Company) -> None:
    """Some of it is overdue, some comes due within two weeks, some is done; each belongs to a deal and to who leads it."""
    deals = {entry.id: entry.fields for entry in firm.records["opportunity"]}
    tasks = [entry.fields for entry in firm.records["task"]]
    waiting = [date.fromisoformat(str(task["due_date"])) - TODAY for task in tasks if task["status"] == "open"]

    assert [] == [task for task in tasks if deals[RecordId(str(task["opportunity"]))]["owner"] != task["owner"]]
    assert {"open", "done"} == {task["status"] for task in tasks}
    assert 20 <= len(tasks) <= 60
    assert any(left < timedelta() for left in waiting)
    assert any(timedelta() <= left <= timedelta(14) for left in waiting)


def test_fourteen_of_ours_in_three_teams_with_every_role(firm: Company) -> None:
    """Each role has somebody to try it with."""
    assert 14 == len(firm.users)
    assert 3 == len({user.team for user in firm.users})
    assert set(Role) == {user.role for user in firm.users}


def test_fields_are_those_of_the_schema(firm: Company) -> None:
    """Each record has exactly the fields of its entity, and enumerated ones hold a listed value."""
    for entity in SCHEMA.entities:
        for entry in firm.records.get(entity.name, ()):
            assert {field.name for field in entity.fields} == set(entry.fields)
            for field in entity.fields:
                value = entry.fields[field.name]
                assert field.kind is not Kind.ENUM or value is None or value in field.value_names


def test_what_points_at_something_finds_it(firm: Company) -> None:
    """Every reference is the id of a record of that kind, and the name beside it is that record's."""
    names: dict[tuple[str, str], object] = {("user", user.id): user.name for user in firm.users}
    for entity in SCHEMA.entities:
        names |= {(entity.name, entry.id): entry.fields[entity.title] for entry in firm.records.get(entity.name, ())}

    wrong = [
        (entry.entity, field.name)
        for entity in SCHEMA.entities
        for entry in firm.records.get(entity.name, ())
        for field in entity.fields
        if field.kind is Kind.REFERENCE
        and entry.fields[field.name] is not None
        and names.get((field.to, str(entry.fields[field.name]))) != entry.fields[f"{field.name}_name"]
    ]
    assert [] == wrong


def test_a_reference_stays_within_one_account(firm: Company) -> None:
    """A contact, opportunity or order that a record names belongs to the record's own account."""
    home = {entry.id: entry.fields["account"] for kind in ("contact", "opportunity", "order") for entry in firm.records[kind]}
    strangers = [
        entry
        for entries in firm.records.values()
        for entry in entries
        for name in ("contact", "opportunity", "order")
        if entry.fields.get(name) and home[str(entry.fields[name])] != entry.fields["account"]  # type: ignore[index]
    ]
    assert [] == strangers


def test_owners_sell_where_their_team_sells(firm: Company) -> None:
    """An account's owner is of the account's team, and owns its opportunities."""
    teams = {user.id: user.team for user in firm.users}
    owners = {entry.id: entry.fields["owner"] for entry in firm.records["account"]}

    assert all(teams[entry.fields["owner"]] == entry.fields["team"] for entry in firm.records["account"])  # type: ignore[index]
    assert all(owners[entry.fields["account"]] == entry.fields["owner"] for entry in firm.records["opportunity"])  # type: ignore[index]


def test_nothing_happened_after_today(firm: Company) -> None:
    """Plans may lie ahead; what is told as done may not."""
    now = datetime.combine(TODAY, datetime.min.time(), UTC).isoformat()
    done = {
        "touchpoint": "happened_at", "signal": "happened_at", "ticket": "opened_at", "nps": "answered_date", "invoice": "paid_date",
        "order": "shipped_date", "quote": "quote_date", "usage": "month", "correction": "corrected_at",
    }

    late = [entry for entity, field in done.items() for entry in firm.records[entity] if str(entry.fields[field] or "") > now]
    assert [] == late


def test_notes_say_something_of_their_own(firm: Company) -> None:
    """None is empty, none has an unfilled gap, and at least nine in ten are unlike any other."""
    notes = [str(entry.fields["note"]) for entry in firm.records["touchpoint"]]

    assert min(len(note) for note in notes) >= 12
    assert not [note for note in notes if "{" in note or "None" in note]
    assert len(set(notes)) >= 0.9 * len(notes)


def test_notes_speak_the_account_s_language(firm: Company) -> None:
    """Chinese firms are noted in Chinese, the others in English."""
    region = {entry.id: str(entry.fields["region"]) for entry in firm.records["account"]}
    for entry in firm.records["touchpoint"]:
        chinese = sum("\u4e00" <= char <= "\u9fff" for char in str(entry.fields["note"])) > 5
        assert region[entry.fields["account"]].endswith("_china") == chinese  # type: ignore[index]


def test_records_stand_in_the_order_of_their_age(firm: Company) -> None:
    """Ids sort as things happened, so a page of the newest is a page of the newest."""
    ages = {"opportunity": "created_date", "touchpoint": "happened_at", "ticket": "opened_at", "nps": "answered_date"}
    for entity, field in ages.items():
        rows = [(entry.id, str(entry.fields[field])) for entry in firm.records[entity]]
        assert all(a[0] < b[0] and a[1] <= b[1] for a, b in pairwise(rows))


def test_orders_and_invoices_come_from_what_was_won(firm: Company) -> None:
    """One order for each opportunity won; its invoices add up to no more than it, and to it once it is shipped."""
    won = {entry.id: entry for entry in of(firm, "opportunity", stage="won")}
    orders = firm.records["order"]
    billed: Counter[str] = Counter()
    for entry in firm.records["invoice"]:
        billed[str(entry.fields["order"])] += int(number(entry, "amount"))

    assert sorted(won) == sorted(str(order.fields["opportunity"]) for order in orders)
    for order in orders:
        assert number(order, "amount") == number(won[order.fields["opportunity"]], "amount")  # type: ignore[index]
        if order.fields["shipped_date"]:
            assert number(order, "amount") == billed[order.id]
        else:
            assert number(order, "amount") > billed[order.id]


def test_some_pay_late_and_some_deliveries_are_late(firm: Company) -> None:
    """There is something to chase."""
    today = TODAY.isoformat()
    overdue = [entry for entry in firm.records["invoice"] if not entry.fields["paid_date"] and str(entry.fields["due_date"]) < today]
    late = [entry for entry in firm.records["order"] if not entry.fields["shipped_date"] and str(entry.fields["promised_date"]) < today]

    assert len(overdue) >= 4
    assert len(late) >= 3
    assert {entry.fields["status"] for entry in late} & {"pending", "in_production"}


def test_only_who_may_buy_bought(firm: Company) -> None:
    """Prospects have opportunities and no orders; every customer has bought and has a running subscription."""
    status = {entry.id: entry.fields["status"] for entry in firm.records["account"]}
    buyers = {entry.fields["account"] for entry in firm.records["order"]}
    subscribed = {entry.fields["account"] for entry in of(firm, "contract", kind="subscription", status="active")}

    assert {"customer", "former"} == {status[buyer] for buyer in buyers}  # type: ignore[index]
    assert {key for key, value in status.items() if value == "customer"} == subscribed


def test_renewal_is_when_the_subscription_ends(firm: Company) -> None:
    """The account says what its contract says, in date and money."""
    for contract in of(firm, "contract", kind="subscription"):
        account = one(firm, "account", name=contract.fields["account_name"])
        assert (contract.fields["end_date"], contract.fields["value"]) == (account.fields["renewal_date"], account.fields["arr"])


def test_large_firms_have_a_technical_head_who_weighs_seventy(firm: Company) -> None:
    """The CTO decides by 70 %."""
    heads = [entry for entry in firm.records["contact"] if entry.fields["title"] in {"CTO", "首席技术官"}]

    assert {70} == {entry.fields["weight"] for entry in heads}
    assert len(heads) >= 15


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2026, 1, 1), date(2027, 12, 31)])
def test_any_day_will_do(today: date) -> None:
    """Leap days, the first of a year and of a quarter: the counts hold and the stories' dates stand."""
    told = company(today)

    assert (60, 150, 400, 3000) == tuple(len(told.records[entity]) for entity in ("account", "contact", "opportunity", "touchpoint"))
    assert 18 == one(told, "account", short_name="海蓝").fields["pays_late_days"]

"""When a rule's condition came true, told from records."""

from collections.abc import Mapping
from datetime import date

import pytest

from bot.domain.ids import RecordId, UserId
from bot.domain.occasions import Looked, last_quarter, occasions
from bot.domain.records import Import
from bot.domain.scope import Scope
from bot.domain.watch import Watch, watch_of
from tests.fakes.queries import HeldRecords

FIRST, TODAY = date(2026, 4, 1), date(2026, 8, 4)
FIRM = {"name": "北风泵业", "status": "customer", "tier": "A", "region": "east_china", "owner": "lin"}


def firm(key: str = "a", **fields: object) -> Import:
    """An account."""
    return Import(RecordId(key), "account", {**FIRM, **fields})


def told(entity: str, key: str, account: str = "a", **fields: object) -> Import:
    """A record of an account."""
    return Import(RecordId(key), entity, {"account": account, "account_name": "北风泵业", **fields})


async def found(watch: Watch, *records: Import, first: date = FIRST) -> Looked:
    """What a rule finds in these records until today."""
    return await occasions(HeldRecords(records).within(Scope(UserId("lin"), "east", "Asia/Shanghai")), watch, first, TODAY)


async def days(watch: Watch, *records: Import) -> list[tuple[str, str, float]]:
    """The same as key, day and figure."""
    return [(one.key, one.day.isoformat(), one.value) for one in (await found(watch, *records)).found]


async def test_an_answer_counts_below_the_threshold_and_not_at_it() -> None:
    """`below` is strict, `at_most` is not."""
    answers = [firm(), *(told("nps", f"n{score}", score=score, answered_date="2026-07-01") for score in (5, 6, 7))]

    assert [("n5", "2026-07-01", 5.0)] == await days(Watch("nps_score", "below", 6), *answers)
    assert ["n5", "n6"] == [key for key, _, _ in await days(Watch("nps_score", "at_most", 6), *answers)]


async def test_a_change_is_told_against_the_answer_before() -> None:
    """However long ago that was; the first answer of an account is no change."""
    answers = [firm(), told("nps", "n1", score=9, answered_date="2026-01-05"), told("nps", "n2", score=4, answered_date="2026-06-05"),
               told("nps", "n3", score=3, answered_date="2026-07-05")]  # fmt: skip

    assert [("n2", "2026-06-05", -5.0)] == await days(Watch("nps_change", "drops", 3), *answers)


async def test_a_month_is_held_against_the_month_before_or_last_years() -> None:
    """It is known at its end; a month without people before it says nothing."""
    used = {"2025-06-01": 57, "2026-04-01": 0, "2026-05-01": 60, "2026-06-01": 36, "2026-07-01": 35}
    months = [firm(), *(told("usage", f"u{month}", month=month, active_users=users) for month, users in used.items())]

    assert [("u2026-06-01", "2026-07-01", -40.0)] == await days(Watch("usage_change", "drops", 20), *months)
    assert [("u2026-06-01", "2026-07-01", -36.8)] == await days(Watch("usage_season", "drops", 30), *months)


async def test_a_month_under_way_is_no_drop() -> None:
    """Half a month of August counts in September."""
    months = [firm(), told("usage", "u7", month="2026-07-01", active_users=60), told("usage", "u8", month="2026-08-01", active_users=7)]

    assert [] == await days(Watch("usage_change", "drops", 20), *months)


async def test_a_ticket_counts_from_the_day_on_which_it_is_too_old() -> None:
    """One that was closed before does not; one that is open yet lasts."""
    tickets = [
        firm(), told("ticket", "quick", opened_at="2026-05-01T02:00:00+00:00", closed_at="2026-05-03T02:00:00+00:00", status="closed"),
        told("ticket", "slow", opened_at="2026-05-01T02:00:00+00:00", closed_at="2026-05-20T02:00:00+00:00", status="closed"),
        told("ticket", "open", opened_at="2026-03-01T02:00:00+00:00", closed_at=None, status="open"),
    ]  # fmt: skip
    looked = await found(Watch("ticket_age", "at_least", 7), *tickets)

    told_of = [(one.key, one.day.isoformat(), one.still) for one in looked.found]
    assert [("open", "2026-03-08", True), ("slow", "2026-05-08", False)] == told_of


async def test_silence_ends_with_the_next_contact() -> None:
    """Each gap counts once."""
    on = ("03-20", "04-10", "06-01", "07-20")
    contacts = [firm(), *(told("touchpoint", day, happened_at=f"2026-{day}T02:00:00+00:00") for day in on)]

    assert [("04-10", "2026-05-10", 52.0), ("06-01", "2026-07-01", 49.0)] == await days(Watch("silence_days", "at_least", 30), *contacts)


async def test_what_lies_ahead_counts_so_many_days_before() -> None:
    """And lasts until that day."""
    looked = await found(Watch("renewal_days", "at_most", 60), firm(renewal_date="2026-09-10"), firm("b", renewal_date="2027-09-10"))

    assert [("a", "2026-07-12", True, 37.0)] == [(one.account, one.day.isoformat(), one.still, one.value) for one in looked.found]


async def test_too_many_at_once_count_when_one_more_comes() -> None:
    """Once, until there are fewer again."""
    opened = (("t1", "2026-05-01", None), ("t2", "2026-05-02", None), ("t3", "2026-05-03", "2026-05-10"), ("t4", "2026-05-20", None))
    tickets = [firm(), *(told("ticket", key, opened_at=f"{day}T02:00:00+00:00", closed_at=f"{end}T02:00:00+00:00" if end else None,
                              status="closed" if end else "open") for key, day, end in opened)]  # fmt: skip

    assert [("t3", "2026-05-03", 3.0), ("t4", "2026-05-20", 3.0)] == await days(Watch("open_tickets", "above", 2), *tickets)


async def test_a_field_is_known_as_it_stands_now_alone() -> None:
    """Its past is not kept, and that is said."""
    looked = await found(Watch("account_nps", "below", 0), firm(nps=-50), firm("b", nps=10))

    assert (["a"], True) == ([one.account for one in looked.found], looked.now_only)


@pytest.mark.parametrize("fields, seen", [
    ({}, ["a", "b"]), ({"tier": "A"}, ["a"]), ({"leaves_out": "prospect"}, ["a"]), ({"except_account": "a"}, ["b"]),
    ({"account": "b"}, ["b"]), ({"only_mine": True, "owner": "lin"}, ["a"]), ({"region": "east_china"}, ["a", "b"]),
])  # fmt: skip
async def test_a_rule_is_about_the_accounts_it_names(fields: Mapping[str, object], seen: list[str]) -> None:
    """By account, tier, region, owner; accounts that have left are watched by none."""
    watch = watch_of({"signal": "nps_score", "comparison": "below", "threshold": 6, **fields})
    firms = [firm("a"), firm("b", tier="B", status="prospect", owner="bo"), firm("c", status="former")]
    answers = [told("nps", f"n{key}", key, score=1, answered_date="2026-07-01") for key in "abc"]

    assert watch
    assert seen == [one.account for one in (await found(watch, *firms, *answers)).found]


async def test_odd_figures_alarm_nobody() -> None:
    """Nothing, not a number, text, a day ahead, an empty house."""
    odd = [told("nps", str(at), score=value, answered_date="2026-07-01") for at, value in enumerate((None, float("nan"), "3", True))]

    assert [] == await days(Watch("nps_score", "below", 6), firm(), *odd, told("nps", "later", score=1, answered_date="2027-01-01"))
    assert [] == await days(Watch("usage_change", "drops", 20))


async def test_more_records_than_one_answer_holds_are_all_looked_at() -> None:
    """A full stretch is asked again in halves."""
    many = [told("nps", f"n{at:04}", score=1, answered_date=f"2026-0{4 + at % 4}-{1 + at % 28:02}") for at in range(1500)]
    looked = await found(Watch("nps_score", "below", 6), firm(), *many)

    assert (1500, True) == (len(looked.found), looked.whole)


def test_the_quarter_before_this_one() -> None:
    """Over the turn of the year, too."""
    assert ((date(2026, 4, 1), date(2026, 6, 30)), (date(2025, 10, 1), date(2025, 12, 31))) == (
        last_quarter(date(2026, 8, 4)), last_quarter(date(2026, 1, 1)),
    )

"""Three stories run through every module: each figure stands where a later skill looks for it."""

from datetime import date, timedelta

import pytest

from bot.demo.book import Company
from tests.unit.test_demo_company import TODAY, number, of, one, told_on


@pytest.fixture(scope="module")
def firm() -> Company:
    """The firm on one day."""
    return told_on(TODAY)


def ago(days: int) -> str:
    """The day so many days before today."""
    return (TODAY - timedelta(days=days)).isoformat()


def notes(firm: Company, account: str) -> str:
    """All that reps noted about an account."""
    return "\n".join(str(entry.fields["note"]) for entry in of(firm, "touchpoint", account_name=account))


def test_hailan_came_in_by_three_signals(firm: Company) -> None:
    """83 s on the white paper, 11.4 % for research on page 38, a rival's sensors failing 23 % over benchmark."""
    by_kind = {entry.fields["kind"]: entry.fields for entry in of(firm, "signal", account_name="海蓝科技")}

    assert (83, 11.4, 23) == (by_kind["website_visit"]["seconds"], by_kind["report"]["percent"], by_kind["benchmark"]["percent"])
    assert str(by_kind["report"]["source"]).endswith("p.38")


def test_hailan_s_large_order_was_bargained_and_signed(firm: Company) -> None:
    """1.2 M at list, 15 % asked against 10 % authority, 12 % given, signed and the deposit paid."""
    deal = one(firm, "opportunity", name="海蓝精密铸造线一期 S3×200")
    quote = one(firm, "quote", opportunity=deal.id)
    paid = [entry for entry in of(firm, "invoice", account_name="海蓝科技") if entry.fields["amount"] == 316_800]
    said = notes(firm, "海蓝科技")

    assert ("won", 1_056_000, 12) == (deal.fields["stage"], deal.fields["amount"], deal.fields["discount"])
    assert (1_200_000, 1_056_000) == (quote.fields["list_amount"], quote.fields["amount"])
    assert [ago(10)] == [entry.fields["paid_date"] for entry in paid]
    assert all(word in said for word in ("一百二十万", "15%", "10%", "李董", "漏检", "预算放出来"))


def test_hailan_pays_eighteen_days_late_and_is_rated_b(firm: Company) -> None:
    """What makes a discount a decision."""
    account = one(firm, "account", name="海蓝科技")

    assert ("B", 18) == (account.fields["credit_rating"], account.fields["pays_late_days"])


def test_hailan_s_contract_slipped_from_30_to_90_days_and_back(firm: Company) -> None:
    """Three versions; the second lost the cap on liability, too; only the third is signed."""
    versions = [entry for entry in of(firm, "contract", account_name="海蓝科技", kind="supply") if entry.fields["value"] == 1_056_000]

    terms = [(v.fields["version"], v.fields["payment_days"], v.fields["liability_cap"], bool(v.fields["signed_date"])) for v in versions]
    assert [(1, 30, 100, False), (2, 90, None, False), (3, 30, 100, True)] == terms


def test_hailan_got_eight_point_two_percent_last_quarter(firm: Company) -> None:
    """Three orders won in the calendar quarter before this one: 8.2 % on average, 9.5 % at most."""
    won = [entry for entry in of(firm, "opportunity", account_name="海蓝科技", stage="won")
           if "2026-07-01" <= str(entry.fields["close_date"]) <= "2026-09-30"]
    discounts = [number(entry, "discount") for entry in won]

    assert (3, 8.2, 9.5) == (len(won), round(sum(discounts) / 3, 1), max(discounts))


def test_hailan_asks_again_for_fifteen_percent(firm: Company) -> None:
    """The second phase is open, above authority, and waits in review."""
    deal = one(firm, "opportunity", name="海蓝二厂二期 S3×200")

    assert ("negotiation", 15) == (deal.fields["stage"], deal.fields["discount"])
    assert "in_review" == one(firm, "quote", opportunity=deal.id).fields["status"]


def test_beifeng_is_leaving(firm: Company) -> None:
    """Users 62 to 21 (58 to 55 a year before), two P2 tickets open, NPS 8 to 3, champion gone, 57 days late, notice in 14 days."""
    users = [entry.fields["active_users"] for entry in of(firm, "usage", account_name="北风泵业")]
    answers = [entry.fields["score"] for entry in of(firm, "nps", account_name="北风泵业")]
    unpaid = one(firm, "invoice", account_name="北风泵业", paid_date=None)
    champion = one(firm, "contact", account_name="北风泵业", role="champion")
    contract = one(firm, "contract", account_name="北风泵业", kind="subscription")

    assert (62, 21, 58, 55) == (max(users), users[-1], max(users[6:12]), users[11])  # type: ignore[type-var]
    assert ["P2", "P2"] == [entry.fields["severity"] for entry in of(firm, "ticket", account_name="北风泵业", status="open")]
    assert [8, 3] == answers
    assert ago(57) == unpaid.fields["due_date"]
    assert ("left", ago(23)) == (champion.fields["status"], champion.fields["left_date"])
    assert ago(-14) == contract.fields["notice_date"]


@pytest.mark.parametrize("today", [date(2026, 11, 22), date(2026, 5, 3)])
def test_dongchu_dips_every_winter_and_is_well(today: date) -> None:
    """December to February 19 people, in summer 46 and more, whenever one looks; it answers 9 and pays early."""
    told = told_on(today)
    usage = {str(entry.fields["month"])[:7]: number(entry, "active_users") for entry in of(told, "usage", account_name="冬储粮业")}
    winters = {users for month, users in usage.items() if month[5:] in {"12", "01", "02"}}

    assert {19} == winters
    assert min(users for month, users in usage.items() if "04" <= month[5:] <= "10") >= 46
    assert {9} == {entry.fields["score"] for entry in of(told, "nps", account_name="冬储粮业")}
    assert number(one(told, "account", name="冬储粮业"), "pays_late_days") < 0


def test_huachuang_corrected_took_back_and_was_heard(firm: Company) -> None:
    """Its budget three times, its industry once, a consent withdrawn, a suggestion that became a ticket and is done."""
    account = one(firm, "account", name="华创医疗")
    fields = [entry.fields["field"] for entry in of(firm, "correction", account_name="华创医疗")]
    suggestion = one(firm, "suggestion", account_name="华创医疗")
    ticket = next(entry for entry in firm.records["ticket"] if entry.id == suggestion.fields["ticket"])

    assert ["purchasing_budget", "purchasing_budget", "industry", "purchasing_budget"] == fields
    assert (960_000, "medical_device") == (account.fields["purchasing_budget"], account.fields["industry"])
    assert [ago(40)] == [entry.fields["withdrawn_date"] for entry in of(firm, "consent", account_name="华创医疗", status="withdrawn")]
    assert ("done", "closed") == (suggestion.fields["status"], ticket.fields["status"])

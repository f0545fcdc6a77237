"""What people write into the fields of a draft, read as they mean it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.drafted import rows_of
from bot.domain.entities import SCHEMA
from bot.domain.ids import DecisionId, DraftId, TurnId, UserId
from bot.domain.outcome import MAIN, Draft, Proposal
from bot.domain.people import Role, Speaker
from bot.domain.permissions import SHIPPED, Permissions
from bot.domain.records import Cause, DraftState, HeldDraft
from bot.domain.talk import Lang
from bot.domain.written import read_in, values_in
from bot.reading.reader import RuleReader
from bot.store.queries import SqliteQueries
from bot.turns.drafting import Drafting
from tests.contracts.house import HEARD, Stores
from tests.fakes.senses import SetClock

LIN = Speaker(UserId("lin"), "Lin", Role.REP, "east", "Asia/Shanghai")
THURSDAY = datetime(2026, 7, 16, 6, tzinfo=UTC)
SYSTEM = Cause("system")
ALSO = (Proposal("task", "task", {"opportunity": MAIN, "subject": "报价"}), Proposal("deal2", "opportunity", {"amount": 1}))
HELD = HeldDraft(
    DraftId("d1"), 1, DraftState.OPEN, LIN.user_id, TurnId("t"), DecisionId("x"), "opportunity", None, {"amount": 1}, {},
    THURSDAY + timedelta(days=7), also=ALSO,
)  # fmt: skip


@pytest.mark.parametrize("text, amount, currency", [
    ("130万", 1_300_000, None), ("1.3m", 1_300_000, None), ("¥1,200,000", 1_200_000, "CNY"), ("120k USD", 120_000, "USD"),
    ("一百二十万元", 1_200_000, "CNY"), ("1200000", 1_200_000, None), ("$0.5 million", 500_000, "USD"), ("130w", 1_300_000, None),
    ("\uff11\uff12\uff10万", 1_200_000, None), ("0.5", 0.5, None),
])  # fmt: skip
def test_amount_is_written_as_people_write_it(text: str, amount: float, currency: str | None) -> None:
    """With its currency, where that was written, and only then."""
    expected = {"amount": amount, **({"currency": currency} if currency else {})}

    assert expected == values_in("opportunity", [("amount", text)])


def test_currency_that_is_filled_in_counts_more_than_a_sign() -> None:
    """Whoever chose it meant it."""
    assert {"amount": 5, "currency": "EUR"} == values_in("opportunity", [("amount", "$5"), ("currency", "EUR")])


@pytest.mark.parametrize("text", ["很多", "13 0万", "nan", "inf", "1e400", "80万左右吧", "--5"])
def test_what_is_no_amount_is_named(text: str) -> None:
    """And what could be read beside it is read."""
    assert ({"deal2.amount": 2}, ("amount",)) == read_in("opportunity", [("amount", text), ("deal2.amount", "2")], ALSO)


def test_fields_of_what_is_saved_beside_are_read_by_its_kind() -> None:
    """A figure counts things, an emptied key takes the record out; a name of neither stays text."""
    filled = [("quantity", "200台"), ("deal2.amount", "30万"), ("task", ""), ("task.subject", "报价"), ("other.amount", "30万")]

    expected = {"quantity": 200, "deal2.amount": 300_000, "task": "", "task.subject": "报价", "other.amount": "30万"}
    assert expected == values_in("opportunity", filled, ALSO)


@pytest.mark.parametrize("text, day", [
    ("月底", "2026-07-31"), ("下周五", "2026-07-24"), ("next Fri", "2026-07-24"), ("周三", "2026-07-22"), ("by Wednesday", "2026-07-22"),
    ("7/31", "2026-07-31"), ("31/7", "2026-07-31"), ("7月31号", "2026-07-31"), ("3月1日", "2027-03-01"), ("2/3", "2027-02-03"),
    ("2026-08-03", "2026-08-03"), ("下周", "2026-07-24"), ("31 Aug", "2026-08-31"), ("2025年3月1日", "2025-03-01"),
])  # fmt: skip
async def test_day_is_written_as_people_say_it(stores: Stores, text: str, day: str) -> None:
    """A day of a deal lies ahead, unless its year was written; in a field of a record beside it as well."""
    values, wrong = await drafting(stores).read(HELD, [("close_date", text), ("task.due_date", text)], LIN)

    assert ({"close_date": day, "task.due_date": day}, ()) == (values, wrong)


@pytest.mark.parametrize("text", ["某天", "2026-02-30", "周三或者周五", "31/31"])
async def test_what_is_no_day_is_named(stores: Stores, text: str) -> None:
    """Nothing is guessed."""
    assert ({}, ("close_date",)) == await drafting(stores).read(HELD, [("close_date", text)], LIN)


async def test_reference_is_not_filled_in(stores: Stores) -> None:
    """What is typed would be taken for an id; whom a draft is about is changed by words."""
    assert ({"amount": 2}, ("account",)) == await drafting(stores).read(HELD, [("account", "海蓝"), ("amount", "2")], LIN)


async def test_day_on_which_something_happened_may_be_over(stores: Stores) -> None:
    """A moment is by the clock of the person; a day alone is its morning."""
    held = HeldDraft(
        DraftId("d2"), 1, DraftState.OPEN, LIN.user_id, TurnId("t"), DecisionId("x"), "touchpoint", None, {"happened_at": None}, {},
        THURSDAY,
    )  # fmt: skip
    told = [(await drafting(stores).read(held, [("happened_at", text)], LIN))[0]["happened_at"] for text in ("昨天", "2026-07-15T16:30")]

    assert ["2026-07-15T01:00:00+00:00", "2026-07-15T08:30:00+00:00"] == told


async def test_draft_of_a_change_tells_what_its_record_holds(stores: Stores) -> None:
    """In the fields that it would change, and its currency; of a record beside it too; a new one has nothing before it."""
    fields = {"owner": LIN.user_id, "amount": 800_000, "currency": "CNY", "stage": "won"}
    deal = await stores.records.put("opportunity", fields, cause=SYSTEM)
    account = await stores.records.put("account", {"owner": LIN.user_id, "name": "海蓝", "tier": "A"}, cause=SYSTEM)
    also = (Proposal("account", "account", {"tier": "B"}, record_id=account.id), *ALSO)

    known = await drafting(stores).known(Draft("", "opportunity", {"amount": 1}, record_id=deal.id, also=also), LIN)

    assert ({"amount": 800_000, "currency": "CNY"}, [{"tier": "A"}, {}, {}]) == (known.before, [one.before for one in known.also])


async def test_what_was_filled_in_by_hand_needs_no_other_grounds(stores: Stores) -> None:
    """Beside what nobody has said it is its author's word; what was proposed keeps the words that it came from."""
    await stores.settled(Draft("", "task", {"subject": "quote", "status": "open", "due_date": "2026-07-22"}, {"subject": HEARD}))
    [held] = await stores.drafts.open_of(LIN.user_id)
    edited = await stores.drafts.edit(held.id, 1, LIN.user_id, {"due_date": "2026-07-23"}, turn_id=stores.turn())

    told = await drafting(stores).held(edited, LIN)

    assert {"subject": True, "due_date": True, "status": False} == {row.field: row.proven for row in rows_of(told, Lang.ZH)}


async def test_what_its_author_may_not_see_is_not_told(stores: Stores) -> None:
    """A record of somebody else's has nothing before it either."""
    deal = await stores.records.put("opportunity", {"owner": "bo", "amount": 800_000}, cause=SYSTEM)

    known = await drafting(stores).known(Draft("", "opportunity", {"amount": 1}, record_id=deal.id), LIN)

    assert {} == known.before


def drafting(stores: Stores) -> Drafting:
    """On a Thursday, with the rules that the house reads by."""
    SqliteQueries(stores.database, SCHEMA)  # rights are asked of its tables
    return Drafting(stores.records, Permissions(SHIPPED).scope, RuleReader(), SetClock(THURSDAY), stores.drafts)

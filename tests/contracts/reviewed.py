"""Our people, a customer, and what waits to be reviewed: a stage for the tests of reviews. Knows how to set it; asserts nothing."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.ids import DraftId, RecordId, UserId
from bot.domain.outcome import Draft
from bot.domain.people import Role, User
from bot.domain.records import Cause, HeldDraft
from bot.domain.review import HeldReview, Post, SeatPlan
from tests.contracts.house import HEARD, LIN, MAYA, Stores

ZONE = "Asia/Shanghai"
ZHAO, LIANG, ZHOU, GU, WU = UserId("zhao"), UserId("liang"), UserId("zhou"), UserId("gu"), UserId("wu")
STAFF = (
    (LIN, Role.REP, "east"), (WU, Role.REP, "east"), (MAYA, Role.MANAGER, "east"), (ZHAO, Role.MANAGER, "north"),
    (LIANG, Role.REVIEWER, "global"), (ZHOU, Role.LEGAL, "east"), (GU, Role.ADMIN, "global"),
)  # fmt: skip
TUESDAY = datetime.fromisoformat("2026-07-14T10:00:00+08:00")
LETTER = {"subject": "Hello", "body": "I would like to show you our new line.", "contact": "boss", "account": "acme", "channel": "forward"}
QUOTE = {"number": "Q-1", "account": "acme", "discount": 12, "payment_days": 30, "amount": 100, "currency": "CNY"}
SYSTEM = Cause("system")


async def house(stores: Stores, staff: tuple[tuple[UserId, Role, str], ...] = STAFF) -> None:
    """Our people, and a customer with a boss and an engineer, on a Tuesday at ten."""
    stores.clock.at = TUESDAY
    await stores.users.seed([User(name, name, f"{name}@ours.example", role, team, ZONE) for name, role, team in staff])
    await stores.records.put("account", {"name": "Acme", "owner": LIN}, cause=SYSTEM, record_id=RecordId("acme"))
    boss = {"name": "Ann Lee", "title": "CEO", "executive": True, "account": "acme", "email": "ann@acme.example"}
    engineer = {"name": "Tom Roe", "title": "Engineer", "executive": False, "account": "acme", "email": "tom@acme.example"}
    await stores.records.put("contact", boss, cause=SYSTEM, record_id=RecordId("boss"))
    await stores.records.put("contact", engineer, cause=SYSTEM, record_id=RecordId("engineer"))


async def letter(stores: Stores, **fields: object) -> HeldDraft:
    """A letter to the boss, or as said, that Lin drafted."""
    return await stores.drafted(Draft("…", "letter", {**LETTER, "owner": LIN, **fields}, {"body": HEARD}))


async def quote(stores: Stores, **fields: object) -> HeldDraft:
    """A quote that Lin drafted."""
    return await stores.drafted(Draft("…", "quote", {**QUOTE, "owner": LIN, **fields}))


async def submitted(stores: Stores, held: HeldDraft, plan: tuple[SeatPlan, ...] = ()) -> HeldReview:
    """A review of it."""
    return await stores.reviews.submit(held.id, held.revision, LIN, plan, turn_id=stores.turn())


async def approved(stores: Stores, review: HeldReview, by: UserId, **fields: object) -> HeldReview:
    """Approved by somebody, changed where fields are given."""
    return await stores.reviews.approve(review.ref, by, turn_id=stores.turn(), fields=fields or None)


async def written(stores: Stores, draft_id: DraftId) -> Mapping[str, object]:
    """What was saved of a draft."""
    return await stores.fields_of((await stores.held(draft_id)).record_id)


async def events(stores: Stores, of: str) -> list[Mapping[str, object]]:
    """What was told under one name."""
    return [one.payload for one in await stores.events.since(0) if one.type == of]


def asked(review: HeldReview) -> list[tuple[Post, int, tuple[str, ...]]]:
    """Who may sit where."""
    return [(seat.post, seat.stage, seat.eligible) for seat in review.seats]

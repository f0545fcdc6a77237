"""What the records say about a quote sends it further: what is left of its margin, and what else was quoted lately."""

from bot.domain.ids import RecordId
from bot.domain.review import Post
from tests.contracts.house import LIN, Stores
from tests.contracts.reviewed import SYSTEM, house, quote, submitted

LARGE = {"amount": 2_000_000, "quote_date": "2026-07-14"}


async def posts(stores: Stores, **fields: object) -> list[Post]:
    """Who has to agree to such a quote."""
    review = await submitted(stores, await quote(stores, **fields))
    return [seat.post for seat in review.seats]


async def test_less_than_the_lowest_margin_needs_two_people(stores: Stores) -> None:
    """38 % at list price: 10 % off leaves 31.1 and is nobody's business, 12 % leaves 29.5, under the lowest of 30."""
    await house(stores)
    gateway = {"code": "G2", "name": "G2", "list_margin": 38, "margin_floor": 30}
    await stores.records.put("product", gateway, cause=SYSTEM, record_id=RecordId("g2"))

    allowed = await quote(stores, discount=10, product="g2")
    saved = await stores.drafts.save(allowed.id, 1, LIN, turn_id=stores.turn())

    assert saved.record_id is not None
    assert [Post.MANAGER, Post.REVIEWER] == await posts(stores, discount=12, product="g2", number="Q-2")


async def test_what_is_split_counts_together(stores: Stores) -> None:
    """Two quotes of two million within ninety days are four, which two people agree to; older, rejected or of another deal they are not."""
    await house(stores)
    earlier = {"account": "acme", "currency": "CNY", "amount": 2_000_000, "status": "sent", "opportunity": "deal"}
    await stores.records.put("quote", {**earlier, "number": "Q-0", "quote_date": "2026-03-01"}, cause=SYSTEM)
    await stores.records.put("quote", {**earlier, "number": "Q-8", "status": "rejected", "quote_date": "2026-07-01"}, cause=SYSTEM)
    alone = await stores.reviews.foreseen("quote", {"account": "acme", "discount": 0, "number": "Q-1", "currency": "CNY", **LARGE})
    await stores.records.put("quote", {**earlier, "number": "Q-9", "quote_date": "2026-07-01"}, cause=SYSTEM)

    assert not alone.must_review
    assert [Post.MANAGER, Post.REVIEWER] == await posts(stores, discount=0, **LARGE)

"""What an admin is told at the door: counts of what waits, and of what was asked, by the hour."""

from datetime import timedelta

from bot.domain.outcome import Answer
from bot.store.editions import SqliteEditions
from bot.store.notices import NOTICES, SqliteNotices
from tests.contracts.house import LIN, Stores

NOBODY_KNOWS = Answer("not found", found=False)


async def test_what_waits_is_counted_by_kind(stores: Stores) -> None:
    """A question without an answer, and an edition that wants a second admin; of all else there is none."""
    notices = SqliteNotices(stores.database, stores.clock)
    since = stores.clock.now()
    before = await notices.waiting(since)
    settled = stores.settlement(await stores.kept("what colour is it?"), NOBODY_KNOWS, said="what colour is it?")
    await stores.ledger.settle(settled)
    await SqliteEditions(stores.database, stores.clock, stores.ids).publish(
        "talk/letter", "Be brief.", "", LIN, base="a", shipped="a", alone=False
    )
    after = await notices.waiting(since)

    assert dict.fromkeys(NOTICES, 0) == before
    assert dict.fromkeys(NOTICES, 0) | {"gaps": 1, "prompts": 1} == after


async def test_what_was_asked_is_counted_by_the_hour(stores: Stores) -> None:
    """Each hour has its own; an hour before the first moment is none of it."""
    notices = SqliteNotices(stores.database, stores.clock)
    for text, hours in (("long ago", 5), ("one", 0), ("two", 2)):
        await stores.ledger.settle(stores.settlement(await stores.kept(text), Answer("yes"), said=text))
        stores.move(seconds=3600 * hours)
    now = stores.clock.now().replace(minute=0, second=0, microsecond=0)
    counted = await notices.hours(now - timedelta(hours=4))

    assert {now - timedelta(hours=2): 2} == counted

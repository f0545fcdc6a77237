"""The port `Content`: what is erased is gone from the disk, and what refers to it goes on."""

from dataclasses import replace

import pytest

from bot.domain.ids import ContentId
from bot.domain.outcome import Answer
from bot.domain.talk import Utterance
from bot.store.rows import every
from tests.contracts.house import ANSWER, DRAFT, HEARD, LIN, SEEN, Stores, origin

PRIVATE = "eighty-thousand-and-not-a-cent-more"


async def delivered(stores: Stores) -> None:
    """See every message out."""
    for message in await stores.outbox.claim(10):
        await stores.outbox.delivered(message.id, "")


async def test_erased_content_is_gone_and_its_digest_stays(stores: Stores) -> None:
    """The audit still proves that something was said, and not what; without its salt nobody can try guesses against it."""
    settlement = await stores.settled(Answer(f"You said {PRIVATE}.", ANSWER.evidence), said=PRIVATE)
    await delivered(stores)
    before = await stores.ledger.decision(settlement.decision_id)
    stores.move(days=31)

    erased = await stores.content.purge({"turn": 30})

    after = await stores.ledger.decision(settlement.decision_id)
    salts = await stores.database.read(
        lambda database: every(database, "SELECT salt FROM content WHERE retention = 'turn' AND salt IS NOT NULL"),
    )
    assert before is not None
    assert (2, replace(before, said=None, text=None), []) == (erased, after, salts)


async def test_erased_words_are_on_the_disk_no_more(stores: Stores) -> None:
    """Neither in the file nor in its log."""
    await stores.settled(said=PRIVATE)
    await delivered(stores)
    there = PRIVATE.encode() in stores.on_disk()
    stores.move(days=31)

    await stores.content.purge({"turn": 30})

    assert (True, False) == (there, PRIVATE.encode() in stores.on_disk())


async def test_classes_are_purged_apart(stores: Stores) -> None:
    """Quotes may be kept shorter than turns: the place stays, the words go."""
    settlement = await stores.settled()
    await delivered(stores)
    stores.move(days=10)

    erased = await stores.content.purge({"evidence": 7, "turn": 30})

    story = await stores.ledger.decision(settlement.decision_id)
    assert story is not None
    assert (2, "hello", ANSWER.text) == (erased, story.said, story.text)
    assert (replace(SEEN, quote=""), replace(HEARD, quote="")) == story.evidence


async def test_only_what_is_older_is_purged_and_only_once(stores: Stores) -> None:
    """Each day erases what came of age, and says how many."""
    old = await stores.settled(Answer("a"))
    stores.move(days=20)
    young = await stores.settled(Answer("b"))
    await delivered(stores)
    await delivered(stores)
    stores.move(days=20)

    erased = [await stores.content.purge({"turn": 30}), await stores.content.purge({"turn": 30})]

    stories = [await stores.ledger.decision(one.decision_id) for one in (old, young)]
    assert ([2, 0], [None, "hello"]) == (erased, [story.said for story in stories if story])


async def test_a_class_that_is_not_named_is_kept(stores: Stores) -> None:
    """No days, no purge."""
    await stores.settled()
    await delivered(stores)
    stores.move(days=1000)

    erased = await stores.content.purge({"audio": 1})

    assert 0 == erased


async def test_an_unknown_class_is_refused(stores: Stores) -> None:
    """A typing error must not look like a purge."""
    with pytest.raises(ValueError, match="trun"):
        await stores.content.purge({"trun": 1})


async def test_what_is_still_under_way_is_left(stores: Stores) -> None:
    """An arrival that waits, a message that is not out yet, and a draft that is open keep their words until they end."""
    waiting = await stores.kept("wait for me", where=origin("other"))
    held = await stores.drafted(replace(DRAFT, expires_at=stores.clock.now().replace(year=2030)))
    stores.move(days=31)

    undelivered = await stores.content.purge({"turn": 30, "evidence": 30})
    await delivered(stores)
    still_open = await stores.content.purge({"turn": 30, "evidence": 30})
    arrival, draft = await stores.inbox.arrival(waiting), await stores.held(held.id)
    await stores.drafts.discard(held.id, 1, LIN, turn_id=stores.turn())
    ended = await stores.content.purge({"turn": 30, "evidence": 30})

    assert isinstance(arrival, Utterance)
    assert (0, 0, "wait for me", held) == (undelivered, still_open, arrival.text, draft)
    assert (5, {}) == (ended, (await stores.held(held.id)).fields)


async def test_a_long_purge_comes_in_parts(stores: Stores) -> None:
    """More than one transaction's worth is erased all the same."""
    for number in range(3):
        await stores.outbox.say(
            origin(str(number)), Answer("", (SEEN,) * 200), key=str(number), lang=stores.settlement(stores.turn()).made.lang
        )
    stores.move(days=2)

    erased = await stores.content.purge({"evidence": 1})

    assert 600 == erased


async def test_one_text_can_be_erased_at_once(stores: Stores) -> None:
    """By its id, once."""
    await stores.kept(PRIVATE)
    [row] = await stores.database.read(lambda database: every(database, "SELECT id FROM content"))

    erased = [await stores.sqlite_content.erase(ContentId(row["id"])) for _ in range(2)]

    assert ([True, False], False) == (erased, PRIVATE.encode() in stores.on_disk())

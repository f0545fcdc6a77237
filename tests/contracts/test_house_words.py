"""What the house says in a thread of its own accord, as the page and the terminal pick it up."""

from bot.domain.decision import Mark, MessageState
from bot.domain.ids import ContentId, ThreadId
from bot.domain.outcome import Answer, Button, Letter
from bot.domain.talk import Lang
from bot.store.rows import every
from bot.store.threads import SqliteThreads
from tests.contracts.house import LIN, MAYA, Stores, origin

TOLD = Answer("It's yours to send.", buttons=(Button("I sent it", "letter:r1:sent"),), forward="Ms Lee,\nhello")
HERE = origin("t1", LIN)


def threads(stores: Stores) -> SqliteThreads:
    """What picks them up."""
    return SqliteThreads(stores.database, stores.clock, stores.ids)


async def test_a_word_follows_what_was_decided_before_it(stores: Stores) -> None:
    """The text to forward and the buttons with it; words of other threads and other people are not among them."""
    first = await stores.settled(where=HERE)
    stores.move(seconds=1)
    await stores.outbox.say(HERE, TOLD, key="a", lang=Lang.EN)
    await stores.outbox.say(origin("t2", LIN), TOLD, key="b", lang=Lang.EN)
    await stores.outbox.say(origin("t1", MAYA), TOLD, key="c", lang=Lang.EN)
    await stores.outbox.say(origin("t1", LIN, "slack"), TOLD, key="d", lang=Lang.EN)
    stores.move(seconds=1)
    await stores.settled(where=HERE)

    [word] = await threads(stores).words(LIN, ThreadId("t1"))

    assert (first.decision_id, TOLD, "", Lang.EN) == (word.after, word.outcome, word.pressed, word.lang)
    assert [] == await threads(stores).words(LIN, ThreadId("t1"), since=word.seq)


async def test_a_word_tells_that_it_was_pressed(stores: Stores) -> None:
    """Then its buttons hold no more."""
    await stores.outbox.say(HERE, TOLD, key="a", lang=Lang.EN)
    message = await stores.claim_one()
    await stores.outbox.delivered(message.id, "counter")
    await stores.outbox.settle(Mark(message.id, "I sent it", "Lin"))

    words = await threads(stores).words(LIN, ThreadId("t1"))

    assert ["I sent it"] == [one.pressed for one in words]


async def test_an_erased_word_is_gone(stores: Stores) -> None:
    """With it its text to forward."""
    await stores.outbox.say(HERE, TOLD, key="a", lang=Lang.EN)
    rows = await stores.database.read(lambda database: every(database, "SELECT outcome_id FROM outbox"))
    await stores.sqlite_content.erase(ContentId(rows[0]["outcome_id"]))

    assert [] == await threads(stores).words(LIN, ThreadId("t1"))
    assert b"Ms Lee" not in stores.on_disk()


async def test_a_letter_is_erased_with_its_message(stores: Stores) -> None:
    """Address and text stand in the outcome alone; a waiting message without them is given up."""
    letter = Letter("Ms Lee", "lee@orbit.example", "Lin", "lin@hengyu.example", "Your new line", "Dear Ms Lee")
    await stores.outbox.say(origin("mail:r1", "r1", "mail"), Answer("", letter=letter), key="release:r1", lang=Lang.EN)
    [claimed] = await stores.outbox.claim(1)
    await stores.outbox.again(claimed.id, 0, "later")
    rows = await stores.database.read(lambda database: every(database, "SELECT outcome_id FROM outbox"))
    await stores.sqlite_content.erase(ContentId(rows[0]["outcome_id"]))

    assert letter == (claimed.outcome.letter if isinstance(claimed.outcome, Answer) else None)
    assert [] == await stores.outbox.claim(1)
    assert {MessageState.DEAD: 1} == await stores.outbox.counts()
    assert b"orbit.example" not in stores.on_disk()

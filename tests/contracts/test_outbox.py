"""The port `Outbox`."""

import asyncio
from dataclasses import replace

from bot.domain.decision import Message, MessageState, Use
from bot.domain.outcome import Answer
from bot.domain.talk import Lang
from tests.contracts.house import ANSWER, LIN, Stores, origin, texts


async def say(stores: Stores, text: str, thread: str = "t1") -> None:
    """Queue a word of the house whose key is its text."""
    await stores.outbox.say(origin(thread), Answer(text), key=text, lang=Lang.EN)


async def claimed(stores: Stores) -> list[str]:
    """The words of what may go now."""
    return [message.outcome.text for message in await stores.outbox.claim(10)]


async def stuck(stores: Stores, text: str, state: MessageState) -> Message:
    """A message that ended without being delivered."""
    await say(stores, text)
    message = await stores.claim_one()
    await (stores.outbox.dead if state is MessageState.DEAD else stores.outbox.unsure)(message.id, "timed out")
    return message


async def test_a_word_of_the_house_is_queued_once_for_its_key(stores: Stores) -> None:
    """A reminder that is sent again after a crash is the same reminder."""
    for _ in range(3):
        await stores.outbox.say(origin(), ANSWER, key="nudge 1", lang=Lang.EN)

    [message] = await stores.outbox.claim(10)
    assert (ANSWER, None, None, Lang.EN, {}) == (message.outcome, message.turn_id, message.decision_id, message.lang, message.facts)


async def test_a_claimed_message_is_sending(stores: Stores) -> None:
    """It is marked before any I/O, so nobody else claims it."""
    await say(stores, "a")

    first, second = await asyncio.gather(stores.outbox.claim(10), stores.outbox.claim(10))

    [message] = [*first, *second]
    assert (MessageState.SENDING, 1) == (message.state, message.attempt)


async def test_a_thread_is_delivered_in_order_and_threads_side_by_side(stores: Stores) -> None:
    """The next of a thread waits until the one before is delivered."""
    for text, thread in (("a1", "a"), ("a2", "a"), ("b1", "b"), ("a3", "a")):
        await say(stores, text, thread)

    first = await stores.outbox.claim(10)
    between = await claimed(stores)
    await stores.outbox.delivered(first[0].id, "receipt")

    assert (["a1", "b1"], [], ["a2"]) == ([one.outcome.text for one in first], between, await claimed(stores))


async def test_no_more_is_claimed_than_asked_for(stores: Stores) -> None:
    """The oldest go first."""
    for thread in ("a", "b", "c"):
        await say(stores, thread, thread)

    some = [one.outcome.text for one in await stores.outbox.claim(2)]

    assert (["a", "b"], ["c"]) == (some, await claimed(stores))


async def test_again_waits_for_its_time_and_holds_its_thread(stores: Stores) -> None:
    """What comes later in the thread does not overtake a message that is tried again."""
    await say(stores, "a1")
    await say(stores, "a2")
    message = await stores.claim_one()

    await stores.outbox.again(message.id, 5, "503")
    at_once = await claimed(stores)
    stores.move(seconds=5)
    retried = await stores.claim_one()

    assert ([], "a1", 2) == (at_once, retried.outcome.text, retried.attempt)


async def test_patience_is_counted_from_the_first_failure(stores: Stores) -> None:
    """Tries do not matter, nor how long it waited before the first; a replay begins anew."""
    await say(stores, "a1")
    stores.move(seconds=1000)
    went_on = []
    for _ in range(3):
        went_on.append(await stores.outbox.again((await stores.claim_one()).id, 40, "503", patience_s=60))
        stores.move(seconds=40)

    assert [True, True, False] == went_on
    assert {MessageState.DEAD: 1} == await stores.outbox.counts()

    [dead] = (await stores.outbox.page(MessageState.DEAD)).items
    await stores.outbox.replay(dead.id)
    assert await stores.outbox.again((await stores.claim_one()).id, 0, "503", patience_s=60)


async def test_messages_are_counted_by_what_became_of_them(stores: Stores) -> None:
    """What arrived is of no more concern."""
    await stuck(stores, "a1", MessageState.UNSURE)
    await stuck(stores, "a2", MessageState.DEAD)
    await say(stores, "a3")
    await stores.outbox.delivered((await stores.claim_one()).id, "receipt")
    for text in ("a4", "a5"):
        await say(stores, text)

    assert {MessageState.UNSURE: 1, MessageState.DEAD: 1, MessageState.WAITING: 2} == await stores.outbox.counts()


async def test_unsure_and_dead_let_the_thread_go_on(stores: Stores) -> None:
    """A message that nobody can help does not silence what follows."""
    for text in ("a1", "a2", "a3"):
        await say(stores, text)

    await stores.outbox.unsure((await stores.claim_one()).id, "timed out")
    await stores.outbox.dead((await stores.claim_one()).id, "gone")

    assert ["a3"] == await claimed(stores)


async def test_a_process_that_died_leaves_its_messages_to_be_asked_about(stores: Stores) -> None:
    """Exactly those under way, and they are not claimed again by themselves."""
    await say(stores, "a1", "a")
    await say(stores, "b1", "b")
    [first, second] = await stores.outbox.claim(10)
    await stores.outbox.delivered(first.id, "receipt")
    await say(stores, "c1", "c")

    left = await stores.outbox.interrupted()

    assert ([second], ["c1"]) == (left, await claimed(stores))


async def test_delivered_notes_once_that_it_was_shown(stores: Stores) -> None:
    """To the person whose decision it is, however often the platform says so."""
    settlement = await stores.settled()
    message = await stores.claim_one()

    for _ in range(2):
        await stores.outbox.delivered(message.id, "receipt")
        stores.move(seconds=1)

    story = await stores.ledger.decision(settlement.decision_id)
    assert story is not None
    assert ((Use.SHOWN, LIN, settlement.at),) == story.uses


async def test_only_what_was_delivered_was_shown(stores: Stores) -> None:
    """A message that may not have arrived counts for nothing."""
    settlement = await stores.settled()

    await stores.outbox.unsure((await stores.claim_one()).id, "timed out")

    story = await stores.ledger.decision(settlement.decision_id)
    assert story is not None
    assert () == story.uses


async def test_a_late_receipt_settles_what_was_unsure(stores: Stores) -> None:
    """The platform may be asked later; then a person need not be."""
    message = await stuck(stores, "a1", MessageState.UNSURE)

    await stores.outbox.delivered(message.id, "receipt")

    pages = [await stores.sqlite_outbox.page(state) for state in (MessageState.UNSURE, MessageState.DELIVERED)]
    assert [[], ["a1"]] == [texts(page) for page in pages]


async def test_what_was_delivered_is_never_put_back(stores: Stores) -> None:
    """A slow worker's second thoughts come too late."""
    await say(stores, "a1")
    message = await stores.claim_one()
    await stores.outbox.delivered(message.id, "receipt")

    await stores.outbox.again(message.id, 0, "late")
    await stores.outbox.unsure(message.id, "late")
    await stores.outbox.dead(message.id, "late")
    replayed = await stores.sqlite_outbox.replay(message.id)

    assert (False, ["a1"]) == (replayed, texts(await stores.sqlite_outbox.page(MessageState.DELIVERED)))


async def test_stuck_messages_are_listed_with_the_reason(stores: Stores) -> None:
    """A page at a time, oldest first."""
    for text in ("a1", "a2", "a3"):
        await stuck(stores, text, MessageState.DEAD)

    first = await stores.sqlite_outbox.page(MessageState.DEAD, limit=2)
    second = await stores.sqlite_outbox.page(MessageState.DEAD, after=first.after, limit=2)

    assert (["a1", "a2"], ["a3"], None) == (texts(first), texts(second), second.after)
    assert {"why": "timed out"} == first.items[0].facts


async def test_a_person_may_replay_what_is_stuck(stores: Stores) -> None:
    """It goes out again, its tries counted anew; once, until it is stuck again."""
    for state in (MessageState.DEAD, MessageState.UNSURE):
        message = await stuck(stores, state.value, state)

        replayed = [await stores.sqlite_outbox.replay(message.id) for _ in range(2)]

        retried = await stores.claim_one()
        assert ([True, False], replace(message, facts={"why": "timed out"})) == (replayed, retried)
        await stores.outbox.delivered(retried.id, "receipt")


async def test_a_message_whose_content_was_erased_is_given_up(stores: Stores) -> None:
    """Words that are gone cannot be delivered, and do not hold the thread."""
    await say(stores, "old news")
    stores.move(days=40)
    await stores.content.purge({"turn": 30})
    await say(stores, "fresh news")

    given_up = await claimed(stores)

    assert ([], ["fresh news"]) == (given_up, await claimed(stores))
    assert {"why": "content_erased"} == (await stores.sqlite_outbox.page(MessageState.DEAD)).items[0].facts

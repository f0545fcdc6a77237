"""Messages on their way out: what an admin sees and sends again, and what a person is told of a message that may not have arrived."""

from pathlib import Path

import pytest

from bot.domain.decision import Message, MessageState
from bot.domain.outcome import Answer, Button
from bot.domain.talk import Lang
from bot.errors import Unclear
from bot.outgoing import Doubts, Outgoing
from bot.words import TomlWords, read_sentences
from tests.contracts.house import DRAFT, Stores, origin
from tests.unit.test_delivery import stores

__all__ = ["stores"]

WORDS = TomlWords(read_sentences(Path(__file__).parents[2] / "bot" / "strings.toml"))


async def stopped(stores: Stores, text: str, state: MessageState, thread: str = "t1") -> Message:
    """A message that stopped without being delivered."""
    await stores.outbox.say(origin(thread, channel="slack"), Answer(text), key=text, lang=Lang.EN)
    [message] = await stores.outbox.claim(1)
    await (stores.outbox.dead if state is MessageState.DEAD else stores.outbox.unsure)(message.id, "line cut")
    return message


async def test_admin_sees_who_and_why_and_not_what(stores: Stores) -> None:
    """What needs somebody stands first; no word of a message is told."""
    unsure = await stopped(stores, "secret words", MessageState.UNSURE)
    dead = await stopped(stores, "other words", MessageState.DEAD, "t2")
    await stores.outbox.say(origin("t3", channel="slack"), Answer("waiting words"), key="w", lang=Lang.EN)
    outgoing = Outgoing(stores.outbox, lambda: None)

    told = await outgoing.list()

    assert ["dead", "unsure", "waiting"] == [one["state"] for one in told]
    assert (unsure.id, dead.id) == (told[1]["id"], told[0]["id"])
    assert ("slack", "li", 1, "line cut") == tuple(told[0][key] for key in ("channel", "to", "tries", "why"))
    assert "words" not in str(told)
    assert [told[1]] == await outgoing.list("unsure")


async def test_what_stopped_is_sent_again_when_somebody_asks(stores: Stores) -> None:
    """Once; the delivery hears of it. What is unknown stops all of it, and so does a state that there is not."""
    message, woken = await stopped(stores, "words", MessageState.DEAD), []
    outgoing = Outgoing(stores.outbox, lambda: woken.append(True))

    with pytest.raises(Unclear, match="no_such_message"):
        await outgoing.replay([message.id, "nothing"])
    first, second = [await outgoing.replay([message.id]) for _ in range(2)]

    assert ([{"id": message.id, "replayed": True}], [{"id": message.id, "replayed": False}], 2) == (first, second, len(woken))
    with pytest.raises(Unclear, match="no_such_state"):
        await outgoing.list("lost")


async def test_person_may_ask_again_what_may_not_have_been_answered(stores: Stores) -> None:
    """Once for a message; with the words they had said as a button. A word about a word of the house there is not."""
    await stores.settled(Answer("36 months."), said="How long?")
    [lost] = await stores.outbox.claim(1)
    await stores.outbox.unsure(lost.id, "line cut")
    house = await stopped(stores, "Too many.", MessageState.UNSURE, "t2")
    doubts = Doubts(stores.outbox, stores.ledger, WORDS)

    for message in (lost, lost, house):
        await doubts.tell(message)

    [told] = await stores.outbox.claim(9)
    assert (lost.origin, (Button("Ask again", "say", "How long?"),)) == (told.origin, told.outcome.buttons)
    assert "36 months." in told.outcome.text


async def test_draft_that_may_not_have_been_seen_is_not_made_twice(stores: Stores) -> None:
    """Saying the words again would draft again, so no button offers it."""
    await stores.drafted(DRAFT)
    [lost] = await stores.outbox.claim(1)
    await stores.outbox.unsure(lost.id, "line cut")

    await Doubts(stores.outbox, stores.ledger, WORDS).tell(lost)

    [told] = await stores.outbox.claim(9)
    assert () == told.outcome.buttons

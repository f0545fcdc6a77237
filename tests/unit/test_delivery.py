"""Delivery: what the outbox holds is sent once, and where that is not sure a person is asked."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from math import inf
from pathlib import Path

import pytest

from bot.domain.decision import Message, MessageState
from bot.domain.ids import MessageId
from bot.domain.outcome import Answer
from bot.domain.talk import Lang, Origin
from bot.engine.delivery import Care, Counted, Delivery, Told, Ways
from bot.errors import Undeliverable, Unsure, Upstream
from bot.events.bus import HouseBus
from bot.ports import Channel
from bot.senses import SystemClock
from bot.store.outbox import SqliteOutbox
from tests.contracts.house import Stores, origin
from tests.fakes.http_channel import HttpChannel
from tests.fakes.receiver import receiving
from tests.fakes.waiting import until

CARE = Care(first_wait_s=0.01, longest_wait_s=0.02, look_s=60.0, questions=2)


class MoodyChannel:
    """A channel that meets each send with the next of its moods: an error, or `hang`. Afterwards it delivers."""

    def __init__(self, *moods: Exception | str, name: str = "web", knows: bool | Exception | None = None) -> None:
        self.name = name
        self.moods = list(moods)
        self.knows = knows
        self.begun: list[str] = []
        self.shown: list[str] = []
        self.asked = 0
        self.worked: list[tuple[str, float]] = []
        self.away: Callable[[], bool] = lambda: False

    async def deliver(self, message: Message) -> str:
        """Show it, in the mood it is in."""
        self.begun.append(message.outcome.text)
        if self.away():
            raise Upstream(self.name)
        match self.moods.pop(0) if self.moods else None:
            case Exception() as error:
                raise error
            case "hang":
                await asyncio.Event().wait()
        self.shown.append(message.outcome.text)
        return f"receipt of {message.outcome.text}"

    async def reached(self, _: Message) -> bool | None:
        """What it knows."""
        self.asked += 1
        if isinstance(self.knows, Exception):
            raise self.knows
        return self.knows

    async def working(self, _origin: Origin, _lang: Lang, step: str, seconds: float, /) -> None:
        """Note what it is at."""
        self.worked.append((step, seconds))


class NotedOutbox(SqliteOutbox):
    """The real one, on real time. waits: how long messages were put off. stumbles: how often the disk is full for a moment."""

    stumbles = 0

    def __init__(self, stores: Stores) -> None:
        super().__init__(stores.database, SystemClock(), stores.ids)
        self.waits: list[float] = []

    async def again(self, message_id: MessageId, after_s: float, why: str, *, patience_s: float = inf) -> bool:
        """Note the wait."""
        self.waits.append(after_s)
        return await super().again(message_id, after_s, why, patience_s=patience_s)

    async def delivered(self, message_id: MessageId, receipt: str) -> None:
        """Fail while it stumbles."""
        if self.stumbles:
            self.stumbles -= 1
            raise OSError(receipt)
        await super().delivered(message_id, receipt)


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    """An empty store."""
    stores = Stores(tmp_path / "tandem.db")
    yield stores
    stores.close()


@pytest.fixture
def outbox(stores: Stores) -> NotedOutbox:
    """An empty outbox."""
    return NotedOutbox(stores)


@asynccontextmanager
async def running(
    stores: Stores, outbox: SqliteOutbox, *channels: Channel, care: Care = CARE, told: Told | None = None, counted: Counted | None = None
) -> AsyncIterator[Delivery]:
    """Delivery for as long as the block lasts."""
    bus = HouseBus(stores.events)
    await bus.start()
    exits: Mapping[str, Channel] = {channel.name: channel for channel in channels}
    ways = Ways(care, {})
    ways = replace(ways, told=told) if told else ways
    delivery = Delivery(outbox, exits, bus, replace(ways, counted=counted) if counted else ways)
    await delivery.start()
    yield delivery
    await delivery.close(grace_s=0.05)
    await bus.close()


async def say(outbox: NotedOutbox, text: str, thread: str = "t1", channel: str = "web") -> None:
    """Put a word into the outbox."""
    await outbox.say(origin(thread, channel=channel), Answer(text), key=f"{thread}:{text}", lang=Lang.EN)


async def texts(outbox: NotedOutbox, state: MessageState) -> list[str]:
    """What stands in a state, oldest first."""
    return [message.outcome.text for message in (await outbox.page(state)).items]


def stands(outbox: NotedOutbox, state: MessageState, *wanted: str) -> Callable[[], Awaitable[bool]]:
    """Whether exactly these stand in a state."""

    async def holds() -> bool:
        return list(wanted) == await texts(outbox, state)

    return holds


async def test_messages_of_a_thread_arrive_in_order_and_threads_side_by_side(stores: Stores, outbox: NotedOutbox) -> None:
    """A message that hangs holds up its own thread and no other."""
    channel = MoodyChannel("hang")
    for thread, text in (("t1", "one"), ("t1", "two"), ("t2", "other"), ("t2", "another")):
        await say(outbox, text, thread)
    async with running(stores, outbox, channel):
        await until(stands(outbox, MessageState.DELIVERED, "other", "another"))

        assert ["one", "other", "another"] == channel.begun


async def test_settled_turn_is_delivered_without_a_call(stores: Stores, outbox: NotedOutbox) -> None:
    """The event of the settlement is enough."""
    channel = MoodyChannel()
    bus = HouseBus(stores.events)
    await bus.start()
    delivery = Delivery(stores.outbox, {"web": channel}, bus, Ways(CARE))
    await delivery.start()
    await stores.settled(Answer("done"))
    bus.wake()
    await until(stands(outbox, MessageState.DELIVERED, "done"))
    await delivery.close()
    await bus.close()

    assert ["done"] == channel.shown


async def test_refused_message_is_sent_again_after_its_wait(stores: Stores, outbox: NotedOutbox) -> None:
    """What surely did not arrive waits, at least as long as the platform asked, and is sent again; what follows waits with it."""
    channel = MoodyChannel(Upstream("web", retry_after_s=0.05))
    await say(outbox, "one")
    await say(outbox, "two")
    async with running(stores, outbox, channel):
        await until(stands(outbox, MessageState.DELIVERED, "one", "two"))

    assert ["one", "one", "two"] == channel.begun
    assert [True] == [0.05 <= wait <= 0.05 * 1.2 for wait in outbox.waits]


async def test_platform_that_is_away_for_an_hour_gets_everything_afterwards_in_order(stores: Stores) -> None:
    """However often it was tried: nothing is dead, nothing overtakes, and a restart in the middle changes nothing."""
    channel, back_at = MoodyChannel(), stores.clock.now() + timedelta(hours=1)
    channel.away = lambda: stores.clock.now() < back_at
    outbox = SqliteOutbox(stores.database, stores.clock, stores.ids)
    for number in range(3):
        await stores.outbox.say(origin("t1"), Answer(f"m{number}"), key=f"{number}", lang=Lang.EN)
    for _ in range(2):  # two processes, one after the other
        async with running(stores, outbox, channel, care=Care(look_s=60.0)) as delivery:
            for _ in range(9):
                tried = len(channel.begun)
                stores.move(seconds=360)
                delivery.wake()
                await until(lambda tried=tried: len(channel.begun) > tried or len(channel.shown) == 3)  # type: ignore[misc]
                await until(lambda: _nothing_under_way(outbox))

    assert ["m0", "m1", "m2"] == channel.shown
    assert 9 < channel.begun.count("m0")


async def _nothing_under_way(outbox: SqliteOutbox) -> bool:
    return MessageState.SENDING not in await outbox.counts()


async def test_message_is_dead_when_patience_is_over(stores: Stores) -> None:
    """A day after its first failure it is kept for a person to replay, and what follows goes on."""
    channel = MoodyChannel(*(Upstream("web", retry_after_s=0.0) for _ in range(2)))
    outbox = SqliteOutbox(stores.database, stores.clock, stores.ids)
    for text in ("one", "two"):
        await stores.outbox.say(origin("t1"), Answer(text), key=text, lang=Lang.EN)
    async with running(stores, outbox, channel, care=Care(look_s=60.0)) as delivery:
        await until(lambda: len(channel.begun) == 1)
        await until(lambda: _nothing_under_way(outbox))
        stores.move(seconds=90_000)
        delivery.wake()
        await until(lambda: channel.shown == ["two"])

    dead = (await outbox.page(MessageState.DEAD)).items
    assert [("one", "web")] == [(message.outcome.text, message.facts["why"]) for message in dead]


async def test_message_that_can_never_arrive_is_dead_at_once(stores: Stores, outbox: NotedOutbox) -> None:
    """The platform's reason is kept; what follows goes on."""
    channel = MoodyChannel(Undeliverable("web", "channel_not_found"))
    await say(outbox, "one")
    await say(outbox, "two")
    async with running(stores, outbox, channel):
        await until(stands(outbox, MessageState.DELIVERED, "two"))

    dead = (await outbox.page(MessageState.DEAD)).items
    assert (["one", "two"], ["channel_not_found"]) == (channel.begun, [message.facts["why"] for message in dead])


async def test_person_is_told_of_what_may_not_have_reached_them(stores: Stores, outbox: NotedOutbox) -> None:
    """And every end of a try is counted."""
    channel, told, counted = MoodyChannel(Unsure("line cut"), Upstream("web", 0.0), Undeliverable("web", "gone")), [], []

    async def tell(message: Message) -> None:
        told.append(message.outcome.text)

    for text in ("one", "two", "three"):
        await say(outbox, text)
    async with running(stores, outbox, channel, told=tell, counted=lambda *count: counted.append(count)):
        await until(stands(outbox, MessageState.DELIVERED, "three"))

    assert (["one"], [("web", became) for became in ("unsure", "again", "dead", "delivered")]) == (told, counted)


@pytest.mark.parametrize("mood", [Unsure("line cut"), ValueError("bug in the channel"), "hang"], ids=["line cut", "bug", "too late"])
async def test_message_that_may_have_arrived_is_not_sent_again(stores: Stores, outbox: NotedOutbox, mood: Exception | str) -> None:
    """A person is asked; what follows in the thread goes on."""
    channel = MoodyChannel(mood)
    await say(outbox, "one")
    await say(outbox, "two")
    async with running(stores, outbox, channel, care=Care(deadline_s=0.05, look_s=60.0)):
        await until(stands(outbox, MessageState.DELIVERED, "two"))

    assert ["one", "two"] == channel.begun
    assert ["one"] == await texts(outbox, MessageState.UNSURE)


async def test_send_that_is_cut_off_by_the_close_is_unsure(stores: Stores, outbox: NotedOutbox) -> None:
    """It was under way, so it may have arrived."""
    channel = MoodyChannel("hang")
    await say(outbox, "one")
    async with running(stores, outbox, channel):
        await until(lambda: channel.begun == ["one"])

    assert ["one"] == await texts(outbox, MessageState.UNSURE)


@pytest.mark.parametrize(
    "knows, delivered, unsure, sent",
    [
        (True, ["one", "two"], [], ["two"]),
        (False, ["one", "two"], [], ["one", "two"]),
        (None, ["two"], ["one"], ["two"]),
        (Upstream("web"), ["two"], ["one"], ["two"]),
        (ValueError("bug"), ["two"], ["one"], ["two"]),
    ],
    ids=["arrived", "did not arrive", "cannot say", "is down", "does not make sense"],
)
async def test_message_of_a_dead_process_is_asked_about(
    stores: Stores, outbox: NotedOutbox, knows: bool | Exception | None,  # noqa: FBT001 - what the port says
    delivered: list[str], unsure: list[str], sent: list[str],
) -> None:
    """What the last process was sending when it died is sent again only when the platform surely does not have it."""
    channel = MoodyChannel(knows=knows)
    await say(outbox, "one")
    await say(outbox, "two")
    await outbox.claim(1)
    async with running(stores, outbox, channel):
        await until(stands(outbox, MessageState.DELIVERED, *delivered))

    assert (unsure, sent) == (await texts(outbox, MessageState.UNSURE), channel.begun)


async def test_channel_that_hangs_holds_up_no_other(stores: Stores, outbox: NotedOutbox) -> None:
    """Each channel has room of its own."""
    slack, web = MoodyChannel("hang", "hang", name="slack"), MoodyChannel()
    for number in range(3):
        await say(outbox, f"slack {number}", f"s{number}", "slack")
    await say(outbox, "web", "w", "web")
    async with running(stores, outbox, slack, web, care=Care(at_once=2, look_s=60.0)):
        await until(stands(outbox, MessageState.DELIVERED, "web"))

        assert ["slack 0", "slack 1"] == slack.begun


async def test_message_for_a_channel_that_is_not_here_is_left_untouched(stores: Stores, outbox: NotedOutbox) -> None:
    """A command that runs alone judges nothing that is not its own."""
    await say(outbox, "interrupted", "s1", "slack")
    await outbox.claim(1)
    await say(outbox, "waiting", "s2", "slack")
    await say(outbox, "own", "w")
    async with running(stores, outbox, MoodyChannel()):
        await until(stands(outbox, MessageState.DELIVERED, "own"))

    assert (["waiting"], ["interrupted"]) == (await texts(outbox, MessageState.WAITING), await texts(outbox, MessageState.SENDING))


async def test_delivery_that_could_not_be_noted_is_noted_later_and_not_repeated(stores: Stores, outbox: NotedOutbox) -> None:
    """A disk that is full for a moment costs no second message."""
    channel, outbox.stumbles = MoodyChannel(), 1
    await say(outbox, "one")
    async with running(stores, outbox, channel):
        await until(stands(outbox, MessageState.DELIVERED, "one"))

    assert ["one"] == channel.shown


async def test_over_a_real_line_refusals_are_repeated_and_cut_lines_are_not(stores: Stores, outbox: NotedOutbox) -> None:
    """A 500 is no delivery; a line cut after the request may be one, and was."""
    with receiving() as receiver:
        channel = HttpChannel("web", receiver.port, can_be_asked=False)
        async with running(stores, outbox, channel) as delivery:
            receiver.mood("refuse", 1)
            await say(outbox, "refused", "t1")
            delivery.wake()
            await until(stands(outbox, MessageState.DELIVERED, "refused"))
            receiver.mood("drop", 1)
            await say(outbox, "dropped", "t2")
            delivery.wake()
            await until(stands(outbox, MessageState.UNSURE, "dropped"))
        await channel.close()

        assert ["refused", "dropped"] == [each["text"] for each in receiver.deliveries()]

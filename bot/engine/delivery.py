"""The way out: what the outbox holds is handed to its channel, once. Knows outcomes of a send; knows no platform and no card."""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field

import structlog

from bot.domain.decision import Message
from bot.domain.records import Event
from bot.errors import Undeliverable, Unsure, Upstream
from bot.ports import Bus, Channel, Outbox

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Care:
    """How messages are sent by one channel.

    at_once: how many are under way at most, so that a channel that hangs holds up no other. deadline_s: for one try; what takes longer
    may have arrived. patience_s: how long a message that surely did not arrive is tried, from its first failure on, before it is dead: a
    platform that is away for an hour costs no message.
    first_wait_s: doubles from try to try, up to longest_wait_s. look_s: the outbox is looked at this often though nobody called.
    questions: how often a platform is asked about an earlier try before a person is.
    """

    at_once: int = 32
    deadline_s: float = 20.0
    patience_s: float = DAY_S
    first_wait_s: float = 1.0
    longest_wait_s: float = 300.0
    look_s: float = 5.0
    questions: int = 5


Told = Callable[[Message], Awaitable[None]]
"""Tells the person of a message that may not have reached them."""
Counted = Callable[[str, str], None]
"""Counts what became of a try: channel; delivered, again, unsure or dead."""


async def _untold(_: Message) -> None:
    return


def _uncounted(_channel: str, _became: str) -> None:
    return


@dataclass(frozen=True, slots=True)
class Ways:
    """How this house sends. cares: by channel, where one is not sent as the rest. told, counted: see `Told` and `Counted`.

    noted: is called after it was written down what became of a message; what fails in it is made up for by whoever looks later.
    """

    care: Care = Care()
    cares: Mapping[str, Care] = field(default_factory=dict)
    told: Told = _untold
    counted: Counted = _uncounted
    noted: Told = _untold

    def of(self, channel: str) -> Care:
        """The care of one channel."""
        return self.cares.get(channel, self.care)


class Delivery:
    """Sends what the outbox holds, in order within a thread, threads side by side."""

    def __init__(self, outbox: Outbox, channels: Mapping[str, Channel], bus: Bus, ways: Ways = Ways()) -> None:
        """channels: by name. What is meant for any other waits, untouched, for a process that has it."""
        self._outbox = outbox
        self._channels = channels
        self._bus = bus
        self._ways = ways
        self._due = asyncio.Event()
        self._sending: dict[asyncio.Task[None], str] = {}
        self._timers: set[asyncio.TimerHandle] = set()
        self._loop: asyncio.Task[None] | None = None
        self._unsubscribe: Callable[[], None] | None = None
        self._closing = False

    async def start(self) -> None:
        """Ask what became of messages that were under way when the last process ended; then send. The home must be held."""
        for message in await self._outbox.interrupted():
            if (channel := self._channels.get(message.origin.channel)) is not None:
                self._begin(channel, self._inquire(message, channel))
        self._unsubscribe = self._bus.subscribe("turn.settled", self._on_settled)
        self._due.set()
        self._loop = asyncio.create_task(self._run())

    def wake(self) -> None:
        """There may be something to send. To be called on the loop."""
        self._due.set()

    async def close(self, grace_s: float = 5.0) -> None:
        """Claim nothing more; sends under way have `grace_s` to end. What is cut off is `unsure`."""
        if self._unsubscribe is not None:
            self._unsubscribe()
        self._closing = True
        self._due.set()
        if self._loop is not None:
            await self._loop
        for timer in self._timers:
            timer.cancel()
        sending = set(self._sending)
        if sending:
            await asyncio.wait(sending, timeout=grace_s)
        for task in sending:
            task.cancel()
        await asyncio.gather(*sending, return_exceptions=True)

    async def _on_settled(self, _: Event) -> None:
        self.wake()

    async def _run(self) -> None:
        while not self._closing:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._ways.care.look_s):
                    await self._due.wait()
            self._due.clear()
            try:
                await self._claim()
            except Exception:
                log.exception("claim_failed")
                await asyncio.sleep(1.0)

    async def _claim(self) -> None:
        """Claim as many as there is room for; each that ends makes room, and frees its thread, so it wakes us."""
        under_way = Counter(self._sending.values())
        for name, channel in self._channels.items():
            room = self._ways.of(name).at_once - under_way[name]
            if room > 0 and not self._closing:
                for message in await self._outbox.claim(room, channel=name):
                    self._begin(channel, self._send(message, channel))

    def _begin(self, channel: Channel, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._sending[task] = channel.name
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._sending[task]
        self._due.set()

    async def _send(self, message: Message, channel: Channel) -> None:
        try:
            async with asyncio.timeout(self._ways.of(channel.name).deadline_s):
                receipt = await channel.deliver(message)
        except Upstream as err:
            await self._again(message, err)
        except Undeliverable as err:
            await self._dead(message, err.why)
        except (Unsure, TimeoutError) as err:
            await self._unsure(message, str(err) or "no answer in time")
        except asyncio.CancelledError:
            await self._unsure(message, "cut off while sending")
            raise
        except Exception as err:
            log.exception("send_failed", message_id=message.id, channel=channel.name)
            await self._unsure(message, type(err).__name__)
        else:
            await self._note(message, "delivered", lambda: self._outbox.delivered(message.id, receipt))

    async def _again(self, message: Message, err: Upstream) -> None:
        """Surely not delivered: later, or never."""
        why, care = str(err), self._ways.of(message.origin.channel)
        growing_s = min(care.first_wait_s * 2.0 ** min(message.attempt - 1, 32), care.longest_wait_s)
        wait_s = max(growing_s, err.retry_after_s) * random.uniform(1.0, 1.2)  # noqa: S311 - no secret

        async def note() -> None:
            if not await self._outbox.again(message.id, wait_s, why, patience_s=care.patience_s):
                log.error("message_dead", message_id=message.id, channel=message.origin.channel, why=why)
                self._ways.counted(message.origin.channel, "dead")

        await self._note(message, "again", note)
        self._wake_in(wait_s)

    async def _dead(self, message: Message, why: str) -> None:
        log.error("message_dead", message_id=message.id, channel=message.origin.channel, why=why)
        await self._note(message, "dead", lambda: self._outbox.dead(message.id, why))

    async def _unsure(self, message: Message, why: str) -> None:
        log.warning("message_unsure", message_id=message.id, channel=message.origin.channel, why=why)

        async def note() -> None:
            await self._outbox.unsure(message.id, why)
            await self._ways.told(message)

        await self._note(message, "unsure", note)

    async def _inquire(self, message: Message, channel: Channel) -> None:
        """Ask the platform whether an earlier try arrived; where it cannot say, a person is asked."""
        match await self._reached(message, channel):
            case True:
                await self._note(message, "delivered", lambda: self._outbox.delivered(message.id, ""))
            case False:
                await self._note(message, "again", lambda: self._once_more(message))
            case None:
                await self._unsure(message, "the process ended while sending")

    async def _once_more(self, message: Message) -> None:
        await self._outbox.again(message.id, 0.0, "had not arrived")

    async def _reached(self, message: Message, channel: Channel) -> bool | None:
        care = self._ways.of(channel.name)
        wait_s = care.first_wait_s
        for question in range(care.questions):
            try:
                async with asyncio.timeout(care.deadline_s):
                    return await channel.reached(message)
            except (Upstream, Unsure, TimeoutError) as err:
                log.info("platform_does_not_say", message_id=message.id, question=question + 1, why=str(err))
            except Exception:
                log.exception("platform_not_understood", message_id=message.id, question=question + 1)
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, care.longest_wait_s)
        return None

    async def _note(self, message: Message, became: str, note: Callable[[], Awaitable[None]]) -> None:
        """Write down what became of a message, for as long as that fails: unwritten, it would hold its thread until the next start.

        Not to be cut off by a close either: what is known must be kept.
        """
        self._ways.counted(message.origin.channel, became)
        await asyncio.shield(asyncio.create_task(self._write(message, note)))

    async def _write(self, message: Message, note: Callable[[], Awaitable[None]]) -> None:
        wait_s = 0.5
        while True:
            try:
                await note()
                break
            except Exception:
                log.exception("message_not_noted", message_id=message.id)
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, 30.0)
        try:
            await self._ways.noted(message)
        except Exception:
            log.exception("message_not_followed", message_id=message.id)

    def _wake_in(self, seconds: float) -> None:
        def ring() -> None:
            self._timers.discard(timer)
            self._due.set()

        timer = asyncio.get_running_loop().call_later(seconds, ring)
        self._timers.add(timer)

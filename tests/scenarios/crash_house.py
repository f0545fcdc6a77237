"""A house that is killed at a named place of the road and lives again, life after life, over one home.

Each life is a fork of a process that has imported everything, so it costs what a start costs and no more. The ports are watched from
here; the house does not know. Run as `python -m tests.scenarios.crash_house HOME PORT PLAN`, PLAN a JSON list of [place, time]; writes
one JSON line for each life.
"""

import asyncio
import inspect
import json
import logging
import os
import signal
import sys
import traceback
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast

from bot.domain.decision import MessageState
from bot.domain.ids import ThreadId, UserId
from bot.domain.outcome import Answer
from bot.domain.people import Role, User
from bot.domain.talk import Lang, Origin, Turn, Utterance
from bot.engine.attempts import Attempts
from bot.engine.delivery import Care, Delivery, Ways
from bot.engine.durable import Durable
from bot.engine.lanes import Lanes
from bot.events.bus import HouseBus
from bot.logs import configure
from bot.ports import Capability, Channel, Choice, Chooser, Engine, Ids, Inbox, Ledger, Outbox
from bot.senses import SystemClock, TimeIds
from bot.store.belongings import SqliteBelongings
from bot.store.database import Database
from bot.store.drafts import SqliteDrafts
from bot.store.events import SqliteEvents
from bot.store.inbox import SqliteInbox
from bot.store.ledger import SqliteLedger
from bot.store.memory import SqliteMemory
from bot.store.migrations import migrate
from bot.store.outbox import SqliteOutbox
from bot.store.recordings import SqliteRecordings
from bot.store.threads import SqliteThreads
from bot.store.users import SqliteUsers
from bot.turns.chats import Chats
from bot.turns.conversation import Conversation, ReadySkill
from bot.turns.receive import Receiving
from bot.turns.speech import Speech
from bot.words import TomlWords, read_sentences
from tests.fakes.gates import OpenGate
from tests.fakes.http_channel import HttpChannel
from tests.fakes.media import ReadingLibrary
from tests.fakes.receiver import Receiver

THREADS = (("asked", "asked-1"), ("asked", "asked-2"), ("silent", "silent-1"), ("silent", "silent-2"))
"""(channel, thread): one platform can be asked about earlier tries, the other cannot."""

A_LIFE = 2
"""Utterances in each thread that a life brings."""
AT_ONCE = 2
"""How often each is sent at the same time, as a platform does that did not hear us."""
LONGEST_S = 60.0
SENTENCES = Path(__file__).parents[2] / "bot" / "strings.toml"
CHOICE = Choice("echo", "echo")


@dataclass
class Fuse:
    """Ends the process at the `time`-th passage of `place`, as a power cut would."""

    place: str
    time: int

    def passes(self, place: str) -> None:
        """Somebody is at `place`."""
        if place == self.place:
            self.time -= 1
            if self.time == 0:
                os.kill(os.getpid(), signal.SIGKILL)


class Watched:
    """A port, seen from outside: before and after each of its calls the fuse is told. suffix: tells two of a kind apart."""

    def __init__(self, port: object, fuse: Fuse, suffix: str = "") -> None:
        self._port = port
        self._fuse = fuse
        self._suffix = suffix

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the port has
        """What the port has under that name, watched when it is a call."""
        found = getattr(self._port, name)
        if not inspect.iscoroutinefunction(found):
            return found

        async def call(*args: object, **kwargs: object) -> object:
            self._fuse.passes(f"before {name}{self._suffix}")
            result = await found(*args, **kwargs)
            self._fuse.passes(f"after {name}{self._suffix}")
            return result

        return call


@dataclass
class WatchedIds:
    """Ids asked for in the middle of the settling transaction."""

    ids: Ids
    fuse: Fuse

    def new(self) -> str:
        """A new one."""
        self.fuse.passes("within settle")
        return self.ids.new()


class EchoChooser:
    """Everything is an echo."""

    async def choose(self, turn: Turn, offered: object) -> Choice:  # noqa: ARG002 - the port's shape
        """The echo."""
        return CHOICE


async def echo(turn: Turn) -> Answer:
    """Say it again."""
    return Answer(turn.text)


class Sent:
    """What the platform did not see acknowledged is sent again by every life until it is."""

    def __init__(self, home: Path) -> None:
        self._file = os.open(home / "acknowledged", os.O_CREAT | os.O_APPEND | os.O_RDWR)
        self._acknowledged = set((home / "acknowledged").read_text(encoding="utf-8").split("\n"))

    def waiting(self, thread: str, lives: int) -> list[str]:
        """Texts of `thread` that nobody acknowledged yet, in the order they were said."""
        said = [f"{thread} {life:03}.{number}" for life in range(lives) for number in range(A_LIFE)]
        return [text for text in said if text not in self._acknowledged]

    def acknowledge(self, text: str) -> None:
        """The platform heard that we have it."""
        self._acknowledged.add(text)
        os.write(self._file, f"{text}\n".encode())


@dataclass
class Home:
    """One life's house."""

    inbox: Inbox
    outbox: Outbox
    whole_outbox: SqliteOutbox
    lanes: Lanes
    fuse: Fuse
    sent: Sent

    async def say(self, channel: str, thread: str, lives: int) -> None:
        """All that waits in one thread, each sent more than once at the same time, one after the other."""
        origin = Origin(channel, "", "li", ThreadId(thread))
        for text in self.sent.waiting(thread, lives):
            said = Utterance(origin, text, text, SystemClock().now())
            await asyncio.gather(*(self.inbox.keep(said, backlog=1000) for _ in range(AT_ONCE)))
            self.fuse.passes("before acknowledge")
            self.sent.acknowledge(text)
            self.fuse.passes("after acknowledge")
            self.lanes.wake(origin.thread_id)

    async def quiet(self) -> None:
        """Return when everything is settled and sent."""
        while await self._busy():  # noqa: ASYNC110 - asked from outside, as a person would look
            await asyncio.sleep(0.02)

    async def _busy(self) -> bool:
        waits = [(await self.whole_outbox.page(state)).items for state in (MessageState.WAITING, MessageState.SENDING)]
        return any(waits) or any([await self.inbox.next_in(ThreadId(thread)) for _, thread in THREADS])


@asynccontextmanager
async def opened(home: Path, port: int, fuse: Fuse) -> AsyncIterator[Home]:
    """The shipped store, engine, lanes, delivery, bus and conversation, watched."""
    database, clock, ids = Database(home / "tandem.db"), SystemClock(), TimeIds()
    migrate(database)
    watched: Callable[[object], Any] = lambda port: Watched(port, fuse)  # noqa: E731 - it is one
    whole_outbox = SqliteOutbox(database, clock, ids)
    inbox = cast("Inbox", watched(SqliteInbox(database, clock, ids)))
    outbox = cast("Outbox", watched(whole_outbox))
    ledger = cast("Ledger", watched(SqliteLedger(database, clock, WatchedIds(ids, fuse))))
    chooser = cast("Chooser", watched(EchoChooser()))
    users = SqliteUsers(database, clock, ids)
    await users.seed([User(UserId(""), "Li", "li@acme.example", Role.REP, "east", "UTC", {channel: "li" for channel, _ in THREADS})])
    words = TomlWords(read_sentences(SENTENCES))
    bus = HouseBus(SqliteEvents(database, clock, ids))
    capability = Capability("echo", {Lang.EN: "", Lang.ZH: ""}, ("echo",), {}, "ready")

    async def do(turn: Turn) -> Answer:
        fuse.passes("before do")
        answer = await echo(turn)
        fuse.passes("after do")
        return answer

    skill = ReadySkill(capability, "", {}, "ai_autonomous", words, do)
    drafts = SqliteDrafts(database, clock, ids, OpenGate())
    belongings = SqliteBelongings(database, clock, ids, home / "belongings", {}, 1 << 20)
    speech = Speech(belongings, SqliteRecordings(database, clock, ids, belongings), words)
    talk = Conversation(
        inbox, users, ledger, drafts, SqliteMemory(database, clock), chooser, lambda _: [skill], words, bus,
        clock, ids, "UTC",
        Chats(outbox, SqliteThreads(database, clock, ids), Receiving(belongings, ReadingLibrary(), words, speech), words, clock),
    )
    attempts = cast("Attempts", watched(Attempts(talk.take_turn, talk.give_up)))
    engine = Durable(home / "dbos.db", attempts, clock)
    lanes = Lanes(inbox, cast("Engine", watched(engine)), clock, holder=engine.executor, sweep_s=0.2)
    channels = [HttpChannel("asked", port, can_be_asked=True), HttpChannel("silent", port, can_be_asked=False)]
    exits = {each.name: cast("Channel", Watched(each, fuse, f" to {each.name}")) for each in channels}
    delivery = Delivery(outbox, exits, bus, Ways(Care(first_wait_s=0.05)))
    parts: tuple[HouseBus | Durable | Lanes | Delivery, ...] = (bus, engine, lanes, delivery)
    for part in parts:
        await part.start()
    yield Home(inbox, outbox, whole_outbox, lanes, fuse, Sent(home))
    for part in reversed(parts):
        await part.close()
    for channel in channels:
        await channel.close()
    database.close()


Life = Callable[[Fuse, int], Coroutine[None, None, None]]
"""Until its fuse blows, or nothing is left to do; the number counts lives."""


async def live(home: Path, port: int, fuse: Fuse, lives: int) -> None:
    """Say what is to be said, and work until nothing is left to do, or the fuse blows."""
    async with asyncio.timeout(LONGEST_S), opened(home, port, fuse) as house:
        await asyncio.gather(*(house.say(channel, thread, lives) for channel, thread in THREADS))
        await house.quiet()


def one_life(life: Life, fuse: Fuse, lives: int) -> bool:
    """Whether the life ended by the fuse.  Raises: RuntimeError when it ended badly."""
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(life(fuse, lives))
        except BaseException:  # noqa: BLE001 - the edge of a process
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    if status != 0:
        raise RuntimeError(fuse.place)
    return False


def all_lives(life: Life, port: int, plan: list[tuple[str, int]]) -> None:
    """All lives of the plan, and a last one that nothing ends."""
    configure(logging.ERROR)
    receiver = Receiver(port)
    for lives, (place, time) in enumerate([*plan, ("never", 1)], 1):
        killed = one_life(life, Fuse(place, time), lives)
        receiver.wait_for_quiet()
        sys.stdout.write(json.dumps({"place": place, "killed": killed}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    all_lives(partial(live, Path(sys.argv[1]), int(sys.argv[2])), int(sys.argv[2]), json.loads(sys.argv[3]))

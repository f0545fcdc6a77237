"""A house that is killed at a named place of a press and lives again, life after life, over one home.

Run as `python -m tests.scenarios.press_crash_house HOME PLAN`, PLAN a JSON list of [place, time]; writes one JSON line for each life. Each
life tells of a deal with a task and a touchpoint, and presses [Save], as often as a platform does that did not hear us.
"""

import asyncio
import json
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

from bot.channels.console import ConsoleChannel
from bot.domain.ids import TurnId, UserId
from bot.domain.outcome import MAIN, Draft, Proposal
from bot.domain.people import Role, User
from bot.domain.talk import Arrival, Lang, Origin, Press, Turn, Utterance, direct_thread
from bot.engine.attempts import Attempts
from bot.engine.delivery import Delivery
from bot.engine.durable import Durable
from bot.engine.lanes import Lanes
from bot.events.bus import HouseBus
from bot.logs import configure
from bot.ports import Capability, Choice, Drafts, Inbox, Ledger
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
from tests.fakes.choosing import OneChoice
from tests.fakes.gates import OpenGate
from tests.fakes.media import ReadingLibrary
from tests.scenarios.crash_house import SENTENCES, Fuse, Watched, WatchedIds, one_life

LI = User(UserId("li"), "Li", "li@acme.example", Role.REP, "east", "UTC", {"console": "li"})
WHERE = Origin("console", "", "li", direct_thread("console", "", "li"))
LONGEST_S = 30.0
AT_ONCE = 2


async def deal(turn: Turn) -> Draft:
    """A deal, what was talked about, and what is to be done."""
    beside = [Proposal(one, one, {"opportunity": MAIN, name: turn.text}) for one, name in (("touchpoint", "note"), ("task", "subject"))]
    return Draft(turn.text, "opportunity", {"name": turn.text}, also=tuple(beside))


@dataclass
class Home:
    """One life's house."""

    inbox: Inbox
    ledger: SqliteLedger
    lanes: Lanes

    async def do(self, arrival: Arrival) -> TurnId:
        """Send something in, more than once at the same time, and see it settled."""
        kept = await asyncio.gather(*(self.inbox.keep(arrival, backlog=1000) for _ in range(AT_ONCE)))
        self.lanes.wake(WHERE.thread_id)
        while not await self.inbox.is_settled(kept[0].turn_id):  # noqa: ASYNC110 - looked at from outside
            await asyncio.sleep(0.005)
        return kept[0].turn_id


@asynccontextmanager
async def opened(home: Path, fuse: Fuse) -> AsyncIterator[Home]:
    """The shipped store, engine, lanes, delivery, bus and conversation, watched where a press goes."""
    async with AsyncExitStack() as stack:
        database, clock, ids = Database(home / "tandem.db"), SystemClock(), TimeIds()
        stack.callback(database.close)
        migrate(database)
        inbox, users, outbox = SqliteInbox(database, clock, ids), SqliteUsers(database, clock, ids), SqliteOutbox(database, clock, ids)
        ledger = SqliteLedger(database, clock, WatchedIds(ids, fuse))
        drafts = cast("Drafts", Watched(SqliteDrafts(database, clock, WatchedSave(ids, fuse), OpenGate()), fuse))
        await users.seed([LI])
        words, bus = TomlWords(read_sentences(SENTENCES)), HouseBus(SqliteEvents(database, clock, ids))
        skill = ReadySkill(Capability("deal", {Lang.EN: "", Lang.ZH: ""}, ("deal",), {}, "ready"), "", {}, "rep_confirms", words, deal)
        belongings = SqliteBelongings(database, clock, ids, home / "belongings", {}, 1 << 20)
        speech = Speech(belongings, SqliteRecordings(database, clock, ids, belongings), words)
        talk = Conversation(
            inbox, users, cast("Ledger", Watched(ledger, fuse)), drafts, SqliteMemory(database, clock), OneChoice(Choice("deal", "deal")),
            lambda _: [skill], words, bus, clock, ids, "UTC",
            Chats(outbox, SqliteThreads(database, clock, ids), Receiving(belongings, ReadingLibrary(), words, speech), words, clock),
        )
        engine = Durable(home / "dbos.db", Attempts(talk.take_turn, talk.give_up), clock)
        lanes = Lanes(inbox, engine, clock, holder=engine.executor, sweep_s=0.2)
        delivery = Delivery(outbox, {"console": ConsoleChannel()}, bus)
        parts: tuple[HouseBus | Durable | Lanes | Delivery, ...] = (bus, engine, lanes, delivery)
        for part in parts:
            await part.start()
            stack.push_async_callback(part.close)
        yield Home(inbox, ledger, lanes)


class WatchedSave(WatchedIds):
    """Ids asked for in the middle of the transaction of a save."""

    def new(self) -> str:
        """A new one."""
        self.fuse.passes("within save")
        return self.ids.new()


async def live(home: Path, fuse: Fuse, lives: int) -> None:
    """Tell and press everything of this life and of those before it, which may have died over it."""
    async with asyncio.timeout(LONGEST_S), opened(home, fuse) as house:
        for life in range(lives):
            said = Utterance(WHERE, f"say {life}", f"deal {life}", SystemClock().now())
            story = await house.ledger.decision_of(await house.do(said))
            assert story is not None
            assert story.draft_id is not None
            await house.do(Press(WHERE, f"press {life}", story.draft_id, 1, "save", SystemClock().now()))


def all_lives(home: Path, plan: list[tuple[str, int]]) -> None:
    """All lives of the plan, and a last one that nothing ends."""
    configure(logging.ERROR)
    for lives, (place, time) in enumerate([*plan, ("never", 1)], 1):
        killed = one_life(partial(live, home), Fuse(place, time), lives)
        sys.stdout.write(json.dumps({"place": place, "killed": killed}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    all_lives(Path(sys.argv[1]), [(place, time) for place, time in json.loads(sys.argv[2])])

"""The house is killed at every place of the road, and nothing that was acknowledged is lost, settled twice or delivered twice."""

import itertools
import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.domain.decision import Decision, Message, MessageState
from bot.senses import SystemClock, TimeIds
from bot.store.database import Database
from bot.store.ledger import SqliteLedger
from bot.store.outbox import SqliteOutbox
from tests.fakes.receiver import Receiver, receiving
from tests.scenarios.crash_house import THREADS

Place = tuple[str, int]

CALLS = ("keep", "lease", "next_in", "take", "see_through", "is_settled", "arrival", "choose", "settle", "claim", "delivered", "release")
PLACES: tuple[tuple[Place, ...], ...] = (
    *(((f"{side} {call}", 1),) for call in (*CALLS, "do", "acknowledge") for side in ("before", "after")),
    *((("within settle", time),) for time in (1, 4)),
    (("before free_lanes", 1),),
    (("after deliver to asked", 1), ("before interrupted", 1), ("after interrupted", 1), ("before reached to asked", 1)),
    (("after deliver to asked", 1), ("after reached to asked", 1)),
    (("before deliver to asked", 1), ("before again", 1), ("after again", 1)),
    (("after deliver to silent", 1), ("before unsure", 1), ("after unsure", 1)),
    (("before see_through", 3), ("after see_through", 1)),
)
"""Where to die; what stands together is lived through in a row, for it takes one death to come to the place of the next."""


@dataclass
class Aftermath:
    """What is found when all lives are over."""

    killed_at: set[str]
    acknowledged: list[str]
    deliveries: list[dict[str, str]]
    messages: dict[MessageState, tuple[Message, ...]]
    decisions: tuple[Decision, ...]


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    """The other side, which outlives every house."""
    with receiving() as receiver:
        yield receiver


def plan(seed: int, rows: int | None) -> list[Place]:
    """Deaths in a seeded order; `rows` of them, or all."""
    order = random.Random(seed)
    chosen = order.sample(PLACES, rows or len(PLACES))
    return list(itertools.chain.from_iterable(chosen))


async def lived_through(home: Path, receiver: Receiver, deaths: list[Place]) -> Aftermath:
    """Live and die as planned."""
    before = len(receiver.deliveries())
    command = (sys.executable, "-m", "tests.scenarios.crash_house", str(home), str(receiver.port), json.dumps(deaths))
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])  # noqa: ASYNC221 - alone here
    assert 0 == done.returncode, done.stderr
    lives = [json.loads(line) for line in done.stdout.splitlines()]
    database, clock, ids = Database(home / "tandem.db"), SystemClock(), TimeIds()
    outbox = SqliteOutbox(database, clock, ids)
    aftermath = Aftermath(
        {life["place"] for life in lives if life["killed"]},
        (home / "acknowledged").read_text(encoding="utf-8").split("\n")[:-1],
        receiver.deliveries()[before:],
        {state: (await outbox.page(state, limit=10_000)).items for state in MessageState},
        (await SqliteLedger(database, clock, ids).decisions(None, limit=10_000)).items,
    )
    database.close()
    return aftermath


def check(aftermath: Aftermath, lives: int) -> None:
    """The promises, all of them, on what is left."""
    everything = {f"{thread} {life:03}.{number}" for _, thread in THREADS for life in range(lives) for number in range(2)}
    assert everything == set(aftermath.acknowledged)

    assert Counter(dict.fromkeys(everything, 1)) == Counter(decision.said for decision in aftermath.decisions)

    assert () == aftermath.messages[MessageState.WAITING] + aftermath.messages[MessageState.SENDING] + aftermath.messages[MessageState.DEAD]

    told = [*aftermath.messages[MessageState.DELIVERED], *aftermath.messages[MessageState.UNSURE]]
    assert Counter(decision.id for decision in aftermath.decisions) == Counter(message.decision_id for message in told)

    reached = Counter(delivery["id"] for delivery in aftermath.deliveries)
    assert dict.fromkeys((message.id for message in aftermath.messages[MessageState.DELIVERED]), 1).items() <= reached.items()
    assert set() == {message_id for message_id, times in reached.items() if times > 1}
    assert {"silent"} >= {message.origin.channel for message in aftermath.messages[MessageState.UNSURE]}

    seqs = {str(message.id): message.seq for message in told}
    for _, thread in THREADS:
        order = [seqs[delivery["id"]] for delivery in aftermath.deliveries if delivery["thread"] == thread]
        assert sorted(order) == order
        texts = [message.outcome.text for message in sorted(told, key=lambda each: each.seq) if message.origin.thread_id == thread]
        kept = [text for text in texts if text.startswith(thread)]  # the others say that a turn was given up
        assert sorted(kept) == kept


async def test_killed_at_places_all_along_the_road_nothing_is_lost_or_done_twice(tmp_path: Path, receiver: Receiver) -> None:
    """Kill -9 at more than twenty places in a seeded order: each acknowledged utterance is settled once and delivered once, in order."""
    deaths = plan(seed=7, rows=20)

    aftermath = await lived_through(tmp_path, receiver, deaths)

    check(aftermath, len(deaths) + 1)
    assert {place for place, _ in deaths} == aftermath.killed_at
    assert 20 <= len(aftermath.killed_at)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(int(os.environ.get("SOAK_SEEDS", "10"))))
async def test_killed_again_and_again(tmp_path: Path, receiver: Receiver, seed: int) -> None:
    """The same promises over other orders of deaths, and over deaths at later passages of each place."""
    later = random.Random(seed)
    deaths = [(place, time + later.randrange(6)) for place, time in plan(seed, None)]

    aftermath = await lived_through(tmp_path, receiver, deaths)

    check(aftermath, len(deaths) + 1)

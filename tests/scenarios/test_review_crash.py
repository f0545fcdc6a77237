"""Killed at every step from an approval to the arrival of what was approved: nothing arrives twice, nothing is lost, nothing is hidden."""

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

from bot.domain.decision import Message, MessageState
from bot.domain.records import Record
from bot.senses import SystemClock, TimeIds
from bot.store.database import Database
from bot.store.outbox import SqliteOutbox
from bot.store.records import SqliteRecords
from tests.fakes.receiver import Receiver, receiving
from tests.scenarios.gate_crash_house import AUTHORS, SILENT

Place = tuple[str, int]

PLACES: tuple[tuple[Place, ...], ...] = (
    *(((f"{side} {call}", 1),) for call in ("submit", "approve", "put") for side in ("before", "after")),
    *((("within reviews", time),) for time in (1, 4)),
    *(((f"{side} say", time),) for side in ("before", "after") for time in (1, 3, 4)),
    *((("before settle", time),) for time in (3, 5)),
    (("after settle", 5),),
    *((("within settle", time),) for time in (2, 8)),
    *(((f"{side} claim", 5),) for side in ("before", "after")),
    (("after deliver to asked", 5), ("before interrupted", 1), ("after reached to asked", 1)),
    (("before deliver to asked", 4), ("before again", 1)),
    (("after deliver to silent", 3), ("before unsure", 1), ("after unsure", 1)),
    (("before delivered", 6),),
)
"""Where to die, on the way from the submission to the arrival; what stands together is lived through in a row."""


@dataclass
class Aftermath:
    """What is found when all lives are over."""

    killed_at: set[str]
    letters: tuple[Record, ...]
    deliveries: list[dict[str, str]]
    messages: dict[MessageState, tuple[Message, ...]]


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    """The other side, which outlives every house."""
    with receiving() as receiver:
        yield receiver


def plan(seed: int, rows: int | None) -> list[Place]:
    """Deaths in a seeded order; `rows` of them, or all."""
    chosen = random.Random(seed).sample(PLACES, rows or len(PLACES))
    return list(itertools.chain.from_iterable(chosen))


async def lived_through(home: Path, receiver: Receiver, deaths: list[Place]) -> Aftermath:
    """Live and die as planned."""
    before = len(receiver.deliveries())
    command = (sys.executable, "-m", "tests.scenarios.gate_crash_house", str(home), str(receiver.port), json.dumps(deaths))
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])  # noqa: ASYNC221 - alone here
    assert 0 == done.returncode, done.stderr
    lives = [json.loads(line) for line in done.stdout.splitlines()]
    database, clock, ids = Database(home / "tandem.db"), SystemClock(), TimeIds()
    outbox = SqliteOutbox(database, clock, ids)
    aftermath = Aftermath(
        {life["place"] for life in lives if life["killed"]},
        (await SqliteRecords(database, clock, ids).page("letter", limit=1000)).items,
        receiver.deliveries()[before:],
        {state: (await outbox.page(state, limit=10_000)).items for state in MessageState},
    )
    database.close()
    return aftermath


def check(aftermath: Aftermath, lives: int) -> None:
    """The promises, all of them, on what is left."""
    asked = {f"letter {channel}-{number:03}" for channel in AUTHORS for number in range(lives)}
    assert Counter(dict.fromkeys(asked, 1)) == Counter(str(one.fields["body"]) for one in aftermath.letters)

    assert {"handed"} == {one.fields["status"] for one in aftermath.letters}

    assert () == aftermath.messages[MessageState.WAITING] + aftermath.messages[MessageState.SENDING] + aftermath.messages[MessageState.DEAD]

    told = [*aftermath.messages[MessageState.DELIVERED], *aftermath.messages[MessageState.UNSURE]]
    handed = [one for one in told if one.outcome.forward and one.updates is None]
    assert Counter(dict.fromkeys(asked, 1)) == Counter(one.outcome.forward for one in handed)

    reached = Counter(delivery["id"] for delivery in aftermath.deliveries)
    assert set() == {message_id for message_id, times in reached.items() if times > 1}
    assert {one.id for one in aftermath.messages[MessageState.DELIVERED]} <= set(reached)
    assert {SILENT} >= {one.origin.channel for one in aftermath.messages[MessageState.UNSURE]}


async def test_killed_on_the_way_out_each_letter_arrives_once_or_is_visibly_unsure(tmp_path: Path, receiver: Receiver) -> None:
    """Kill -9 at places in a seeded order: one record a letter, one text handed over, none twice at the receiving side."""
    deaths = plan(seed=11, rows=6)

    aftermath = await lived_through(tmp_path, receiver, deaths)

    check(aftermath, len(deaths) + 1)
    assert {place for place, _ in deaths} == aftermath.killed_at


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(int(os.environ.get("SOAK_SEEDS", "10"))))
async def test_killed_at_every_step_of_a_review_again_and_again(tmp_path: Path, receiver: Receiver, seed: int) -> None:
    """The same promises at all places, in other orders, and at later passages of each."""
    later = random.Random(seed)
    deaths = [(place, time + later.randrange(3)) for place, time in plan(seed, None)]

    aftermath = await lived_through(tmp_path, receiver, deaths)

    check(aftermath, len(deaths) + 1)

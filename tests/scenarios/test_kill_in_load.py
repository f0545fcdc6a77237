"""Kill -9 in the middle of load, over the real server between both platforms: what was acknowledged is answered, and nothing twice."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlite_utils

from tests.scenarios.town import Town, town
from tests.soak.load import SAID, SIGNS, answers

pytestmark = pytest.mark.slow

PEOPLE = 12
PER_S = 4.0
PATIENCE_S = 240


@dataclass
class Sent:
    """What people sent, how often each, and which of it was acknowledged, by what the platform calls it."""

    tried: Counter[int] = field(default_factory=Counter)
    acknowledged: set[str] = field(default_factory=set)


async def chatter(place: Town, sent: Sent, dice: random.Random) -> None:
    """People write, whether anybody listens or not; a message that was not acknowledged is not sent by hand again."""
    writing: set[asyncio.Task[None]] = set()
    try:
        while True:
            writing.add(asyncio.create_task(say(place, sent, dice.randrange(PEOPLE), dice.choice(SAID))))
            await asyncio.sleep(dice.expovariate(PER_S))
    finally:
        await asyncio.gather(*writing)


async def say(place: Town, sent: Sent, person: int, text: str) -> None:
    """One message."""
    sent.tried[person] += 1
    if person % 2:
        posted = await place.caller.text(place.wecom_id(person), text)
        name, is_taken = posted.msg_id, posted.taken
    else:
        delivery = await place.slack.says(place.slack_id(person), text)
        name, is_taken = str(delivery.payload["event"]["ts"]), delivery.taken
    if is_taken:
        sent.acknowledged.add(name)


async def lived_through(place: Town, kills: int, seed: int) -> Sent:
    """So many lives that end in the middle of load, and one that ends well once nothing is left to do."""
    sent, dice = Sent(), random.Random(seed)
    for _ in range(kills):
        async with place.served() as server:
            writing = asyncio.create_task(chatter(place, sent, dice))
            await asyncio.sleep(dice.uniform(0.5, 3.0))
            server.process.kill()
            await asyncio.sleep(dice.uniform(0.0, 0.3))  # whoever listens still, listens for a moment
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
    async with place.served(), asyncio.timeout(PATIENCE_S):
        while busy(place):  # noqa: ASYNC110 - asked from outside, as a person would look
            await asyncio.sleep(0.2)
    return sent


@contextmanager
def truth(place: Town) -> Iterator[sqlite_utils.Database]:
    """What the house holds to be so."""
    database = sqlite_utils.Database(str(place.home.folder / "home" / "tandem.db"))
    try:
        yield database
    finally:
        database.close()


def busy(place: Town) -> bool:
    """Whether something is kept and not settled, or to be sent and not sent."""
    with truth(place) as database:
        [[kept]] = database.execute("SELECT count(*) FROM inbox WHERE state = 'kept'").fetchall()
        [[leaving]] = database.execute("SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending')").fetchall()
    return bool(kept or leaving)


def check(place: Town, said: Sent) -> None:
    """The promises, on what is left."""
    with truth(place) as database:
        kept = {row["dedupe_key"] for row in database.query("SELECT dedupe_key FROM inbox")}
        turns = list(database.query("SELECT inbox.id AS turn, inbox.sender AS sender, outbox.state AS state FROM inbox"
                                    " LEFT JOIN outbox ON outbox.turn_id = inbox.id"))
    assert said.acknowledged
    assert set() == {name for name in said.acknowledged if not any(name in key for key in kept)}

    assert Counter(dict.fromkeys({turn["turn"] for turn in turns}, 1)) == Counter(turn["turn"] for turn in turns)
    assert {"delivered", "unsure"} >= {turn["state"] for turn in turns}

    names = {name: person for person in range(PEOPLE) for name in (place.slack_id(person), place.wecom_id(person))}
    delivered = Counter(names[turn["sender"]] for turn in turns if turn["state"] == "delivered")
    got = answers(place, PEOPLE)
    assert {} == {person: (delivered[person], got[person]) for person in range(PEOPLE) if got[person] < delivered[person]}

    ids = [str(posted.metadata["event_payload"]) for posted in place.slack.messages if posted.metadata]
    ids += [  # every text of the app carries a mark of its own, every card its task
        f"{sent.to} {sent.card.get('task_id') if sent.kind == 'template_card' else sent.text}"
        for sent in place.wecom.messages if sent.text not in SIGNS
    ]  # fmt: skip
    assert [] == [name for name, times in Counter(ids).items() if times > 1]


async def played(folder: Path, kills: int, seed: int) -> None:
    """All of it."""
    async with town(folder, PEOPLE) as place:
        check(place, await lived_through(place, kills, seed))


async def test_two_kills_in_load_lose_and_double_nothing(tmp_path: Path) -> None:
    """Every acknowledged message is settled once and delivered once, or is unsure and told so."""
    await played(tmp_path, 2, seed=5)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(int(os.environ.get("SOAK_KILL_RUNS", "1"))))
async def test_twenty_kills_in_load(tmp_path: Path, seed: int) -> None:
    """The same over twenty deaths."""
    await played(tmp_path, int(os.environ.get("SOAK_KILLS", "20")), seed)

"""Messages of many people over both chats at a steady pace, some of them delivered twice, and how each was taken."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from bot.channels.form import progress
from bot.domain.talk import Lang
from bot.words import TomlWords, read_sentences
from tests.scenarios.town import Town

SAID = (
    "How long is the warranty of the S3 sensor?", "续约最多打几折?", "标准付款期是几天?", "How long is the warranty of the G1 gateway?",
    "预全款有优惠吗?",
)  # fmt: skip

WORDS = TomlWords(read_sentences(Path(__file__).parents[2] / "bot" / "strings.toml"))
SIGNS = tuple(
    progress(lang, step, seconds, WORDS).markdown
    for lang in Lang for step in ("", "choose", "do") for seconds in (3.0, 60.0)
)  # fmt: skip
"""What is shown of a turn under way."""


@dataclass(frozen=True, slots=True)
class Pace:
    """per_s: messages a second, for `seconds`, over `people`, half of whom work in each chat. twice: the share that comes twice."""

    per_s: float
    seconds: float
    people: int
    twice: float = 0.3
    seed: int = 1


@dataclass
class Load:
    """What was sent. taken: person -> how many different messages were acknowledged. waits_s: each of both deliveries' times."""

    taken: Counter[int] = field(default_factory=Counter)
    waits_s: list[float] = field(default_factory=list)
    refused: int = 0

    def waited_s(self, share: float) -> float:
        """The time within which this share was acknowledged."""
        return sorted(self.waits_s)[min(int(len(self.waits_s) * share), len(self.waits_s) - 1)]


async def sent(place: Town, pace: Pace) -> Load:
    """Send all of it; returns when each was acknowledged or given up. Nobody waits for an answer."""
    load, dice, sending = Load(), random.Random(pace.seed), set()
    begun = perf_counter()
    for number in range(int(pace.per_s * pace.seconds)):
        person, said, twice = dice.randrange(pace.people), dice.choice(SAID), dice.random() < pace.twice
        sending.add(asyncio.create_task(_one(place, load, person, said, twice=twice)))
        await asyncio.sleep(max(0.0, begun + (number + 1) / pace.per_s - perf_counter()))
    await asyncio.gather(*sending)
    return load


async def _one(place: Town, load: Load, person: int, said: str, *, twice: bool) -> None:
    begun = perf_counter()
    if person % 2:
        posted = await place.caller.text(place.wecom_id(person), said)
        load.waits_s.append(perf_counter() - begun)
        is_taken = posted.taken
        if twice:
            begun = perf_counter()
            await place.caller.text(place.wecom_id(person), said, msg_id=posted.msg_id)
            load.waits_s.append(perf_counter() - begun)
    else:
        delivery = await place.slack.says(place.slack_id(person), said)
        load.waits_s.append(perf_counter() - begun)
        is_taken = delivery.taken
        if twice:
            begun = perf_counter()
            await place.slack.sender.again(delivery, 1)
            load.waits_s.append(perf_counter() - begun)
    load.taken[person] += is_taken
    load.refused += not is_taken


def answers(place: Town, people: int) -> Counter[int]:
    """Person -> how many messages they were sent, but for those that only say that it is worked on."""
    heard = {person: place.heard_in_wecom(person) if person % 2 else place.heard_in_slack(person) for person in range(people)}
    return Counter({person: sum(text not in SIGNS for text in texts) for person, texts in heard.items()})


@asynccontextmanager
async def watched_memory(pid: int, every_s: float = 2.0) -> AsyncIterator[list[float]]:
    """PSS of a process tree in MiB, from time to time."""
    from tests.benchmarks.tree import tree  # noqa: PLC0415 - Linux alone

    seen: list[float] = []

    async def watch() -> None:
        while True:
            seen.append(sum(each.pss_mib for each in await asyncio.to_thread(tree, pid)))
            await asyncio.sleep(every_s)

    task = asyncio.create_task(watch())
    try:
        yield seen
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

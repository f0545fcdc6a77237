"""A minute of load over the whole house, both chats and their fakes: nothing lost, nothing doubled, order kept."""

import asyncio
import os
import sys
from collections import defaultdict
from contextlib import AsyncExitStack
from pathlib import Path
from time import perf_counter

import pytest
import sqlite_utils

from tests.fakes.chat_endpoint import cassettes, chat_endpoint
from tests.scenarios.town import Town, town
from tests.soak.load import Load, Pace, answers, sent, watched_memory

pytestmark = pytest.mark.soak

PEOPLE = 200
CROWD = 52
PACE = Pace(float(os.environ.get("SOAK_PER_S", "50")), float(os.environ.get("SOAK_SECONDS", "60")), PEOPLE)
DRAIN_S = 600


def tell(line: str) -> None:
    """A number for a person to read."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def drained(place: Town, load: Load) -> float:
    """Wait until everybody has as many answers as messages of theirs were taken; how long that took, in seconds."""
    begun = perf_counter()
    while (load.taken - answers(place, PEOPLE)).total():
        assert perf_counter() - begun < DRAIN_S, "the backlog does not drain"
        await asyncio.sleep(0.1)
    return perf_counter() - begun


async def test_minute_of_load_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    """Each message is acknowledged, and answered once, in the order of its thread."""
    async with town(tmp_path, PEOPLE, TANDEM__CONVERSATION__BACKLOG="1000") as place:
        done = await asyncio.to_thread(place.home.run, "ingest", str(place.home.folder / "papers"))
        assert 0 == done.returncode, done.stderr
        async with place.served() as server, watched_memory(server.process.pid) as memory:
            load = await sent(place, PACE)
            backlog = load.taken.total() - answers(place, PEOPLE).total()
            drain_s = await drained(place, load)
            await asyncio.sleep(1.0)  # what is doubled would come now

    tell(f"\nmessages {load.taken.total()}, deliveries {len(load.waits_s)}, not taken {load.refused}")
    tell(f"kept and acknowledged: p50 {load.waited_s(0.5) * 1000:.0f} ms, p99 {load.waited_s(0.99) * 1000:.0f} ms")
    tell(f"backlog after {PACE.seconds:.0f} s: {backlog}, drained in {drain_s:.1f} s: "
         f"{load.taken.total() / (PACE.seconds + drain_s):.1f} answers/s over all, {backlog / max(drain_s, 0.1):.1f} while draining")
    tell(f"memory: {memory[0]:.0f} MiB at first, {memory[len(memory) // 2]:.0f} in the middle, {memory[-1]:.0f} at the end")

    assert 0 == load.refused
    assert load.taken == answers(place, PEOPLE)
    assert [] == place.slack.errors + place.wecom.dropped + place.wecom.refused
    in_order(place.home.folder / "home" / "tandem.db", place)


@pytest.mark.parametrize("delay_s", [0.0, 0.5], ids=["builtin", "model of 500 ms"])
async def test_fifty_people_at_once_are_all_answered(tmp_path: Path, delay_s: float) -> None:
    """Each in their chat, whoever words the answer; how long they wait is printed."""
    async with chat_endpoint(cassettes("answers")) as model, AsyncExitStack() as stack:
        model.delay_s = delay_s
        thinks = {"TANDEM__MODELS__CHAT__BASE_URL": model.url, "TANDEM__MODELS__CHAT__MODEL": "m", "OPENAI_API_KEY": "k"} if delay_s else {}
        place = await stack.enter_async_context(town(tmp_path, CROWD, **thinks))
        done = await asyncio.to_thread(place.home.run, "ingest", str(place.home.folder / "papers"))
        assert 0 == done.returncode, done.stderr
        async with place.served():
            await asked_and_answered(place, range(2))  # a house that has just begun reads its lessons first
            model.bodies.clear()
            waits_s = await asked_and_answered(place, range(2, CROWD))
        tell(f"\n{len(waits_s)} at once: p50 {waits_s[len(waits_s) // 2]:.2f} s, last {waits_s[-1]:.2f} s,"
             f" {len(waits_s) / waits_s[-1]:.1f} answers/s; {len(model.bodies)} asked of the model")

        assert CROWD == answers(place, CROWD).total()
        assert bool(delay_s) == bool(model.bodies)


async def asked_and_answered(place: Town, people: range) -> list[float]:
    """All of them ask at once; how long each waited for the answer, sorted."""
    begun, waits_s = perf_counter(), dict[int, float]()
    asking = [
        asyncio.create_task(place.caller.text(place.wecom_id(one), "续约最多几折?")) if one % 2
        else asyncio.create_task(_asked_in_slack(place, one)) for one in people
    ]  # fmt: skip
    while len(waits_s) < len(people):
        got = answers(place, CROWD)
        for person in people:
            if got[person]:
                waits_s.setdefault(person, perf_counter() - begun)
        assert perf_counter() - begun < DRAIN_S, "somebody waits for good"
        await asyncio.sleep(0.02)
    await asyncio.gather(*asking)
    return sorted(waits_s.values())


async def _asked_in_slack(place: Town, person: int) -> None:
    await place.slack.says(place.slack_id(person), f"How long is the warranty on the S3? My customer no. {person} asks.")


def in_order(truth: Path, place: Town) -> None:
    """The platforms got what each thread was told in the order in which it was asked."""
    shown = {f"{each.channel}:{each.ts}": number for number, each in enumerate(place.slack.messages)}
    shown |= {str(each.number): each.number for each in place.wecom.messages}
    threads = defaultdict(list)
    query = """
        SELECT outbox.thread_id AS thread, outbox.receipt AS receipt FROM outbox JOIN inbox ON inbox.id = outbox.turn_id
        ORDER BY inbox.seq"""
    for row in sqlite_utils.Database(str(truth)).query(query):
        assert row["receipt"], row
        if row["receipt"] in shown:
            threads[row["thread"]].append(shown[row["receipt"]])
    assert threads
    assert [] == [thread for thread, numbers in threads.items() if numbers != sorted(numbers)]

"""The port `Memory`: filled when a turn is settled, read before the next."""

from dataclasses import replace

import pytest

from bot.domain.decision import Trace
from bot.domain.ids import RecordId, ThreadId
from bot.domain.outcome import Answer
from bot.domain.records import Cause
from bot.domain.talk import NOTHING, Memories, Topic
from bot.store.memory import SqliteMemory
from tests.contracts.house import LIN, MADE, MAYA, Stores, origin


@pytest.fixture
def memory(stores: Stores) -> SqliteMemory:
    """Over the same file as the ledger."""
    return SqliteMemory(stores.database, stores.clock)


async def kept(stores: Stores, entity: str) -> RecordId:
    """A record that exists."""
    return (await stores.records.put(entity, {"name": entity}, cause=Cause("lin"))).id


async def talked(stores: Stores, *about: RecordId, thread: str = "t1", trace: Trace = Trace.TOPIC, query: bool = False) -> None:
    """A turn of Lin's that was about records."""
    where = origin(thread)
    settlement = stores.settlement(await stores.kept(where=where), Answer("x", about=about), where=where)
    made = replace(MADE, query={"entity": "opportunity"}) if query else MADE
    await stores.ledger.settle(replace(settlement, trace=trace, made=made))


async def test_topic_is_the_threads_and_records_are_the_persons(stores: Stores, memory: SqliteMemory) -> None:
    """In another thread "it" is still the account, but "and last quarter?" has nothing to go on with."""
    account, deal = await kept(stores, "account"), await kept(stores, "opportunity")
    await talked(stores, account, deal, query=True)

    about = {"account": account, "opportunity": deal}
    here, there = [await memory.recall(LIN, ThreadId(thread)) for thread in ("t1", "t2")]
    assert Memories(Topic("answer_knowledge", "answer_knowledge", {"entity": "opportunity"}), about) == here
    assert Memories(None, about) == there
    assert NOTHING == await memory.recall(MAYA, ThreadId("t1"))


async def test_latest_record_of_a_kind_is_meant(stores: Stores, memory: SqliteMemory) -> None:
    """The last one named of the last turn, and an earlier one again when it comes up again."""
    first, second = await kept(stores, "account"), await kept(stores, "account")
    meant = []
    for about in ([first], [second], [second, first]):
        stores.move(seconds=1)
        await talked(stores, *about)
        meant.append((await memory.recall(LIN, ThreadId("t1"))).about["account"])

    assert [first, second, first] == meant


async def test_an_aside_leaves_the_topic(stores: Stores, memory: SqliteMemory) -> None:
    """A word of thanks in between does not end what the thread is about."""
    await talked(stores, query=True)
    await talked(stores, trace=Trace.ASIDE)

    topic = (await memory.recall(LIN, ThreadId("t1"))).topic
    assert topic is not None
    assert {"entity": "opportunity"} == topic.query


async def test_forgetting_leaves_nothing(stores: Stores, memory: SqliteMemory) -> None:
    """After "new topic" neither topic nor records are remembered, in any thread."""
    await talked(stores, await kept(stores, "account"))
    await talked(stores, thread="t2", trace=Trace.FORGET)

    assert NOTHING == await memory.recall(LIN, ThreadId("t1"))


async def test_records_fade_over_night_and_with_their_record(stores: Stores, memory: SqliteMemory) -> None:
    """What was archived, or talked about yesterday, is not meant by "it"."""
    account, deal = await kept(stores, "account"), await kept(stores, "opportunity")
    await talked(stores, account, deal)
    await stores.records.archive(deal, cause=Cause("lin"))
    now = (await memory.recall(LIN, ThreadId("t1"))).about
    stores.move(hours=13)

    assert ({"account": account}, {}) == (now, (await memory.recall(LIN, ThreadId("t1"))).about)

"""The port `Inbox`."""

import asyncio
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.ids import DraftId, MessageId, ThreadId, TurnId
from bot.domain.talk import Arrival, Errand, File, Handle, Lang, Media, Opened, Origin, Press, Stopped, Tap, Utterance, Voice
from bot.ports import Kept
from tests.contracts.house import Stores, origin

WRITERS = 4
EACH = 20


async def test_what_was_kept_reads_back_word_for_word(stores: Stores) -> None:
    """An utterance comes back as it was sent."""
    said = stores.said("这个deal的budget大概120万\n\u0000\U0001f3a4")

    kept = await stores.inbox.keep(said, backlog=9)

    assert said == await stores.inbox.arrival(kept.turn_id)


async def test_a_press_reads_back_with_its_fields(stores: Stores) -> None:
    """A press comes back with draft, revision and edited values."""
    press = stores.pressed("edit", await stores.drafted(), {"amount": "120万", "close_date": "2026-07-31"})

    kept = await stores.inbox.keep(press, backlog=9)

    assert press == await stores.inbox.arrival(kept.turn_id)


NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
PLACE = Origin(
    "wecom_bot", "ww1", "ann", ThreadId("wecom_bot:ww1:chat-1"), "chat-1", group=True,
    handle=Handle("req_id", "r-1", NOON + timedelta(minutes=6), 3),
)  # fmt: skip
MEDIA = Media("file", "海蓝合同v2.docx", "application/msword", 12, '{"url":"x"}', NOON + timedelta(minutes=5))


@pytest.mark.parametrize(
    "arrival",
    [
        Utterance(PLACE, "k", "hello", NOON),
        Voice(PLACE, "k", NOON, replace(MEDIA, kind="voice", expires_at=None), "最高几折"),
        Voice(PLACE, "k", NOON, None, "最高几折"),
        Voice(PLACE, "k", NOON, MEDIA),
        File(PLACE, "k", NOON, MEDIA, "跟上一版比"),
        File(PLACE, "k", NOON, MEDIA, "跟上一版比", 2, "C1:17"),
        Press(PLACE, "k", DraftId("d"), 2, "edit", NOON, (("amount", "120万"),)),
        Tap(PLACE, "k", MessageId("m"), 3, NOON, (("amount", "120万"),)),
        Opened(PLACE, "k", NOON),
        Opened(PLACE, "k", NOON, "home"),
        Stopped(PLACE, "k", NOON),
        Errand(PLACE, "k", "digest_daily", Lang.EN, NOON, (("team", "华东"), ("day", "2026-03-04"))),
    ],
)
async def test_whatever_arrives_reads_back(stores: Stores, arrival: Arrival) -> None:
    """Each kind comes back as it came, with its place and what was lent to answer it."""
    kept = await stores.inbox.keep(arrival, backlog=9)

    assert arrival == await stores.inbox.arrival(kept.turn_id)


async def test_an_errand_is_kept_once_whichever_chat_it_is_meant_for(stores: Stores) -> None:
    """Between two tries a person may have gone to another chat: they hear of it once, however full their lane is."""
    await stores.kept("waits", where=origin("a"))
    errand = Errand(origin("a"), "errand:digest", "digest", Lang.ZH, NOON)

    first = await stores.inbox.keep(errand, backlog=1)
    second = await stores.inbox.keep(replace(errand, origin=PLACE), backlog=1)

    assert (True, False, first.turn_id) == (first.fresh, second.fresh, second.turn_id)


async def test_an_errand_is_nothing_that_a_person_said(stores: Stores) -> None:
    """It fills nobody's backlog, and does not count where they were heard last."""
    where = origin("a")
    await stores.inbox.keep(Errand(where, "errand:digest", "digest", Lang.ZH, NOON), backlog=1)

    kept = await stores.inbox.keep(Utterance(PLACE, "k", "hello", NOON), backlog=1)

    assert (True, PLACE.channel) == (kept.fresh, getattr(await stores.inbox.latest_from([where, PLACE]), "channel", ""))


async def test_what_was_sent_along_is_erased_with_its_turn(stores: Stores) -> None:
    """A file's name tells of people, too: nothing of it stays."""
    kept = await stores.inbox.keep(File(PLACE, "k", stores.clock.now(), MEDIA, "看看"), backlog=9)
    await stores.ledger.settle(stores.settlement(kept.turn_id, said="看看", where=PLACE))
    [message] = await stores.outbox.claim(1)
    await stores.outbox.delivered(message.id, "r")
    stores.move(days=40)
    await stores.content.purge({"turn": 30})
    left = await stores.inbox.arrival(kept.turn_id)

    assert isinstance(left, File)
    assert ("", "", "", False) == (left.text, left.media.name, left.media.locator, "海蓝合同".encode() in stores.on_disk())


async def test_a_wish_to_stop_is_about_what_its_person_said_before_it_there(stores: Stores) -> None:
    """The earliest that is open, of the same person in the same thread; presses and wishes to stop are never stopped."""
    here, there = origin("a"), origin("b")
    other = await stores.kept("theirs", where=origin("a", sender="bo"))
    draft = await stores.drafted()
    await stores.inbox.keep(stores.pressed("save", draft, where=here), backlog=9)
    done = await stores.settled(said="done", where=here)
    mine = await stores.kept("mine", where=here)
    stop = await stores.inbox.keep(Stopped(here, "s1", stores.clock.now()), backlog=9)
    await stores.kept("later", where=here)
    idle = await stores.inbox.keep(Stopped(there, "s2", stores.clock.now()), backlog=9)

    assert (mine, None) == (await stores.inbox.stopped_by(stop.turn_id), await stores.inbox.stopped_by(idle.turn_id))
    assert not {other, done.turn_id} & {await stores.inbox.stopped_by(stop.turn_id)}
    assert [(here.thread_id, stop.turn_id), (there.thread_id, idle.turn_id)] == list(await stores.inbox.stops())
    assert [(there.thread_id, idle.turn_id)] == list(await stores.inbox.stops(there.thread_id))


async def test_a_settled_wish_to_stop_is_over(stores: Stores) -> None:
    """It is not carried out again."""
    stop = await stores.inbox.keep(Stopped(origin(), "s1", stores.clock.now()), backlog=9)
    await stores.ledger.settle(replace(stores.settlement(stop.turn_id), silent=True))

    assert ([], []) == (list(await stores.inbox.stops()), list(await stores.outbox.claim(9)))


async def test_whoever_has_too_much_waiting_can_still_stop(stores: Stores) -> None:
    """That is what stopping is for."""
    await stores.kept("one")
    full = await stores.inbox.keep(stores.said("two"), backlog=1)
    stop = await stores.inbox.keep(Stopped(origin(), "s1", stores.clock.now()), backlog=1)

    assert (True, False) == (full.full, stop.full)


async def test_the_same_message_five_times_at_once_is_one_row(stores: Stores) -> None:
    """Channels deliver again; only the first is fresh, and all are told the same turn."""
    said = stores.said(key="msg-1")

    kept = await asyncio.gather(*[stores.inbox.keep(said, backlog=9) for _ in range(5)])

    assert (1, 1, {1}) == (sum(one.fresh for one in kept), len({one.turn_id for one in kept}), {one.seq for one in kept})


async def test_one_key_on_two_channels_is_two_messages(stores: Stores) -> None:
    """Channels name their messages without asking each other."""
    here, there = stores.said(key="1"), stores.said(key="1", where=origin(channel="slack"))

    kept = [await stores.inbox.keep(said, backlog=9) for said in (here, there)]

    assert [True, True] == [one.fresh for one in kept]


async def test_order_of_arrival_is_the_order_of_seq(stores: Stores) -> None:
    """Each arrival gets a greater number than the one before, over all threads."""
    seqs = [(await stores.inbox.keep(stores.said(where=origin(thread)), backlog=9)).seq for thread in ("a", "b", "a")]

    assert [1, 2, 3] == seqs


async def test_a_sender_with_too_much_waiting_is_told_so(stores: Stores) -> None:
    """The bound is for each sender; nothing is kept above it, and a repeat of something kept is still recognised."""
    first = stores.said(where=origin(sender="busy"))
    kept = await stores.inbox.keep(first, backlog=2)
    await stores.inbox.keep(stores.said(where=origin(sender="busy")), backlog=2)

    refused = await stores.inbox.keep(stores.said(where=origin(sender="busy")), backlog=2)
    again = await stores.inbox.keep(first, backlog=2)
    other = await stores.inbox.keep(stores.said(where=origin(sender="idle")), backlog=2)

    assert (Kept(TurnId(""), 0, fresh=False, full=True), replace(kept, fresh=False), 3) == (refused, again, other.seq)


async def test_a_burst_at_once_does_not_slip_over_the_bound(stores: Stores) -> None:
    """Counting and keeping are one transaction."""
    kept = await asyncio.gather(*[stores.inbox.keep(stores.said(), backlog=3) for _ in range(8)])

    assert {True: 5, False: 3} == Counter(one.full for one in kept)


async def test_settling_makes_room_again(stores: Stores) -> None:
    """What is settled does not wait any more."""
    await stores.settled()

    kept = await stores.inbox.keep(stores.said(), backlog=1)

    assert not kept.full


async def test_an_unknown_turn_is_a_key_error(stores: Stores) -> None:
    """Nothing is made up about what was never kept."""
    with pytest.raises(KeyError):
        await stores.inbox.arrival(TurnId("nowhere"))

    assert not await stores.inbox.is_settled(TurnId("nowhere"))


async def test_next_is_the_earliest_unsettled_of_the_thread(stores: Stores) -> None:
    """A lane works off its thread in order, other threads left aside."""
    await stores.kept(where=origin("other"))
    first, second = await stores.kept(), await stores.kept()

    before = await stores.inbox.next_in(ThreadId("t1"))
    await stores.ledger.settle(stores.settlement(first))
    after = await stores.inbox.next_in(ThreadId("t1"))
    await stores.ledger.settle(stores.settlement(second))

    assert (first, second, None) == (before, after, await stores.inbox.next_in(ThreadId("t1")))


async def test_a_lane_is_leased_to_one_holder_at_a_time(stores: Stores) -> None:
    """The holder may prolong; another waits until the time is over or the lane is given back."""
    lane, until = ThreadId("t1"), stores.clock.now() + timedelta(seconds=10)

    taken = [await stores.inbox.lease(lane, holder, until) for holder in ("a", "b", "a")]
    await stores.inbox.release(lane, "b")
    still = await stores.inbox.lease(lane, "b", until)
    await stores.inbox.release(lane, "a")
    given_back = await stores.inbox.lease(lane, "b", until)
    stores.move(seconds=10)
    over = await stores.inbox.lease(lane, "a", until + timedelta(seconds=10))

    assert ([True, False, True], False, True, True) == (taken, still, given_back, over)


async def test_orphans_are_waiting_threads_whose_lane_nobody_holds(stores: Stores) -> None:
    """A dead worker's thread is found when its lease is over; settled threads are not."""
    await stores.settled(where=origin("done"))
    for thread in ("late", "held", "free"):
        await stores.kept(where=origin(thread))
    await stores.inbox.lease(ThreadId("held"), "worker", stores.clock.now() + timedelta(seconds=10))
    await stores.inbox.lease(ThreadId("late"), "worker", stores.clock.now())

    at_once = await stores.inbox.orphans()
    stores.move(seconds=10)

    assert (["late", "free"], ["late", "held", "free"]) == (at_once, await stores.inbox.orphans())


async def test_four_processes_write_at_once_and_none_fails_busy(stores: Stores) -> None:
    """Each keeps messages of its own and the same shared ones: nothing is lost, nothing kept twice, nobody is turned away."""
    command = (sys.executable, "-m", "tests.contracts.busy_writer", str(stores.path), str(EACH))
    root, pipe = Path(__file__).parents[2], subprocess.PIPE
    writers = [await asyncio.create_subprocess_exec(*command, str(number), stdout=pipe, stderr=pipe, cwd=root) for number in range(WRITERS)]
    results = [await writer.communicate() for writer in writers]

    fresh = sum(int(out) for out, _ in results if out)
    assert ([b""] * WRITERS, [0] * WRITERS) == ([errors for _, errors in results], [writer.returncode for writer in writers])
    assert WRITERS * EACH + EACH == fresh
    assert WRITERS * EACH + EACH + 1 == (await stores.inbox.keep(stores.said(), backlog=10_000)).seq


async def test_files_of_one_message_are_found_by_it(stores: Stores) -> None:
    """The last first; neither those of a message whose name begins alike, nor what is no file."""
    keys = ("C1:17", "C1:17:a", "C1:17:b", "C1:170:a", "C1:18:a")
    kept = {key: (await stores.inbox.keep(File(PLACE, key, NOON, MEDIA), backlog=99)).turn_id for key in keys}
    await stores.inbox.keep(Utterance(PLACE, "C1:17:c", "x", NOON), backlog=99)

    assert [kept[key] for key in ("C1:17:b", "C1:17:a", "C1:17")] == await stores.inbox.files_of(PLACE.channel, "C1:17")
    assert ([], []) == (await stores.inbox.files_of("slack", "C1:17"), await stores.inbox.files_of(PLACE.channel, ""))

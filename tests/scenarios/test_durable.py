"""Durable work, bite by bite: what DBOS does when nobody tells it otherwise, and that here it does not."""

import asyncio
import json
import logging
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.contextvars import bound_contextvars, get_contextvars

from bot.domain.ids import TurnId
from bot.engine.attempts import Attempts, Patience
from bot.engine.durable import VERSION, AlreadyRunning, Durable
from bot.senses import SystemClock
from tests.fakes.senses import SetClock
from tests.fakes.waiting import TOO_LONG_S, until

ONE, TWO = TurnId("turn-1"), TurnId("turn-2")


@dataclass
class Road:
    """A road that notes who walks it; a turn that is held stays on it."""

    walked: list[TurnId] = field(default_factory=list)
    given_up: list[TurnId] = field(default_factory=list)
    held: set[TurnId] = field(default_factory=set)
    said: list[dict[str, Any]] = field(default_factory=list)

    async def walk(self, turn_id: TurnId) -> None:
        """Walk to the end, unless held."""
        self.walked.append(turn_id)
        self.said.append(get_contextvars())
        while turn_id in self.held:  # noqa: ASYNC110 - let go of from outside
            await asyncio.sleep(0.005)

    async def give_up(self, turn_id: TurnId) -> None:
        """Note it."""
        self.given_up.append(turn_id)

    def attempts(self, lives: int = 3) -> Attempts:
        """This road, walked with patience."""
        return Attempts(self.walk, self.give_up, Patience(lives=lives))


@pytest.fixture
def progress(tmp_path: Path) -> Path:
    """The file of progress."""
    return tmp_path / "dbos.db"


@pytest.fixture
def road() -> Road:
    """A road that nobody has walked."""
    return Road()


@asynccontextmanager
async def running(path: Path, road: Road, *, lives: int = 3, grace_s: float = 5.0, clock: SetClock | None = None) -> AsyncIterator[Durable]:
    """An engine for as long as the block lasts."""
    engine = Durable(path, road.attempts(lives), clock or SystemClock())
    await engine.start()
    try:
        async with asyncio.timeout(TOO_LONG_S):
            yield engine
    finally:
        await engine.close(grace_s)


@contextmanager
def elsewhere(path: Path, *turns: TurnId) -> Iterator[subprocess.Popen[str]]:
    """Another process that has begun these turns, and is killed at the end at the latest."""
    command = (sys.executable, "-m", "tests.scenarios.dying_engine", str(path), *turns)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "begun\n" == process.stdout.readline()
        yield process
        process.kill()


def rows(path: Path, statement: str) -> list[tuple[Any, ...]]:
    """What stands in the file."""
    connection = sqlite3.connect(path)
    found = connection.execute(statement).fetchall()
    connection.close()
    return found


async def test_turn_is_seen_to_its_end(progress: Path, road: Road) -> None:
    """When `take` returns, the road was walked once and the progress says so."""
    async with running(progress, road) as engine:
        await engine.take(ONE)

    assert [ONE] == road.walked
    assert [(ONE, "SUCCESS")] == rows(progress, "SELECT workflow_uuid, status FROM workflow_status")


async def test_turn_taken_five_times_at_once_is_walked_once(progress: Path, road: Road) -> None:
    """Whoever asks for a turn that is under way waits for that one."""
    async with running(progress, road) as engine:
        await asyncio.gather(*(engine.take(ONE) for _ in range(5)))

    assert [ONE] == road.walked


async def test_who_leaves_does_not_take_the_turn_along(progress: Path, road: Road) -> None:
    """A cancelled waiter leaves the turn under way."""
    road.held.add(ONE)
    async with running(progress, road) as engine:
        waiter = asyncio.create_task(engine.take(ONE))
        await until(lambda: road.walked == [ONE])
        waiter.cancel()
        await asyncio.gather(waiter, return_exceptions=True)
        road.held.clear()
        await engine.take(ONE)

    assert [(ONE, "SUCCESS")] == rows(progress, "SELECT workflow_uuid, status FROM workflow_status")


async def test_live_process_keeps_its_work_and_a_dead_ones_is_resumed(progress: Path, road: Road) -> None:
    """Bite: two processes under one name run each other's work, and a dead one's waits for ever."""
    with elsewhere(progress, ONE, TWO) as other:
        async with running(progress, road) as engine:
            await engine.take(TurnId("turn-3"))

            assert [TurnId("turn-3")] == road.walked  # a start, and time to reach for ONE and TWO

            other.kill()
            other.wait()
            await asyncio.gather(engine.take(ONE), engine.take(TWO))

    assert {ONE, TWO, TurnId("turn-3")} == set(road.walked)
    assert 3 == len(road.walked)


async def test_no_two_engines_have_one_name(progress: Path, road: Road, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bite: the default name is `local`, and the environment can set it for all processes alike."""
    monkeypatch.setenv("DBOS__VMID", "local")
    async with running(progress, road) as engine:
        await engine.take(ONE)
    async with running(progress, road) as another:
        await another.take(TWO)

    names = [name for (name,) in rows(progress, "SELECT DISTINCT executor_id FROM workflow_status")]
    assert {engine.executor, another.executor} == set(names)
    assert 2 == len(names)


async def test_version_never_changes(progress: Path, road: Road, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bite: work begun under one version waits for that version, and the default one is a hash of the code."""
    monkeypatch.setenv("DBOS__APPVERSION", "of-yesterday")
    async with running(progress, road) as engine:
        await engine.take(ONE)

    assert [(VERSION,)] == rows(progress, "SELECT DISTINCT application_version FROM workflow_status")


async def test_progress_is_written_ahead(progress: Path, road: Road) -> None:
    """Bite: it never sets WAL."""
    async with running(progress, road):
        pass

    assert [("wal",)] == rows(progress, "PRAGMA journal_mode")


async def test_progress_holds_ids_as_json_and_no_pickle(progress: Path, road: Road) -> None:
    """Bite: it pickles by default, and who can write the file could run code in the server."""
    async with running(progress, road) as engine:
        await engine.take(ONE)

    [(inputs, how)] = rows(
        progress, "SELECT workflow_input.inputs, serialization FROM workflow_status JOIN workflow_input USING (workflow_uuid)"
    )
    assert ({"positionalArgs": [ONE], "namedArgs": {}}, "portable_json") == (json.loads(inputs), how)
    on_disk = _bytes_of(progress)
    assert (True, False, False) == (ONE.encode() in on_disk, b"gASV" in on_disk, b"\x80\x04\x95" in on_disk)


async def test_turn_that_kills_its_process_is_given_up_after_its_lives(progress: Path, road: Road) -> None:
    """A turn that takes every process down with it would do so for ever."""
    road.held.add(ONE)
    async with running(progress, road, lives=1, grace_s=0) as engine:
        waiter = asyncio.create_task(engine.take(ONE))
        await until(lambda: road.walked == [ONE])
    await asyncio.gather(waiter, return_exceptions=True)

    async with running(progress, road, lives=1) as engine:
        await engine.take(ONE)

    assert ([ONE], [ONE]) == (road.walked, road.given_up)


async def test_close_leaves_what_is_under_way_for_the_next_start(progress: Path, road: Road) -> None:
    """A close is no end of a turn: the next engine walks it."""
    road.held.add(ONE)
    async with running(progress, road, grace_s=0) as engine:
        waiter = asyncio.create_task(engine.take(ONE))
        await until(lambda: road.walked == [ONE])
    await asyncio.gather(waiter, return_exceptions=True)
    road.held.clear()

    assert [("PENDING",)] == rows(progress, "SELECT status FROM workflow_status")

    async with running(progress, road) as engine:
        await engine.take(ONE)

    assert [("SUCCESS",)] == rows(progress, "SELECT status FROM workflow_status")


async def test_truth_wins_over_progress(progress: Path, road: Road) -> None:
    """A turn that the truth holds open is walked, though the progress says that it has ended (a backup was restored, say)."""
    async with running(progress, road) as engine:
        await engine.take(ONE)
        await engine.take(ONE)

    assert [ONE, ONE] == road.walked


async def test_what_ended_a_day_ago_is_purged_and_nothing_else(progress: Path, road: Road) -> None:
    """Bite: finished work is kept for ever."""
    clock = SetClock(datetime.now(UTC))
    async with running(progress, road, clock=clock) as engine:
        await engine.take(ONE)
        road.held.add(TWO)
        waiter = asyncio.create_task(engine.take(TWO))
        await until(lambda: TWO in road.walked)

        assert 0 == await engine.purge()

        clock.move(timedelta(days=1, minutes=1))
        assert 1 == await engine.purge()

        road.held.clear()
        await waiter

    assert [(TWO,)] == rows(progress, "SELECT workflow_uuid FROM workflow_status")
    for table in ("operation_outputs", "workflow_input", "workflow_output"):
        assert [(TWO,)] == rows(progress, f"SELECT DISTINCT workflow_uuid FROM {table}")  # noqa: S608 - one of three


async def test_log_lines_of_a_turn_know_its_thread(progress: Path, road: Road) -> None:
    """What the lane knows is known on the road, so that an error is found by thread and by turn."""
    async with running(progress, road) as engine:
        with bound_contextvars(thread_id="thread-1"):
            await engine.take(ONE)

    assert [{"thread_id": "thread-1", "turn_id": ONE}] == road.said


async def test_nothing_is_printed_listened_on_or_hooked(progress: Path, road: Road, capfd: pytest.CaptureFixture[str]) -> None:
    """Bite: it brings a console log of its own, and could bring a server and a line to its makers."""
    async with running(progress, road) as engine:
        await engine.take(ONE)
        listening = _listening()
    handlers = [type(handler) for handler in logging.getLogger("dbos").handlers]

    assert ("", "") == capfd.readouterr()
    assert [logging.NullHandler] == handlers
    assert set() == listening


async def test_loop_has_its_threads_after_the_close(progress: Path, road: Road) -> None:
    """Bite: it takes the loop's own threads over and leaves them dead."""
    async with running(progress, road) as engine:
        await engine.take(ONE)

    assert "alive" == await asyncio.to_thread(lambda: "alive")


async def test_one_engine_a_process(progress: Path, road: Road, tmp_path: Path) -> None:
    """Bite: a second one would silently be the first, over the first one's file."""
    async with running(progress, road):
        with pytest.raises(AlreadyRunning):
            await Durable(tmp_path / "other.db", road.attempts(), SystemClock()).start()


def _bytes_of(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


def _listening() -> set[str]:
    """Inodes of TCP sockets on which this process listens."""
    inodes: set[str] = set()
    for table in ("tcp", "tcp6"):
        path = Path("/proc/self/net") / table
        for line in path.read_text(encoding="ascii").splitlines()[1:] if path.exists() else []:
            columns = line.split()
            if columns[3] == "0A":
                inodes.add(f"socket:[{columns[9]}]")
    descriptors = Path("/proc/self/fd")
    return inodes & {str(each.readlink()) for each in descriptors.iterdir() if each.is_symlink()} if descriptors.exists() else set()

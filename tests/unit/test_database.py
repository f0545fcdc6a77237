"""One file and its threads: transactions, who shares them, and who is told when."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
import sqlite_utils

from bot.store.database import Database
from bot.store.rows import change, every, insert

Work: TypeAlias = Callable[[sqlite_utils.Database], int]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A file with one table of numbers."""
    database = Database(tmp_path / "numbers.db")
    database.write_now(lambda connection: connection.table("numbers").create({"n": int}, pk="n"))
    yield database
    database.close()


def put(n: int, connection: sqlite_utils.Database) -> int:
    """Write a number down."""
    insert(connection, "numbers", {"n": n})
    return n


async def numbers(database: Database) -> list[int]:
    """What was written down."""
    return [row["n"] for row in await database.read(lambda connection: every(connection, "SELECT n FROM numbers ORDER BY n"))]


def put_work(n: int) -> Work:
    """A work that writes a number down."""
    return lambda connection: put(n, connection)


def failing_work(error: Exception) -> Work:
    """A work that writes 99 down and fails."""

    def work(connection: sqlite_utils.Database) -> int:
        put(99, connection)
        raise error

    return work


def ending_work(error: Exception) -> Work:
    """A work during which the engine gives its transaction up, as SQLite does when the disk is full."""

    def work(connection: sqlite_utils.Database) -> int:
        connection.conn.execute("ROLLBACK")
        raise error

    return work


async def together(database: Database, *works: Work, give_up: int | None = None) -> tuple[list[int | BaseException], list[str]]:
    """Let works wait for the writing thread at the same time; the one at `give_up` is cancelled while it waits.

    Returns what became of each, and the transactions that were made for them.
    """
    began, go, statements = threading.Event(), threading.Event(), list[str]()

    def hold(connection: sqlite_utils.Database) -> None:
        began.set()
        go.wait(10)
        connection.conn.set_trace_callback(statements.append)

    held = asyncio.ensure_future(database.write(hold))
    await asyncio.to_thread(began.wait, 10)
    waiting = [asyncio.ensure_future(database.write(work)) for work in works]
    await asyncio.sleep(0)
    if give_up is not None:
        waiting[give_up].cancel()
        await asyncio.sleep(0)
    go.set()
    await held
    results = await asyncio.gather(*waiting, return_exceptions=True)
    return results, [statement for statement in statements if statement in {"BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"}]


async def test_what_was_written_is_there_for_others(database: Database) -> None:
    """When `write` returns, another connection sees it."""
    written = await database.write(lambda connection: put(1, connection))

    with sqlite3.connect(database.path) as other:
        assert (1, [(1,)]) == (written, other.execute("SELECT n FROM numbers").fetchall())
    other.close()


async def test_works_that_wait_together_share_one_commit(database: Database) -> None:
    """The disk is waited for once."""
    results, statements = await together(database, put_work(1), put_work(2), put_work(3))

    assert ([1, 2, 3], ["COMMIT", "BEGIN IMMEDIATE", "COMMIT"]) == (results, statements)


async def test_a_failing_work_undoes_itself_alone(database: Database) -> None:
    """Those that share its commit go on; the error reaches whoever asked for it."""
    error = ValueError("no")

    results, _ = await together(database, put_work(1), failing_work(error), put_work(2))

    assert ([1, error, 2], [1, 2]) == (results, await numbers(database))


async def test_an_error_that_ends_the_transaction_is_told_to_all_in_it(database: Database) -> None:
    """Nobody is told that something was written which was not; afterwards the house goes on."""
    error = sqlite3.OperationalError("disk full")

    results, _ = await together(database, put_work(1), ending_work(error), put_work(2))
    after = await database.write(put_work(3))

    assert ([error] * 3, 3, [3]) == (results, after, await numbers(database))


async def test_a_work_cancelled_before_it_began_is_not_run(database: Database) -> None:
    """Others behind it are."""
    [given_up, last], _ = await together(database, put_work(1), put_work(2), give_up=0)

    assert (True, 2, [2]) == (isinstance(given_up, asyncio.CancelledError), last, await numbers(database))


async def test_a_write_locks_before_it_reads(database: Database) -> None:
    """Nobody can write between what a transaction reads and what it writes."""

    def meanwhile(_: sqlite_utils.Database) -> str:
        other = sqlite3.connect(database.path, timeout=0, isolation_level=None)
        try:
            other.execute("INSERT INTO numbers VALUES (5)")
        except sqlite3.OperationalError as error:
            return str(error)
        finally:
            other.close()
        return "written"

    told = await database.write(meanwhile)

    assert ("database is locked", []) == (told, await numbers(database))


async def test_a_read_sees_one_state(database: Database) -> None:
    """What is written meanwhile is seen by the next."""
    began, written = threading.Event(), threading.Event()

    def twice(connection: sqlite_utils.Database) -> list[int]:
        before = len(every(connection, "SELECT n FROM numbers"))
        began.set()
        written.wait(10)
        return [before, len(every(connection, "SELECT n FROM numbers"))]

    reading = asyncio.ensure_future(database.read(twice))
    await asyncio.to_thread(began.wait, 10)
    await database.write(lambda connection: put(1, connection))
    written.set()

    assert ([0, 0], [1]) == (await reading, await numbers(database))


async def test_the_data_version_tells_of_every_commit_by_anybody(database: Database) -> None:
    """Our own, another process's; and of nothing else."""
    versions = [await database.data_version()]
    await database.write(lambda connection: put(1, connection))
    versions.append(await database.data_version())
    versions.append(await database.data_version())
    other = Database(database.path)
    await other.write(lambda connection: put(2, connection))
    other.close()
    versions.append(await database.data_version())
    await numbers(database)
    versions.append(await database.data_version())

    first, second, third, fourth, fifth = versions
    assert (True, True, True, True) == (first != second, second == third, third != fourth, fourth == fifth)


async def test_forgetting_empties_the_log(database: Database) -> None:
    """What was overwritten is on the disk no more, neither in the file nor beside it."""
    await database.write(lambda connection: connection.table("texts").insert({"id": 1, "text": "a-private-word"}, pk="id"))
    log = database.path.with_name(f"{database.path.name}-wal")
    before = b"a-private-word" in log.read_bytes()
    await database.write(lambda connection: change(connection, "UPDATE texts SET text = NULL", ()))

    await database.forget()

    assert (True, b"", False) == (before, log.read_bytes(), b"a-private-word" in database.path.read_bytes())


async def test_every_connection_keeps_the_promises(database: Database) -> None:
    """Write-ahead log, durable commits, keys that hold, erased bytes overwritten."""

    def promises(connection: sqlite_utils.Database) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        return [connection.conn.execute(f"PRAGMA {name}").fetchone()[0] for name in names]

    found = [await database.write(promises), await database.read(promises)]

    assert [["wal", 2, 1, 1]] * 2 == found

"""One SQLite file and the threads that may touch it. Knows transactions and threads; knows no table."""

import asyncio
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Generic, TypeVar

import sqlite_utils

from bot.errors import BadConfig, Upstream
from bot.store.turnstile import Turnstile

T = TypeVar("T")

BUSY_TIMEOUT_S = 30
CHECKPOINT_TIMEOUT_MS = 1000
READERS = 2
TOGETHER = 64
PRIMARY, DISK = 0xFF, frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR})
"""The part of an error's code that says what sort it is, and the sorts that mean the disk.  Source: sqlite.org/rescode.html."""


class Database:
    """A SQLite file in WAL mode: one thread writes, a few read, one watches; the event loop does none of it.

    A writing transaction begins IMMEDIATE: a deferred one that reads first fails busy as soon as two processes write.
    Works that wait for the writing thread at the same time share one transaction, each in a savepoint of its own: a commit
    waits for the disk (0.2 to 4 ms where this was written), and at 4 ms the seven commits of a turn, one by one, would bound the
    house to 35 turns/s. Processes that write take turns.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="store-write")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="store-read")
        self._watcher = ThreadPoolExecutor(1, thread_name_prefix="store-watch")
        self._waiting: deque[_Job[Any]] = deque()
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._turnstile: Turnstile | None = None

    async def write(self, work: Callable[[sqlite_utils.Database], T]) -> T:
        """Run `work` on the writing thread; returns when it is on the disk. An exception undoes all of it, and nothing else.

        Cancelled before it began, it is not run; cancelled later, it is run to its end.  Raises: BadConfig when the disk takes no more;
        Upstream("store") when somebody else wrote for longer than is waited: nothing of it was done.
        """
        try:
            return await asyncio.wrap_future(self._enqueue(work))
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) & PRIMARY in DISK:
                raise BadConfig("disk_full", folder=self.path.parent) from error
            if getattr(error, "sqlite_errorcode", 0) & PRIMARY == sqlite3.SQLITE_BUSY:
                raise Upstream("store") from error
            raise

    async def read(self, work: Callable[[sqlite_utils.Database], T]) -> T:
        """Run `work` on a reading thread; it sees one consistent state."""
        return await asyncio.wrap_future(self._readers.submit(self._snapshot, work))

    def write_now(self, work: Callable[[sqlite_utils.Database], T]) -> T:
        """As `write`, for code that has no event loop (start, migrations)."""
        return self._enqueue(work).result()

    async def data_version(self) -> int:
        """A number that differs from the last one answered when anybody, in any process, has committed in between.

        Only for comparing with itself: SQLite counts per connection, so one connection is kept for this question.
        Source: https://www.sqlite.org/pragma.html#pragma_data_version
        """
        return await asyncio.wrap_future(self._watcher.submit(self._data_version))

    async def forget(self) -> None:
        """Empty the write-ahead log into the file, so that what was erased is on the disk no more; a reader may put it off."""
        await asyncio.wrap_future(self._writer.submit(self._checkpoint))

    def close(self) -> None:
        """Wait for work under way, then close every connection."""
        for threads in (self._writer, self._readers, self._watcher):
            threads.shutdown()
        for connection in self._opened:
            connection.close()
        if self._turnstile:
            self._turnstile.close()

    def _enqueue(self, work: Callable[[sqlite_utils.Database], T]) -> "Future[T]":
        job = _Job(work)
        self._waiting.append(job)
        self._writer.submit(self._write_waiting)
        return job.future

    def _write_waiting(self) -> None:
        jobs: list[_Job[Any]] = []
        while self._waiting and len(jobs) < TOGETHER:
            job = self._waiting.popleft()
            if job.future.set_running_or_notify_cancel():
                jobs.append(job)
        if not jobs:
            return
        try:
            self._commit_together(jobs)
        except BaseException as error:  # noqa: BLE001 - whatever ended the transaction ended every work in it
            for job in jobs:
                job.future.set_exception(error)
        else:
            for job in jobs:
                job.tell()

    def _commit_together(self, jobs: "list[_Job[Any]]") -> None:
        database = self._connection()
        connection = database.conn
        self._turnstile = self._turnstile or Turnstile(self.path)
        with self._turnstile.passed():
            connection.execute("BEGIN IMMEDIATE")
            try:
                for job in jobs:
                    job.run(database)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def _snapshot(self, work: Callable[[sqlite_utils.Database], T]) -> T:
        database = self._connection()
        database.conn.execute("BEGIN")
        try:
            return work(database)
        finally:
            if database.conn.in_transaction:
                database.conn.execute("ROLLBACK")

    def _data_version(self) -> int:
        return int(self._connection().conn.execute("PRAGMA data_version").fetchone()[0])

    def _checkpoint(self) -> None:
        connection = self._connection().conn
        connection.execute(f"PRAGMA busy_timeout = {CHECKPOINT_TIMEOUT_MS}")
        try:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000}")

    def _connection(self) -> sqlite_utils.Database:
        mine: sqlite_utils.Database | None = getattr(self._local, "database", None)
        if mine is None:
            connection = sqlite3.connect(self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA foreign_keys = ON")
            self._opened.append(connection)
            mine = self._local.database = sqlite_utils.Database(connection, execute_plugins=False)
        return mine


class _Job(Generic[T]):
    """One work and who waits for it. Its result is told only after the commit."""

    def __init__(self, work: Callable[[sqlite_utils.Database], T]) -> None:
        self.future: Future[T] = Future()
        self._work = work
        self._tell: Callable[[], None] = lambda: None

    def run(self, database: sqlite_utils.Database) -> None:
        """Do the work in a savepoint; its own error undoes it alone, an error that ended the transaction is raised."""
        connection = database.conn
        connection.execute("SAVEPOINT job")
        try:
            result = self._work(database)
        except BaseException as error:
            if not connection.in_transaction:
                raise
            connection.execute("ROLLBACK TO job")
            failure = error
            self._tell = lambda: self.future.set_exception(failure)
        else:
            self._tell = lambda: self.future.set_result(result)
        connection.execute("RELEASE job")

    def tell(self) -> None:
        """Hand over what came of it."""
        self._tell()

"""One SQLite file and the threads that may touch it. Knows transactions and threads; knows no table."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import sqlite_utils

T = TypeVar("T")

BUSY_TIMEOUT_S = 30
READERS = 2


class Database:
    """A SQLite file in WAL mode: one thread writes, a few read, the event loop does neither.

    A writing transaction begins IMMEDIATE: a deferred one that reads first fails busy as soon as two processes write.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="store-write")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="store-read")
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []

    async def write(self, work: Callable[[sqlite_utils.Database], T]) -> T:
        """Run `work` in one transaction on the writing thread; an exception undoes all of it."""
        return await asyncio.wrap_future(self._writer.submit(self._in_transaction, work))

    async def read(self, work: Callable[[sqlite_utils.Database], T]) -> T:
        """Run `work` on a reading thread; it sees one consistent state."""
        return await asyncio.wrap_future(self._readers.submit(self._snapshot, work))

    def write_now(self, work: Callable[[sqlite_utils.Database], T]) -> T:
        """As `write`, for code that has no event loop (start, migrations)."""
        return self._writer.submit(self._in_transaction, work).result()

    def close(self) -> None:
        """Wait for work under way, then close every connection."""
        self._writer.shutdown()
        self._readers.shutdown()
        for connection in self._opened:
            connection.close()

    def _connection(self) -> sqlite_utils.Database:
        mine: sqlite_utils.Database | None = getattr(self._local, "database", None)
        if mine is None:
            connection = sqlite3.connect(self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            self._opened.append(connection)
            mine = self._local.database = sqlite_utils.Database(connection, execute_plugins=False)
        return mine

    def _in_transaction(self, work: Callable[[sqlite_utils.Database], T]) -> T:
        return self._run("BEGIN IMMEDIATE", work)

    def _snapshot(self, work: Callable[[sqlite_utils.Database], T]) -> T:
        return self._run("BEGIN", work)

    def _run(self, begin: str, work: Callable[[sqlite_utils.Database], T]) -> T:
        database = self._connection()
        connection = database.conn
        connection.execute(begin)
        try:
            result = work(database)
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
        return result

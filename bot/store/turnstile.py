"""Turns among processes that write one file: who waits gets the next one. Knows two files; knows no database.

SQLite lets whoever asks at the right moment write, and who has to wait sleeps up to a tenth of a second between looks: beside a
process that writes without a pause another may wait for seconds. Here the second in line holds the place of the next while it
waits, so whoever has just written queues behind it. The kernel gives back what a killed process held.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Turnstile:
    """A way through for one at a time. For one thread of a process at a time."""

    def __init__(self, beside: Path) -> None:
        """beside: the file that is written; the turnstile's two lie beside it, and are empty."""
        self._next, self._turn = (
            os.open(beside.with_name(f"{beside.name}-{name}"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600) for name in ("next", "turn")
        )

    @contextmanager
    def passed(self) -> Iterator[None]:
        """Wait for the turn, and have it while the block runs."""
        fcntl.flock(self._next, fcntl.LOCK_EX)
        try:
            fcntl.flock(self._turn, fcntl.LOCK_EX)
        finally:
            fcntl.flock(self._next, fcntl.LOCK_UN)
        try:
            yield
        finally:
            fcntl.flock(self._turn, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let go of the files."""
        os.close(self._next)
        os.close(self._turn)

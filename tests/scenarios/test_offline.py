"""Nothing phones home: the real server is started, fed and asked while the kernel tells what it and its children reach for."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.benchmarks.tree import tree
from tests.scenarios.household import Household, Served, household
from tests.watched import outside, watching

PATIENCE_S = 120


class Watched(Household):
    """A household whose server is watched by the kernel's own account of it."""

    @property
    def log(self) -> Path:
        """What the server and its children asked of the network."""
        return self.folder / "asked-of-the-network.log"

    def command(self, *words: str) -> list[str]:
        """The server's command is watched, the others are as ever."""
        plain = super().command(*words)
        return [*watching(self.log), *plain] if words == ("run",) else plain

    @contextmanager
    def served(self) -> Iterator[Served]:
        """Stop the server itself; the watcher ends with it."""
        with super().served() as served:
            try:
                yield served
            finally:
                watcher, server, *_ = tree(served.process.pid)
                assert watcher.pid == served.process.pid
                os.kill(server.pid, signal.SIGTERM)
                served.process.wait(PATIENCE_S)

    def embed(self) -> None:
        """Wait until every passage has its vector."""
        begun = time.monotonic()
        while any(one["embedded"] < one["passages"] for one in self.data("knowledge", "list")):
            assert time.monotonic() - begun < PATIENCE_S
            time.sleep(0.5)


@pytest.mark.slow
def test_serving_reading_embedding_and_answering_reach_for_nothing_outside(tmp_path: Path) -> None:
    """From the start to the last vector; telemetry of any library would be a line in the log."""
    home = Watched(household(tmp_path).folder)

    with home.served():
        home.run("ingest", str(tmp_path / "papers"))
        answer = home.data("ask", "How long is the warranty of the S3 sensor?")
        home.embed()

    seen = home.log.read_text(encoding="utf-8")
    assert "36 months" in answer["text"]
    assert "tandem.sock" in seen  # it did watch
    assert [] == outside(seen)

"""The whole house by its command line: asking alone and beside a server, starting, resting. Knows verbs and routes, no code of ours."""

import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks.measured import Measured, median_of
from tests.benchmarks.papers import write_papers
from tests.benchmarks.served import PATIENCE_S, served, tandem
from tests.benchmarks.tree import tree

PAPERS = 20
RUNS = 5
STARTS = 3
IDLE_S = 20
QUESTIONS = ("型号K000保修多久?", "How long does the delivery of model M001 take?")


def measure() -> Iterator[Measured]:
    """Fill a home, then measure it alone, starting, and being served."""
    with tempfile.TemporaryDirectory() as folder:
        home, papers = Path(folder) / "home", Path(folder) / "papers"
        write_papers(papers, PAPERS)
        begun = time.perf_counter()
        tandem(home, "ingest", str(papers))
        yield Measured(f"ingest of {PAPERS} papers, alone", time.perf_counter() - begun, "s")
        with served(home):  # vectors are made by whoever serves
            yield Measured("every vector made, after that", _until_embedded(home), "s", detail=f"{len(_listed(home))} documents")
        yield median_of("tandem ask, alone", _asking(home), bar=3.5)
        starts = []
        for _ in range(STARTS - 1):
            with served(home) as server:
                starts.append(server.ready_s)
        with served(home) as server:
            yield median_of("server ready, not the first start", [*starts, server.ready_s], bar=6)
            yield median_of("tandem ask, beside the server", _asking(home), bar=0.6)
            yield from _resting(server.pid)


def _resting(server: int) -> Iterator[Measured]:
    time.sleep(5)  # what a start and an answer leave behind ends by itself
    before = tree(server)
    time.sleep(IDLE_S)
    after = tree(server)
    spent = sum(process.cpu_s for process in after) - sum(process.cpu_s for process in before)
    yield Measured("idle CPU of the whole tree", spent / IDLE_S * 100, "%", 2, f"of one core, over {IDLE_S} s")
    yield Measured("memory of the whole tree (PSS)", sum(process.pss_mib for process in after), "MiB", 650, f"{len(after)} processes")
    for process in after:
        yield Measured(f"  {process.name}", process.pss_mib, "MiB")


def _asking(home: Path) -> list[float]:
    taken = []
    for run in range(RUNS):
        begun = time.perf_counter()
        answer = json.loads(tandem(home, "ask", QUESTIONS[run % len(QUESTIONS)], "--json"))
        taken.append(time.perf_counter() - begun)
        assert answer["evidence"], answer
    return taken


def _until_embedded(home: Path) -> float:
    begun = time.perf_counter()
    while any(document["embedded"] < document["passages"] for document in _listed(home)):
        assert time.perf_counter() - begun < PATIENCE_S, "vectors do not come to their end"
        time.sleep(1)
    return time.perf_counter() - begun


def _listed(home: Path) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(tandem(home, "knowledge", "list", "--json"))
    assert PAPERS == len(listed)
    return listed

"""The instruments of the benchmarks: a number nobody can trust is worse than none."""

import os
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.measured import Measured, median_of
from tests.benchmarks.papers import write_papers
from tests.benchmarks.tree import tree

GRANDCHILD = "import sys; ballast = bytearray(b'x' * (40 << 20)); print('up', flush=True); sys.stdin.read()"
CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {GRANDCHILD!r}], check=True)"


def test_a_tree_counts_grandchildren_and_their_memory() -> None:
    """Memory that a child of a child holds is the house's memory."""
    with subprocess.Popen([sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout
        child.stdout.readline()
        found = tree(child.pid)
        child.communicate()

    assert [child.pid] == [process.pid for process in found][:1]
    assert 2 == len(found)
    assert found[1].pss_mib > 40


def test_processor_time_grows_with_work() -> None:
    """A busy second is seen; the clock is the kernel's."""
    before = tree(os.getpid())[0].cpu_s
    while (after := tree(os.getpid())[0].cpu_s) == before:
        sum(range(10_000))

    assert after > before


def test_a_row_over_its_bar_is_marked() -> None:
    """A reader sees it without doing sums."""
    marks = [Measured("ask", value, "s", 0.6).line()[0] for value in (0.59, 0.61)]

    assert [" ", "!"] == marks


def test_several_runs_are_told_by_median_and_range() -> None:
    """One slow run does not spoil the number, and does not hide either."""
    row = median_of("ask", [0.1, 9.0, 0.3])

    assert (0.3, "3 runs, 0.10 to 9.00") == (row.value, row.detail)


def test_the_papers_are_the_same_every_time(tmp_path: Path) -> None:
    """Else two measurements could not be compared."""
    for name in ("once", "again"):
        write_papers(tmp_path / name, 4)

    once, again = ([path.read_text(encoding="utf-8") for path in sorted((tmp_path / name).iterdir())] for name in ("once", "again"))
    assert once == again
    assert 4 == len(set(once))

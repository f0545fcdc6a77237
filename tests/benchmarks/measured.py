"""One line of a benchmark's table, and the machine it was measured on. Knows no benchmark."""

import os
import platform
import re
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

YARDSTICK_ADDITIONS = 1_000_000


@dataclass(frozen=True, slots=True)
class Measured:
    """A number and the bar it is held against: less is better. detail: the spread, or what was done."""

    what: str
    value: float
    unit: str
    bar: float | None = None
    detail: str = ""

    def line(self) -> str:
        """The row as printed: an `!` stands before what is over its bar."""
        over = self.bar is not None and self.value > self.bar
        bar = "" if self.bar is None else f"< {self.bar:g} {self.unit}"
        return f"{'!' if over else ' '} {self.what:<44} {self.value:>9.2f} {self.unit:<4} {bar:<12} {self.detail}".rstrip()


def median_of(what: str, seconds: Sequence[float], *, bar: float | None = None) -> Measured:
    """The median of several runs, with their number and range."""
    spread = f"{len(seconds)} runs, {min(seconds):.2f} to {max(seconds):.2f}"
    return Measured(what, statistics.median(seconds), "s", bar, spread)


def machine() -> str:
    """Cores, Python, CPU, memory, load, and how long this Python takes for a million additions: what numbers may be compared by."""
    cpu = re.search(r"^model name\s*:\s*(.*)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    memory_kib = re.search(r"^MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text(encoding="utf-8"), re.MULTILINE)
    facts = [
        f"{len(os.sched_getaffinity(0))} cores",
        f"Python {platform.python_version()}",
        cpu.group(1) if cpu else platform.machine(),
        f"{int(memory_kib.group(1)) / 2**20:.1f} GiB" if memory_kib else "memory unknown",
        f"load {os.getloadavg()[0]:.1f}",
        f"a million additions in {_yardstick_s() * 1000:.0f} ms",
    ]
    return ", ".join(facts)


def _yardstick_s() -> float:
    begun = time.perf_counter()
    total = 0
    for number in range(YARDSTICK_ADDITIONS):
        total += number
    return time.perf_counter() - begun

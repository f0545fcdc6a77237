"""A process with all its descendants, as /proc tells it: memory and processor time. Knows Linux, and nothing of ours."""

import os
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Process:
    """One process. name: its command, shortened. pss_mib: its memory, shared pages by their share. cpu_s: processor time until now."""

    pid: int
    name: str
    pss_mib: float
    cpu_s: float


def tree(root: int) -> list[Process]:
    """`root` and its descendants, in the order of their ids; those that end while being looked at are left out."""
    children: dict[int, list[int]] = defaultdict(list)
    for stat in PROC.glob("[0-9]*/stat"):
        try:
            fields = _stat(stat)
        except (FileNotFoundError, ProcessLookupError):
            continue
        children[int(fields[1])].append(int(stat.parent.name))
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        waiting += children[pid]
        try:
            found.append(_process(pid))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return sorted(found, key=lambda process: process.pid)


def _process(pid: int) -> Process:
    rollup = (PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii")
    pss = re.search(r"^Pss:\s*(\d+) kB", rollup, re.MULTILINE)
    command = (PROC / str(pid) / "cmdline").read_bytes().split(b"\0")
    fields = _stat(PROC / str(pid) / "stat")
    ticks = int(fields[11]) + int(fields[12])
    words = [Path(word.decode()).name for word in command[:4] if word]
    return Process(pid, " ".join(words)[:60], int(pss.group(1)) / 1024 if pss else 0.0, ticks / os.sysconf("SC_CLK_TCK"))


def _stat(path: Path) -> list[str]:
    """Fields of a stat file from the state on (proc(5) counts it as the third); a command's name may hold blanks and brackets."""
    return path.read_text(encoding="utf-8").rpartition(")")[2].split()

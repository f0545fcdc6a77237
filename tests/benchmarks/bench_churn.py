"""Churn: a million invented accounts scored as `tandem churn score` does it, by the scorecard and by a trained model; memory flat."""

import csv
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.benchmarks.measured import Measured

ACCOUNTS, CHUNK, TEACHES = 1_000_000, 20_000, 20_000
HEADER = (
    "account", "active_users", "active_users_high", "active_users_year_ago", "seats", "features_used", "features_offered",
    "open_severe_tickets", "oldest_ticket_days", "nps", "nps_before", "invoices", "late_days", "renewal_days", "notice_days",
    "silent_days", "unanswered", "champion_left", "price_dispute", "open_complaints", "onboarding_late", "competitor", "plan", "left",
)  # fmt: skip
RUN = """
import resource, sys
from bot.cli import main
code = main(sys.argv[1:])
own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
cpu = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
print(own.ru_maxrss // 1024, children.ru_maxrss // 1024, cpu, file=sys.stderr)
sys.exit(code)
"""
"""One command; then on standard error the most memory that it and the largest of its children held, in MB, and processor seconds."""


def measure() -> Iterator[Measured]:
    """The table is written beforehand; reading it, judging and writing the scores count."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        few, small, large = (_table(here / f"{count}.csv", count) for count in (TEACHES, ACCOUNTS // 10, ACCOUNTS))
        yield from _scored("by the scorecard", here / "card", small, large)
        trained = _run(here / "model", "train", "--csv", str(few), "--target", "left")
        yield Measured(f"trained on {TEACHES:,} accounts", trained.took_s, "s", None, f"{trained.cpu_s:.0f} s of processor")
        yield from _scored("by a trained model", here / "model", small, large)


def _scored(how: str, home: Path, small: Path, large: Path) -> Iterator[Measured]:
    least, most = (_run(home, "score", "--csv", str(table)) for table in (small, large))
    detail = f"{most.cpu_s:.0f} s of processor, reading and writing CSV included"
    yield Measured(f"{ACCOUNTS:,} accounts {how}", most.took_s, "s", 60, detail)
    yield Measured("memory of all processes at most", most.memory_mb, "MB", 600)
    yield Measured("memory more than for a tenth of them", most.memory_mb - least.memory_mb, "MB", 60)


@dataclass(frozen=True, slots=True)
class Ran:
    """What one command took. memory_mb: its own and, for each core, that of its largest child."""

    memory_mb: int
    took_s: float
    cpu_s: float


def _run(home: Path, *words: str) -> Ran:
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", RUN, "--home", str(home), "churn", *words], env={**os.environ, "LC_ALL": "C.UTF-8"}, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    own, child, cpu = done.stderr.split()[-3:]
    return Ran(int(own) + int(child) * len(os.sched_getaffinity(0)), time.perf_counter() - begun, float(cpu))


def _table(path: Path, count: int) -> Path:
    """Accounts by fixed dice; some cells are empty, as they are in life."""
    dice = np.random.default_rng(9)
    with path.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(HEADER)
        for begin in range(0, count, CHUNK):
            rows = min(CHUNK, count - begin)
            seats = dice.integers(5, 500, rows)
            high = (seats * dice.uniform(0.2, 1.0, rows)).astype(int)
            now = (high * dice.uniform(0.3, 1.05, rows)).astype(int)
            figures = [
                now, high, (high * dice.uniform(0.4, 1, rows)).astype(int), seats, dice.integers(1, 12, rows), np.full(rows, 12),
                dice.poisson(0.3, rows), dice.integers(0, 120, rows), dice.integers(-100, 101, rows), dice.integers(-100, 101, rows),
                dice.integers(0, 12, rows), dice.integers(-5, 60, rows), dice.integers(-30, 700, rows), dice.integers(-60, 600, rows),
                dice.integers(0, 200, rows), dice.poisson(0.3, rows), *(dice.random((5, rows)) < 0.05).astype(int),
            ]  # fmt: skip
            odds = 4 * (1 - now / np.maximum(high, 1)) + 1.5 * figures[16] - 0.01 * figures[8] - 2
            left = (dice.random(rows) < 1 / (1 + np.exp(-odds))).astype(int)
            plan = dice.choice(["basic", "team", "firm"], rows)
            names = [f"account {number}" for number in range(begin, begin + rows)]
            empty = dice.random(rows) < 0.1
            nps = ["" if hole else told for hole, told in zip(empty.tolist(), figures[8].tolist(), strict=True)]
            columns = [one.tolist() for one in figures]
            columns[8] = nps
            sheet.writerows(zip(names, *columns, plan.tolist(), left.tolist(), strict=True))
    return path

"""Two years by the clock, two worker processes over one store, killed by the system again and again: each moment exactly once."""

import random
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.fakes.senses import SetClock
from tests.scenarios.year import Office, expected

ROOT = Path(__file__).parents[2]
YEARS = (("2026-01-01T00:05", "2027-01-01T00:05"), ("2028-01-01T00:05", "2028-04-15T00:05"))
KILLED, LONGEST_LIFE_S = 0.03, 0.05


@dataclass
class Worker:
    """A process that looks when it is told to."""

    path: Path
    since: datetime
    deaths: int = 0
    process: subprocess.Popen[str] | None = field(default=None)

    def tell(self, now: datetime) -> None:
        """Let it look, having begun it if there is none."""
        if self.process is None:
            command = [sys.executable, "-m", "tests.soak.clock_worker", str(self.path), self.since.isoformat()]
            self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdin
        self.process.stdin.write(f"{now.isoformat()}\n")
        self.process.stdin.flush()

    def seen(self) -> None:
        """Wait until it has."""
        assert self.process
        assert self.process.stdout
        assert "seen\n" == self.process.stdout.readline()

    def killed(self) -> None:
        """Kill it, whatever it is at."""
        if self.process:
            self.process.kill()
            self.process.communicate()
            self.process, self.deaths = None, self.deaths + 1

    def closed(self) -> None:
        """Let it go."""
        if self.process:
            self.process.communicate()


@pytest.mark.soak
@pytest.mark.parametrize("seed", [1])
@pytest.mark.parametrize("begins, ends", YEARS)
async def test_a_year_by_the_clock_over_kills(begins: str, ends: str, seed: int, tmp_path: Path) -> None:
    """What was done is what a calendar says, nothing more, nothing less."""
    first, last = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (begins, ends))
    clock, dice, path = SetClock(first), random.Random(seed), tmp_path / "tandem.db"
    office = Office.over(path, clock, first)
    await office.moved_in()
    await office.schedule().due(first)
    workers, steps = [Worker(path, first), Worker(path, first)], 0
    while clock.at < last:
        clock.at = min(last, clock.at + timedelta(minutes=dice.randrange(60, 480)))
        steps += 1
        for worker in workers:
            worker.tell(clock.at)
        doomed = [worker for worker in workers if dice.random() < KILLED]
        if doomed:
            time.sleep(dice.random() * LONGEST_LIFE_S)  # noqa: ASYNC251 - the workers are processes of their own
        for worker in workers:
            (worker.killed if worker in doomed else worker.seen)()
    for _ in range(2):
        clock.move(timedelta(minutes=2))
        for worker in workers:
            worker.tell(clock.at)
            worker.seen()
    for worker in workers:
        worker.closed()
    done, wanted = await office.effects(), expected(first, last)
    print(f"{len(wanted)} moments, {steps} looks of two workers, {sum(worker.deaths for worker in workers)} killed")  # noqa: T201 - numbers to read

    assert (set(), set()) == (wanted - done, done - wanted)
    assert {"done"} == await office.states()

"""A worker of the schedule as a process of its own: told a time, it sees to what is due and answers. Its end is not its own to choose."""

import asyncio
import sys
from datetime import datetime
from pathlib import Path

from bot.domain.firing import Firing
from tests.fakes.senses import SetClock
from tests.scenarios.year import Office


async def work(firing: Firing) -> int:
    """Something that takes a moment, in which one may die."""
    await asyncio.sleep(0.002 * (len(firing.key) % 3))
    return 1


async def main(path: Path, since: datetime) -> None:
    """Look at each time that comes in, one a line."""
    clock = SetClock()
    schedule = Office.over(path, clock, since).schedule(work=work)
    while line := await asyncio.to_thread(sys.stdin.readline):
        clock.at = datetime.fromisoformat(line.strip())
        await schedule.due(clock.at)
        print("seen", flush=True)  # noqa: T201 - what whoever began us waits for


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2])))

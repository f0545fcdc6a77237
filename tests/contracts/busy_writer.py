"""One of several processes that write at the same time: `python -m tests.contracts.busy_writer PATH EACH NUMBER`."""

import asyncio
import sys
from pathlib import Path

from tests.contracts.house import Stores, origin


async def write(path: Path, each: int, number: str) -> int:
    """Keep `each` messages of our own and as many that all writers share; says how many were fresh."""
    stores = Stores(path)
    where = origin(f"thread-{number}", number)
    fresh = 0
    for place in range(each):
        for key in (f"own-{number}-{place}", f"shared-{place}"):
            fresh += (await stores.inbox.keep(stores.said(key=key, where=where), backlog=10_000)).fresh
    stores.close()
    return fresh


if __name__ == "__main__":
    sys.stdout.write(str(asyncio.run(write(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))))

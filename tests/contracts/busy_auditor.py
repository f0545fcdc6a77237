"""One of several processes that do things at the same time: `python -m tests.contracts.busy_auditor PATH EACH NUMBER`."""

import asyncio
import sys
from pathlib import Path

from bot.domain.records import Cause
from tests.contracts.house import Stores


async def do(path: Path, each: int, number: str) -> None:
    """Make `each` records."""
    stores = Stores(path)
    for place in range(each):
        await stores.records.put("account", {"name": f"{number}-{place}"}, cause=Cause("lin"))
    stores.close()


if __name__ == "__main__":
    asyncio.run(do(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))

"""Processes that are killed while they settle: `python -m tests.contracts.dying_writer PATH TURN`; prints how each of them ended."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from bot.domain.ids import TurnId
from bot.senses import TimeIds
from tests.contracts.house import DRAFT, Stores

PLACES = 6
"""How many ids a settled draft asks for: quote, outcome, draft, its fields, message, event."""


class DyingIds(TimeIds):
    """Ids that kill their process when the `place`-th one is asked for: in the middle of whatever wanted it."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self.left = place

    def new(self) -> str:
        """An id, or the end."""
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().new()


def die(path: Path, turn_id: TurnId, place: int) -> int:
    """Settle in a child that is killed; says how it ended."""
    child = os.fork()
    if child == 0:
        stores = Stores(path)
        settlement = stores.settlement(turn_id, DRAFT)
        stores = Stores(path, ids=DyingIds(place))
        asyncio.run(stores.ledger.settle(settlement))
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    sys.stdout.write(" ".join(str(die(Path(sys.argv[1]), TurnId(sys.argv[2]), place)) for place in range(1, PLACES + 1)))

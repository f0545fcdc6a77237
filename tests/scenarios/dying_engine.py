"""An engine in a process of its own that begins turns and never ends them. Run as `python -m tests.scenarios.dying_engine FILE TURN…`."""

import asyncio
import sys
from pathlib import Path

from bot.domain.ids import TurnId
from bot.engine.attempts import Attempts
from bot.engine.durable import Durable
from bot.senses import SystemClock


async def main(path: Path, turns: list[TurnId]) -> None:
    """Begin every turn, say so, and wait to be killed."""
    begun: list[TurnId] = []

    async def road(turn_id: TurnId) -> None:
        begun.append(turn_id)
        if len(begun) == len(turns):
            sys.stdout.write("begun\n")
            sys.stdout.flush()
        await asyncio.Event().wait()

    engine = Durable(path, Attempts(road, road), SystemClock())
    await engine.start()
    await asyncio.gather(*(engine.take(turn_id) for turn_id in turns))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), [TurnId(turn) for turn in sys.argv[2:]]))

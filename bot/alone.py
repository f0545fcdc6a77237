"""One command in a process of its own: opens the home, does its own work, and leaves. What it leaves undone the next server ends."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import Any

from bot.bootstrap import opened
from bot.config import load
from bot.engine.direct import Direct
from bot.home import Home
from bot.logs import configure

Json = dict[str, Any]


def alone(config_path: Path, home: Home, request: Json) -> Iterator[Json]:
    """Answer one request in this process, line by line. The caller holds the home.  Raises: BadConfig."""
    configure(logging.WARNING)
    with asyncio.Runner() as runner:
        lines = _lines(config_path, home, request)
        try:
            while (line := runner.run(anext(lines, None))) is not None:
                yield line
        finally:
            runner.run(lines.aclose())


async def _lines(config_path: Path, home: Home, request: Json) -> AsyncGenerator[Json, None]:
    async with opened(load(config_path), home, Direct, serving=False, config_path=config_path) as here:
        async for line in here.desk.answer(request):
            yield line

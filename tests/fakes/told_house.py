"""A house at the real private socket that answers what it is told to, and remembers what it was asked."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from bot.channels.console import served
from bot.channels.desk import Desk

Json = dict[str, Any]


@dataclass
class ToldHouse:
    """refuses: the error that it answers. hangs_up: it answers nothing. is_ready: it says so. asked: the requests so far."""

    refuses: Json | None = None
    hangs_up: bool = False
    is_ready: bool = False
    asked: list[Json] = field(default_factory=list)

    async def answer(self, request: Json) -> AsyncIterator[Json]:
        """One line, or none."""
        self.asked.append(request)
        if not self.hangs_up:
            yield {"error": self.refuses} if self.refuses else {"result": {"told": True} | ({"ready": True} if self.is_ready else {})}


@asynccontextmanager
async def told_house(path: Path) -> AsyncIterator[ToldHouse]:
    """Serve one at `path`."""
    house = ToldHouse()
    async with served(cast("Desk", house), path):
        yield house

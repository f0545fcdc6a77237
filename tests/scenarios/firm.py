"""The real house of the invented firm as of a day, with its people, its records and papers on its shelf. Asks it nothing."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast

from bot.bootstrap import Opened, opened
from bot.config import load
from bot.demo.book import Company
from bot.demo.company import company
from bot.demo.seed import seed
from bot.engine.direct import Direct
from bot.home import Home
from bot.ports import Progress
from bot.senses import SystemClock, TimeIds
from bot.store.database import Database
from bot.store.records import SqliteRecords
from bot.store.users import SqliteUsers

TODAY = date(2026, 8, 4)
ADMIN = "gu.ran@hengyu.example"


@dataclass(frozen=True)
class AtWork:
    """The house, who and what is in it, and where it is kept."""

    here: Opened
    made: Company
    home: Home


@asynccontextmanager
async def at_work(folder: Path, papers: Path | None) -> AsyncIterator[AtWork]:
    """Open it in `folder`. papers: a file or a folder to be read first; words are enough to find them."""
    home, made = Home(folder / "home"), company(TODAY)
    with home.held():
        async with opened(load(folder / "config.toml", {}), home, Direct, serving=False) as here:
            database = Database(home.truth)
            clock, ids = SystemClock(), TimeIds()
            await seed(made, SqliteUsers(database, clock, ids), SqliteRecords(database, clock, ids))
            database.close()
            if papers:
                await _shelved(here, papers)
            yield AtWork(here, made, home)


async def _shelved(here: Opened, papers: Path) -> None:
    steps = cast(AsyncGenerator[Progress], here.house.ingest([str(papers)], as_=ADMIN))
    async with aclosing(steps):
        async for step in steps:
            if step.stage == "vectors":
                break

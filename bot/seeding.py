"""The first minute: seeds an empty home with the invented firm, its records and its papers. Knows the ports; knows no figure of theirs."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.domain.talk import Lang
from bot.errors import BadConfig
from bot.ports import Clock, Library, Progress, Records, Users


@dataclass(frozen=True)
class Seeding:
    """Seeds a home. papers: where the documents are written, and stay. write: writes them as of a day."""

    users: Users
    records: Records
    library: Library
    clock: Clock
    papers: Path
    write: Callable[[Path, date], Sequence[Path]]

    async def seed(self, *, lang: Lang) -> AsyncIterator[Progress]:
        """Seed, telling each step; done again it adds nothing.  Raises: BadConfig for a home in which others than the firm's people are."""
        from bot.demo.company import company  # noqa: PLC0415 - reads all of the firm's texts, which no other command needs
        from bot.demo.seed import seed  # noqa: PLC0415 - the same

        today = self.clock.now().date()
        firm = await asyncio.to_thread(company, today)
        if {user.id for user in await self.users.everyone()} - {user.id for user in firm.users}:
            raise BadConfig("not_empty")
        yield Progress("records", 0, 1)
        fresh = await seed(firm, self.users, self.records)
        yield Progress("records", 1, 1)
        if fresh or not await asyncio.to_thread(self.papers.exists):
            await asyncio.to_thread(self.write, self.papers, today)
        async for step in self.library.ingest([self.papers], None, lang):
            if step.stage == "vectors":
                return  # words are searchable; the server makes vectors while people ask
            yield step

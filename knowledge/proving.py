"""Reads what passages say in figures and holds it against the rest, some at a time, so that it can be interrupted anywhere. Knows no file.

Only what the house itself says counts: a contract binds one customer, a letter is its writer's, reports and cases tell of others.
"""

import asyncio
import time

from bot.domain.catalog import Claim
from bot.domain.evidence import Passage
from bot.domain.shelf import Shelf, shelf_of
from knowledge.background import Background
from knowledge.claims import claims, contradict
from knowledge.ports import ClaimStore

AT_ONCE = 64
"""Passages that are asked for at once, for asking costs more than one takes: some milliseconds."""
REST = 4
"""So many times as long as a passage took is rested after it, so that people's turns come first in a house that has just read much."""
SAID_BY_US = frozenset({Shelf.INSIDE, Shelf.OPEN})


class Proving:
    """The work in the background; `all` does it at once."""

    def __init__(self, store: ClaimStore) -> None:
        self._store = store
        self._work = Background("reading statements", self._some)

    def start(self) -> None:
        """Read what was not read yet from now on, whenever there is some."""
        self._work.start()

    async def all(self) -> None:
        """Read until nothing is left."""
        while await self._some(rest=0):
            pass

    async def close(self) -> None:
        """Stop."""
        await self._work.close()

    async def _some(self, rest: float = REST) -> bool:
        unread = await self._store.unproven(AT_ONCE)
        for passage, heading in unread:
            begun = time.perf_counter()
            await self._store.put(passage.id, _said(passage, heading), contradict)
            await asyncio.sleep(rest * (time.perf_counter() - begun))
        return bool(unread)


def _said(passage: Passage, heading: str) -> list[Claim]:
    if shelf_of(passage.source, passage.title) not in SAID_BY_US:
        return []
    return list(claims(passage.text, heading))

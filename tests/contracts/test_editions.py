"""What a store of edited prompts promises: the old text or the new, nobody's work overwritten, a second admin where one is needed."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.domain.ids import UserId
from bot.domain.prompting import Edition, Standing, version_of
from bot.errors import NotAllowed, Stale
from bot.senses import TimeIds
from bot.store.editions import SqliteEditions
from tests.contracts.house import Stores
from tests.fakes.senses import SetClock

GU, WU = UserId("gu"), UserId("wu")
SHIPPED = "shipped-1"


def editions(stores: Stores) -> SqliteEditions:
    """Over the file of a test."""
    return SqliteEditions(stores.database, stores.clock, stores.ids)


async def published(store: SqliteEditions, text: str, by: UserId = GU, base: str = SHIPPED, *, alone: bool = True) -> Edition:
    """One more edition of a letter's prompt."""
    return await store.publish("exec_outreach/letter", text, "why", by, base=base, shipped=SHIPPED, alone=alone)


async def test_the_newest_is_in_force_and_all_are_kept(stores: Stores) -> None:
    """What nobody changed here is not in it."""
    store = editions(stores)
    first = await published(store, "One.")
    second = await published(store, "Two.", base=first.version)
    in_force = await store.in_force()

    assert {"exec_outreach/letter": second} == dict(in_force)
    assert [(2, "Two."), (1, "One.")] == [(one.number, one.text) for one in await store.history("exec_outreach/letter")]
    assert version_of("Two.") == second.version


async def test_whoever_had_an_older_text_before_them_is_told(stores: Stores) -> None:
    """Nothing of theirs is published over what they never saw, and nothing is kept half."""
    store = editions(stores)
    await published(store, "One.")

    with pytest.raises(Stale) as stale:
        await published(store, "Another.", WU)

    assert ("prompt_moved", {"by": GU, "number": 1}) == (stale.value.key, stale.value.facts)
    assert 1 == len(await store.history("exec_outreach/letter"))


async def test_what_needs_two_waits_for_another(stores: Stores) -> None:
    """Not for its author; while it waits nothing else is published; the same press twice changes nothing."""
    store = editions(stores)
    waiting = await published(store, "One.", alone=False)
    before = await store.in_force()
    with pytest.raises(NotAllowed):
        await store.agree(waiting.id, GU)
    with pytest.raises(Stale):
        await published(store, "Two.", WU)
    agreed = [await store.agree(waiting.id, WU) for _ in range(2)]
    with pytest.raises(Stale):
        await store.drop(waiting.id, WU)

    assert ({}, [(Standing.PUBLISHED, WU)] * 2) == (before, [(one.standing, one.agreed_by) for one in agreed])
    assert ["One."] == [one.text for one in (await store.in_force()).values()]


async def test_what_was_put_away_makes_room(stores: Stores) -> None:
    """Its author may take it back; it stays in the history."""
    store = editions(stores)
    waiting = await published(store, "One.", alone=False)
    await store.drop(waiting.id, GU)
    after = await published(store, "Two.", WU)

    assert [(2, Standing.PUBLISHED), (1, Standing.DROPPED)] == [(one.number, one.standing) for one in await store.history(after.name)]


PUBLISHES = """
import asyncio, sys
from pathlib import Path
from tests.contracts.test_editions import over
async def main():
    store = over(Path(sys.argv[1]))
    base, number = "shipped-1", 0
    while True:
        number += 1
        base = (await store.publish("p", f"text {number} " * 2000, "", "gu", base=base, shipped="shipped-1", alone=True)).version
        print(number, flush=True)
asyncio.run(main())
"""


def over(file: Path) -> SqliteEditions:
    """A store of its own over a file."""
    return SqliteEditions(Stores(file).database, SetClock(), TimeIds())


def _killed(file: Path, after: int) -> None:
    """Publish in another process, and kill it after so many."""
    with subprocess.Popen([sys.executable, "-c", PUBLISHES, str(file)], stdout=subprocess.PIPE, text=True) as child:
        for line in child.stdout or ():
            if int(line) >= after:
                os.kill(child.pid, signal.SIGKILL)
                break


@pytest.mark.parametrize("after", [1, 3, 7])
async def test_a_death_while_publishing_leaves_the_old_or_the_new(stores: Stores, after: int) -> None:
    """Killed at any moment: what is in force is one whole text, and all before it are there."""
    await asyncio.to_thread(_killed, stores.path, after)
    store = editions(stores)
    [held] = (await store.in_force()).values()

    assert held.number >= after
    assert f"text {held.number} " * 2000 == held.text
    assert list(range(held.number, 0, -1)) == [one.number for one in await store.history("p")]

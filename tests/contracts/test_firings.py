"""The port `Firings`: each moment of a job is somebody's once."""

from datetime import timedelta
from pathlib import Path

from bot.store.database import Database
from bot.store.firings import REMEMBERED, SqliteFirings
from bot.store.migrations import migrate
from tests.fakes.senses import NOON, SetClock


def firings(folder: Path) -> SqliteFirings:
    """Over a file of its own."""
    database = Database(folder / "tandem.db")
    migrate(database)
    return SqliteFirings(database, SetClock())


async def test_moment_is_begun_once_whoever_asks(tmp_path: Path) -> None:
    """Of two houses over one store, one does it."""
    one, other = firings(tmp_path), firings(tmp_path)

    assert [True, False, False] == [await store.begin("tick", NOON) for store in (one, other, one)]


async def test_another_moment_and_another_job_are_others(tmp_path: Path) -> None:
    """Each is begun; the latest is told."""
    store = firings(tmp_path)
    begun = [await store.begin(job, at) for job, at in (("tick", NOON), ("tick", NOON + timedelta(minutes=1)), ("sweep", NOON))]

    assert [True, True, True] == begun
    assert (NOON + timedelta(minutes=1), NOON, None) == (await store.last("tick"), await store.last("sweep"), await store.last("none"))


async def test_what_is_long_past_is_forgotten_but_for_the_last(tmp_path: Path) -> None:
    """Rows do not pile up, and a job that rested long is known to have been done."""
    store = firings(tmp_path)
    await store.begin("tick", NOON)
    await store.begin("tick", NOON + REMEMBERED + timedelta(minutes=1))

    assert NOON + REMEMBERED + timedelta(minutes=1) == await store.last("tick")
    assert await store.begin("tick", NOON)

"""What every way of finding the nearest vectors must hold; Chroma runs for real, in its own process."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.documents import Audiences
from bot.domain.ids import Audience
from bot.domain.people import EVERYONE
from bot.errors import Upstream
from bot.senses import TimeIds
from bot.store.database import Database
from bot.store.library import SqliteLibrary
from bot.store.migrations import migrate
from knowledge.ports import Vectors
from knowledge.vectors.chroma import ChromaVectors
from knowledge.vectors.either import EitherVectors
from knowledge.vectors.scan import ScannedVectors
from tests.fakes.letters import DIMENSIONS, vector
from tests.fakes.senses import SetClock
from tests.libraries import embed_all, manuscript

pytestmark = pytest.mark.asyncio(loop_scope="module")

BOSSES = Audience("role:manager")
SOON_S = 20


@dataclass
class Stage:
    """A truth and what finds vectors in it."""

    store: SqliteLibrary
    vectors: Vectors

    async def texts(self, question: str, audiences: Audiences = None, limit: int = 10) -> list[str]:
        """Texts near to a question, nearest first."""
        near = await self.vectors.nearest(vector(question), audiences, limit)
        return [passage.text for passage in await self.store.passages([one.passage_id for one in near], None)]

    async def eventually(self, expected: list[str], question: str, audiences: Audiences = None) -> None:
        """Wait until the answer is the expected one; what follows the truth may be behind it for a moment."""
        async with asyncio.timeout(SOON_S):
            while True:
                try:
                    if expected == await self.texts(question, audiences):
                        return
                except (Upstream, KeyError):
                    pass
                await asyncio.sleep(0.05)


def scanned(store: SqliteLibrary, _: Path) -> Vectors:
    """All of them looked at."""
    return ScannedVectors(store, "letters", DIMENSIONS)


def chroma(store: SqliteLibrary, folder: Path) -> Vectors:
    """Chroma alone."""
    return ChromaVectors(store, "letters", folder)


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=[scanned, chroma], ids=["scan", "chroma"])
async def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """A truth, followed; each test uses paths of its own, and Chroma is started once."""
    folder = tmp_path_factory.mktemp("vectors")
    database = Database(folder / "tandem.db")
    migrate(database)
    store = SqliteLibrary(database, SetClock(), TimeIds())
    build: Callable[[SqliteLibrary, Path], Vectors] = request.param
    vectors = build(store, folder / "index")
    await vectors.start()
    yield Stage(store, vectors)
    await vectors.close()
    database.close()


async def keep(stage: Stage, path: str, *texts: str, audience: Audience = EVERYONE) -> None:
    """A document with its vectors; nothing else is there, for each test cleans up after the one before."""
    for old in await stage.store.standing(Path("/")):
        await stage.store.remove([old])
    await stage.store.keep(manuscript(path, *texts, title="t", audience=audience))
    await embed_all(stage.store)


async def test_the_nearest_comes_first(stage: Stage) -> None:
    """Cosines fall."""
    await keep(stage, "/a.md", "warranty of two years", "payment in thirty days", "warranty of one year")

    await stage.eventually(["warranty of two years", "warranty of one year", "payment in thirty days"], "warranty two years")


async def test_cosines_are_cosines(stage: Stage) -> None:
    """The same text has one; they can be compared between ways of finding."""
    await keep(stage, "/b.md", "shipping takes a week")
    await stage.eventually(["shipping takes a week"], "shipping")

    (near,) = await stage.vectors.nearest(vector("t\nshipping takes a week"), None, 10)

    assert near.cosine == pytest.approx(1.0, abs=1e-3)


async def test_only_the_asked_audiences_are_searched(stage: Stage) -> None:
    """The limit is filled from what the speaker may see, and nothing else is there at all."""
    await keep(stage, "/c.md", "bonus plan of the bosses", "bonus table of the bosses", audience=BOSSES)
    await stage.store.keep(manuscript("/d.md", "bonus for everybody", title="t"))
    await embed_all(stage.store)

    await stage.eventually(["bonus for everybody"], "bonus plan", frozenset({EVERYONE}))
    await stage.eventually(["bonus plan of the bosses", "bonus table of the bosses"], "bonus plan of", frozenset({BOSSES}))


async def test_each_language_has_its_own_nearest(stage: Stage) -> None:
    """A question's own language does not crowd out the other."""
    await keep(stage, "/e.md", "price list 1", "price list 2", "price list 3", "价格 price 表")

    await stage.eventually(["price list 1", "price list 2", "price list 3", "价格 price 表"], "price list 1")

    assert 2 == len(await stage.texts("price list", limit=1))


async def test_what_is_removed_is_no_longer_found(stage: Stage) -> None:
    """The index follows the truth."""
    await keep(stage, "/f.md", "to be removed", "also to go")
    await stage.eventually(["to be removed", "also to go"], "to be removed")

    await stage.store.remove(["/f.md"])

    await stage.eventually([], "to be removed")


@pytest_asyncio.fixture(loop_scope="module")
async def followed(tmp_path: Path) -> AsyncIterator[Stage]:
    """Chroma, with the scan behind it, over one document."""
    database = Database(tmp_path / "tandem.db")
    migrate(database)
    store = SqliteLibrary(database, SetClock(), TimeIds())
    await store.keep(manuscript("/a.md", "shipping takes a week", title="t"))
    await embed_all(store)
    first = ChromaVectors(store, "letters", tmp_path / "index")
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "embedder").write_text("another model")
    (tmp_path / "index" / "chroma.sqlite3").write_text("not a database")
    yield Stage(store, EitherVectors(first, ScannedVectors(store, "letters", DIMENSIONS)))
    await first.close()
    database.close()


async def test_a_dead_index_is_replaced_and_search_goes_on(followed: Stage) -> None:
    """A folder of another model is made anew; a killed process costs no answer, and comes back."""
    assert isinstance(followed.vectors, EitherVectors)
    chroma_alone = followed.vectors.first
    assert isinstance(chroma_alone, ChromaVectors)
    with pytest.raises(Upstream):
        await chroma_alone.nearest(vector("shipping"), None, 10)
    assert ["shipping takes a week"] == await followed.texts("shipping")
    await followed.vectors.start()
    async with asyncio.timeout(SOON_S):
        await chroma_alone.caught_up()
    killed = chroma_alone.pid
    assert killed is not None

    os.kill(killed, signal.SIGKILL)

    assert ["shipping takes a week"] == await followed.texts("shipping")
    async with asyncio.timeout(SOON_S):
        await chroma_alone.caught_up()
    assert killed != chroma_alone.pid

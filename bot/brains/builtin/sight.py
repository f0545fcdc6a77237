"""The port `PictureReader` over a process that reads pictures, there while it is needed. Knows no model and no picture's format.

That process is handed in, so that this room need not know how a child is kept.
"""

import asyncio
import base64
import zlib
from collections.abc import Callable, Mapping
from contextlib import aclosing
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bot.brains.builtin.speech import Process
from bot.domain.seen import SeenLine, SeenPage
from bot.errors import TellUser, Upstream

PATIENCE_S = 180
"""Longest that one page may take, on a machine with much else to do."""
IDLE_S = 60
"""The models take half a gigabyte, which nobody needs who sends no scan."""
NEEDED = ("cv2", "rapidocr")


class BuiltinPictureReader:
    """Pictures one after the other; the process ends a while after the last. died: what is raised when it ends by itself."""

    def __init__(self, begin: Callable[[], Process], died: type[Exception], idle_s: float = IDLE_S) -> None:
        self._begin = begin
        self._died = died
        self._idle_s = idle_s
        self._process: Process | None = None
        self._waiting: asyncio.TimerHandle | None = None
        self._users = 0

    async def page(self, width: int, height: int, grey: bytes) -> SeenPage:
        """The lines of a page drawn in shades of grey."""
        packed = base64.b64encode(await asyncio.to_thread(zlib.compress, grey, 1)).decode()
        return await self._asked({"grey": packed, "width": width, "height": height})

    async def photo(self, path: Path) -> SeenPage:
        """The lines of a photo or screenshot."""
        return await self._asked({"photo": str(path)})

    async def close(self) -> None:
        """End the process; the next picture starts another."""
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
        process, self._process = self._process, None
        if process is not None:
            await process.stop()

    async def _asked(self, question: Mapping[str, object]) -> SeenPage:
        if any(find_spec(name) is None for name in NEEDED):
            raise TellUser("contract_no_ocr")
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
        self._process = self._process or self._begin()
        self._users += 1
        try:
            async with aclosing(self._process.ask(question, PATIENCE_S)) as answers:
                async for told in answers:
                    if "refused" in told:
                        raise TellUser(told["refused"])
                    return _page(told["done"])
        except self._died as err:
            raise Upstream("ocr") from err
        finally:
            self._users -= 1
            if not self._users:
                loop = asyncio.get_running_loop()
                self._waiting = loop.call_later(self._idle_s, lambda: self._ending(loop))
        raise Upstream("ocr")

    def _ending(self, loop: asyncio.AbstractEventLoop) -> None:
        self._stopping = loop.create_task(self.close())


def _page(told: Mapping[str, Any]) -> SeenPage:
    return SeenPage(told["width"], told["height"], tuple(SeenLine(*line) for line in told["lines"]))

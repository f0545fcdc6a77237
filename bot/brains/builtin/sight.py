"""The port `PictureReader` over a process that reads pictures. Knows no model and no picture's format.

That process is handed in, so that this room need not know how a child is kept.
"""

import asyncio
import base64
import zlib
from collections.abc import Mapping
from contextlib import aclosing
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bot.brains.builtin.speech import Process
from bot.domain.seen import SeenLine, SeenPage
from bot.errors import TellUser, Upstream

PATIENCE_S = 180
"""Longest that one page may take, on a machine with much else to do."""
NEEDED = ("cv2", "rapidocr")


class BuiltinPictureReader:
    """Pictures one after the other. died: what is raised when the process ends by itself."""

    def __init__(self, process: Process, died: type[Exception]) -> None:
        self._process = process
        self._died = died

    async def page(self, width: int, height: int, grey: bytes) -> SeenPage:
        """The lines of a page drawn in shades of grey."""
        packed = base64.b64encode(await asyncio.to_thread(zlib.compress, grey, 1)).decode()
        return await self._asked({"grey": packed, "width": width, "height": height})

    async def photo(self, path: Path) -> SeenPage:
        """The lines of a photo or screenshot."""
        return await self._asked({"photo": str(path)})

    async def close(self) -> None:
        """End the process; the next picture starts another."""
        await self._process.stop()

    async def _asked(self, question: Mapping[str, object]) -> SeenPage:
        if any(find_spec(name) is None for name in NEEDED):
            raise TellUser("contract_no_ocr")
        try:
            async with aclosing(self._process.ask(question, PATIENCE_S)) as answers:
                async for told in answers:
                    if "refused" in told:
                        raise TellUser(told["refused"])
                    return _page(told["done"])
        except self._died as err:
            raise Upstream("ocr") from err
        raise Upstream("ocr")


def _page(told: Mapping[str, Any]) -> SeenPage:
    return SeenPage(told["width"], told["height"], tuple(SeenLine(*line) for line in told["lines"]))

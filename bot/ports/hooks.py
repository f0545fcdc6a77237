"""What a platform calls over HTTP, as the process that listens asks for it. Knows requests as plain values; knows no framework."""

from collections.abc import Mapping
from typing import Protocol, TypeAlias

HookAnswer: TypeAlias = tuple[int, Mapping[str, str], bytes]
"""Status, headers, body."""


class Hook(Protocol):
    """A webhook of one platform. It returns 200 only once what came was kept (`bot.turns.arrive.Door`) or is none of our business."""

    async def __call__(self, method: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes, /) -> HookAnswer:
        """Answer one request. headers: names in lower case; body: as it was sent, at most 1 MB. What it raises is answered 500."""
        ...

"""Voice and pictures that people sent to the app, fetched while WeCom keeps them. Knows what their first bytes look like."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

from bot.channels.wecom.client import TooLarge, WecomClient
from bot.channels.wecom.errors import GONE, SERVICE, Refusal, fault
from bot.domain.talk import Media
from bot.errors import TellUser, Upstream

HEAD_BYTES = 16
LATER_S = 30.0
HEADS: dict[str, Callable[[bytes], bool]] = {
    "voice": lambda head: head.startswith((b"#!AMR", b"#!SILK", b"\x02#!SILK")),
    "image": lambda head: head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"BM")) or head[8:12] == b"WEBP",
}
"""Kind of media -> whether a file that begins so is of it. What it says it is decides nothing."""


class WecomMedia:
    """The port `MediaSource` of the app."""

    def __init__(self, client: WecomClient) -> None:
        self._client = client

    async def fetch(self, media: Media, to: Path, *, most_bytes: int) -> Path:
        """Fetch it; what is not of its kind is refused as `media_not_that`."""
        try:
            await self._client.fetch(str(json.loads(media.locator)["media_id"]), to, most_bytes=most_bytes)
        except TooLarge as large:
            raise TellUser("media_too_large", limit_mb=most_bytes >> 20) from large
        except Refusal as refusal:
            if refusal.code in GONE:
                raise TellUser("media_gone") from refusal
            raise Upstream(SERVICE, fault(refusal.code).wait_s or LATER_S) from refusal
        if not await asyncio.to_thread(_is_of_its_kind, media.kind, to):
            await asyncio.to_thread(to.unlink)
            raise TellUser("media_not_that")
        return to


def _is_of_its_kind(kind: str, file: Path) -> bool:
    with file.open("rb") as opened:
        head = opened.read(HEAD_BYTES)
    return HEADS.get(kind, bool)(head)

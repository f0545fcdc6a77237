"""Fetches what people sent along in Slack, with our token, and only from Slack. Looks at what it is; reads nothing."""

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import aiohttp

from bot.channels.slack.api import SERVICE, SlackApi, SlackSays
from bot.channels.slack.payload import part, word
from bot.domain.talk import Media
from bot.errors import TellUser, Upstream

PIECE_BYTES = 1 << 16
SOUNDS: tuple[tuple[int, bytes], ...] = (
    (4, b"ftyp"), (0, b"\x1aE\xdf\xa3"), (0, b"OggS"), (0, b"ID3"), (0, b"\xff\xfb"), (0, b"\xff\xf3"), (0, b"\xff\xf2"),
    (0, b"\xff\xf1"), (0, b"\xff\xf9"), (8, b"WAVE"), (0, b"#!AMR"), (0, b"fLaC"), (0, b"caff"),
)  # fmt: skip
"""Where recordings carry what they are: MP4, WebM, Ogg, MP3, AAC, WAV, AMR, FLAC, CAF."""
GONE = frozenset({404, 410})


@dataclass(frozen=True)
class SlackMedia:
    """The port `MediaSource`."""

    api: SlackApi

    async def fetch(self, media: Media, to: Path, *, most_bytes: int) -> Path:
        """As the port says; a voice message that is no recording is refused with TellUser("not_readable_yet")."""
        if media.size > most_bytes:
            raise _too_large(most_bytes)
        url = await self._address(media)
        async with self.api.get(url) as response:
            _checked(response, media)
            try:
                await self._written(response, to, media, most_bytes)
            except BaseException:
                with suppress(FileNotFoundError):
                    await asyncio.to_thread(to.unlink)
                raise
        return to

    async def _address(self, media: Media) -> str:
        """Where it lies. Our token goes nowhere but to Slack."""
        found = json.loads(media.locator)
        url = str(found.get("url") or "")
        if not url:
            try:
                url = word(part(await self.api.asked("files.info", file=str(found.get("id"))), "file"), "url_private_download")
            except SlackSays as err:
                raise TellUser("media_gone") from err
        ours, theirs = urlsplit(self.api.base), urlsplit(url)
        host, home = theirs.hostname or "", ours.hostname or ""
        if theirs.scheme != ours.scheme or not (host == home or host.endswith(f".{home}")):
            raise TellUser("media_gone")
        return url

    async def _written(self, response: aiohttp.ClientResponse, to: Path, media: Media, most_bytes: int) -> None:
        got = 0
        file = await asyncio.to_thread(_begun, to)
        try:
            async for piece in response.content.iter_chunked(PIECE_BYTES):
                if not got and media.kind == "voice" and not is_sound(piece):
                    raise TellUser("not_readable_yet")
                got += len(piece)
                if got > most_bytes:
                    raise _too_large(most_bytes)
                await asyncio.to_thread(file.write, piece)
        finally:
            await asyncio.to_thread(file.close)


def is_sound(begins: bytes) -> bool:
    """Whether this is how a recording begins, whatever its name says."""
    return any(begins[place : place + len(sign)] == sign for place, sign in SOUNDS)


def _begun(path: Path) -> BinaryIO:
    return path.open("xb")


def _checked(response: aiohttp.ClientResponse, media: Media) -> None:
    """Slack answers a token without `files:read` with its sign-in page."""
    if response.status in GONE:
        raise TellUser("media_gone")
    if response.status != 200 or (response.content_type == "text/html" and media.mime != "text/html"):  # noqa: PLR2004 - HTTP's OK
        raise Upstream(f"{SERVICE}: files:read {response.status}", 30.0)  # noqa: EM102, TRY003 - a service and a word


def _too_large(most_bytes: int) -> TellUser:
    return TellUser("media_too_large", limit_mb=most_bytes >> 20)

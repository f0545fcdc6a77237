"""Files and pictures that people sent to the AI bot: lent for five minutes, sealed, so they are fetched at once. Knows no message."""

import asyncio
import base64
import binascii
import hashlib
import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote

import aiohttp
import structlog
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.channels.wecom.errors import SERVICE
from bot.domain.talk import Media
from bot.errors import TellUser, Upstream

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

HEAD_S, FILE_S = 2.0, 60.0
LENT_S = 3600.0
"""How long what was fetched early lies there at most, when nobody asks for it."""
BLOCK, IV_BYTES, KEY_BYTES = 32, 16, 32
GONE = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
NAMED = re.compile(r"filename\*=UTF-8''([^;\s]+)", re.IGNORECASE), re.compile(r'filename="?([^";]+)"?', re.IGNORECASE)
UNSAFE = re.compile(r"[\x00-\x1f/\\]")


class TooLarge(Exception):
    """More than may be."""


class Broken(Exception):
    """It does not open with its key."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where it lies, and what opens it. key: base64; empty for what is not sealed."""

    url: str
    key: str

    @property
    def name(self) -> str:
        """What its early copy is called."""
        return hashlib.sha256(self.url.encode()).hexdigest()[:32]


class BotMedia:
    """The port `MediaSource` of the bot. spool: a folder of its own for what is fetched before the road asks for it."""

    def __init__(self, spool: Path, *, most_bytes: int) -> None:
        self._spool = spool
        self._most_bytes = most_bytes
        self._http: aiohttp.ClientSession | None = None
        self._early: dict[str, asyncio.Task[None]] = {}

    async def start(self) -> None:
        """Make room; what an earlier process left there is over."""
        await asyncio.to_thread(_swept, self._spool, 0.0)
        self._http = aiohttp.ClientSession(trust_env=False, timeout=aiohttp.ClientTimeout(total=FILE_S, connect=5.0))

    async def close(self) -> None:
        """Stop fetching."""
        under_way = list(self._early.values())
        for one in under_way:
            one.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        if self._http is not None:
            await self._http.close()

    async def named(self, media: Media) -> Media:
        """The same with the name and size that the platform tells where the file lies; as it is, where it does not tell at once."""
        if media.name:
            return media
        with suppress(TimeoutError, Upstream, TellUser):
            async with asyncio.timeout(HEAD_S), self._opened(_place(media)) as response:
                size = response.content_length or 0
                return replace(media, name=_name_in(response.headers.get("Content-Disposition", "")) or "file", size=size)
        return replace(media, name="file")

    async def idle(self) -> None:
        """Return once nothing is being fetched."""
        while self._early:
            await asyncio.wait(set(self._early.values()))

    def begin(self, media: Media) -> None:
        """Fetch it now, for whoever asks later. Returns at once."""
        place = _place(media)
        if place.name not in self._early:
            task = self._early[place.name] = asyncio.create_task(self._fetch_early(place))
            task.add_done_callback(lambda _: self._early.pop(place.name, None))

    async def fetch(self, media: Media, to: Path, *, most_bytes: int) -> Path:
        """The early copy where there is one, else from the platform while it lends it."""
        place = _place(media)
        if (early := self._early.get(place.name)) is not None:
            await asyncio.wait({early})
        copy = self._spool / place.name
        if await asyncio.to_thread(copy.exists):
            if (await asyncio.to_thread(copy.stat)).st_size > most_bytes:
                raise TellUser("media_too_large", limit_mb=most_bytes >> 20)
            await asyncio.to_thread(_moved, copy, to)
            return to
        try:
            data = await self._data(place, most_bytes)
        except TooLarge as large:
            raise TellUser("media_too_large", limit_mb=most_bytes >> 20) from large
        except Broken as broken:
            raise TellUser("media_gone") from broken
        await asyncio.to_thread(_written, to, data)
        return to

    async def _fetch_early(self, place: Place) -> None:
        try:
            await asyncio.to_thread(_swept, self._spool, LENT_S)
            data = await self._data(place, self._most_bytes)
            await asyncio.to_thread(_written, self._spool / place.name, data)
        except (Upstream, TellUser, TooLarge, Broken, OSError) as err:  # whoever asks for it later tries again, and says why
            log.info("wecom_bot_media_not_fetched", why=type(err).__name__)

    async def _data(self, place: Place, most_bytes: int) -> bytes:
        async with self._opened(place) as response:
            data = bytearray()
            async for piece in response.content.iter_chunked(1 << 16):
                data += piece
                if len(data) > most_bytes + BLOCK:
                    raise TooLarge
        return await asyncio.to_thread(unsealed, bytes(data), place.key) if place.key else bytes(data)

    @asynccontextmanager
    async def _opened(self, place: Place) -> AsyncIterator[aiohttp.ClientResponse]:
        if self._http is None or not place.url.startswith(("https://", "http://")):
            raise TellUser("media_gone")
        try:
            async with self._http.get(place.url) as response:
                if response.status in GONE:
                    raise TellUser("media_gone")
                if response.status != HTTPStatus.OK:
                    raise Upstream(SERVICE, 2.0)
                yield response
        except (TimeoutError, aiohttp.ClientError, OSError) as err:
            raise Upstream(SERVICE, 2.0) from err


def unsealed(data: bytes, key: str) -> bytes:
    """AES-256-CBC with padding to 32 bytes; the IV is the key's first 16. Source: path/101463, the vendor's npm client.  Raises: Broken."""
    try:
        secret = base64.b64decode(key + "=" * (-len(key) % 4))
    except binascii.Error as err:
        raise Broken from err
    if len(secret) != KEY_BYTES or not data or len(data) % IV_BYTES:
        raise Broken
    opener = Cipher(algorithms.AES(secret), modes.CBC(secret[:IV_BYTES])).decryptor()
    plain = opener.update(data) + opener.finalize()
    pad = plain[-1]
    if not 1 <= pad <= BLOCK or plain[-pad:] != bytes([pad]) * pad:
        raise Broken
    return plain[:-pad]


def _place(media: Media) -> Place:
    told = json.loads(media.locator)
    return Place(str(told["url"]), str(told["aeskey"]))


def _name_in(disposition: str) -> str:
    for pattern in NAMED:
        if found := pattern.search(disposition):
            return UNSAFE.sub("_", unquote(found.group(1))).strip()[:200]
    return ""


def _written(to: Path, data: bytes) -> None:
    """All of it or nothing: a reader never sees half a file."""
    part = to.with_name(f"{to.name}.part")
    part.write_bytes(data)
    part.replace(to)


def _moved(copy: Path, to: Path) -> None:
    try:
        copy.replace(to)
    except OSError:  # another disk
        _written(to, copy.read_bytes())
        copy.unlink()


def _swept(spool: Path, older_than_s: float) -> None:
    spool.mkdir(mode=0o700, parents=True, exist_ok=True)
    for one in spool.iterdir():
        with suppress(OSError):
            if time.time() - one.stat().st_mtime >= older_than_s:
                one.unlink()

"""Files that people hand over at the page: put by until their turn fetches them, as from any platform. Knows names; reads nothing."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from bot.domain.talk import Media
from bot.errors import TellUser


@dataclass(frozen=True)
class HandedOver:
    """The port `MediaSource` of the page. folder: where they wait, each under the key that it was handed over with."""

    folder: Path

    async def put_by(self, file: Path, name: str, size: int, key: str) -> Media:
        """Take a file; what it is called is kept for people to read, and leads nowhere."""
        await asyncio.to_thread(_move, file, self.folder / key)
        return Media("file", name, "", size, key)

    async def fetch(self, media: Media, to: Path, *, most_bytes: int) -> Path:  # noqa: ARG002 - it was measured when it was handed over
        """Give it away.  Raises: TellUser("media_gone")."""
        try:
            await asyncio.to_thread(_move, self.folder / Path(media.locator).name, to)
        except FileNotFoundError as err:
            raise TellUser("media_gone") from err
        return to

    async def drop(self, media: Media) -> None:
        """It was not wanted after all."""
        await asyncio.to_thread((self.folder / Path(media.locator).name).unlink, missing_ok=True)


def _move(file: Path, to: Path) -> None:
    to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.replace(to)

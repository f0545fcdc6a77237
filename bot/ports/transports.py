"""What a platform lends beside messages, as the inside asks for it: what people sent along, and who they are."""

from pathlib import Path
from typing import Protocol

from bot.domain.talk import Media, Origin
from bot.domain.transport import Profile


class MediaSource(Protocol):
    """Fetches what was sent on one channel."""

    async def fetch(self, media: Media, to: Path, *, most_bytes: int) -> Path:
        """Write it to the file `to`, which is not there yet, and return that; nothing is left there when this raises.

        Raises: Upstream when it may work later; TellUser("media_gone") when the platform has it no more, TellUser("media_too_large",
        limit_mb=…) when it is longer than `most_bytes`, whatever was said before about its size.
        """
        ...


class Directory(Protocol):
    """Who a platform's people are."""

    async def profile(self, origin: Origin) -> Profile | None:
        """Whom the platform says that the sender is; None when it does not know.  Raises: Upstream."""
        ...

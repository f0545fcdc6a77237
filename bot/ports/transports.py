"""What a platform lends beside messages, as the inside asks for it: what people sent along, and who they are."""

from pathlib import Path
from typing import Protocol

from bot.domain.ids import TurnId, UserId
from bot.domain.people import Speaker
from bot.domain.records import Retention
from bot.domain.talk import Lang, Media, Origin
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


class Homepage(Protocol):
    """A page of ours inside a platform, shown to one person."""

    async def show(self, origin: Origin, speaker: Speaker, lang: Lang) -> None:
        """Bring it up to date for this person.  Raises: Upstream."""
        ...


class Belongings(Protocol):
    """What people sent beside words, kept under the home for as long as its class of content is."""

    async def fetch(self, turn_id: TurnId, channel: str, owner: UserId, media: Media, retention: Retention) -> Path:
        """Fetch what came with a turn, once, and say where it lies; asked again, it is there already.

        A file replaces the owner's earlier one of the same name.
        Raises: Upstream; TellUser("media_gone", "media_too_large", "upload_empty", "not_readable_yet" where nobody can fetch it).
        """
        ...

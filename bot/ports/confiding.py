"""Passwords of files, as the inside asks for them: which files wait for one, and what somebody typed, for minutes and in memory alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.ids import TurnId
from bot.domain.talk import Origin


class AskedPasswords(Protocol):
    """Which files wait for the password of whoever sent them. Keeps no password."""

    async def ask(self, turn_id: TurnId, origin: Origin, until: datetime) -> None:
        """The file of this turn waits from now on; asked again, it waits longer."""
        ...

    async def waiting(self, origin: Origin) -> Sequence[TurnId]:
        """Files that this sender was asked about and that still wait, the newest first."""
        ...

    async def done(self, turn_id: TurnId) -> None:
        """The file of this turn waits no more."""
        ...


class Safe(Protocol):
    """Takes what somebody confided, under the channel and the key of their message. It is never written down."""

    async def put(self, channel: str, key: str, secret: str) -> None:
        """Keep it in memory for some minutes. Where it cannot be taken it is lost, and is asked for again."""
        ...


class Strongbox(Safe, Protocol):
    """The same where what lies there can be looked at."""

    def look(self, channel: str, key: str) -> str | None:
        """What was confided with this message; None where nothing is (any more)."""
        ...

    def drop(self, channel: str, key: str) -> None:
        """Forget it."""
        ...

"""The house's own senses, as the inside asks for them: the time, new identities, the sentences that people read."""

from datetime import datetime
from typing import Protocol

from bot.domain.talk import Lang


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """Now, aware, UTC."""
        ...


class Ids(Protocol):
    """New identities."""

    def new(self) -> str:
        """A UUIDv7 (RFC 9562): unique, and sorting in the order they were made."""
        ...


class Words(Protocol):
    """Every sentence that a person reads, from `strings.toml`."""

    def say(self, key: str, lang: Lang, /, **facts: object) -> str:
        """The sentence `key` in `lang`, filled with `facts`.

        Raises: BadConfig when no such sentence exists or a fact is missing (found by the tests, never by a person).
        """
        ...

"""API tokens, as the inside asks for them to be kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.ids import TokenId, UserId
from bot.domain.tokens import Token


class Tokens(Protocol):
    """API tokens by their public part. Keeps digests of secrets; never a secret."""

    async def add(self, token: Token) -> None:
        """Keep a new one.  Raises: Stale("token_name_taken", name=…) while another of that name (without case) is not revoked."""
        ...

    async def token(self, token_id: TokenId) -> Token | None:
        """The token with this public part, whatever it is still worth."""
        ...

    async def everyone(self) -> Sequence[Token]:
        """All of them, the newest first."""
        ...

    async def revoke(self, name: str, by: UserId) -> Token | None:
        """End the one of this name (without case), once and for good; None when there is none that is not revoked."""
        ...

    async def used(self, token: Token, at: datetime, did: str, *, refused: str = "") -> None:
        """Note a use in the audit, as an event `token.used` or `token.refused`. did: verb and what about; refused: the key of why."""
        ...

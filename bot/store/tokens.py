"""The port `Tokens`: API tokens by their public part. Knows digests of secrets; never a secret, and no scope."""

from collections.abc import Sequence
from datetime import datetime

import sqlite_utils

from bot.domain.ids import TokenId, UserId
from bot.domain.tokens import Token
from bot.errors import Stale
from bot.ports import Clock, Ids
from bot.store.audit import append_audit
from bot.store.codec import Row, dump, load, moment, moment_or_none, stamp
from bot.store.content import Shelf
from bot.store.database import Database
from bot.store.events import append_event
from bot.store.rows import change, every, insert, one

NAMED = "SELECT * FROM api_tokens WHERE name_key = :key AND revoked_at IS NULL"
REVOKE = "UPDATE api_tokens SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL"


def api_tokens(database: sqlite_utils.Database) -> None:
    """A step of the migrations. A name may come again once its token is revoked; never two at once."""
    database.table("api_tokens").create(
        {
            "id": str,
            "name": str,
            "name_key": str,
            "user_id": str,
            "created_by": str,
            "scopes": str,
            "digest": str,
            "created_at": str,
            "expires_at": str,
            "last_used_at": str,
            "revoked_at": str,
        },
        pk="id",
        not_null={"name", "name_key", "user_id", "created_by", "scopes", "digest", "created_at", "expires_at"},
        strict=True,
    )
    database.execute("CREATE UNIQUE INDEX api_tokens_named ON api_tokens (name_key) WHERE revoked_at IS NULL")


class SqliteTokens:
    """The port `Tokens`."""

    def __init__(self, database: Database, clock: Clock, ids: Ids) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids

    async def add(self, token: Token) -> None:
        """Keep a new one, with an event `token.created`.  Raises: Stale("token_name_taken")."""
        await self._database.write(lambda database: self._add(database, token))

    async def token(self, token_id: TokenId) -> Token | None:
        """The token with this public part."""
        row = await self._database.read(lambda database: one(database, "SELECT * FROM api_tokens WHERE id = :id", {"id": token_id}))
        return _token(row) if row else None

    async def everyone(self) -> Sequence[Token]:
        """All of them, the newest first."""
        rows = await self._database.read(lambda database: every(database, "SELECT * FROM api_tokens ORDER BY created_at DESC, id"))
        return [_token(row) for row in rows]

    async def revoke(self, name: str, by: UserId) -> Token | None:
        """End the one of this name, with an event `token.revoked`."""
        return await self._database.write(lambda database: self._revoke(database, name, by))

    async def used(self, token: Token, at: datetime, did: str, *, refused: str = "") -> None:
        """Note a use, or a refusal, and when that was."""

        def work(database: sqlite_utils.Database) -> None:
            told = {"token": token.id, "name": token.name, "user_id": token.user_id, "did": did, "refused": refused}
            shelf, kind = Shelf(database, self._ids, at), "token.refused" if refused else "token.used"
            append_event(shelf, kind, 1, told)
            if not refused:
                values = {"id": token.id, "at": stamp(at)}
                change(database, "UPDATE api_tokens SET last_used_at = :at WHERE id = :id", values)
            about = {"user": token.user_id, "did": did, "refused": refused or None}
            append_audit(shelf, kind, f"token:{token.id}", about, (), [("api_tokens", token.id)])

        await self._database.write(work)

    def _add(self, database: sqlite_utils.Database, token: Token) -> None:
        key = token.name.casefold()
        if one(database, NAMED, {"key": key}):
            raise Stale("token_name_taken", name=token.name)
        insert(
            database,
            "api_tokens",
            {
                "id": token.id,
                "name": token.name,
                "name_key": key,
                "user_id": token.user_id,
                "created_by": token.created_by,
                "scopes": dump(list(token.scopes)),
                "digest": token.digest,
                "created_at": stamp(token.created_at),
                "expires_at": stamp(token.expires_at),
                "last_used_at": None,
                "revoked_at": None,
            },
        )
        self._announce(database, "token.created", token, token.created_by)

    def _revoke(self, database: sqlite_utils.Database, name: str, by: UserId) -> Token | None:
        row = one(database, NAMED, {"key": name.casefold()})
        if row is None:
            return None
        change(database, REVOKE, {"id": row["id"], "now": stamp(self._clock.now())})
        token = _token({**row, "revoked_at": stamp(self._clock.now())})
        self._announce(database, "token.revoked", token, by)
        return token

    def _announce(self, database: sqlite_utils.Database, event_type: str, token: Token, by: UserId) -> None:
        told = {"token": token.id, "name": token.name, "user_id": token.user_id, "scopes": list(token.scopes), "by": by}
        shelf = Shelf(database, self._ids, self._clock.now())
        append_event(shelf, event_type, 1, told)
        about = {"token": token.id, "user": token.user_id, "scopes": list(token.scopes)}
        append_audit(shelf, event_type, by, about, (), [("api_tokens", token.id)])


def _token(row: Row) -> Token:
    return Token(
        TokenId(row["id"]),
        row["name"],
        UserId(row["user_id"]),
        UserId(row["created_by"]),
        tuple(load(row["scopes"])),
        row["digest"],
        moment(row["created_at"]),
        moment(row["expires_at"]),
        moment_or_none(row["last_used_at"]),
        moment_or_none(row["revoked_at"]),
    )

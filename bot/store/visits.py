"""Who is signed in, and the links that let people in once. Knows digests of secrets; never a secret.

Also the table of what people think of answers, which came with the page.
"""

from datetime import datetime

import sqlite_utils

from bot.domain.ids import UserId
from bot.domain.visits import Visit
from bot.ports import Clock
from bot.store.codec import moment, stamp
from bot.store.database import Database
from bot.store.rows import change, insert, one

REDEEM = "UPDATE sign_in_links SET used_at = :now WHERE code_digest = :code AND used_at IS NULL AND expires_at > :now"
LIVE = "SELECT * FROM visits WHERE token_digest = :token AND expires_at > :now"


def visits(database: sqlite_utils.Database) -> None:
    """A step of the migrations. Sign-in links, visits, verdicts on answers; and a way to find a person's threads."""
    database.table("sign_in_links").create(
        {"code_digest": str, "user_id": str, "created_at": str, "expires_at": str, "used_at": str},
        pk="code_digest",
        not_null={"user_id", "created_at", "expires_at"},
        strict=True,
    )
    database.table("visits").create(
        {"token_digest": str, "user_id": str, "created_at": str, "seen_at": str, "expires_at": str},
        pk="token_digest",
        not_null={"user_id", "created_at", "seen_at", "expires_at"},
        strict=True,
    )
    database.table("feedback").create(
        {"decision_id": str, "user_id": str, "verdict": str, "reason_id": str, "at": str},
        pk=("decision_id", "user_id"),
        not_null={"verdict", "at"},
        foreign_keys=[("decision_id", "decisions", "id"), ("reason_id", "content", "id")],
        strict=True,
    )
    database.table("decisions").create_index(["user_id", "thread_id", "seq"])


class SqliteVisits:
    """The port `VisitStore`. What it is given and asked for are digests: whoever reads the file cannot sign in with what stands there."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def offer(self, code_digest: str, user_id: UserId, expires_at: datetime) -> None:
        """Keep a link that lets `user_id` in, once, until `expires_at`."""
        row = {"code_digest": code_digest, "user_id": user_id, "created_at": stamp(self._clock.now()), "expires_at": stamp(expires_at)}
        await self._database.write(lambda database: insert(database, "sign_in_links", row))

    async def redeem(self, code_digest: str, token_digest: str, expires_at: datetime) -> UserId | None:
        """Use a link up and begin the visit; None when there is no such link, or it was used, or its time is over."""
        return await self._database.write(lambda database: self._redeem(database, code_digest, token_digest, expires_at))

    async def visit(self, token_digest: str) -> Visit | None:
        """The visit as it stands; None when it never was, has ended, or its time is over."""
        values = {"token": token_digest, "now": stamp(self._clock.now())}
        row = await self._database.read(lambda database: one(database, LIVE, values))
        if row is None:
            return None
        return Visit(UserId(row["user_id"]), moment(row["created_at"]), moment(row["seen_at"]), moment(row["expires_at"]))

    async def seen(self, token_digest: str) -> None:
        """The person is here now."""
        values = {"token": token_digest, "now": stamp(self._clock.now())}
        await self._database.write(
            lambda database: change(database, "UPDATE visits SET seen_at = :now WHERE token_digest = :token", values)
        )

    async def end(self, token_digest: str) -> None:
        """The person signed out."""
        await self._database.write(
            lambda database: change(database, "DELETE FROM visits WHERE token_digest = :token", {"token": token_digest})
        )

    async def end_all(self) -> None:
        """Everybody signed out, and no link lets anybody in."""

        def work(database: sqlite_utils.Database) -> None:
            for table in ("visits", "sign_in_links"):
                change(database, f"DELETE FROM {table}", {})  # noqa: S608 - one of two names

        await self._database.write(work)

    def _redeem(self, database: sqlite_utils.Database, code_digest: str, token_digest: str, expires_at: datetime) -> UserId | None:
        now = stamp(self._clock.now())
        used = change(database, REDEEM, {"code": code_digest, "now": now})
        link = one(database, "SELECT user_id FROM sign_in_links WHERE code_digest = :code", {"code": code_digest}) if used else None
        for table in ("visits", "sign_in_links"):
            change(database, f"DELETE FROM {table} WHERE expires_at <= :now", {"now": now})  # noqa: S608 - one of two names
        if link is None:
            return None
        insert(
            database,
            "visits",
            {"token_digest": token_digest, "user_id": link["user_id"], "created_at": now, "seen_at": now, "expires_at": stamp(expires_at)},
        )
        return UserId(link["user_id"])

"""Our own people and what the channels call them. Knows names without case; knows no permission."""

from collections.abc import Sequence

import sqlite_utils

from bot.domain.ids import UserId
from bot.domain.people import Role, User
from bot.errors import BadConfig
from bot.ports import Clock, Ids
from bot.store.codec import Row, stamp
from bot.store.database import Database
from bot.store.rows import every, insert, one

BY_HANDLE = """
    SELECT users.* FROM users JOIN handles ON handles.user_id = users.id
    WHERE handles.channel = :channel AND handles.handle_key = :key"""
NAMED = """
    SELECT * FROM users
    WHERE id = :text OR email_key = :key OR name_key = :key OR id IN (SELECT user_id FROM handles WHERE handle_key = :key)
    ORDER BY name, id"""


class SqliteUsers:
    """The port `Users`."""

    def __init__(self, database: Database, clock: Clock, ids: Ids) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids

    async def by_id(self, user_id: UserId) -> User | None:
        """The user with this id."""
        return await self._first("SELECT * FROM users WHERE id = :id", {"id": user_id})

    async def by_handle(self, channel: str, handle: str) -> User | None:
        """The user known on `channel` as `handle` (compared without case)."""
        return await self._first(BY_HANDLE, {"channel": channel, "key": handle.casefold()})

    async def named(self, text: str) -> Sequence[User]:
        """Users whose id, e-mail, name or handle is `text` (without case); several when it is ambiguous."""
        wanted = text.strip()
        return await self._all(NAMED, {"text": wanted.casefold(), "key": wanted.casefold()}) if wanted else []

    async def everyone(self) -> Sequence[User]:
        """All users, by name. Users are few: a company's sales staff."""
        return await self._all("SELECT * FROM users ORDER BY name, id", {})

    async def seed(self, users: Sequence[User]) -> None:
        """Add those whose e-mail is not known yet; the store wins over the config afterwards. A user without an id gets one.

        Raises: BadConfig("user_without_email", name=…), BadConfig("handle_taken", channel=…, handle=…, name=…); nobody is
        added then.
        """
        await self._database.write(lambda database: self._seed(database, users))

    async def _first(self, statement: str, values: Row) -> User | None:
        return next(iter(await self._all(statement, values)), None)

    async def _all(self, statement: str, values: Row) -> list[User]:
        return await self._database.read(lambda database: [user_of(database, row) for row in every(database, statement, values)])

    def _seed(self, database: sqlite_utils.Database, users: Sequence[User]) -> None:
        for user in users:
            if not user.email.strip():
                raise BadConfig("user_without_email", name=user.name)
            key = user.email.strip().casefold()
            if one(database, "SELECT id FROM users WHERE email_key = :key", {"key": key}) is None:
                self._add(database, user, key)

    def _add(self, database: sqlite_utils.Database, user: User, email_key: str) -> None:
        user_id = user.id or self._ids.new()
        insert(
            database,
            "users",
            {
                "id": user_id,
                "name": user.name,
                "name_key": user.name.strip().casefold(),
                "email": user.email,
                "email_key": email_key,
                "role": user.role.value,
                "team": user.team,
                "zone": user.zone,
                "regions": " ".join(user.regions),
                "created_at": stamp(self._clock.now()),
            },
        )
        for channel, handle in user.handles.items():
            row = {"channel": channel, "handle_key": handle.casefold(), "handle": handle, "user_id": user_id}
            if handle and not insert(database, "handles", row, or_ignore="channel, handle_key"):
                raise BadConfig("handle_taken", channel=channel, handle=handle, name=user.name)


def user_of(database: sqlite_utils.Database, row: Row) -> User:
    """The person of a row of `users`."""
    handles = every(database, "SELECT channel, handle FROM handles WHERE user_id = :id ORDER BY channel", {"id": row["id"]})
    return User(
        UserId(row["id"]),
        row["name"],
        row["email"],
        Role(row["role"]),
        row["team"],
        row["zone"],
        {handle["channel"]: handle["handle"] for handle in handles},
        tuple(row.get("regions", "").split()),  # `check` looks into homes that an older Tandem made
    )

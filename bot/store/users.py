"""Our own people and what the channels call them. Knows names without case; knows no permission."""

from collections.abc import Sequence

import sqlite_utils

from bot.domain.acquaintance import OURS, Alias
from bot.domain.ids import UserId
from bot.domain.people import Role, User
from bot.domain.records import Retention
from bot.errors import BadConfig, Stale, Unclear
from bot.ports import Clock, Ids
from bot.store.audit import append_audit
from bot.store.codec import Row, dump, stamp
from bot.store.content import Shelf
from bot.store.database import Database
from bot.store.events import append_event
from bot.store.rows import change, every, insert, one

BY_HANDLE = """
    SELECT users.* FROM users JOIN handles ON handles.user_id = users.id
    WHERE handles.channel = :channel AND handles.workspace = :workspace AND handles.handle_key = :key"""
TAKEN = """
    SELECT users.id, users.name FROM users JOIN handles ON handles.user_id = users.id
    WHERE handles.channel = :channel AND handles.workspace = :workspace AND handles.handle_key = :key"""
ALIASES = "SELECT channel, workspace, handle FROM handles WHERE user_id = :id ORDER BY channel, workspace, handle_key"
UNLINK = "DELETE FROM handles WHERE channel = :channel AND workspace = :workspace AND handle_key = :key"
FORGET_KNOCK = "DELETE FROM knocks WHERE platform = :channel AND workspace = :workspace AND handle_key = :key"
FEW = 5
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

    async def by_handle(self, alias: Alias) -> User | None:
        """The user called so on this platform and in this very workspace (compared without case)."""
        return await self._first(BY_HANDLE, _place(alias))

    async def by_email(self, email: str) -> User | None:
        """The user with this e-mail address (compared without case); nobody for an empty one."""
        key = email.strip().casefold()
        return await self._first("SELECT * FROM users WHERE email_key = :key AND email <> ''", {"key": key}) if key else None

    async def aliases(self, user_id: UserId) -> Sequence[Alias]:
        """What the platforms call a user, by platform."""
        rows = await self._database.read(lambda database: every(database, ALIASES, {"id": user_id}))
        return [Alias(row["channel"], row["workspace"], row["handle"]) for row in rows]

    async def link(self, alias: Alias, user_id: UserId, by: UserId) -> None:
        """From now on this is what the platform calls this user.  Raises: Stale("handle_taken_by"), Unclear("no_such_person")."""
        await self._database.write(lambda database: link_handle(self._shelf(database), alias, user_id, by))

    async def unlink(self, alias: Alias, by: UserId) -> User | None:
        """It is nobody's any more; whose it was."""
        return await self._database.write(lambda database: self._unlink(database, alias, by))

    async def enrol(self, user: User, alias: Alias) -> User:
        """Add a new user whom the platform calls so; whoever is called so already is returned instead."""
        return await self._database.write(lambda database: self._enrol(database, user, alias))

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
        return await self._database.read(lambda database: _people(database, every(database, statement, values)))

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
            row = {"channel": channel, "workspace": OURS, "handle_key": handle.casefold(), "handle": handle, "user_id": user_id}
            if handle and not insert(database, "handles", row, or_ignore="channel, workspace, handle_key"):
                raise BadConfig("handle_taken", channel=channel, handle=handle, name=user.name)

    def _unlink(self, database: sqlite_utils.Database, alias: Alias, by: UserId) -> User | None:
        row = one(database, BY_HANDLE, _place(alias))
        if row is None:
            return None
        change(database, UNLINK, _place(alias))
        _announce(self._shelf(database), "handle.unlinked", alias, UserId(row["id"]), by)
        return user_of(database, row)

    def _enrol(self, database: sqlite_utils.Database, user: User, alias: Alias) -> User:
        known = one(database, BY_HANDLE, _place(alias))
        if known:
            return user_of(database, known)
        key = user.email.strip().casefold() or f"{alias.platform}:{alias.workspace}:{alias.key}"  # unique, and no address
        self._add(database, user, key)
        link_handle(self._shelf(database), alias, user.id, user.id)
        return user

    def _shelf(self, database: sqlite_utils.Database) -> Shelf:
        return Shelf(database, self._ids, self._clock.now())


def link_handle(shelf: Shelf, alias: Alias, user_id: UserId, by: UserId) -> None:
    """Make `alias` this user's, inside the caller's transaction.  Raises: Stale("handle_taken_by"), Unclear("no_such_person").

    One that the config gave to somebody holds in the workspace that we were verified for, which may be this one.
    """
    if one(shelf.database, "SELECT id FROM users WHERE id = :id", {"id": user_id}) is None:
        raise Unclear("no_such_person", name=user_id, names="–")
    for place in (_place(alias), {**_place(alias), "workspace": OURS}):
        if (taken := one(shelf.database, TAKEN, place)) and taken["id"] != user_id:
            raise Stale("handle_taken_by", name=taken["name"])
    row = {"channel": alias.platform, "workspace": alias.workspace, "handle_key": alias.key, "handle": alias.handle, "user_id": user_id}
    if insert(shelf.database, "handles", row, or_ignore="channel, workspace, handle_key"):
        _announce(shelf, "handle.linked", alias, user_id, by)
    change(shelf.database, FORGET_KNOCK, _place(alias))


def _announce(shelf: Shelf, event_type: str, alias: Alias, user_id: UserId, by: UserId) -> None:
    told = {"channel": alias.platform, "workspace": alias.workspace, "handle": alias.handle, "user_id": user_id, "by": by}
    append_event(shelf, event_type, 1, told)
    handle_id, _ = shelf.put(dump(told), Retention.TURN, None)  # what somebody is called is erasable; that it was linked is not
    append_audit(shelf, event_type, by, {"user": user_id, "channel": alias.platform}, [handle_id])


def _place(alias: Alias) -> Row:
    return {"channel": alias.platform, "workspace": alias.workspace, "key": alias.key}


def user_of(database: sqlite_utils.Database, row: Row) -> User:
    """The person of a row of `users`."""
    return _user(row, every(database, "SELECT channel, handle FROM handles WHERE user_id = :id ORDER BY channel", {"id": row["id"]}))


def _people(database: sqlite_utils.Database, rows: Sequence[Row]) -> list[User]:
    """As `user_of`; of many, handles are asked for once: a thousand questions took ten times as long."""
    if len(rows) <= FEW:
        return [user_of(database, row) for row in rows]
    handles: dict[str, list[Row]] = {}
    for one_of_theirs in every(database, "SELECT user_id, channel, handle FROM handles ORDER BY channel"):
        handles.setdefault(one_of_theirs["user_id"], []).append(one_of_theirs)
    return [_user(row, handles.get(row["id"], ())) for row in rows]


def _user(row: Row, handles: Sequence[Row]) -> User:
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

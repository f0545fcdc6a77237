"""The ports `Knocks` and `LinkCodes`, and their tables. Knows who knocked and digests of codes; never a code, nor a word that was said."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlite_utils

from bot.domain.acquaintance import Alias, Knock, LinkCode, Stranger, alias_of
from bot.domain.ids import ThreadId, TurnId, UserId
from bot.domain.talk import Lang, Origin
from bot.errors import Stale
from bot.ports import Clock, Ids
from bot.store.codec import Row, moment, stamp
from bot.store.content import Shelf
from bot.store.database import Database
from bot.store.rows import change, every, insert, one
from bot.store.users import link_handle

REMEMBERED = timedelta(days=90)
"""How long a knock is kept after the last one."""

THAT = "SELECT * FROM knocks WHERE platform = :platform AND workspace = :workspace AND handle_key = :handle_key"
KNOCK = """
    UPDATE knocks SET channel = :channel, handle = :handle, name = :name, kind = :kind, times = times + 1, last_at = :now,
        last_turn = :turn_id
    WHERE platform = :platform AND workspace = :workspace AND handle_key = :handle_key"""
ANSWER = """
    UPDATE knocks SET answered_at = :now, answered_turn = :turn_id
    WHERE platform = :platform AND workspace = :workspace AND handle_key = :handle_key"""
RECENT = "SELECT * FROM knocks ORDER BY last_at DESC, handle_key LIMIT :limit"
OPEN = "SELECT * FROM link_codes WHERE (used_at IS NULL AND expires_at > :now) OR used_turn = :turn_id ORDER BY id"
WORTHLESS = """
    DELETE FROM link_codes
    WHERE expires_at <= :now
        OR (used_at IS NULL AND platform = :platform AND workspace = :workspace AND handle_key = :handle_key)"""
USE = "UPDATE link_codes SET used_at = :now, used_turn = :turn_id WHERE id = :id AND used_at IS NULL AND expires_at > :now"
TRIES = "SELECT count(*) AS tries FROM link_tries WHERE user_id = :user_id AND at > :since"


def acquaintance(database: sqlite_utils.Database) -> None:
    """A step of the migrations. Handles belong to a workspace; strangers, codes told to them, tries at such codes."""
    database.table("aliases").create(
        {"channel": str, "workspace": str, "handle_key": str, "handle": str, "user_id": str},
        pk=("channel", "workspace", "handle_key"),
        not_null={"handle", "user_id"},
        foreign_keys=[("user_id", "users", "id")],
        strict=True,
    )
    database.execute("INSERT INTO aliases SELECT channel, '', handle_key, handle, user_id FROM handles")
    database.execute("DROP TABLE handles")
    database.execute("ALTER TABLE aliases RENAME TO handles")
    database.table("handles").create_index(["user_id"])
    database.table("handles").create_index(["handle_key"])
    database.table("knocks").create(
        {
            "platform": str, "workspace": str, "handle_key": str, "handle": str, "channel": str, "name": str, "kind": str, "times": int,
            "first_at": str, "last_at": str, "last_turn": str, "answered_at": str, "answered_turn": str,
        },
        pk=("platform", "workspace", "handle_key"),
        not_null={"handle", "channel", "name", "kind", "times", "first_at", "last_at", "last_turn"},
        strict=True,
    )  # fmt: skip
    database.table("knocks").create_index(["last_at"])
    database.table("link_codes").create(
        {
            "id": str, "platform": str, "handle_key": str, "channel": str, "workspace": str, "sender": str, "thread_id": str, "name": str,
            "lang": str, "salt": str, "digest": str, "expires_at": str, "used_at": str, "used_turn": str,
        },
        pk="id",
        not_null={"platform", "handle_key", "channel", "workspace", "sender", "thread_id", "name", "lang", "salt", "digest", "expires_at"},
        strict=True,
    )  # fmt: skip
    database.table("link_tries").create(
        {"user_id": str, "turn_id": str, "at": str}, pk=("user_id", "turn_id"), not_null={"at"}, strict=True
    )


class SqliteKnocks:
    """The port `Knocks`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def note(self, knock: Knock, turn_id: TurnId, *, silence_s: float) -> bool:
        """Count a message of theirs, once for each turn; says whether it is to be answered."""
        return await self._database.write(lambda database: self._note(database, knock, turn_id, silence_s))

    async def recent(self, limit: int = 100) -> Sequence[Knock]:
        """Who knocked, the latest first."""
        rows = await self._database.read(lambda database: every(database, RECENT, {"limit": limit}))
        return [_knock(row) for row in rows]

    def _note(self, database: sqlite_utils.Database, knock: Knock, turn_id: TurnId, silence_s: float) -> bool:
        now = self._clock.now()
        change(database, "DELETE FROM knocks WHERE last_at < :before", {"before": stamp(now - REMEMBERED)})
        row = {
            "platform": knock.alias.platform, "workspace": knock.alias.workspace, "handle_key": knock.alias.key,
            "handle": knock.alias.handle, "channel": knock.channel, "name": knock.name, "kind": knock.kind.value,
        }  # fmt: skip
        values = {**row, "now": stamp(now), "turn_id": turn_id}
        before = one(database, THAT, row)
        if before is None:
            insert(database, "knocks", {**row, "times": 1, "first_at": stamp(now), "last_at": stamp(now), "last_turn": turn_id})
        elif before["last_turn"] != turn_id:
            change(database, KNOCK, values)
        answered = before["answered_at"] if before else None
        if before and before["answered_turn"] == turn_id:
            return True
        if answered and moment(answered) > now - timedelta(seconds=silence_s):
            return False
        change(database, ANSWER, values)
        return True


class SqliteLinkCodes:
    """The port `LinkCodes`."""

    def __init__(self, database: Database, clock: Clock, ids: Ids) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids

    async def offer(self, code: LinkCode) -> None:
        """Keep a new one in place of what the same stranger was told before; those whose time is over go."""
        await self._database.write(lambda database: self._offer(database, code))

    async def open(self, turn_id: TurnId) -> Sequence[LinkCode]:
        """Those that may be used, and the one that this turn used."""
        values = {"now": stamp(self._clock.now()), "turn_id": turn_id}
        return [_code(row) for row in await self._database.read(lambda database: every(database, OPEN, values))]

    async def tried(self, by: UserId, turn_id: TurnId, since: datetime) -> int:
        """Count a try of this person, once for each turn; says how many there were since then, this one included."""

        def work(database: sqlite_utils.Database) -> int:
            change(database, "DELETE FROM link_tries WHERE at <= :since", {"since": stamp(since)})
            row = {"user_id": by, "turn_id": turn_id, "at": stamp(self._clock.now())}
            insert(database, "link_tries", row, or_ignore="user_id, turn_id")
            return int(every(database, TRIES, {"user_id": by, "since": stamp(since)})[0]["tries"])

        return await self._database.write(work)

    async def use(self, code: LinkCode, user_id: UserId, by: UserId, turn_id: TurnId) -> Alias:
        """Use it up: what the stranger is called is this user's from now on.  Raises: Stale, Unclear (keys: see the port)."""
        return await self._database.write(lambda database: self._use(database, code, user_id, by, turn_id))

    def _offer(self, database: sqlite_utils.Database, code: LinkCode) -> None:
        origin, alias = code.origin, alias_of(code.origin)
        told = {"platform": alias.platform, "workspace": alias.workspace, "handle_key": alias.key}
        change(database, WORTHLESS, {**told, "now": stamp(self._clock.now())})
        insert(
            database,
            "link_codes",
            {
                **told, "id": code.id, "channel": origin.channel, "sender": origin.sender, "thread_id": origin.thread_id,
                "name": code.name, "lang": code.lang.value, "salt": code.salt, "digest": code.digest, "expires_at": stamp(code.expires_at),
            },
        )  # fmt: skip

    def _use(self, database: sqlite_utils.Database, code: LinkCode, user_id: UserId, by: UserId, turn_id: TurnId) -> Alias:
        now, alias = self._clock.now(), alias_of(code.origin)
        if not change(database, USE, {"id": code.id, "now": stamp(now), "turn_id": turn_id}):
            row = one(database, "SELECT used_turn FROM link_codes WHERE id = :id", {"id": code.id})
            if row is None or row["used_turn"] != turn_id:
                raise Stale("link_code_used")
        link_handle(Shelf(database, self._ids, now), alias, user_id, by)
        change(database, "DELETE FROM link_tries WHERE user_id = :by AND turn_id <> :turn_id", {"by": by, "turn_id": turn_id})
        return alias


def _knock(row: Row) -> Knock:
    alias = Alias(row["platform"], row["workspace"], row["handle"])
    return Knock(
        alias, row["channel"], row["name"], Stranger(row["kind"]), row["times"], moment(row["first_at"]), moment(row["last_at"])
    )


def _code(row: Row) -> LinkCode:
    origin = Origin(row["channel"], row["workspace"], row["sender"], ThreadId(row["thread_id"]))
    return LinkCode(row["id"], origin, row["name"], Lang(row["lang"]), row["salt"], row["digest"], moment(row["expires_at"]))

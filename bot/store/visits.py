"""Who is signed in, and the links that let people in once. Knows digests of secrets; never a secret.

Also the table of what people think of answers, which came with the page.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import sqlite_utils

from bot.domain.entering import IDLE_HOURS, Arrival, Device
from bot.domain.ids import UserId
from bot.domain.visits import Entered, Visit
from bot.ports import Clock
from bot.store.audit import Within, append_audit
from bot.store.codec import Row, moment, stamp
from bot.store.database import Database
from bot.store.rows import change, every, insert, one

REDEEM = "UPDATE sign_in_links SET used_at = :now WHERE code_digest = :code AND used_at IS NULL AND expires_at > :now"
LIVE = "expires_at > :now AND seen_at > :idle"
THAT = f"SELECT * FROM visits WHERE token_digest = :token AND {LIVE}"  # noqa: S608 - the condition above
THEIRS = f"SELECT * FROM visits WHERE user_id = :user AND {LIVE} ORDER BY seen_at DESC, id"  # noqa: S608 - as above
MANY = f"SELECT user_id, count(*) AS count, max(seen_at) AS seen_at FROM visits WHERE {LIVE} GROUP BY user_id"  # noqa: S608 - as above
OVER = "DELETE FROM visits WHERE expires_at <= :now OR seen_at <= :idle"
OLDEST = """
    DELETE FROM visits WHERE user_id = :user AND id NOT IN (
        SELECT id FROM visits WHERE user_id = :user ORDER BY seen_at DESC, id LIMIT :most)"""
MOST_EACH = 50
"""Visits of one person; with another the one that was seen longest ago ends."""
IDLE = timedelta(hours=IDLE_HOURS)
BEGUN, ENDED = "visit.begun", "visit.ended"


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


def visit_lines(database: sqlite_utils.Database) -> None:
    """A step of the migrations. What a person needs to know their visits by, and to end them one by one: id, way in, device."""
    for column in ("id", "way", "app", "system"):
        database.table("visits").add_column(column, str, not_null_default="")
    database.execute("UPDATE visits SET id = lower(hex(randomblob(12)))")
    database.table("visits").create_index(["id"], unique=True)
    database.table("visits").create_index(["user_id"])


class SqliteVisits:
    """The port `VisitStore`. What it is given and asked for are digests: whoever reads the file cannot sign in with what stands there.

    idle: how long a visit lasts without a look at any page.
    """

    def __init__(self, database: Database, clock: Clock, idle: timedelta = IDLE) -> None:
        self._database = database
        self._clock = clock
        self._idle = idle

    async def offer(self, code_digest: str, user_id: UserId, expires_at: datetime) -> None:
        """Keep a link that lets `user_id` in, once, until `expires_at`."""
        row = {"code_digest": code_digest, "user_id": user_id, "created_at": stamp(self._clock.now()), "expires_at": stamp(expires_at)}
        await self._database.write(lambda database: insert(database, "sign_in_links", row))

    async def redeem(self, code_digest: str, entered: Entered) -> UserId | None:
        """Use a link up and begin the visit; None when there is no such link, or it was used, or its time is over."""
        return await self._database.write(lambda database: self._redeem(database, code_digest, entered))

    async def begin(self, user_id: UserId, entered: Entered) -> None:
        """Begin a visit of somebody whom the house has recognised itself."""
        await self._database.write(lambda database: self._begin(database, user_id, entered))

    async def visit(self, token_digest: str) -> Visit | None:
        """The visit as it stands; None when it never was, has ended, or its time is over."""
        row = await self._database.read(lambda database: one(database, THAT, {**self._times(), "token": token_digest}))
        return _visit(row) if row else None

    async def theirs(self, user_id: UserId) -> Sequence[Visit]:
        """All visits of a person, the last seen first."""
        rows = await self._database.read(lambda database: every(database, THEIRS, {**self._times(), "user": user_id}))
        return [_visit(row) for row in rows]

    async def many(self) -> Mapping[UserId, tuple[int, datetime]]:
        """How many visits each person has, and when they were seen last."""
        rows = await self._database.read(lambda database: every(database, MANY, self._times()))
        return {UserId(row["user_id"]): (row["count"], moment(row["seen_at"])) for row in rows}

    async def seen(self, token_digest: str) -> None:
        """The person is here now."""
        values = {"token": token_digest, "now": stamp(self._clock.now())}
        await self._database.write(
            lambda database: change(database, "UPDATE visits SET seen_at = :now WHERE token_digest = :token", values)
        )

    async def end(self, token_digest: str) -> None:
        """The person signed out."""
        await self._database.write(lambda database: self._end(database, "token_digest = :token", {"token": token_digest}, None))

    async def end_one(self, visit_id: str, user_id: UserId, by: UserId) -> bool:
        """End a visit of this person; False when they have none of that id."""
        where, values = "id = :id AND user_id = :user", {"id": visit_id, "user": user_id}
        return bool(await self._database.write(lambda database: self._end(database, where, values, by)))

    async def end_theirs(self, user_id: UserId, by: UserId, *, but: str = "") -> int:
        """End all visits of a person, and no link lets them in any more; says how many. but: the id of one that goes on."""

        def work(database: sqlite_utils.Database) -> int:
            change(database, "DELETE FROM sign_in_links WHERE user_id = :user", {"user": user_id})
            return self._end(database, "user_id = :user AND id <> :but", {"user": user_id, "but": but}, by)

        return await self._database.write(work)

    async def end_all(self) -> None:
        """Everybody signed out, and no link lets anybody in."""

        def work(database: sqlite_utils.Database) -> None:
            for table in ("visits", "sign_in_links"):
                change(database, f"DELETE FROM {table}", {})  # noqa: S608 - one of two names

        await self._database.write(work)

    def _redeem(self, database: sqlite_utils.Database, code_digest: str, entered: Entered) -> UserId | None:
        now = stamp(self._clock.now())
        used = change(database, REDEEM, {"code": code_digest, "now": now})
        link = one(database, "SELECT user_id FROM sign_in_links WHERE code_digest = :code", {"code": code_digest}) if used else None
        change(database, "DELETE FROM sign_in_links WHERE expires_at <= :now", {"now": now})
        if link is None:
            return None
        self._begin(database, UserId(link["user_id"]), entered)
        return UserId(link["user_id"])

    def _begin(self, database: sqlite_utils.Database, user_id: UserId, entered: Entered) -> None:
        times, arrival = self._times(), entered.arrival
        change(database, OVER, times)
        change(database, "DELETE FROM visits WHERE token_digest = :token", {"token": entered.instead_digest})
        insert(
            database,
            "visits",
            {
                "id": entered.id, "token_digest": entered.token_digest, "user_id": user_id, "created_at": times["now"],
                "seen_at": times["now"], "expires_at": stamp(entered.expires_at), "way": arrival.way, "app": arrival.device.app,
                "system": arrival.device.system,
            },
        )  # fmt: skip
        change(database, OLDEST, {"user": user_id, "most": MOST_EACH})
        append_audit(Within(database, self._clock.now()), BEGUN, user_id, {"visit": entered.id, "way": arrival.way})

    def _end(self, database: sqlite_utils.Database, where: str, values: Row, by: UserId | None) -> int:
        """by: None for the person themselves."""
        ended = every(database, f"SELECT id, user_id FROM visits WHERE {where} ORDER BY id", values)  # noqa: S608 - conditions from above
        change(database, f"DELETE FROM visits WHERE {where}", values)  # noqa: S608 - as above
        for row in ended:
            append_audit(Within(database, self._clock.now()), ENDED, by or row["user_id"], {"visit": row["id"], "user": row["user_id"]})
        return len(ended)

    def _times(self) -> Row:
        now = self._clock.now()
        return {"now": stamp(now), "idle": stamp(now - self._idle)}


def _visit(row: Row) -> Visit:
    arrival = Arrival(row["way"], Device(row["app"], row["system"]))
    return Visit(
        row["id"], UserId(row["user_id"]), arrival, moment(row["created_at"]), moment(row["seen_at"]), moment(row["expires_at"])
    )

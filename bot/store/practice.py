"""The ports `Examples` and `TeamPractice`: what teams did with suggestions, counted; of one person only with their consent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlite_utils

from bot.domain.digest import MANY
from bot.domain.ids import RecordId, UserId
from bot.domain.people import Role, Speaker
from bot.domain.practice import Counts, Example, Practice
from bot.domain.review import RejectReason
from bot.ports import Clock, Users
from bot.store.codec import Row, dump, moment, span, stamp
from bot.store.database import Database
from bot.store.rows import change, every

SKILLS = """
    SELECT json_extract(decisions.made, '$.skill') AS skill, COUNT(DISTINCT decisions.id) AS shown,
        COUNT(DISTINCT CASE WHEN uses.use IN ('used', 'edited') THEN decisions.id END) AS used,
        COUNT(DISTINCT CASE WHEN uses.use = 'ignored' THEN decisions.id END) AS ignored
    FROM decisions LEFT JOIN uses ON uses.decision_id = decisions.id
    WHERE decisions.at >= :first AND decisions.at < :until AND decisions.user_id IN (SELECT value FROM json_each(:people))
        AND json_extract(decisions.made, '$.skill') <> 'house'
    GROUP BY skill"""
REJECTED = """
    SELECT reason, COUNT(*) AS number FROM reviews
    WHERE state = 'rejected' AND reason IS NOT NULL AND decided_at >= :first AND decided_at < :until
        AND author IN (SELECT value FROM json_each(:people)) GROUP BY reason"""
LETTERS = """
    SELECT records.id, reviews.author, reviews.decided_at, json_extract(records.body, '$.body') AS text,
        json_extract(records.body, '$.account_name') AS account, json_extract(records.body, '$.owner_name') AS name, examples.state
    FROM reviews JOIN drafts ON drafts.id = reviews.draft_id JOIN records ON records.id = drafts.record_id
    LEFT JOIN examples ON examples.record_id = records.id
    WHERE reviews.state = 'approved' AND reviews.edited = 0 AND records.entity = 'letter' AND records.archived_at IS NULL
        AND records.erased_at IS NULL AND reviews.author IN (SELECT value FROM json_each(:people))
        AND reviews.decided_at >= :first AND reviews.decided_at < :until
    ORDER BY reviews.decided_at DESC LIMIT 200"""
DECIDE = """
    INSERT INTO examples (record_id, author, state, at) VALUES (:record_id, :author, :state, :now)
    ON CONFLICT (record_id) DO UPDATE SET state = excluded.state, at = excluded.at
    WHERE examples.author = excluded.author AND excluded.state <> 'asked'"""
EVER = date(2000, 1, 1)
LATELY = timedelta(days=30)
LEADERS = frozenset({Role.COACH, Role.MANAGER, Role.ADMIN})


def examples(database: sqlite_utils.Database) -> None:
    """A step of the migrations. state: asked, given or refused, by the author of a letter."""
    database.table("examples").create(
        {"record_id": str, "author": str, "state": str, "at": str}, pk="record_id", not_null={"author", "state", "at"}, strict=True
    )


@dataclass(frozen=True)
class SqliteExamples:
    """The port `Examples`."""

    database: Database
    clock: Clock

    async def unasked(self, authors: Collection[UserId], first: date, last: date) -> Sequence[Example]:
        """Those of these authors about which nobody was asked, the newest of each author."""
        rows = await self.database.read(lambda database: every(database, LETTERS, _between(authors, first, last, "UTC")))
        newest: dict[str, Row] = {}
        for row in rows:
            newest.setdefault(row["author"], row)
        return [_example(row) for row in newest.values() if row["state"] is None]

    async def example(self, record_id: RecordId, author: UserId) -> Example | None:
        """One of this author's; None for anybody else's."""
        found = await self.database.read(lambda database: every(database, LETTERS, self._ever(author)))
        return next((_example(row) for row in found if row["id"] == record_id), None)

    async def ask(self, record_id: RecordId, author: UserId) -> None:
        """Note that its author was asked."""
        await self._decide(record_id, author, "asked")

    async def decide(self, record_id: RecordId, author: UserId, *, given: bool) -> bool:
        """Keep what its author said; False where it is not theirs."""
        if await self.example(record_id, author) is None:
            return False
        return await self._decide(record_id, author, "given" if given else "refused")

    async def _decide(self, record_id: RecordId, author: UserId, state: str) -> bool:
        values = {"record_id": record_id, "author": author, "state": state, "now": stamp(self.clock.now())}
        return await self.database.write(lambda database: change(database, DECIDE, values)) > 0

    def _ever(self, author: UserId) -> Row:
        return _between([author], EVER, self.clock.now().date(), "UTC")


@dataclass(frozen=True)
class SqliteTeamPractice:
    """The port `TeamPractice`. Counts are told to those who lead a team, of `MANY` people and more; examples to all of it."""

    database: Database
    users: Users
    speaker: Speaker

    async def between(self, first: date, last: date) -> Practice:
        """From one day to another, both counted."""
        team, zone = [one.id for one in await self.users.everyone() if one.team == self.speaker.team], self.speaker.zone
        values, lately = _between(team, first, last, zone), _between(team, last - LATELY, last, zone)
        counted = self.speaker.role in LEADERS and len(team) >= MANY
        return await self.database.read(lambda database: _practice(database, first, last, values, lately, counted=counted))


def _practice(database: sqlite_utils.Database, first: date, last: date, values: Row, lately: Row, *, counted: bool) -> Practice:
    given = next((_example(row) for row in every(database, LETTERS, lately) if row["state"] == "given"), None)
    if not counted:
        return Practice(first, last, example=given)
    skills = {row["skill"]: Counts(row["shown"], row["used"], row["ignored"]) for row in every(database, SKILLS, values)}
    rejected = {RejectReason(row["reason"]): row["number"] for row in every(database, REJECTED, values)}
    return Practice(first, last, skills, rejected, given)


def _between(people: Collection[UserId], first: date, last: date, zone: str) -> Row:
    begins, ends = span(first, last, zone)
    return {"people": dump(sorted(people)), "first": begins, "until": ends}


def _example(row: Row) -> Example:
    author = UserId(row["author"])
    return Example(
        RecordId(row["id"]), author, row["name"] or "", row["account"] or "", row["text"] or "", moment(row["decided_at"]).date()
    )

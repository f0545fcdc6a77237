"""Erasable texts, apart from what refers to them by id and digest. Knows ages and classes; knows no meaning."""

import hashlib
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlite_utils

from bot.domain.evidence import Evidence
from bot.domain.ids import ContentId, TurnId
from bot.domain.records import Retention
from bot.ports import Clock, Ids
from bot.store.audit import ERASED, ERASED_BY, HOUSE, Transaction, Within, append_audit, edge_in, erased_as
from bot.store.codec import Ref, Row, ref_of, stamp
from bot.store.database import Database
from bot.store.rows import change, every, insert, one

SALT_BYTES = 16
AT_ONCE = 500

ERASE = "UPDATE content SET body = NULL, salt = NULL, erased_at = :now, erased_by = :seq WHERE erased_at IS NULL AND "
OVERDUE = """id IN (
    SELECT id FROM content
    WHERE retention = :retention AND created_at < :before AND erased_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM inbox WHERE inbox.id = content.turn_id AND inbox.state = 'kept')
      AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.turn_id = content.turn_id AND outbox.state IN ('waiting', 'sending'))
      AND NOT EXISTS (SELECT 1 FROM drafts WHERE drafts.turn_id = content.turn_id AND drafts.state = 'open')
    LIMIT :at_once)"""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where one transaction puts its texts. Salt and digest are made here: SHA-256 over salt bytes, then UTF-8 body."""

    database: sqlite_utils.Database
    ids: Ids
    now: datetime

    def put(self, body: str, retention: Retention, turn_id: TurnId | None) -> tuple[ContentId, str]:
        """Keep a text; returns its id and its digest. turn_id: the turn that still needs it while under way."""
        content_id, salt = ContentId(self.ids.new()), secrets.token_hex(SALT_BYTES)
        digest = digest_of(body, salt)
        insert(
            self.database,
            "content",
            {
                "id": content_id,
                "retention": retention.value,
                "turn_id": turn_id,
                "body": body,
                "salt": salt,
                "digest": digest,
                "created_at": stamp(self.now),
            },
        )
        return content_id, digest

    def cite(self, evidence: Evidence, turn_id: TurnId | None) -> tuple[Ref, str]:
        """Keep the quote of `evidence` apart; returns the evidence by reference, and the digest of the quote."""
        quote_id, digest = self.put(evidence.quote, Retention.EVIDENCE, turn_id)
        return ref_of(evidence, quote_id), digest


def digest_of(body: str, salt: str) -> str:
    """Salted SHA-256 as hexadecimal text. salt: hexadecimal text."""
    return hashlib.sha256(bytes.fromhex(salt) + body.encode()).hexdigest()


def body_of(database: sqlite_utils.Database, content_id: str | None) -> str | None:
    """A kept text; None when it was erased or never was."""
    row = one(database, "SELECT body FROM content WHERE id = :id", {"id": content_id}) if content_id else None
    return row["body"] if row else None


def erase_texts(done: Transaction, ids: Sequence[str], actor: str, why: str) -> int:
    """Remove texts and their salts in the caller's transaction; says how many were there.

    Their digests stay, and without its salt nobody can try guesses against one. actor, why: for the audit.
    """
    total = 0
    for at in range(0, len(ids), AT_ONCE):
        marks = {f"id_{number}": content_id for number, content_id in enumerate(ids[at : at + AT_ONCE])}
        total += _erase(done, f"id IN ({', '.join(f':{mark}' for mark in marks)})", marks, actor, why)
    return total


def _erase(done: Transaction, holds: str, values: Row, actor: str, why: str) -> int:
    seq = edge_in(done.database).size + 1
    erased = change(done.database, f"{ERASE}{holds}", {**values, "now": stamp(done.now), "seq": seq})
    if erased:
        texts = every(done.database, ERASED_BY, {"seq": seq})
        append_audit(done, ERASED, actor, {"texts": erased, "digest": erased_as(texts), "why": why})
    return erased


class SqliteContent:
    """The port `Content`. erased: what is done about files whose content was erased."""

    def __init__(self, database: Database, clock: Clock, erased: Callable[[], Awaitable[object]] | None = None) -> None:
        self._database = database
        self._clock = clock
        self._erased = erased

    async def purge(self, days: Mapping[str, int]) -> int:
        """Erase what is older than its retention class allows; says how many. days: class -> days; a class left out is kept.

        What is still under way (an unsettled arrival, an undelivered message, an open draft) is left until it ends.
        Raises: ValueError for a class that is none of `Retention`.
        """
        total = 0
        for name, age in days.items():
            retention, before = Retention(name), self._clock.now() - timedelta(days=age)
            while erased := await self._purge_some(retention, before):
                total += erased
        if total:
            await self._forget()
        return total

    async def erase(self, content_id: ContentId) -> bool:
        """Erase one text now; False when it is gone already."""
        erased = await self._database.write(lambda database: erase_texts(self._within(database), [content_id], HOUSE, "asked"))
        if erased:
            await self._forget()
        return erased == 1

    async def _forget(self) -> None:
        await self._database.forget()
        if self._erased:
            await self._erased()

    async def _purge_some(self, retention: Retention, before: datetime) -> int:
        """A part of a purge: short transactions let arrivals in between."""
        values = {"retention": retention.value, "before": stamp(before), "at_once": AT_ONCE}
        why = f"retention.{retention.value}"
        return await self._database.write(lambda database: _erase(self._within(database), OVERDUE, values, HOUSE, why))

    def _within(self, database: sqlite_utils.Database) -> Within:
        return Within(database, self._clock.now())

"""A person's threads, read from their decisions; what they sent and has no answer yet; what they think of answers. Writes verdicts only."""

from collections.abc import Sequence
from dataclasses import replace

import sqlite_utils

from bot.domain.decision import Use, Verdict
from bot.domain.ids import DecisionId, MessageId, ThreadId, TurnId, UserId
from bot.domain.records import Page, Retention
from bot.domain.talk import Lang
from bot.domain.visits import Exchange, HouseWord, ThreadLine, Unanswered
from bot.ports import Clock, Ids
from bot.store.audit import append_audit
from bot.store.codec import Row, load, moment, outcome_from_json, stamp
from bot.store.content import Shelf, body_of, erase_texts
from bot.store.database import Database
from bot.store.inbox import media_in
from bot.store.ledger import decision_from, place_before
from bot.store.rows import change, every, insert, one
from bot.store.uses import note_use

THREADS = """
    SELECT thread_id, MIN(seq) AS first, MAX(seq) AS last FROM decisions WHERE user_id = :user_id
    GROUP BY thread_id HAVING MAX(seq) < :before ORDER BY last DESC LIMIT :limit"""
ENDS = """
    SELECT decisions.seq, decisions.said_id, decisions.at, inbox.kind, inbox.media_id FROM decisions
    JOIN inbox ON inbox.id = decisions.turn_id WHERE decisions.seq IN (:first, :last)"""
EXCHANGES = """
    SELECT decisions.*, inbox.kind, inbox.media_id FROM decisions JOIN inbox ON inbox.id = decisions.turn_id
    WHERE decisions.user_id = :user_id AND decisions.thread_id = :thread_id AND decisions.seq < :before
    ORDER BY decisions.seq DESC LIMIT :limit"""
WORDS = """
    SELECT outbox.id, outbox.seq, outbox.created_at, outbox.outcome_id, outbox.lang, mark.pressed AS mark, (
        SELECT decisions.id FROM decisions JOIN inbox ON inbox.id = decisions.turn_id
        WHERE decisions.user_id = :user_id AND decisions.thread_id = :thread_id AND inbox.kept_at <= outbox.created_at
        ORDER BY decisions.seq DESC LIMIT 1) AS after
    FROM outbox LEFT JOIN outbox AS mark ON mark.key = 'mark:' || outbox.id
    WHERE outbox.state IN ('waiting', 'sending', 'delivered', 'unsure') AND outbox.thread_id = :thread_id AND outbox.seq > :since
      AND outbox.sender = :user_id AND outbox.channel IN ('web', 'console') AND outbox.decision_id IS NULL AND outbox.updates IS NULL
    ORDER BY +outbox.seq DESC LIMIT :limit"""
CARD = """
    SELECT outbox.id, outbox.seq, outbox.created_at, outbox.outcome_id, outbox.lang, mark.pressed AS mark, NULL AS after
    FROM outbox LEFT JOIN outbox AS mark ON mark.key = 'mark:' || outbox.id
    WHERE outbox.decision_id = :decision_id AND outbox.updates IS NULL ORDER BY outbox.seq LIMIT 1"""
UNANSWERED = """
    SELECT inbox.id, inbox.kind, inbox.content_id, inbox.media_id, inbox.kept_at FROM inbox
    WHERE inbox.state = 'kept' AND inbox.kind <> 'errand' AND inbox.thread_id = :thread_id
        AND inbox.channel IN ('web', 'console') AND inbox.sender = :user_id
    ORDER BY inbox.seq"""
VERDICT_TO = {Verdict.UP: Use.USED, Verdict.DOWN: Use.IGNORED}
"""What a verdict says about whether the suggestion was of use."""


class SqliteThreads:
    """The port `Threads`. On the channels `web` and `console` a sender is a user's id, vouched for by the house."""

    def __init__(self, database: Database, clock: Clock, ids: Ids) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids

    async def threads(self, user_id: UserId, *, after: str | None = None, limit: int = 30) -> Page[ThreadLine]:
        """A person's threads, on whatever channel, the one with the newest answer first."""
        values = {"user_id": user_id, "before": place_before(after), "limit": limit + 1}
        return await self._database.read(lambda database: _threads(database, values, limit))

    async def exchanges(self, user_id: UserId, thread_id: ThreadId, *, after: str | None = None, limit: int = 30) -> Page[Exchange]:
        """What this person said in a thread and what came of it, newest first; nobody else's words, even where a thread has several."""
        values = {"user_id": user_id, "thread_id": thread_id, "before": place_before(after), "limit": limit + 1}
        return await self._database.read(lambda database: _exchanges(database, values, limit))

    async def unanswered(self, user_id: UserId, thread_id: ThreadId) -> Sequence[Unanswered]:
        """What this person sent by page or terminal that has no answer yet, oldest first."""
        values = {"user_id": user_id, "thread_id": thread_id}
        return await self._database.read(
            lambda database: [_unanswered(database, row) for row in every(database, UNANSWERED, values)]
        )

    async def words(self, user_id: UserId, thread_id: ThreadId, *, since: int = 0, limit: int = 50) -> Sequence[HouseWord]:
        """What the house said to this person in a thread of its own accord, the newest `limit`, oldest first. since: a place."""
        values = {"user_id": user_id, "thread_id": thread_id, "since": since, "limit": limit}
        return await self._database.read(lambda database: _words(database, values))

    async def card(self, decision_id: DecisionId) -> HouseWord | None:
        """The message that told what was decided; None where there was none, or it was erased."""

        def work(database: sqlite_utils.Database) -> HouseWord | None:
            row = one(database, CARD, {"decision_id": decision_id})
            body = body_of(database, row["outcome_id"]) if row else None
            return _word(database, row, body) if row and body is not None else None

        return await self._database.read(work)

    async def judge(self, decision_id: DecisionId, user_id: UserId, verdict: Verdict, reason: str) -> None:
        """Keep what a person thinks of an answer, in place of what they thought before; the reason's words are erasable."""
        await self._database.write(lambda database: self._judge(database, decision_id, user_id, verdict, reason))

    def _judge(self, database: sqlite_utils.Database, decision_id: DecisionId, user_id: UserId, verdict: Verdict, reason: str) -> None:
        now, key = self._clock.now(), {"decision_id": decision_id, "user_id": user_id}
        shelf = Shelf(database, self._ids, now)
        before = one(database, "SELECT reason_id FROM feedback WHERE decision_id = :decision_id AND user_id = :user_id", key)
        change(database, "DELETE FROM feedback WHERE decision_id = :decision_id AND user_id = :user_id", key)
        if before and before["reason_id"]:
            erase_texts(shelf, [before["reason_id"]], user_id, "replaced")
        reason_id = shelf.put(reason, Retention.TURN, None)[0] if reason else None
        insert(database, "feedback", {**key, "verdict": verdict.value, "reason_id": reason_id, "at": stamp(now)})
        told = {"decision": decision_id, "verdict": verdict.value}
        append_audit(shelf, "feedback.given", user_id, told, [reason_id], [("feedback", decision_id, user_id)])
        note_use(database, decision_id, VERDICT_TO[verdict], user_id, now)


def _threads(database: sqlite_utils.Database, values: Row, limit: int) -> Page[ThreadLine]:
    rows = every(database, THREADS, values)
    lines = []
    for row in rows[:limit]:
        ends = {end["seq"]: end for end in every(database, ENDS, row)}
        first = ends[row["first"]]
        title = body_of(database, first["said_id"])
        if title == "":
            title = _file(database, first)[0] or None
        lines.append(ThreadLine(ThreadId(row["thread_id"]), title, moment(ends[row["last"]]["at"])))
    return Page(tuple(lines), str(rows[limit - 1]["last"]) if len(rows) > limit else None)


def _exchanges(database: sqlite_utils.Database, values: Row, limit: int) -> Page[Exchange]:
    rows = every(database, EXCHANGES, values)
    items = tuple(_exchange(database, row) for row in rows[:limit])
    return Page(items, str(rows[limit - 1]["seq"]) if len(rows) > limit else None)


def _exchange(database: sqlite_utils.Database, row: Row) -> Exchange:
    decision, (file, left) = decision_from(database, row), _file(database, row)
    decision = replace(decision, said="") if left and decision.said is not None else decision
    return Exchange(decision, row["kind"] in {"press", "tap"}, row["kind"] == "errand", file)


def _unanswered(database: sqlite_utils.Database, row: Row) -> Unanswered:
    file, left = _file(database, row)
    text = (body_of(database, row["content_id"]) or "") if row["kind"] in {"utterance", "file"} and not left else ""
    return Unanswered(TurnId(row["id"]), text, moment(row["kept_at"]), file)


def _file(database: sqlite_utils.Database, row: Row) -> tuple[str, int]:
    """The name of the file that came, "" for none; how many of its message come after it."""
    file, left, _ = media_in(body_of(database, row["media_id"]) if row["kind"] == "file" else None)
    return file.name if file else "", left


def _words(database: sqlite_utils.Database, values: Row) -> list[HouseWord]:
    """Those whose content was not erased."""
    rows = [(row, body_of(database, row["outcome_id"])) for row in reversed(every(database, WORDS, values))]
    return [_word(database, row, body) for row, body in rows if body is not None]


def _word(database: sqlite_utils.Database, row: Row, body: str) -> HouseWord:
    outcome = outcome_from_json(body, lambda quote_id: body_of(database, quote_id))
    mark = load(row["mark"]) if row["mark"] else {"label": "", "by": ""}
    after = DecisionId(row["after"]) if row["after"] else None
    at, lang = moment(row["created_at"]), Lang(row["lang"])
    return HouseWord(MessageId(row["id"]), row["seq"], at, outcome, lang, mark["label"], after, mark["by"])

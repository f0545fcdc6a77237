"""What is to be delivered, in order within a thread. Knows what may go next; knows no channel."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from math import inf, isinf

import sqlite_utils

from bot.domain.decision import Mark, Message, MessageState, Use
from bot.domain.ids import DecisionId, DraftId, MessageId, ReviewId, TurnId
from bot.domain.outcome import Answer, Outcome
from bot.domain.records import Page, Retention
from bot.domain.review import ReviewRef
from bot.domain.talk import Lang, Origin
from bot.ports import Clock, Ids
from bot.store.audit import HOUSE, Transaction, Within, append_audit
from bot.store.codec import Row, all_evidence, dump, load, outcome_from_json, outcome_to_json, stamp
from bot.store.content import Shelf, body_of
from bot.store.database import Database
from bot.store.inbox import origin_of, origin_row
from bot.store.rows import change, every, insert, one
from bot.store.uses import note_use

DUE = """
    SELECT * FROM outbox AS due
    WHERE state = 'waiting' AND due_at <= :now AND :channel IN ('', channel) AND NOT EXISTS (
        SELECT 1 FROM outbox AS earlier
        WHERE earlier.state IN ('waiting', 'sending') AND earlier.thread_id = due.thread_id AND earlier.seq < due.seq)
    ORDER BY seq LIMIT :limit"""
CLAIM = "UPDATE outbox SET state = 'sending', attempt = attempt + 1, changed_at = :now WHERE id = :id"
MOVE = "UPDATE outbox SET state = :to, why = :why, changed_at = :now WHERE id = :id AND state IN ('sending', :also)"
DELIVERED = """
    UPDATE outbox SET state = 'delivered', receipt = :receipt, why = '', changed_at = :now
    WHERE id = :id AND state IN ('sending', 'unsure')"""
AGAIN = """
    UPDATE outbox SET state = CASE WHEN failed_at < :since THEN 'dead' ELSE 'waiting' END, due_at = :due_at, why = :why,
        failed_at = COALESCE(failed_at, :now), changed_at = :now
    WHERE id = :id AND state = 'sending'"""
REPLAY = """
    UPDATE outbox SET state = 'waiting', due_at = :now, attempt = 0, failed_at = NULL, changed_at = :now
    WHERE id = :id AND state IN ('dead', 'unsure')"""
DOUBT = "UPDATE outbox SET state = 'unsure', why = :why, changed_at = :now WHERE id = :id"
COUNTS = "SELECT state, count(*) AS messages FROM outbox WHERE state IN ('waiting', 'sending', 'unsure', 'dead') GROUP BY state"
SHOWN = """
    SELECT decisions.id, decisions.user_id FROM outbox JOIN decisions ON decisions.id = outbox.decision_id
    WHERE outbox.id = :id"""
SHOWING = "SELECT * FROM outbox WHERE draft_id = :draft_id AND state = 'delivered' AND updates IS NULL ORDER BY seq"
SHOWING_REVIEW = "SELECT * FROM outbox WHERE review_id = :review_id AND state = 'delivered' AND updates IS NULL ORDER BY seq"
ZONE_OF = "SELECT users.zone FROM drafts JOIN users ON users.id = drafts.author WHERE drafts.id = :draft_id"
PAGE = "SELECT * FROM outbox WHERE state = :state AND seq > :after ORDER BY seq LIMIT :limit"
SHOWN_AGAIN = ("turn_id", "decision_id", "outcome_id", "draft_id", "revision", "lang", "review_id", "review_version")
"""What a message that settles an earlier one has of it."""


class SqliteOutbox:
    """The port `Outbox`."""

    def __init__(self, database: Database, clock: Clock, ids: Ids) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids

    async def say(self, origin: Origin, answer: Answer, *, key: str, lang: Lang, review: ReviewRef | None = None) -> None:
        """Queue a word of the house; the same `key` is queued once. review: the one that it shows, which its buttons decide about."""
        particulars: Row = {"key": f"house:{key}", "lang": lang.value}
        if review:
            particulars |= {"review_id": review.id, "review_version": review.version}
        await self._database.write(lambda database: self._say(database, origin, answer, particulars))

    async def claim(self, limit: int, *, channel: str = "") -> Sequence[Message]:
        """Mark as `sending` the first due message of each thread that has nothing under way, and return them, oldest first.

        channel: only those that leave by it; empty for all. A message whose content was erased while it waited is given up (`dead`).
        Looks before it writes: whoever writes holds up the door.
        """
        values = {"now": stamp(self._clock.now()), "limit": 1, "channel": channel}
        if not await self._database.read(lambda database: every(database, DUE, values)):
            return ()
        return await self._database.write(lambda database: self._claim(database, limit, channel))

    async def interrupted(self) -> Sequence[Message]:
        """Messages left `sending` by a process that died, oldest first. Asked once at start, by the process that holds the home."""
        statement = "SELECT * FROM outbox WHERE state = 'sending' ORDER BY seq"
        return await self._database.read(lambda database: [_message(database, row) for row in every(database, statement)])

    async def delivered(self, message_id: MessageId, receipt: str) -> None:
        """The platform said that it has it; notes `shown` on its decision, once, for the person of the decision."""
        await self._database.write(lambda database: self._delivered(database, message_id, receipt))

    async def again(self, message_id: MessageId, after_s: float, why: str, *, patience_s: float = inf) -> bool:
        """Surely not delivered: wait again. False when its first failure lies longer back than `patience_s`: it is dead instead."""
        now = self._clock.now()
        due_at, since = stamp(now + timedelta(seconds=after_s)), "" if isinf(patience_s) else stamp(now - timedelta(seconds=patience_s))
        values = {"id": message_id, "due_at": due_at, "since": since, "why": why, "now": stamp(now)}

        def work(database: sqlite_utils.Database) -> bool:
            tried = change(database, AGAIN, values)
            row = one(database, "SELECT state FROM outbox WHERE id = :id", {"id": message_id})
            dead = row is not None and row["state"] == MessageState.DEAD
            if dead and tried:
                _audit(Within(database, now), MessageState.DEAD, message_id)
            return row is not None and not dead

        return await self._database.write(work)

    async def unsure(self, message_id: MessageId, why: str) -> None:
        """It may have been delivered: a person is asked; what follows in the thread goes on."""
        await self._move(message_id, MessageState.UNSURE, why)

    async def dead(self, message_id: MessageId, why: str) -> None:
        """Given up; kept to be replayed by hand."""
        await self._move(message_id, MessageState.DEAD, why)

    async def message(self, message_id: MessageId) -> Message | None:
        """One message, as it stands; what was erased of it reads as an empty answer."""
        statement = "SELECT * FROM outbox WHERE id = :id"

        def work(database: sqlite_utils.Database) -> Message | None:
            row = one(database, statement, {"id": message_id})
            return _message(database, row) if row else None

        return await self._database.read(work)

    async def showing(self, draft_id: DraftId) -> Sequence[Message]:
        """The delivered messages that show this draft or what became of it, oldest first."""
        return await self._database.read(
            lambda database: [_message(database, row) for row in every(database, SHOWING, {"draft_id": draft_id})]
        )

    async def showing_review(self, review_id: ReviewId) -> Sequence[Message]:
        """The delivered messages that show this review, oldest first."""
        return await self._database.read(
            lambda database: [_message(database, row) for row in every(database, SHOWING_REVIEW, {"review_id": review_id})]
        )

    async def settle(self, mark: Mark) -> None:
        """Settle an earlier message outside of a turn, once: see `Mark`."""
        now = self._clock.now()
        await self._database.write(lambda database: queue_mark(Shelf(database, self._ids, now), mark, now))

    async def page(self, state: MessageState, *, after: str | None = None, limit: int = 50) -> Page[Message]:
        """Messages in one state, oldest first; `facts["why"]` tells what the last try said."""
        values = {"state": state.value, "after": min(int(after or 0), 2**62), "limit": limit + 1}
        return await self._database.read(lambda database: _page(database, values, limit))

    async def replay(self, message_id: MessageId) -> bool:
        """A person asks for another try of what is `dead` or `unsure`; its tries are counted anew. False when it is neither."""
        now = self._clock.now()

        def work(database: sqlite_utils.Database) -> bool:
            again = change(database, REPLAY, {"id": message_id, "now": stamp(now)}) == 1
            if again:
                _audit(Within(database, now), "replayed", message_id)
            return again

        return await self._database.write(work)

    async def doubt(self, why: str) -> int:
        """What waits may have been sent already, by a house that this one was restored from: a person is asked. Says how many."""
        now = self._clock.now()

        def work(database: sqlite_utils.Database) -> int:
            waiting = every(database, "SELECT id FROM outbox WHERE state = 'waiting' ORDER BY seq")
            for row in waiting:
                change(database, DOUBT, {"id": row["id"], "why": why, "now": stamp(now)})
                _audit(Within(database, now), MessageState.UNSURE, row["id"])
            return len(waiting)

        return await self._database.write(work)

    async def counts(self) -> Mapping[MessageState, int]:
        """How many messages stand in each state, but for those that were delivered."""
        rows = await self._database.read(lambda database: every(database, COUNTS))
        return {MessageState(row["state"]): row["messages"] for row in rows}

    async def _move(self, message_id: MessageId, to: MessageState, why: str) -> None:
        also = MessageState.UNSURE if to is MessageState.DEAD else MessageState.SENDING
        now = self._clock.now()
        values = {"id": message_id, "to": to.value, "also": also.value, "why": why, "now": stamp(now)}

        def work(database: sqlite_utils.Database) -> None:
            if change(database, MOVE, values):
                _audit(Within(database, now), to, message_id)

        await self._database.write(work)

    def _say(self, database: sqlite_utils.Database, origin: Origin, answer: Answer, particulars: Row) -> None:
        if one(database, "SELECT id FROM outbox WHERE key = :key", {"key": particulars["key"]}):
            return
        queue_word(Shelf(database, self._ids, self._clock.now()), origin, answer, particulars)

    def _claim(self, database: sqlite_utils.Database, limit: int, channel: str) -> list[Message]:
        done = Within(database, self._clock.now())
        now, claimed = stamp(done.now), []
        for row in every(database, DUE, {"now": now, "limit": limit, "channel": channel}):
            change(database, CLAIM, {"id": row["id"], "now": now})
            if body_of(database, row["outcome_id"]) is None:
                change(database, MOVE, {"id": row["id"], "to": "dead", "also": "sending", "why": "content_erased", "now": now})
                _audit(done, MessageState.DEAD, row["id"])
            else:
                _audit(done, MessageState.SENDING, row["id"], row)
                claimed.append(_message(database, {**row, "state": "sending", "attempt": row["attempt"] + 1}))
        return claimed

    def _delivered(self, database: sqlite_utils.Database, message_id: MessageId, receipt: str) -> None:
        values = {"id": message_id, "receipt": receipt, "now": stamp(self._clock.now())}
        if not change(database, DELIVERED, values):
            return
        _audit(Within(database, self._clock.now()), MessageState.DELIVERED, message_id)
        if shown := one(database, SHOWN, {"id": message_id}):
            note_use(database, shown["id"], Use.SHOWN, shown["user_id"], self._clock.now())


def _audit(done: Transaction, became: str, message_id: str, row: Row | None = None) -> None:
    """What became of a message. row: of one that is sent now, so that the leaf says what."""
    told = {name: row[f"{name}_id"] for name in ("decision", "review")} | {"channel": row["channel"]} if row else {}
    append_audit(done, f"message.{became}", HOUSE, {"message": message_id, **told}, [row["outcome_id"]] if row else ())


def queue(shelf: Shelf, origin: Origin, particulars: Row) -> None:
    """Add a message to the outbox inside the caller's transaction. particulars: key, outcome_id, lang, and what it belongs to."""
    now = stamp(shelf.now)
    insert(
        shelf.database,
        "outbox",
        {
            **particulars,
            "id": shelf.ids.new(),
            **origin_row(origin),
            "attempt": 0,
            "state": "waiting",
            "due_at": now,
            "why": "",
            "receipt": "",
            "created_at": now,
            "changed_at": now,
        },
    )


def queue_word(shelf: Shelf, origin: Origin, outcome: Outcome, particulars: Row) -> None:
    """Queue what the house says of itself inside the caller's transaction. particulars: its key, its language, what it belongs to."""
    refs = [shelf.cite(evidence, None)[0] for evidence in all_evidence(outcome)]
    outcome_id, _ = shelf.put(outcome_to_json(outcome, refs), Retention.TURN, None)
    quotes = [ref["quote_id"] for ref in refs]
    append_audit(shelf, "message.said", HOUSE, {"review": particulars.get("review_id")}, [outcome_id, *quotes])
    queue(shelf, origin, {**particulars, "outcome_id": outcome_id})


def queue_mark(shelf: Shelf, mark: Mark, at: datetime) -> None:
    """Queue the settling of an earlier message inside the caller's transaction: its own outcome once more, without buttons. Once."""
    row = one(shelf.database, "SELECT * FROM outbox WHERE id = :id", {"id": mark.message_id})
    key = f"mark:{mark.message_id}"
    if row is None or one(shelf.database, "SELECT id FROM outbox WHERE key = :key", {"key": key}):
        return
    same = {name: row[name] for name in SHOWN_AGAIN}
    pressed = dump({"label": mark.pressed, "by": mark.by, "at": stamp(at), "zone": mark.zone})
    queue(shelf, replace(origin_of(row), handle=mark.handle), {**same, "key": key, "updates": mark.message_id, "pressed": pressed})


def _page(database: sqlite_utils.Database, values: Row, limit: int) -> Page[Message]:
    rows = every(database, PAGE, values)
    messages = tuple(_message(database, row) for row in rows[:limit])
    return Page(messages, str(messages[-1].seq) if len(rows) > limit else None)


def _message(database: sqlite_utils.Database, row: Row) -> Message:
    pressed = load(row["pressed"]) if row["pressed"] else {}
    facts = {"why": row["why"]} if row["why"] else {}
    author = one(database, ZONE_OF, {"draft_id": row["draft_id"]}) if row["draft_id"] else None
    facts |= {"zone": author["zone"]} if author and author["zone"] else {}
    return Message(
        MessageId(row["id"]),
        row["seq"],
        origin_of(row),
        TurnId(row["turn_id"]) if row["turn_id"] else None,
        DecisionId(row["decision_id"]) if row["decision_id"] else None,
        _outcome(database, row["outcome_id"]),
        DraftId(row["draft_id"]) if row["draft_id"] else None,
        row["revision"],
        row["attempt"],
        MessageState(row["state"]),
        Lang(row["lang"]),
        {**facts, **{name: pressed[name] for name in ("by", "at", "zone") if pressed.get(name)}},
        MessageId(row["updates"]) if row["updates"] else None,
        pressed.get("label", ""),
        row["receipt"],
        ReviewRef(ReviewId(row["review_id"]), row["review_version"]) if row["review_id"] else None,
    )


def _outcome(database: sqlite_utils.Database, outcome_id: str) -> Outcome:
    body = body_of(database, outcome_id)
    return Answer("", found=False) if body is None else outcome_from_json(body, lambda quote_id: body_of(database, quote_id))

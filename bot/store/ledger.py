"""Settles turns and tells afterwards what was decided and why. Knows decisions by reference; knows no channel.

A decision names its contents (what was said, the outcome, the query, each quote) by id and salted digest. Contents can be
erased by their class; the digests stay in the decision, so the audit is unbroken.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import sqlite_utils

from bot.domain.approval import ReviewRules
from bot.domain.decision import Decision, Feedback, Settlement, Use, Verdict
from bot.domain.ids import DecisionId, DraftId, ThreadId, TurnId, UserId
from bot.domain.outcome import Answer, Draft
from bot.domain.records import Page, Retention
from bot.ports import Clock, Ids
from bot.store.audit import HOUSE, Key, append_audit
from bot.store.audited import rows_of_draft, texts_of_draft
from bot.store.codec import (
    Ref,
    Row,
    all_evidence,
    dump,
    evidence_of,
    load,
    made_from_json,
    made_to_json,
    moment,
    outcome_from_json,
    outcome_to_json,
    stamp,
)
from bot.store.content import Shelf, body_of
from bot.store.database import Database
from bot.store.drafts import open_draft
from bot.store.events import append_event
from bot.store.memory import remember
from bot.store.outbox import queue, queue_mark
from bot.store.rows import change, every, insert, one
from bot.store.uses import note_use, uses_of

DRAFT_LASTS = timedelta(days=7)

ARRIVED = """
    SELECT inbox.state, inbox.content_id, inbox.media_id, content.body, content.digest, drafts.id AS draft_id, drafts.revision
    FROM inbox JOIN content ON content.id = inbox.content_id LEFT JOIN drafts ON drafts.id = inbox.draft_id
    WHERE inbox.id = :id"""
SETTLED = "UPDATE inbox SET state = 'settled', settled_at = :now WHERE id = :id"
OF_USER = "SELECT * FROM decisions WHERE user_id = :user_id AND seq < :before ORDER BY seq DESC LIMIT :limit"
OF_ALL = "SELECT * FROM decisions WHERE seq < :before ORDER BY seq DESC LIMIT :limit"
LATEST = """
    SELECT * FROM decisions WHERE user_id = :user_id AND talk = :talk ORDER BY seq DESC LIMIT :limit"""
NEWEST = 2**62


@dataclass(slots=True)
class _Kept:
    """The contents of one settlement as they are put away."""

    said_id: str = ""
    outcome_id: str = ""
    query_id: str | None = None
    refs: list[Ref] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)


class SqliteLedger:
    """The port `Ledger`. draft_lasts: how long a draft waits for its author when it does not say so itself. rules: what gates a draft."""

    def __init__(
        self, database: Database, clock: Clock, ids: Ids, *, draft_lasts: timedelta = DRAFT_LASTS,
        rules: Callable[[], ReviewRules] = ReviewRules,
    ) -> None:
        self._database = database
        self._rules = rules
        self._clock = clock
        self._ids = ids
        self._draft_lasts = draft_lasts

    async def settle(self, settlement: Settlement) -> bool:
        """Write decision, draft, outbox row, event and inbox state in one transaction. False when the turn was settled already.

        What is answered to a press is shown on the draft that was pressed; a press opens no second draft.
        Raises: KeyError for a turn that was never kept; ValueError for a draft without an author.
        """
        return await self._database.write(lambda database: self._settle(database, settlement))

    async def decision(self, decision_id: DecisionId) -> Decision | None:
        """The story of one decision."""
        return await self._first("SELECT * FROM decisions WHERE id = :id", decision_id)

    async def decision_of(self, turn_id: TurnId) -> Decision | None:
        """The story of what came of a turn."""
        return await self._first("SELECT * FROM decisions WHERE turn_id = :id", turn_id)

    async def decisions(self, user_id: UserId | None, *, after: str | None = None, limit: int = 50) -> Page[Decision]:
        """Decisions, newest first, of one user or of all."""
        values = {"user_id": user_id, "before": place_before(after), "limit": limit + 1}
        return await self._database.read(lambda database: _page(database, OF_USER if user_id else OF_ALL, values, limit))

    async def latest(self, user_id: UserId, talk: ThreadId, *, limit: int = 10) -> Sequence[Decision]:
        """What was last decided with this person in this talk (see `Origin.talk`), newest first."""
        values = {"user_id": user_id, "talk": talk, "limit": limit}
        return await self._database.read(lambda database: [decision_from(database, row) for row in every(database, LATEST, values)])

    async def note_use(self, decision_id: DecisionId, use: Use, user_id: UserId | None) -> None:
        """Remember what a person did with a suggestion; the same use by the same person counts once."""
        await self._database.write(lambda database: note_use(database, decision_id, use, user_id, self._clock.now()))

    async def _first(self, statement: str, wanted: str) -> Decision | None:
        def work(database: sqlite_utils.Database) -> Decision | None:
            row = one(database, statement, {"id": wanted})
            return decision_from(database, row) if row else None

        return await self._database.read(work)

    def _settle(self, database: sqlite_utils.Database, settlement: Settlement) -> bool:
        arrived = one(database, ARRIVED, {"id": settlement.turn_id})
        if arrived is None:
            raise KeyError(settlement.turn_id)
        if arrived["state"] == "settled":
            return False
        shelf = Shelf(database, self._ids, self._clock.now())
        kept = _put_away(shelf, settlement, arrived)
        for mark in settlement.marks:
            queue_mark(shelf, mark, settlement.at)
        draft_id, revision = _decided_about(database, settlement, arrived)
        opened = DraftId(self._ids.new()) if isinstance(settlement.outcome, Draft) and draft_id is None else None
        if opened:
            draft_id, revision = opened, 1
        _decide(database, settlement, kept, draft_id)
        if opened and isinstance(settlement.outcome, Draft):
            open_draft(shelf, settlement, settlement.outcome, opened, kept.refs, self._draft_lasts, self._rules())
        if not settlement.silent:
            queue(
                shelf,
                settlement.origin,
                {
                    "key": f"turn:{settlement.turn_id}",
                    "turn_id": settlement.turn_id,
                    "decision_id": settlement.decision_id,
                    "outcome_id": kept.outcome_id,
                    "draft_id": draft_id,
                    "revision": revision,
                    "lang": settlement.made.lang.value,
                },
            )
        payload = {"turn_id": settlement.turn_id, "decision_id": settlement.decision_id, "thread_id": settlement.origin.thread_id}
        append_event(shelf, "turn.settled", 1, payload)
        _audit(shelf, settlement, kept, arrived, opened)
        remember(database, settlement, self._clock.now())
        change(database, SETTLED, {"id": settlement.turn_id, "now": stamp(self._clock.now())})
        return True


def _decided_about(database: sqlite_utils.Database, settlement: Settlement, arrived: Row) -> tuple[str | None, int | None]:
    """The draft that was decided about, and its revision now; nothing where it does not exist."""
    if settlement.draft_id is None:
        return arrived["draft_id"], arrived["revision"]
    row = one(database, "SELECT id, revision FROM drafts WHERE id = :id", {"id": settlement.draft_id})
    return (row["id"], row["revision"]) if row else (None, None)


def _put_away(shelf: Shelf, settlement: Settlement, arrived: Row) -> _Kept:
    kept, turn_id = _Kept(), settlement.turn_id
    if settlement.said == arrived["body"]:
        kept.said_id, kept.digests["said"] = arrived["content_id"], arrived["digest"]
    else:
        kept.said_id, kept.digests["said"] = shelf.put(settlement.said, Retention.TURN, turn_id)
    for place, evidence in enumerate(all_evidence(settlement.outcome), 1):
        ref, kept.digests[f"evidence {place}"] = shelf.cite(evidence, turn_id)
        kept.refs.append(ref)
    kept.outcome_id, kept.digests["outcome"] = shelf.put(outcome_to_json(settlement.outcome, kept.refs), Retention.TURN, turn_id)
    if settlement.made.query is not None:
        kept.query_id, kept.digests["query"] = shelf.put(dump(dict(settlement.made.query)), Retention.TURN, turn_id)
    return kept


def _decide(database: sqlite_utils.Database, settlement: Settlement, kept: _Kept, draft_id: str | None) -> None:
    found = settlement.outcome.found if isinstance(settlement.outcome, Answer) else True
    insert(
        database,
        "decisions",
        {
            "id": settlement.decision_id,
            "turn_id": settlement.turn_id,
            "thread_id": settlement.origin.thread_id,
            "talk": settlement.origin.talk,
            "user_id": settlement.user_id,
            "at": stamp(settlement.at),
            "said_id": kept.said_id,
            "outcome_id": kept.outcome_id,
            "query_id": kept.query_id,
            "evidence": dump(kept.refs),
            "made": made_to_json(settlement.made),
            "found": int(found),
            "draft_id": draft_id,
            "digests": dump(kept.digests),
        },
    )


def _audit(shelf: Shelf, settlement: Settlement, kept: _Kept, arrived: Row, opened: DraftId | None) -> None:
    """The decision as a leaf, with all texts that it is about, and the draft that it opened."""
    quotes = [ref["quote_id"] for ref in kept.refs]
    contents = [arrived["content_id"], arrived["media_id"], kept.said_id, kept.outcome_id, kept.query_id, *quotes]
    rows: list[Key] = [("decisions", settlement.decision_id)]
    if opened:
        rows += rows_of_draft(shelf.database, opened, 1)
        contents += texts_of_draft(shelf.database, opened, 1)
    about = {"decision": settlement.decision_id, "turn": settlement.turn_id, "skill": settlement.made.skill, "draft": opened}
    append_audit(shelf, "decision.settled", settlement.user_id or HOUSE, about, contents, rows)


def _page(database: sqlite_utils.Database, statement: str, values: Row, limit: int) -> Page[Decision]:
    rows = every(database, statement, values)
    items = tuple(decision_from(database, row) for row in rows[:limit])
    return Page(items, str(rows[limit - 1]["seq"]) if len(rows) > limit else None)


def decision_from(database: sqlite_utils.Database, row: Row) -> Decision:
    """The whole story in a row of decisions, with what hangs on it."""
    outcome, query = body_of(database, row["outcome_id"]), body_of(database, row["query_id"])
    kept = outcome_from_json(outcome, lambda _: "") if outcome is not None else None
    decision_id = DecisionId(row["id"])
    return Decision(
        decision_id,
        TurnId(row["turn_id"]),
        ThreadId(row["thread_id"]),
        UserId(row["user_id"]) if row["user_id"] else None,
        moment(row["at"]),
        body_of(database, row["said_id"]),
        kept.text if kept else None,
        tuple(evidence_of(ref, lambda quote_id: body_of(database, quote_id)) for ref in load(row["evidence"])),
        made_from_json(row["made"], load(query) if query is not None else None),
        bool(row["found"]),
        DraftId(row["draft_id"]) if row["draft_id"] else None,
        load(row["digests"]),
        uses_of(database, decision_id),
        kept.buttons if kept else (),
        _feedback_on(database, decision_id),
        kept.chart if isinstance(kept, Answer) else None,
        kept.digest if isinstance(kept, Answer) else None,
        kept.submits if isinstance(kept, Draft) else False,
        kept.enclosed.name if isinstance(kept, Answer) and kept.enclosed else "",
    )


def place_before(after: str | None) -> int:
    """What a page's key says in decisions; no key, or one beyond them all, is the beginning.  Raises: ValueError."""
    return min(int(after or NEWEST), NEWEST)


def _feedback_on(database: sqlite_utils.Database, decision_id: DecisionId) -> tuple[Feedback, ...]:
    rows = every(database, "SELECT * FROM feedback WHERE decision_id = :id ORDER BY at, user_id", {"id": decision_id})
    return tuple(
        Feedback(
            UserId(row["user_id"]),
            Verdict(row["verdict"]),
            body_of(database, row["reason_id"]) if row["reason_id"] else "",
            moment(row["at"]),
        )
        for row in rows
    )

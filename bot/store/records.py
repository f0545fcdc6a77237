"""Kept things with a revision and a history of every field. Knows JSON values; knows no entity's rules.

A field's value is a JSON value: a date is its ISO text, an amount a number beside its currency. Archived records are hidden from
lists; erased ones have lost their content and keep their id.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

import sqlite_utils

from bot.domain.approval import ReviewRules
from bot.domain.ids import DecisionId, RecordId
from bot.domain.records import Cause, FieldChange, Import, Page, Record
from bot.domain.scope import Scope
from bot.errors import Stale
from bot.ports import Clock, Ids
from bot.store.audit import append_audit
from bot.store.codec import Ref, Row, dump, evidence_of, load, moment, moment_or_none, stamp
from bot.store.content import Shelf, body_of, erase_texts
from bot.store.database import Database
from bot.store.events import append_event
from bot.store.gate import Gate, PolicyGate, Wish
from bot.store.gated import must_not_leave
from bot.store.proposals import texts_in
from bot.store.risks import forget_risks
from bot.store.rows import change, every, insert, one

PAGE = """
    SELECT * FROM records
    WHERE entity = :entity AND id > :after AND archived_at IS NULL AND erased_at IS NULL
    ORDER BY id LIMIT :limit"""
UPDATE = "UPDATE records SET body = :body, revision = revision + 1, updated_at = :now WHERE id = :id AND revision = :revision"
ARCHIVE = "UPDATE records SET archived_at = :now, updated_at = :now, revision = revision + 1 WHERE id = :id AND archived_at IS NULL"
ERASE = """
    UPDATE records SET body = '{}', erased_at = :now, updated_at = :now, revision = revision + 1
    WHERE id = :id AND erased_at IS NULL"""
ERASE_HISTORY = "UPDATE field_history SET before = NULL, after = NULL WHERE record_id = :id"
HISTORY = "SELECT * FROM field_history WHERE record_id = :id ORDER BY seq"
# ruff: noqa: S608 - statements are put together from constants of this module
OF_RECORD = "drafts.id IN (SELECT id FROM drafts WHERE record_id = :id UNION SELECT draft_id FROM draft_records WHERE record_id = :id)"
"""Drafts that made or would change a record, be it their own or one beside it."""
DRAFTED = f"""
    SELECT draft_revisions.fields_id AS content_id FROM draft_revisions JOIN drafts ON drafts.id = draft_revisions.draft_id
    WHERE {OF_RECORD}
    UNION SELECT decisions.outcome_id FROM decisions JOIN drafts ON drafts.decision_id = decisions.id WHERE {OF_RECORD}
    UNION SELECT outbox.outcome_id FROM outbox JOIN reviews ON reviews.id = outbox.review_id JOIN drafts ON drafts.id = reviews.draft_id
    WHERE {OF_RECORD}
    UNION SELECT outbox.outcome_id FROM outbox JOIN drafts ON drafts.id = outbox.draft_id WHERE {OF_RECORD}
    UNION SELECT outbox.outcome_id FROM outbox JOIN reminded ON reminded.message_key = outbox.key WHERE reminded.about = :id
    UNION SELECT outbox.outcome_id FROM outbox WHERE outbox.key LIKE 'house:release:' || :id || '%'"""
"""All that holds words of a record: drafts, what was shown of them, cards of their reviews, reminders, a letter on its way."""
BESIDE = f"""
    SELECT draft_revisions.also FROM draft_revisions JOIN drafts ON drafts.id = draft_revisions.draft_id
    WHERE draft_revisions.also IS NOT NULL AND {OF_RECORD}"""
REVIEWED = f"""
    SELECT draft_revisions.gate_id AS grounds_id, reviews.gate_id, reviews.note_id, reviews.counter_id, review_talk.text_id
    FROM drafts JOIN draft_revisions ON draft_revisions.draft_id = drafts.id LEFT JOIN reviews ON reviews.draft_id = drafts.id
    LEFT JOIN review_talk ON review_talk.review_id = reviews.id
    WHERE {OF_RECORD}"""
"""What was found and said about a draft before it became the record."""


class Absent(Enum):
    """A field that is not there, as opposed to one that holds None."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT


@dataclass(frozen=True, slots=True)
class Change:
    """New values for one record. revision: the one that was seen, None to write over any. ABSENT as a value takes the field away."""

    entity: str
    fields: Mapping[str, object]
    actor: str
    decision_id: DecisionId | None
    refs: Mapping[str, Ref]
    record_id: RecordId | None = None
    revision: int | None = None


def write_record(shelf: Shelf, wanted: Change) -> Record:
    """Create or change a record inside the caller's transaction, with history and event.

    Raises: Stale("record_changed") when it is not as it was seen, or was erased; ValueError when it is of another entity;
    KeyError when `revision` was seen of a record that does not exist.
    """
    seen = one(shelf.database, "SELECT * FROM records WHERE id = :id", {"id": wanted.record_id}) if wanted.record_id else None
    if seen is None:
        seen = _create(shelf, wanted)
    _check(seen, wanted)
    before = load(seen["body"])
    after = {field: value for field, value in {**before, **wanted.fields}.items() if value is not ABSENT}
    values = {"id": seen["id"], "body": dump(after), "revision": seen["revision"], "now": stamp(shelf.now)}
    if change(shelf.database, UPDATE, values) != 1:
        raise Stale("record_changed")
    changed = _note_history(shelf, wanted, seen, before, after)
    quotes = [ref["quote_id"] for ref in wanted.refs.values()]
    announce(shelf, "record.saved", {**_name(seen), "fields": changed}, wanted.actor, wanted.decision_id, quotes)
    row = {**seen, "body": values["body"], "revision": seen["revision"] + 1, "updated_at": values["now"]}
    return record_from(row)


def write_for(shelf: Shelf, wanted: Change, scope: Scope, gate: Gate) -> Record:
    """As `write_record`, for a person: what they may not write is refused, and nothing of it stays.  Raises: NotAllowed, too."""
    wish = Wish(scope, wanted.entity, wanted.fields, wanted.record_id)
    gate.before(shelf.database, wish)
    saved = write_record(shelf, wanted)
    gate.after(shelf.database, wish, saved.id)
    return saved


def archive_record(shelf: Shelf, record_id: RecordId, actor: str, decision_id: DecisionId | None) -> None:
    """Hide a record from lists inside the caller's transaction; one that is hidden already is left as it is.  Raises: KeyError."""
    seen = _existing(shelf.database, record_id)
    if change(shelf.database, ARCHIVE, {"id": record_id, "now": stamp(shelf.now)}):
        announce(shelf, "record.archived", _name(seen), actor, decision_id)


def announce(
    shelf: Shelf, event_type: str, payload: Row, actor: str, decision_id: DecisionId | None, quotes: Sequence[str] = ()
) -> None:
    """Keep an event about a record inside the caller's transaction, and a leaf of the audit. quotes: ids of what it rests on."""
    append_event(shelf, event_type, 1, {**payload, "actor": actor, "decision_id": decision_id})
    append_audit(shelf, event_type, actor, {**payload, "decision": decision_id}, quotes)


class SqliteRecords:
    """The port `Records`.

    gate: who decides what a person may see and write, where one is named. rules: what a person cannot write here, for it waits for a
    second one; None where nothing leaves the house.
    """

    def __init__(
        self, database: Database, clock: Clock, ids: Ids, gate: Gate | None = None, *, rules: Callable[[], ReviewRules] | None = None
    ) -> None:
        self._database = database
        self._rules = rules
        self._gate = gate or PolicyGate()
        self._clock = clock
        self._ids = ids

    async def record(self, record_id: RecordId, *, scope: Scope | None = None) -> Record | None:
        """One record. scope: of the person who looks; None for the house itself. A record out of it is as one that is not there."""
        return await self._database.read(lambda database: self._one(database, record_id, scope))

    async def put(
        self, entity: str, fields: Mapping[str, object], *, cause: Cause, record_id: RecordId | None = None, revision: int | None = None,
        scope: Scope | None = None,
    ) -> Record:
        """Create (under `record_id`, where one is given), or change the given fields of `record_id` as seen at `revision`.

        revision: None writes over any. A put always makes a revision; the history holds the fields whose value differs.
        scope: of the person for whom this is done, who names only records that they see; None for the house itself.
        Raises: NotAllowed (keys: see `bot.store.gate`; `needs_review`); Stale("record_changed") when it changed since or was erased;
        ValueError when it is of another entity or a value is no JSON; TypeError likewise; KeyError for a revision of a record that does
        not exist.
        """

        def work(database: sqlite_utils.Database) -> Record:
            shelf = self._shelf(database)
            refs = {field: shelf.cite(evidence, None)[0] for field, evidence in cause.evidence.items() if field in fields}
            change = Change(entity, fields, cause.actor, cause.decision_id, refs, record_id, revision)
            if scope is None:
                return write_record(shelf, change)
            saved = write_for(shelf, change, scope, self._gate)
            if self._rules:
                must_not_leave(shelf, entity, fields, self._rules(), saved.id, scope)
            return saved

        return await self._database.write(work)

    async def put_many(self, records: Sequence[Import], *, cause: Cause) -> int:
        """Bring in those whose id is not known yet, all or none; says how many.

        Each begins at revision 1 without a history, for that lies elsewhere. One event `records.imported` tells of all.
        Raises: ValueError or TypeError when a value is no JSON.
        """
        return await self._database.write(lambda database: _bring_in(self._shelf(database), records, cause))

    async def page(self, entity: str, *, after: str | None = None, limit: int = 50) -> Page[Record]:
        """Records of an entity by id (so by age), archived and erased ones left out."""
        values = {"entity": entity, "after": after or "", "limit": limit + 1}
        rows = await self._database.read(lambda database: every(database, PAGE, values))
        return Page(tuple(record_from(row) for row in rows[:limit]), rows[limit - 1]["id"] if len(rows) > limit else None)

    async def history(self, record_id: RecordId) -> Sequence[FieldChange]:
        """Every change of every field, oldest first. A value that was absent or erased reads as None."""
        return await self._database.read(
            lambda database: [_field_change(database, row) for row in every(database, HISTORY, {"id": record_id})]
        )

    async def archive(self, record_id: RecordId, *, cause: Cause) -> None:
        """Hide from lists.  Raises: KeyError."""
        await self._database.write(lambda database: archive_record(self._shelf(database), record_id, cause.actor, cause.decision_id))

    async def erase(self, record_id: RecordId, *, cause: Cause) -> None:
        """Remove the content, its history's values and quotes, and what its drafts held, for good.  Raises: KeyError."""
        await self._database.write(lambda database: _erase(self._shelf(database), record_id, cause))
        await self._database.forget()

    def _one(self, database: sqlite_utils.Database, record_id: RecordId, scope: Scope | None) -> Record | None:
        row = one(database, "SELECT * FROM records WHERE id = :id", {"id": record_id})
        found = record_from(row) if row else None
        return found if found is None or scope is None else self._gate.seen(database, scope, found)

    def _shelf(self, database: sqlite_utils.Database) -> Shelf:
        return Shelf(database, self._ids, self._clock.now())


def _create(shelf: Shelf, wanted: Change) -> Row:
    if wanted.revision is not None:
        raise KeyError(wanted.record_id)
    row = _row(wanted.record_id or RecordId(shelf.ids.new()), wanted.entity, "{}", 0, stamp(shelf.now))
    insert(shelf.database, "records", row)
    return row


def _bring_in(shelf: Shelf, records: Sequence[Import], cause: Cause) -> int:
    now = stamp(shelf.now)
    new = Counter[str]()
    for record in records:
        row = _row(record.id, record.entity, dump(record.fields), 1, now)
        new[record.entity] += insert(shelf.database, "records", row, or_ignore="id")
    if new.total():
        announce(shelf, "records.imported", {"entities": dict(new)}, cause.actor, cause.decision_id)
    return new.total()


def _row(record_id: RecordId, entity: str, body: str, revision: int, now: str) -> Row:
    return {
        "id": record_id,
        "entity": entity,
        "body": body,
        "revision": revision,
        "created_at": now,
        "updated_at": now,
        "archived_at": None,
        "erased_at": None,
    }


def _check(seen: Row, wanted: Change) -> None:
    if seen["entity"] != wanted.entity:
        message = f"{seen['id']} is of {seen['entity']}, not {wanted.entity}"
        raise ValueError(message)
    if seen["erased_at"] is not None or (wanted.revision is not None and wanted.revision != seen["revision"]):
        raise Stale("record_changed")


def _note_history(shelf: Shelf, wanted: Change, seen: Row, before: Row, after: Row) -> list[str]:
    changed = [field for field in wanted.fields if _text(before, field) != _text(after, field)]
    for field in changed:
        ref = wanted.refs.get(field)
        insert(
            shelf.database,
            "field_history",
            {
                "record_id": seen["id"],
                "revision": seen["revision"] + 1,
                "field": field,
                "before": _text(before, field),
                "after": _text(after, field),
                "actor": wanted.actor,
                "decision_id": wanted.decision_id,
                "evidence": dump(ref) if ref else None,
                "at": stamp(shelf.now),
            },
        )
    return changed


def _text(fields: Row, field: str) -> str | None:
    """A value as JSON; None when it is absent. As text, 1 and True differ."""
    return dump(fields[field]) if field in fields else None


def _erase(shelf: Shelf, record_id: RecordId, cause: Cause) -> None:
    seen = _existing(shelf.database, record_id)
    if not change(shelf.database, ERASE, {"id": record_id, "now": stamp(shelf.now)}):
        return
    quotes = [load(row["evidence"])["quote_id"] for row in every(shelf.database, HISTORY, {"id": record_id}) if row["evidence"]]
    drafted = [row["content_id"] for row in every(shelf.database, DRAFTED, {"id": record_id})]
    drafted += [text for row in every(shelf.database, BESIDE, {"id": record_id}) for text in texts_in(row["also"])]
    reviewed = {text for row in every(shelf.database, REVIEWED, {"id": record_id}) for text in row.values() if text}
    erase_texts(shelf, [*quotes, *drafted, *sorted(reviewed)], cause.actor, f"record.{record_id}")
    change(shelf.database, ERASE_HISTORY, {"id": record_id})
    forget_risks(shelf.database, record_id)
    announce(shelf, "record.erased", _name(seen), cause.actor, cause.decision_id)


def _existing(database: sqlite_utils.Database, record_id: RecordId) -> Row:
    row = one(database, "SELECT * FROM records WHERE id = :id", {"id": record_id})
    if row is None:
        raise KeyError(record_id)
    return row


def _name(before: Row) -> Row:
    """A record in an event, as it stands one revision after `before`."""
    return {"record_id": before["id"], "entity": before["entity"], "revision": before["revision"] + 1}


def record_from(row: Row) -> Record:
    """The record of a row."""
    return Record(
        RecordId(row["id"]),
        row["entity"],
        load(row["body"]),
        row["revision"],
        moment(row["created_at"]),
        moment(row["updated_at"]),
        moment_or_none(row["archived_at"]),
        moment_or_none(row["erased_at"]),
    )


def _field_change(database: sqlite_utils.Database, row: Row) -> FieldChange:
    return FieldChange(
        RecordId(row["record_id"]),
        row["revision"],
        row["field"],
        load(row["before"] or "null"),
        load(row["after"] or "null"),
        row["actor"],
        DecisionId(row["decision_id"]) if row["decision_id"] else None,
        evidence_of(load(row["evidence"]), lambda quote_id: body_of(database, quote_id)) if row["evidence"] else None,
        moment(row["at"]),
    )

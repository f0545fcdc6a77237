"""What a draft proposes beside its own record, as rows hold it: kept with each revision, named flat, written with it, taken back with it.

Knows that one record may point at another before it is there; knows no rights and no states. `draft_revisions.also` is JSON without a text:
what a proposal holds is a content row like the fields of the draft. `draft_records` says which records came of them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlite_utils

from bot.domain.entities import SCHEMA
from bot.domain.ids import DraftId, RecordId, TurnId
from bot.domain.outcome import MAIN, Draft, Proposal
from bot.domain.records import Retention
from bot.domain.schema import Kind
from bot.errors import Stale
from bot.store.codec import Ref, Row, dump, evidence_of, load
from bot.store.content import Shelf, body_of
from bot.store.rows import change, every, insert, one

KEY = re.compile(r"[a-z][a-z0-9]*", re.ASCII | re.IGNORECASE)
ALONE = frozenset({"letter", "quote"})
"""What leaves the house is a draft of its own: it is reviewed and released as one."""
SAVED = "SELECT * FROM draft_records WHERE draft_id = :draft_id ORDER BY key"
WROTE = "UPDATE draft_records SET record_id = :record_id, saved_revision = :saved_revision WHERE draft_id = :draft_id AND key = :key"


def draft_records(database: sqlite_utils.Database) -> None:
    """A step of the migrations. also: what a revision proposes beside its own record. A row for each proposal of a draft.

    draft_records.record_id: NULL before a new one is saved; saved_revision: of the record that the save made, NULL for what was taken out.
    """
    database.table("draft_revisions").add_column("also", str)
    table = database.table("draft_records")
    table.create(
        {"draft_id": str, "key": str, "record_id": str, "saved_revision": int},
        pk=("draft_id", "key"),
        foreign_keys=[("draft_id", "drafts", "id"), ("record_id", "records", "id")],
        strict=True,
    )
    table.create_index(["record_id"])


@dataclass(frozen=True, slots=True)
class Part:
    """One proposal of a revision. base_revision: of the record that it would change, None for a new one."""

    key: str
    entity: str
    fields: Mapping[str, object]
    evidence: Mapping[str, Ref]
    record_id: RecordId | None = None
    base_revision: int | None = None


def parts_of_draft(draft: Draft, refs: Sequence[Ref]) -> tuple[dict[str, Ref], tuple[Part, ...]]:
    """The evidence of a draft's own fields by reference, and its proposals. refs: all of its evidence, in its order.

    Raises: ValueError for proposals that cannot be told apart, or for a reference of the draft's own record to itself.
    """
    _check(draft)
    left = iter(refs)
    own = {name: next(left) for name in draft.evidence}
    parts = tuple(
        Part(one.key, one.entity, dict(one.fields), {name: next(left) for name in one.evidence}, one.record_id) for one in draft.also
    )
    return own, parts


def keep_parts(shelf: Shelf, parts: Iterable[Part], needed_by: TurnId) -> str | None:
    """Keep what a revision proposes beside its record; the column that says so. None where it is nothing, as in rows of before."""
    told = [
        {
            "key": one.key,
            "entity": one.entity,
            "fields_id": shelf.put(dump(dict(one.fields)), Retention.TURN, needed_by)[0],
            "evidence": dict(one.evidence),
            "record_id": one.record_id,
            "base_revision": one.base_revision,
        }
        for one in parts
    ]
    return dump(told) if told else None


def expect_records(database: sqlite_utils.Database, draft_id: DraftId, parts: Iterable[Part]) -> None:
    """A row for each record that is to come of a draft beside its own, or to be changed."""
    for part in parts:
        insert(database, "draft_records", {"draft_id": draft_id, "key": part.key, "record_id": part.record_id, "saved_revision": None})


def parts_in(database: sqlite_utils.Database, row: Row) -> tuple[Part, ...]:
    """The proposals of a revision.  Raises: Stale("draft_expired") when their content was erased."""
    return tuple(_part(database, told) for told in load(row["also"] or "[]"))


def proposals_in(database: sqlite_utils.Database, row: Row) -> tuple[Proposal, ...]:
    """The proposals of a revision as people see them, each with the record that came of it; without values once these were erased."""
    if not row["also"]:
        return ()
    became = {one["key"]: one["record_id"] for one in records_of(database, row["id"])}
    return tuple(
        Proposal(
            told["key"],
            told["entity"],
            load(body_of(database, told["fields_id"]) or "{}"),
            {name: evidence_of(ref, lambda quote_id: body_of(database, quote_id)) for name, ref in told["evidence"].items()},
            became.get(told["key"]) or told["record_id"],
        )
        for told in load(row["also"])
    )


def texts_in(also: str | None) -> Iterator[str]:
    """The ids of the texts of a revision's proposals: their fields, and the quotes they rest on."""
    for told in load(also or "[]"):
        yield told["fields_id"]
        yield from (ref["quote_id"] for ref in told["evidence"].values())


def bodies_in(database: sqlite_utils.Database, also: str | None) -> list[str | None]:
    """What the proposals of a revision hold, byte for byte; None for what was erased."""
    return [body_of(database, told["fields_id"]) for told in load(also or "[]")]


def records_of(database: sqlite_utils.Database, draft_id: str) -> list[Row]:
    """The rows of the records that came of a draft beside its own, or are to come."""
    return every(database, SAVED, {"draft_id": draft_id})


def note_written(database: sqlite_utils.Database, draft_id: str, key: str, record_id: RecordId, revision: int) -> None:
    """That a proposal became a record, or a revision of one."""
    written = {"draft_id": draft_id, "key": key, "record_id": record_id, "saved_revision": revision}
    change(database, WROTE, written)


def split(parts: Sequence[Part], fields: Mapping[str, object]) -> tuple[dict[str, object], tuple[Part, ...]]:
    """Edited fields, named flat: those of the draft's own record, and the proposals with theirs.

    `key.field` is a field of a proposal, which loses its evidence with it; an emptied `key` takes the whole proposal out.
    """
    keys = {one.key for one in parts}
    own = {name: value for name, value in fields.items() if name.partition(".")[0] not in keys}
    left = tuple(_edited(one, fields) for one in parts if one.key not in fields or fields[one.key] not in {"", None})
    return own, left


def flat(parts: Iterable[Part]) -> dict[str, object]:
    """The values of proposals, named flat."""
    return {f"{part.key}.{name}": value for part in parts for name, value in part.fields.items()}


def pointed(part: Part, main: RecordId) -> dict[str, object]:
    """The values of a proposal, with the id of the draft's own record where it stands for that."""
    return {name: main if value == MAIN and _is_reference(part.entity, name) else value for name, value in part.fields.items()}


def based(database: sqlite_utils.Database, parts: Iterable[Part]) -> tuple[Part, ...]:
    """The proposals upon the records as they are now.  Raises: KeyError for a record that does not exist."""
    return tuple(replace(part, base_revision=base_revision(database, part.record_id)) for part in parts)


def base_revision(database: sqlite_utils.Database, record_id: RecordId | None) -> int | None:
    """The revision of the record that a draft would change, None for a new one.  Raises: KeyError."""
    if record_id is None:
        return None
    row = one(database, "SELECT revision FROM records WHERE id = :id", {"id": record_id})
    if row is None:
        raise KeyError(record_id)
    return int(row["revision"])


def _part(database: sqlite_utils.Database, told: Row) -> Part:
    body = body_of(database, told["fields_id"])
    if body is None:
        raise Stale("draft_expired")
    return Part(told["key"], told["entity"], load(body), told["evidence"], told["record_id"], told["base_revision"])


def _edited(part: Part, fields: Mapping[str, object]) -> Part:
    dotted = f"{part.key}."
    changed = {name.removeprefix(dotted): value for name, value in fields.items() if name.startswith(dotted)}
    evidence = {name: ref for name, ref in part.evidence.items() if name.partition(".")[0] not in changed}
    return replace(part, fields={**part.fields, **changed}, evidence=evidence)


def _check(draft: Draft) -> None:
    if any(value == MAIN and _is_reference(draft.entity, name) for name, value in draft.fields.items()):
        message = f"a {draft.entity} that points at itself"
        raise ValueError(message)
    known = SCHEMA.entity(draft.entity)
    names = {*draft.fields, *(field.name for field in (known.fields if known else ()))}
    for number, part in enumerate(draft.also):
        if not KEY.fullmatch(part.key) or part.key in names or part.key in {one.key for one in draft.also[:number]}:
            message = f"a proposal called {part.key!r}: no name of its own"
            raise ValueError(message)
        if part.entity in ALONE:
            message = f"a {part.entity} is a draft of its own"
            raise ValueError(message)
    changes = [one for one in (draft.record_id, *(part.record_id for part in draft.also)) if one is not None]
    if len(changes) != len(set(changes)):
        message = "a draft that changes a record twice"
        raise ValueError(message)


def _is_reference(entity: str, name: str) -> bool:
    known = SCHEMA.entity(entity)
    field = known.field(name) if known else None
    return field is not None and field.kind is Kind.REFERENCE

"""The port `Records`."""

from dataclasses import replace

import pytest

from bot.domain.ids import DecisionId, RecordId
from bot.domain.records import Cause, FieldChange, Record
from bot.errors import Stale
from tests.contracts.house import DRAFT, HEARD, LIN, Stores

BY_LIN = Cause(LIN, evidence={"amount": HEARD, "elsewhere": HEARD})
SYSTEM = Cause("system")


async def acme(stores: Stores, **fields: object) -> Record:
    """An opportunity that exists."""
    return await stores.records.put("opportunity", {"account": "Acme", "amount": [80000, "USD"], **fields}, cause=BY_LIN)


async def test_a_record_reads_back_as_put(stores: Stores) -> None:
    """Any JSON value, in any language, with its first revision and times."""
    fields = {"名称": "海蓝", "amount": [1.5, "CNY"], "won": True, "note": None, "tags": {"a": [1, "二"]}}

    record = await stores.records.put("opportunity", fields, cause=SYSTEM)

    now = stores.clock.now()
    assert Record(record.id, "opportunity", fields, 1, now, now) == record
    assert record == await stores.records.record(record.id)
    assert await stores.records.record(RecordId("x")) is None


async def test_a_change_touches_only_the_fields_it_names(stores: Stores) -> None:
    """The others stay; the revision is one more."""
    record = await acme(stores)
    stores.move(hours=1)

    changed = await stores.records.put("opportunity", {"amount": [90000, "USD"]}, cause=SYSTEM, record_id=record.id, revision=1)

    assert (2, stores.clock.now(), record.created_at) == (changed.revision, changed.updated_at, changed.created_at)
    assert {"account": "Acme", "amount": [90000, "USD"]} == changed.fields
    assert changed == await stores.records.record(record.id)


async def test_a_change_of_something_that_moved_on_is_stale(stores: Stores) -> None:
    """Two people saw revision 1; the second is told, and nothing is overwritten."""
    record = await acme(stores)
    await stores.records.put("opportunity", {"amount": 1}, cause=SYSTEM, record_id=record.id, revision=1)

    with pytest.raises(Stale, match="record_changed"):
        await stores.records.put("opportunity", {"amount": 2}, cause=SYSTEM, record_id=record.id, revision=1)

    assert 1 == (await stores.fields_of(record.id))["amount"]


async def test_without_a_revision_the_last_word_stands(stores: Stores) -> None:
    """For those who bring the truth from elsewhere; a record may also be created under an id of theirs."""
    record_id = RecordId("crm-1")

    created = await stores.records.put("account", {"name": "Acme"}, cause=SYSTEM, record_id=record_id)
    changed = await stores.records.put("account", {"name": "Acme AG"}, cause=SYSTEM, record_id=record_id)

    assert (1, 2, "Acme AG") == (created.revision, changed.revision, changed.fields["name"])


async def test_a_revision_of_nothing_is_a_key_error(stores: Stores) -> None:
    """Nobody can have seen it."""
    with pytest.raises(KeyError):
        await stores.records.put("account", {}, cause=SYSTEM, record_id=RecordId("x"), revision=1)


async def test_a_record_never_changes_its_entity(stores: Stores) -> None:
    """A contact's fields do not end in an account."""
    record = await acme(stores)

    with pytest.raises(ValueError, match="not contact"):
        await stores.records.put("contact", {}, cause=SYSTEM, record_id=record.id)


async def test_a_value_that_is_not_json_is_refused_whole(stores: Stores) -> None:
    """Dates go in as text; nothing is half written."""
    with pytest.raises(TypeError):
        await stores.records.put("account", {"name": "Acme", "since": stores.clock.now()}, cause=SYSTEM)

    assert () == (await stores.records.page("account")).items


async def test_every_field_tells_its_history(stores: Stores) -> None:
    """Who, from what to what, on what grounds; a field that did not change has none, and 1 is not true."""
    record = await acme(stores, won=1)
    made = stores.clock.now()
    stores.move(hours=1)
    cause = Cause("system", DecisionId("d1"))
    await stores.records.put("opportunity", {"account": "Acme", "won": True, "note": None}, cause=cause, record_id=record.id)

    history = await stores.records.history(record.id)

    first = FieldChange(record.id, 1, "account", None, "Acme", LIN, None, None, made)
    later = FieldChange(
        record.id, 2, "won", 1, after=True, actor="system", decision_id=DecisionId("d1"), evidence=None, at=stores.clock.now()
    )
    assert [
        first,
        replace(first, field="amount", after=[80000, "USD"], evidence=HEARD),
        replace(first, field="won", after=1),
        later,
        replace(later, field="note", before=None, after=None),
    ] == history


async def test_a_put_is_told_as_an_event_without_content(stores: Stores) -> None:
    """Ids and names of fields; the values stay in the record."""
    record = await acme(stores)
    await stores.records.put("opportunity", {"amount": 5, "account": "Acme"}, cause=SYSTEM, record_id=record.id)

    events = await stores.events.since(0)

    said = {"record_id": record.id, "entity": "opportunity", "decision_id": None}
    assert [
        ("record.saved", 1, {**said, "revision": 1, "fields": ["account", "amount"], "actor": LIN}),
        ("record.saved", 1, {**said, "revision": 2, "fields": ["amount"], "actor": "system"}),
    ] == [(event.type, event.version, event.payload) for event in events]


async def test_pages_go_by_age_and_miss_nothing_that_stays(stores: Stores) -> None:
    """What is added or archived in between does not shift the pages."""
    ids = [(await acme(stores)).id for _ in range(5)]
    await stores.records.put("account", {}, cause=SYSTEM)

    first = await stores.records.page("opportunity", limit=2)
    await stores.records.archive(ids[0], cause=SYSTEM)
    late = await acme(stores)
    second = await stores.records.page("opportunity", after=first.after, limit=2)
    third = await stores.records.page("opportunity", after=second.after, limit=2)

    assert [*ids, late.id] == [record.id for page in (first, second, third) for record in page.items]
    assert third.after is None


async def test_an_archived_record_is_hidden_and_whole(stores: Stores) -> None:
    """It leaves the lists, keeps its fields, and is archived once."""
    record = await acme(stores)
    stores.move(hours=1)

    for _ in range(2):
        await stores.records.archive(record.id, cause=SYSTEM)

    now = stores.clock.now()
    assert () == (await stores.records.page("opportunity")).items
    assert replace(record, revision=2, updated_at=now, archived_at=now) == await stores.records.record(record.id)
    assert ["record.saved", "record.archived"] == [event.type for event in await stores.events.since(0)]


async def test_an_erased_record_keeps_its_id_and_nothing_else(stores: Stores) -> None:
    """Fields, values of the history, quotes and what its drafts held are gone from the disk; that there was something is not."""
    private = "known-to-nobody-else"
    draft = replace(DRAFT, text=private, fields={"note": private}, evidence={"note": replace(HEARD, quote=private)})
    record_id = (await stores.saved(draft)).record_id
    assert record_id is not None

    await stores.records.erase(record_id, cause=SYSTEM)
    await stores.records.erase(record_id, cause=SYSTEM)

    record, [change] = await stores.records.record(record_id), await stores.records.history(record_id)
    assert record is not None
    assert change.evidence is not None
    assert ({}, 2, stores.clock.now()) == (record.fields, record.revision, record.erased_at)
    assert ("note", None, None, "") == (change.field, change.before, change.after, change.evidence.quote)
    assert ((), False) == ((await stores.records.page("opportunity")).items, private.encode() in stores.on_disk())
    assert 1 == [event.type for event in await stores.events.since(0)].count("record.erased")


async def test_an_erased_record_stays_erased(stores: Stores) -> None:
    """A late writer cannot bring it back."""
    record = await acme(stores)
    await stores.records.erase(record.id, cause=SYSTEM)

    with pytest.raises(Stale, match="record_changed"):
        await stores.records.put("opportunity", {"account": "Acme"}, cause=SYSTEM, record_id=record.id)


async def test_what_does_not_exist_can_be_neither_hidden_nor_erased(stores: Stores) -> None:
    """A wrong id is a mistake, not a success."""
    for end in (stores.records.archive, stores.records.erase):
        with pytest.raises(KeyError):
            await end(RecordId("x"), cause=SYSTEM)

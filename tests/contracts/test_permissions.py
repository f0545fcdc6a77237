"""The whole matrix, walked at the ports: every role by entity by field by action, beside an oracle that is written apart from the code.

Reading: listing, filtering, sorting, grouping, and asking through every reference. Writing: records and drafts.
"""

import asyncio
from collections.abc import Awaitable, Iterator, Sequence
from dataclasses import replace

import pytest
import sqlite_utils

from bot.domain.entities import SCHEMA
from bot.domain.outcome import Draft
from bot.domain.people import Role, speaker_of
from bot.domain.permissions import Permissions, Rights
from bot.domain.query import Aggregate, Filter, Fn, Op, Query, Sort, faults
from bot.domain.records import Cause, Record
from bot.domain.schema import Entity, Field, Kind
from bot.domain.scope import EVERY, Reach, Scope
from bot.errors import NotAllowed
from bot.ports import SeenRecords
from bot.store.drafts import SqliteDrafts
from bot.store.queries import SqliteQueries
from bot.store.rows import change, insert
from tests.contracts.house import LIN, Stores
from tests.planted import FAR, HOUSE, MATE, NEAR, OWN, OWNERS, PLACES, Meant, book, people, places_of, record_id, value_of

FIELDS = [(entity, one) for entity in SCHEMA.entities for one in entity.fields]
REFERENCES = [(entity, one) for entity, one in FIELDS if one.kind is Kind.REFERENCE]


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """One store with the book, for all roles."""
    stores = Stores(tmp_path_factory.mktemp("permissions") / "tandem.db")
    SqliteQueries(stores.database, SCHEMA)
    asyncio.run(stores.users.seed(people(Role.REP)))
    asyncio.run(stores.records.put_many(book(), cause=Cause("system")))
    yield stores
    stores.close()


def scope_of(role: Role) -> Scope:
    """What Ann may see and change in a role."""
    return Permissions().scope(speaker_of(people(role)[0]))


def places(entity: str) -> tuple[str, ...]:
    """Where records of an entity lie; our people are everywhere."""
    return PLACES if entity == "user" else places_of(entity)


def kept(entity: Entity, one: Field, place: str) -> object:
    """What a field holds at a place."""
    if entity.name != "user":
        return value_of(entity, one, place)
    user = people(Role.REP)[PLACES.index(place)]
    return str(getattr(user, one.name))


def sought(entity: Entity, one: Field, place: str) -> Filter:
    """The condition that a field holds what it holds at a place."""
    value = kept(entity, one, place)
    return Filter(one.name, Op.EQ, str(value)[:10] if one.kind is Kind.MOMENT else value)  # type: ignore[arg-type] # what a field holds


async def ids(seen: SeenRecords, query: Query) -> set[str] | None:
    """What a query finds; None when it is refused for a hidden field."""
    assert not list(faults(query, SCHEMA))
    try:
        return {row.id for row in (await seen.ask(query)).rows}
    except NotAllowed:
        return None


@pytest.mark.parametrize("role", Role)
async def test_each_role_is_given_the_records_and_fields_that_are_meant(planted: Stores, role: Role) -> None:
    """By listing all, of every entity; every field holds what was kept, and no other field is there."""
    meant, seen = Meant(role), SqliteQueries(planted.database, SCHEMA).within(scope_of(role))
    for entity in SCHEMA.entities:
        rows = {row.id: row.fields for row in (await seen.ask(Query(entity.name))).rows}

        expected = {record_id(entity.name, place) for place in places(entity.name) if meant.sees(entity.name, place)}
        assert expected == set(rows)
        for place in places(entity.name) if entity.name != "user" else ():
            if meant.sees(entity.name, place):
                shown = {one.name: kept(entity, one, place) for one in entity.fields if meant.shows(entity.name, one.name)}
                assert shown == rows[record_id(entity.name, place)]


@pytest.mark.parametrize("role", Role)
async def test_nothing_more_comes_out_by_filtering_sorting_and_grouping(planted: Stores, role: Role) -> None:
    """By every field of every entity, for what stands in it farthest from them."""
    meant, seen = Meant(role), SqliteQueries(planted.database, SCHEMA).within(scope_of(role))
    for entity, one in FIELDS:
        mine = {place for place in places(entity.name) if meant.sees(entity.name, place)}
        shows = meant.shows(entity.name, one.name)
        for place in places(entity.name)[-1:]:
            alike = {record_id(entity.name, other) for other in mine if kept(entity, one, other) == kept(entity, one, place)}
            found = await ids(seen, Query(entity.name, (sought(entity, one, place),)))
            assert (alike if shows else None) == found
        everything = {record_id(entity.name, place) for place in mine}
        assert (everything if shows else None) == await ids(seen, Query(entity.name, sort=Sort(one.name)))
        groups = Query(entity.name, group_by=one.name, aggregate=Aggregate(Fn.COUNT))
        assert (everything if shows else None) == await ids(seen, groups)


@pytest.mark.parametrize("role", Role)
async def test_nothing_more_comes_out_through_a_reference(planted: Stores, role: Role) -> None:
    """Every field of every entity that a reference points at: a record out of sight is empty, a hidden field is refused."""
    meant, seen = Meant(role), SqliteQueries(planted.database, SCHEMA).within(scope_of(role))
    for entity, reference in REFERENCES:
        to = SCHEMA.entity(reference.to)
        assert to
        for one in to.fields:
            found = await ids(seen, Query(entity.name, (Filter(f"{reference.name}.{one.name}", Op.NOT_NULL),)))

            there = {
                record_id(entity.name, place) for place in places_of(entity.name)
                if meant.sees(entity.name, place) and meant.sees(to.name, HOUSE if to.name in {"product", "user"} else place)
            }
            assert (there if meant.shows(entity.name, reference.name) and meant.shows(to.name, one.name) else None) == found


@pytest.mark.parametrize("role", Role)
async def test_names_are_spotted_only_of_what_is_seen(planted: Stores, role: Role) -> None:
    """Of all accounts, contacts and products that there are."""
    meant, seen = Meant(role), SqliteQueries(planted.database, SCHEMA).within(scope_of(role))
    for entity, names in {"account": ("name", "short_name", "aliases"), "contact": ("name",), "product": ("code", "name_en")}.items():
        for place in places_of(entity):
            for name in names:
                found = await seen.spot(f"{value_of(_entity(entity), _field(entity, name), place)} ?")
                assert ([record_id(entity, place)] if meant.sees(entity, place) else []) == [one.id for each in found for one in each.meant]


@pytest.mark.parametrize("role", Role)
async def test_each_role_changes_what_is_meant_and_nothing_else(planted: Stores, role: Role) -> None:
    """Every field alone, of the record that is nearest and of all others where it matters; a refusal leaves no revision."""
    meant, scope = Meant(role), scope_of(role)
    tried = [
        (entity, one, place) for entity, one in FIELDS for place in places_of(entity.name)
        if entity.name != "user" and (place == OWN or one == entity.fields[0] or scope.may_write(entity.name, [one.name]))
    ]
    before = {found.id: found.revision for found in await _all(planted)}

    async def put(entity: Entity, one: Field, place: str) -> str:
        fields, kept_as = {one.name: value_of(entity, one, place)}, record_id(entity.name, place)
        try:
            await planted.records.put(entity.name, fields, cause=Cause("ann"), record_id=kept_as, scope=scope)
        except NotAllowed as stop:
            return stop.key
        return ""

    told = await asyncio.gather(*(put(*each) for each in tried))

    for (entity, one, place), key in zip(tried, told, strict=True):
        may = meant.changes(entity.name, one.name, place)
        assert may == (key == ""), (entity.name, one.name, place, key)
        assert meant.sees(entity.name, place) == (key != "no_such_record")
    written = {
        record_id(entity.name, place): len([1 for one in entity.fields if meant.changes(entity.name, one.name, place)])
        for entity in SCHEMA.entities if entity.name != "user" for place in places_of(entity.name)
    }
    assert {found: revision + written[found] for found, revision in before.items()} == {
        found.id: found.revision for found in await _all(planted)
    }


@pytest.mark.parametrize("role", Role)
async def test_a_new_record_must_be_within_the_writers_reach(planted: Stores, role: Role) -> None:
    """With all fields that they may write, at every place; none that is refused is kept."""
    meant, scope, before = Meant(role), scope_of(role), await _all(planted)
    for entity in SCHEMA.entities:
        for place in places_of(entity.name) if entity.name != "user" else ():
            mine = [one for one in entity.fields if any(meant.changes(entity.name, one.name, each) for each in places_of(entity.name))]
            fields = {one.name: value_of(entity, one, place) for one in mine}
            may = meant.makes(entity.name, place)
            try:
                new = await planted.records.put(entity.name, fields, cause=Cause("ann"), scope=scope)
            except NotAllowed:
                assert not may, (entity.name, place)
            else:
                assert may, (entity.name, place)
                await planted.records.archive(new.id, cause=Cause("system"))
    assert before == await _all(planted)


@pytest.mark.parametrize("role", Role)
async def test_a_draft_is_saved_by_the_rights_of_the_moment(planted: Stores, role: Role) -> None:
    """One for each entity, of a teammate's record, with every field, and with one; the role is set after the draft was made.

    But for letters, which no draft changes. Where a second person has to agree, that is asked for after the rights.
    """
    meant = Meant(role)
    drafts = SqliteDrafts(planted.database, planted.clock, planted.ids)
    for entity in (one for one in SCHEMA.entities if one.name not in {"user", "product", "letter"}):
        whole = {one.name: value_of(entity, one, MATE) for one in entity.fields}
        one = next((each for each in entity.fields if meant.changes(entity.name, each.name, MATE)), entity.fields[0])
        for fields in (whole, {one.name: whole[one.name]}):
            held = await planted.drafted(Draft("…", entity.name, fields, record_id=record_id(entity.name, MATE)))
            planted.database.write_now(lambda database: _lin_becomes(database, role))
            may = all(meant.changes(entity.name, name, MATE) for name in fields)

            edited = await _is_let(drafts.edit(held.id, 1, LIN, fields, turn_id=planted.turn()))
            saved = await _is_let(drafts.save(held.id, 2 if edited else 1, LIN, turn_id=planted.turn()))

            assert (may, may) == (edited, saved), (entity.name, fields)


async def test_a_region_is_reached_by_those_who_are_given_it(planted: Stores) -> None:
    """Own, the team's and the region's, to read, and to change as far as is said; what lies elsewhere is not there."""
    policy = Permissions({Role.REP: Rights({EVERY: Reach.REGION}, {"order": Reach.REGION, "ticket": Reach.OWN})})
    scope = policy.scope(speaker_of(people(Role.REP)[0]))
    nowhere = replace(scope, regions=())
    queries = SqliteQueries(planted.database, SCHEMA)

    async def changed(place: str, entity: str, by: Scope) -> str:
        try:
            await planted.records.put(entity, {"status": "open"}, cause=Cause("ann"), record_id=record_id(entity, place), scope=by)
        except NotAllowed as stop:
            return stop.key
        return ""

    for entity in ("account", "contact", "order", "usage"):
        assert {record_id(entity, place) for place in (OWN, MATE, NEAR)} == await ids(queries.within(scope), Query(entity))
        assert {record_id(entity, place) for place in (OWN, MATE)} == await ids(queries.within(nowhere), Query(entity))
    assert ["", "", "", "no_such_record"] == [await changed(place, "order", scope) for place in PLACES]
    assert ["", "may_not_write_record", "may_not_write_record", "no_such_record"] == [await changed(one, "ticket", scope) for one in PLACES]


@pytest.mark.parametrize(
    "fields, key",
    [
        ({"owner": OWNERS[MATE], "account": record_id("account", MATE)}, "may_not_write_record"),
        ({"account": record_id("account", FAR)}, "no_such_reference"),
        ({"account": "nowhere"}, "no_such_reference"),
        ({"contact": record_id("contact", FAR)}, "no_such_reference"),
    ],
)
async def test_a_record_is_not_written_out_of_reach_nor_onto_what_is_unseen(planted: Stores, fields: dict[str, object], key: str) -> None:
    """A rep gives nothing away to a colleague, and hangs nothing on an account of another team."""
    target = record_id("opportunity", OWN)
    before = await planted.records.record(target)

    with pytest.raises(NotAllowed) as refused:
        await planted.records.put("opportunity", fields, cause=Cause("ann"), record_id=target, scope=scope_of(Role.REP))

    assert (key, before) == (refused.value.key, await planted.records.record(target))


async def test_a_guess_at_a_hidden_value_tells_nothing(planted: Stores) -> None:
    """Writing what stands there is refused like writing anything else."""
    scope, order, amount = scope_of(Role.DELIVERY), record_id("order", OWN), _field("order", "amount")
    for guess in (value_of(_entity("order"), amount, OWN), 1):
        with pytest.raises(NotAllowed) as refused:
            await planted.records.put("order", {"amount": guess}, cause=Cause("ann"), record_id=order, scope=scope)

        assert "may_not_write_field" == refused.value.key


async def _is_let(press: Awaitable[object]) -> bool:
    try:
        await press
    except NotAllowed as stop:
        return stop.key == "needs_review"
    return True


def _lin_becomes(database: sqlite_utils.Database, role: Role) -> None:
    """Of Ann's team, in a role."""
    change(database, "DELETE FROM users WHERE id = 'lin'", {})
    row = {"id": LIN, "name": "Lin", "name_key": "lin", "email": "lin@e", "email_key": "lin@e", "role": role.value, "team": "east",
           "zone": "UTC", "created_at": ""}  # fmt: skip
    insert(database, "users", row)


async def _all(stores: Stores) -> Sequence[Record]:
    return [found for entity in SCHEMA.entities for found in (await stores.records.page(entity.name, limit=500)).items]


def _entity(name: str) -> Entity:
    found = SCHEMA.entity(name)
    assert found
    return found


def _field(entity: str, name: str) -> Field:
    found = _entity(entity).field(name)
    assert found
    return found

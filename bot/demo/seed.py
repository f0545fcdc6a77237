"""Hands the invented firm over to the house, through its ports. Knows no store, and writes nothing that is there already."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.demo.book import Amendment, Company
from bot.domain.ids import RecordId
from bot.domain.records import Cause, Import
from bot.ports import Records, Users

SYSTEM = Cause("system")


async def seed(company: Company, users: Users, records: Records, told: Callable[[str, int], None] = lambda _entity, _count: None) -> int:
    """Keep all users and records of `company`; says how many records were new.

    A house that has the whole firm is left as it is, whatever became of it since and whatever day it is. One that has a part,
    because an earlier seeding was cut off, gets the rest. Changes that somebody made on the way to how a record stands now are
    made again, one by one, so that it has its history.
    told: called with entity and count as each kind of record is kept.
    """
    *kinds, last = company.records  # the last kind is kept when all else is, so it tells whether a seeding came to its end
    if await records.record(company.records[last][0].id):
        return 0
    await users.seed(company.users)
    first = _before(company.amendments)
    fresh = 0
    for kind in [*kinds, last]:
        if kind == last:
            for change in company.amendments:
                await _amend(records, change)
        kept = await records.put_many([_as_it_was(entry, first.get(entry.id, {})) for entry in company.records[kind]], cause=SYSTEM)
        told(kind, kept)
        fresh += kept
    return fresh


def _before(amendments: Sequence[Amendment]) -> dict[RecordId, dict[str, object]]:
    """What the amended fields held before anybody changed them."""
    first: dict[RecordId, dict[str, object]] = {}
    for change in amendments:
        first.setdefault(change.record_id, {}).setdefault(change.field, change.before)
    return first


def _as_it_was(entry: Import, before: dict[str, object]) -> Import:
    return replace(entry, fields={**entry.fields, **before}) if before else entry


async def _amend(records: Records, change: Amendment) -> None:
    """Make a change again, unless it was made before an earlier seeding was cut off."""
    made = [found for found in await records.history(change.record_id) if found.field == change.field and found.after == change.after]
    if not made:
        await records.put(change.entity, {change.field: change.after}, cause=Cause(change.by), record_id=change.record_id)

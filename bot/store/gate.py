"""Lets a write through, inside its own transaction, or says why not. Knows the policy and who is who; knows no draft and no screen.

Keys of `NotAllowed`: `no_such_record` for one that the person may not see, too; `may_not_write_field` and `may_not_write_record`, which
say who may; `no_such_reference` where a record would hang on what the person may not see.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Protocol

import sqlite_utils

from bot.domain.ids import RecordId, UserId
from bot.domain.people import Role, Speaker, speaker_of
from bot.domain.permissions import ROLES, Permissions, Policy, belongs
from bot.domain.records import Record
from bot.domain.schema import Entity, Field, Kind
from bot.domain.scope import Reach, Scope, nearer
from bot.errors import NotAllowed
from bot.store.asked import USERS
from bot.store.asking import Asking
from bot.store.rows import one
from bot.store.users import user_of


@dataclass(frozen=True, slots=True)
class Wish:
    """A write as it is asked for: fields by name, of a record or (None) of a new one."""

    scope: Scope
    entity: str
    fields: Mapping[str, object]
    record_id: RecordId | None


class Gate(Protocol):
    """What whoever writes for a person asks, inside the transaction of the write."""

    def scope_of(self, database: sqlite_utils.Database, user_id: UserId) -> Scope:
        """The rights of a person at this moment.  Raises: NotAllowed for nobody of ours."""
        ...

    def seen(self, database: sqlite_utils.Database, scope: Scope, record: Record) -> Record | None:
        """A record with the fields that a person may see; None when they may not see the record."""
        ...

    def before(self, database: sqlite_utils.Database, wish: Wish) -> None:
        """Refuse by the record as it is.  Raises: NotAllowed."""
        ...

    def after(self, database: sqlite_utils.Database, wish: Wish, record_id: RecordId) -> None:
        """Refuse by the record as it has become: nobody writes a record out of their own reach.  Raises: NotAllowed."""
        ...


@dataclass(frozen=True)
class PolicyGate:
    """The port `Gate` by the policy; a record's owner, team and region decide with the same SQL as for reading."""

    policy: Policy = field(default_factory=Permissions)

    def scope_of(self, database: sqlite_utils.Database, user_id: UserId) -> Scope:
        """The rights of a person at this moment, whatever they were when a draft was made. A home without users has only its owner."""
        row = one(database, "SELECT * FROM users WHERE id = :id", {"id": user_id})
        if row is not None:
            return self.policy.scope(speaker_of(user_of(database, row)))
        if one(database, "SELECT id FROM users LIMIT 1") is None:
            return self.policy.scope(Speaker(user_id, user_id, Role.ADMIN, "", "UTC"))
        raise NotAllowed("unknown_person")

    def seen(self, database: sqlite_utils.Database, scope: Scope, record: Record) -> Record | None:
        """A record with the fields that a person may see; None when they may not see the record."""
        entity = self.policy.schema.entity(record.entity)
        if entity is None or not self._is_within(database, scope, entity, record.id, scope.of(entity.name)):
            return None
        names = [one.name for one in entity.fields if not scope.hides(entity.name, one.name)]
        return replace(record, fields={name: record.fields[name] for name in names if name in record.fields})

    def before(self, database: sqlite_utils.Database, wish: Wish) -> None:
        """Refuse what the person may not see, then what they may change of no record, then what of this one."""
        entity = self.policy.schema.entity(wish.entity)
        sees = wish.scope.of(wish.entity)
        if entity is None or (wish.record_id and not self._is_within(database, wish.scope, entity, wish.record_id, sees)):
            raise NotAllowed("no_such_record")
        for name in wish.fields:  # all that are given, the same as before or not: else a guess at a hidden value would tell
            if wish.scope.write_reach(wish.entity, name) is Reach.NONE or (not belongs(entity) and _reach(wish) is not Reach.ALL):
                raise NotAllowed("may_not_write_field", **self._told(entity, name))
        if not wish.record_id and wish.scope.write_reach(wish.entity, "") is Reach.NONE:  # whoever writes some fields makes no records
            raise NotAllowed("may_not_write_record", **self._told(entity, entity.title))
        if wish.record_id and not self._is_within(database, wish.scope, entity, wish.record_id, _reach(wish)):
            raise NotAllowed("may_not_write_record", **self._told(entity, next(iter(wish.fields), entity.title)))

    def after(self, database: sqlite_utils.Database, wish: Wish, record_id: RecordId) -> None:
        """Refuse what would hang on something unseen, or be out of the person's own reach."""
        entity = self.policy.schema.entity(wish.entity)
        if entity is None:
            raise NotAllowed("no_such_record")
        for name, value in wish.fields.items():
            found = entity.field(name)
            if found and found.kind is Kind.REFERENCE and value is not None and not self._may_point(database, wish.scope, found, value):
                raise NotAllowed("no_such_reference", field=found.label.zh, field_en=found.label.en)
        if not self._is_within(database, wish.scope, entity, record_id, _reach(wish)):
            raise NotAllowed("may_not_write_record", **self._told(entity, next(iter(wish.fields), entity.title)))

    def _may_point(self, database: sqlite_utils.Database, scope: Scope, reference: Field, value: object) -> bool:
        to = self.policy.schema.entity(reference.to)
        if reference.to == USERS and value == scope.user_id:
            return True
        return to is not None and self._is_within(database, scope, to, RecordId(str(value)), scope.of(to.name))

    def _is_within(self, database: sqlite_utils.Database, scope: Scope, entity: Entity, record_id: RecordId, reach: Reach) -> bool:
        if reach is Reach.NONE:
            return False
        asking = Asking(self.policy.schema, entity.name, scope)
        parts = [f"r.id = {asking.bind(record_id)}", asking.seen(entity.name, "r", reach)]
        holds = " AND ".join(f"({part})" for part in parts if part)
        return one(database, f"SELECT r.id {asking.source()} WHERE {holds}", asking.values) is not None

    def _told(self, entity: Entity, name: str) -> dict[str, object]:
        """What the sentence says: what was to be changed, and who may."""
        found = entity.field(name)
        who = self.policy.writers(entity.name, name)
        label = found.label if found else None
        return {
            "entity": entity.label.zh, "entity_en": entity.label.en, "field": label.zh if label else name,
            "field_en": label.en if label else name, "who": "、".join(ROLES[one].zh for one in who),
            "who_en": ", ".join(ROLES[one].en for one in who),
        }


def _reach(wish: Wish) -> Reach:
    """How far the person may change all of the fields at once."""
    names = list(wish.fields) or [""]
    return reduce(nearer, (wish.scope.write_reach(wish.entity, name) for name in names), Reach.ALL)

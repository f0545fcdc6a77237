"""The sheet of the permissions: for each role a table of entities, what is excepted from it, what is hidden. Judges nothing.

Inputs are named by their place in the tables: `permissions.rep.reads.account`. An empty one says nothing of its own. `more.role`,
`more.path` and `more.what` (a reach, or `hidden`) are one more exception.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.admin.sheets import Fields
from bot.domain.people import Role
from bot.domain.permissions import PEOPLE, Cell, Permissions
from bot.domain.schema import Schema
from bot.domain.scope import EVERY, Reach
from bot.domain.talk import Lang
from bot.table_text import plain

Json = dict[str, Any]

TOP = "permissions"
HIDDEN = "hidden"
LOOSE = tuple(role for role in Role if role is not Role.ADMIN)
"""Roles whose rights are changed here; what an admin may is the file's to say."""


@dataclass(frozen=True)
class PermissionSheet:
    """schema: what records are made of, the house's own fields among it."""

    schema: Schema
    template: str = "permissions"

    def fields(self, value: Permissions) -> Fields:
        """Every cell, and each exception with its reach."""
        found: dict[str, str] = {}
        for role in LOOSE:
            rights = value.roles[role]
            for part, reaches in (("reads", rights.reads), ("writes", rights.writes)):
                found |= {f"{TOP}.{role}.{part}.{name}": str(reaches.get(name, "")) for name in (*self._entities(), *reaches)}
            found |= {f"{TOP}.{role}.hidden.{name}": "on" for name in rights.hidden}
        return found

    def told(self, fields: Fields, lang: Lang) -> Json:
        """Roles with their exceptions and what is hidden; entities and fields with what people call them."""
        fields = _with_one_more(fields)
        return {
            "fields": fields,
            "roles": [{
                "name": role.value,
                "exceptions": [name for name in _named(fields, role, "writes") if "." in name],
                "hidden": list(_named(fields, role, "hidden")),
            } for role in LOOSE],
            "entities": [
                {"name": name, "label": self.called(name, lang), "changes": name != PEOPLE} for name in self._entities()
            ],
            "labels": {
                name: self.called(name, lang) for role in LOOSE for part in ("writes", "hidden") for name in _named(fields, role, part)
            },
            "paths": {path: self.called(path, lang) for path in self._paths()}, "reaches": [reach.value for reach in Reach],
        }  # fmt: skip

    def raw(self, fields: Fields, now: Permissions) -> Json:
        """See the protocol."""
        fields = _with_one_more(fields)
        table: Json = {Role.ADMIN.value: plain(now.roles[Role.ADMIN])}
        for role in LOOSE:
            said = {
                part: {name: fields[f"{TOP}.{role}.{part}.{name}"] for name in _named(fields, role, part)} for part in ("reads", "writes")
            }
            hidden = [name for name in _named(fields, role, "hidden") if fields[f"{TOP}.{role}.hidden.{name}"]]
            table[role.value] = {
                **{part: {name: reach for name, reach in reaches.items() if reach} for part, reaches in said.items()},
                "hidden": hidden,
            }
        return {TOP: table}

    def called(self, name: str, lang: Lang) -> str:
        """What people call an entity, or a field with its entity; "" for what has no name of its own."""
        whole, _, path = name.partition(".")
        entity = self.schema.entity(whole)
        if entity is None:
            return ""
        field = entity.field(path)
        told = [one.label.zh if lang is Lang.ZH else one.label.en for one in (entity, field) if one]
        return " · ".join(told)

    def _entities(self) -> tuple[str, ...]:
        return (EVERY, *(one.name for one in self.schema.entities))

    def _paths(self) -> Iterator[str]:
        return (f"{entity.name}.{field.name}" for entity in self.schema.entities for field in entity.fields)


async def permission_effect(now: Permissions, new: Permissions, lang: Lang) -> Json:
    """Each cell of the matrix that would be another: how far a role sees and changes, and what is hidden from it."""
    before = {(cell.role, cell.entity): cell for cell in now.matrix()}
    changes = []
    for cell in new.matrix():
        was = before[cell.role, cell.entity]
        if was != cell:
            changes += list(_changes(was, cell, PermissionSheet(new.schema), lang))
    return {"changes": changes}


def _changes(was: Cell, now: Cell, sheet: PermissionSheet, lang: Lang) -> Iterator[Json]:
    told = {"role": now.role.value, "what": sheet.called(now.entity, lang)}
    if was.reads is not now.reads:
        yield {**told, "kind": "reads", "was": was.reads.value, "now": now.reads.value}
    turned = set(was.hidden) ^ set(now.hidden)
    for name in dict.fromkeys((*was.writes, *now.writes)):
        if name not in turned and was.writes.get(name) is not now.writes.get(name):
            was_far, far = (one.writes.get(name, Reach.NONE).value for one in (was, now))
            yield {**told, "what": sheet.called(f"{now.entity}.{name}", lang), "kind": "writes", "was": was_far, "now": far}
    for name in sorted(turned):
        kind = "hidden" if name in now.hidden else "shown"
        if was.reads is not Reach.NONE and now.reads is not Reach.NONE:
            yield {**told, "what": sheet.called(f"{now.entity}.{name}", lang), "kind": kind, "was": "", "now": ""}


def _with_one_more(fields: Fields) -> Fields:
    """The fields, what was added at the end among those of its role."""
    role, path, what = (fields.get(f"more.{name}", "") for name in ("role", "path", "what"))
    rest = {name: value for name, value in fields.items() if not name.startswith("more.")}
    if not (role in set(LOOSE) and path and what):
        return rest
    return {**rest, f"{TOP}.{role}.hidden.{path}": "on"} if what == HIDDEN else {**rest, f"{TOP}.{role}.writes.{path}": what}


def _named(fields: Mapping[str, str], role: Role, part: str) -> Iterator[str]:
    start = f"{TOP}.{role}.{part}."
    return (name.removeprefix(start) for name in fields if name.startswith(start))

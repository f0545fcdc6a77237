"""What one person can ask the records, for a reader that is no grammar: as a JSON schema and in words. Knows a scope; knows no question."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bot.domain.entities import SCHEMA
from bot.domain.query import COUNT, DAYS, FIGURES, ORDERED, Dir, Fn, Op
from bot.domain.schema import Entity, Field, Kind
from bot.domain.scope import Reach, Scope

MOST_CONDITIONS = 8
LONGEST = 80
"""Characters of a value, or of a path."""
JOINED = frozenset({Kind.ENUM, Kind.FLAG, Kind.NUMBER, Kind.MONEY, Kind.DATE})
"""Kinds of fields that are asked by through a reference (`account.region`)."""
OWNED = ("owner", "team")
"""Those that are, whatever their kind."""


def entities(scope: Scope) -> Sequence[Entity]:
    """The kinds of records that `scope` sees any of; colleagues are no business."""
    return [one for one in SCHEMA.entities if one.name != "user" and scope.of(one.name) is not Reach.NONE]


def sees(scope: Scope, entity: str, path: str) -> bool:
    """Whether every step of a path is there for this person, from an entity that they see."""
    here = SCHEMA.entity(entity)
    for name in path.split("."):
        field = here.field(name) if here else None
        if here is None or field is None or scope.of(here.name) is Reach.NONE or scope.hides(here.name, name):
            return False
        here = SCHEMA.entity(field.to) if field.kind is Kind.REFERENCE else None
    return True


def schema(scope: Scope) -> Mapping[str, Any]:
    """The JSON schema of a query, as `bot.domain.query.from_json` reads it; what the person may not see cannot be said in it."""
    paths = {path: field for one in entities(scope) for path, field in _paths(one, scope)}
    value = {"type": ["string", "number", "boolean", "array", "null"], "items": {"type": "string"}, "maxLength": LONGEST}
    condition = _object(field=_one_of(paths), op=_one_of(Op), value=value)
    return _object(
        possible={"type": "boolean"},
        entity=_one_of([one.name for one in entities(scope)]),
        filters={"type": "array", "items": condition, "maxItems": MOST_CONDITIONS},
        group_by={"type": ["string", "null"], "maxLength": LONGEST},
        aggregate=_or_null(_object(fn=_one_of(Fn), field={"type": ["string", "null"], "enum": [*_of(paths, FIGURES | DAYS), None]})),
        sort=_or_null(_object(field=_one_of([*_of(paths, ORDERED | {Kind.TEXT}), COUNT]), dir=_one_of(Dir))),
        limit={"type": ["integer", "null"]},
        period=_or_null(_object(field=_one_of(_of(paths, DAYS)), **{"from": _day(), "to": _day()})),
    )


def told(scope: Scope) -> str:
    """The same in words: one line for each kind of records."""
    return "\n".join(f"{one.name} ({one.label.zh}): {', '.join(_told(one, scope))}" for one in entities(scope))


def _paths(entity: Entity, scope: Scope) -> Iterator[tuple[str, Field]]:
    for field in _own(entity, scope):
        yield field.name, field
        target = SCHEMA.entity(field.to) if field.kind is Kind.REFERENCE else None
        for beyond in target.fields if target else ():
            path = f"{field.name}.{beyond.name}"
            if (beyond.kind in JOINED or beyond.name in OWNED) and sees(scope, entity.name, path):
                yield path, beyond


def _own(entity: Entity, scope: Scope) -> Iterator[Field]:
    """Its fields but for the copies of names, which are for reading."""
    for field in entity.fields:
        if not field.name.endswith("_name") and not scope.hides(entity.name, field.name):
            yield field


def _told(entity: Entity, scope: Scope) -> Iterator[str]:
    for field in _own(entity, scope):
        match field.kind:
            case Kind.ENUM:
                yield f"{field.name} {{{'|'.join(field.value_names)}}}"
            case Kind.REFERENCE:
                yield f"{field.name} -> {field.to}"
            case Kind.TEXT:
                yield field.name
            case _:
                yield f"{field.name} [{field.kind}{f', {field.unit}' if field.unit else ''}]"


def _of(paths: Mapping[str, Field], kinds: frozenset[Kind]) -> list[str]:
    return [path for path, field in paths.items() if field.kind in kinds]


def _object(**properties: object) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _or_null(wanted: Mapping[str, Any]) -> dict[str, Any]:
    return {**wanted, "type": [wanted["type"], "null"]}


def _one_of(names: Iterable[str]) -> dict[str, Any]:
    return {"type": "string", "enum": [str(name) for name in names]}


def _day() -> dict[str, Any]:
    return {"type": "string", "maxLength": 10}

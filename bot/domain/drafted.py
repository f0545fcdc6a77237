"""The fields of a draft as people read them, in both languages. Knows what fields mean; knows no screen."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.entities import SCHEMA
from bot.domain.outcome import Draft
from bot.domain.panels import exact_text
from bot.domain.schema import Entity, Field, Kind, Label
from bot.domain.talk import Lang

YES, NO, EMPTIED = Label("是", "yes"), Label("否", "no"), Label("清空", "emptied")
NAMED = "_name"
"""The ending of the copy of a name beside a reference."""
MONEY_AND_CURRENCY = "currency"
UNSAID = ("owner", "owner_name", "status")
"""What tells nothing of a draft: it is its author's, and what will be is not yet."""
UNITS = {"%": Label("%", "%"), "day": Label("天", " days")}


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A field of a draft. name: what people call it. value: in words. proven: it has grounds."""

    field: str
    name: str
    value: str
    proven: bool


def rows_of(draft: Draft, lang: Lang) -> tuple[DraftRow, ...]:
    """The draft's fields in its order. A reference is told by its name alone where that is there, money with its currency."""
    entity = SCHEMA.entity(draft.entity)
    return tuple(_row(draft, entity, name, lang) for name in draft.fields if not _is_told_elsewhere(draft, entity, name))


def told_rows(draft: Draft, lang: Lang, leave_out: Collection[str] = ()) -> tuple[DraftRow, ...]:
    """The fields that tell somebody something, in the order of their kind. leave_out: what is told elsewhere."""
    known = SCHEMA.entity(draft.entity)
    order = {field.name: place for place, field in enumerate(known.fields if known else ())}
    names = sorted((name for name in draft.fields if name not in (*UNSAID, *leave_out)), key=lambda one: order.get(one, len(order)))
    rows = rows_of(replace(draft, fields={name: draft.fields[name] for name in names}), lang)
    return tuple(row for row in rows if row.value.strip() and not _is_bare(known, row, draft))


def entity_label(entity: str, lang: Lang) -> str:
    """What people call records of this kind; its own name for one that the schema does not know."""
    known = SCHEMA.entity(entity)
    return _in(known.label, lang) if known else entity


def _is_told_elsewhere(draft: Draft, entity: Entity | None, name: str) -> bool:
    if name == MONEY_AND_CURRENCY and draft.fields[name]:
        return any(draft.fields.get(one.name) is not None for one in (entity.fields if entity else ()) if one.kind is Kind.MONEY)
    return name.endswith(NAMED) and draft.fields[name] is not None and name.removesuffix(NAMED) in draft.fields


def _is_bare(known: Entity | None, row: DraftRow, draft: Draft) -> bool:
    """Whether it is an id and no name."""
    told = known.field(row.field) if known else None
    return told is not None and told.kind is Kind.REFERENCE and row.value == draft.fields.get(row.field)


def _row(draft: Draft, entity: Entity | None, name: str, lang: Lang) -> DraftRow:
    told = entity.field(name.removesuffix(NAMED)) or entity.field(name) if entity else None
    value = draft.fields.get(name + NAMED) or draft.fields[name]
    proven = name in draft.evidence or (told is not None and told.kind is Kind.REFERENCE and name + NAMED in draft.evidence)
    return DraftRow(name, _in(told.label, lang) if told else name, _value(told, value, draft, lang), proven)


def _value(told: Field | None, value: object, draft: Draft, lang: Lang) -> str:
    if value is None:
        return _in(EMPTIED, lang)
    if isinstance(value, bool):
        return _in(YES if value else NO, lang)
    if isinstance(value, int | float):
        return _figure(told, value, draft, lang)
    text = str(value)
    if told is not None and told.kind is Kind.ENUM:
        return next((_in(one.label, lang) for one in told.values if one.name == text), text)
    if told is not None and told.kind is Kind.MOMENT:
        at = datetime.fromisoformat(text)
        return f"{at:%Y-%m-%d %H:%M}{'' if at.utcoffset() else ' UTC'}"
    return text


def _figure(told: Field | None, value: float, draft: Draft, lang: Lang) -> str:
    if told is not None and told.kind is Kind.MONEY:
        return exact_text(value, str(draft.fields.get(MONEY_AND_CURRENCY) or ""))
    unit = UNITS.get(told.unit) if told is not None else None
    return exact_text(value, unit=_in(unit, lang) if unit else "")


def _in(label: Label, lang: Lang) -> str:
    return label.zh if lang is Lang.ZH else label.en

"""The form of a draft: every record of it with the fields that people fill in, by flat name. Knows fields; knows no screen."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.drafted import MONEY_AND_CURRENCY, NAMED, entity_label, flat
from bot.domain.outcome import Draft, Proposal
from bot.domain.own_fields import OPPORTUNITY, known_with
from bot.domain.schema import Entity, Field, Kind, Label
from bot.domain.talk import Lang

ASKED: Mapping[str, tuple[str, ...]] = {
    "opportunity": ("amount", "currency", "close_date", "stage", "quantity", "competitor", "next_step"),
    "task": ("subject", "due_date"),
    "touchpoint": ("happened_at", "note"),
    "contact": ("name", "title"),
}
"""Entity -> what the form of a new record asks for, said or not."""
UNASKED: Mapping[str, frozenset[str]] = {
    "task": frozenset({"status", "done_date"}), "opportunity": frozenset({"created_date", "stage_date"}),
}  # fmt: skip
"""What nobody fills in where a record is new."""


@dataclass(frozen=True, slots=True)
class Input:
    """One field to fill in. name: flat, as of `bot.domain.drafted.flat`. value: what it holds; None where it is empty."""

    name: str
    field: Field
    value: object


@dataclass(frozen=True, slots=True)
class Section:
    """One record. key: "" for the draft's own, which cannot be taken out; else what it is called in its draft. label: its kind."""

    key: str
    label: str
    inputs: tuple[Input, ...]


def sections_of(draft: Draft, lang: Lang) -> tuple[Section, ...]:
    """The form. References and copies of names are not filled in: who is meant is said in words, where it can be asked about."""
    main = Section("", entity_label(draft.entity, lang), tuple(_inputs("", draft, draft.own)))
    beside = (
        Section(one.key, entity_label(one.entity, lang), tuple(_inputs(one.key, one, draft.own)))
        for one in draft.also
    )
    return (main, *beside)


def label_of(field: Field, lang: Lang) -> str:
    """What people call a field."""
    return field.label.zh if lang is Lang.ZH else field.label.en


def _inputs(key: str, of: Draft | Proposal, own: Sequence[Field]) -> Iterator[Input]:
    entity, fields, is_new = of.entity, of.fields, of.record_id is None
    known = known_with(entity, own)
    wished = (*ASKED.get(entity, ()), *(one.name for one in own if entity == OPPORTUNITY))
    asked = {name: None for name in wished if is_new and _is_fit(name, fields)}
    left_out = UNASKED.get(entity, frozenset()) if is_new else frozenset()
    for name in {**asked, **fields}:
        field = (known.field(name) if known else None) or Field(name, Kind.TEXT, Label(name, name))
        if field.kind is not Kind.REFERENCE and not _is_a_copy(name, known) and name not in left_out:
            yield Input(flat(key, name), field, fields.get(name))


def _is_fit(name: str, fields: Mapping[str, object]) -> bool:
    """A currency is asked for with an amount, never alone."""
    return name != MONEY_AND_CURRENCY or "amount" in fields


def _is_a_copy(name: str, known: Entity | None) -> bool:
    """Whether it only repeats the name of a reference."""
    of = known.field(name.removesuffix(NAMED)) if known and name.endswith(NAMED) else None
    return of is not None and of.kind is Kind.REFERENCE

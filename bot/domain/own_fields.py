"""Fields that a house adds to its opportunities: what they are called, what they hold, how people say them. Reads no note.

They stand in `[[fields.opportunity]]` of the config. A draft carries them, so that whoever shows it or fills it in knows what they mean.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.domain.entities import SCHEMA
from bot.domain.schema import Entity, Field, Kind, Label, Schema, Value

OPPORTUNITY = "opportunity"
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
TAKEN = re.compile(r"(?:deal|touchpoint|task|person|firm)\d*|.*_name")
"""What stands beside an opportunity in a draft is called so, and so is the copy of a reference's name."""
BRACED = re.compile(r"(?P<lead>[^{}]*)\{(?P<value>[^{}]+)\}(?P<trail>[^{}]*)")
FIGURE = re.compile(r"[\d零〇一二两三四五六七八九十百千万]")
LEAST_AROUND = 2
"""Characters around the value of an example: fewer would fit anything."""


class OwnType(StrEnum):
    """What a house's own field holds. MONEY: in the currency of its opportunity. CHOICE: one of its values."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    CHOICE = "choice"


KINDS = {
    OwnType.TEXT: Kind.TEXT, OwnType.NUMBER: Kind.NUMBER, OwnType.MONEY: Kind.MONEY, OwnType.DATE: Kind.DATE, OwnType.CHOICE: Kind.ENUM,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class OwnValue:
    """One value that may be chosen. zh, en: what people call it."""

    name: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class OwnField:
    """One field. zh, en: what people call it. examples: what people say, the value in braces: `有 {3} 条产线`."""

    name: str
    zh: str
    en: str
    type: OwnType = OwnType.TEXT
    values: tuple[OwnValue, ...] = ()
    examples: tuple[str, ...] = ()

    @property
    def field(self) -> Field:
        """As the schema knows fields."""
        values = tuple(Value(one.name, Label(one.zh, one.en)) for one in self.values)
        return Field(self.name, KINDS[self.type], Label(self.zh, self.en), values)

    def frames(self) -> Iterator[tuple[str, str]]:
        """The words before and after the value, of each example."""
        for example in self.examples:
            if found := BRACED.fullmatch(example):
                yield found["lead"].strip(), found["trail"].strip()


@dataclass(frozen=True, slots=True)
class OwnFields:
    """All of a house, by the kind of record."""

    opportunity: tuple[OwnField, ...] = field(default=())

    @property
    def fields(self) -> tuple[Field, ...]:
        """As the schema knows fields, in their order."""
        return fields_of(self.opportunity)

    def schema(self, of: Schema = SCHEMA) -> Schema:
        """The schema with these fields."""
        return replace(of, entities=tuple(with_own(one, self.fields) for one in of.entities))

    def faults(self) -> Iterator[tuple[str, str, str]]:
        """Key, value, and what would fit in its place, of everything that does not hold."""
        known = SCHEMA.entity(OPPORTUNITY)
        names = {one.name for one in (known.fields if known else ())}
        labels = {word.casefold() for one in (known.fields if known else ()) for word in (one.label.zh, one.label.en)}
        for number, one in enumerate(self.opportunity, 1):
            place = f"{OPPORTUNITY}[{number}]"
            if not NAME.fullmatch(one.name) or TAKEN.fullmatch(one.name) or one.name in names:
                yield f"{place}.name", one.name, "small letters, digits and _, beginning with a letter, that no other field has"
            for lang, word in (("zh", one.zh), ("en", one.en)):
                if len(word.strip()) < LEAST_AROUND or word.casefold() in labels:
                    yield f"{place}.{lang}", word, "what people call it, that nothing else is called"
            names.add(one.name)
            labels |= {one.zh.casefold(), one.en.casefold()}
            yield from _faults(place, one)


def fields_of(own: Sequence[OwnField]) -> tuple[Field, ...]:
    """As the schema knows fields, in their order."""
    return tuple(one.field for one in own)


def with_own(entity: Entity, own: Sequence[Field]) -> Entity:
    """The entity with a house's own fields behind the others, where they are of its kind."""
    return replace(entity, fields=(*entity.fields, *own)) if entity.name == OPPORTUNITY and own else entity


def known_with(entity: str, own: Sequence[Field]) -> Entity | None:
    """What is known of a kind of record in a house with these fields."""
    known = SCHEMA.entity(entity)
    return with_own(known, own) if known else None


def _faults(place: str, one: OwnField) -> Iterator[tuple[str, str, str]]:
    names = [value.name for value in one.values]
    if bool(names) is not (one.type is OwnType.CHOICE) or len(set(names)) != len(names) or not all(map(NAME.fullmatch, names)):
        yield f"{place}.values", ", ".join(names), "of a choice, and of nothing else: a name of its own for each, in small letters"
    for at, example in enumerate(one.examples, 1):
        found = BRACED.fullmatch(example)
        around = found["lead"].strip() + found["trail"].strip() if found else ""
        if found is None or len(around) < LEAST_AROUND or not _fits(one, found["value"].strip()):
            yield f"{place}.examples[{at}]", example, _wanted(one)


def _fits(one: OwnField, value: str) -> bool:
    match one.type:
        case OwnType.NUMBER | OwnType.MONEY:
            return FIGURE.search(value) is not None
        case OwnType.CHOICE:
            return value.casefold() in {word.casefold() for each in one.values for word in (each.name, each.zh, each.en)}
        case OwnType.TEXT | OwnType.DATE:
            return bool(value)


def _wanted(one: OwnField) -> str:
    match one.type:
        case OwnType.NUMBER | OwnType.MONEY:
            return "words with the figure in braces, such as 有 {3} 条产线"
        case OwnType.CHOICE:
            return "words with one of the values in braces: " + ", ".join(each.en for each in one.values)
        case OwnType.TEXT | OwnType.DATE:
            return "words with the value in braces, such as 部署在 {私有云}"

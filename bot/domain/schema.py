"""What kinds of records there are and what their fields mean. Knows no record, no store and no question."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

LARGEST = 10**15
"""Figures are below it: beyond, a floating-point number no longer tells one cent from the next. NaN and infinity are none."""


class Kind(StrEnum):
    """What a field holds, and so what can be asked of it.

    TEXT: words. NUMBER: a plain figure (`unit` says of what). FLAG: true or false. DATE: ISO day text. MOMENT: ISO text, aware, UTC.
    MONEY: a plain figure, whose currency stands in the sibling field `currency` of the record. ENUM: one of `values`.
    REFERENCE: the id of a record of entity `to`; the sibling `<field>_name` is a copy of its name, for reading only.
    """

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    DATE = "date"
    MOMENT = "moment"
    MONEY = "money"
    ENUM = "enum"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Label:
    """What people call something, in both languages. Other words for it come with the skills that need them."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Value:
    """One value that an enumerated field may take."""

    name: str
    label: Label


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an entity. unit: of a number (`%`, `day`, `month`, `s`, `point`); to: of a reference, the entity that it points at."""

    name: str
    kind: Kind
    label: Label
    values: tuple[Value, ...] = ()
    to: str = ""
    unit: str = ""

    @property
    def value_names(self) -> tuple[str, ...]:
        """The values that may be stored, in their natural order."""
        return tuple(value.name for value in self.values)

    def takes(self, value: object) -> bool:
        """Whether `value` may be stored here. None empties a field, so every field takes it."""
        fits = False
        match self.kind:
            case Kind.FLAG:
                fits = isinstance(value, bool)
            case Kind.NUMBER | Kind.MONEY:
                fits = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST
            case Kind.TEXT | Kind.REFERENCE:
                fits = isinstance(value, str)
            case Kind.ENUM:
                fits = value in self.value_names
            case Kind.DATE:
                fits = isinstance(value, str) and _is_day(value)
            case Kind.MOMENT:
                fits = isinstance(value, str) and _is_moment(value)
        return value is None or fits


@dataclass(frozen=True, slots=True)
class Entity:
    """One kind of record. title: the field that names a record of it; when: the date field that "last month" means if none is said."""

    name: str
    label: Label
    title: str
    when: str
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field | None:
        """The field called `name`, or None."""
        return next((field for field in self.fields if field.name == name), None)


@dataclass(frozen=True, slots=True)
class Schema:
    """All entities."""

    entities: tuple[Entity, ...]

    def entity(self, name: str) -> Entity | None:
        """The entity called `name`, or None."""
        return next((entity for entity in self.entities if entity.name == name), None)

    def resolve(self, entity: str, path: str) -> tuple[Field, ...] | None:
        """The fields along a dotted path such as `account.region`, one for each step; None when it leads nowhere."""
        here = self.entity(entity)
        steps: list[Field] = []
        for name in path.split("."):
            found = here.field(name) if here else None
            if found is None:
                return None
            steps.append(found)
            here = self.entity(found.to) if found.kind is Kind.REFERENCE else None
        return tuple(steps)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).utcoffset() == timedelta(0)
    except ValueError:
        return False

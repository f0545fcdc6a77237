"""What a person wrote into a field, as the value that the field holds. Knows fields; knows no form."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from bot.domain.entities import SCHEMA
from bot.domain.schema import Field, Kind

EXAMPLES = {
    Kind.NUMBER: "123.45", Kind.MONEY: "123.45", Kind.FLAG: "true, false", Kind.DATE: "2026-07-31",
    Kind.MOMENT: "2026-07-31T09:00:00+00:00",
}  # fmt: skip
TRUE, FALSE = frozenset({"true", "yes", "1", "是"}), frozenset({"false", "no", "0", "否"})


def values_in(entity: str, fields: Iterable[tuple[str, str]]) -> Mapping[str, object]:
    """The values of fields that were filled in as text; an emptied one is None.

    What the schema does not know stays text.  Raises: ValueError(field name) for a text that is no value of its field.
    """
    known = SCHEMA.entity(entity)
    return {name: _value(found, text) if known and (found := known.field(name)) else text for name, text in fields}


def wanted(entity: str, name: str) -> str:
    """What a field takes, by example: the same in every language."""
    known = SCHEMA.entity(entity)
    field = known.field(name) if known else None
    return (", ".join(field.value_names) or EXAMPLES.get(field.kind, "–")) if field else "–"


def _value(field: Field, text: str) -> object:
    written = text.strip()
    try:
        value = None if not written else _read(field, text, written)
    except ValueError:
        raise ValueError(field.name) from None
    if not field.takes(value):
        raise ValueError(field.name)
    return value


def _read(field: Field, text: str, written: str) -> object:
    match field.kind:
        case Kind.NUMBER | Kind.MONEY:
            figure = float(written.replace(",", ""))
            return int(figure) if figure.is_integer() else figure
        case Kind.FLAG:
            return True if written.casefold() in TRUE else False if written.casefold() in FALSE else written
        case Kind.MOMENT:
            return datetime.fromisoformat(written).astimezone(UTC).isoformat()
        case Kind.ENUM:
            named = {word.casefold(): one.name for one in field.values for word in (one.label.zh, one.label.en, one.name)}
            return named.get(written.casefold(), written)
        case Kind.DATE | Kind.REFERENCE:
            return written
        case Kind.TEXT:
            return text

"""What a person wrote into a field, as the value that the field holds: money as people write it among it. Knows fields; knows no form."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from bot.domain.numerals import FIGURE, LATIN, fold, value_of
from bot.domain.outcome import Proposal
from bot.domain.own_fields import known_with
from bot.domain.recurring import recurring_in
from bot.domain.schema import Field, Kind

EXAMPLES = {
    Kind.NUMBER: "123.45", Kind.MONEY: "1200000, 120万, 1.2m", Kind.FLAG: "true, false", Kind.DATE: "2026-07-31",
    Kind.MOMENT: "2026-07-31T09:00:00+00:00",
}  # fmt: skip
TIMED, TIMES = ("schedule", "time"), "每周一 8:30, 工作日 9:00, Fridays at 16:00"
"""The field that holds a time that comes back, in words, and how it is written."""
TRUE, FALSE = frozenset({"true", "yes", "1", "是"}), frozenset({"false", "no", "0", "否"})
CURRENCY = "currency"
SIGNS: Mapping[str, str] = {
    "¥": "CNY", "￥": "CNY", "cny": "CNY", "rmb": "CNY", "元": "CNY", "块": "CNY", "人民币": "CNY", "元人民币": "CNY",
    "$": "USD", "us$": "USD", "usd": "USD", "美元": "USD", "美金": "USD", "dollars": "USD", "dollar": "USD", "bucks": "USD",
    "€": "EUR", "eur": "EUR", "欧元": "EUR", "euros": "EUR", "euro": "EUR",
    "£": "GBP", "gbp": "GBP", "英镑": "GBP", "pounds": "GBP",
}  # fmt: skip
SCALES: Mapping[str, float] = {**LATIN, "w": 10_000.0}
_SIGN = "|".join(sorted(map(re.escape, SIGNS), key=len, reverse=True))
AMOUNT = re.compile(
    rf"(?P<before>{_SIGN})?\s*(?P<figure>{FIGURE})\s*(?P<scale>{'|'.join(sorted(SCALES, key=len, reverse=True))})?\s*(?P<after>{_SIGN})?"
)
"""An amount and nothing else: 130万, ¥1.3m, 120k USD, 一百二十万元."""
COUNTED = re.compile(rf"(?P<figure>{FIGURE})\s*(?:[%\uff05]|[^\W\d_]{{1,6}})?")
"""A figure, with what it counts behind it: 200台, 8%, 45 days."""


def values_in(entity: str, fields: Iterable[tuple[str, str]], also: Sequence[Proposal] = ()) -> Mapping[str, object]:
    """The values of fields that were filled in as text; an emptied one is None.

    also: what else the draft brings: its fields are `key.field`, and `key` alone, emptied, takes it out. Who writes a currency with an
    amount fills in the currency too, unless they fill it in themselves. What the schema does not know stays text.
    Raises: ValueError(field name) for a text that is no value of its field.
    """
    values, wrong = read_in(entity, fields, also)
    if wrong:
        raise ValueError(wrong[0])
    return values


def read_in(
    entity: str, fields: Iterable[tuple[str, str]], also: Sequence[Proposal] = (), own: Sequence[Field] = ()
) -> tuple[Mapping[str, object], tuple[str, ...]]:
    """As `values_in`: the values that are some, and the names of the fields whose text is none. own: as of a `Draft`."""
    values: dict[str, object] = {}
    currencies: dict[str, object] = {}
    wrong = []
    for name, text in fields:
        field = field_called(entity, name, also, own)
        try:
            _check_time(entity, name, text)
            values[name] = _value(field, text) if field else text
        except ValueError:
            wrong.append(name)
            continue
        if field and field.kind is Kind.MONEY and (currency := _currency(text)):
            beside = name.removesuffix(field.name) + CURRENCY
            currencies |= {beside: currency} if field_called(entity, beside, also, own) else {}
    return {**currencies, **values}, tuple(wrong)


def field_called(entity: str, name: str, also: Sequence[Proposal] = (), own: Sequence[Field] = ()) -> Field | None:
    """The field that `name` means among all fields of a draft; None where the schema knows none."""
    key, _, inner = name.partition(".")
    beside = next((one.entity for one in also if one.key == key), "") if inner else ""
    known = known_with(beside or entity, own)
    return known.field(inner if beside else name) if known else None


def wanted(entity: str, name: str, also: Sequence[Proposal] = (), own: Sequence[Field] = ()) -> str:
    """What a field takes, by example: the same in every language."""
    field = field_called(entity, name, also, own)
    if (entity, name) == TIMED:
        return TIMES
    return (", ".join(field.value_names) or EXAMPLES.get(field.kind, "–")) if field else "–"


def _check_time(entity: str, name: str, text: str) -> None:
    """Raises: ValueError where a subscription would come at no time."""
    if (entity, name) == TIMED:
        when = recurring_in(text)
        if when is None or when.at is None:
            raise ValueError(name)


def _value(field: Field, text: str) -> object:
    written = text.strip()
    value = None if not written else _read(field, text, written)
    if not field.takes(value):
        raise ValueError(field.name)
    return value


def _read(field: Field, text: str, written: str) -> object:
    match field.kind:
        case Kind.NUMBER | Kind.MONEY:
            figure = _figure(written, COUNTED if field.kind is Kind.NUMBER else AMOUNT)
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


def _figure(written: str, pattern: re.Pattern[str]) -> float:
    """Raises: ValueError."""
    try:
        return float(written.replace(",", ""))
    except ValueError:
        found = pattern.fullmatch(fold(written))
        if found is None:
            raise
    return round(value_of(found["figure"]) * SCALES.get(found.groupdict().get("scale") or "", 1.0), 2)


def _currency(text: str) -> str:
    """The currency that an amount was written with; "" where none was."""
    found = AMOUNT.fullmatch(fold(text.strip()))
    return SIGNS.get((found["before"] or found["after"] or ""), "") if found else ""

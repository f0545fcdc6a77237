"""The fields of a draft as people read them, in both languages. Knows what fields mean; knows no screen."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeGuard
from zoneinfo import ZoneInfo

from bot.domain.entities import RULE, SCHEDULE, SCHEMA
from bot.domain.evidence import Evidence
from bot.domain.ids import Audience, RecordId
from bot.domain.outcome import MAIN, Draft, Proposal
from bot.domain.own_fields import known_with
from bot.domain.panels import exact_text, figure_text
from bot.domain.people import Speaker
from bot.domain.records import DraftState, HeldDraft
from bot.domain.schema import Entity, Field, Kind, Label
from bot.domain.talk import Lang

Say = Callable[..., str]
"""The sentence of a key in the reader's language, filled with facts."""

YES, NO, EMPTIED = Label("是", "yes"), Label("否", "no"), Label("清空", "emptied")
NAMED = "_name"
"""The ending of the copy of a name beside a reference."""
MONEY_AND_CURRENCY = "currency"
UNSAID = ("owner", "owner_name", "status", "created_date", "stage_date")
"""What tells nothing of a draft: it is its author's, and of today, and what will be is not yet."""
TOLD_BY_KIND = frozenset({"touchpoint"})
"""Kinds of which one is told by that there is one: what was said is in the person's ear."""
MADE: Mapping[str, frozenset[str]] = {
    "opportunity": frozenset({"name"}), "touchpoint": frozenset({"happened_at", "channel", "kind", "note"}),
    "rule": frozenset(one.name for one in RULE.fields), "schedule": frozenset(one.name for one in SCHEDULE.fields),
}  # fmt: skip
"""What the house itself puts together or knows, so that nobody has to have said it."""
MOST_NAMED, LONGEST_GIST = 2, 24
UNITS = {"%": Label("%", "%"), "day": Label("天", " days")}


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A field of a draft. name: what people call it. value: in words. proven: it has grounds, or needs none.

    before: what the record that would be changed holds there, in words; "" where that is nothing, the same, or not known. grounds: where
    the value comes from.
    """

    field: str
    name: str
    value: str
    proven: bool
    before: str = ""
    grounds: Evidence | None = None


def draft_of(held: HeldDraft) -> Draft:
    """What is held, as it would be proposed. Once it is decided nothing in it is a change any more: each record is told as it is."""
    if held.state is DraftState.OPEN:
        return Draft("", held.entity, held.fields, held.evidence, held.record_id, also=held.also, own=held.own)
    also = tuple(replace(one, record_id=None) for one in held.also)
    return Draft("", held.entity, held.fields, held.evidence, also=also, own=held.own)


def by_the_clock(draft: Draft, zone: str) -> Draft:
    """The draft as it is read in `zone` (IANA): moments by the clock there. For showing alone."""
    also = tuple(replace(one, fields=_by_the_clock(one.entity, one.fields, zone)) for one in draft.also)
    return replace(draft, fields=_by_the_clock(draft.entity, draft.fields, zone), also=also)


def sheets_of(draft: Draft) -> dict[str, Draft]:
    """Every record of a draft as a draft of its own, by key; its own record is the first, and its key is "".

    What another one repeats of the first (its account, its contact) is left out there; so is what all of them say beside a change.
    """
    sheets = {"": replace(draft, also=())}
    told = {**(_common(draft.also) if draft.record_id else {}), **draft.fields}
    for one in draft.also:
        fields = _unlike(one.fields, told, draft.record_id)
        sheets[one.key] = Draft("", one.entity, fields, one.evidence, one.record_id, before=one.before, own=draft.own)
    return sheets


def flat(key: str, field: str) -> str:
    """What a field of the record `key` is called among all fields of its draft."""
    return f"{key}.{field}" if key else field


def card_rows(draft: Draft, lang: Lang) -> tuple[DraftRow, ...]:
    """The fields that a card shows: those that the draft wants shown, in its order; all where it wants none in particular."""
    if not draft.shows:
        return rows_of(draft, lang)
    rows = {row.field: row for row in told_rows(draft, lang)}
    return tuple(rows[name] for name in draft.shows if name in rows)


def shows_all(draft: Draft, lang: Lang) -> bool:
    """Whether everything that is proposed stands among `card_rows`."""
    return not draft.also and (not draft.shows or len(card_rows(draft, lang)) == len(told_rows(draft, lang)))


def also_line(draft: Draft, lang: Lang, say: Say) -> str:
    """What is saved with a draft, in one line; "" where that is nothing."""
    told = []
    for key, sheet in sheets_of(draft).items():
        if key:
            label, gist = entity_label(sheet.entity, lang), gist_of(sheet, lang)
            label = label if lang is Lang.ZH else label[:1].lower() + label[1:]
            told.append(say("form_also_told", label=label, gist=gist) if gist else label)
    return say("form_also", what=say("list_comma").join(told)) if told else ""


def gist_of(sheet: Draft, lang: Lang) -> str:
    """What a record is about in a few words: of one that would be changed, in what; "" where its kind tells enough."""
    rows = {row.field: row for row in told_rows(sheet, lang)}
    if sheet.record_id is not None:
        names = [row.name for row in rows.values() if row.field != MONEY_AND_CURRENCY]
        return "/".join(names[:MOST_NAMED]) + ("…" if len(names) > MOST_NAMED else "")
    known = known_with(sheet.entity, sheet.own)
    if known is None or known.name in TOLD_BY_KIND:
        return ""
    title = rows[known.title].value.strip() if known.title in rows else ""
    title = title if len(title) <= LONGEST_GIST else f"{title[: LONGEST_GIST - 1]}…"
    amount, day = sheet.fields.get("amount"), sheet.fields.get(known.when)
    figure = figure_text(amount, lang, str(sheet.fields.get(MONEY_AND_CURRENCY) or "")) if _is_figure(amount) else ""
    return (" · " if lang is Lang.EN else ",").join(filter(None, (title, figure, _short_day(day, lang))))


def rows_of(draft: Draft, lang: Lang) -> tuple[DraftRow, ...]:
    """The draft's fields in its order. A reference is told by its name alone where that is there, money with its currency."""
    entity = known_with(draft.entity, draft.own)
    return tuple(_row(draft, entity, name, lang) for name in draft.fields if not _is_told_elsewhere(draft, entity, name))


def told_rows(draft: Draft, lang: Lang, leave_out: Collection[str] = ()) -> tuple[DraftRow, ...]:
    """The fields that tell somebody something, in the order of their kind. leave_out: what is told elsewhere."""
    known = known_with(draft.entity, draft.own)
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
    grounds = draft.evidence.get(name) or (draft.evidence.get(name + NAMED) if told and told.kind is Kind.REFERENCE else None)
    words, was = _value(told, value, draft, lang), draft.before.get(name + NAMED) or draft.before.get(name)
    before = _value(told, was, draft, lang) if was not in (None, "") else ""
    proven = grounds is not None or name in MADE.get(draft.entity, ())
    return DraftRow(name, _in(told.label, lang) if told else name, words, proven, before if before != words else "", grounds)


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
        return exact_text(value, str(draft.fields.get(MONEY_AND_CURRENCY) or draft.before.get(MONEY_AND_CURRENCY) or ""))
    unit = UNITS.get(told.unit) if told is not None else None
    return exact_text(value, unit=_in(unit, lang) if unit else "")


def _in(label: Label, lang: Lang) -> str:
    return label.zh if lang is Lang.ZH else label.en


def _by_the_clock(entity: str, fields: Mapping[str, object], zone: str) -> Mapping[str, object]:
    known, there = SCHEMA.entity(entity), ZoneInfo(zone)
    moments = {one.name for one in (known.fields if known else ()) if one.kind is Kind.MOMENT}
    told = {name: datetime.fromisoformat(str(value)).astimezone(there) for name, value in fields.items() if name in moments and value}
    return {**fields, **{name: at.isoformat() for name, at in told.items()}}


def _unlike(fields: Mapping[str, object], told: Mapping[str, object], main: RecordId | None) -> Mapping[str, object]:
    """Without references that are told already, or point at the record that is changed, and their names."""
    names = [name for name in fields if name + NAMED in fields]
    same = {name for name in names if fields[name] in (MAIN, main) or (name in told and told[name] == fields[name])}
    return {name: value for name, value in fields.items() if name.removesuffix(NAMED) not in same}


def _common(also: Sequence[Proposal]) -> Mapping[str, object]:
    """The references that all new records beside a change agree on: whom it is about."""
    new = [one.fields for one in also if one.record_id is None]
    names = {name for fields in new for name in fields if name + NAMED in fields}
    values = {name: {str(fields[name]): fields[name] for fields in new if name in fields} for name in names}
    return {name: next(iter(found.values())) for name, found in values.items() if len(found) == 1}


def _is_figure(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _short_day(value: object, lang: Lang) -> str:
    """A day as people write it: 7/31, 31 Jul; "" for what is none."""
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        return ""
    return f"{day.month}/{day.day}" if lang is Lang.ZH else f"{day.day} {day:%b}"


def grounds_for(draft: HeldDraft, reader: Speaker) -> tuple[Evidence, ...]:
    """The grounds of a draft for somebody whose business its review is, each once.

    What is for its author alone, such as a contract that they were sent, was put before the reviewer with the draft.
    """
    own = Audience(f"user:{draft.author}")
    return tuple(dict.fromkeys(one for one in draft.evidence.values() if one.audience == own or reader.may_see(one.audience)))

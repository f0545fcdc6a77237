"""The form in which a draft is edited: fields drawn by what they hold, and read back. Knows views; knows no draft's rules."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.channels.slack.payload import Json, part, parts, word
from bot.domain.entities import SCHEMA
from bot.domain.records import HeldDraft
from bot.domain.schema import Field, Kind, Label
from bot.domain.talk import Lang
from bot.ports import Words

EDIT = "edit_draft"
MOST_FIELDS, MOST_CHOICES = 40, 100
LONGEST_TITLE, LONGEST_LABEL, LONGEST_TEXT, LONG_LINE = 24, 75, 3000, 80
VALUE = "value"
LAST_SECOND = 253_402_300_800
"""The end of the year 9999."""
INITIAL: Mapping[str, str] = {
    "plain_text_input": "initial_value", "number_input": "initial_value", "datepicker": "initial_date",
    "datetimepicker": "initial_date_time", "static_select": "initial_option",
}  # fmt: skip
STATED: Mapping[str, str] = {
    "plain_text_input": "value", "number_input": "value", "datepicker": "selected_date", "datetimepicker": "selected_date_time",
    "static_select": "selected_option",
}  # fmt: skip
"""Element -> where the value stands that it began with, and where the one that it has now."""


def form(held: HeldDraft, lang: Lang, words: Words, place: str) -> dict[str, Any]:
    """The view in which `held` is edited. place: where the answer goes, as of an `Origin`."""
    entity = SCHEMA.entity(held.entity)
    title = (entity.label.zh if lang is Lang.ZH else entity.label.en) if entity else held.entity
    return {
        "type": "modal",
        "callback_id": EDIT,
        "private_metadata": json.dumps({"draft": held.id, "revision": held.revision, "place": place}),
        "title": plain(title[:LONGEST_TITLE]),
        "submit": plain(words.say("slack_form_submit", lang)),
        "close": plain(words.say("slack_form_close", lang)),
        "blocks": list(_inputs(held, lang, words)),
    }


def filled(view: Json) -> tuple[tuple[str, str], ...]:
    """Field -> text of those that were changed; an emptied one is empty."""
    values = part(view, "state", "values")
    found = []
    for block in parts(view, "blocks"):
        element, name = part(block, "element"), word(block, "block_id")
        kind = word(element, "type")
        if kind in STATED and (now := _text(part(values, name, VALUE).get(STATED[kind]))) != _text(element.get(INITIAL[kind])):
            found.append((name, now))
    return tuple(found)


def _text(value: object) -> str:
    """What an element holds, as text: a time as ISO 8601, a choice as its value."""
    if isinstance(value, dict):
        return str(value.get("value") or "")
    if isinstance(value, int) and 0 <= value < LAST_SECOND:
        return datetime.fromtimestamp(value, UTC).isoformat()
    return str(value or "")


def _inputs(held: HeldDraft, lang: Lang, words: Words) -> Iterator[dict[str, Any]]:
    entity = SCHEMA.entity(held.entity)
    known = {field.name: field for field in entity.fields} if entity else {}
    copies = {f"{name}_name" for name, field in known.items() if field.kind is Kind.REFERENCE}
    shown = [
        known.get(name, Field(name, Kind.TEXT, Label(name, name))) for name in held.fields
        if name not in copies and not (name in known and known[name].kind is Kind.REFERENCE)
    ]  # fmt: skip
    for field in shown[:MOST_FIELDS]:
        label = field.label.zh if lang is Lang.ZH else field.label.en
        yield {
            "type": "input", "block_id": field.name, "optional": True, "label": plain(label[:LONGEST_LABEL]),
            "element": {"action_id": VALUE, **element(field, held.fields[field.name], lang, words)},
        }  # fmt: skip


def element(field: Field, value: object, lang: Lang, words: Words) -> dict[str, Any]:
    """What a field is filled in with, beginning with its value."""
    match field.kind:
        case Kind.NUMBER | Kind.MONEY:
            return {"type": "number_input", "is_decimal_allowed": True, **_starts("initial_value", _figure(value))}
        case Kind.DATE:
            return {"type": "datepicker", **_starts("initial_date", value)}
        case Kind.MOMENT:
            return {"type": "datetimepicker", **_starts("initial_date_time", _seconds(value))}
        case Kind.ENUM:
            named = [(one.name, one.label.zh if lang is Lang.ZH else one.label.en) for one in field.values]
            return choice(named, value)
        case Kind.FLAG:
            return choice([("true", words.say("slack_yes", lang)), ("false", words.say("slack_no", lang))], str(value).lower())
        case Kind.TEXT | Kind.REFERENCE:
            text = str(value or "")[:LONGEST_TEXT]
            return {"type": "plain_text_input", "multiline": len(text) > LONG_LINE or "\n" in text, **_starts("initial_value", text)}


def choice(named: list[tuple[str, str]], value: object) -> dict[str, Any]:
    """One of several, by name and label."""
    options = {name: {"text": plain(label[:LONGEST_LABEL]), "value": name} for name, label in named[:MOST_CHOICES]}
    return {"type": "static_select", "options": list(options.values()), **_starts("initial_option", options.get(str(value)))}


def _starts(name: str, value: object) -> dict[str, Any]:
    return {} if value is None or value == "" else {name: value}


def _figure(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, int | float) else ""


def _seconds(value: object) -> int | None:
    try:
        return int(datetime.fromisoformat(str(value)).timestamp())
    except ValueError:
        return None


def plain(text: str) -> dict[str, Any]:
    """Text that is shown as it stands."""
    return {"type": "plain_text", "text": text, "emoji": False}

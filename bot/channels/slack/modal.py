"""The form in which a draft is edited: fields drawn by what they hold, and read back. Knows views; knows no draft's rules."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.channels.slack.payload import Json, Malformed, part, parts, word
from bot.domain.drafted import draft_of, entity_label
from bot.domain.filling import Input, Section, label_of, sections_of
from bot.domain.outcome import Proposal
from bot.domain.records import HeldDraft
from bot.domain.schema import Field, Kind
from bot.domain.talk import Lang
from bot.domain.written import read_in, wanted
from bot.ports import Words

EDIT = "edit_draft"
MOST_FIELDS, MOST_SECTIONS, MOST_CHOICES = 60, 12, 100
"""With a heading and a choice for each record they stay within the 100 blocks of a view."""
MOST_REVISIONS = 1 << 31
KEEP, DROP = "keep", "drop"
LONGEST_TITLE, LONGEST_LABEL, LONGEST_TEXT, LONG_LINE, LONGEST_HEADING = 24, 75, 3000, 80, 150
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


@dataclass(frozen=True, slots=True)
class Edited:
    """What goes with a form. place: where the answer goes. also: key -> entity, of the records beside the draft's own."""

    draft: str
    revision: int
    place: str
    lang: Lang
    entity: str
    also: Mapping[str, str]


def form(held: HeldDraft, lang: Lang, words: Words, place: str) -> dict[str, Any]:
    """The view in which `held` is edited: a part for each record of it. place: where the answer goes, as of an `Origin`."""
    sections = sections_of(draft_of(held), lang)[:MOST_SECTIONS]
    shown = {section.key for section in sections}
    about = {
        "draft": held.id, "revision": held.revision, "place": place, "lang": lang, "entity": held.entity,
        "also": {one.key: one.entity for one in held.also if one.key in shown},
    }  # fmt: skip
    return {
        "type": "modal",
        "callback_id": EDIT,
        "private_metadata": json.dumps(about, ensure_ascii=False, separators=(",", ":")),
        "title": plain(entity_label(held.entity, lang)[:LONGEST_TITLE]),
        "submit": plain(words.say("slack_form_submit", lang)),
        "close": plain(words.say("slack_form_close", lang)),
        "blocks": list(_blocks(sections, lang, words)),
    }


def edited(view: Json) -> Edited:
    """What a form was about.  Raises: Malformed."""
    try:
        kept = json.loads(word(view, "private_metadata"))
        also = {str(key): str(entity) for key, entity in dict(kept.get("also", {})).items()}
        lang = Lang(kept.get("lang", Lang.EN))
        found = Edited(str(kept["draft"]), int(kept["revision"]), str(kept["place"]), lang, str(kept.get("entity", "")), also)
    except (ValueError, KeyError, TypeError, AttributeError) as err:
        raise Malformed("private_metadata") from err
    if not 0 <= found.revision < MOST_REVISIONS:
        raise Malformed("revision")
    return found


def misread(view: Json, words: Words) -> Mapping[str, str]:
    """Input -> what it takes, of those whose text is no value of their field; Slack shows it there, and keeps the form open.

    Raises: Malformed.
    """
    about = edited(view)
    also = [Proposal(key, entity, {}) for key, entity in about.also.items()]
    _, wrong = read_in(about.entity, filled(view), also)
    return {name: words.say("slack_form_wrong", about.lang, wanted=wanted(about.entity, name, also)) for name in wrong}


def filled(view: Json) -> tuple[tuple[str, str], ...]:
    """Field -> text of those that were changed; an emptied one is empty."""
    values = part(view, "state", "values")
    found = []
    for block in parts(view, "blocks"):
        element, name = part(block, "element"), word(block, "block_id")
        kind = word(element, "type")
        if kind in STATED and (now := _text(part(values, name, VALUE).get(STATED[kind]))) != _text(element.get(INITIAL[kind])):
            found.append((name, "" if (kind, now) == ("static_select", DROP) else now))
    return tuple(found)


def _text(value: object) -> str:
    """What an element holds, as text: a time as ISO 8601, a choice as its value."""
    if isinstance(value, dict):
        return str(value.get("value") or "")
    if isinstance(value, int) and 0 <= value < LAST_SECOND:
        return datetime.fromtimestamp(value, UTC).isoformat()
    return str(value or "")


def _blocks(sections: Sequence[Section], lang: Lang, words: Words) -> Iterator[dict[str, Any]]:
    """The first record without a heading, for the view has its name; of every other one whether it shall be saved, too."""
    left = MOST_FIELDS
    for section in sections:
        if section.key:
            yield {"type": "header", "text": plain(section.label[:LONGEST_HEADING])}
            choices = [(KEEP, words.say("slack_form_keep", lang)), (DROP, words.say("slack_form_drop", lang))]
            yield _input(section.key, words.say("slack_form_record", lang), choice(choices, KEEP), is_optional=False)
        yield from (_input(one.name, label_of(one.field, lang), _filled_with(one, lang, words)) for one in section.inputs[:left])
        left = max(left - len(section.inputs), 0)


def _input(name: str, label: str, box: dict[str, Any], *, is_optional: bool = True) -> dict[str, Any]:
    return {
        "type": "input", "block_id": name, "optional": is_optional, "label": plain(label[:LONGEST_LABEL]),
        "element": {"action_id": VALUE, **box},
    }  # fmt: skip


def _filled_with(one: Input, lang: Lang, words: Words) -> dict[str, Any]:
    """As `element`, but an amount is written as people write it: 130万."""
    if one.field.kind is not Kind.MONEY:
        return element(one.field, one.value, lang, words)
    hint = plain(words.say("slack_form_amount", lang))
    return {"type": "plain_text_input", "placeholder": hint, **_starts("initial_value", _figure(one.value))}


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

"""The forms in which a reviewer changes a text, asks, or sends something back, and an author answers. Knows views; decides nothing."""

import json
from collections.abc import Iterator
from typing import Any

from bot.channels.slack.modal import LONGEST_LABEL, LONGEST_TEXT, LONGEST_TITLE, VALUE, choice, element, filled, plain
from bot.channels.slack.payload import Json, Malformed, word
from bot.domain.entities import SCHEMA
from bot.domain.ids import MessageId
from bot.domain.records import HeldDraft
from bot.domain.review import RejectReason
from bot.domain.talk import Lang
from bot.ports import Words

REVIEW = "review"
"""The callback of these forms."""
WRITTEN, TERMS = ("subject", "body"), ("discount", "payment_days", "amount", "valid_until")
"""What can be changed of a letter; the terms of anything else."""
SAID = {"ask": "question", "reply": "answer", "reject": "note"}
VERBS = frozenset({"edit", "counter", *SAID})
SENT = ("form", "sent")
"""Goes with every form, so that one that was left as it was is told from a button."""


def review_form(verb: str, held: HeldDraft, lang: Lang, words: Words, message: str, button: int, place: str) -> dict[str, Any]:
    """The view for `verb`. message, button: what was pressed. place: where the answer goes, as of an `Origin`."""
    return {
        "type": "modal",
        "callback_id": REVIEW,
        "private_metadata": json.dumps({"message": message, "button": button, "place": place}),
        "title": plain(words.say(f"button_review_{verb}", lang)[:LONGEST_TITLE]),
        "submit": plain(words.say(f"button_review_{verb}", lang)[:LONGEST_TITLE]),
        "close": plain(words.say("slack_form_close", lang)),
        "blocks": list(_inputs(verb, held, lang, words)),
    }


def submitted(view: Json) -> tuple[MessageId, int, str, tuple[tuple[str, str], ...]]:
    """What was pressed (message and button), where, and what was filled in.  Raises: Malformed."""
    try:
        kept = json.loads(word(view, "private_metadata"))
        message, button, place = str(kept["message"]), int(kept["button"]), str(kept["place"])
    except (ValueError, KeyError, TypeError) as err:
        raise Malformed("private_metadata") from err
    return MessageId(message), button, place, (SENT, *filled(view))



def _inputs(verb: str, held: HeldDraft, lang: Lang, words: Words) -> Iterator[dict[str, Any]]:
    if verb == "reject":
        reasons = [(one.value, words.say(f"button_reason_{one}", lang)) for one in RejectReason]
        yield _input("reason", words.say("slack_reason", lang), choice(reasons, RejectReason.OTHER.value))
    if verb in SAID:
        label = words.say("slack_note" if verb == "reject" else f"button_review_{verb}", lang)
        box = {"type": "plain_text_input", "multiline": True, "max_length": LONGEST_TEXT}
        yield _input(SAID[verb], label, box, optional=verb == "reject")
        return
    entity = SCHEMA.entity(held.entity)
    for name in WRITTEN if "body" in held.fields else TERMS:
        field = entity.field(name) if entity else None
        if field is not None and name in held.fields:
            label = field.label.zh if lang is Lang.ZH else field.label.en
            yield _input(name, label, element(field, held.fields[name], lang, words))


def _input(name: str, label: str, box: dict[str, Any], *, optional: bool = True) -> dict[str, Any]:
    return {
        "type": "input", "block_id": name, "optional": optional, "label": plain(label[:LONGEST_LABEL]),
        "element": {"action_id": VALUE, **box},
    }  # fmt: skip

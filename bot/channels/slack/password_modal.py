"""The form in which somebody types the password of a file: out of the conversation. Knows views; opens nothing and keeps nothing."""

import json
from typing import Any

from bot.channels.slack.modal import LONGEST_LABEL, LONGEST_TITLE, VALUE, plain
from bot.domain.passwords import PASSWORD
from bot.domain.talk import Lang
from bot.ports import Words

LONGEST_PASSWORD = 255


def password_form(lang: Lang, words: Words, message: str, button: int, place: str) -> dict[str, Any]:
    """The view. message, button: what was pressed. place: where the answer goes, as of an `Origin`."""
    return {
        "type": "modal",
        "callback_id": PASSWORD,
        "private_metadata": json.dumps({"message": message, "button": button, "place": place}),
        "title": plain(words.say("button_password", lang)[:LONGEST_TITLE]),
        "submit": plain(words.say("slack_password_submit", lang)),
        "close": plain(words.say("slack_form_close", lang)),
        "blocks": [{
            "type": "input", "block_id": PASSWORD, "label": plain(words.say("slack_password", lang)[:LONGEST_LABEL]),
            "hint": plain(words.say("slack_password_hint", lang)),
            "element": {"action_id": VALUE, "type": "plain_text_input", "max_length": LONGEST_PASSWORD, "focus_on_load": True},
        }],
    }  # fmt: skip

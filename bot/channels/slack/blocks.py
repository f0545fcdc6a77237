"""Parts as Slack's blocks. Knows Block Kit and its limits; decides nothing about what is shown."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.channels.form.cutting import shortened
from bot.channels.form.dialects import mrkdwn
from bot.channels.form.parts import Card, Style, WireButton, Words
from bot.channels.slack.wording import escaped

Block = dict[str, Any]

FIELDS_IN_SECTION, BUTTONS_IN_ROW = 10, 25
LONGEST_HEADER, LONGEST_FIELD, LONGEST_NOTE, LONGEST_BUTTON, LONGEST_NOTICE = 150, 2_000, 2_000, 75, 300
STYLES: Mapping[Style, Mapping[str, str]] = {Style.MAIN: {"style": "primary"}, Style.AWAY: {"style": "danger"}, Style.PLAIN: {}}
THUMBS = "thumbs"


def body_of(part: Words | Card) -> dict[str, Any]:
    """What `chat.postMessage` takes of a part: its blocks, and the text that a notice on a phone shows.

    Plain words go as text alone, so that what is copied is what was meant.
    """
    match part:
        case Words(markdown, plain=True):
            return {"text": escaped(markdown), "mrkdwn": False}
        case Words(markdown):
            return {"text": _notice(markdown), "blocks": [{"type": "markdown", "text": markdown}]}
        case Card():
            return {"text": _notice(f"{part.title}\n{part.text}"), "blocks": card_blocks(part)}


def card_blocks(card: Card) -> list[Block]:
    """A card: what it says, its rows, its grounds, its buttons."""
    return [*_head(card), *_fields(card.rows), *_notes((*card.quotes, *filter(None, (card.settled,)))), *_actions(card)]


def plain(text: str) -> Block:
    """Words without markup. Faces are not drawn out of `:smile:`."""
    return {"type": "plain_text", "text": text, "emoji": False}


def button(one: WireButton) -> Block:
    """A button: its value is opaque, its id says what it does, as a hint for who reads the log."""
    action_id = f"{one.action or 'tap'}-{one.id.rpartition(':')[2]}"
    label = plain(shortened(one.label, LONGEST_BUTTON))
    return {"type": "button", "text": label, "value": one.id, "action_id": action_id, **STYLES[one.style]}


def _notice(text: str) -> str:
    return escaped(shortened(text.strip(), LONGEST_NOTICE)) or "Tandem"


def _head(card: Card) -> Iterator[Block]:
    if card.title:
        yield {"type": "header", "text": plain(shortened(card.title, LONGEST_HEADER))}
    if card.text:
        yield {"type": "markdown", "text": card.text}


def _fields(rows: Sequence[tuple[str, str]]) -> Iterator[Block]:
    shown = [{"type": "mrkdwn", "text": shortened(f"*{mrkdwn(name)}*\n{mrkdwn(value)}", LONGEST_FIELD)} for name, value in rows]
    for first in range(0, len(shown), FIELDS_IN_SECTION):
        yield {"type": "section", "fields": shown[first : first + FIELDS_IN_SECTION]}


def _notes(notes: Sequence[str]) -> Iterator[Block]:
    if notes:
        yield {"type": "context", "elements": [plain(shortened(note, LONGEST_NOTE)) for note in notes[:FIELDS_IN_SECTION]]}


def _actions(card: Card) -> Iterator[Block]:
    for first in range(0, len(card.buttons), BUTTONS_IN_ROW):
        yield {"type": "actions", "elements": [button(one) for one in card.buttons[first : first + BUTTONS_IN_ROW]]}
    match card.thumbs:
        case (up, down):
            yield {"type": "context_actions", "elements": [{
                "type": "feedback_buttons", "action_id": THUMBS,
                "positive_button": {"text": plain(up.label), "value": up.id},
                "negative_button": {"text": plain(down.label), "value": down.id},
            }]}  # fmt: skip
        case _:
            pass

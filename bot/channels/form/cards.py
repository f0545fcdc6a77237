"""A message as one card, where all of it fits; else what is left for the card after the words. Knows no way to send either."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.channels.form.citations import fitting
from bot.channels.form.cutting import pieces, shortened
from bot.channels.form.dialects import PLAIN, atoms
from bot.channels.form.markup import Block, Code
from bot.channels.form.packing import joined
from bot.channels.form.parts import Card
from bot.channels.form.view import View
from bot.domain.drafted import entity_label
from bot.domain.outcome import Answer, Draft
from bot.domain.paper import Grid

MOST_LINES = 4
"""More lines than these are not put on a card that cuts what it cannot show."""
ENDINGS = ("。", "!", "?", "？", "！", ".", ";", "；", ":", "：")


def whole_card(view: View, blocks: Sequence[Block]) -> Card | None:
    """Everything on one card; None where it does not fit. blocks: the text, as far as it is text."""
    if view.choices.says or not fitting(view.grounds, view.can.quote_chars):
        return None
    title, text = _title(view), joined(list(atoms(blocks, view.card_dialect, tables=view.can.tables)))
    if view.card_dialect == PLAIN:
        if any(isinstance(one, Code | Grid) for one in blocks) or text.count("\n") >= MOST_LINES:
            return None
        title, text = (title, text) if title else _headed(view, text)
    if view.can.card_chars is not None and len(text) > view.can.card_chars:
        return None
    return Card(title, text, view.rows.shown, view.choices.buttons, view.grounds.lines, view.choices.thumbs)


def bare_card(view: View) -> Card:
    """Rows and buttons, for after the words."""
    title = _title(view) or shortened(view.say("form_next" if view.choices.buttons else "form_brand"), view.can.title_chars)
    return Card(title, "", view.rows.shown, view.choices.buttons, (), view.choices.thumbs)


def settled_card(view: View, card: Card) -> Card:
    """The card that takes the place of one that was pressed: the same, with what was pressed, and nothing left to press."""
    return replace(card, buttons=(), thumbs=(), settled=view.harmless(_settlement(view)))


def _settlement(view: View) -> str:
    facts, label = view.message.facts, view.message.pressed
    if not label:
        return view.say("form_done")
    if not (facts.get("by") and facts.get("at")):
        return label  # nobody pressed anything that counted: it tells how things stand
    at, zone = datetime.fromisoformat(str(facts["at"])), facts.get("zone")
    here = at.astimezone(ZoneInfo(str(zone))) if zone else at
    told = f"{here:%H:%M}" if zone or here.utcoffset() else f"{here:%H:%M} UTC"
    return view.say("form_settled", by=facts["by"], label=label, at=told)


def _title(view: View) -> str:
    outcome = view.message.outcome
    match outcome:
        case Draft():
            key = "form_draft" if outcome.record_id is None else "form_change"
            return shortened(view.say(key, entity=entity_label(outcome.entity, view.lang)), view.can.title_chars)
        case Answer():
            return ""
        case other:
            assert_never(other)


def _headed(view: View, text: str) -> tuple[str, str]:
    """A title and the rest: the whole where it is short, else its first sentence, else our name above all of it."""
    if len(text) <= view.can.title_chars and "\n" not in text:
        return text, ""
    first = pieces(text, view.can.title_chars)[0]
    if first.endswith(ENDINGS) and "\n" not in first:
        return first, text[len(first) :].strip()
    return view.say("form_brand"), text

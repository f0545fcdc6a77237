"""Which of an outcome's buttons are drawn, in which words, and which are said instead. Knows limits; knows no platform."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.channels.form.citations import Say
from bot.channels.form.cutting import shortened
from bot.channels.form.parts import Style, WireButton
from bot.domain.decision import Message
from bot.domain.offers import ALL, DECIDING, DOWN, STANDING, UP, WHY, offered
from bot.domain.outcome import Answer, Button
from bot.domain.transport import Capabilities

STYLES = {"save": Style.MAIN, "discard": Style.AWAY}
WORDED = {**{action: action for action in (*DECIDING, *STANDING, "undo", "retry")}, "privately": "private", "alone": "private"}
"""Actions -> their words of the house, short enough for any transport."""
LONGEST_SAID = 40
"""Nobody types more than this to press a button; see `bot.turns.typed`."""
GROUNDS = "grounds"
"""What `why` is called where it leads to grounds that did not fit."""


@dataclass(frozen=True, slots=True)
class Choices:
    """The buttons of one message.

    buttons: drawn. says: what to say instead of pressing those that are not. thumbs: up and down, or none. called_for: without the
    buttons something could not be done or seen; else they are a courtesy.
    """

    buttons: tuple[WireButton, ...] = ()
    says: tuple[str, ...] = ()
    thumbs: tuple[WireButton, ...] = ()
    called_for: bool = False


def choices_of(message: Message, can: Capabilities, say: Say, *, left_over: bool, cut: bool) -> Choices:
    """The buttons of a message. left_over: grounds did not fit; cut: fields of a draft did not."""
    numbered = list(enumerate(offered(message.outcome)))
    own = [(place, one) for place, one in numbered if one.action not in STANDING or one.label]
    needed = [action for action, wanted in ((ALL, cut), (WHY, left_over and message.decision_id is not None)) if wanted and can.buttons]
    room = max(can.buttons - len(needed), 0)
    drawn = [*own[:room], *((place, one) for place, one in numbered if not one.label and one.action in needed)]
    if WHY not in needed and len(drawn) < can.buttons and _has_a_story(message):
        drawn += [(place, one) for place, one in numbered if not one.label and one.action == WHY]
    buttons = tuple(_wire(message, place, one, can, say, left_over=left_over) for place, one in drawn)
    says = tuple(_typed(one, say) for _, one in own[room:])
    return Choices(buttons, says, _thumbs(message, numbered, can, say), bool(own[:room] or needed))


def _has_a_story(message: Message) -> bool:
    """Whether asking why leads to more than the words themselves."""
    outcome = message.outcome
    return message.decision_id is not None and bool(outcome.evidence or (isinstance(outcome, Answer) and outcome.query))


def _typed(one: Button, say: Say) -> str:
    """What to say instead of pressing: the label, which is understood as the button it was on; of a long one, the words it stands for."""
    if one.action in WORDED and not one.label:
        return say(f"form_button_{WORDED[one.action]}")
    return one.label if 0 < len(one.label) <= LONGEST_SAID else one.text or one.label


def _thumbs(message: Message, numbered: Sequence[tuple[int, Button]], can: Capabilities, say: Say) -> tuple[WireButton, ...]:
    told = _has_a_story(message) or (isinstance(message.outcome, Answer) and message.outcome.found)
    if not can.thumbs or message.decision_id is None or not told:
        return ()
    return tuple(_wire(message, place, one, can, say, left_over=False) for place, one in numbered if one.action in {UP, DOWN})


def _wire(message: Message, place: int, one: Button, can: Capabilities, say: Say, *, left_over: bool) -> WireButton:
    label = " ".join((one.label or one.text).split())
    if one.action in WORDED and not 0 < len(label) <= can.button_chars:
        label = say(f"form_button_{GROUNDS if one.action == WHY and left_over else WORDED[one.action]}")
    return WireButton(f"{message.id}:{place}", shortened(label, can.button_chars), STYLES.get(one.action, Style.PLAIN), one.action)

"""What happened: the last touchpoints, newest first, in the words of whoever wrote them down. Draws no conclusion."""

from collections.abc import Sequence

from bot.domain.dossier import Facts
from bot.domain.query import Row
from bot.domain.saying import Line, Saying, headless, text

SHOWN = 3


def past(facts: Facts, named: Sequence[Row], said: Saying) -> list[Line]:
    """The last few touchpoints; the last with the person named is among them."""
    touches = list(facts.of("touches"))
    shown = touches[:SHOWN]
    met = {row.id for row in named}
    theirs = next((one for one in touches if one.fields.get("contact") in met), None)
    if theirs is not None and theirs not in shown:
        shown[SHOWN - 1 :] = [theirs]
    return [_line(row, said) for row in shown]


def _line(row: Row, said: Saying) -> Line:
    day, note = said.day_of(row, "happened_at"), text(row, "note")
    told = said.dots([said.ago(day) if day else "", said.label("touchpoint", row, "channel"), text(row, "contact_name")])
    shown = said.say("told", what=told, words=said.quoted(headless(note, text(row, "contact_name")))) if note else told
    return Line(shown, (said.ground("touchpoint", row, note or told),))

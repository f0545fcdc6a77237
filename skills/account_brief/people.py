"""Who is met: the people named, else those whose word weighs most. Knows contacts; asks nobody."""

from collections.abc import Iterator, Sequence

from bot.domain.dossier import Facts
from bot.domain.query import Row
from bot.domain.saying import Line, Saying, number, text

SHOWN = 3


def people(facts: Facts, named: Sequence[Row], said: Saying) -> list[Line]:
    """One line for each person to be met; after somebody who has left, whoever is there now."""
    chosen = list(named[:SHOWN])
    gone = [row for row in chosen if has_left(row)]
    if not chosen or len(gone) == len(chosen):
        known = {row.id for row in chosen}
        there = sorted((row for row in facts.of("contacts") if not has_left(row) and row.id not in known), key=_weight, reverse=True)
        chosen += there[: SHOWN - len(chosen)]
    return [_line(facts, row, said) for row in chosen]


def has_left(row: Row) -> bool:
    """Whether a contact is no longer there."""
    return row.fields.get("status") == "left"


def _weight(row: Row) -> float:
    return number(row, "weight") or 0.0


def _line(facts: Facts, row: Row, said: Saying) -> Line:
    shown = said.dots(tuple(_told(facts, row, said)))
    return Line(shown, (said.ground("contact", row, shown),))


def _told(facts: Facts, row: Row, said: Saying) -> Iterator[str]:
    yield " ".join(part for part in (text(row, "name"), text(row, "title")) if part)
    left = said.day_of(row, "left_date")
    if has_left(row):
        yield said.say("left_on", day=said.day(left)) if left else said.say("left")
        return
    role, weight = said.label("contact", row, "role"), number(row, "weight")
    if role:
        yield said.say("role_weight", role=role, weight=f"{weight:g}") if weight is not None else role
    if by := text(row, "introduced_by"):
        yield said.say("introduced_by", who=by)
    language = text(row, "language")
    if language and language != said.lang:
        yield said.say("speaks", language=language)
    last = next((one for one in facts.of("touches") if one.fields.get("contact") == row.id), None)
    day = said.day_of(last, "happened_at") if last else None
    if day:
        yield said.say("last_met", ago=said.ago(day))
    elif facts.sees("touches"):
        yield said.say("never_met")

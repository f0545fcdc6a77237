"""Goes on with a question that was asked before: "and last quarter?", "那华东呢?". Knows the query before; knows no thread."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.domain.entities import SCHEMA
from bot.domain.found import Name, Reading
from bot.domain.query import Filter, Period, Query, faults
from skills.query_crm.comparing import comparisons
from skills.query_crm.conditions import conditions
from skills.query_crm.grammar import LEFT_COSTS, NOTHING, Understood, understood
from skills.query_crm.sentence import Sentence
from skills.query_crm.shaping import shape
from skills.query_crm.subject import subject
from skills.query_crm.timing import timing
from skills.query_crm.tokens import cut

NEW_NOUN = 3.0
"""The weight from which a noun begins a question of its own."""


def refined(previous: Query, text: str, reading: Reading, names: Sequence[Name], today: date) -> Understood:
    """`previous` with what `text` changes in it: days for days, a condition for the one on the same field, a new shape for the old.

    A text that names other records is a question of its own.
    """
    parts = cut(text, reading, names)
    chosen = subject(parts)
    nouns = {sense.entity for token in parts.tokens for sense in token.senses if sense.kind == "noun" and sense.weight >= NEW_NOUN}
    if chosen is not None and chosen[0] != previous.entity and chosen[0] in nouns:
        return understood(text, reading, names, today)
    asked = Sentence(parts, previous.entity, today)
    when, made = timing(asked), shape(asked)
    fresh = [one.filter for one in (*conditions(asked), *comparisons(asked), *when.filters)]
    query = replace(
        previous,
        filters=tuple(_over(previous, fresh, when.period)),
        period=_moved(previous.period, when.period),
        group_by=made.group_by or previous.group_by,
        aggregate=made.aggregate or previous.aggregate,
        sort=made.sort or (None if made.aggregate else previous.sort),
        limit=made.limit or previous.limit,
    )
    if query == previous or faults(query, SCHEMA):
        return NOTHING
    return Understood(query, max(0.0, 1.0 - LEFT_COSTS * len(parts.left)), tuple(unit.text for unit in parts.left))


def _over(previous: Query, fresh: list[Filter], period: Period | None) -> list[Filter]:
    """The conditions that still hold, then the new ones: one on a field takes the place of those on it before, days of days."""
    taken = {one.field for one in fresh} | ({period.field} if period else set())
    return [*(one for one in previous.filters if one.field not in taken), *fresh]


def _moved(before: Period | None, now: Period | None) -> Period | None:
    """New days on the date that was asked by before, unless another one is said."""
    return now or before

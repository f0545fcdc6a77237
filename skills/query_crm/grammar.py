"""From words to a typed query, by rules alone, with how sure they are. Knows the schema and the lexicon; asks nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.entities import SCHEMA
from bot.domain.found import Name, Reading
from bot.domain.query import Filter, Op, Query, faults
from bot.domain.schema import Kind
from skills.query_crm.comparing import comparisons, unapplied
from skills.query_crm.conditions import OPEN_STAGES, Condition, conditions, negator
from skills.query_crm.sentence import Sentence
from skills.query_crm.shaping import shape
from skills.query_crm.subject import subject
from skills.query_crm.timing import timing
from skills.query_crm.tokens import Cut, cut

UNASKABLE = ("not_contacted", "unaskable")
"""What no single query can say: records that have nothing of another kind, rates, one period against another."""
LEFT_COSTS = 0.12
"""What a word that nobody knew takes from the sureness."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as read. query: None when the words ask for no records. sure: 0 to 1. left: words that nobody knew.

    wanted: fields of the entity that were named and not asked by: what is to be told of each record. unapplied: comparisons that were
    heard and made no condition.
    """

    query: Query | None
    sure: float
    left: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()
    unapplied: tuple[str, ...] = ()


NOTHING = Understood(None, 0.0)


def understood(text: str, reading: Reading, names: Sequence[Name], today: date) -> Understood:
    """The query that `text` asks, said on `today` in the person's zone. `names` are those that the records know."""
    parts = cut(text, reading, names)
    chosen = subject(parts)
    if chosen is None or any(token.sense("state", state) for token in parts.tokens for state in UNASKABLE):
        return NOTHING
    entity, clear = chosen
    asked = Sentence(parts, entity, today)
    if entity == "touchpoint" and any(asked.meant(place, "value") and negator(asked, place) == "no" for place in range(len(asked.tokens))):
        return NOTHING  # whom nobody has visited is not among the visits
    found = comparisons(asked)
    query = _query(asked, found)
    if faults(query, SCHEMA):
        return NOTHING
    left = tuple(unit.text for unit in parts.left)
    wanted = tuple(dict.fromkeys(path for _, path in asked.fields(*Kind) if "." not in path))
    return Understood(query, max(0.0, min(1.0, 0.5 + clear / 2) - LEFT_COSTS * len(left)), left, wanted, unapplied(asked, found))


def _query(asked: Sentence, compared: Sequence[Condition]) -> Query:
    when = timing(asked)
    found = [*conditions(asked), *compared, *when.filters]
    if when.ahead and not any(one.filter.field == "stage" for one in found):
        found.append(Condition(-1, Filter("stage", Op.IN, OPEN_STAGES)))
    made = shape(asked)
    filters = tuple(_settled(found))
    return Query(asked.entity, filters, made.group_by, made.aggregate, made.sort, made.limit, when.period)


def _settled(found: Sequence[Condition]) -> list[Filter]:
    """Each condition once; of two days by which something was due, the one that was said with a figure counts."""
    kept: dict[tuple[str, Op], Filter] = {}
    for one in found:
        key = (one.filter.field, one.filter.op)
        kept[key] = one.filter
    return list(kept.values())


def is_about_records(parts: Cut) -> bool:
    """Whether any of the schema's nouns, values or dates is in a question at all."""
    return subject(parts) is not None

"""From words to a question as it is posed: by its query alone, or one of the ways that take several. Knows the schema; asks nobody."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from bot.domain.entities import SCHEMA
from bot.domain.found import Name, Reading
from bot.domain.query import ME, Aggregate, Filter, Fn, Op, Query, faults
from bot.domain.schema import Kind
from skills.query_crm.comparing import DAYS_IN
from skills.query_crm.conditions import OPEN_STAGES, conditions
from skills.query_crm.grammar import Understood, understood
from skills.query_crm.lexicon import fold
from skills.query_crm.naming import Guess
from skills.query_crm.periods import compared_periods
from skills.query_crm.posed import Posed, Way
from skills.query_crm.refine import refined
from skills.query_crm.sentence import MONEY_OF, Sentence
from skills.query_crm.shaping import shape
from skills.query_crm.subject import STATES, subject
from skills.query_crm.timing import timing
from skills.query_crm.tokens import Cut, cut

SILENCE = 30
"""Days without a touchpoint that "not contacted" means where none are said."""
WORDED_DAYS = (
    (r"\bfortnight\b|两周|二周|\btwo weeks\b", 14), (r"\bthree weeks\b", 21), (r"\bhalf a year\b|半年|\bsix months\b", 180),
    (r"\b(?:a|one|the last|past|this) month\b|一个月", 30), (r"\b(?:two|a couple of) months\b", 60),
    (r"\b(?:three months|quarter)\b|一个季度", 90),
    (r"\b(?:a|one) week\b|一周|一星期", 7), (r"\ba year\b|一年", 365),
)  # fmt: skip
SPANS = re.compile(r"(\d+)[ -]?(days?|weeks?|months?|years?)")
LONGEST_WORD = 12
"""Characters of what can be a word of a way; a longer match has the names of others inside."""
STRONG = 3.0
"""The weight from which a noun says that other records are meant than the account that is named."""
ALONE = frozenset({Way.STANDING, Way.LOOKED_AT, Way.WHY_LOST, Way.STUCK, Way.SILENT})
"""Ways whose question other records' words do not go on with."""
ASKED_BY = ("won_share", "why_lost", "silent", "looked_at", "between", "versus", "stuck", "standing")
"""The order in which the ways are tried."""


@dataclass(frozen=True, slots=True)
class Told:
    """A question with all that was found in it. low: the text folded."""

    text: str
    low: str
    reading: Reading
    names: Sequence[Name]
    today: date
    cut: Cut

    def sentence(self, entity: str) -> Sentence:
        """The question seen as being about `entity`."""
        return Sentence(self.cut, entity, self.today)

    def known(self, way: str) -> "Told":
        """The same, the words of a way taken for no name: 推不动 is nobody's."""
        spans = [match.span() for one in _ways()[way]["way"] for match in one.finditer(self.low)]
        tokens = tuple(
            replace(token, found=None) if isinstance(token.found, Guess) and _within((token.start, token.end), spans) else token
            for token in self.cut.tokens
        )
        return replace(self, cut=replace(self.cut, tokens=tokens))

    def says(self, way: str, what: str = "way") -> bool:
        """Whether words of a way are in it, and none that deny it."""
        table = _ways().get(way, {})
        return any(one.search(self.low) for one in table.get(what, ())) and not any(one.search(self.low) for one in table.get("deny", ()))


def _within(place: tuple[int, int], spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a stretch shares an end with one of `spans`, or lies inside a short one."""
    return any(start < place[1] and place[0] < end and end - start <= LONGEST_WORD for start, end in spans)


def posed(text: str, reading: Reading, names: Sequence[Name], today: date, before: Posed | None = None) -> tuple[Posed | None, Understood]:
    """The question in `text`, and how it was understood as one query. before: the question that it may go on with."""
    told = Told(text, fold(text), reading, names, today, cut(text, reading, names))
    if before is not None and (gone_on := _continued(told, before)):
        return gone_on, Understood(gone_on.query, 1.0)
    for way in ASKED_BY:
        if told.says(way) and (made := _MAKERS[way](told.known(way))) and not faults(made.query, SCHEMA):
            return made, Understood(made.query, 1.0)
    read = understood(text, reading, names, today)
    return (Posed(read.query) if read.query else None), read


def _begins_anew(told: Told, before: Posed) -> bool:
    """Whether the words are about other records than the question before: 欠 after a deal, a way of its own after any."""
    if any(told.says(way) for way in ("stuck", "looked_at", "standing", "silent")):
        return True
    chosen = subject(told.cut)
    if chosen is None or chosen[0] == before.query.entity:
        return False
    states = {one.value for token in told.cut.tokens for one in token.senses if one.kind == "state"}
    return before.way in ALONE or any(chosen[0] in STATES.get(state, {}) and before.query.entity not in STATES[state] for state in states)


def _continued(told: Told, before: Posed) -> Posed | None:
    """What `told` makes of the question before: the same way with other conditions, or another way with the same ones."""
    if _begins_anew(told, before):
        return None
    read = refined(before.query, told.text, told.reading, told.names, told.today)
    query = read.query
    if told.says("versus") and before.query.aggregate and (compared := _against(told, query or before.query)):
        return compared
    if told.says("why_lost") and before.query.entity == "opportunity":
        return Posed(_lost(before.query), Way.WHY_LOST)
    if told.says("won_share") and before.query.entity == "opportunity":
        base = query or before.query
        return Posed(_undecided(base), Way.WON_SHARE, by_amount=told.says("won_share", "amount"))
    if query is None:
        return None
    moved = before.against if before.way is Way.VERSUS and query.period == before.query.period else None
    if before.way is Way.VERSUS and moved is None and query.period and before.query.period:
        moved = compared_periods(told.low, told.reading, query.period, told.today)[1] or before.against
    way = before.way if query.entity == before.query.entity else Way.ROWS
    return replace(before, query=query, way=way, against=moved, days=_days(told) or before.days)


# --- the ways ------------------------------------------------------------------------------------------------------


def _silent(told: Told) -> Posed | None:
    chosen = subject(told.cut)
    entity = "opportunity" if chosen and chosen[0] == "opportunity" else "account"
    asked = told.sentence(entity)
    filters = tuple(one.filter for one in conditions(asked) if not one.filter.field.endswith("_date") and one.filter.op is not Op.IS_NULL)
    if told.says("silent", "mine") and all(one.value != ME for one in filters):
        filters += (Filter("owner", Op.EQ, ME),)
    if entity == "opportunity" and all(one.field != "stage" for one in filters):
        filters += (Filter("stage", Op.IN, OPEN_STAGES),)
    touch = next((kind for kind in ("visit", "call") if told.says("silent", kind)), "")
    return Posed(Query(entity, filters), Way.SILENT, days=_days(told) or SILENCE, touch=touch)


def _days(told: Told) -> int:
    """How long, in days, that is said as a length of time or as the day since when; 0 when it is not."""
    for number in told.reading.numbers:
        if number.unit in DAYS_IN:
            return int(number.value * DAYS_IN[number.unit])
    if match := SPANS.search(told.low):
        return int(match[1]) * DAYS_IN[match[2].rstrip("s")]
    if worded := next((days for pattern, days in WORDED_DAYS if re.search(pattern, told.low, re.ASCII)), 0):
        return worded
    since = next((one.first for one in told.reading.days if one.first < told.today), None)
    return (told.today - since).days if since else 0


def _won_share(told: Told) -> Posed | None:
    asked = told.sentence("opportunity")
    made, when = shape(asked), timing(asked)
    filters = _rivals(told, [*(one.filter for one in conditions(asked)), *(one.filter for one in when.filters)], "won_share")
    query = Query("opportunity", filters, group_by=made.group_by, period=when.period)
    return Posed(_undecided(query), Way.WON_SHARE, by_amount=told.says("won_share", "amount"))


def _undecided(query: Query) -> Query:
    """Without what would take one side: the stage, what is worked out, the order."""
    kept = tuple(one for one in query.filters if one.field not in {"stage", "probability"})
    return replace(query, filters=kept, aggregate=Aggregate(Fn.COUNT), sort=None, limit=None)


def _rivals(told: Told, filters: Sequence[Filter], way: str) -> tuple[Filter, ...]:
    """A name that nobody knows, behind "against", is a competitor's."""
    before = {token.text: told.low[: token.start] for token in told.cut.tokens if isinstance(token.found, Guess)}
    rivals = {name for name, said in before.items() if any(one.search(said) for one in _ways()[way].get("rival", ()))}
    return tuple(replace(one, field="competitor") if one.field == "account" and one.value in rivals else one for one in filters)


def _versus(told: Told) -> Posed | None:
    chosen = subject(told.cut)
    if chosen is None and not told.says("versus", "won"):
        return None
    asked = told.sentence(chosen[0] if chosen and not told.says("versus", "won") else "opportunity")
    made, when = shape(asked), timing(asked)
    filters = [one.filter for one in conditions(asked)]
    day = when.period.field if when.period else _usual_day(asked)
    if day is None:
        return None
    if asked.entity == "opportunity" and day == "close_date" and all(one.field != "stage" for one in filters):
        if told.says("versus", "fresh"):
            day = "created_date"
        else:
            filters.append(Filter("stage", Op.EQ, "won"))
    if asked.entity == "touchpoint" and re.search(r"\bmy\b|我", told.low) and all(one.value != ME for one in filters):
        filters.insert(0, Filter("owner", Op.EQ, ME))
    query = Query(asked.entity, tuple(filters), made.group_by, counted(told, asked))
    present, _ = compared_periods(told.low, told.reading, None, told.today, day)
    return _against(told, replace(query, period=present)) if present else None


def _against(told: Told, query: Query) -> Posed | None:
    """`query` against the earlier days that are said, or that come before its own."""
    day = query.period.field if query.period else _usual_day(told.sentence(query.entity))
    present, earlier = compared_periods(told.low, told.reading, query.period, told.today, day or "")
    if present is None or earlier is None or query.aggregate is None:
        return None
    others = tuple(one for one in query.filters if one.field != present.field)
    return Posed(replace(query, filters=others, period=present, sort=None, limit=None), Way.VERSUS, against=earlier)


def _usual_day(asked: Sentence) -> str | None:
    entity = SCHEMA.entity(asked.entity)
    return (entity.when or None) if entity else None


def _between(told: Told) -> Posed | None:
    chosen = subject(told.cut)
    asked = told.sentence(chosen[0] if chosen and chosen[0] != "account" else "opportunity")
    when = timing(asked)
    filters = [*(one.filter for one in conditions(asked)), *(one.filter for one in when.filters)]
    beside = next((one for one in filters if one.op is Op.IN and one.field in BESIDE), None)
    spans = {(one.first, one.last) for one in told.reading.days}
    if beside is None or len(spans) > 1:
        return None
    if asked.entity == "opportunity" and all(one.field != "stage" for one in filters):
        filters.append(Filter("stage", Op.EQ, "won"))
    return Posed(Query(asked.entity, tuple(filters), beside.field, counted(told, asked), period=when.period), Way.BETWEEN)


def counted(told: Told, asked: Sentence) -> Aggregate:
    """What is compared: what is said, else the money of what has some, else how many there are."""
    said = shape(asked).aggregate
    if said is not None and said.fn not in {Fn.COUNT, Fn.SUM}:
        return said
    money = MONEY_OF.get(asked.entity)
    if money is None or (told.says("versus", "count") and not told.says("versus", "amount")):
        return Aggregate(Fn.COUNT)
    return Aggregate(Fn.SUM, money)


BESIDE = {"account.region", "account.industry", "account.tier", "owner", "account.owner", "account", "product", "competitor", "owner.team"}


def _why_lost(told: Told) -> Posed | None:
    asked = told.sentence("opportunity")
    when = timing(asked)
    filters = _rivals(told, [one.filter for one in conditions(asked)], "why_lost")
    made = Query("opportunity", filters, period=when.period)
    return Posed(_lost(made), Way.WHY_LOST)


def _lost(query: Query) -> Query:
    kept = tuple(one for one in query.filters if one.field not in {"stage", "lost_reason"})
    return Query("opportunity", (*kept, Filter("stage", Op.EQ, "lost")), period=query.period)


def _stuck(told: Told) -> Posed | None:
    chosen = subject(told.cut)
    spanned = any(number.unit in DAYS_IN for number in told.reading.numbers) or SPANS.search(told.low)
    if spanned or (chosen is not None and chosen[0] not in {"opportunity", "account"}):
        return None
    if not any(token.sense("noun", entity=entity) for token in told.cut.tokens for entity in ("opportunity", "pipeline", "order_hint")):
        return None
    asked = told.sentence("opportunity")
    dated = {"close_date", "stage_date", "next_step_date"}
    filters = tuple(one.filter for one in conditions(asked) if one.filter.field not in dated)
    if all(one.field != "stage" for one in filters):
        filters += (Filter("stage", Op.IN, OPEN_STAGES),)
    return Posed(Query("opportunity", filters), Way.STUCK)


def _looked_at(told: Told) -> Posed | None:
    asked = told.sentence("signal")
    named = {"account", "contact"}
    filters = tuple(one.filter for one in conditions(asked) if one.filter.field.split(".")[0] in named)
    if not filters:
        return None
    return Posed(Query("signal", filters, period=timing(asked).period), Way.LOOKED_AT)


def _standing(told: Told) -> Posed | None:
    strong = any(one.kind == "noun" and one.weight >= STRONG for token in told.cut.tokens for one in token.senses)
    asked = told.sentence("account")
    named = [one.filter for one in conditions(asked) if one.filter.field == "name" and one.filter.op is Op.EQ]
    if strong or len(named) != 1 or any(True for _ in asked.fields(*Kind)):
        return None
    return Posed(Query("account", tuple(named)), Way.STANDING)


_MAKERS = {
    "won_share": _won_share, "why_lost": _why_lost, "silent": _silent, "looked_at": _looked_at, "versus": _versus, "between": _between,
    "stuck": _stuck, "standing": _standing,
}  # fmt: skip


@cache
def _ways() -> Mapping[str, Mapping[str, Sequence[re.Pattern[str]]]]:
    raw = tomllib.loads(Path(__file__).with_name("ways.toml").read_text(encoding="utf-8"))
    return {
        way: {what: tuple(re.compile(one, re.ASCII) for one in patterns) for what, patterns in table.items()}
        for way, table in raw.items()
    }

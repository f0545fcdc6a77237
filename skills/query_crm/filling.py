"""A query filled by a chat model where the grammar is not sure: asked for, then held against what was said. Knows no vendor.

No figure, day or name comes from the model: each must have been found in the question, by rules, or the query is refused.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from bot.domain.entities import SCHEMA
from bot.domain.found import Money, Name, Number, Reading
from bot.domain.outcome import BUILTIN, Answer, Brain
from bot.domain.query import ME, MY_TEAM, Filter, Op, Query, Value, faults, from_json, grouped, terminal, to_json
from bot.domain.schema import Field, Kind
from bot.domain.scope import Scope
from bot.domain.talk import Lang
from bot.errors import ModelDown
from bot.ports import ChatModel, Words
from skills.query_crm.askable import schema, sees, told
from skills.query_crm.grammar import Understood

PROMPT = "query_crm/fill"
ALONE = 0.6
"""How sure the grammar must be to ask without a second reading where there is a chat model; of 300 questions it was on all but one."""
DECLINED = "declined"
DAY_UNITS = {"天": 1, "日": 1, "day": 1, "days": 1, "周": 7, "week": 7, "weeks": 7}
"""Stretches that a day before or after today is reckoned from."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Said:
    """A question, what was found in it, and the query before it, if it goes on with one."""

    text: str
    reading: Reading
    names: Sequence[Name]
    today: date
    before: Query | None = None


async def read_again(read: Understood, said: Said, scope: Scope, writer: ChatModel | None) -> tuple[Understood, Brain]:
    """What was read, and what read it: the grammar where it is sure or alone, else the writer, where its query holds."""
    if writer is None or (read.query is not None and read.sure >= ALONE):
        return read, BUILTIN
    try:
        query = await filled(said, scope, writer)
    except ModelDown as down:
        return read, Brain(fell_back=f"{writer.name}: {down.why}")
    return (Understood(query, 1.0), Brain(writer.name)) if query else (read, Brain(fell_back=f"{writer.name}: {DECLINED}"))


def noted(answer: Answer, brain: Brain, words: Words, lang: Lang) -> Answer:
    """`answer`, saying in half a sentence where a chat model read the question, or could not."""
    key = "read_by_model" if brain.model != BUILTIN.model else "read_alone"
    silent = brain == BUILTIN or brain.fell_back.endswith(DECLINED)
    return replace(answer, text=answer.text if silent else f"{answer.text}\n{words.say(key, lang)}", brain=brain)


async def filled(said: Said, scope: Scope, writer: ChatModel) -> Query | None:
    """The query that `said` asks, as the writer reads it; None where it says that none can be asked.

    Raises: ModelDown, `unproven` where the query holds what nobody said, or asks by what the person may not see.
    """
    before = json.dumps(to_json(said.before), ensure_ascii=False) if said.before else "-"
    values = {"question": said.text, "found": "\n".join(_findings(said)), "records": told(scope), "before": before}
    answer = await writer.fill(PROMPT, values, schema(scope))
    if not answer["possible"]:
        return None
    query = _query(answer, writer)
    query = replace(query, filters=tuple(_with_full_name(one, said) for one in query.filters))
    if faults(query, SCHEMA):
        raise ModelDown(writer.name, "misfit")
    if any(not sees(scope, query.entity, path) for path in _asked_by(query)) or any(_unsaid(query, said)):
        raise ModelDown(writer.name, "unproven")
    return query


def _query(answer: Mapping[str, Any], writer: ChatModel) -> Query:
    try:
        return from_json(answer)
    except ValueError as err:
        raise ModelDown(writer.name, "misfit") from err


# --- what was found ----------------------------------------------------------------------------------------------------


def _findings(said: Said) -> Iterator[str]:
    yield f"today = {said.today.isoformat()}"
    for days in said.reading.days:
        yield f"{days.words.text} = {days.first.isoformat()} .. {days.last.isoformat()} ({days.bound})"
    for money in said.reading.money:
        yield f"{money.words.text} = {money.value:g} (money{f', {money.currency}' if money.currency else ''})"
    for number in said.reading.numbers:
        reckoned = [day.isoformat() for day in _reckoned(number, said.today)]
        since = f"; that long ago = {reckoned[0]}, from now = {reckoned[1]}" if reckoned else ""
        yield f"{number.words.text} = {number.value:g}{since}"
    for name in said.names:
        yield f"{name.words.text} = {name.meant[0].name} ({name.meant[0].entity})"


def _reckoned(number: Number, today: date) -> tuple[date, ...]:
    """The days that lie a stretch such as "60 days" before and after today."""
    unit = DAY_UNITS.get(number.unit)
    if unit is None or not 0 <= number.value * unit <= 36_500:  # noqa: PLR2004 - a century
        return ()
    stretch = timedelta(days=round(number.value * unit))
    return today - stretch, today + stretch


# --- what must have been said ------------------------------------------------------------------------------------------


def _unsaid(query: Query, said: Said) -> Iterator[str]:
    """What stands in the query and was not found in the question, nor kept from the one before."""
    before = said.before or Query(query.entity)
    for one in query.filters:
        if one in before.filters:
            continue
        field = terminal(SCHEMA, query.entity, one.field)
        values = one.value if isinstance(one.value, tuple) else (one.value,)
        if field is not None and one.op not in {Op.IS_NULL, Op.NOT_NULL}:
            yield from (repr(value) for value in values if not _was_said(field, one.field, value, said))
    if query.limit not in {None, 1 if query.sort else None, before.limit, *_counts(said.reading)}:
        yield f"limit {query.limit}"
    if query.period not in {None, before.period}:
        ends, days = {query.period.first, query.period.last}, _days(said)
        if not ends <= days | {said.today} or not ends & days:
            yield f"period {query.period}"


def _was_said(field: Field, path: str, value: Value, said: Said) -> bool:
    match field.kind:
        case Kind.ENUM | Kind.FLAG:
            return True
        case Kind.NUMBER | Kind.MONEY:
            return value in _figures(field, said.reading)
        case Kind.DATE | Kind.MOMENT:
            return date.fromisoformat(str(value)) in _days(said) | {said.today}
        case Kind.TEXT | Kind.REFERENCE:
            if value in {ME, MY_TEAM}:
                return value == (ME if field.kind is Kind.REFERENCE and field.to == "user" else MY_TEAM if path.endswith("team") else None)
            text = str(value).casefold()
            return bool(text) and (text in _names(said) or text in said.text.casefold())


def _figures(field: Field, reading: Reading) -> set[float]:
    """The figures said that a field can be compared with: money with money, per cent with per cent, a plain figure with either."""
    found: tuple[Money | Number, ...] = (*reading.money, *reading.numbers)
    return {one.value for one in found if _suits(field, one)}


def _suits(field: Field, found: Money | Number) -> bool:
    match found:
        case Money():
            return field.kind is Kind.MONEY or found.currency is None
        case Number():
            return not found.unit or (field.kind is Kind.NUMBER and (field.unit == "%") is (found.unit == "%"))


def _counts(reading: Reading) -> set[float]:
    return {one.value for one in reading.numbers if one.unit != "%" and one.unit not in DAY_UNITS}


def _days(said: Said) -> set[date]:
    """Both ends of the days said, and the days beside them: before October is up to September's last."""
    ends = {day for days in said.reading.days for day in (days.first, days.last)}
    beside = {days.first - DAY for days in said.reading.days} | {days.last + DAY for days in said.reading.days}
    return ends | beside | {day for number in said.reading.numbers for day in _reckoned(number, said.today)}


def _names(said: Said) -> set[str]:
    return {text.casefold() for name in said.names for text in (name.words.text, name.meant[0].name)}


def _with_full_name(one: Filter, said: Said) -> Filter:
    """A name as the records have it, where it was written as people say it."""
    full = {name.words.text.casefold(): name.meant[0].name for name in said.names}
    known = isinstance(one.value, str) and one.op in {Op.EQ, Op.NEQ} and one.value.casefold() in full
    return replace(one, value=full[str(one.value).casefold()]) if known else one


def _asked_by(query: Query) -> Iterator[str]:
    """Every path that a query asks by."""
    yield from (one.field for one in query.filters)
    if query.group_by:
        yield grouped(query.group_by)[0]
    if query.aggregate and query.aggregate.field:
        yield query.aggregate.field
    if query.sort and query.group_by is None:
        yield query.sort.field
    if query.period:
        yield query.period.field

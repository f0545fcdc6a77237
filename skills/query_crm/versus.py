"""One figure against another: a period against an earlier one, or groups beside each other. Subtracts within a currency only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bot.domain.outcome import Answer
from bot.domain.query import Aggregate, Figure, Fn, Found, Op, Query
from skills.query_crm.case import Case
from skills.query_crm.periods import like_stretch
from skills.query_crm.posed import Posed
from skills.query_crm.saying import days
from skills.query_crm.steps import finished, nothing
from skills.query_crm.timing import HAPPENED

GROUPS = 8
Key = tuple[str | None, str | None]
"""Group and currency."""


async def versus(case: Case, posed: Posed) -> Answer:
    """The figure now, the one before, the difference; up to as many days of the earlier period as the present one has run."""
    query, earlier = posed.query, posed.against
    if query.period is None or earlier is None:
        message = "a comparison without two periods"
        raise ValueError(message)
    stretch = like_stretch(query.period, earlier, case.today) if _has_happened(query) else None
    now_in, then_in = stretch or (query.period, earlier)
    now, then = await case.ask(replace(query, period=now_in)), await case.ask(replace(query, period=then_in))
    say = case.saying.say
    beside = [say("versus_read", days=days(then_in))]
    read = replace(posed, query=replace(query, period=now_in))
    if not now.total and not then.total:
        return finished(case.saying, posed, [nothing(case.saying, query.entity)], (), beside, found=False)
    lines = [*_lines(case, query, _by_key(now), _by_key(then))]
    if stretch:
        whole = await case.ask(replace(query, period=earlier))
        total = case.saying.listed(case.saying.figure(query, one) for one in whole.figures) if not query.group_by else ""
        lines.append(say("like_stretch", now=days(now_in), then=days(then_in)) + (say("whole_period", value=total) if total else ""))
    grounds = [case.saying.ground(query.entity, row) for row in (*now.rows[:2], *then.rows[:2])]
    told = finished(case.saying, read, lines, grounds, beside, rows=True)
    return replace(told, query=posed.to_json())


async def between(case: Case, posed: Posed) -> Answer:
    """Each group's figure, and by how much the first is ahead of the second where they share a currency."""
    query, say = posed.query, case.saying.say
    found = await case.ask(query)
    if not found.total:
        return finished(case.saying, posed, [nothing(case.saying, query.entity)], (), found=False)
    figures = _by_key(found)
    groups = _wanted(figures)
    lines = [*_leads(case, query, groups, figures)]
    for group in groups:
        values = [case.saying.figure(query, one) for (of, _), one in figures.items() if of == group]
        lines.append(say("group_line", group=case.saying.group(query, group), value=case.saying.listed(values) or "0"))
    if len({currency for _, currency in figures if currency}) > 1:
        lines.append(say("currencies"))
        if query.aggregate and query.aggregate.fn is not Fn.COUNT:
            counted = await case.ask(replace(query, aggregate=Aggregate(Fn.COUNT)))
            told = [f"{case.saying.group(query, one.group)} {one.value}" for one in counted.figures]
            lines.append(say("by_number", counts=case.saying.listed(told)))
    grounds = [case.saying.ground(query.entity, row) for row in found.rows]
    return finished(case.saying, posed, lines, grounds, rows=True)


def _has_happened(query: Query) -> bool:
    """Whether the days count what has happened, so that half a quarter compares with half of one."""
    decided = any(one.field == "stage" and one.op is Op.EQ and one.value in {"won", "lost"} for one in query.filters)
    return decided or (query.period is not None and query.period.field in HAPPENED)


def _by_key(found: Found) -> Mapping[Key, Figure]:
    return {(one.group, one.currency): one for one in found.figures}


def _lines(case: Case, query: Query, now: Mapping[Key, Figure], then: Mapping[Key, Figure]) -> Iterator[str]:
    say = case.saying.say
    keys = [key for key in dict.fromkeys((*now, *then)) if query.group_by is None or key[0] is not None]
    if {currency for _, currency in keys if currency} and any(currency is None for _, currency in keys):
        keys = [key for key in keys if key[1] is not None]
    keys.sort(key=lambda key: -abs(_value(now.get(key)) - _value(then.get(key))) if query.group_by else 0)
    what = case.saying.what(query.entity, query.aggregate) if query.aggregate else ""
    if query.aggregate and query.aggregate.fn is Fn.COUNT:
        what = case.saying.joint((case.saying.entity(query.entity), what))
    if query.group_by:
        yield say("versus_groups", what=what, group=case.saying.group_label(query))
        for key in keys[:GROUPS]:
            yield say("group_line", group=case.saying.group(query, key[0]), value=_compared(case, query, key, now, then))
        if len(keys) > GROUPS:
            yield say("more", count=len(keys) - GROUPS)
    else:
        yield say("versus", what=what, value=case.saying.say("semicolon").join(_compared(case, query, key, now, then) for key in keys))
    if len({currency for _, currency in keys if currency}) > 1:
        yield say("currencies")


def _compared(case: Case, query: Query, key: Key, now: Mapping[Key, Figure], then: Mapping[Key, Figure]) -> str:
    """120 now, 30 (+33 %) more than 90."""
    after, before = _value(now.get(key)), _value(then.get(key))
    shown, was, gap = (case.saying.figure(query, Figure(key[0], key[1], one, 0)) for one in (after, before, abs(after - before)))
    if after == before:
        return case.saying.say("as_before", now=shown)
    if not before:
        return case.saying.say("from_none", now=shown)
    percent = f"{100 * (after - before) / before:+.0f}%"
    return case.saying.say("up" if after > before else "down", now=shown, then=was, gap=gap, percent=percent)


def _value(figure: Figure | None) -> float:
    """The value; a whole number where it counts."""
    value = figure.value if figure else 0
    return value if isinstance(value, int | float) else 0


def _wanted(figures: Mapping[Key, Figure]) -> Sequence[str | None]:
    """The groups that were named and found, the one with the highest figure first."""
    groups = list(dict.fromkeys(group for group, _ in figures))
    return sorted(groups, key=lambda group: -max(_value(one) for (of, _), one in figures.items() if of == group))


def _leads(case: Case, query: Query, groups: Sequence[str | None], figures: Mapping[Key, Figure]) -> Iterator[str]:
    """Who is ahead, and by how much, for each currency that the first two share."""
    if len(groups) < 2:  # noqa: PLR2004 - one has nobody beside it
        yield case.saying.say("nobody_beside", group=case.saying.group(query, groups[0]))
        return
    first, second = groups[:2]
    shared = [key[1] for key in figures if key[0] == first and (second, key[1]) in figures]
    for currency in shared:
        ahead, behind = sorted((first, second), key=lambda group: -_value(figures[group, currency]))
        more, less = _value(figures[ahead, currency]), _value(figures[behind, currency])
        gap = case.saying.figure(query, Figure(None, currency, more - less, 0))
        percent = f"{100 * (more - less) / less:+.0f}%" if less else case.saying.say("from_nothing")
        names = {"ahead": case.saying.group(query, ahead), "behind": case.saying.group(query, behind)}
        yield case.saying.say("level", **names) if more == less else case.saying.say("leads", **names, gap=gap, percent=percent)
    if not shared:
        yield case.saying.say("no_shared_currency")

"""Win rates: won of decided, by number or by worth, as a whole and by group. Knows no words but its sentences."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bot.domain.outcome import Answer
from bot.domain.query import Aggregate, Filter, Fn, Found, Op, Query
from skills.query_crm.case import Case
from skills.query_crm.posed import Posed
from skills.query_crm.steps import finished

GROUPS = 10
Key = tuple[str | None, str | None]
"""Group and currency."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What was won and what was lost, in number or in one currency."""

    won: float = 0
    lost: float = 0

    @property
    def share(self) -> float | None:
        """Won of won and lost; None where nothing is decided."""
        return self.won / (self.won + self.lost) if self.won + self.lost else None


async def won_share(case: Case, posed: Posed) -> Answer:
    """The win rate; amounts are compared within their currency."""
    measure = Aggregate(Fn.SUM, "amount") if posed.by_amount else Aggregate(Fn.COUNT)
    won, lost = [await case.ask(_decided(posed.query, stage, measure)) for stage in ("won", "lost")]
    tallies = _tallies(won, lost)
    asked = replace(posed, query=replace(posed.query, aggregate=measure))
    read = (case.saying.say("rate_by_amount" if posed.by_amount else "rate_by_count"),)
    if not any(one.share is not None for one in tallies.values()):
        return finished(case.saying, asked, [case.saying.say("rate_none")], (), read, found=False)
    lines = [*_lines(case, posed.query, tallies, by_amount=posed.by_amount)]
    grounds = [case.saying.ground("opportunity", row) for row in (*won.rows[:2], *lost.rows[:2])]
    return finished(case.saying, asked, lines, grounds, read, rows=True)


def _decided(query: Query, stage: str, measure: Aggregate) -> Query:
    return replace(query, filters=(*query.filters, Filter("stage", Op.EQ, stage)), aggregate=measure)


def _tallies(won: Found, lost: Found) -> Mapping[Key, Tally]:
    tallies: dict[Key, Tally] = {}
    for side, found in (("won", won), ("lost", lost)):
        for one in found.figures:
            value = float(one.value) if isinstance(one.value, int | float) else 0.0
            key = (one.group, one.currency)
            before = tallies.get(key, Tally())
            tallies[key] = replace(before, **{side: getattr(before, side) + value})
    return tallies


def _lines(case: Case, query: Query, tallies: Mapping[Key, Tally], *, by_amount: bool) -> Iterator[str]:
    say = case.saying.say
    whole: dict[str | None, Tally] = {}
    for (_, currency), one in tallies.items():
        sum_so_far = whole.get(currency, Tally())
        whole[currency] = Tally(sum_so_far.won + one.won, sum_so_far.lost + one.lost)
    decided = [(currency, one) for currency, one in whole.items() if one.share is not None]
    overall = case.saying.listed(_told(case, one, currency, by_amount=by_amount) for currency, one in decided)
    if query.group_by is None:
        yield say("rate", rate=overall)
    else:
        yield say("rate_groups", rate=overall, group=case.saying.group_label(query))
        groups: dict[str | None, list[tuple[str | None, Tally]]] = {}
        for (group, currency), one in tallies.items():
            if one.share is not None:
                groups.setdefault(group, []).append((currency, one))
        ranked = sorted(groups.items(), key=lambda pair: (-max(one.share or 0 for _, one in pair[1]), -sum(one.won for _, one in pair[1])))
        for group, listed in ranked[:GROUPS]:
            value = case.saying.listed(_told(case, one, currency, by_amount=by_amount) for currency, one in listed)
            yield say("group_line", group=case.saying.group(query, group), value=value)
        if len(ranked) > GROUPS:
            yield say("more", count=len(ranked) - GROUPS)
    if len(whole) > 1:
        yield say("currencies")


def _told(case: Case, tally: Tally, currency: str | None, *, by_amount: bool) -> str:
    rate = f"{100 * (tally.share or 0):.0f}%"
    if not by_amount:
        return case.saying.say("rate_of", rate=rate, won=f"{tally.won:.0f}", lost=f"{tally.lost:.0f}")
    won, lost = (case.saying.money(side, currency or "") for side in (tally.won, tally.lost))
    return case.saying.say("rate_of", rate=rate, won=won, lost=lost)

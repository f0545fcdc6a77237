"""How the open deals came from what they were worth to what they are worth, and what the quarter will bring against its target.

What they were worth is reckoned back from now: new and grown ones taken off, shrunk, won and lost ones put back.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.domain.chart import Chart, ChartKind, Series
from bot.domain.digest import Number, weighed
from bot.domain.query import MOST_ROWS, Dir, Filter, Found, Op, Period, Query, Sort
from bot.domain.saying import text
from skills.digest.desk import IS_OPEN, Desk, Part, Sum, Told, Whose
from skills.digest.wanted import quarter_of

STEPS = ("new", "grown", "shrunk", "won", "lost")
LESS = frozenset({"shrunk", "won", "lost"})
MOST_CURRENCIES = 5


@dataclass
class Steps:
    """What changed in one currency; amounts are positive, whichever way they count."""

    now: float = 0.0
    steps: dict[str, float] = field(default_factory=lambda: dict.fromkeys(STEPS, 0.0))

    @property
    def then(self) -> float:
        """What it was at the beginning."""
        return self.now - sum(self.signed(step) for step in STEPS)

    def signed(self, step: str) -> float:
        """A step as it counts."""
        return -self.steps[step] if step in LESS else self.steps[step]

    @property
    def is_something(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.now or any(self.steps.values()))


async def pipeline(desk: Desk) -> Part | None:
    """The change over the window, as words for each currency and as a waterfall."""
    now = desk.query("opportunity", IS_OPEN)
    asked = {
        "new": desk.query("opportunity", period=_within(desk, "created_date")),
        "won": desk.query("opportunity", Filter("stage", Op.EQ, "won"), period=_within(desk, "close_date")),
        "lost": desk.query("opportunity", Filter("stage", Op.EQ, "lost"), period=_within(desk, "close_date")),
    }
    sums = {name: await desk.sums(query) for name, query in {"now": now, **asked}.items()}
    changed = await _changes(desk, sums)
    told = {currency: one for currency, one in sorted(changed.items()) if one.is_something}
    if not told:
        return None
    numbers = [*desk.amounts(now, sums["now"], "open_sum")]
    for name, query in asked.items():
        numbers += desk.amounts(query, sums[name], f"{name}_sum", when=desk.say(f"when_{desk.stretch}"))
    for currency, one in told.items():
        numbers += [Number(one.steps[step], None, currency) for step in ("grown", "shrunk") if one.steps[step]]
    found = await desk.found(Query("opportunity", now.filters, sort=Sort("amount", Dir.DESC), limit=20))
    each = desk.say("semicolon").join(_said(desk, *one) for one in told.items())
    words = desk.say("pipeline", when=desk.say(f"when_{desk.stretch}"), told=each)
    why = desk.say("pipeline_why", first=desk.said.day(desk.window.first), last=desk.said.day(desk.window.last))
    line = Told(words, why, tuple(numbers), desk.grounds("opportunity", found.rows if found else ()))
    return Part(desk.say("pipeline_title"), (line,), _chart(desk, told))


def _within(desk: Desk, name: str) -> Period:
    return Period(name, desk.window.first, desk.window.last)


async def _changes(desk: Desk, sums: Mapping[str, tuple[Sum, ...]]) -> dict[str, Steps]:
    found: dict[str, Steps] = defaultdict(Steps)
    for name, each in sums.items():
        for one in each:
            if name == "now":
                found[one.currency].now = one.value
            else:
                found[one.currency].steps[name] = one.value
    if found:  # amounts can be seen
        for currency, difference in (await _grown(desk)).items():
            for change in difference:
                found[currency].steps["grown" if change > 0 else "shrunk"] += abs(change)
    return found


async def _grown(desk: Desk) -> Mapping[str, list[float]]:
    """By how much deals that were there before the window changed in it, by currency; each deal once, from its first value to its last.

    Deals that ended before the window count no more: what is written about them later moves nothing.
    """
    moves = await desk.moves.moves(desk.query("opportunity"), "amount", desk.window.first, desk.window.last)
    values: dict[str, list[float]] = {}
    currencies: dict[str, str] = {}
    for one in moves:
        begun, ended = text(one.row, "created_date"), text(one.row, "close_date")
        is_over = text(one.row, "stage") in {"won", "lost"} and ended < desk.window.first.isoformat()
        if begun >= desk.window.first.isoformat() or is_over or not _is_figure(one.before) or not _is_figure(one.after):
            continue
        known = values.setdefault(one.row.id, [float(str(one.before)), 0.0])
        known[1] = float(str(one.after))
        currencies[one.row.id] = text(one.row, "currency")
    grown: dict[str, list[float]] = defaultdict(list)
    for record_id, (before, after) in values.items():
        if after != before:
            grown[currencies[record_id]].append(after - before)
    return grown


def _is_figure(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _said(desk: Desk, currency: str, one: Steps) -> str:
    say, amount = desk.say, desk.said.amount
    parts = [say(f"step_{step}", money=amount(one.steps[step], currency)) for step in STEPS if one.steps[step]]
    change = one.now - one.then
    since = say("no_change") if not change else say("more" if change > 0 else "less", money=amount(abs(change), currency))
    return say("now", money=amount(one.now, currency), since=since, steps=say("steps", steps=say("comma").join(parts)) if parts else "")


def _chart(desk: Desk, told: Mapping[str, Steps]) -> Chart | None:
    """A waterfall for each currency in which something moved."""
    moved = {currency: one for currency, one in told.items() if any(one.steps.values())}
    if not moved or len(moved) > MOST_CURRENCIES:
        return None
    labels = (desk.say(f"then_{desk.stretch}"), *(desk.say(f"label_{step}") for step in STEPS), desk.say("label_now"))
    series = tuple(
        Series(currency, (one.then, *(one.signed(step) for step in STEPS), one.now), currency) for currency, one in moved.items()
    )
    whose = desk.say(f"whose_{desk.whose}")
    title = desk.say("chart_title", whose=whose, first=desk.said.day(desk.window.first), last=desk.said.day(desk.window.last)).strip()
    return Chart(ChartKind.WATERFALL, title, labels, series, note=desk.say("chart_note"))


# --- the quarter ---------------------------------------------------------------------------------------------------------


async def forecast(desk: Desk) -> Part | None:
    """Won and weighed open deals of this quarter, against the target where one is set."""
    first, last = quarter_of(desk.today)
    days = Period("close_date", first, last)
    won, coming = desk.query("opportunity", Filter("stage", Op.EQ, "won"), period=days), desk.query("opportunity", IS_OPEN, period=days)
    sums = {one.currency: one for one in await desk.sums(won)}
    open_sums = {one.currency: one for one in await desk.sums(coming)}
    rows = Query("opportunity", coming.filters, limit=MOST_ROWS, period=days)
    found = await desk.found(rows)
    targets = dict(desk.targets.of(quarter_name(desk.today))) if desk.whose is not Whose.OWN else {}
    told = [
        _told(desk, _Quarter(currency, sums.get(currency), open_sums.get(currency), targets.get(currency), (won, coming, rows)), found)
        for currency in sorted({*sums, *open_sums, *targets})
        if any(one.value for one in (sums.get(currency), open_sums.get(currency)) if one) or currency in targets
    ]
    if not told or found is None:
        return None
    words = desk.say("forecast", quarter=quarter_name(desk.today), told=desk.say("semicolon").join(one.words for one in told))
    numbers = tuple(each for one in told for each in one.numbers)
    line = Told(words, " ".join(one.why for one in told), numbers, desk.grounds("opportunity", found.rows))
    return Part(desk.say("forecast_title"), (line,))


@dataclass(frozen=True, slots=True)
class _Quarter:
    """One currency of it. asked: for what is won, for what is open, for the open ones row by row."""

    currency: str
    won: Sum | None
    coming: Sum | None
    target: float | None
    asked: tuple[Query, Query, Query]


def _told(desk: Desk, one: _Quarter, found: Found | None) -> Told:
    amount, (won_asked, open_asked, rows) = desk.said.amount, one.asked
    chances = weighed(found, one.currency) if found else 0.0
    won, whole = one.won.value if one.won else 0.0, one.coming.value if one.coming else 0.0
    facts = {
        "won": amount(won, one.currency), "open": amount(whole, one.currency), "weighed": amount(chances, one.currency),
        "sum": amount(won + chances, one.currency),
    }  # fmt: skip
    numbers = [
        *(desk.amounts(won_asked, (one.won,), "won_quarter") if one.won else ()),
        *(desk.amounts(open_asked, (one.coming,), "open_quarter") if one.coming else ()),
    ]
    if one.coming:
        numbers.append(Number(chances, rows, one.currency, weighed=True))
    words = desk.say("expected", against=_against(desk, one, won + chances), **facts)
    return Told(words, desk.say("forecast_why", quarter=quarter_name(desk.today), **facts), tuple(numbers))


def _against(desk: Desk, one: _Quarter, expected: float) -> str:
    """How that stands to the target; of a rep's own deals there is none."""
    if desk.whose is Whose.OWN:
        return ""
    if one.target is None:
        return desk.say("no_target")
    short = one.target - expected
    share = f"{100 * expected / one.target:.0f}" if one.target > 0 else "-"
    key = "target_short" if short > 0 else "target_met"
    return desk.say(key, target=desk.said.amount(one.target, one.currency), gap=desk.said.amount(abs(short), one.currency), share=share)


def quarter_name(day: date) -> str:
    """2026-Q3."""
    return f"{day.year}-Q{(day.month - 1) // 3 + 1}"

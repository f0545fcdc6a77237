"""Judgements in words: reasons with their figures, the next step, grounds that are records, the course of usage. Judges nothing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from bot.domain.chart import Chart, ChartKind, Series
from bot.domain.evidence import Evidence
from bot.domain.query import Row
from bot.domain.saying import Saying, text
from skills.churn_risk.scorecard import Judgement
from skills.churn_risk.stories import Records
from skills.churn_risk.story import Code, Signal, Story

Numbers: TypeAlias = Mapping[str, float | str]

MARKS = "①②③④⑤"
REASONS = 3
SOON = 30
"""Days within which a deadline is told among the first reasons, whatever weighs more."""
SURE = 95
LEAST, SHOWN_MONTHS = 2, 12
"""Months that make a course, and those of it that are drawn."""
ABOUT_FIRST = (
    Code.CHAMPION_LEFT, Code.SEVERE_TICKETS, Code.COMPLAINT, Code.OFFBOARDING, Code.COMPETITOR, Code.RENEWAL_SILENCE, Code.PRICE_DISPUTE,
    Code.LATE_PAYMENT, Code.NPS_DROP, Code.ONBOARDING_DELAY, Code.REORG, Code.BUDGET_CUT, Code.USAGE_DECLINE, Code.LOW_ADOPTION,
    Code.DISENGAGED,
)  # fmt: skip
"""Which reason says what to do next: what can be done about soonest, first."""
OF_USAGE = frozenset({
    Code.USAGE_DECLINE, Code.LOW_ADOPTION, Code.SEASONAL_DIP, Code.USAGE_STABLE, Code.ONBOARDING_DELAY, Code.RECOVERED,
})  # fmt: skip
VARIANTS: Mapping[Code, tuple[str, Callable[[Numbers], bool]]] = {
    Code.USAGE_DECLINE: ("year", lambda told: "year_before" in told), Code.SEASONAL_DIP: ("year", lambda told: "year_before" in told),
    Code.LOW_ADOPTION: ("parts", lambda told: "parts" in told), Code.CHAMPION_LEFT: ("nobody", lambda told: not told.get("who")),
    Code.NEW_CHAMPION: ("nobody", lambda told: not told.get("who")), Code.DISENGAGED: ("quiet", lambda told: "quiet_days" in told),
    Code.LATE_PAYMENT: ("unpaid", lambda told: bool(told.get("unpaid"))),
    Code.NPS_DROP: ("low", lambda told: told.get("from") == told.get("to")),
    Code.SEVERE_TICKETS: ("again", lambda told: not told.get("open")), Code.PRICE_DISPUTE: ("percent", lambda told: "percent" in told),
    Code.COMPETITOR: ("who", lambda told: bool(told.get("who"))), Code.ONBOARDING_DELAY: ("plain", lambda told: not told.get("seats")),
    Code.RENEWAL_SILENCE: ("notice", lambda told: "notice" in told),
}  # fmt: skip
"""Code -> the other way to say it, and for which figures."""
BRIEF = {
    f"{Code.USAGE_DECLINE}_year": str(Code.USAGE_DECLINE), f"{Code.RENEWAL_SILENCE}_notice": f"{Code.RENEWAL_SILENCE}_brief",
    f"{Code.DISENGAGED}_quiet": f"{Code.DISENGAGED}_brief",
}  # fmt: skip
"""Sentences that have a shorter one."""
OF_CONTRACT = frozenset({Code.RENEWAL_SILENCE, Code.LOCKED})


@dataclass(frozen=True, slots=True)
class Told:
    """One account, judged as of a day, from what one person may see of it."""

    account: Row
    records: Records
    story: Story
    made: Judgement

    @property
    def name(self) -> str:
        """What it is called."""
        return text(self.account, "name")

    @property
    def known(self) -> bool:
        """Whether there is anything to judge by."""
        story = self.story
        return bool(story.active or story.tickets or story.ratings or story.invoices or story.touches)

    def foremost(self) -> list[Signal]:
        """Three reasons to be told first; of these, one is a deadline that is near."""
        reasons = list(self.made.reasons)
        first = reasons[:REASONS]
        near = next((one for one in reasons[REASONS:] if _deadline(one) <= SOON), None)
        return [*first[: REASONS - 1], near] if near else first


def _never(_told: Numbers) -> bool:
    return False


def _deadline(one: Signal) -> float:
    day = one.numbers.get("notice", one.numbers.get("days"))
    return float(day) if one.code is Code.RENEWAL_SILENCE and isinstance(day, int | float) else float("inf")


def reason(one: Signal, as_of: date, said: Saying, *, brief: bool = False) -> str:
    """One reason in words. brief: as short as it goes, for a card that has the course beside it."""
    numbers = _shown(one.numbers)
    days = one.numbers.get("days")
    if isinstance(days, int | float):
        numbers["day"] = said.day(as_of - timedelta(days=days))
    key = _key(one)
    return said.say(BRIEF.get(key, key) if brief else key, **numbers)


def _shown(numbers: Mapping[str, float | str]) -> dict[str, object]:
    shown: dict[str, object] = {name: value if isinstance(value, str) else f"{value:g}" for name, value in numbers.items()}
    return {**shown, "before": shown.get("from", ""), "now": shown.get("to", shown.get("now", ""))}


def _key(one: Signal) -> str:
    """Which sentence says it: the plain one of its code, or that for the figures it has."""
    if "logins_to" in one.numbers:
        return f"{Code.USAGE_DECLINE}_logins"
    suffix, holds = VARIANTS.get(one.code, ("", _never))
    return f"{one.code}_{suffix}" if holds(one.numbers) else str(one.code) if one.code is not Code.LOW_ADOPTION else _breadth(one.numbers)


def _breadth(numbers: Numbers) -> str:
    return f"{Code.LOW_ADOPTION}" if numbers.get("now") else f"{Code.LOW_ADOPTION}_none"


def chance(value: float, said: Saying) -> str:
    """A chance as people say it; nobody is that sure."""
    percent = round(100 * value)
    return said.say("almost_sure") if percent > SURE else said.say("percent", percent=max(1, percent))


def whom(told: Told) -> str:
    """Who is there to talk to: whoever has the most say and has not left; "" where nobody is known."""
    there = [row for row in told.records.get("contact", ()) if row.fields.get("status") != "left"]
    left = {one.who for one in told.story.leavers}
    there = [row for row in there if text(row, "name") and text(row, "name") not in left]
    working = [row for row in there if row.fields.get("executive") is not True] or there
    return max((text(row, "name") for row in working), key=lambda name: _say_of(working, name), default="")


def _say_of(rows: Sequence[Row], name: str) -> float:
    weight = next((row.fields.get("weight") for row in rows if text(row, "name") == name), None)
    return float(weight) if isinstance(weight, int | float) else 0.0


def turning(told: Told) -> Code | None:
    """The reason that says what to do next; None where none speaks for leaving."""
    found = {one.code for one in told.made.reasons}
    return next((code for code in ABOUT_FIRST if code in found), None)


def next_step(told: Told, said: Saying) -> str:
    """What to do next, "" where there is nothing to be done."""
    code = turning(told)
    if code is None:
        return ""
    who = whom(told)
    return said.say("next_champion_left_nobody" if code is Code.CHAMPION_LEFT and not who else f"next_{code}", who=who)


def marked(told: Told, reasons: Sequence[Signal], said: Saying) -> str:
    """Reasons in one line, numbered, in brief."""
    words = (reason(one, told.story.as_of, said, brief=True) for one in reasons)
    shown = (said.say("mark", mark=mark, text=each) for mark, each in zip(MARKS, words, strict=False))
    return said.say("joint").join(shown)


def joined(told: Told, reasons: Sequence[Signal], said: Saying) -> str:
    """Reasons in one line, as clauses."""
    return said.say("clauses").join(reason(one, told.story.as_of, said) for one in reasons)


def grounds(told: Told, one: Signal, said: Saying) -> tuple[Evidence, ...]:
    """The record that says a reason most plainly: its words, or the figures read from it."""
    entity, row = next(iter(_rows(told, one)), ("account", told.account))
    shown = one.quote if one.quote and any(one.quote == text(row, name) for name in row.fields) else reason(one, told.story.as_of, said)
    return (said.ground(entity, row, shown),)


def _rows(told: Told, one: Signal) -> Iterator[tuple[str, Row]]:
    """Where a reason stands, the plainest first."""
    yield from ((entity, row) for entity, rows in told.records.items() for row in rows if one.ref and row.id == one.ref)
    if one.code in OF_USAGE:
        yield from (("usage", row) for row in sorted(told.records.get("usage", ()), key=lambda row: text(row, "month"), reverse=True))
    if one.code in OF_CONTRACT:
        yield from (("contract", row) for row in told.records.get("contract", ()) if text(row, "status") in {"", "active"})


def trend(told: Told, said: Saying) -> Chart | None:
    """Users month by month beside the same months a year before; None where there is no course."""
    active, before = told.story.active[-SHOWN_MONTHS:], told.story.last_year[-SHOWN_MONTHS:]
    if len(active) < LEAST:
        return None
    now = f"{told.story.as_of:%Y-%m}"
    months = sorted({month for row in told.records.get("usage", ()) if (month := text(row, "month")[:7]) and month < now})
    labels = tuple(months[-len(active) :])
    if len(labels) != len(active):
        return None
    rows = [Series(said.say("chart_now"), active)]
    rows += [Series(said.say("chart_before"), before)] if any(one is not None for one in before) else []
    return Chart(ChartKind.TREND, said.say("chart_title", account=told.name), labels, tuple(rows))

"""The figures by which a quote waits, as people read them, and the margin that it leaves. Knows fields and units; decides nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from bot.domain.drafted import rows_of
from bot.domain.entities import SCHEMA
from bot.domain.outcome import Draft
from bot.domain.panels import SIGNS, figure_text
from bot.domain.policy import Gate, Reason
from bot.domain.schema import Label
from bot.domain.talk import Lang

WHOLE: Final = 100
"""Per cent."""
TERMS: Final = frozenset({Reason.PRICING_OUTSIDE_POLICY, Reason.COMMITMENT_OUTSIDE_POLICY})
"""Reasons that figures show."""
OVERDUE, MARGIN, TOGETHER = (
    Label("最久逾期", "longest overdue"), Label("低于最低毛利率", "below the lowest margin"), Label("合计", "in all"),
)  # fmt: skip
DAYS: Mapping[Lang, str] = {Lang.ZH: "{}天", Lang.EN: "{} days"}


@dataclass(frozen=True, slots=True)
class Left:
    """A product's margin at list price, what a discount leaves of it, and the lowest that is allowed, in %, to one behind the point."""

    before: float
    after: float
    floor: float

    @property
    def short(self) -> bool:
        """Whether it is below what is allowed."""
        return self.after < self.floor


def left_of(product: Mapping[str, object], discount: object) -> Left | None:
    """What a discount in % leaves of a product's margin, by its `list_margin` and `margin_floor`; None where they are not known."""
    before, floor = product.get("list_margin"), product.get("margin_floor")
    after = margin_left(before, discount)
    if after is None or not isinstance(before, int | float) or not isinstance(floor, int | float):
        return None
    return Left(before, round(after, 1), floor)


def margin_left(before: object, discount: object) -> float | None:
    """What a discount leaves of a margin at list price, all in %; None where they are no figures.

    Source of the formula: after a discount d on the list price, a margin m at list price is 1 - (1 - m) / (1 - d).
    """
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in (before, discount)) or float(str(discount)) >= WHOLE:
        return None
    return WHOLE - (WHOLE - float(str(before))) / (1 - float(str(discount)) / WHOLE)


def in_words(words: str, lang: Lang) -> str:
    """Figures of a ground as `bot.domain.approval` notes them, called as people call them: `discount 16` is 折扣 16%; else as they are."""
    parts = words.split(", ")
    told = [_told(part, lang) for part in parts]
    return words if None in told else ("、" if lang is Lang.ZH else ", ").join(one for one in told if one)


def figures_of(gate: Gate, lang: Lang) -> tuple[str, ...]:
    """The figures of a quote's gate, each once: 折扣 16%, 账期 60天; none where words alone showed it."""
    parts = [part for one in gate.grounds if one.reason in TERMS for part in one.words.split(", ")]
    return each_once(told for part in parts if (told := _told(part, lang)))


def each_once(words: Iterable[str]) -> tuple[str, ...]:
    """Each of them once, and none that stands in another: 14 % says no more than 折扣 14%."""
    bare = {one: "".join(one.split()) for one in words}
    return tuple(one for one, short in bare.items() if not any(short != other and short in other for other in bare.values()))


def _told(part: str, lang: Lang) -> str | None:
    """One figure; None for what is none of the rules'."""
    name, _, value = part.partition(" ")
    if name == "margin" and not value:
        return _in(MARGIN, lang)
    if not value:
        return None
    number = float(value) if value.replace(".", "", 1).isdecimal() else None
    if name in SIGNS and number is not None:
        return f"{_in(TOGETHER, lang)} {figure_text(number, lang, name)}"
    if name == "overdue_days" and number is not None:
        return f"{_in(OVERDUE, lang)} {DAYS[lang].format(value)}"
    owner = next((entity for entity in ("quote", "account") if (known := SCHEMA.entity(entity)) and known.field(name)), "")
    rows = rows_of(Draft("", owner, {name: value if number is None else number}), lang) if owner else ()
    return f"{_named(rows[0].name, lang)} {rows[0].value}" if rows else None


def _named(name: str, lang: Lang) -> str:
    """A field's name in the middle of a sentence."""
    return name if lang is Lang.ZH else f"{name[:1].lower()}{name[1:]}"


def _in(label: Label, lang: Lang) -> str:
    return label.zh if lang is Lang.ZH else label.en

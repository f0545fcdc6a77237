"""How a draft is changed by a sentence, told by an example made of that very draft. Knows fields; understands no sentence."""

import math
from datetime import date, timedelta

from bot.domain.entities import SCHEMA
from bot.domain.outcome import Draft
from bot.domain.panels import figure_text
from bot.domain.schema import Field, Kind
from bot.domain.talk import Lang

TOLD = ("amount", "close_date", "due_date", "quantity", "next_step_date")
"""What people change most, first."""
MORE, LATER = 1.1, timedelta(days=7)


def example_of(draft: Draft, lang: Lang) -> tuple[str, str] | None:
    """A field of `draft`, as people call it, and another value for it, as they would write it; None where nothing lends itself."""
    known = SCHEMA.entity(draft.entity)
    for name in TOLD:
        field = known.field(name) if known else None
        if field and (value := _other(field, draft.fields.get(name), lang)):
            return field.label.zh if lang is Lang.ZH else field.label.en.lower(), value
    return None


def _other(field: Field, value: object, lang: Lang) -> str:
    """Another value than `value`, as people write it; "" where there is none."""
    if field.kind is Kind.DATE:
        return _later(value, lang)
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        return ""
    step = 10.0 ** (math.floor(math.log10(value)) - 1)
    return figure_text(round(value * MORE / step) * step, lang)


def _later(value: object, lang: Lang) -> str:
    try:
        day = date.fromisoformat(str(value)) + LATER
    except ValueError:
        return ""
    return f"{day.month}月{day.day}日" if lang is Lang.ZH else f"{day.day} {day:%b}"

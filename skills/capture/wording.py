"""What is told above a card: what it is, what was taken how, what is odd, and one question. Knows fields; looks up nothing."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.amending import missing
from bot.domain.ids import RecordId
from bot.domain.own_fields import OwnField
from bot.domain.query import Row
from bot.domain.saying import Saying, text
from bot.domain.talk import Lang
from skills.capture.cues import cue
from skills.capture.deal import Deal, worth
from skills.capture.own import own_label, own_text
from skills.capture.touch import Touch

LIMIT = re.compile(r"前|以内|(?<![a-z])(?:by|before|until|within)(?![a-z])", re.IGNORECASE)
SHORT = {Lang.ZH: 8, Lang.EN: 24}
"""Characters of a next step that a line has room for; of a longer one the verb is told."""
THOUSAND, MILLION = 1_000, 1_000_000
CHANGED = ("stage", "amount", "quantity", "product_name", "contact_name", "close_date", "competitor", "budget_status",
           "probability", "discount", "next_step")  # fmt: skip
KIND_OF = {"product_name": "product", "contact_name": "contact"}


@dataclass(frozen=True, slots=True)
class Wording:
    """Tells deals to one person. own: the house's own fields."""

    said: Saying
    own: tuple[OwnField, ...] = ()

    def headline(self, deal: Deal) -> str:
        """A new deal, or a change of one, in one line."""
        if deal.is_change:
            return self.said.say("changed", parts=self._bar([deal.called, self._name(deal), *self._changes(deal), self._due(deal)]))
        fields = deal.fields
        goods = self._goods(fields)
        parts = [self.money(*worth(deal)), goods, str(fields.get("contact_name") or ""), self._signing(fields), self._due(deal)]
        return self.said.say("new_deal", parts=self._bar([deal.called, *parts]))

    def touched(self, deal: Deal, touch: Touch) -> str:
        """A contact without a deal, in one line."""
        kind = self.label("touchpoint", "kind", touch.kind.value if touch.kind else None)
        long = touch.minutes.value if touch.minutes else None
        minutes = self.said.say("minutes_long", count=f"{long:g}") if isinstance(long, float) else ""
        day = self.said.day(touch.day.value) if touch.day and isinstance(touch.day.value, date) else ""
        return self.said.say("new_touch", parts=self._bar([deal.called, deal.person, kind, day, minutes, self._due(deal)]))

    def question(self, fields: Mapping[str, object]) -> str:
        """The one thing that is worth most and was not said, as a question; "" where all is there, or it is lost or won."""
        name = missing(fields)
        return self.said.say(f"ask_{name}") if name else ""

    def money(self, value: float | None, currency: str) -> str:
        """An amount as people say it: 120万, $120k."""
        if value is None:
            return ""
        if self.said.lang is Lang.EN and value >= 10 * THOUSAND and value % 100 == 0:
            sign = self.said.amount(0, currency).removesuffix("0")
            scaled, unit = (value / MILLION, "m") if value >= MILLION else (value / THOUSAND, "k")
            if round(scaled, 2) == scaled:
                return f"{sign}{scaled:g}{unit}"
        return self.said.amount(value, currency)

    def label(self, entity: str, name: str, value: object) -> str:
        """What people call the value of an enumerated field."""
        return self.said.label(entity, Row(RecordId(""), {name: value}), name)

    def value(self, name: str, fields: Mapping[str, object]) -> str:
        """One field of an opportunity as it is told; "" where it is empty."""
        found = fields.get(name)
        if found is None or found == "":
            return ""
        told = next((one for one in self.own if one.name == name), None)
        return own_text(told, found, str(fields.get("currency") or ""), self.said) if told else self._told(name, found, fields)

    def _told(self, name: str, found: object, fields: Mapping[str, object]) -> str:
        if name == "amount":
            return self.money(float(str(found)), str(fields.get("currency") or ""))
        if name in {"close_date", "next_step_date", "due_date"}:
            return self.said.day(date.fromisoformat(str(found)))
        if name in {"stage", "budget_status", "currency"}:
            return self.label("opportunity", name, found)
        if name in {"probability", "discount"}:
            return f"{found:g}%" if isinstance(found, int | float) else str(found)
        return f"{found:g}" if isinstance(found, int | float) else str(found)

    def _changes(self, deal: Deal) -> Iterator[str]:
        """What changes: how it was, and how it will be."""
        was = deal.before.fields if deal.before else {}
        merged = {**was, **deal.fields}
        for name in (*CHANGED, *(one.name for one in self.own)):
            if name in deal.fields and not (name == "next_step" and deal.step):
                before, after = self.value(name, was), self.value(name, merged)
                field = own_label(name, self.own, self.said) or self.said.say(f"field_{KIND_OF.get(name, name)}")
                yield self.said.say("change" if before and name != "next_step" else "change_new", field=field, before=before, after=after)

    def _name(self, deal: Deal) -> str:
        """Which opportunity it is, but for the account's name."""
        name = text(deal.before, "name") if deal.before else ""
        for one in (deal.called, text(deal.account, "short_name") if deal.account else ""):
            name = name.removeprefix(one).strip() if one else name
        return name

    def _goods(self, fields: Mapping[str, object]) -> str:
        product, count = str(fields.get("product_name") or ""), fields.get("quantity")
        if not isinstance(count, int | float):
            return product
        return self.said.say("goods" if product else "goods_bare", product=product, count=f"{count:,g}")

    def _signing(self, fields: Mapping[str, object]) -> str:
        day = self.value("close_date", fields)
        return self.said.say("signing", day=day) if day else ""

    def _due(self, deal: Deal) -> str:
        """The next step with its day: 7/22前报价."""
        if not deal.step:
            return ""
        due = deal.due
        if due is None or not isinstance(due.value, date):
            return deal.step
        verb = cue("close", "step").search(deal.step.lower())
        short = verb is None or len(deal.step) <= SHORT[self.said.lang]
        key = "step_by" if _is_limit(deal, due.words) else "step_on"
        return self.said.say(key, step=deal.step if short or verb is None else _cut(deal.step, verb), day=self.said.day(due.value))

    def _bar(self, parts: Sequence[str]) -> str:
        return self.said.say("bar").join(part for part in parts if part)


def _cut(step: str, verb: re.Match[str]) -> str:
    """A long step from its verb on: a verb of one character says nothing by itself."""
    return step[verb.start() : verb.start() + SHORT[Lang.ZH]] if len(verb.group()) == 1 else verb.group()


def _is_limit(deal: Deal, due: str) -> bool:
    """Whether the next step is to be done by its day, and not on it."""
    step = deal.told.fields.get("next_step")
    before, _, behind = str(step.value if step else "").partition(due)
    return LIMIT.search(due) is not None or re.match(r"\s*(?:之|以)?前", behind) is not None or LIMIT.search(before[-10:]) is not None

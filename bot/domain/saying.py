"""How things are told to one person: days counted, amounts, labels, quotes cut to a phone's width, grounds. Knows no sentence."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.domain.entities import SCHEMA
from bot.domain.evidence import Evidence, EvidenceKind, Passage
from bot.domain.ids import Audience
from bot.domain.query import Row
from bot.domain.talk import Lang, Turn

SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}
MYRIAD = 10_000
HUNDRED_MILLION = 100_000_000
EVENTS = frozenset({"touchpoint", "signal", "nps"})
"""Records of something that happened; their words are evidence of kind `event`."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
QUOTED = {Lang.ZH: 46, Lang.EN: 96}
"""Characters of a quote that a phone's screen has room for."""
LONGEST_HEAD = 80
WITHIN = str.maketrans("“”", "‘’")
"""Quotation marks inside a quote."""
PAUSES = "。！？；，,;.!? "


class Sentences(Protocol):
    """What `Saying` says things by: the sentences of whoever speaks, `dot`, `quoted`, `today`, `yesterday` and `days_ago` among them."""

    def say(self, key: str, lang: Lang, /, **facts: object) -> str:
        """The sentence `key` in `lang`, filled with `facts`."""
        ...


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its grounds. weight: how much it matters among its like, more is first."""

    text: str
    grounds: tuple[Evidence, ...] = ()
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Saying:
    """Says things to one person. today: their day."""

    words: Sentences
    lang: Lang
    zone: str
    today: date
    user_id: str

    def say(self, key: str, **facts: object) -> str:
        """The sentence `key`."""
        return self.words.say(key, self.lang, **facts)

    def dots(self, parts: Sequence[str]) -> str:
        """Parts in one line; empty ones are left out."""
        return self.say("dot").join(part for part in parts if part)

    def day(self, day: date) -> str:
        """A day as people write it; with its year where that is another."""
        if self.lang is Lang.ZH:
            return f"{day.month}/{day.day}" if day.year == self.today.year else f"{day.year}/{day.month}/{day.day}"
        return f"{day.day} {MONTHS[day.month - 1]}" + ("" if day.year == self.today.year else f" {day.year}")

    def ago(self, day: date) -> str:
        """How long ago a day was."""
        days = (self.today - day).days
        return self.say("today") if days <= 0 else self.say("yesterday") if days == 1 else self.say("days_ago", days=days)

    def money(self, row: Row, field: str) -> str:
        """An amount with its currency, "" where there is none to be seen."""
        value = number(row, field)
        return self.amount(value, text(row, "currency")) if value is not None else ""

    def amount(self, value: float, currency: str) -> str:
        """An amount of money: 102万, $48,000."""
        sign = SIGNS.get(currency, f"{currency} " if currency else "")
        if self.lang is Lang.ZH and abs(value) >= MYRIAD:
            scaled, unit = (value / HUNDRED_MILLION, "亿") if abs(value) >= HUNDRED_MILLION else (value / MYRIAD, "万")
            places = 4 if unit == "亿" else 2
            return f"{'' if currency == 'CNY' else sign}{scaled:,.{places}f}".rstrip("0").rstrip(".") + unit
        return f"{sign}{value:,.0f}"

    def label(self, entity: str, row: Row, name: str) -> str:
        """What people call the value of an enumerated field."""
        value = row.fields.get(name)
        known = SCHEMA.entity(entity)
        field = known.field(name) if known else None
        label = next((one.label for one in field.values if one.name == value), None) if field else None
        return (label.zh if self.lang is Lang.ZH else label.en) if label else ""

    def kind(self, entity: str) -> str:
        """What people call such records."""
        known = SCHEMA.entity(entity)
        return "" if known is None else known.label.zh if self.lang is Lang.ZH else known.label.en

    def quoted(self, words: str, room: int | None = None) -> str:
        """Words between quotation marks, cut at a pause where they are long."""
        within = " ".join(words.split()).translate(WITHIN)
        return self.say("quoted", words=cut(within, room or QUOTED[self.lang]))

    def day_of(self, row: Row, field: str) -> date | None:
        """The day in a field, in the person's zone; None where there is none to be seen."""
        value = text(row, field)
        if not value:
            return None
        return datetime.fromisoformat(value).astimezone(ZoneInfo(self.zone)).date() if "T" in value else date.fromisoformat(value)

    def overdue(self, row: Row, field: str) -> int:
        """Days since a day that is over; 0 while it is not."""
        day = self.day_of(row, field)
        return max(0, (self.today - day).days) if day else 0

    def ground(self, entity: str, row: Row, quote: str) -> Evidence:
        """A record as grounds: `quote` are its words, or its values as they are shown."""
        day = next((found for field in ("happened_at", "answered_date", "opened_at") if (found := self.day_of(row, field))), None)
        title = text(row, "number") or text(row, "name") or text(row, "contact_name") or text(row, "month")[:7]
        source, where = self.dots([self.kind(entity), title]), self.day(day) if day else title or row.id
        kind = EvidenceKind.EVENT if entity in EVENTS else EvidenceKind.RECORD
        return Evidence(quote, source, where, kind, 1.0, row.id, Audience(f"user:{self.user_id}"))


def saying(turn: Turn, words: Sentences) -> Saying:
    """How to speak to the speaker of `turn`."""
    today = turn.said_at.astimezone(ZoneInfo(turn.speaker.zone)).date()
    return Saying(words, turn.lang, turn.speaker.zone, today, turn.speaker.user_id)


def cited(passage: Passage, quote: str) -> Evidence:
    """A sentence of a document as grounds."""
    score = round(min(passage.score, 1.0), 3)
    return Evidence(quote, passage.source, passage.locator, EvidenceKind.DOCUMENT, score, passage.id, passage.audience)


def once(grounds: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Grounds without repetition, in their order."""
    first: dict[tuple[str, str], Evidence] = {}
    for one in grounds:
        first.setdefault((one.ref, one.quote), one)
    return tuple(first.values())


def numbered(line: Line, first: int) -> Line:
    """The line with the numbers of its grounds behind it, counted from `first`."""
    marks = "".join(f"[{first + at}]" for at in range(len(line.grounds)))
    return replace(line, text=f"{line.text} {marks}" if marks else line.text)


def cut(words: str, room: int) -> str:
    """`words` in at most about `room` characters, ended at a pause where one is near."""
    if len(words) <= room:
        return words
    kept = words[:room]
    pause = max(kept.rfind(mark) for mark in PAUSES)
    return (kept[:pause] if pause > room * 0.6 else kept).rstrip(PAUSES) + "…"


def headless(note: str, who: str) -> str:
    """A note without "Message from Dana Reed:" before it, where that only repeats who it was."""
    head, colon, rest = note.partition(": ")
    return rest if colon and who and who in head and len(head) <= LONGEST_HEAD else note


def text(row: Row, field: str) -> str:
    """The words of a field, "" where there are none to be seen."""
    value = row.fields.get(field)
    return value.strip() if isinstance(value, str) else ""


def number(row: Row, field: str) -> float | None:
    """The figure of a field."""
    value = row.fields.get(field)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

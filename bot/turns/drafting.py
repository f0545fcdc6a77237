"""Drafting: what a form takes, read as people write it, and what the records hold that a draft would change. Decides and saves nothing."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.drafted import MONEY_AND_CURRENCY, NAMED, draft_of
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.found import Days
from bot.domain.ids import Audience, RecordId
from bot.domain.outcome import Draft
from bot.domain.people import Speaker
from bot.domain.records import HeldDraft
from bot.domain.schema import Field, Kind
from bot.domain.scope import Scope
from bot.domain.talk import Lang
from bot.domain.written import field_called, read_in
from bot.ports import Clock, Drafts, Reader, Records

AHEAD = frozenset({"close_date", "due_date", "next_step_date", "valid_until", "promised_date", "renewal_date"})
"""Days that lie ahead: a Friday is the next one, and 7/31 the next one too."""
FIGURES = re.compile(r"(?P<month>\d{1,2})\s*[/.-]\s*(?P<day>\d{1,2})")
YEAR_SAID = re.compile(r"\d{4}|年|year|去|上|昨|前天|last|ago|yesterday", re.IGNORECASE)
FRIDAY, WEEK, LITTLE = timedelta(days=4), timedelta(days=7), 2
MORNING = time(9)


@dataclass(frozen=True)
class Drafting:
    """scope: what a person may see. drafts: where earlier revisions are asked for; without, nothing is known to be filled in by hand."""

    records: Records
    scope: Callable[[Speaker], Scope]
    reader: Reader
    clock: Clock
    drafts: Drafts | None = None

    async def known(self, draft: Draft, author: Speaker) -> Draft:
        """The draft, with what the records that it would change hold now, as far as its author may see that."""
        if draft.record_id is None and all(one.record_id is None for one in draft.also):
            return draft
        also = [replace(one, before=await self._before(one.record_id, one.fields, author)) for one in draft.also]
        return replace(draft, before=await self._before(draft.record_id, draft.fields, author), also=tuple(also))

    async def held(self, held: HeldDraft, author: Speaker) -> Draft:
        """The same of a draft that is held. What its author filled in is their own word, and needs no other grounds."""
        first = await self.drafts.revision(held.id, 1) if self.drafts and held.revision > 1 else None
        known = await self.known(draft_of(held), author)
        return _by_hand(known, draft_of(first), held) if first else known

    async def read(
        self, held: HeldDraft, fields: Iterable[tuple[str, str]], speaker: Speaker
    ) -> tuple[Mapping[str, object], tuple[str, ...]]:
        """The values of fields that were filled in as text, and the names of those whose text is none; days as people say them, too.

        A reference is none that is filled in: its text would be an id.
        """
        fields = list(fields)
        called = {name: field_called(held.entity, name, held.also, held.own) for name, _ in fields}
        refused = tuple(name for name, _ in fields if _is_reference(called[name]))
        today = self.clock.now().astimezone(ZoneInfo(speaker.zone)).date()
        plain = [(name, await self._plain(called[name], text, speaker, today)) for name, text in fields]
        values, wrong = read_in(held.entity, [(name, text) for name, text in plain if name not in refused], held.also, held.own)
        return values, (*refused, *wrong)

    async def _before(self, record_id: RecordId | None, fields: Mapping[str, object], author: Speaker) -> Mapping[str, object]:
        record = await self.records.record(record_id, scope=self.scope(author)) if record_id else None
        names = {*fields, *(f"{name}{NAMED}" for name in fields), MONEY_AND_CURRENCY}
        return {name: value for name, value in record.fields.items() if name in names} if record else {}

    async def _plain(self, field: Field | None, text: str, speaker: Speaker, today: date) -> str:
        """`text` as machines write it, where it is a day or a moment and is understood; else as it is."""
        written = text.strip()
        if field is None or field.kind not in {Kind.DATE, Kind.MOMENT} or not written:
            return text
        zone = ZoneInfo(speaker.zone)
        if field.kind is Kind.MOMENT and (at := _moment(written)):
            return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC).isoformat()
        day = _in_figures(written, today) or _iso(written) or await self._said(written, speaker)
        if day is None:
            return text
        day = _ahead(day, written, today) if field.name in AHEAD else day
        return day.isoformat() if field.kind is Kind.DATE else datetime.combine(day, MORNING, zone).astimezone(UTC).isoformat()

    async def _said(self, written: str, speaker: Speaker) -> date | None:
        """The one day that the words say, and nothing else with it."""
        reading = await self.reader.read(written, said_at=self.clock.now(), zone=speaker.zone)
        match reading.days:
            case [only] if len(written) - len(only.words.text) <= LITTLE:
                return _meant(only)
        return None


def _is_reference(field: Field | None) -> bool:
    return field is not None and field.kind is Kind.REFERENCE


def _by_hand(draft: Draft, first: Draft, held: HeldDraft) -> Draft:
    """The draft, with its author for the ground of what is not as it was proposed. For showing alone."""
    own = Evidence("", "", "", EvidenceKind.EVENT, 1.0, held.id, Audience(f"user:{held.author}"))
    before = {one.key: one.fields for one in first.also}

    def with_own(now: Mapping[str, object], then: Mapping[str, object], evidence: Mapping[str, Evidence]) -> Mapping[str, Evidence]:
        return {**{name: own for name, value in now.items() if value != then.get(name)}, **evidence}

    also = tuple(replace(one, evidence=with_own(one.fields, before.get(one.key, {}), one.evidence)) for one in draft.also)
    return replace(draft, evidence=with_own(draft.fields, first.fields, draft.evidence), also=also)


def names_of(wrong: Sequence[str], held: HeldDraft, lang: Lang) -> str:
    """What people call fields, for a sentence about them."""
    found = [(name, field_called(held.entity, name, held.also, held.own)) for name in wrong]
    return ", ".join(name if field is None else field.label.zh if lang is Lang.ZH else field.label.en for name, field in found)


def _meant(said: Days) -> date:
    """A week is its Friday, every other stretch its last day."""
    return said.first + FRIDAY if said.grain == "week" else said.last


def _in_figures(written: str, today: date) -> date | None:
    """7/31 is the last of July, and so is 31/7: no year has so many months."""
    found = FIGURES.fullmatch(written)
    if found is None:
        return None
    first, second = int(found["month"]), int(found["day"])
    return _day(today.year, first, second) or _day(today.year, second, first)


def _ahead(day: date, written: str, today: date) -> date:
    """A day that is over and had no year: the next such day, a week on for the days of a week, else a year on."""
    if day >= today or YEAR_SAID.search(written):
        return day
    if today - day <= WEEK and not any(char.isdigit() for char in written):
        return day + WEEK
    return _day(day.year + 1, day.month, day.day) or day


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _iso(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _moment(written: str) -> datetime | None:
    """A moment with its hour; a day alone is none."""
    try:
        return datetime.fromisoformat(written) if ":" in written else None
    except ValueError:
        return None

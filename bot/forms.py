"""The form of a draft at the page: what it asks, and what was filled in. Knows who may; saves nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.drafted import draft_of
from bot.domain.filling import Input, label_of, sections_of
from bot.domain.ids import DraftId
from bot.domain.people import Speaker
from bot.domain.records import DraftState, HeldDraft
from bot.domain.schema import Kind
from bot.domain.talk import Lang
from bot.domain.written import wanted
from bot.errors import NotAllowed, Stale
from bot.ports import Drafts
from bot.talks import Talks
from bot.turns.drafting import Drafting
from bot.visits import Visits

Json = dict[str, Any]

LONG_LINE = 60


@dataclass(frozen=True)
class Forms:
    """For the author of a draft, while it is open."""

    visits: Visits
    drafts: Drafts
    talks: Talks
    drafting: Drafting

    async def form(self, session: str, draft: str, *, lang: Lang) -> Json:
        """A part for each record, each with its inputs.  Raises: NotAllowed("not_your_draft"), Stale."""
        speaker, held = await self._open(session, draft)
        return _form(held, speaker, lang, {}, ())

    async def fill(
        self, session: str, draft: str, revision: int, fields: Mapping[str, str], key: str, *, lang: Lang, thread: str = ""
    ) -> Json:
        """Keep the press that changes what was filled in otherwise; `follow` tells what comes of it.

        Where something cannot be read nothing is kept: the form again, as it was filled in, with what is wrong at its field (`wanted`).
        Raises: as `form`.
        """
        speaker, held = await self._open(session, draft)
        out = {one.key for one in held.also if fields.get(one.key) == ""}
        asked = [one for section in sections_of(draft_of(held), lang) if section.key not in out for one in section.inputs]
        texts = {one.name: fields[one.name].replace("\r\n", "\n") for one in asked if one.name in fields}
        changed = [(one.name, texts[one.name]) for one in asked if one.name in texts and texts[one.name] != _text(one, speaker)]
        values, wrong = await self.drafting.read(held, changed, speaker)
        if wrong:
            return _form(held, speaker, lang, fields, wrong)
        new = {name: _written(value) for name, value in values.items()} | dict.fromkeys(out, "")
        return await self.talks.press(session, draft, revision, "edit", key, thread=thread, fields=new)

    async def _open(self, session: str, draft: str) -> tuple[Speaker, HeldDraft]:
        speaker = await self.visits.speaker(session)
        held = await self.drafts.draft(DraftId(draft))
        if held is None or held.author != speaker.user_id:
            raise NotAllowed("not_your_draft")
        if held.state is not DraftState.OPEN:
            raise Stale("draft_settled", state=held.state)
        return speaker, held


def _form(held: HeldDraft, speaker: Speaker, lang: Lang, filled: Mapping[str, str], wrong: Sequence[str]) -> Json:
    """filled: what was written into it, where it is shown again."""

    def told(one: Input) -> Json:
        text = filled.get(one.name, _text(one, speaker))
        options = [{"value": each.name, "label": each.label.zh if lang is Lang.ZH else each.label.en} for each in one.field.values]
        return {
            "name": one.name, "label": label_of(one.field, lang), "kind": one.field.kind, "value": text, "options": options,
            "long": one.field.kind is Kind.TEXT and (len(text) > LONG_LINE or "\n" in text),
            "wanted": wanted(held.entity, one.name, held.also, held.own) if one.name in wrong else "",
        }  # fmt: skip

    sections = [
        {"key": one.key, "label": one.label, "inputs": [told(each) for each in one.inputs], "out": one.key in filled}
        for one in sections_of(draft_of(held), lang)
    ]
    return {"draft": held.id, "revision": held.revision, "sections": sections}


def _text(one: Input, speaker: Speaker) -> str:
    """What an input holds, as it is filled in: a moment to the minute, by the person's clock."""
    if one.field.kind is Kind.MOMENT and one.value:
        return f"{datetime.fromisoformat(str(one.value)).astimezone(ZoneInfo(speaker.zone)):%Y-%m-%dT%H:%M}"
    return _written(one.value)


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)

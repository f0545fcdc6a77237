"""A draft as JSON, for whoever shows it: what it holds in words, and what is saved with it. Decides nothing about it."""

import re
from typing import Any

from bot.domain.drafted import DraftRow, by_the_clock, draft_of, entity_label, flat, gist_of, sheets_of, told_rows
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.filling import sections_of
from bot.domain.outcome import Draft
from bot.domain.people import Speaker
from bot.domain.records import DraftState, HeldDraft
from bot.domain.talk import Lang
from bot.turns.drafting import Drafting
from bot.turns.gated import LEAVES, LETTER

Json = dict[str, Any]

IN_TEXT = ("body", "kind", "language", "written_date")
"""Of a letter: what its text shows already, and what tells its author nothing."""
TIMES = re.compile(r"\d+(?::\d\d){1,2}")


async def draft_told(held: HeldDraft, author: Speaker, lang: Lang, drafting: Drafting | None) -> Json:
    """A draft as it stands.

    rows: its fields as people read them; terms that leave were said, or worked out from what stands beside them. also: what is saved with
    it, each with a gist. inputs: names of what can be filled in.
    """
    draft = await drafting.held(held, author) if drafting else draft_of(held)
    sheets = sheets_of(by_the_clock(draft, author.zone))
    entities = {one.key: one.entity for one in held.also}
    return {
        "rows": _rows("", sheets.pop(""), lang), "id": held.id, "revision": held.revision, "state": held.state, "entity": held.entity,
        "record_id": held.record_id, "fields": dict(held.fields),
        "evidence": {name: evidence_told(one) for name, one in held.evidence.items()}, "expires_at": held.expires_at.isoformat(),
        "inputs": [one.name for section in sections_of(draft, lang) for one in section.inputs],
        "has_form": held.state is DraftState.OPEN and held.entity not in LEAVES,
        "also": [
            {"key": key, "entity": entities[key], "label": entity_label(entities[key], lang), "gist": gist_of(sheet, lang),
             "rows": _rows(key, sheet, lang)}
            for key, sheet in sheets.items()
        ],
    }  # fmt: skip


def evidence_told(one: Evidence) -> Json:
    """A ground as JSON."""
    return {
        "quote": one.quote, "source": one.source, "locator": one.locator, "kind": one.kind, "score": round(one.score, 3),
        "stale": one.stale,
    }


def _rows(key: str, sheet: Draft, lang: Lang) -> list[Json]:
    rows = told_rows(sheet, lang, IN_TEXT if sheet.entity == LETTER else ())
    return [_row(key, one, leaves=sheet.entity in LEAVES) for one in rows]


def _row(key: str, one: DraftRow, *, leaves: bool) -> Json:
    """quote: the words that the value comes from. where: what people call their source, and the time in a recording."""
    ground = one.grounds
    place = ground.locator if ground and (ground.kind is EvidenceKind.DOCUMENT or TIMES.fullmatch(ground.locator)) else ""
    return {
        "field": flat(key, one.field), "name": one.name, "value": one.value, "before": one.before, "proven": one.proven or leaves,
        "quote": " ".join(ground.quote.split()) if ground and not leaves else "",
        "where": " ".join(filter(None, (ground.source, place))) if ground and not leaves else "",
    }

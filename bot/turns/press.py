"""Press: a person decides about a draft. Right person, right revision, still open, in time, once; its cards are settled with it."""

import re
from collections.abc import Collection, Mapping
from typing import assert_never

from bot.domain.changing import example_of
from bot.domain.decision import Mark
from bot.domain.drafted import DraftRow, also_line, by_the_clock, draft_of, entity_label, flat, sheets_of, told_rows
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.ids import DraftId, TurnId
from bot.domain.offers import ALL, offered
from bot.domain.outcome import Answer, Button, Draft
from bot.domain.people import Speaker
from bot.domain.records import DraftState, HeldDraft
from bot.domain.talk import Lang, Press
from bot.domain.written import read_in, wanted
from bot.errors import NotAllowed, Stale, Unclear
from bot.ports import Drafts, Outbox, Words
from bot.turns.drafting import Drafting, names_of
from bot.turns.gated import LEAVES
from bot.turns.wishes import Decide, Show

AT_ANY_TIME = frozenset({"slack"})
"""Channels on which a message can be changed without anything lent for it."""
MOST_DRAFTS = 5
SAVED_AS = {"rule": "rule_saved", "schedule": "schedule_saved"}
"""What is said of a save, where that is not that something was saved."""
OPEN, SAVED = ("save", "edit", "discard"), ("undo",)
"""What can be decided about a draft that waits, and about one that was saved."""
TIMES = re.compile(r"\d+(?::\d\d){1,2}")
"""Where in a recording: mm:ss."""
HOLDS: Mapping[str, str] = {
    "draft_expired": "mark_expired", "draft_changed": "mark_changed", "undo_too_late": "mark_saved", "record_changed": "mark_saved",
}  # fmt: skip
"""Why a press came too late -> what its card says holds."""
TOLD = frozenset({"mark_expired", "mark_changed", "mark_saved", "mark_discarded", "mark_undone"})
SUBMIT = "submit"
"""What is done instead of saving where a second person has to agree."""


async def decide(
    turn_id: TurnId, press: Press, speaker: Speaker, drafts: Drafts, words: Words, lang: Lang, drafting: Drafting | None = None
) -> Answer:
    """Carry out `press` and say what holds now, with what can be decided next.

    drafting: reads what was filled in as people write it; without, it is read as forms write it.  Raises: Stale, NotAllowed, Unclear.
    """
    seen, by = (press.draft_id, press.revision), speaker.user_id
    match press.action:
        case "save":
            draft = await drafts.save(*seen, by, turn_id=turn_id)
        case "edit":
            draft = await drafts.edit(*seen, by, await _filled_in(press, speaker, drafts, drafting, lang), turn_id=turn_id)
        case "discard":
            draft = await drafts.discard(*seen, by, turn_id=turn_id)
        case "undo":
            draft = await drafts.undo(*seen, by, turn_id=turn_id)
        case _:
            raise Stale("unknown_button")
    told = await drafting.held(draft, speaker) if drafting and draft.state is DraftState.OPEN else draft_of(draft)
    return _said_of(draft, told, words, lang, [name for name, _ in press.fields])


async def looked_again(
    turn_id: TurnId, press: Press, speaker: Speaker, drafts: Drafts, words: Words, lang: Lang, drafting: Drafting | None = None
) -> Answer:
    """A save that came too late for the record, which somebody has changed: nothing was saved, the draft is told as it would be now.

    It begins again from the records as they are, as after an edit, so the next save is of what is shown. Raises: as `decide`.
    """
    fresh = await drafts.edit(press.draft_id, press.revision, speaker.user_id, {}, turn_id=turn_id)
    draft = await drafting.held(fresh, speaker) if drafting else draft_of(fresh)
    return Answer(f"{words.say('draft_save_moved', lang)}\n{fields_of(draft, words, lang)}", buttons=_next(fresh, words, lang))


async def _filled_in(press: Press, speaker: Speaker, drafts: Drafts, drafting: Drafting | None, lang: Lang) -> Mapping[str, object]:
    """The values that were filled in.  Raises: Unclear naming the field whose value does not fit."""
    held = await drafts.draft(press.draft_id)
    if held is None:
        return dict(press.fields)
    read = drafting.read(held, press.fields, speaker) if drafting else None
    values, wrong = await read if read else read_in(held.entity, press.fields, held.also, held.own)
    if wrong:
        raise Unclear("field_value", field=names_of(wrong, held, lang), wanted=wanted(held.entity, wrong[0], held.also, held.own))
    return values


async def shown(
    show: Show, speaker: Speaker, drafts: Drafts, words: Words, lang: Lang, drafting: Drafting | None = None
) -> Answer:
    """Everything that stands in a draft, and where it comes from; where that was asked for, how to change it.  Raises: NotAllowed."""
    held = await drafts.draft(show.draft_id)
    if held is None or held.author != speaker.user_id:
        raise NotAllowed("not_your_draft")
    draft = await drafting.held(held, speaker) if drafting else draft_of(held)
    leaves, asks_how = draft.entity in LEAVES, show.change and held.state is DraftState.OPEN
    example = example_of(draft, lang) if asks_how and not leaves else None
    if example:  # its card is still in sight
        name, value = example
        how = words.say("draft_change_say", lang, name=name, value=value)
        return Answer(how, buttons=(*_next(held, words, lang), Button(words.say("form_button_all", lang), ALL)))
    text = fields_of(by_the_clock(draft, speaker.zone), words, lang, grounds=not leaves)
    how = f"\n{words.say('draft_change_how', lang)}" if asks_how else ""
    return Answer(f"{text}{how}", tuple(held.evidence.values()) if leaves else (), _next(held, words, lang))


async def waiting(speaker: Speaker, drafts: Drafts, words: Words, lang: Lang) -> tuple[Answer, DraftId | None]:
    """The drafts that wait for the person, newest first, and the one that can be decided about at once: the newest."""
    held = await drafts.open_of(speaker.user_id)
    if not held:
        return Answer(words.say("no_drafts", lang)), None
    told = "\n\n".join(_in_short(one, words, lang) for one in held[:MOST_DRAFTS])
    return Answer(words.say("drafts_waiting", lang, count=len(held), drafts=told), buttons=_next(held[0], words, lang)), held[0].id


async def marks_of(wish: Decide, speaker: Speaker, outbox: Outbox, words: Words, lang: Lang) -> tuple[Mark, ...]:
    """The cards that a decision settles: the one that was pressed, and those that can be changed at any time."""
    label = words.say(f"form_button_{wish.press.action}", lang)
    card, handle = wish.card, wish.press.origin.handle
    marks = {card.id: Mark(card.id, label, speaker.name, handle, speaker.zone)} if card else {}
    asked = set(SAVED if wish.press.action in SAVED else (*OPEN, SUBMIT))
    for one in await outbox.showing(wish.press.draft_id):
        if one.id not in marks and one.origin.channel in AT_ANY_TIME and asked & {button.action for button in offered(one.outcome)}:
            marks[one.id] = Mark(one.id, label, speaker.name, zone=speaker.zone)
    return tuple(marks.values())


def marks_too_late(wish: Decide, stop: Stale, words: Words, lang: Lang) -> tuple[Mark, ...]:
    """The card that was pressed when there was nothing left to decide: it says what holds, and has no buttons any more.

    Where it was the record that changed, the draft waits still, and so does its card.
    """
    if wish.card is None or (stop.key == "record_changed" and wish.press.action != "undo"):
        return ()
    key = f"mark_{stop.facts.get('state')}" if stop.key == "draft_settled" else HOLDS.get(stop.key, "")
    return (Mark(wish.card.id, words.say(key, lang) if key in TOLD else "", "", wish.press.origin.handle),)


def _said_of(draft: HeldDraft, told: Draft, words: Words, lang: Lang, changed: Collection[str]) -> Answer:
    """told: the same as it is shown. changed: names of the fields that were filled in."""
    match draft.state:
        case DraftState.OPEN:
            text = f"{words.say('draft_edited', lang)}\n{_changed(told, changed, words, lang)}".strip()
        case DraftState.SAVED:
            text = words.say(SAVED_AS.get(draft.entity, "draft_saved"), lang)
        case DraftState.DISCARDED:
            text = words.say("draft_discarded", lang)
        case DraftState.UNDONE:
            text = words.say("draft_undone", lang)
        case DraftState.EXPIRED:
            text = words.say("draft_expired", lang)
        case other:
            assert_never(other)
    return Answer(text, buttons=_next(draft, words, lang))


def _next(draft: HeldDraft, words: Words, lang: Lang) -> tuple[Button, ...]:
    actions = {DraftState.OPEN: OPEN, DraftState.SAVED: SAVED}.get(draft.state, ())
    return tuple(Button(words.say(f"form_button_{action}", lang), action) for action in actions)


def fields_of(draft: Draft, words: Words, lang: Lang, *, grounds: bool = False) -> str:
    """A draft in lines, with all that is saved with it. grounds: below each field the words that it comes from."""
    lines = []
    for key, sheet in sheets_of(draft).items():
        label = entity_label(sheet.entity, lang)
        lines.append(words.say("form_record", lang, label=label) if key else label)
        for row in told_rows(sheet, lang):
            lines += _row(row, words, lang, is_proven=row.proven or sheet.entity in LEAVES)
            lines += [_ground(row.grounds, words, lang)] if grounds and row.grounds and not _says(row, row.grounds) else []
    return "\n".join(lines)


def _changed(draft: Draft, changed: Collection[str], words: Words, lang: Lang) -> str:
    """What was changed, and what is saved with it now; of what leaves the house, all of it."""
    if draft.entity in LEAVES:
        return fields_of(draft, words, lang)
    rows = [(flat(key, row.field), row) for key, sheet in sheets_of(draft).items() for row in told_rows(sheet, lang)]
    lines = [line for name, row in rows if name in changed for line in _row(row, words, lang, is_proven=True)]
    return "\n".join(filter(None, (*lines, _also(draft, words, lang))))


def _also(draft: Draft, words: Words, lang: Lang) -> str:
    return also_line(draft, lang, lambda key, /, **facts: words.say(key, lang, **facts))


def _row(row: DraftRow, words: Words, lang: Lang, *, is_proven: bool) -> list[str]:
    value = words.say("form_was", lang, before=row.before, value=row.value.strip()) if row.before else row.value.strip()
    return [words.say("form_row", lang, name=row.name, value=value if is_proven else words.say("form_unproven", lang, value=value))]


def _says(row: DraftRow, ground: Evidence) -> bool:
    """Whether the value tells its words already."""
    return "".join(ground.quote.split()) in "".join(row.value.split())


def _ground(ground: Evidence, words: Words, lang: Lang) -> str:
    """The words that a value comes from, and where they stand. A record's locator is its id, for machines; a time is for people."""
    told = ground.kind is EvidenceKind.DOCUMENT or TIMES.fullmatch(ground.locator)
    where = " ".join(filter(None, (ground.source, ground.locator if told else "")))
    return words.say("form_row_ground", lang, quote=" ".join(ground.quote.split()), where=where)


def _in_short(held: HeldDraft, words: Words, lang: Lang) -> str:
    draft = draft_of(held)
    return "\n".join(filter(None, (fields_of(sheets_of(draft)[""], words, lang), _also(draft, words, lang))))

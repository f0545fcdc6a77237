"""Press: a person decides about a draft. Right person, right revision, still open, in time, once; its cards are settled with it."""

from collections.abc import Mapping
from typing import assert_never

from bot.domain.decision import Mark
from bot.domain.drafted import entity_label, told_rows
from bot.domain.ids import DraftId, TurnId
from bot.domain.offers import offered
from bot.domain.outcome import Answer, Button, Draft
from bot.domain.people import Speaker
from bot.domain.records import DraftState, HeldDraft
from bot.domain.talk import Lang, Press
from bot.domain.written import values_in, wanted
from bot.errors import NotAllowed, Stale, Unclear
from bot.ports import Drafts, Outbox, Words
from bot.turns.gated import LEAVES
from bot.turns.wishes import Decide, Show

AT_ANY_TIME = frozenset({"slack"})
"""Channels on which a message can be changed without anything lent for it."""
MOST_DRAFTS = 5
OPEN, SAVED = ("save", "discard"), ("undo",)
"""What can be decided about a draft that waits, and about one that was saved."""
SUBMIT = "submit"
"""What is done instead of saving where a second person has to agree."""


async def decide(turn_id: TurnId, press: Press, speaker: Speaker, drafts: Drafts, words: Words, lang: Lang) -> Answer:
    """Carry out `press` and say what holds now, with what can be decided next.  Raises: Stale, NotAllowed."""
    seen, by = (press.draft_id, press.revision), speaker.user_id
    match press.action:
        case "save":
            draft = await drafts.save(*seen, by, turn_id=turn_id)
        case "edit":
            draft = await drafts.edit(*seen, by, await _filled_in(press, drafts), turn_id=turn_id)
        case "discard":
            draft = await drafts.discard(*seen, by, turn_id=turn_id)
        case "undo":
            draft = await drafts.undo(*seen, by, turn_id=turn_id)
        case _:
            raise Stale("unknown_button")
    return _said_of(draft, words, lang)


async def _filled_in(press: Press, drafts: Drafts) -> Mapping[str, object]:
    """The values that were filled in.  Raises: Unclear naming the field whose value does not fit."""
    held = await drafts.draft(press.draft_id)
    try:
        return values_in(held.entity if held else "", press.fields)
    except ValueError as err:
        raise Unclear("field_value", field=str(err), wanted=wanted(held.entity if held else "", str(err))) from err


async def shown(show: Show, speaker: Speaker, drafts: Drafts, words: Words, lang: Lang) -> Answer:
    """Everything that stands in a draft; how to change it, where that was asked for.  Raises: NotAllowed."""
    draft = await drafts.draft(show.draft_id)
    if draft is None or draft.author != speaker.user_id:
        raise NotAllowed("not_your_draft")
    text = _fields_of(draft, words, lang)
    if show.change and draft.state is DraftState.OPEN:
        text = f"{text}\n{words.say('draft_change_how', lang)}"
    return Answer(text, tuple(draft.evidence.values()), _next(draft, words, lang))


async def waiting(speaker: Speaker, drafts: Drafts, words: Words, lang: Lang) -> tuple[Answer, DraftId | None]:
    """The drafts that wait for the person, newest first, and the one that can be decided about at once: the newest."""
    held = await drafts.open_of(speaker.user_id)
    if not held:
        return Answer(words.say("no_drafts", lang)), None
    told = "\n\n".join(_fields_of(one, words, lang) for one in held[:MOST_DRAFTS])
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


def marks_too_late(wish: Decide) -> tuple[Mark, ...]:
    """The card that was pressed when there was nothing left to decide: it says so, and has no buttons any more."""
    return (Mark(wish.card.id, "", "", wish.press.origin.handle),) if wish.card else ()


def _said_of(draft: HeldDraft, words: Words, lang: Lang) -> Answer:
    match draft.state:
        case DraftState.OPEN:
            text = f"{words.say('draft_edited', lang)}\n{_fields_of(draft, words, lang)}"
        case DraftState.SAVED:
            text = words.say("draft_saved", lang)
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


def _fields_of(draft: HeldDraft, words: Words, lang: Lang) -> str:
    lines = [entity_label(draft.entity, lang)]
    for row in told_rows(Draft("", draft.entity, draft.fields, draft.evidence), lang):
        value = row.value.strip()
        told = value if row.proven or draft.entity in LEAVES else words.say("form_unproven", lang, value=value)
        lines.append(words.say("form_row", lang, name=row.name, value=told))
    return "\n".join(lines)

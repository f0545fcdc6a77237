"""Press: a person decides about a draft. Right person, right revision, still open, in time, once."""

from typing import assert_never

from bot.domain.ids import TurnId
from bot.domain.outcome import Answer
from bot.domain.people import Speaker
from bot.domain.records import DraftState, HeldDraft
from bot.domain.talk import Lang, Press
from bot.errors import Stale
from bot.ports import Drafts, Words


async def decide(turn_id: TurnId, press: Press, speaker: Speaker, drafts: Drafts, words: Words, lang: Lang) -> Answer:
    """Carry out `press` and say what holds now.  Raises: Stale, NotAllowed."""
    seen, by = (press.draft_id, press.revision), speaker.user_id
    match press.action:
        case "save":
            draft = await drafts.save(*seen, by, turn_id=turn_id)
        case "edit":
            draft = await drafts.edit(*seen, by, dict(press.fields), turn_id=turn_id)
        case "discard":
            draft = await drafts.discard(*seen, by, turn_id=turn_id)
        case "undo":
            draft = await drafts.undo(*seen, by, turn_id=turn_id)
        case _:
            raise Stale("unknown_button")
    return Answer(words.say(_said_of(draft), lang))


def _said_of(draft: HeldDraft) -> str:
    match draft.state:
        case DraftState.OPEN:
            return "draft_edited"
        case DraftState.SAVED:
            return "draft_saved"
        case DraftState.DISCARDED:
            return "draft_discarded"
        case DraftState.UNDONE:
            return "draft_undone"
        case DraftState.EXPIRED:
            return "draft_expired"
        case other:
            assert_never(other)

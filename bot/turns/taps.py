"""Taps: a button of a delivered message, and what it stands for. Only whom the message was for may press it; knows no platform."""

from dataclasses import replace

from bot.domain.acquaintance import alias_of
from bot.domain.decision import Message, Verdict
from bot.domain.offers import ALL, DECIDING, DOWN, UP, WHY, offered
from bot.domain.outcome import Button
from bot.domain.passwords import PASSWORD
from bot.domain.people import Speaker
from bot.domain.talk import Press, Tap, Utterance
from bot.errors import NotAllowed, Stale
from bot.ports import Ledger, Outbox
from bot.turns.group import ALONE
from bot.turns.review_actions import wish_in
from bot.turns.wishes import Act, Ask, Consider, Decide, Judge, Say, Show, Unlock, Wish

UNDO, SUBMIT = "undo", "submit"
VERDICTS = {UP: Verdict.UP, DOWN: Verdict.DOWN}


async def tapped(tap: Tap, outbox: Outbox) -> tuple[Message, Button]:
    """The message and its button.  Raises: Stale for a message that is not ours, or has no such button."""
    message = await outbox.message(tap.message_id)
    buttons = offered(message.outcome) if message else ()
    if message is None or not 0 <= tap.button < len(buttons):
        raise Stale("unknown_button")
    return message, buttons[tap.button]


async def meant_by(tap: Tap, speaker: Speaker, outbox: Outbox, ledger: Ledger) -> Wish | Unlock:
    """What a tap stands for.  Raises: Stale; NotAllowed("not_your_button")."""
    message, button = await tapped(tap, outbox)
    if not await _is_for(message, tap, speaker, ledger):
        raise NotAllowed("not_your_button")
    if button.action == PASSWORD:
        return Unlock()
    if wish := _about_review(message, button, tap) or _about_draft(message, button, tap) or _about_answer(message, button):
        return wish
    if button.text:
        origin = tap.origin.direct if button.action == ALONE else tap.origin
        return Say(Utterance(origin, tap.dedupe_key, button.text, tap.sent_at))
    if ":" in button.action:
        return Act(button.action, button.label, message, message.decision_id)
    raise Stale("unknown_button")


def _about_review(message: Message, button: Button, tap: Tap) -> Wish | None:
    wish = wish_in(button.action, button.text)
    if isinstance(wish, Consider):
        return replace(wish, card=message, fields=tap.fields)
    return replace(wish, card=message) if wish else None


def _about_draft(message: Message, button: Button, tap: Tap) -> Wish | None:
    if message.draft_id is None or message.revision is None:
        return None
    if button.action == ALL or (button.action == "edit" and not tap.fields):
        return Show(message.draft_id, change=button.action == "edit")
    if button.action not in {*DECIDING, UNDO, SUBMIT}:
        return None
    press = Press(tap.origin, tap.dedupe_key, message.draft_id, message.revision, button.action, tap.sent_at, tap.fields)
    return Decide(press, message)


def _about_answer(message: Message, button: Button) -> Wish | None:
    if message.decision_id is None:
        return None
    if button.action == WHY and not button.text:
        return Ask(message.decision_id)
    verdict = VERDICTS.get(button.action)
    return Judge(message.decision_id, verdict) if verdict else None


async def _is_for(message: Message, tap: Tap, speaker: Speaker, ledger: Ledger) -> bool:
    """Anybody in a group can press; the answer was one person's."""
    decision = await ledger.decision(message.decision_id) if message.decision_id else None
    if decision and decision.user_id:
        return decision.user_id == speaker.user_id
    theirs, mine = alias_of(message.origin), alias_of(tap.origin)
    return (theirs.platform, theirs.workspace, theirs.key) == (mine.platform, mine.workspace, mine.key)

"""Deciding: a press on a draft, or about a review, is carried out, and the card that was pressed says so. Chooses no skill."""

from dataclasses import dataclass
from typing import assert_never

from bot.domain.decision import Mark, Message
from bot.domain.ids import TurnId
from bot.domain.outcome import Answer, Outcome
from bot.errors import NotAllowed, Stale
from bot.ports import Choice, Drafts, Outbox, Words
from bot.turns.drafting import Drafting
from bot.turns.press import SUBMIT, decide, looked_again, marks_of, marks_too_late, shown
from bot.turns.releasing import Releasing
from bot.turns.reminding import Reminding
from bot.turns.review import PROGRAMS, Reviewing
from bot.turns.way import Way
from bot.turns.wishes import Consider, Decide, Sent, Show, Which

REVIEW = Choice("house", "review")
"""What a turn is put down to that is about a review."""
CHANGED = "draft_changed"
MOVED = frozenset({"record_changed", CHANGED})
"""Why a save is looked at again: the record moved on; or it did, was looked at, and the house died before it could say so."""


@dataclass(frozen=True)
class Deciding:
    """reviewing, releasing, reminding, drafting: None where the house has none."""

    drafts: Drafts
    outbox: Outbox
    words: Words
    reviewing: Reviewing | None = None
    releasing: Releasing | None = None
    reminding: Reminding | None = None
    drafting: Drafting | None = None

    async def decide(self, turn_id: TurnId, wish: Decide, way: Way) -> Outcome:
        """Save a draft, change it, put it away or before a reviewer.  Raises: Stale, NotAllowed, as the press is too late or not theirs."""
        way.said = wish.press.action
        try:
            outcome = await self._decided(turn_id, wish, way)
        except Stale as stop:
            if wish.press.action == "save" and stop.key in MOVED:
                return await self._look_again(turn_id, wish, way)
            way.marks = marks_too_late(wish, stop, self.words, way.lang)
            raise
        except NotAllowed as stop:
            if stop.key != "needs_review":
                raise
            way.draft_id = wish.press.draft_id
            return await self.as_gated(Answer(self.words.say(stop.key, way.lang), found=False), way)
        way.draft_id = wish.press.draft_id
        way.marks = await marks_of(wish, way.speaker, self.outbox, self.words, way.lang)
        return await self.as_gated(outcome, way) if wish.press.action != SUBMIT else outcome

    async def _look_again(self, turn_id: TurnId, wish: Decide, way: Way) -> Outcome:
        """The record has moved on: the draft is shown as it would be now, and the card that was pressed says that it has changed."""
        try:
            answer = await looked_again(turn_id, wish.press, way.speaker, self.drafts, self.words, way.lang, self.drafting)
        except Stale as stop:
            way.marks = marks_too_late(wish, stop, self.words, way.lang)
            raise
        way.draft_id = wish.press.draft_id
        way.marks = marks_too_late(wish, Stale(CHANGED), self.words, way.lang)
        return await self.as_gated(answer, way)

    async def _decided(self, turn_id: TurnId, wish: Decide, way: Way) -> Answer:
        press = wish.press
        if self.reviewing is None:
            return await decide(turn_id, press, way.speaker, self.drafts, self.words, way.lang, self.drafting)
        await self.reviewing.check_decides(press)
        if press.action == SUBMIT:
            return await self.reviewing.submit(turn_id, press.draft_id, press.revision, way.speaker, way.lang)
        outcome = await decide(turn_id, press, way.speaker, self.drafts, self.words, way.lang, self.drafting)
        if press.action in {"edit", "discard"}:
            await self.reviewing.withdrawn_by_edit(press.draft_id, way.speaker, way.lang)
        if press.action == "save" and self.releasing:
            way.silent = await self.releasing.release(press.draft_id)  # the letter itself is the answer
        if press.action == "save" and self.reminding:
            outcome = await self.reminding.promised(outcome, press.draft_id, way.speaker, way.lang)
        return outcome

    async def show(self, wish: Show, way: Way) -> Answer:
        """Everything that stands in a draft."""
        way.draft_id = wish.draft_id
        return await self.as_gated(await shown(wish, way.speaker, self.drafts, self.words, way.lang, self.drafting), way)

    async def as_gated(self, answer: Answer, way: Way) -> Answer:
        """What is told of a draft, with what can be done about it given its gate."""
        if self.reviewing is None or way.draft_id is None:
            return answer
        return await self.reviewing.as_gated(answer, way.draft_id, way.speaker, way.lang)

    async def consider(self, turn_id: TurnId, wish: Consider | Which | Sent, way: Way) -> Answer:
        """Something about a review, or about a letter that was handed over. A card that was pressed and did something is done with."""
        if self.reviewing is None or self.releasing is None:
            raise Stale("unknown_button")
        way.choice = REVIEW
        if way.origin.group or way.origin.channel == PROGRAMS:
            raise NotAllowed("review_not_here")
        match wish:
            case Which():
                return await self.reviewing.which(wish, way.lang)
            case Sent():
                answer = await self.releasing.sent(wish, way.speaker, way.lang)
                way.marks = marked(wish.card, self.words.say("button_sent", way.lang), way)
                return answer
            case Consider():
                done = await self.reviewing.consider(turn_id, wish, way.speaker, way.lang)
                if isinstance(done, Show):
                    return await self.show(done, way)
                if done.acted:
                    label = self.words.say(f"button_review_{wish.verb}", way.lang) if done.as_wished else ""
                    way.marks = marked(wish.card, label, way)
                return done.answer
            case other:
                assert_never(other)


def marked(card: Message | None, label: str, way: Way) -> tuple[Mark, ...]:
    """That a card was pressed. label: what stands on it from then on, "" for nothing but that it is done with."""
    if card is None:
        return ()
    return (Mark(card.id, label, way.speaker.name if label else "", way.origin.handle, way.speaker.zone),)

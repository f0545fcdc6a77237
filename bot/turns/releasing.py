"""Releasing: a letter that was saved leaves, once: by mail, or as a plain message that its author sends on. Only here does anything leave.

What leaves is the draft as it was saved, never the record that became of it: a record can be changed by whoever may write it.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.ids import DraftId, RecordId, ThreadId
from bot.domain.outcome import Answer, Button, Letter
from bot.domain.people import Speaker, User
from bot.domain.records import Cause, DraftState, HeldDraft, Record
from bot.domain.review import HeldReview, ReviewState
from bot.domain.talk import Lang, Origin
from bot.errors import NotAllowed, Stale, TellUser, Upstream
from bot.ports import Clock, Drafts, Letters, Outbox, Records, Reviews, Users, Words
from bot.turns.gated import LETTER, may_leave
from bot.turns.reach import Reach
from bot.turns.review_actions import sent_action
from bot.turns.review_cards import Cards
from bot.turns.wishes import Sent

log = logging.getLogger(__name__)

MAIL = "mail"
HOUSE = "system"
APPROVED, HANDED, SENT, UNSURE, FAILED, HELD = "approved", "handed", "sent", "unsure", "failed", "held"
"""Statuses of a letter; `approved` is one that has still to leave, `held` one that may not any more.

`unsure` and `failed` are of a mail; what its author says of it holds.
"""


@dataclass(frozen=True)
class Releasing:
    """mails: letters can leave by mail."""

    letters: Letters
    drafts: Drafts
    reviews: Reviews
    users: Users
    records: Records
    outbox: Outbox
    words: Words
    clock: Clock
    reach: Reach
    mails: bool = False

    async def sweep(self) -> int:
        """Release what was saved and has not left yet, whoever died in between; says how many."""
        waiting = await self.letters.unreleased()
        for draft_id in waiting:
            try:
                await self.release(draft_id)
            except (TellUser, Upstream) as stop:  # its author cannot be reached now, or it was erased: that keeps no other back
                log.warning("letter_waits", extra={"draft": draft_id, "why": type(stop).__name__})
        return len(waiting)

    async def release(self, draft_id: DraftId) -> bool:
        """Queue a saved letter, once, however often this is asked; and tell its author that it is theirs to send, or on its way.

        One that a second person has to agree to by now, and that has not the approval of this very revision, stays here for good, and its
        author is told so. False where nothing was told.
        """
        held = await self.drafts.draft(draft_id)
        if held is None or held.entity != LETTER or held.state is not DraftState.SAVED or held.record_id is None:
            return False
        review, record = await self.reviews.of_draft(draft_id), await self.records.record(held.record_id)
        author = await self.users.by_id(held.author)
        if record is None:
            return False
        if not may_leave(await self.reviews.gate(draft_id), review, held):
            return await self._hold(held, record)
        address = str(held.fields.get("address") or "").strip()
        if self.mails and author and address and held.fields.get("channel") == MAIL:
            return await self._mail(held, held.record_id, author, address, review)
        if not await self._hand(held, held.record_id, review):
            return False
        await self._note(record, HANDED)
        return True

    async def sent(self, wish: Sent, speaker: Speaker, lang: Lang) -> Answer:
        """The author says that they sent it: from now on it is called sent.  Raises: NotAllowed("letter_not_yours"), Stale."""
        record_id = wish.record_id or next(iter(await self.letters.handed_to(speaker.user_id)), None)
        record = await self.records.record(record_id) if record_id else None
        if record is None or await self.letters.author(record.id) != speaker.user_id:
            raise NotAllowed("letter_not_yours")
        if record.fields.get("status") == SENT:
            raise Stale("letter_sent_before", at=_at(record.fields.get("sent_at"), speaker.zone))
        if record.fields.get("status") not in {HANDED, UNSURE, FAILED}:
            raise NotAllowed("letter_not_yours")
        changed = {"status": SENT, "sent_at": self.clock.now().isoformat()}
        await self.records.put(LETTER, changed, cause=Cause(speaker.user_id), record_id=record.id, revision=record.revision)
        return Answer(self.words.say("letter_sent", lang), buttons=touchpoint(record.fields, self.words, lang))

    async def _mail(self, held: HeldDraft, record_id: RecordId, author: User, address: str, review: HeldReview | None) -> bool:
        fields = held.fields
        who = str(fields.get("contact_name") or fields.get("addressee") or "")
        subject, body = str(fields.get("subject") or ""), str(fields.get("body") or "")
        letter = Letter(who, address, author.name, author.email, subject, body)
        origin = Origin(MAIL, "", record_id, ThreadId(f"{MAIL}:{record_id}"))  # the address stands in what is erased with the letter
        lang = await self._lang(held)
        await self.outbox.say(origin, Answer(subject, letter=letter), key=f"release:{record_id}", lang=lang)
        place = await self.reach.author(held.author, held.turn_id)
        if place:
            text = await self._told("letter_mailing", held, review, lang, who=who or address)
            await self.outbox.say(place, Answer(text), key=f"release:{record_id}:told", lang=lang)
        return place is not None

    async def _hand(self, held: HeldDraft, record_id: RecordId, review: HeldReview | None) -> bool:
        """Whether it lies in the author's own chat now; somebody without one finds it among their reviews."""
        place, lang = await self.reach.author(held.author, held.turn_id), await self._lang(held)
        if place is None:
            return False
        text = await self._told("letter_handed", held, review, lang)
        button = Button(self.words.say("button_sent", lang), sent_action(record_id))
        told = Answer(text, buttons=(button,), forward=str(held.fields.get("body") or ""))
        await self.outbox.say(place, told, key=f"release:{record_id}", lang=lang)
        return True

    async def _hold(self, held: HeldDraft, record: Record) -> bool:
        """It was nobody's to agree to when it was saved, and is now: its contact rose, say. A new one is asked about anew."""
        if record.fields.get("status") not in {None, APPROVED}:
            return False
        place, lang = await self.reach.author(held.author, held.turn_id), await self._lang(held)
        if place:
            who = str(held.fields.get("contact_name") or held.fields.get("addressee") or held.fields.get("account_name") or "")
            told = Answer(self.words.say("letter_held", lang, who=who), found=False)
            await self.outbox.say(place, told, key=f"release:{record.id}:held", lang=lang)
        await self._note(record, HELD)
        return place is not None

    async def _told(self, key: str, held: HeldDraft, review: HeldReview | None, lang: Lang, **facts: object) -> str:
        if review is None or review.state is not ReviewState.APPROVED:
            return self.words.say(key, lang, **facts)
        before = await self.drafts.revision(held.id, review.first_revision) if review.edited else None
        if changes := Cards(self.words).changed(before, held, lang):
            return self.words.say(f"{key}_edited", lang, changes=changes, **facts)
        return self.words.say(f"{key}_approved", lang, **facts)

    async def _note(self, record: Record, status: str) -> None:
        """Its status, unless it has moved on by itself: then that holds."""
        if record.fields.get("status") not in {None, APPROVED}:
            return
        try:
            await self.records.put(LETTER, {"status": status}, cause=Cause(HOUSE), record_id=record.id, revision=record.revision)
        except Stale:
            return

    async def _lang(self, held: HeldDraft) -> Lang:
        return await self.reach.lang_of(held.author, Lang.ZH)


def touchpoint(fields: Mapping[str, object], words: Words, lang: Lang) -> tuple[Button, ...]:
    """What offers to note that a letter went out; nothing for one to nobody's account."""
    account, who = fields.get("account_name"), fields.get("contact_name") or fields.get("addressee")
    if not account:
        return ()
    said = words.say("touchpoint_said", lang, account=account, who=who or account, subject=fields.get("subject") or "")
    return (Button(words.say("button_touchpoint", lang), "say", said),)


def _at(written: object, zone: str) -> str:
    try:
        return f"{datetime.fromisoformat(str(written)).astimezone(ZoneInfo(zone)):%m-%d %H:%M}"
    except ValueError:
        return str(written)

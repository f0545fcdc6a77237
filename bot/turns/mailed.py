"""Mailed: what became of a letter's mail is written into the letter and told to its author, once. Sends nothing."""

from dataclasses import dataclass

from bot.domain.decision import Message, MessageState
from bot.domain.letters import Mailed
from bot.domain.outcome import Answer, Button
from bot.domain.records import Cause, HeldDraft
from bot.domain.talk import Lang
from bot.errors import Stale
from bot.ports import Drafts, Letters, Outbox, Records, Words
from bot.turns.gated import LETTER
from bot.turns.reach import Reach
from bot.turns.releasing import FAILED, HOUSE, MAIL, SENT, UNSURE, touchpoint
from bot.turns.review_actions import sent_action

STATUS = {MessageState.DELIVERED: SENT, MessageState.UNSURE: UNSURE, MessageState.DEAD: FAILED}


@dataclass(frozen=True)
class Following:
    """Follows mails. Their state in the outbox is the truth; whatever dies in between is made up for by the next look."""

    letters: Letters
    drafts: Drafts
    records: Records
    outbox: Outbox
    words: Words
    reach: Reach

    async def noted(self, message: Message) -> None:
        """Something became of a message."""
        if message.origin.channel == MAIL:
            await self.follow()

    async def follow(self) -> int:
        """Look at all letters whose mail came to an end that they do not tell; says how many."""
        found = await self.letters.mailed()
        for one in found:
            await self._tell(one)
            await self._note(one)
        return len(found)

    async def _note(self, one: Mailed) -> None:
        record = await self.records.record(one.record_id)
        if record is None:
            return
        changed = {"status": STATUS[one.state]}
        if one.state is MessageState.DELIVERED:
            changed["sent_at"] = one.at.isoformat()
        try:
            await self.records.put(LETTER, changed, cause=Cause(HOUSE), record_id=record.id, revision=record.revision)
        except Stale:
            return  # somebody changes it at this moment: the next look sees to it

    async def _tell(self, one: Mailed) -> None:
        """Queue the word under a key of this very end: it is said once, and once more when another try comes to another end."""
        draft = await self.drafts.draft(one.draft_id)
        place = await self.reach.author(draft.author, draft.turn_id) if draft else None
        if draft is None or place is None:
            return
        lang = await self.reach.lang_of(draft.author, Lang.ZH)
        once = f"release:{one.record_id}:{one.state}:{one.at.isoformat()}"
        await self.outbox.say(place, self._word(one, draft, lang), key=once, lang=lang)

    def _word(self, one: Mailed, draft: HeldDraft, lang: Lang) -> Answer:
        who = str(draft.fields.get("contact_name") or draft.fields.get("addressee") or draft.fields.get("address") or "")
        if one.state is MessageState.DELIVERED:
            return Answer(self.words.say("letter_mailed", lang, who=who), buttons=touchpoint(draft.fields, self.words, lang))
        if one.state is MessageState.UNSURE:
            arrived = Button(self.words.say("button_arrived", lang), sent_action(one.record_id))
            return Answer(self.words.say("letter_mail_unsure", lang, who=who, message=one.message_id), buttons=(arrived,), found=False)
        button = Button(self.words.say("button_sent", lang), sent_action(one.record_id))
        why = self.words.say("letter_mail_tried_long", lang) if one.why.startswith(f"{MAIL}:") else one.why
        text = self.words.say("letter_mail_failed", lang, who=who, why=why, address=draft.fields.get("address") or "")
        return Answer(text, buttons=(button,), found=False, forward=str(draft.fields.get("body") or ""))

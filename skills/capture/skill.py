"""Turn what a rep says after a meeting into opportunities, changes of them, or a note of the contact, as one draft. Saves nothing."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.amending import amendments_in
from bot.domain.outcome import Answer, Button, Draft, Proposal
from bot.domain.own_fields import OwnField, fields_of
from bot.domain.query import Row
from bot.domain.saying import Saying, cut, saying, text
from bot.domain.talk import Turn
from bot.ports import OwnDrafts, SeenRecords, SpokenReader, Words
from skills.capture.accounts import mentions
from skills.capture.amend import Amending, told_of
from skills.capture.batch import listen
from skills.capture.cited import Cited
from skills.capture.cues import cue
from skills.capture.dates import best_step
from skills.capture.deal import Deal, deal_of, plain, worth
from skills.capture.doubts import Doubts, mended
from skills.capture.field import Field, Told
from skills.capture.figures import is_about
from skills.capture.heard import Heard
from skills.capture.known import Known, Shelf
from skills.capture.note import names_one, read_note, unknown_name
from skills.capture.own import own_told, set_aside
from skills.capture.people import owners, people
from skills.capture.pieces import OWN, Piece, Pieces
from skills.capture.sheet import Sheet
from skills.capture.telling import next_step, pains, role
from skills.capture.touch import touch
from skills.capture.wording import Wording

NEW_ACCOUNT = re.compile(
    r"^(?:新建客户|new account)\s*[“\"](?P<name>[^”\"]{1,40})[”\"]\s*[::。.]\s*(?P<note>.*)$", re.DOTALL | re.IGNORECASE
)
THEY = re.compile(
    r"(?:他们|他家|她们|那家|这家|那单|这单|那个?单子|这个?单子|那个商机|这个商机)"
    r"|(?<![a-z])(?:they|them|their|that deal|this deal|the deal)(?![a-z])"
)
"""Words that stand for an account, or a deal, that was talked about."""
THAT_ONE = re.compile(
    r"^\W*(?:把)?\s*(?:那|这)?(?:一?单|个?(?:单子|商机|项目))?(?:的)?\W*"
    r"|(?<![a-z])(?:(?:on|of|for) )?(?:the |that |this )?(?:deal|opportunity|opp)(?![a-z])",
    re.IGNORECASE,
)
"""What stands for the deal itself."""
DANGLING = re.compile(r"(?<![a-z])(?:on|of|for|at) +(?=(?:to|is|by)(?![a-z]))", re.IGNORECASE)
CAPTURE, UPDATE, LOG = "capture_opportunity", "update_opportunity", "log_touchpoint"
OFFERED = 4
LONGEST_LABEL = 10
LONGEST_STEP = 24


async def run(
    turn: Turn, *, records: SeenRecords, spoken: SpokenReader, drafts: OwnDrafts, words: Words, own_fields: Sequence[OwnField] = ()
) -> Answer | Draft:
    """The draft that `turn` comes to: opportunities, touchpoint, tasks; a change of the open draft; or one question back.

    Figures and days are read by rules; what was not said stays empty. Nothing to record is said kindly.
    """
    shelf, said, own = Shelf(turn, records, spoken), saying(turn, words), tuple(own_fields)
    if (turn.memory.continues or turn.intent == UPDATE) and (amended := await Amending(turn, shelf, drafts, said, own).draft()):
        return amended
    created = NEW_ACCOUNT.match(turn.text)
    name = created["name"].strip() if created else ""
    turn = replace(turn, text=created["note"].strip()) if created else turn
    return await _Desk(turn, Shelf(turn, records, spoken), saying(turn, words), name, own).answer()


@dataclass(frozen=True, slots=True)
class _Note:
    """A note as it was read. talked: the account that was meant without being named."""

    heard: Heard
    known: Known
    told: tuple[Told, ...]
    talked: Row | None = None


@dataclass(frozen=True, slots=True)
class _Desk:
    turn: Turn
    shelf: Shelf
    said: Saying
    new_account: str
    own: tuple[OwnField, ...] = ()

    async def answer(self) -> Answer | Draft:
        note = await self._read()
        account = note.talked or self._only_account(note)
        if self.turn.intent == UPDATE and account is not None and (changed := await self._changed(note, account)):
            return changed
        if not note.told:
            return await self._without_deal(note)
        if (first := note.told[0]).asks and not self.new_account:
            return await self._which_account(note, first.candidates)
        if self.turn.intent == UPDATE and first.action == "create" and len(note.told) == 1 and (asked := self._which_deal(note, first)):
            return asked
        return await self._draft(note)

    # --- reading -----------------------------------------------------------------------------------------------------------------

    async def _read(self) -> _Note:
        """The note, against the accounts that it names; else those of the people in it, or the one that was talked about."""
        known = await self.shelf.known()
        heard = await self._heard(known)
        if not self.new_account and not names_one(heard, known.book):
            return await self._read_without_account(known)
        return _Note(heard, known, await asyncio.to_thread(read_note, heard, known.book, wished=self._wished))

    async def _read_without_account(self, known: Known) -> _Note:
        talked = await self.shelf.talked_about()
        if talked.accounts and unknown_name(await self._heard(talked)) is None:
            row, heard = next(iter(talked.accounts.values())), await self._heard(talked)
            if self.turn.intent == UPDATE or names_one(heard, talked.book) or THEY.search(heard.folded):
                account = talked.book.accounts[0]
                told = await asyncio.to_thread(read_note, heard, talked.book, account, wished=self._wished)
                return _Note(heard, talked, told, row)
        by_person = await self.shelf.by_person()
        known = by_person if by_person.accounts else known
        heard = await self._heard(known)
        return _Note(heard, known, await asyncio.to_thread(read_note, heard, known.book, wished=self._wished))

    @property
    def _wished(self) -> bool:
        """Whether a deal is to be recorded by what was asked for, and not only by what is told of it."""
        return self.turn.intent == CAPTURE

    async def _heard(self, known: Known) -> Heard:
        heard = await listen(self.turn.text, self.turn.said_at, self.turn.speaker.zone, known.book, self.shelf.spoken)
        return set_aside(heard, self.own)

    # --- a draft -----------------------------------------------------------------------------------------------------------------

    async def _draft(self, note: _Note) -> Answer | Draft:
        cited = Cited(self.turn, self.said)
        named = [replace(one, own=own_told(note.heard.part(*one.span), self.own)) for one in note.told if not one.asks or self.new_account]
        deals = [deal_of(one, note.known, cited, self.new_account) for one in named]
        kept = [one for one in deals if one.fields]
        if not kept and self._wished and note.known.book.open:
            new = replace(note.known, book=replace(note.known.book, open=()))  # what is asked for on top is a deal of its own
            told = await asyncio.to_thread(read_note, note.heard, new.book, wished=True)
            return await self._draft(replace(note, known=new, told=told)) if told else await self._touch(note, deals[0].account)
        if not kept and self.turn.intent == UPDATE and not touch(note.heard, self.turn).told:
            return Answer(self.said.say("what_changes"), found=False)
        if not kept:
            return await self._touch(note, deals[0].account)
        wording, lines = Wording(self.said, self.own), list[str]()
        for deal in kept:
            part = note.heard.part(*deal.told.span)
            lines.append("".join((wording.headline(deal), *self._notes(deal), *await self._doubts(deal, part, note.known))))
        first = kept[0]
        if not first.is_change and (asks := wording.question(first.fields)):
            lines[0] += asks
        left_out = [one for one in note.told if one.asks and not self.new_account]
        lines += [self.said.say("left_out_account") for _ in left_out]
        touches = [touch(note.heard.part(*one.told.span), self.turn) for one in kept]
        return Sheet(cited, self.shelf.records.scope, self.own).opportunity(kept, touches, "\n".join(lines))

    def _notes(self, deal: Deal) -> list[str]:
        """How things were taken: a correction, a name that was mended, somebody or a firm that is new."""
        notes = [self.said.say("took_corrected")] if deal.told.rethought and "amount" in deal.fields else []
        worth_ = deal.told.fields.get("amount")
        if worth_ and "amount" in deal.fields and is_about(worth_.words):
            notes.append(self.said.say("took_middle", words=worth_.words))
        if pair := mended(deal):
            notes.append(self.said.say("mended", heard=pair[0], name=pair[1]))
        if deal.before and "next_step" in deal.fields and (step := text(deal.before, "next_step")):
            notes.append(self.said.say("step_replaced", before=cut(step, LONGEST_STEP)))
        if deal.account is None:
            notes.append(self.said.say("account_too", name=deal.called))
        elif deal.person and deal.contact is None:
            notes.append(self.said.say("contact_too", name=deal.person))
        return notes

    async def _doubts(self, deal: Deal, heard: Heard, known: Known) -> tuple[str, ...]:
        amount, currency = worth(deal)
        usual = await self.shelf.usual(deal.account, currency) if deal.account and amount is not None and "amount" in deal.fields else ()
        return Doubts(self.said, known).of(deal, heard, usual)

    # --- no deal -----------------------------------------------------------------------------------------------------------------

    async def _without_deal(self, note: _Note) -> Answer | Draft:
        """A contact without a deal; an errand or a chat that there is nothing of is not recorded, and that is said."""
        told = touch(note.heard, self.turn)
        account = note.talked or self._only_account(note)
        if account is None and self.new_account:
            return await self._touch(note, None)
        if account is not None and (told.told or self.turn.intent == LOG or best_step(note.heard)):
            return await self._touch(note, account)
        if self.turn.intent == UPDATE and account is not None:
            asked = Told("create", fields={"account": Field(text(account, "name"), "")})
            goes_on = any(note.heard.has(one) for one in (cue("want", "update"), cue("stage", "won"), cue("stage", "lost")))
            return (self._which_deal(note, asked) if goes_on else None) or Answer(self.said.say("what_changes"), found=False)
        named = _candidates(note)
        if self.turn.intent != LOG and not (named and told.told):
            return Answer(self.said.say("nothing_to_record"), found=False)
        return await self._which_account(note, named)

    async def _changed(self, note: _Note, account: Row) -> Answer | Draft | None:
        """A change of the account's open opportunity in the words by which drafts are changed; which one, where there are several."""
        mine = [one for one in note.known.deals.values() if one.fields.get("account") == account.id]
        words, rest = _words_for(note, account), self.turn.text
        called = next((one for one in mine if text(one, "name") and text(one, "name") in rest), None)
        deal = called or (mine[0] if len(mine) == 1 else None)
        rest = THAT_ONE.sub("", rest.replace(text(deal, "name") if called and deal else words, "", 1), 1)
        rest = DANGLING.sub("", rest).strip()
        if deal is None:
            asked = Told("create", fields={"account": Field(text(account, "name"), "")})
            wished = amendments_in(rest, own=fields_of(self.own)) or own_told(note.heard, self.own)
            return self._which_deal(note, asked) if wished else None
        cited = Cited(self.turn, self.said)
        pieces = await told_of(deal, rest, cited, self.shelf, note.known, self.own) or self._own_alone(note, deal, cited)
        if pieces is None:
            return None
        own = pieces.own.without(name for name, value in pieces.own.fields.items() if deal.fields.get(name) == value)
        if not own.fields:
            return Answer(self.said.say("already"), found=True)
        told = Deal(Told("update"), account, text(account, "name"), deal, None, "", own.fields, own.evidence)
        beside = tuple(
            Proposal(key, one.entity, {**told.account_ref, **one.fields}, one.evidence, one.record_id)
            for key, one in pieces.parts.items() if key
        )
        line = "".join((Wording(self.said, self.own).headline(told), *Doubts(self.said, note.known).of(told, note.heard, ())))
        draft = Sheet(cited, self.shelf.records.scope, self.own).opportunity([told], [touch(note.heard, self.turn)], line)
        return replace(draft, also=beside)

    def _own_alone(self, note: _Note, deal: Row, cited: Cited) -> Pieces | None:
        """What is told of the house's own fields, where nothing else is told of the deal."""
        told = {} if note.told else own_told(note.heard, self.own)
        evidence = {name: found for name, one in told.items() if (found := cited.of(one))}
        return Pieces({OWN: Piece("opportunity", {name: plain(one) for name, one in told.items()}, evidence, deal.id)}) if told else None

    async def _touch(self, note: _Note, account: Row | None) -> Draft:
        cited, heard = Cited(self.turn, self.said), note.heard
        book_account = next((one for one in note.known.book.accounts if account and one.name == text(account, "name")), None)
        who = next(iter(people(heard, book_account)), None)
        due = best_step(heard)
        fields: dict[str, Field] = {}
        if account:
            words = _words_for(note, account)
            fields["account"] = Field(text(account, "name"), words, 0.9)
        if who:
            fields["contact"] = Field(who.name, heard.words(who.start, who.end), 0.95 if who.known else 0.7)
            part = role(heard)
            fields |= {"decision_role": part} if part else {}
        if step := next_step(heard, due):
            fields["next_step"] = step
            fields |= {"due_date": Field(due.day, due.words.words.text, 0.85)} if due else {}
        told = Told("create", fields=fields, span=(heard.start, heard.end))
        deal = replace(deal_of(told, note.known, cited, self.new_account), fields={}, evidence={})
        contact = touch(heard, self.turn)
        words = "".join((Wording(self.said).touched(deal, contact), *self._notes(deal)))
        return Sheet(cited, self.shelf.records.scope).touchpoint(deal, contact, pains(heard), words)

    def _only_account(self, note: _Note) -> Row | None:
        named = _candidates(note)
        return note.known.accounts.get(named[0]) if len(named) == 1 else None

    # --- questions ---------------------------------------------------------------------------------------------------------------

    async def _which_account(self, note: _Note, candidates: Sequence[str]) -> Answer:
        """Which account is meant: those that the name fits; a name that nobody knows may be a new one; else those dealt with last."""
        again = self.turn.text
        if candidates:
            names = [one.split(" ")[0] if len(one) > LONGEST_LABEL and one.isascii() else one for one in candidates[:OFFERED]]
            labels = names if len(set(names)) == len(names) else candidates[:OFFERED]
            named = zip(labels, candidates, strict=False)
            buttons = [Button(label, "say", self._again("say_account", name=name, note=again)) for label, name in named]
            return Answer(self.said.say("which_account", names=self.said.say("list_or").join(candidates[:OFFERED])), buttons=tuple(buttons))
        unknown = unknown_name(note.heard)
        if unknown:
            create = Button(self.said.say("button_create"), "say", self._again("say_create", name=unknown, note=again))
            return Answer(self.said.say("unknown_account", name=unknown), buttons=(create,))
        recent = (await self.shelf.recent())[:OFFERED]
        buttons = [Button(name, "say", self._again("say_account", name=name, note=again)) for name in recent]
        return Answer(self.said.say("no_account"), buttons=tuple(buttons))

    def _which_deal(self, note: _Note, told: Told) -> Answer | None:
        """Which of several open opportunities is meant; None where there is none, or another product was named."""
        name = told.fields.get("account")
        account = str(name.value) if name else ""
        mine = [one for one in note.known.book.open if one.account == account]
        product = told.fields.get("product")
        mine = [one for one in mine if product is None or one.product == product.value] or ([] if product else mine)
        if not mine or note.heard.has(cue("want", "new")):
            return None
        buttons = [Button(one.name[:40], "say", self._again("say_deal", name=one.name, note=self.turn.text)) for one in mine[:OFFERED]]
        return Answer(self.said.say("which_deal", account=account, count=len(mine)), buttons=tuple(buttons))

    def _again(self, key: str, **facts: str) -> str:
        """What a press says: the whole again, taken for the same, with what was missing."""
        kind = self.said.say(f"label_{self.turn.intent}") if self.turn.intent else self.said.say("label_capture_opportunity")
        return f"[{kind}] {self.said.say(key, **facts)}"


def _candidates(note: _Note) -> tuple[str, ...]:
    """The accounts that a note without a deal names, or whose people it names; several where a name fits several."""
    found = mentions(note.heard, note.known.book)
    if found:
        return tuple(dict.fromkeys(account.name for one in found for account in one.accounts))
    return tuple(dict.fromkeys(account.name for account, who in owners(note.heard, note.known.book.accounts) if who.known))


def _words_for(note: _Note, account: Row) -> str:
    """The words by which an account was named."""
    found = (one for one in mentions(note.heard, note.known.book) if any(each.name == text(account, "name") for each in one.accounts))
    one = next(found, None)
    return note.heard.words(one.start, one.end) if one else ""

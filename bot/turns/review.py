"""The road of a review: an author submits, reviewers decide by card or by words, each is told, cards that no longer hold are settled.

Decides nothing itself: the store does, by compare-and-set, once for each turn. Everything that is told has a key of its own, so a turn
that is done again after a crash tells nobody twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.approval import path_of
from bot.domain.counteroffer import completed
from bot.domain.ids import DraftId, ReviewId, TurnId, UserId
from bot.domain.outcome import Answer, Button
from bot.domain.people import Speaker
from bot.domain.records import DraftState, HeldDraft
from bot.domain.review import HeldReview, RejectReason, ReviewState
from bot.domain.talk import Lang, Press
from bot.domain.written import values_in, wanted
from bot.errors import NotAllowed, Stale, Unclear
from bot.ports import Clock, Drafts, Reviews, Users, Words
from bot.turns.gated import CONTRACT, LETTER, Gating, duration, may_leave
from bot.turns.notices import Notices
from bot.turns.review_actions import action_of, reason_in, terms_in
from bot.turns.review_cards import Cards
from bot.turns.wishes import Consider, Show, Verb, Which

PROGRAMS = "api"
HOWS: Mapping[Verb, str] = {
    Verb.EDIT: "review_edit_how", Verb.ASK: "review_ask_how", Verb.COUNTER: "review_counter_how", Verb.REPLY: "review_reply_how",
}  # fmt: skip
"""Verbs that need words, and how they are asked for."""
MOVED = frozenset({"review_moved", "review_settled", "review_expired", "draft_changed", "draft_settled"})
"""Refusals that say no more than that it is no longer as it was seen: then it is told as it is."""
MOST_ASKED = 3
LONGEST_SAID, LONGEST_LETTER = 2_000, 20_000
"""Characters of a question, an answer or a note; of a text that is written anew."""


@dataclass(frozen=True, slots=True)
class Considered:
    """What a person is told. acted: the card that was pressed is done with. as_wished: what was pressed was carried out."""

    answer: Answer
    acted: bool = False
    as_wished: bool = False


@dataclass(frozen=True)
class Reviewing:
    """The verbs, for a chat and for a page alike. page: the address of the reviews' page, "" where people cannot reach it."""

    reviews: Reviews
    drafts: Drafts
    users: Users
    words: Words
    clock: Clock
    gating: Gating
    notices: Notices
    page: str = ""
    cards: Cards = field(init=False)

    def __post_init__(self) -> None:
        """Have the words for it."""
        object.__setattr__(self, "cards", Cards(self.words))

    async def submit(self, turn_id: TurnId, draft_id: DraftId, revision: int, by: Speaker, lang: Lang) -> Answer:
        """Open a review of the draft's revision and hand a card to everybody who may decide.  Raises: Stale, NotAllowed, Unclear."""
        held = await self.drafts.draft(draft_id)
        if held is None:
            raise NotAllowed("not_your_draft")
        gate = await self.reviews.gate(draft_id)
        plan = path_of(gate, held.entity, held.fields, self.gating.rules())
        review = await self.reviews.submit(draft_id, revision, by.user_id, plan, turn_id=turn_id)
        case = await self.notices.case(review)
        await self.notices.hand_round(case, "review_card", lang)
        if held.entity == CONTRACT:
            return self.cards.due(case, self._until(review.due_at, by, lang), lang)
        minutes = await self.reviews.expected_wait_min(draft_id)
        return self.cards.submitted(case, duration(minutes, self.words, lang) if minutes else "", lang)

    async def act(self, turn_id: TurnId, wish: Consider, by: Speaker, lang: Lang) -> HeldReview:
        """Carry out a verb, tell everybody whom it concerns but the one who did it, and settle the cards that no longer hold.

        Raises: Stale, NotAllowed; Unclear where what goes with it cannot be read, or is too long.
        """
        _must_be_short(wish)
        review = await self._carried_out(turn_id, wish, by)
        await self.notices.tell(review, wish.verb, by, lang, pressed=wish.card)
        return review

    async def check_decides(self, press: Press) -> None:
        """Refuse what a program would decide in a person's place, and the taking back of a letter: once released, it is gone.

        Raises: NotAllowed("review_not_here"), Stale("letter_not_undone").
        """
        if press.origin.channel == PROGRAMS:
            raise NotAllowed("review_not_here")
        if press.action == "undo" and (held := await self.drafts.draft(press.draft_id)) and held.entity == LETTER:
            raise Stale("letter_not_undone")

    async def as_gated(self, answer: Answer, draft_id: DraftId, author: Speaker, lang: Lang) -> Answer:
        """What was told of a draft, with the buttons that its gate leaves, and why."""
        held = await self.drafts.draft(draft_id)
        if held is None or (held.state is not DraftState.OPEN and held.entity != LETTER):
            return answer
        if held.state is DraftState.SAVED:
            leaves = may_leave(await self.reviews.gate(draft_id), await self.reviews.of_draft(draft_id), held)
            who = str(held.fields.get("contact_name") or held.fields.get("addressee") or held.fields.get("account_name") or "")
            return replace(answer, text=self.words.say("letter_saved" if leaves else "letter_held", lang, who=who), buttons=())
        if held.state is not DraftState.OPEN:
            return answer
        gate = await self.reviews.gate(draft_id)
        if gate.must_review:
            line = await self.gating.line(gate, held, author, lang)
            return replace(answer, text=f"{answer.text}\n{line}", buttons=self.gating.buttons(lang))
        return replace(answer, buttons=self.gating.letter_buttons(lang)) if held.entity == LETTER else answer

    async def consider(self, turn_id: TurnId, wish: Consider, speaker: Speaker, lang: Lang) -> Considered | Show:
        """Do what a person wishes about a review and say what holds now; `Show` where its author would rather change the draft.

        Raises: Stale, NotAllowed, Unclear.
        """
        if wish.verb is Verb.SHOW:
            return Considered(await self.told_now(wish.seen.id, speaker, lang))
        if wish.verb is Verb.REVISE:
            return Show(await self._draft_of(wish, speaker), change=True)
        if asked := await self._asks_first(wish, speaker, lang):
            return Considered(asked)
        try:
            review = await self.act(turn_id, wish, speaker, lang)
        except Stale as stop:
            if stop.key == "nudged_already":
                raise self._in_zone(stop, speaker) from None
            if stop.key not in MOVED:
                raise
            return Considered(await self.told_now(wish.seen.id, speaker, lang, stop.key), acted=True)
        return Considered(await self._done(review, wish.verb, speaker, lang), acted=True, as_wished=True)

    async def told_now(self, review_id: ReviewId, reader: Speaker, lang: Lang, key: str = "") -> Answer:
        """A review as it stands: to who may decide with the buttons to do so. key: why it is told.  Raises: NotAllowed."""
        review = await self.reviews.review(review_id)
        if review is None:
            raise NotAllowed("not_your_review")
        case = await self.notices.case(review)
        if review.state is ReviewState.WAITING and review.may_decide(reader.user_id, self.clock.now()):
            margin = await self.notices.beside.margin(case.draft, reader)
            return self.cards.to_review(case, reader, lang, "review_card_now" if key else "review_card", margin)
        if reader.user_id == review.author:
            return self.cards.to_author(case, lang)
        if not self._concerns(review, reader.user_id):
            raise NotAllowed("not_your_review")
        return self.cards.stands(case, lang)

    async def which(self, wish: Which, lang: Lang) -> Answer:
        """Ask which of several reviews was meant; what was said goes with the button."""
        buttons = []
        for review in wish.reviews[:MOST_ASKED]:
            case = await self.notices.case(review)
            buttons.append(Button(self.cards.short(case), action_of(review.ref, wish.verb), wish.said))
        return Answer(self.words.say("review_which", lang, count=len(wish.reviews)), buttons=tuple(buttons), found=False)

    async def withdrawn_by_edit(self, draft_id: DraftId, by: Speaker, lang: Lang) -> None:
        """The author changed the draft: the cards of the review that this ended say so."""
        review = await self.reviews.of_draft(draft_id)
        if review and review.state is ReviewState.WITHDRAWN:
            await self.notices.tell(review, Verb.REVISE, by, lang)

    async def _carried_out(self, turn_id: TurnId, wish: Consider, by: Speaker) -> HeldReview:
        """As a reviewer or (see `_answered`) as the author."""
        seen, me = wish.seen, by.user_id
        match wish.verb:
            case Verb.APPROVE:
                review = self.reviews.approve(seen, me, turn_id=turn_id)
            case Verb.EDIT:
                review = self.reviews.approve(seen, me, turn_id=turn_id, fields=await self._changes(wish))
            case Verb.COUNTER:
                review = self.reviews.counter(seen, me, await self._terms(wish), turn_id=turn_id)
            case Verb.ASK:
                review = self.reviews.ask(seen, me, said(wish, "question"), turn_id=turn_id)
            case Verb.REJECT:
                note = said(wish, "note")
                review = self.reviews.reject(seen, me, _reason(wish, note), note, turn_id=turn_id)
            case _:
                review = self._answered(turn_id, wish, me)
        return await review

    async def _answered(self, turn_id: TurnId, wish: Consider, me: UserId) -> HeldReview:
        match wish.verb:
            case Verb.REPLY:
                return await self.reviews.reply(wish.seen, me, said(wish, "answer"), turn_id=turn_id)
            case Verb.ACCEPT:
                return await self.reviews.accept(wish.seen, me, turn_id=turn_id)
            case Verb.WITHDRAW:
                return await self.reviews.withdraw(wish.seen, me, turn_id=turn_id)
            case Verb.NUDGE:
                return await self.reviews.nudge(wish.seen, me, turn_id=turn_id)
            case _:
                raise Stale("unknown_button")

    async def _asks_first(self, wish: Consider, speaker: Speaker, lang: Lang) -> Answer | None:
        """What has still to be said before a verb can be carried out."""
        if wish.words.strip() or wish.fields or wish.reason:
            return None
        if wish.verb not in HOWS and wish.verb is not Verb.REJECT:
            return None
        review = await self.reviews.review(wish.seen.id)
        if review is None or not (self._concerns(review, speaker.user_id) or review.author == speaker.user_id):
            raise NotAllowed("not_your_review")
        if wish.verb is Verb.REJECT:
            return self.cards.reasons(review, lang)
        case = await self.notices.case(review)
        text = self.words.say(HOWS[wish.verb], lang, author=case.author)
        if wish.verb is Verb.EDIT and self.page:
            text = f"{text}\n{self.words.say('review_more_at', lang, url=self.page)}"
        return Answer(text, found=False)

    async def _done(self, review: HeldReview, verb: Verb, speaker: Speaker, lang: Lang) -> Answer:
        case = await self.notices.case(review)
        if verb in {Verb.REPLY, Verb.NUDGE}:
            key = "review_done_replied" if verb is Verb.REPLY else "review_done_nudged"
            text = self.words.say(key, lang, who=self.cards.waiting_for(case, lang))
            return Answer(text, buttons=self.cards.buttons(review, lang, Verb.NUDGE, Verb.WITHDRAW))
        if verb is Verb.WITHDRAW:
            return Answer(self.words.say("review_done_withdrawn", lang), buttons=self.cards.buttons(review, lang, Verb.REVISE))
        if verb is Verb.ACCEPT and review.state is ReviewState.APPROVED:
            return self.cards.stands(case, lang)
        return self.cards.decided(case, speaker.name, lang)

    async def _changes(self, wish: Consider) -> Mapping[str, object]:
        """The fields that a reviewer changed.  Raises: Unclear("review_edit_how") where the words cannot be put anywhere."""
        held = await self._held(wish)
        if wish.fields:
            return _filled_in(held, wish)
        if held.entity != LETTER:
            if terms := terms_in(wish.words, held.fields):
                return terms
            raise Unclear("review_edit_how")
        return {"body": wish.words}

    async def _terms(self, wish: Consider) -> Mapping[str, object]:
        held = await self._held(wish)
        terms = _filled_in(held, wish) if wish.fields else terms_in(wish.words, held.fields)
        if not terms:
            raise Unclear("review_counter_how")
        return completed(held.fields, terms)

    async def _held(self, wish: Consider) -> HeldDraft:
        review = await self.reviews.review(wish.seen.id)
        held = await self.drafts.draft(review.draft_id) if review else None
        if held is None:
            raise NotAllowed("not_your_review")
        return held

    async def _draft_of(self, wish: Consider, speaker: Speaker) -> DraftId:
        review = await self.reviews.review(wish.seen.id)
        if review is None or review.author != speaker.user_id:
            raise NotAllowed("not_your_draft")
        return review.draft_id

    def _concerns(self, review: HeldReview, user_id: UserId) -> bool:
        now = self.clock.now()
        return any(one.may_be_taken(user_id, now) or one.approved_by == user_id for one in review.seats)

    def _until(self, due_at: datetime, by: Speaker, lang: Lang) -> str:
        """Until when, by this person's clock: 17点, tomorrow 9:30, 7/31 10:00."""
        zone = ZoneInfo(by.zone)
        at, days = due_at.astimezone(zone), (due_at.astimezone(zone).date() - self.clock.now().astimezone(zone).date()).days
        key = ("review_until", "review_until_tomorrow")[days] if days in {0, 1} else "review_until_later"
        hour = self.words.say("review_hour" if at.minute == 0 else "review_minute", lang, hour=at.hour, minute=f"{at.minute:02}")
        return self.words.say(key, lang, hour=hour, month=at.month, day=at.day)

    def _in_zone(self, stop: Stale, speaker: Speaker) -> Stale:
        at = datetime.fromisoformat(str(stop.facts["at"])).astimezone(ZoneInfo(speaker.zone))
        return Stale(stop.key, at=f"{at:%H:%M}")


def _filled_in(held: HeldDraft, wish: Consider) -> Mapping[str, object]:
    """The values of a form, those that the draft has.  Raises: Unclear naming the field whose value does not fit."""
    filled = [(name, text) for name, text in wish.fields if name in held.fields]
    try:
        return values_in(held.entity, filled)
    except ValueError as err:
        raise Unclear("field_value", field=str(err), wanted=wanted(held.entity, str(err))) from err


def _must_be_short(wish: Consider) -> None:
    """Whoever reviews is read by others, in one message, and kept.  Raises: Unclear("review_too_long")."""
    most = LONGEST_LETTER if wish.verb is Verb.EDIT else LONGEST_SAID
    if any(len(text) > most for text in (wish.words, *(text for _, text in wish.fields))):
        raise Unclear("review_too_long", most=most)


def said(wish: Consider, name: str) -> str:
    """What goes with a verb, typed or filled into the field `name` of a form."""
    return dict(wish.fields).get(name, "").strip() or wish.words.strip()


def _reason(wish: Consider, note: str) -> RejectReason:
    filled = dict(wish.fields).get("reason", "")
    return wish.reason or (RejectReason(filled) if filled in set(RejectReason) else reason_in(note))

"""Notices: who is told what when a review moves, and where; which cards no longer hold. Each word has a key, and is said once."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.decision import Mark, Message
from bot.domain.ids import DraftId
from bot.domain.offers import offered
from bot.domain.outcome import Answer
from bot.domain.people import Speaker, speaker_of
from bot.domain.review import UNDECIDED, HeldReview, ReviewState, Seat
from bot.domain.talk import Lang
from bot.errors import NotAllowed
from bot.ports import Clock, Drafts, Outbox, Reviews, Users, Words
from bot.turns.beside import Beside
from bot.turns.gated import LETTER
from bot.turns.press import AT_ANY_TIME
from bot.turns.reach import Reach
from bot.turns.review_actions import wish_in
from bot.turns.review_cards import Cards, Case
from bot.turns.wishes import Consider, Verb

NUDGED = "review_card_nudged"
FRESH_CARDS: Mapping[Verb, str] = {Verb.REPLY: "review_card_replied", Verb.NUDGE: NUDGED}
BY_AUTHOR = frozenset({Verb.REPLY, Verb.NUDGE, Verb.WITHDRAW, Verb.REVISE, Verb.ACCEPT})


@dataclass(frozen=True)
class Notices:
    """released: sees to it that what was approved leaves, and tells its author."""

    reviews: Reviews
    drafts: Drafts
    users: Users
    outbox: Outbox
    words: Words
    clock: Clock
    reach: Reach
    released: Callable[[DraftId], Awaitable[bool]]
    beside: Beside

    async def case(self, review: HeldReview) -> Case:
        """The review with its draft, and what people are called.  Raises: NotAllowed for a draft that is gone."""
        draft = await self.drafts.draft(review.draft_id)
        if draft is None:
            raise NotAllowed("not_your_review")
        return Case(review, draft, {one.id: one.name for one in await self.users.everyone()})

    async def tell(self, review: HeldReview, verb: Verb, by: Speaker, lang: Lang, *, pressed: Message | None = None) -> None:
        """Everybody whom it concerns hears of it but the one who did it. pressed: that card is settled with the turn."""
        case = await self.case(review)
        await self.settle_cards(review, self._label(verb, lang), by, but=pressed)
        if review.state is ReviewState.WAITING:
            await self.hand_round(case, FRESH_CARDS.get(verb, "review_card"), lang)
        if review.state is ReviewState.APPROVED and case.draft.entity == LETTER:
            await self.released(review.draft_id)
        elif verb not in BY_AUTHOR:
            await self._tell_author(case, by, lang)

    async def pass_time(self, now: datetime) -> int:
        """Let time pass: what is over ends, what waits too long goes on to others, who are told. Says how many moved."""
        moved = await self.reviews.tick(now)
        for review in moved:
            await self.told_by_clock(review)
        for review in await self.reviews.undecided():
            if review.state is ReviewState.WAITING and any(_has_stand_ins(seat, now) for seat in review.open_seats):
                await self.hand_round(await self.case(review), "review_card_escalated", Lang.ZH)
        return len(moved)

    async def told_by_clock(self, review: HeldReview) -> None:
        """It moved because its time had come: somebody else may decide now, or nobody any more."""
        case = await self.case(review)
        if review.state in UNDECIDED:
            await self.hand_round(case, "review_card_escalated" if review.escalated else "review_card", Lang.ZH)
        if review.state not in UNDECIDED:
            await self.settle_cards(review, "", None)
        if review.state is ReviewState.EXPIRED:
            await self._say_to_author(case, lambda lang: Cards(self.words).to_author(case, lang))

    async def hand_round(self, case: Case, key: str, otherwise: Lang) -> None:
        """A card to everybody who may decide now and can be reached; whoever has this version of it gets no second one.

        otherwise: the language of somebody who was never heard.
        """
        review, now = case.review, self.clock.now()
        seated = (one for seat in review.open_seats for one in (*seat.eligible, *seat.stand_ins))
        for user_id in dict.fromkeys(seated):
            user = await self.users.by_id(user_id)
            if user is None or not review.may_decide(user_id, now):
                continue
            if (origin := await self.reach.of(user_id)) is None:
                continue
            lang = await self.reach.lang_of(user_id, otherwise)
            reader = speaker_of(user)
            card = Cards(self.words).to_review(case, reader, lang, key, await self.beside.margin(case.draft, reader))
            nudged = f":{review.nudged_at:%Y%m%d%H%M}" if key == NUDGED and review.nudged_at else ""
            once = f"review:{review.id}:{review.version}:{user_id}{nudged}"
            await self.outbox.say(origin, card, key=once, lang=lang, review=review.ref)

    async def settle_cards(self, review: HeldReview, label: str, by: Speaker | None, *, but: Message | None = None) -> None:
        """Cards of earlier versions say what happened and have no buttons any more, where that can be shown at any time."""
        for one in await self.outbox.showing_review(review.id):
            is_older = one.review is not None and one.review.version < review.version
            asks = any(isinstance(wish_in(button.action), Consider) for button in offered(one.outcome))
            if is_older and asks and one.origin.channel in AT_ANY_TIME and (but is None or one.id != but.id):
                await self.outbox.settle(Mark(one.id, label if by else "", by.name if by else "", zone=by.zone if by else ""))

    async def _tell_author(self, case: Case, by: Speaker, lang: Lang) -> None:
        review, cards = case.review, Cards(self.words)
        if review.state is ReviewState.APPROVED:
            before = await self.drafts.revision(review.draft_id, review.first_revision)

            def approved(lang: Lang) -> Answer:
                changes, what = cards.changed(before, case.draft, lang), cards.what(case, lang)
                key = "review_approved_edited" if changes else "review_approved_told"
                return Answer(self.words.say(key, lang, by=by.name, what=what, changes=changes))

            await self._say_to_author(case, approved, lang)
        elif review.state is ReviewState.WAITING:
            await self._say_to_author(
                case, lambda lang: Answer(self.words.say("review_seat_taken", lang, by=by.name, who=cards.waiting_for(case, lang))), lang
            )
        else:
            await self._say_to_author(case, lambda lang: cards.to_author(case, lang, by.name), lang)

    async def _say_to_author(self, case: Case, word: Callable[[Lang], Answer], otherwise: Lang = Lang.ZH) -> None:
        review = case.review
        origin = await self.reach.author(review.author, case.draft.turn_id)
        if origin is None:
            return
        lang = await self.reach.lang_of(review.author, otherwise)
        seated = sum(one.approved_by is not None for one in review.seats)
        once = f"review:{review.id}:{review.version}.{seated}:author"
        await self.outbox.say(origin, word(lang), key=once, lang=lang, review=review.ref)

    def _label(self, verb: Verb, lang: Lang) -> str:
        return self.words.say(f"button_review_{verb}", lang)


def _has_stand_ins(seat: Seat, now: datetime) -> bool:
    """Whether others may take the seat by now."""
    return bool(seat.stand_ins) and seat.stand_in_at is not None and seat.stand_in_at <= now

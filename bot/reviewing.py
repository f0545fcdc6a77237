"""What a person does at the page of reviews, one method a verb: look, decide, talk, take back, be away.

Each verb takes the secret of a visit and does nothing but for the person it stands for. Who may see a review is settled here and in the
store, never in a page: its author, who may decide it now, and who had a part in it; to anybody else it does not exist.
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.domain.ids import RecordId, ReviewId, TurnId, UserId
from bot.domain.people import Role, Speaker, User
from bot.domain.records import HeldDraft, Record
from bot.domain.review import Absence, HeldReview, RejectReason, ReviewRef
from bot.domain.scope import Scope
from bot.domain.talk import Lang
from bot.domain.written import values_in, wanted
from bot.errors import NotAllowed, Unclear
from bot.ports import Clock, Drafts, Records, Reviews, Users
from bot.reviewed import ABOUT, LETTER, TERMS, WRITTEN, Folder, Names, line_told, review_told
from bot.turns.review import LONGEST_LETTER, LONGEST_SAID
from bot.turns.wishes import Consider, Verb
from bot.visits import Visits, me_of

Json = dict[str, Any]

TABS = ("waiting", "mine", "decided")
LISTED = 50
COUNTED_DAYS = (7, 30, 90)
LONGEST_ABSENCE = timedelta(days=366)
COUNTS = frozenset({Role.MANAGER, Role.ADMIN})
"""Who is told the numbers."""
DECIDES = frozenset({Role.MANAGER, Role.REVIEWER, Role.LEGAL, Role.ADMIN})
"""Who may be asked to decide, and so may have to say that they are away."""


class Road(Protocol):
    """The road of a review; see `bot.turns.review`."""

    async def act(self, turn_id: TurnId, wish: Consider, by: Speaker, lang: Lang) -> HeldReview:
        """Carry out what a person wishes about a review, once for each `turn_id`, and tell everybody whom it concerns."""
        ...


@dataclass(frozen=True)
class Reviewing:
    """The verbs. scope: what a person may see of the records, for the title of an addressee and what is known of an account."""

    visits: Visits
    road: Road
    reviews: Reviews
    drafts: Drafts
    users: Users
    records: Records
    scope: Callable[[Speaker], Scope]
    clock: Clock

    def verbs(self) -> Mapping[str, Callable[..., Awaitable[Any]]]:
        """All of them by name, as the private line calls them."""
        return {
            "reviews": self.listed, "reviews_count": self.count, "review": self.one, "review_press": self.press,
            "review_numbers": self.numbers, "absence": self.absence, "away": self.away, "back": self.back,
        }

    async def listed(self, *, session: str, lang: Lang, tab: str = TABS[0], opened: str = "", seen: str = "") -> Json:
        """The reviews of one tab as lines, with how many wait for this person, and what they may do here besides.

        opened: a review that is being looked at, whose version is told as `open`; None where there is no such one for this person.
        seen: what an earlier answer told as `seen`; where nothing has moved since, that and `open` are all that is told.
        """
        speaker = await self.visits.speaker(session)
        found = await self._of_tab(speaker, tab if tab in TABS else TABS[0])
        waiting = found if tab == TABS[0] else await self.reviews.waiting_for(speaker.user_id)
        now, looked_at = self.clock.now(), await self.reviews.review(ReviewId(opened)) if opened else None
        is_theirs = looked_at is not None and may_see(looked_at, speaker.user_id, now)
        stamp = {"seen": _stamp(found, len(waiting), now), "open": looked_at.version if looked_at and is_theirs else None}
        if seen == stamp["seen"]:
            return stamp
        names = await self._names()
        return {
            **stamp, "lines": [line_told(one, await self._draft(one), names, speaker, now, lang) for one in found],
            "me": me_of(speaker), "reviews_waiting": len(waiting),
            "zone": speaker.zone, "counts": speaker.role in COUNTS, "decides": speaker.role in DECIDES,
        }

    async def count(self, *, session: str, lang: Lang) -> int:  # noqa: ARG002 - every verb here is told the language
        """How many wait for this person."""
        return len(await self.reviews.waiting_for((await self.visits.speaker(session)).user_id))

    async def one(self, *, session: str, lang: Lang, review: str) -> Json:
        """A review with everything that this person may see of it.  Raises: NotAllowed("no_such_review")."""
        speaker = await self.visits.speaker(session)
        return await self._told(await self._mine(speaker, review), speaker, lang)

    async def press(self, *, session: str, lang: Lang, review: str, version: int, action: str, form: Mapping[str, str]) -> Json:
        """Do something about a review as it was seen, and tell what holds now.

        action: approve, edit (approve with fields changed), ask, reply, reject, withdraw, nudge, counter (other terms), accept.
        form: `key` names one sending, which acts once; `text` of a question, a reply, a note; `reason` of a rejection; changed fields.
        Raises: Stale, NotAllowed, Unclear.
        """
        speaker = await self.visits.speaker(session)
        held = await self._mine(speaker, review)
        wish = await self._wish(held, ReviewRef(held.id, version), action, form)
        moved = await self.road.act(_turn(speaker, form.get("key", "")), wish, speaker, lang)
        return await self._told(moved, speaker, lang)

    async def numbers(self, *, session: str, lang: Lang, days: int = COUNTED_DAYS[1]) -> Json:  # noqa: ARG002 - the page has the words
        """What came of the last days: to managers of their team, to admins of all.  Raises: NotAllowed("only_managers_count")."""
        speaker = await self.visits.speaker(session)
        if speaker.role not in COUNTS:
            raise NotAllowed("only_managers_count")
        days = days if days in COUNTED_DAYS else COUNTED_DAYS[1]
        team = None if speaker.role is Role.ADMIN else {one.id for one in await self.users.everyone() if one.team == speaker.team}
        found = await self.reviews.numbers(self.clock.now() - timedelta(days=days), authors=team)
        return {
            "days": days, "choices": COUNTED_DAYS, "opened": found.opened, "approved": found.approved, "edited": found.edited,
            "expired": found.expired, "median_wait_min": found.median_wait_min,
            "rejected": {one: found.rejected.get(one, 0) for one in RejectReason}, "by_reason": dict(found.by_reason),
        }

    async def absence(self, *, session: str, lang: Lang) -> Json:  # noqa: ARG002 - the page has the words
        """When this person is away, who may stand in, and for whom they stand in."""
        speaker = await self.visits.speaker(session)
        people, today = await self.users.everyone(), self._today(speaker)
        names = {one.id: one.name for one in people}
        current = [one for one in await self.reviews.absences() if one.until_date >= today.isoformat()]
        return {
            "today": today.isoformat(), "mine": [_away_told(one, names) for one in current if one.user_id == speaker.user_id],
            "for_others": [_away_told(one, names) for one in current if one.stand_in == speaker.user_id],
            "stand_ins": [{"id": one.id, "name": one.name, "role": one.role} for one in people if _may_stand_in(one, speaker)],
        }

    async def away(self, *, session: str, lang: Lang, from_date: str, until_date: str, stand_in: str = "") -> Json:
        """Keep that this person is away.  Raises: Unclear("bad_absence"), NotAllowed("no_such_stand_in")."""
        speaker = await self.visits.speaker(session)
        try:
            first, last = date.fromisoformat(from_date), date.fromisoformat(until_date)
        except ValueError:
            raise Unclear("bad_absence") from None
        today = self._today(speaker)
        if not max(first, today) <= last or max(last - first, first - today) > LONGEST_ABSENCE:
            raise Unclear("bad_absence")
        if stand_in and not any(one.id == stand_in and _may_stand_in(one, speaker) for one in await self.users.everyone()):
            raise NotAllowed("no_such_stand_in")
        named = UserId(stand_in) if stand_in else None
        await self.reviews.away(Absence(speaker.user_id, first.isoformat(), last.isoformat(), named))
        return await self.absence(session=session, lang=lang)

    async def back(self, *, session: str, lang: Lang) -> Json:
        """This person is here again."""
        speaker = await self.visits.speaker(session)
        await self.reviews.back(speaker.user_id)
        return await self.absence(session=session, lang=lang)

    async def _of_tab(self, speaker: Speaker, tab: str) -> Sequence[HeldReview]:
        match tab:
            case "mine":
                return await self.reviews.of_author(speaker.user_id, limit=LISTED)
            case "decided":
                return await self.reviews.decided_by(speaker.user_id, limit=LISTED)
            case _:
                return await self.reviews.waiting_for(speaker.user_id)

    async def _mine(self, speaker: Speaker, review: str) -> HeldReview:
        """The review, where it is any business of this person.  Raises: NotAllowed."""
        held = await self.reviews.review(ReviewId(review))
        if held is None or not may_see(held, speaker.user_id, self.clock.now()):
            raise NotAllowed("no_such_review")
        return held

    async def _told(self, held: HeldReview, speaker: Speaker, lang: Lang) -> Json:
        now, first = self.clock.now(), await self.drafts.revision(held.draft_id, held.first_revision)
        folder = Folder(held, await self._draft(held), first, await self._names(), await self._addressee(held, speaker))
        expected = await self.reviews.expected_wait_min(held.draft_id)
        return {**review_told(folder, speaker, now, lang), "expected_wait_min": expected}

    async def _draft(self, held: HeldReview) -> HeldDraft | None:
        """The draft at the revision that waits, or was decided: never a later one."""
        return await self.drafts.revision(held.draft_id, held.revision)

    async def _addressee(self, held: HeldReview, speaker: Speaker) -> Mapping[str, object]:
        """What the records tell this person of contact, account and what was made of the draft; see `bot.reviewed.Folder`."""
        draft = await self._draft(held)
        known: dict[str, object] = {}
        saved = await self._record(draft.record_id, speaker) if draft else None
        if saved and saved.entity == LETTER:
            known["status"] = saved.fields.get("status")
        for entity, wished in (("contact", ("title",)), ("account", ABOUT), ("product", ("list_margin", "margin_floor"))):
            reference = draft.fields.get(entity) if draft else None
            record = await self._record(reference, speaker)
            known |= {name: record.fields[name] for name in wished if record and record.fields.get(name) is not None}
        return known

    async def _record(self, reference: object, speaker: Speaker) -> Record | None:
        """The record that a reference points at, as far as this person may see it."""
        if not isinstance(reference, str):
            return None
        with suppress(NotAllowed):
            return await self.records.record(RecordId(reference), scope=self.scope(speaker))
        return None

    async def _names(self) -> Names:
        return {one.id: one.name for one in await self.users.everyone()}

    async def _wish(self, held: HeldReview, seen: ReviewRef, action: str, form: Mapping[str, str]) -> Consider:
        """What a form stands for.  Raises: Unclear for one that says nothing where something must be said."""
        text = _written(form.get("text", ""))
        match action:
            case "approve" | "accept" | "withdraw" | "nudge":
                return Consider(seen, Verb(action))
            case "edit":
                changed = await self._changed(held, form)
                return Consider(seen, Verb.EDIT, fields=changed) if changed else Consider(seen, Verb.APPROVE)
            case "counter":
                return Consider(seen, Verb.COUNTER, fields=await self._offered(held, form))
            case "ask" | "reply":
                return Consider(seen, Verb(action), _something(text))
            case "reject":
                return Consider(seen, Verb.REJECT, text, _reason(form.get("reason", "")))
            case _:
                raise Unclear("unknown_button")

    async def _changed(self, held: HeldReview, form: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        """What a reviewer wrote otherwise; nothing where it is as it was.  Raises: Unclear."""
        draft = await self._draft(held)
        before = draft.fields if draft else {}
        written = {name: _written(text, LONGEST_LETTER) for name, text in form.items() if name in WRITTEN.get(_kind(draft), ())}
        if any(not text for text in written.values()):
            raise Unclear("review_says_nothing")
        return tuple((name, text) for name, text in written.items() if text != _written(str(before.get(name) or ""), LONGEST_LETTER))

    async def _offered(self, held: HeldReview, form: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        """The terms that are offered instead.  Raises: Unclear, naming the field where a value does not fit."""
        draft = await self._draft(held)
        kind, before = _kind(draft), draft.fields if draft else {}
        filled = [(name, text.strip()) for name, text in form.items() if name in TERMS.get(kind, ()) and text.strip()]
        try:
            offered = values_in(kind, filled)
        except ValueError as err:
            raise Unclear("field_value", field=str(err), wanted=wanted(kind, str(err))) from err
        changed = tuple((name, text) for name, text in filled if offered[name] != before.get(name))
        if not changed:
            raise Unclear("review_same_terms")
        return changed

    def _today(self, speaker: Speaker) -> date:
        return self.clock.now().astimezone(ZoneInfo(speaker.zone)).date()


def may_see(held: HeldReview, user_id: UserId, now: datetime) -> bool:
    """Whether it is any business of this person: its author, who had a part in it, and whom it was put before by then.

    A seat of a later stage, and a stand-in's before their time, is no business of anybody yet; after the end nobody new comes in.
    """
    took_part = {held.decided_by, *(one.approved_by for one in held.seats), *(one.by for one in held.talk)}
    then = min(now, held.decided_at or now, held.expires_at)
    put_before = any(one.stage <= held.stage and one.may_be_taken(user_id, then) for one in held.seats)
    return user_id == held.author or user_id in took_part or put_before


def _stamp(found: Sequence[HeldReview], waiting: int, now: datetime) -> str:
    """Changes whenever a line of a list would: nobody's open page makes the house read drafts again for nothing."""
    told = [(one.id, one.version, one.state, now > one.due_at) for one in found]
    return hashlib.sha256(repr((waiting, told)).encode()).hexdigest()[:16]


def _turn(speaker: Speaker, key: str) -> TurnId:
    """Names one sending of a form of this person: sent again, it is the same."""
    if not key:
        raise Unclear("unknown_button")
    return TurnId(hashlib.sha256(f"reviews:{speaker.user_id}:{key}".encode()).hexdigest()[:32])


def _kind(draft: HeldDraft | None) -> str:
    return draft.entity if draft else ""


def _written(text: str, most: int = LONGEST_SAID) -> str:
    """As people mean it: lines end in one way, and nothing hangs over at the end.  Raises: Unclear when it is too long."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > most:
        raise Unclear("review_too_long", most=most)
    return text


def _something(text: str) -> str:
    if not text:
        raise Unclear("review_says_nothing")
    return text


def _reason(reason: str) -> RejectReason:
    if reason not in set(RejectReason):
        raise Unclear("review_no_reason")
    return RejectReason(reason)


def _may_stand_in(user: User, speaker: Speaker) -> bool:
    return user.id != speaker.user_id and user.role in DECIDES


def _away_told(one: Absence, names: Names) -> Json:
    stand_in = names.get(one.stand_in, "") if one.stand_in else ""
    return {"who": names.get(one.user_id, ""), "from": one.from_date, "until": one.until_date, "stand_in": stand_in}

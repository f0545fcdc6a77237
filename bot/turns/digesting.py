"""Digests that the house sends of its own accord: to whom, when, by which way; and what the buttons under one do. Composes none."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from bot.domain.digest import Digest, DigestKind, PutOffDigest
from bot.domain.firing import Firing
from bot.domain.ids import ThreadId, TurnId, UserId
from bot.domain.outcome import Answer, Button
from bot.domain.people import Role, Speaker, User
from bot.domain.talk import Lang, Origin
from bot.errors import Stale
from bot.ports import Clock, Interruptions, JobKind, Ledger, OwnSchedules, Users, Words
from bot.ports.digests import DigestWishes
from bot.turns.deeds import Done
from bot.turns.errands import Errands
from bot.turns.wishes import Act

DIGEST, MAIL = "digest", "mail"
ACTION = re.compile(rf"{DIGEST}:(?P<what>why|stop|again):(?P<kind>{'|'.join(DigestKind)})")
MOST_TOLD = 9
BY_MAIL = "mail"


def job_of(kind: DigestKind) -> str:
    """What the kind of job is called that sends them."""
    return f"{DIGEST}.{kind}"


def intent_of(kind: DigestKind) -> str:
    """The errand that composes one."""
    return f"{DIGEST}_{kind}"


def mail_origin(user_id: UserId) -> Origin:
    """A person's own mailbox: where the house writes to them, and to nobody else."""
    return Origin(MAIL, "", user_id, ThreadId(f"{MAIL}:own:{user_id}"))


@dataclass(frozen=True)
class Digesting:
    """Sends digests, and is the `Deed` of their buttons. roles: who gets which without asking. mails: whether mail leaves this house."""

    users: Users
    wishes: DigestWishes
    schedules: OwnSchedules
    interruptions: Interruptions
    errands: Errands
    ledger: Ledger
    words: Words
    clock: Clock
    roles: Callable[[DigestKind], Collection[Role]]
    mails: bool = False

    def kinds(self) -> tuple[JobKind, ...]:
        """What is done by the clock, for a team or for one person."""
        return (
            JobKind(job_of(DigestKind.DAILY), self.daily, personal=True), JobKind(job_of(DigestKind.WEEKLY), self.weekly, personal=True),
        )  # fmt: skip

    def minutely(self) -> JobKind:
        """What is looked at each minute."""
        return JobKind("digests.late", self._looked)

    # --- by the clock ----------------------------------------------------------------------------------------------

    async def daily(self, firing: Firing) -> int:
        """The daily ones of a firing; says how many were sent. Harmless when done again: each is one errand, by its key."""
        return await self._fire(DigestKind.DAILY, firing)

    async def weekly(self, firing: Firing) -> int:
        """The weekly ones, as `daily`."""
        return await self._fire(DigestKind.WEEKLY, firing)

    async def late(self) -> int:
        """Send what was put off and may be sent now; says how many. What is still not to be said when its day is over never is."""
        now, sent = self.clock.now(), 0
        for one in await self.wishes.due(now):
            user = await self.users.by_id(one.user_id)
            if user is None or now > one.until or one.user_id in await self.wishes.stopped(one.kind):
                await self.wishes.done(one.key)
            elif await self.interruptions.claim(user, one.key, now) is None:
                await self._send(user, one.kind, one.key, chat=True, mail=False)
                await self.wishes.done(one.key)
                sent += 1
        return sent

    async def _looked(self, _firing: Firing) -> int:
        return await self.late()

    async def _fire(self, kind: DigestKind, firing: Firing) -> int:
        if firing.owner is not None:
            user = await self.users.by_id(firing.owner)
            by = str(firing.args.get("by") or "chat")
            return await self._send(user, kind, f"{firing.key}:{firing.owner}", chat="chat" in by, mail=BY_MAIL in by) if user else 0
        sent = 0
        for user in await self._readers(kind, firing.team):
            sent += await self._offer(user, kind, firing)
        return sent

    async def _readers(self, kind: DigestKind, team: str) -> list[User]:
        """Those of a team who get one without asking: nobody who wants none, or has one at a time of their own."""
        apart = set(await self.wishes.stopped(kind)) | {one.owner for one in await self.schedules.all() if one.kind == job_of(kind)}
        return [one for one in await self.users.everyone() if one.team == team and one.role in self.roles(kind) and one.id not in apart]

    async def _offer(self, user: User, kind: DigestKind, firing: Firing) -> int:
        key = f"{DIGEST}:{firing.key}:{user.id}"
        now = self.clock.now()
        when = None if firing.asked else await self.interruptions.claim(user, key, now)
        if when is None:
            return await self._send(user, kind, key, chat=True, mail=False)
        if when <= (until := _day_ends(now, user.zone)):
            await self.wishes.put_off(PutOffDigest(key, user.id, kind, when, until))
        return 0

    async def _send(self, user: User, kind: DigestKind, key: str, *, chat: bool, mail: bool) -> int:
        if chat or not (mail and self.mails):
            await self.errands.send(user.id, intent_of(kind), key)
        if mail and self.mails:
            await self.errands.send(user.id, intent_of(kind), f"{key}:{MAIL}", origin=mail_origin(user.id))
        return 1

    # --- by a button -----------------------------------------------------------------------------------------------

    async def do(self, act: Act, _turn_id: TurnId, speaker: Speaker, lang: Lang) -> Done:
        """Say why its lines are there, send no more of them, or send them again.  Raises: Stale."""
        found = ACTION.fullmatch(act.action)
        if found is None:
            raise Stale("unknown_button")
        kind = DigestKind(found["kind"])
        match found["what"]:
            case "why":
                return Done(await self._why(act, lang))
            case "stop":
                await self._stop(speaker.user_id, kind)
                again = Button(self.words.say("button_digest_again", lang), f"{DIGEST}:again:{kind}")
                return Done(Answer(self.words.say(f"digest_stopped_{kind}", lang), buttons=(again,)), act.label)
            case _:
                await self._resume(speaker.user_id, kind)
                return Done(Answer(self.words.say(f"digest_again_{kind}", lang)), act.label)

    async def _why(self, act: Act, lang: Lang) -> Answer:
        """Why each line is there, as it was when it was sent.  Raises: Stale where it is no longer kept."""
        story = await self.ledger.decision(act.card.decision_id) if act.card and act.card.decision_id else None
        if story is None or story.digest is None:
            raise Stale("unknown_button")
        return Answer("\n".join(reasons(story.digest, self.words, lang)))

    async def _stop(self, user_id: UserId, kind: DigestKind) -> None:
        await self.wishes.stop(user_id, kind)
        for one in await self.schedules.of(user_id):
            if one.kind == job_of(kind) and not one.paused:
                await self.schedules.pause(one.id, user_id)

    async def _resume(self, user_id: UserId, kind: DigestKind) -> None:
        await self.wishes.resume(user_id, kind)
        for one in await self.schedules.of(user_id):
            if one.kind == job_of(kind) and one.paused:
                await self.schedules.pause(one.id, user_id, paused=False)


def reasons(digest: Digest, words: Words, lang: Lang) -> list[str]:
    """Each line's reason under its number."""
    told = islice(digest.lines, MOST_TOLD)
    return [words.say("digest_reason", lang, number=number, why=one.why) for number, one in enumerate(told, 1)]


def _day_ends(now: datetime, zone: str) -> datetime:
    """The end of today where somebody is."""
    here = ZoneInfo(zone)
    return datetime.combine(now.astimezone(here).date() + timedelta(days=1), time(), here)
